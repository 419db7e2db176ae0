"""Records for tests, with every field that does not matter filled in."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from rules import Evidence, Field, Match
from stories import Report, Story
from watchers import Entry, Served

NOON = datetime(2023, 6, 12, 12, tzinfo=UTC)


def entry(title: str = "Iran and US hold talks in Muscat", text: str = "", **fields: Any) -> Entry:
    defaults = {
        "source": "courier",
        "uid": title,
        "link": "https://courier.example/1",
        "author": "",
        "categories": (),
        "language": "en",
        "published": NOON,
        "dated": True,
        "seen": NOON + timedelta(minutes=1),
    }
    return Entry(title=title, text=text, **{**defaults, **fields})


def serving(one: Entry, *keys: bytes) -> Served:
    return Served(keys, one.link, one.published if one.dated else None, one.seen, lambda: one)


def png(width: int = 8, height: int = 8) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" * (width + 1) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def match(rule: str = "talks", *spans: tuple[Field, int, int]) -> Match:
    return Match(rule, tuple(Evidence(f, start, end, "term", "part") for f, start, end in spans))


def report(one: Entry | None = None, *matches: Match, outlet: str = "Gulf Courier") -> Report:
    one = one or entry()
    return Report(f"{one.source}/{one.uid}", one, outlet, matches or (match(),))


def story(*reports: Report) -> Story:
    reports = reports or (report(),)
    return Story(reports[0].entry, NOON, NOON, reports)
