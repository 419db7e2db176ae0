"""What a newcomer sees of the first minute: all sources at once, the day's stories in order."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.end_to_end.bots import Home
from tests.end_to_end.feeds import Feeds, Trouble

pytestmark = pytest.mark.end_to_end

SOURCES = 60
HEADLINES = [
    "All talks on fishing quotas open in Reykjavik",
    "Steel tariff talks drag on in Seoul as all delegates stay",
    "Nile water talks end: all sides leave Khartoum without a text",
    "Railway strike over: talks with all unions succeed in Lisbon",
    "Film festival in Cannes: all talks about a boycott denied",
    "Satellite makers meet for merger talks in Bangalore, all shares rise",
    "Banana growers of Ecuador break off talks, all ports blocked",
    "Whaling moratorium: all nations but Norway join talks in Hobart",
]


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as served:
        yield served


@pytest.fixture
def home(tmp_path: Path, feeds: Feeds) -> Home:
    home = Home(tmp_path, token="", as_a_user=True)
    home.write({"alpha": ""}, {f"feed-{n}": feeds.address(f"feed-{n}") for n in range(SOURCES)})
    # As it is shipped: without this they are read again each second.
    config = home.folder / "config.toml"
    often, seldom = 'every = "1s"\nat_most = "1s"', 'every = "5m"\nat_most = "2h"'
    config.write_text(config.read_text("utf-8").replace(often, seldom), "utf-8")
    return home


def test_all_sources_are_read_at_once_and_the_days_stories_come_in_order(
    home: Home, feeds: Feeds
) -> None:
    for number, headline in enumerate(HEADLINES):
        # The oldest is of the last source, and each is reported by two.
        hours = timedelta(hours=len(HEADLINES) - number)
        feeds.published(f"feed-{SOURCES - 1 - number}", headline, hours)
        feeds.published(f"feed-{number}", headline, hours - timedelta(minutes=20))
    feeds.trouble("feed-30", Trouble.HTML)
    began = time.monotonic()
    with home.bot() as bot:
        bot.until(lambda: "since yesterday" in bot.output and HEADLINES[-1] in bot.output)
        assert time.monotonic() - began < 40
        assert bot.end() < 20
    told = bot.output
    assert (
        "60 sources: 59 read, 1 failed; 16 reports of the beat since yesterday, 8 stories." in told
    )
    assert "watchers=feed-30" in told
    assert re.findall("|".join(map(re.escape, HEADLINES)), told) == HEADLINES
    # Each came as one message, which has both sources: not as one that is edited.
    assert "(edited)" not in told
    assert all(feeds.polls[f"feed-{number}"] == 1 for number in range(SOURCES))


def test_without_a_network_it_says_so_once_and_goes_on_trying(tmp_path: Path) -> None:
    home = Home(tmp_path, token="", as_a_user=True)
    # Nothing listens there.
    home.write({"alpha": ""}, {f"feed-{n}": f"http://127.0.0.{n}:9/" for n in range(2, 30)})
    with home.bot() as bot:
        bot.until(lambda: "no source can be reached" in bot.output)
        time.sleep(3)
        bot.end()
    assert bot.output.count("no source can be reached: is there a network?") == 1
    assert "source failed" not in bot.output
    assert len(bot.output.splitlines()) == 2
