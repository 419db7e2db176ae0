"""Two processes with one token: the second says so and stops."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.bots import Home
from tests.end_to_end.feeds import Feeds
from tests.fakebotapi import FakeBotApi

pytestmark = pytest.mark.end_to_end

ALPHA = -1001000000001
STRANGER = 666


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as served:
        yield served


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        server.add_chat(ALPHA, username="alpha")
        yield server
        server.assert_clean()


def home(folder: Path, telegram: FakeBotApi, feeds: Feeds) -> Home:
    folder.mkdir()
    made = Home(folder, telegram.url)
    made.write({"alpha": "@alpha"}, {"courier": feeds.address("courier")})
    return made


def test_the_second_process_stops_and_the_first_goes_on(
    tmp_path: Path, telegram: FakeBotApi, feeds: Feeds
) -> None:
    one, other = home(tmp_path / "one", telegram, feeds), home(tmp_path / "other", telegram, feeds)
    with one.bot() as first:
        telegram.message_from(STRANGER, "hello")
        first.until(lambda: "not answered: no administrator" in first.output)
        with other.bot() as second:
            assert second.exit_code() == 2, second.output
        feeds.publish("courier", "Talks of alpha go on")
        first.until(lambda: telegram.messages(ALPHA))
        first.end()
    assert first.process.returncode == 0, first.output
    assert "another process asks for this bot's messages" in first.output
    assert "Another process answers with the same token, so this one stops" in second.output
    assert "Traceback" not in first.output + second.output
    assert telegram.messages(STRANGER) == []


def test_a_webhook_that_is_set_is_named(tmp_path: Path, telegram: FakeBotApi, feeds: Feeds) -> None:
    telegram.set_webhook("https://hooks.example/secret-path")
    with home(tmp_path / "one", telegram, feeds).bot() as bot:
        assert bot.exit_code() == 2, bot.output
    assert "https://hooks.example/" in bot.output
    assert "secret-path" not in bot.output
    assert "deleteWebhook" in bot.output
    assert "Traceback" not in bot.output
