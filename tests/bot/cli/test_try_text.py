"""What `backchannel try` shows."""

from io import StringIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

from bot.cli import try_text
from bot.configuration.loading import shipped_lexicon
from bot.errors import UnreadableSourceError
from rules import Lexicon, Matcher, Rule
from tests.making import NOON

RULES = [
    Rule("swap", "Prisoner swap", "topic:prisoner-exchange"),
    Rule("far", "Far", "iran NEAR/1 swap"),
    Rule("denied", "Denied", "denied", unless="bail"),
]
FEED = (
    "<rss version='2.0'><channel><item><guid>1</guid><title>Iran and US swap prisoners</title>"
    "<description>In Doha.</description></item></channel></rss>"
)


async def shown(what: str) -> str:
    matcher = Matcher(RULES, Lexicon.from_tables(shipped_lexicon()))
    console = Console(width=120, record=True, file=StringIO())
    for document in await try_text.documents(what, NOON):
        console.print(try_text.shown(document, matcher))
    return console.export_text()


async def test_a_text_with_what_it_names_and_each_rule() -> None:
    told = await shown("Iran and the US agree on a prisoner swap")
    assert "Iran and the US agree on a prisoner swap\n" in told
    assert "actor:iran" in told
    assert "“prisoner swap”" in told
    assert "words stand between them; at most 1 may" in told
    assert "It would be sent, because of: Prisoner swap." in told


async def test_an_exception_is_told() -> None:
    told = await shown("Bail denied")
    assert "unless bail: the exception of the rule is true (“Bail”)" in told
    assert "No rule is true of it" in told


async def test_the_first_line_of_a_file_is_its_title(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("Iran swaps prisoners\n\nWith the US, in Doha.", "utf-8")
    (document,) = await try_text.documents(str(file), NOON)
    assert (document.title, document.text) == ("Iran swaps prisoners", "With the US, in Doha.")


async def test_a_file_that_is_a_feed_gives_its_entries(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED, "utf-8")
    assert "Iran and US swap prisoners" in await shown(str(file))


@pytest.mark.parametrize("what", ["x" * 5000, "nul\0byte", "no-such-file.txt", " "])
async def test_what_names_no_file_is_a_text(what: str) -> None:
    (document,) = await try_text.documents(what, NOON)
    assert document.text == what.strip()


async def test_an_address_is_fetched_as_a_feed_or_as_a_page() -> None:
    page = "<html><head><title>Iran swaps prisoners</title></head><body><p>In Doha.</p></body>"
    pages = {"feed": (FEED, "application/rss+xml"), "page": (page, "text/html")}

    async def answer(request: web.Request) -> web.Response:
        if request.match_info["name"] not in pages:
            return web.Response(status=404)
        body, kind = pages[request.match_info["name"]]
        return web.Response(text=body, content_type=kind)

    application = web.Application()
    application.router.add_get("/{name}", answer)
    async with TestServer(application, host="127.0.0.1") as server:
        assert "Iran and US swap prisoners" in await shown(str(server.make_url("/feed")))
        assert "Iran swaps prisoners" in await shown(str(server.make_url("/page")))
        with pytest.raises(UnreadableSourceError, match="the server answers 404"):
            await shown(str(server.make_url("/nothing")))


async def test_markup_of_the_terminal_in_a_text_is_text() -> None:
    assert "[bold]Iran[/bold] [/]" in await shown("[bold]Iran[/bold] [/]")
