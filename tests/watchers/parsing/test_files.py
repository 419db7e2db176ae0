"""Each file in files/ is read as the file of the same name beside it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.watchers.making import parsed
from watchers import ParsedEntry

FOLDER = Path(__file__).parent / "files"
FILES = sorted(path for path in FOLDER.iterdir() if path.with_name(f"{path.name}.json").exists())


def _shown(entry: ParsedEntry) -> dict[str, Any]:
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.name}.json").read_text("utf-8"))
    found = parsed(path.read_bytes(), expected["content_type"], expected["language"])
    assert [_shown(entry) for entry in found.entries] == expected["entries"]
    assert found.hints.ttl.total_seconds() == 60 * expected["ttl"]
    assert found.complete == expected["complete"]


def test_no_file_lacks_its_expected_value() -> None:
    values = {path for path in FOLDER.iterdir() if path.with_suffix("") in FILES}
    assert set(FOLDER.iterdir()) == values | set(FILES)
