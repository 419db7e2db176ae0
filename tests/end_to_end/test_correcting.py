"""Stories corrected by command line, beside a bot that runs, is killed, and is started again."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.end_to_end.bots import Home
from tests.end_to_end.feeds import Feeds
from tests.fakebotapi import FakeBotApi

pytestmark = pytest.mark.end_to_end

ALPHA = -1001000000001
FISH = "Alpha talks on fishing quotas open in Reykjavik"
WATER = "Alpha talks over the water of the Nile end without result"


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as served:
        yield served


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        server.add_chat(ALPHA, username="alpha", last_id=7)
        yield server
        server.assert_clean()


Said = Callable[..., str]


@pytest.fixture
def stories(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """What `backchannel stories` says, in this process: starting one takes a second."""

    def say(home: Home, *arguments: str) -> str:
        given = ["backchannel", "stories", *arguments, "--data", str(home.data)]
        monkeypatch.setattr(sys, "argv", given)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in {0, None}
        return capsys.readouterr().out

    return say


def test_a_merge_beside_the_bot_and_a_split_while_none_runs(
    tmp_path: Path, feeds: Feeds, telegram: FakeBotApi, stories: Said
) -> None:
    home = Home(tmp_path, telegram.url, hurried=True)
    home.write({"alpha": "@alpha"}, {"courier": feeds.address("courier")})
    feeds.publish("courier", FISH)

    def messages() -> list[str]:
        return [post.text for post in telegram.messages(ALPHA)]

    def edits() -> list[int]:
        return [post.edits for post in telegram.messages(ALPHA)]

    with home.bot() as bot:
        bot.until(lambda: len(messages()) == 1)
        # A feed's dates are in seconds: which of the two came first must be seen.
        second = int(time.time())
        bot.until(lambda: int(time.time()) > second)
        feeds.publish("courier", WATER)
        bot.until(lambda: len(messages()) == 2)
        before = messages()
        ids = dict(re.findall(r"^(\w{8}) .*(Alpha talks o\w+)", stories(home), re.MULTILINE))
        gone, stays = (next(i for i, title in ids.items() if title in one) for one in (FISH, WATER))
        assert f"Merged: {gone} is part of {stays} now." in stories(home, "merge", gone, stays)
        bot.kill()
    with home.bot("again") as bot:
        bot.until(lambda: all(edits()))
        bot.end()
    (old, new) = telegram.messages(ALPHA)
    assert f"https://t.me/alpha/{new.id}" in old.html
    assert "This story goes on here" in old.text
    assert FISH in new.text.splitlines()[0]
    assert "no bot runs here" in stories(home, "split", stays, gone)
    with home.bot("once more") as bot:
        bot.until(lambda: messages() == before)
        bot.end()
    assert "Traceback" not in bot.output
