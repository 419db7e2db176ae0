"""`doctor`: what is wrong is said with what to do, and no secret is told."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.data_folder import database_url
from store import open_store
from tests.fakebotapi import TOKEN, FakeBotApi
from tests.processes import backchannel

CHAT = -1001000000001
CONFIG = """
[[channel]]
name = "news"
chat = "@well_talks"

[[watcher]]
name = "courier"
title = "Courier"
url = "{url}"
allow_private = true

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
"""


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        yield server
        server.assert_clean()


@dataclass
class Site:
    """A server whose clock can be wrong."""

    ahead: timedelta = timedelta()
    address: str = field(default="", init=False)


@pytest.fixture
def site() -> Iterator[Site]:
    town = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.now(UTC) + town.ahead, usegmt=True)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    town.address = f"http://127.0.0.1:{server.server_port}/feed"
    yield town
    server.shutdown()
    server.server_close()


def doctor(folder: Path, url: str, *, token: str = "", api_url: str = "") -> CompletedProcess[str]:
    (folder / "config.toml").write_text(CONFIG.format(url=url), "utf-8")
    return backchannel(
        "doctor", folder=folder, COLUMNS="200", TELEGRAM_BOT_TOKEN=token, TELEGRAM_API_URL=api_url
    )


def told(done: CompletedProcess[str], about: str) -> str:
    """What was said about something."""
    found = [line for line in done.stdout.splitlines() if line[6:].startswith(f"{about}: ")]
    assert len(found) == 1, done.stdout + done.stderr
    return found[0]


async def test_where_all_is_well(tmp_path: Path, site: Site, telegram: FakeBotApi) -> None:
    telegram.add_chat(CHAT, username="well_talks")
    (tmp_path / "data").mkdir()
    async with open_store(database_url(tmp_path / "data")):
        pass
    done = doctor(tmp_path, site.address, token=TOKEN, api_url=telegram.url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is wrong." in done.stdout
    assert told(done, "network") == "well  network: 1 of 1 source asked answers"
    assert told(done, "token").endswith("Telegram accepts it: the bot is @backchannel_test_bot")
    assert told(done, "channel news") == "well  channel news: the bot may post in @well_talks"
    assert "revision" in told(done, "database")
    assert "as the servers' clocks" in told(done, "clock")
    assert told(done, "DNS") == "well  DNS: 1 of 1 host name known"
    assert "python-telegram-bot 2" in told(done, "libraries")
    assert not telegram.calls("sendMessage")
    assert TOKEN not in done.stdout + done.stderr
    assert TOKEN.partition(":")[2] not in done.stdout + done.stderr


def test_before_the_first_start_nothing_is_wrong(tmp_path: Path, site: Site) -> None:
    done = doctor(tmp_path, site.address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert told(done, "database") == "well  database: none yet: it is made at the first start"
    assert told(done, "token").startswith("note  token: TELEGRAM_BOT_TOKEN is not set")
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


def test_without_a_network(tmp_path: Path) -> None:
    done = doctor(tmp_path, "http://127.0.0.1:9/feed")
    assert done.returncode == 2
    assert told(done, "network").startswith("wrong network: 0 of 1 source asked answer (courier: ")
    assert "is there a network" in told(done, "network")


def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    done = doctor(tmp_path, "http://nowhere.invalid/feed")
    assert done.returncode == 2
    assert told(done, "DNS").startswith("wrong DNS: 0 of 1 host name known: look at the name serv")


@pytest.mark.parametrize(("hours", "said"), [(2, "behind"), (-2, "ahead of")])
def test_a_clock_that_is_wrong(tmp_path: Path, site: Site, hours: int, said: str) -> None:
    site.ahead = timedelta(hours=hours)
    done = doctor(tmp_path, site.address)
    assert done.returncode == 2
    assert f"s {said} the servers' clocks: set it" in told(done, "clock")


def test_a_token_and_channels_that_are_wrong(
    tmp_path: Path, site: Site, telegram: FakeBotApi
) -> None:
    telegram.add_chat(CHAT, username="well_talks", can_post=False)
    done = doctor(tmp_path, site.address, token=TOKEN, api_url=telegram.url)
    assert done.returncode == 2
    assert "may not post messages" in told(done, "channel news")
    done = doctor(tmp_path, site.address, token="1:wrong", api_url=telegram.url)
    assert done.returncode == 2
    assert "Telegram does not accept the token" in told(done, "token")


def test_a_channel_that_is_not_there(tmp_path: Path, site: Site, telegram: FakeBotApi) -> None:
    done = doctor(tmp_path, site.address, token=TOKEN, api_url=telegram.url)
    assert done.returncode == 2
    assert "there is no chat @well_talks" in told(done, "channel news")


def test_a_configuration_with_mistakes(tmp_path: Path) -> None:
    done = doctor(tmp_path, "ftp://nowhere")
    assert done.returncode == 2
    assert "wrong configuration: 1 mistake, the first: config.toml:9:" in done.stdout
    assert "backchannel check shows all" in done.stdout


def test_a_database_that_is_damaged_or_of_another_version(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "data" / "backchannel.db"
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 100)
    done = doctor(tmp_path, site.address)
    assert done.returncode == 2
    assert "is damaged (file is not a database)" in told(done, "database")
    for revision, said in (("9999", "wrong database: made by a newer"), ("0000", "of an older")):
        file.unlink()
        with sqlite3.connect(file) as db:
            db.execute("CREATE TABLE alembic_version (version_num TEXT)")
            db.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        db.close()
        assert said in told(doctor(tmp_path, site.address), "database")
