"""From a hub's request to the Telegram request, through the whole bot: `python -m bench.push`.

The bot runs as its own process, as a user starts it, with a hub, a feed and a Bot API server on
this machine. Every push opens a story. Half of the pushes hold the new entry alone, half the whole
feed, which is what hubs do. The target is a second.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.end_to_end.bots import Bot, Home
from tests.fakebotapi import FakeBotApi
from tests.fakehub import FakeHub, Newspaper, free_port

TARGET = 1.0
CHANNELS = ("alpha", "beta", "gamma", "delta", "epsilon")
CHATS = {name: -1001000000000 - number for number, name in enumerate(CHANNELS, 1)}
# Each channel takes 20 messages a minute, and answers to nothing else are measured here.
MOST = 20 * len(CHANNELS)
PAUSE = 0.3
# That many stories a minute would be taken for a flood.
PACE = 'every = "2s"\nat_most = "1h"\nflood_stories = 1000'
ENTRIES = 40
DEADLINE = 120.0
SYLLABLES = "ba ko ri mu te sa lo vi ne du ga po hi wu ze".split()


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, FakeBotApi() as telegram:
        for chat in CHATS.values():
            telegram.add_chat(chat)
        seconds = asyncio.run(_measure(Path(folder), telegram, min(options.pushes, MOST)))
        telegram.assert_clean()
    _report("the new entry alone", seconds[::2])
    _report("the whole feed", seconds[1::2])
    _report("all", seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pushes", type=int, default=50)
    return parser.parse_args()


async def _measure(folder: Path, telegram: FakeBotApi, pushes: int) -> list[float]:
    async with FakeHub() as hub, Newspaper(hub.address) as paper:
        paper.titles += [_title(-number, "weather") for number in range(1, ENTRIES)]
        home = Home(folder, telegram.url)
        _configure(home, paper)
        with home.bot() as bot:
            await _until(bot, lambda: hub.subscriptions)
            await hub.settled()
            seconds = [await _pushed(bot, hub, paper, telegram, n) for n in range(pushes)]
            bot.end()
        assert not hub.violations, hub.violations
        print(f"{paper.polls} polls, {pushes} pushes")
        return seconds


def _configure(home: Home, paper: Newspaper) -> None:
    home.write({name: str(chat) for name, chat in CHATS.items()}, {"courier": paper.topic})
    file = home.folder / "config.toml"
    port = free_port()
    text = file.read_text("utf-8").replace('every = "1s"\nat_most = "1s"', PACE)
    public = f'[websub]\naddress = "http://127.0.0.1:{port}/hooks"\nlisten = "127.0.0.1:{port}"\n'
    file.write_text(f"{text}\n{public}", "utf-8")


async def _pushed(
    bot: Bot, hub: FakeHub, paper: Newspaper, telegram: FakeBotApi, number: int
) -> float:
    name = CHANNELS[number % len(CHANNELS)]
    title = _title(number, f"talks {name}")
    whole = [*paper.titles[1 - ENTRIES :], title] if number % 2 else [title]
    body = paper.feed(*reversed(whole))

    def arrived() -> list[float]:
        posts = telegram.messages(CHATS[name])
        return [post.date.timestamp() for post in posts if post.text.startswith(title)]

    began = time.time()
    assert await hub.push(paper.topic, body) == [204]
    await _until(bot, arrived)
    paper.titles.append(title)
    await asyncio.sleep(PAUSE)
    return arrived()[0] - began


async def _until(bot: Bot, true: Callable[[], object]) -> None:
    ends = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < ends, bot.output
        assert bot.process.poll() is None, bot.output
        await asyncio.sleep(0.005)


def _title(number: int, words: str) -> str:
    """A headline that shares nothing with the others but these words."""
    choose = Random(number).choice
    made = ["".join(choose(SYLLABLES) for _ in range(4)) for _ in range(5)]
    return " ".join([made[0].title(), *made[1:3], words, *made[3:]])


def _report(what: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    verdict = "met" if ordered[-1] < TARGET else "MISSED"
    print(
        f"{what}: median {statistics.median(ordered) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"max {ordered[-1] * 1000:.0f} ms; under {TARGET:g} s: {verdict}"
    )


if __name__ == "__main__":
    main()
