"""The bot as its own process, on feeds and a Bot API server on this machine."""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import pytest

from tests.end_to_end.bots import Bot, Home
from tests.end_to_end.feeds import Feeds, Trouble
from tests.fakebotapi import TOKEN, FakeBotApi, faults

pytestmark = pytest.mark.end_to_end

ALPHA, BETA = -1001000000001, -1001000000002
CHANNELS = {"alpha": "@alpha", "beta": str(BETA)}
SECONDS_TO_A_MESSAGE = 2.0
SECONDS_TO_AN_END = 3.0
# The machine may have to do ten other things.
SLACK = 8.0


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as served:
        yield served


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        server.add_chat(ALPHA, username="alpha", last_id=7)
        server.add_chat(BETA, can_edit=True)
        yield server
        server.assert_clean()


@pytest.fixture
def home(tmp_path: Path, telegram: FakeBotApi) -> Home:
    return Home(tmp_path, telegram.url, as_a_user=True)


def headlines(telegram: FakeBotApi, chat: int) -> list[str]:
    return [post.text.splitlines()[0] for post in telegram.messages(chat)]


def _has_headlines(telegram: FakeBotApi, chat: int, number: int) -> bool:
    return len(headlines(telegram, chat)) >= number


def _is_edited(telegram: FakeBotApi, chat: int, place: int) -> bool:
    return telegram.messages(chat)[place].edits == 1


FISH = "Alpha talks on fishing quotas open in Reykjavik"
CRICKET = "Alpha and beta lose at cricket"
MUSCAT = "All talks between Iran and the United States resume in Muscat"
STEEL = "Beta talks about steel tariffs drag on in Seoul"
WATER = "Alpha talks over the water of the Nile end without result"


def test_entries_reach_their_channels_whatever_else_is_broken(
    home: Home, feeds: Feeds, telegram: FakeBotApi
) -> None:
    names = ["courier", "post", "html", "cut-off", "endless", "slow"]
    for name in names[2:]:
        feeds.trouble(name, Trouble[name.replace("-", "_").upper()])
    home.write({"nowhere": "@nowhere", **CHANNELS}, {name: feeds.address(name) for name in names})
    feeds.publish("courier", FISH, CRICKET)
    with home.bot() as bot:
        bot.until(lambda: headlines(telegram, ALPHA))
        _a_second_bot_is_turned_away(home)
        feeds.publish("courier", MUSCAT, STEEL)
        bot.until(lambda: len(headlines(telegram, BETA)) == 2)
        feeds.publish("post", f"{MUSCAT}, both sides say", WATER)
        bot.until(lambda: len(headlines(telegram, ALPHA)) == 3)
        for chat, place in ((ALPHA, 1), (BETA, 0)):
            bot.until(partial(_is_edited, telegram, chat, place))
            assert {"Courier", "Post"} <= set(
                re.findall(r"\w+", telegram.messages(chat)[place].text)
            )
        bot.until(lambda: len(re.findall("sources? failed", bot.output)) >= 2)
        _polls_go_on(bot, feeds, "courier")
        _ends_well(bot, signal.SIGTERM)
    assert headlines(telegram, ALPHA) == [FISH, MUSCAT, WATER]
    assert headlines(telegram, BETA) == [MUSCAT, STEEL]
    _came_soon(feeds, telegram)
    assert bot.output.count("there is no chat @nowhere") == 1
    assert TOKEN not in bot.output
    assert "Traceback" not in bot.output


def _a_second_bot_is_turned_away(home: Home) -> None:
    with home.bot("second") as second:
        assert second.exit_code() == 2
    assert "Another Backchannel is running on this data folder" in second.output
    assert "Traceback" not in second.output


def _polls_go_on(bot: Bot, feeds: Feeds, feed: str) -> None:
    before = feeds.polls[feed]
    bot.until(lambda: feeds.polls[feed] >= before + 2)


def _ends_well(bot: Bot, number: signal.Signals) -> None:
    seconds = bot.end(number)
    assert bot.process.returncode == 0, bot.output
    assert seconds < SECONDS_TO_AN_END + SLACK


def _came_soon(feeds: Feeds, telegram: FakeBotApi) -> None:
    for chat in (ALPHA, BETA):
        for post in telegram.messages(chat):
            seconds = post.date.timestamp() - feeds.first_served[post.text.splitlines()[0]]
            assert seconds < SECONDS_TO_A_MESSAGE + SLACK


@dataclass(frozen=True, slots=True)
class Day:
    """A bot that is to be killed, and what it runs on; each day has its own feed and title."""

    feed: str
    title: str
    bot: Bot
    home: Home
    feeds: Feeds
    telegram: FakeBotApi


def _while_the_database_is_made(day: Day) -> None:
    # The migrations are one transaction, which is written to the log beside the database.
    day.bot.until(lambda: _size(day.home.database) or _size(_wal(day.home)))
    day.bot.kill()


