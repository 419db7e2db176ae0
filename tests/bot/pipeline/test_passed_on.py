"""What Google News passes on beside outlets' own feeds: whose it is, and counted once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

import store
from bot.clock import Clock
from bot.pipeline.ingest import Ingest
from store import Store
from stories import Story, independent
from tests.making import NOON
from tests.opening import configured, open_database
from tests.watchers.conftest import Server, open_server
from tests.watchers.kinds.test_google_news import answer, article
from tests.watchers.making import rss
from watchers import SourceState, open_fetcher, poll

TITLE = "Ferry talks between both ports stopped after storm"
FEED, SEARCH = "/feed", "/rss/search"


def config(server: Server, more: str = "", second: str = "") -> str:
    return dedent(f"""
        [[channel]]
        name = "talks"
        [[watcher]]
        name = "courier"
        title = "Gulf Courier"
        url = "{server.url(FEED)}"
        sites = ["courier.example"]
        allow_private = true
        language = "en"
        {more}
        [[watcher]]
        name = "world"
        title = "Google News"
        kind = "google-news"
        query = "ferry"
        url = "{server.url(SEARCH)}"
        allow_private = true
        {second}
        [[rule]]
        name = "talks"
        title = "Talks"
        when = "talks"
        channels = ["talks"]
    """)


class Desk:
    """Polls the server's sources, one after the other, into one database."""

    def __init__(self, text: str, stored: Store) -> None:
        self._configuration = configured(text)
        self._stored = stored
        clock = Clock(lambda: NOON)
        self.ingest = Ingest(self._configuration, stored, clock, lambda _: None)

    async def polls(self, *names: str) -> None:
        watchers = {watcher.name: watcher for watcher in self._configuration.watchers}
        async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
            for name in names:
                polled = await poll(watchers[name], SourceState(name), fetcher, lambda: NOON)
                assert polled.state.last_error == ""
                await self.ingest(polled)

    async def told(self) -> Sequence[Story]:
        """The stories as they are stored."""
        async with self._stored.read() as db:
            return await store.recent_stories(db, NOON - timedelta(days=1))


