"""`backchannel add`, `import` and `export`: the configuration file keeps all else that it says."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.watchers import preview
from bot.configuration import adding
from bot.configuration.loading import load
from bot.configuration.sources.opml import read_file, written
from bot.configuration.sources.watcher_names import name_for
from bot.errors import (
    AlreadyWatchedError,
    ConfigurationError,
    NotWritableError,
    UnreadableSourceError,
)
from rules import Lexicon, Matcher, Rule
from tests.bot.configuration.test_loading import GOOD
from tests.making import NOON
from watchers import Watcher
from watchers.discovery import Source

pytestmark = pytest.mark.usefixtures("small_lexicon")

FEED = (
    "<rss version='2.0'><channel><title>Gulf \x1b[31mCourier\u202e &amp; [bold]Sons</title>"
    "<item><guid>1</guid><title>Ferry resumes</title><link>https://c.example/1</link>"
    "<pubDate>Mon, 12 Jun 2023 11:00:00 GMT</pubDate></item>"
    "<item><guid>2</guid><title>[red]Something\x1b[2J else</title><link>https://c.example/2</link>"
    "<pubDate>Mon, 12 Jun 2023 10:00:00 GMT</pubDate></item></channel></rss>"
)
KEYS = {"name": "herald", "title": 'Strait "Herald"', "url": "https://herald.example/"}
CONFIG = """\
# Mine. # Touch nothing.
[settings]   # for all
keep = "90d"\t# a tab

[[channel]]
name = "talks"

# --- Watchers ---
[[watcher]]  # the first
name = "courier"
title = 'Gulf Courier'   # what is seen
url = "https://courier.example/rss"

[[watcher]]
name = "ministry"
title = "Ministry"
url = "https://ministry.example/"
kind = "page"
[watcher.select]
items = "li"

# --- Rules: these are not the watchers' ---

[[rule]]
name = "ferry"
title = "Ferry"
when = '''
ferry
'''
channels = ["talks"]
"""


@pytest.fixture
async def site() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(text=FEED, content_type="application/rss+xml")
        if request.path == "/":
            page = "<html><title>Courier</title><a href='/feed'>RSS</a></html>"
            return web.Response(text=page, content_type="text/html")
        return web.Response(status=404)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    server = TestServer(application, host="127.0.0.1")
    async with server:
        yield server


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "PAUSE", 0)


async def source(site: TestServer, path: str = "/") -> Source:
    (found,) = await adding.sources(str(site.make_url(path)), lambda: NOON)
    return found


def ferry() -> Matcher:
    return Matcher([Rule("ferry", "Ferry", "ferry")], Lexicon.from_tables([]))


async def test_a_site_gives_its_feed_as_keys(site: TestServer) -> None:
    found = await source(site)
    url = str(site.make_url("/feed"))
    expected = {"name": "courier", "title": "Courier", "url": url, "allow_private": True}
    assert adding.keys(found, ()) == expected
    assert adding.keys(found, ["courier"])["name"].startswith("courier-")
    assert adding.keys(found, (), "mine", "My title")["name"] == "mine"


async def test_its_newest_entries_are_shown_with_the_rules_that_are_true(site: TestServer) -> None:
    console = Console(width=100, record=True, file=StringIO())
    console.print(preview(await source(site, "/feed"), ferry()))
    told = console.export_text()
    assert "12 Jun 11:00  Ferry resumes" in told
    assert "ferry" in told.splitlines()[3]
    assert "1 of its 2 entries would have been matched." in told
    assert "[red]Something[2J else" in told
    assert "\x1b" not in told


async def test_a_title_of_a_stranger_becomes_harmless(site: TestServer) -> None:
    keys = adding.keys(await source(site, "/feed"), ())
    assert keys["title"] == "Gulf [31mCourier & [bold]Sons"
    assert keys["name"] == "gulf-31mcourier-bold-sons"


async def test_where_there_is_nothing_that_is_told(site: TestServer) -> None:
    with pytest.raises(UnreadableSourceError, match="the server answers 404"):
        await source(site, "/nothing")


def test_a_watcher_comes_after_the_others_and_all_else_stays() -> None:
    made = adding.with_watchers(CONFIG, [KEYS])
    assert (
        made.replace(
            '\n[[watcher]]\nname = "herald"\ntitle = "Strait \\"Herald\\""\n'
            'url = "https://herald.example/"\n',
            "",
        )
        == CONFIG
    )
    assert made.index("herald") > made.index('items = "li"')
    assert made.index("herald") < made.index("# --- Rules")


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.rstrip("\n"),
        CONFIG.replace("\n", "\r\n"),
        CONFIG.partition("# --- Rules")[0],
        CONFIG.partition("# --- Watchers")[0],
        CONFIG + '\n[actor.x]\nname = "[[watcher]]"\nkind = "state"\nmembers = [\n[1],\n]\n',
        CONFIG.replace("'Gulf Courier'", "'''\n[[watcher]]\nGulf'''"),
        "",
    ],
)
def test_a_watcher_is_added_to_any_file(text: str) -> None:
    made = adding.with_watchers(text, [KEYS, {**KEYS, "name": "b"}])
    before = tomllib.loads(text)
    assert tomllib.loads(made) == {
        **before,
        "watcher": [*before.get("watcher", []), KEYS, {**KEYS, "name": "b"}],
    }
    assert [line for line in text.splitlines() if line not in made.splitlines()] == []


def test_watchers_in_another_form_are_left_alone() -> None:
    with pytest.raises(NotWritableError, match=r"not written as \[\[watcher\]\]"):
        adding.with_watchers('watcher = [{name = "a"}]\n', [KEYS])


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(GOOD, "utf-8")
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match=r"^\S+/config.toml:\d+: watcher\[2\].name: "):
        adding.write(path, [{**KEYS, "name": "No Name"}])
    assert path.read_text("utf-8") == GOOD
    assert len(adding.write(path, [KEYS]).watchers) == 2
    assert len(load(path).watchers) == 2
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


def test_a_file_behind_a_link_is_written_there(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text(GOOD, "utf-8")
    link = tmp_path / "config.toml"
    link.symlink_to(tmp_path / "real.toml")
    adding.write(link, [KEYS])
    assert link.is_symlink()
    assert len(load(tmp_path / "real.toml").watchers) == 2


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("Gulf Courier", "https://x.example/", "gulf-courier"),
        ("Agência de Notícias", "https://x.example/", "agencia-de-noticias"),
        ("خبرگزاری", "https://www.farsnews.ir/rss", "farsnews-ir"),
        ("", "https://rss.example/feed", "example"),
        ("", "nonsense", "source"),
        ("x" * 200, "https://x.example/", "x" * 64),
    ],
)
def test_names_are_made_of_titles_or_hosts(title: str, url: str, expected: str) -> None:
    assert name_for(title, url, ()) == expected


LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Press"><outline text="Gulf" title="Gulf Courier" type="rss"
 xmlUrl="https://courier.example/rss" language="en-gb"/>
<outline text="خبر" xmlUrl="https://khabar.example/rss?a=1&amp;b=2" language="fa"/></outline>
<outline text="Again" xmlUrl="https://khabar.example/rss?a=1&amp;b=2"/>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="No feed"/>
</body></opml>"""


