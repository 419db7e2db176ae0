"""Each file in kinds/ is read as the file of the same name beside it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.watchers.making import NOON, URL, watcher
from watchers import Options, ParsedEntry, ParsedFeed, kinds, parse
from watchers.kinds.page import Selectors

DATA = Path(__file__).parent / "files"
FILES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))


def options(kind: str, keys: dict[str, Any]) -> Options:
    made = {**keys, "select": Selectors(**keys["select"])} if "select" in keys else keys
    return kinds.options_of(kind)(**made)


def read(body: bytes, kind: str, keys: dict[str, Any]) -> ParsedFeed:
    one = watcher(kind=kind, options=options(kind, keys))
    return parse(body, url=URL, content_type="", watcher=one, now=NOON)


def _entry(entry: ParsedEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title,
        "text": entry.text,
        "link": entry.link,
        "author": entry.author,
        "categories": list(entry.categories),
        "language": entry.language,
        "published": entry.published.isoformat() if entry.published else None,
    }


def shown(found: ParsedFeed) -> dict[str, Any]:
    return {
        "complete": found.complete,
        "ids_proven": found.ids_proven,
        "more": list(found.more),
        "entries": [_entry(entry) for entry in found.entries],
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text("utf-8"))
    found = read(path.read_bytes(), expected.pop("kind"), expected.pop("options"))
    assert shown(found) == expected