@asynccontextmanager
async def desk(text: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_database(folder / "test.db") as stored:
        made = Desk(text, stored)
        work = asyncio.create_task(made.ingest.run())
        try:
            yield made
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def own(title: str = TITLE, text: str = "The harbour office said so.") -> bytes:
    link = "https://courier.example/ferry"
    return rss(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><description>{text}"
        "</description><pubDate>Mon, 12 Jun 2023 11:01:00 GMT</pubDate></item>"
    )


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with open_server() as opened:
        yield opened


@pytest.fixture
def both(server: Server) -> Server:
    server.gives(own(), FEED)
    server.gives(answer(article(1, f"{TITLE} - Gulf Courier")), SEARCH)
    return server


@pytest.mark.parametrize("order", [("courier", "world"), ("world", "courier")])
async def test_one_article_by_two_ways_is_one_report(
    both: Server, tmp_path: Path, order: tuple[str, str]
) -> None:
    async with desk(config(both), tmp_path) as at_desk:
        await at_desk.polls(*order)
        (story,) = await at_desk.told()
        (report,) = story.reports
    # The better one stays: that with the text, and a link to the article.
    assert report.document.link == "https://courier.example/ferry"
    assert report.document.text == "The harbour office said so."
    assert report.outlet == "Gulf Courier"


@pytest.mark.parametrize("order", [("courier", "world"), ("world", "courier")])
async def test_so_it_is_after_a_restart(
    both: Server, tmp_path: Path, order: tuple[str, str]
) -> None:
    for name in order:
        async with desk(config(both), tmp_path) as at_desk:
            await at_desk.polls(name)
    async with desk(config(both), tmp_path) as at_desk:
        (story,) = await at_desk.told()
    assert [report.document.link for report in story.reports] == ["https://courier.example/ferry"]


async def test_an_outlets_owner_counts_once_under_another_name(
    both: Server, tmp_path: Path
) -> None:
    """Another headline of the same owner, whose name Google writes in its own way."""
    other = f"{TITLE}, office says - Courier (Gulf)"
    both.gives(answer(article(1, other, "Courier (Gulf)")), SEARCH)
    async with desk(config(both, 'owner = "Gulf Media"'), tmp_path) as at_desk:
        await at_desk.polls("courier", "world")
        (story,) = await at_desk.told()
    assert [report.outlet for report in story.reports] == ["Gulf Courier", "Courier (Gulf)"]
    assert {report.owner for report in story.reports} == {"Gulf Media"}
    assert len(independent(story)) == 1


async def test_outlets_of_a_search_count_each(server: Server, tmp_path: Path) -> None:
    herald = article(2, f"{TITLE}: office - Herald", "Herald", "https://herald.example")
    wire = article(3, f"{TITLE} on Monday - Reuters", "Reuters", "https://www.reuters.com")
    server.gives(answer(article(1, f"{TITLE} - Gulf Courier"), herald, wire), SEARCH)
    async with desk(config(server), tmp_path) as at_desk:
        await at_desk.polls("world")
        (story,) = await at_desk.told()
    assert {report.outlet for report in independent(story)} == {"Gulf Courier", "Herald", "Reuters"}
    assert {report.document.title for report in story.reports} >= {TITLE}


async def test_one_article_in_two_searches_is_one_report(server: Server, tmp_path: Path) -> None:
    server.gives(answer(article(1, f"{TITLE} - Herald", "Herald", "https://h.example")), SEARCH)
    other = article(9, f"{TITLE} - Herald", "Herald", "https://h.example")
    server.gives(answer(other), "/other")
    second = dedent(f"""
        [[watcher]]
        name = "second"
        title = "Google News, again"
        kind = "google-news"
        query = "strait"
        url = "{server.url("/other")}"
        allow_private = true
    """)
    async with desk(config(server, second=second), tmp_path) as at_desk:
        await at_desk.polls("world", "second")
        (story,) = await at_desk.told()
    assert len(story.reports) == 1


async def test_the_site_that_a_feed_leads_to_is_known_as_its_own(
    server: Server, tmp_path: Path
) -> None:
    """A feed at another address than the outlet's, as many are, without `sites`."""
    links = (f"https://courier.example/{number}" for number in range(4))
    items = (
        f"<item><title>Quay {link[-1]}</title><link>{link}</link><guid>{link}</guid></item>"
        for link in links
    )
    server.gives(rss(*items), FEED)
    server.gives(answer(article(1, f"{TITLE} - The Courier", "The Courier")), SEARCH)
    text = config(server, 'owner = "Gulf Media"').replace('sites = ["courier.example"]\n', "")
    async with desk(text, tmp_path) as at_desk:
        await at_desk.polls("courier")
    async with desk(text, tmp_path) as at_desk:
        await at_desk.polls("world")
        (story,) = await at_desk.told()
    assert (story.reports[0].outlet, story.reports[0].owner) == ("The Courier", "Gulf Media")


async def test_a_searchs_own_owner_is_that_of_its_site(server: Server, tmp_path: Path) -> None:
    other = article(2, f"{TITLE} - Herald", "Herald", "https://herald.example")
    server.gives(answer(article(1, f"{TITLE} - The Courier", "The Courier"), other), SEARCH)
    second = 'site = "courier.example"\nowner = "Gulf Media"'
    text = config(server, second=second).replace('sites = ["courier.example"]\n', "")
    async with desk(text, tmp_path) as at_desk:
        await at_desk.polls("world")
        (story,) = await at_desk.told()
    assert {report.owner for report in story.reports} == {"Gulf Media", "Herald"}


async def test_a_column_is_told_each_time(server: Server, tmp_path: Path) -> None:
    """The same headline of the same outlet, thirteen hours apart."""
    late = article(1, f"{TITLE} - Gulf Courier", date="Sun, 11 Jun 2023 22:00:00 GMT")
    server.gives(answer(late), SEARCH)
    server.gives(own(), FEED)
    async with desk(config(server), tmp_path) as at_desk:
        await at_desk.polls("world", "courier")
        reports = [report for story in await at_desk.told() for report in story.reports]
    assert len(reports) == 2
