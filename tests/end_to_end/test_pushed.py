"""A bot as its own process that a hub tells what is new."""

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.bots import Home
from tests.fakebotapi import FakeBotApi
from tests.fakehub import FakeHub, Newspaper, free_port

pytestmark = pytest.mark.end_to_end

ALPHA = -1001000000001
SECONDS_TO_AN_END = 3.0
# The machine may have to do ten other things.
SLACK = 8.0


def test_what_a_hub_sends_is_in_the_channel_before_a_poll(tmp_path: Path) -> None:
    with FakeBotApi() as telegram, FakeHub() as hub, Newspaper(hub.address) as paper:
        telegram.add_chat(ALPHA, username="alpha")
        paper.titles += ["Weather", "More weather"]
        home, port = Home(tmp_path, telegram.url), free_port()
        home.write({"alpha": "@alpha"}, {"courier": paper.topic})
        with (tmp_path / "config.toml").open("a") as file:
            address = f"127.0.0.1:{port}"
            file.write(f'\n[websub]\naddress = "http://{address}/hooks"\nlisten = "{address}"\n')
        with home.bot() as bot:
            bot.until(lambda: hub.subscriptions)
            assert hub.loop is not None
            push = hub.push(paper.topic, paper.feed("All talks of alpha go on"))
            answers = asyncio.run_coroutine_threadsafe(push, hub.loop).result(60)
            assert answers == [204]
            bot.until(lambda: telegram.messages(ALPHA))
            assert bot.end() < SECONDS_TO_AN_END + SLACK
            assert bot.process.returncode == 0, bot.output
        telegram.assert_clean()
    assert hub.violations == []
    assert "Traceback" not in bot.output
    for one in hub.subscriptions.values():
        assert one.callback.rpartition("/")[2] not in bot.output
        assert one.secret not in bot.output
