"""Logs say what strangers wrote, and obey none of it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bot.logs import Format

TITLE = "Talks\n2023-06-12T12:00:00Z [error] forged\x1b[2J\r\u202e\u2028end 123:SECRET"
CODE = """
import logging, sys, structlog
from bot.logs import Format, Level, set_up
set_up(Format(sys.argv[1]), Level.INFO, ("123:SECRET",))
structlog.get_logger().warning("entry", title=sys.argv[2])
logging.getLogger("library").warning(sys.argv[2])
try:
    raise ValueError(sys.argv[2])
except ValueError:
    structlog.get_logger().exception("a fault")
"""


@cache
def written(form: Format) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, form, TITLE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr.split("\n")[:-1]


@pytest.mark.parametrize("form", Format)
def test_what_commands_a_terminal_or_is_secret_is_not_in_them(form: Format) -> None:
    text = "\n".join(written(form))
    assert "forged" in text
    assert not set("\x1b\r\u202e\u2028").intersection(text)
    assert "SECRET" not in text


def test_a_title_makes_no_line() -> None:
    own, library, fault, *lines = written(Format.CONSOLE)
    assert "forged" in own
    assert "forged" in library
    assert "a fault" in fault
    assert any(line.startswith("Traceback") for line in lines)


def test_json_has_one_line_for_each() -> None:
    events = [json.loads(line)["event"] for line in written(Format.JSON)]
    assert [events[0], events[2]] == ["entry", "a fault"]
    assert len(events) == 3


def test_at_no_level_are_headers_and_addresses_of_requests_written() -> None:
    code = (
        "import logging; from bot.logs import Format, Level, set_up\n"
        "set_up(Format.JSON, Level.DEBUG)\n"
        "for name in ('httpx', 'httpcore.http2', 'hpack.hpack'): logging.getLogger(name).info('x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not done.stderr
