"""docs/watchers.md: its examples are read, and its kind for others is installed and polled."""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from bot.configuration.loading import load
from bot.configuration.sources import kind_options
from tests.watchers.conftest import Server
from tests.watchers.making import NOON
from watchers import SourceState, kinds, open_fetcher, poll
from watchers.kinds.page import Selectors

TEXT = (Path(__file__).parents[3] / "docs" / "watchers.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(\[\[watcher\]\].+?)^```$", TEXT, re.MULTILINE | re.DOTALL)
PACKAGE = next(re.finditer(r"^```toml\n(\[project\].+?)^```$", TEXT, re.MULTILINE | re.DOTALL))[1]
CODE = next(re.finditer(r"^```python\n(.+?)^```$", TEXT, re.MULTILINE | re.DOTALL))[1]
REST = dedent("""
    [[channel]]
    name = "talks"

    [[rule]]
    name = "omani-mediation"
    title = "Omani mediation"
    when = "topic:omani-mediation"
    channels = ["talks"]
    """)
OPML = "<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/'/></body></opml>"


@pytest.fixture
def gazette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind of the documentation, installed as its package would be."""
    made = tomllib.loads(PACKAGE)["project"]
    folder = tmp_path / "site"
    info = folder / f"{made['name'].replace('-', '_')}-{made['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {made['name']}\nVersion: {made['version']}\n")
    ((group, points),) = made["entry-points"].items()
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{lines}")
    (folder / "gazette.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(folder))
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cached in (kinds._function, kinds.options_of, kind_options._adapter):
        cached.cache_clear()
    sys.modules.pop("gazette", None)


def file(folder: Path, watcher: str) -> Path:
    (folder / "feeds.opml").write_text(OPML)
    path = folder / "config.toml"
    path.write_text(watcher + REST, "utf-8")
    return path


@pytest.mark.usefixtures("gazette")
def test_the_examples_are_right(tmp_path: Path) -> None:
    watchers = load(file(tmp_path, "".join(EXAMPLES))).watchers
    assert len(watchers) == len(EXAMPLES)
    assert all(watcher.url.startswith("https://") for watcher in watchers)


def test_every_kind_has_an_example() -> None:
    kinds_shown = {tomllib.loads(one)["watcher"][0].get("kind", "feed") for one in EXAMPLES}
    assert kinds_shown == {*kind_options.names(), "gazette"}


@pytest.mark.parametrize("kind", kind_options.names())
def test_every_key_of_a_kind_is_documented_and_no_other(kind: str) -> None:
    section = TEXT.split(f"\n## `{kind}`", 1)[1].partition("\n## ")[0]
    expected = [field.name for field in fields(kind_options.options_of(kind))]
    if kind == "page":
        expected += [field.name for field in fields(Selectors)]
    if kind == "opml":
        expected.append("url")
    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == expected


@pytest.mark.usefixtures("gazette")
async def test_the_kind_of_the_documentation_is_polled(server: Server, tmp_path: Path) -> None:
    example = next(one for one in EXAMPLES if "gazette" in one)
    here = example.replace("https://gazette.example/api", server.url()) + "allow_private = true\n"
    (watcher,) = load(file(tmp_path, here)).watchers
    notice = {"number": 7, "subject": "Ferry <b>licences</b>", "html": "x", "day": "2023-06-12"}
    server.gives(json.dumps({"notices": [notice] * 30}).encode())
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        polled = await poll(watcher, SourceState("gazette"), fetcher, lambda: NOON)
        server.gives(b"[]")
        failed = await poll(watcher, SourceState("gazette"), fetcher, lambda: NOON)
    assert server.requests[0].query_string == "section=shipping"
    assert polled.state.last_error == ""
    assert [served.entry.title for served in polled.served] == ["Ferry licences"]
    assert polled.served[0].entry.link == server.url("/notices/7")
    assert failed.state.last_error == "this is no gazette: it is not the gazette's JSON"


def mistakes(example: str) -> str:
    (table,) = tomllib.loads(example)["watcher"]
    return "; ".join(
        f"{'.'.join(map(str, key))}: {told}" for key, told in kind_options.mistakes(table)
    )


@pytest.mark.usefixtures("gazette")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('section = "shipping"', "", "section: this key is missing, and the kind 'gazette' has"),
        ('section = "shipping"', 'section = ""\nsction = "x"', "did you mean 'section'"),
        ('kind = "gazette"', 'kind = "gazete"', "kind: 'gazete' is not allowed; did you mean"),
        ('section = "shipping"', 'section = "x"\nmost = "many"', "most: 'many' was found: "),
    ],
)
def test_its_keys_are_checked_like_all_others(old: str, new: str, told: str) -> None:
    example = next(one for one in EXAMPLES if "gazette" in one)
    assert told in mistakes(example.replace(old, new))


@pytest.mark.usefixtures("gazette")
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import nothing_of_the_kind", "cannot be used: gazette:read: ModuleNotFoundError"),
        ("read = 1", "cannot be used: gazette:read is no function"),
        ("def read(answer, options): ...", "its second argument is not one of Options"),
    ],
)
def test_a_kind_that_is_broken_is_said_to_be(tmp_path: Path, code: str, told: str) -> None:
    sys.modules.pop("gazette", None)
    (tmp_path / "site" / "gazette.py").write_text(code)
    assert told in mistakes(next(one for one in EXAMPLES if "gazette" in one))
