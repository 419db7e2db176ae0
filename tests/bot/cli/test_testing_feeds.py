"""`feeds --test`, as a user calls it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from aiohttp import web

from bot.cli import testing_feeds
from tests import processes
from tests.bot.configuration.test_loading import GOOD
from tests.watchers.conftest import Server, open_server
from tests.watchers.making import NOON, item, rss, watcher
from watchers import open_fetcher

FIRST, _, REST = GOOD.partition("[[watcher]]")
LAST = REST[REST.index("[[rule]]") :]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with open_server("0.0.0.0") as opened:
        yield opened


def dated(**ago: float) -> str:
    return format_datetime(datetime.now(UTC) - timedelta(**ago))


async def asked(
    folder: Path, server: Server, *paths: str, more: str = "", **environment: str
) -> CompletedProcess[str]:
    # A host is asked once a second: each watcher has its own.
    urls = {path: server.url(path, f"127.0.0.{n}") for n, path in enumerate(paths, 1)}
    tables = (
        f'[[watcher]]\nname = "{path.strip("/")}"\ntitle = "T"\nurl = "{url}"\n'
        f"allow_private = true\n{more}\n\n"
        for path, url in urls.items()
    )
    config = folder / "config.toml"
    config.write_text(FIRST + "".join(tables) + LAST, "utf-8")
    call = ("feeds", "--test", "--config", str(config), "--data", str(folder / "data"))
    given = {"COLUMNS": "140", **environment}
    done = await asyncio.to_thread(processes.backchannel, *call, folder=folder, **given)
    assert not (folder / "data").exists()
    return done


def rows(done: CompletedProcess[str]) -> dict[str, list[str]]:
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    return {words[0]: words[1:] for words in lines}


async def test_each_source_is_asked_once_and_what_it_answers_is_said(
    server: Server, tmp_path: Path
) -> None:
    server.gives(rss(item(1, date=dated(hours=3)), item(2, date=dated(days=1))), "/courier")
    server.gives(rss(item(1, date="")), "/undated")
    server.gives(rss(item(1, date=dated(days=80))), "/stale")
    server.gives(rss(), "/empty")
    done = await asked(tmp_path, server, "/courier", "/undated", "/stale", "/empty")
    assert done.returncode == 0, done.stderr
    said = rows(done)
    assert said["courier"] == ["feed", "2", "3", "h", "ago"]
    assert said["undated"] == [*"feed 1 - its entries have no dates".split()]
    assert said["stale"][5:] == [*"it has brought nothing for 80 days".split()]
    assert said["empty"] == [*"feed 0 - it has no entries".split()]
    assert done.stdout.splitlines()[-1] == "4 watchers, 0 could not be read"
    assert len(server.requests) == 4


async def test_it_ends_with_1_where_one_fails_and_says_why(server: Server, tmp_path: Path) -> None:
    server.gives(rss(item(date=dated(hours=1))), "/courier")
    server.gives(b"<html>x</html>", "/page")
    server.gives(b"", "/blocked", status=403, headers={"cf-mitigated": "challenge"})
    done = await asked(tmp_path, server, "/courier", "/page", "/blocked")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = rows(done)
    assert " ".join(said["blocked"]).startswith("feed - - protected against bots by Cloudflare")
    assert " ".join(said["page"]).startswith("feed - - this is a web page")
    assert [*said].index("blocked") < [*said].index("page") < [*said].index("courier")
    assert done.stdout.splitlines()[-1] == "3 watchers, 2 could not be read"


async def test_so_many_are_asked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing_feeds, "AT_A_TIME", 3)
    open_now = most = 0

    async def answer(_: web.Request) -> web.StreamResponse:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.05)
        open_now -= 1
        return web.Response(body=rss(item()))

    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    async with (
        open_server("0.0.0.0") as server,
        open_fetcher(user_agent="tests/1", pause=0) as fetcher,
    ):
        server.answers["/feed"] = answer
        # To the fetcher, each is a host of its own.
        watchers = [watcher(server.url(host=f"127.0.0.{n}")) for n in range(1, 8)]
        found = await testing_feeds.findings(watchers, fetcher, lambda: NOON, count)
    assert (len(found), counted) == (7, 7)
    assert most == 3
    assert not any(one.failed for one in found)


async def test_secrets_come_from_the_environment_and_are_shown_nowhere(
    server: Server, tmp_path: Path
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer t0ken":
            return web.Response(status=401)
        return web.Response(body=rss(item(date=dated(hours=1))))

    server.answers["/quay"] = answer
    keys = 'auth = { token = "$QUAY_TOKEN" }'
    well = await asked(tmp_path, server, "/quay", more=keys, QUAY_TOKEN="t0ken")
    assert well.returncode == 0, well.stdout
    wrong = await asked(tmp_path, server, "/quay", more=keys, QUAY_TOKEN="s3cret")
    assert (wrong.returncode, "401 Unauthorized" in wrong.stdout) == (1, True)
    absent = await asked(tmp_path, server, "/quay", more=keys)
    assert absent.returncode == 1
    assert "the environment has no QUAY_TOKEN" in absent.stdout
    for done in (well, wrong, absent):
        assert "t0ken" not in done.stdout + done.stderr
        assert "s3cret" not in done.stdout + done.stderr