def _in_the_middle_of_a_poll(day: Day) -> None:
    day.feeds.at_next_poll(day.feed, day.bot.kill)


def _while_a_poll_is_written(day: Day) -> None:
    day.feeds.at_next_poll(day.feed, lambda: _kill_at_the_next_write(day))


def _before_a_message_is_taken(day: Day) -> None:
    _at_its_message(day, faults.Call(day.bot.kill, taken=False))


def _before_the_answer(day: Day) -> None:
    _at_its_message(day, faults.Call(day.bot.kill, taken=True))


def _while_it_is_written_that_a_message_was_sent(day: Day) -> None:
    _at_its_message(day, faults.Call(lambda: _kill_at_the_next_write(day), taken=True))


def _at_its_message(day: Day, fault: faults.Fault) -> None:
    day.telegram.disturb(
        fault, methods={"sendMessage"}, when=lambda _, params: day.title in params["text"], times=1
    )


MOMENTS: list[Callable[[Day], None]] = [
    _while_the_database_is_made,
    _before_a_message_is_taken,
    _before_the_answer,
    _in_the_middle_of_a_poll,
    _while_it_is_written_that_a_message_was_sent,
    _while_a_poll_is_written,
]


# Far enough apart that none is a report of another's story.
TITLES = [
    ("All talks on bananas collapse in Quito", "Bridges: all talks with builders are put off"),
    ("Teachers call all talks about pay a farce", "Glaciers melt while all talks stand still"),
    ("Opera house saved after all talks failed", "Airline: all talks with pilots last until dawn"),
    ("All talks to free the whale end at sea", "Chess federation leaves all talks early"),
    ("Mayor of Lima skips all talks for football", "Beekeepers demand all talks be public"),
    ("All talks on moon mining start in Tokyo", "Vineyards burn, all talks on aid delayed"),
]


def test_kill_9_at_any_moment_loses_nothing_and_repeats_nothing(
    tmp_path: Path, feeds: Feeds, telegram: FakeBotApi
) -> None:
    # What is waited for Telegram's limits, some minutes of a busy chat, is no moment of its own.
    home = Home(tmp_path, telegram.url, hurried=True)
    names = [f"day{number}" for number in range(len(MOMENTS))]
    for number, (name, moment, titles) in enumerate(zip(names, MOMENTS, TITLES, strict=True), 1):
        home.write(CHANNELS, {name: feeds.address(name) for name in names[:number]})
        with home.bot(name) as bot:
            moment(Day(name, titles[0], bot, home, feeds, telegram))
            feeds.publish(name, *titles)
            bot.until_killed()
    with home.bot("last") as bot:
        for chat in (ALPHA, BETA):
            bot.until(partial(_has_headlines, telegram, chat, 2 * len(TITLES)))
        _polls_go_on(bot, feeds, names[-1])
        _ends_well(bot, signal.SIGTERM)
    for chat in (ALPHA, BETA):
        found = headlines(telegram, chat)
        assert sorted(found) == sorted(chain.from_iterable(TITLES))
        assert all(found.index(one) < found.index(two) for one, two in TITLES)


def _kill_at_the_next_write(day: Day) -> None:
    wal = _wal(day.home)
    before = _changed(wal)
    threading.Thread(target=lambda: _kill_once_changed(day.bot, wal, before), daemon=True).start()


def _kill_once_changed(bot: Bot, wal: Path, before: int) -> None:
    while _changed(wal) == before:
        time.sleep(0)
    bot.kill()


def _wal(home: Home) -> Path:
    return home.database.with_name(f"{home.database.name}-wal")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def test_a_wrong_token_is_said_once_and_shown_nowhere(home: Home, feeds: Feeds) -> None:
    wrong = "987654321:AAWrongTokenThatNobodyKnows_000000000"
    mistaken = Home(home.folder, home.api_url, wrong)
    mistaken.write(CHANNELS, {"courier": feeds.address("courier")})
    with mistaken.bot() as bot:
        assert bot.exit_code() == 2, bot.output
    assert bot.output.count("Telegram does not accept the token") == 1
    assert wrong not in bot.output
    assert wrong.partition(":")[2] not in bot.output
    assert "Traceback" not in bot.output


def test_without_a_token_messages_are_shown_in_the_terminal(tmp_path: Path, feeds: Feeds) -> None:
    home = Home(tmp_path, token="")
    home.write({"alpha": "", "beta": "@beta"}, {"courier": feeds.address("courier")})
    feeds.publish("courier", "All talks <fail> in Muscat")
    with home.bot() as bot:
        bot.until(lambda: bot.output.count("All talks <fail> in Muscat") == 2)
        _ends_well(bot, signal.SIGINT)
    assert set(re.findall(r"(\w+) #\d", bot.output)) == {"alpha", "beta"}
    assert "Traceback" not in bot.output
    assert home.database.exists()
