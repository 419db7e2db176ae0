from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from io import StringIO

from rich.console import Console

from bot.cli.feeds import table
from tests.making import NOON
from watchers import SourceStanding, SourceState, Watcher


def shown(
    *states: SourceState, pushed: Collection[str] = (), standing: SourceStanding | None = None
) -> list[str]:
    watchers = [Watcher(name, name.title(), "https://e.example/") for name in ("courier", "wire")]
    watchers[0] = replace(watchers[0], standing=standing)
    console = Console(width=100, record=True, file=StringIO())
    console.print(table(watchers, {state.watcher: state for state in states}, NOON, pushed))
    return [line.strip() for line in console.export_text().splitlines()]


def test_each_watcher_with_its_last_success_and_next_poll() -> None:
    lines = shown(
        SourceState(
            "courier",
            last_poll=NOON,
            last_success=NOON - timedelta(minutes=5),
            next_poll=NOON + timedelta(hours=2),
            entries=17,
        )
    )
    assert lines[1].split() == ["courier", "5", "min", "ago", "17", "in", "2", "h"]
    assert lines[2].split() == ["wire", "not", "read", "yet", "0", "-"]
    assert lines[-1] == "2 watchers, 0 failing, 1 not read yet"


def test_one_that_is_pushed_says_so_instead_of_its_next_poll() -> None:
    lines = shown(SourceState("courier", last_poll=NOON, last_success=NOON), pushed=["courier"])
    assert lines[1].split() == ["courier", "0", "s", "ago", "0", "pushed"]


def test_the_failing_ones_come_first_with_what_is_the_matter() -> None:
    failing = SourceState(
        "wire", last_poll=NOON, last_error="it is a web page: look for its feed", errors=3
    )
    lines = shown(SourceState("courier", last_poll=NOON, last_success=NOON), failing)
    assert lines[1].startswith("wire")
    assert lines[1].endswith("it is a web page (3 times in a row)")
    assert "it is a web page: look for its feed: wire" in lines


def test_one_that_moved_is_shown_with_the_line_to_change() -> None:
    lines = shown(
        SourceState("courier", last_poll=NOON, url="https://e.example/new"),
        SourceState("wire", last_poll=NOON, url="https://me:s3cret@w.example/"),
    )
    assert 'courier moved: url = "https://e.example/new"' in lines
    assert 'wire moved: url = "https://…@w.example/"' in lines


def test_one_that_stayed_is_not() -> None:
    lines = shown(SourceState("courier", last_poll=NOON, url="https://e.example/"))
    assert not any("moved" in line for line in lines)


def test_dates_that_lie_ahead_are_told() -> None:
    lines = shown(SourceState("courier", last_poll=NOON, time_offset="210 2 1686567600 0"))
    assert "courier dates its entries 3.5 h ahead: that is taken off" in lines


def test_how_a_source_stands_to_its_state_is_shown_where_it_is_said() -> None:
    lines = shown(standing=SourceStanding.STATE_ALIGNED)
    assert lines[0].split()[:3] == ["watcher", "standing", "last"]
    assert lines[1].split()[:3] == ["courier", "state-aligned", "not"]
    assert "standing" not in shown()[0]