def test_a_list_is_imported_and_exported(tmp_path: Path) -> None:
    config, feeds = tmp_path / "config.toml", tmp_path / "feeds.opml"
    config.write_text(GOOD, "utf-8")
    feeds.write_text(LIST, "utf-8")
    runner = CliRunner()
    done = runner.invoke(app, ["import", str(feeds), "--config", str(config)])
    assert "has 1 new watchers" in " ".join(done.output.split())
    new = load(config).watchers[-1]
    assert (new.name, new.title, new.language) == ("khabar-example", "خبر", "fa")
    assert new.url == "https://khabar.example/rss?a=1&b=2"
    done = runner.invoke(app, ["export", "--config", str(config)])
    (tmp_path / "out.opml").write_text(done.stdout, "utf-8")
    assert [(o.title, o.url) for o in read_file(tmp_path / "out.opml").feeds] == [
        ("Gulf Courier", "https://courier.example/rss"),
        ("خبر", "https://khabar.example/rss?a=1&b=2"),
    ]


def test_titles_are_no_markup_in_a_list(tmp_path: Path) -> None:
    title = "<b>\"A\" & 'B'"
    file = tmp_path / "feeds.opml"
    file.write_text(written([Watcher("a", title, "https://a.example/?x=1&y=2")]), "utf-8")
    assert read_file(file).feeds[0].title == title


@pytest.mark.parametrize("body", [b"", b"<rss/>", b"\0\1\2"])
def test_what_is_no_list_is_told(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "feeds.opml"
    file.write_bytes(body)
    with pytest.raises(UnreadableSourceError, match="it is not OPML"):
        read_file(file)


def test_a_list_is_expanded_when_the_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(LIST, "utf-8")
    config = tmp_path / "config.toml"
    table = '[[watcher]]\nname = "press"\ntitle = "Press"\nkind = "opml"\nfile = "feeds.opml"\n'
    config.write_text(f'{GOOD}\n{table}every = "7m"\n', "utf-8")
    configuration = load(config)
    assert [w.name for w in configuration.watchers] == ["courier", "press-khabar-example"]
    listed = configuration.watchers[1]
    assert (listed.kind, listed.language, listed.every.total_seconds()) == ("feed", "fa", 420)
    assert configuration.files == (tmp_path / "feeds.opml",)
    (tmp_path / "feeds.opml").unlink()
    with pytest.raises(ConfigurationError, match=r"watcher\[2\].file: .*No such file"):
        load(config)


async def test_add_asks_and_writes(site: TestServer, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(GOOD, "utf-8")
    arguments = ["add", str(site.make_url("/")), "--config", str(config)]

    def invoke(*more: str, answer: str = "") -> str:
        return " ".join(CliRunner().invoke(app, [*arguments, *more], input=answer).output.split())

    assert "Aborted" in await asyncio.to_thread(invoke, answer="n\n")
    assert config.read_text("utf-8") == GOOD
    assert "has a new watcher: courier-" in await asyncio.to_thread(invoke, "--yes")
    again = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--yes"])
    assert isinstance(again.exception, AlreadyWatchedError)
    assert load(config).watchers[1].url == str(site.make_url("/feed"))
