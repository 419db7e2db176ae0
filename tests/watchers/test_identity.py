"""Which entries are new, whatever a source does with its ids, links and dates."""

from datetime import timedelta

import pytest

from tests.watchers.making import NOON, ago, piece, polled, watcher
from watchers import Entry, ParsedEntry, Poll, SourceState, fresh
from watchers.identity import serve


def _titles(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.title for entry in entries]


class Source:
    """Remembers the keys of its polls, as the store does."""

    def __init__(self) -> None:
        self.known: set[bytes] = set()
        self.untrusted = False
        self.polls = 0

    def serves(self, *pieces: ParsedEntry) -> list[str]:
        poll = polled(pieces, first=not self.polls, untrusted=self.untrusted)
        return self.takes(poll)

    def takes(self, poll: Poll) -> list[str]:
        new = fresh(poll, self.known)
        self.known |= {key for served in poll.served for key in served.keys}
        self.untrusted = poll.state.ids_untrusted
        self.polls += 1
        return _titles(new)


@pytest.fixture
def source() -> Source:
    made = Source()
    made.serves(piece("old one"), piece("old two"))
    return made


def test_an_entry_is_new_once(source: Source) -> None:
    assert source.serves(piece("a"), piece("old one")) == ["a"]
    assert source.serves(piece("a"), piece("old one")) == []
    assert source.serves(piece("old two"), piece("a")) == []


def test_an_edited_title_is_not_new(source: Source) -> None:
    source.serves(piece("a"), piece("old one"))
    assert source.serves(piece("a", title="A, edited"), piece("old one")) == []


def test_ids_that_change_at_every_poll(source: Source) -> None:
    for poll in range(3):
        pieces = (piece(name, id=f"{name}?{poll}") for name in ("a", "old one", "old two"))
        assert source.serves(*pieces) == (["a"] if not poll else [])


def test_one_id_for_all(source: Source) -> None:
    assert source.serves(piece("a", id="x"), piece("b", id="x")) == ["b", "a"]
    assert source.serves(piece("c", id="x"), piece("a", id="x")) == ["c"]
    # Alone, its id says nothing: the source is known to give one to all.
    assert source.serves(piece("d", id="x")) == ["d"]


def test_one_id_for_all_in_a_feed_of_one_entry() -> None:
    source = Source()
    assert source.serves(piece("a", id="x")) == ["a"]
    assert source.serves(piece("b", id="x")) == ["b"]
    assert source.serves(piece("b", id="x")) == []


def test_one_link_for_all_in_a_feed_of_one_entry() -> None:
    source = Source()
    for name in ("a", "b"):
        assert source.serves(piece(name, link="https://courier.example/")) == [name]
        assert source.serves(piece(name, link="https://courier.example/")) == []


def test_a_feed_that_grows_from_one_entry_repeats_nothing() -> None:
    source = Source()
    source.serves(piece("a"))
    assert source.serves(piece("b"), piece("a")) == ["b"]
    assert source.serves(piece("b")) == []


def test_one_link_for_all_without_ids(source: Source) -> None:
    home = {"id": "", "link": "https://courier.example/"}
    assert source.serves(piece("a", **home), piece("b", **home)) == ["b", "a"]
    assert source.serves(piece("c", **home), piece("a", **home)) == ["c"]


def test_tracking_parameters_make_no_difference(source: Source) -> None:
    link = "https://courier.example/a"
    source.serves(
        piece("a", id="", link=f"{link}?utm_source=x&id=1&utm_medium=y"), piece("old one")
    )
    again = piece("A", id="", link=f"{link}?id=1&utm_source=z&fbclid=1")
    assert source.serves(again, piece("old one")) == []
    other = piece("a", id="", link=f"{link}?id=2&utm_source=x")
    assert source.serves(other, piece("old one")) == ["a"]


def test_neither_id_nor_link_nor_title(source: Source) -> None:
    bare = {"id": "", "link": "", "title": ""}
    a, b = piece(**bare, text="first"), piece(**bare, text="second")
    assert len(source.serves(a, b)) == 2
    assert source.serves(b, a) == []


def test_the_same_entry_twice_in_a_feed_is_one(source: Source) -> None:
    assert source.serves(piece("a"), piece("a"), piece("old one")) == ["a"]


def test_the_oldest_comes_first(source: Source) -> None:
    pieces = (piece(name, published=ago(hours=hour)) for hour, name in enumerate("abc", 1))
    assert source.serves(*pieces, piece("old one")) == ["c", "b", "a"]


def test_the_first_poll_brings_what_is_young_enough() -> None:
    source = Source()
    young, old = piece("young", published=ago(hours=23)), piece("old", published=ago(hours=25))
    assert source.serves(young, old, piece("undated", published=None)) == ["young"]
    assert source.serves(young, old, piece("undated", published=None)) == []


def test_entries_without_dates_are_new_after_the_first_poll(source: Source) -> None:
    assert source.serves(piece("a", published=None), piece("old one", published=None)) == ["a"]


def test_an_archive_served_again_is_not_news(source: Source) -> None:
    archive = [piece(f"{n}", published=ago(days=30 + n)) for n in range(20)]
    assert source.serves(*archive) == []
    assert source.serves(piece("a"), *archive) == ["a"]


def test_an_archive_below_what_is_known_is_not_news(source: Source) -> None:
    assert source.serves(piece("old one"), piece("x", published=ago(days=30))) == []


def test_a_late_report_with_an_old_date_is_news(source: Source) -> None:
    assert source.serves(piece("late", published=ago(days=30)), piece("old one")) == ["late"]


def test_a_date_to_come_is_the_present() -> None:
    (served,) = polled([piece(published=NOON + timedelta(minutes=30))]).served
    assert (served.entry.published, served.entry.dated) == (NOON, True)


def test_no_date_is_the_present() -> None:
    (served,) = polled([piece(published=None)]).served
    assert (served.entry.published, served.entry.dated) == (NOON, False)


def test_uids_tell_entries_apart() -> None:
    pieces = [piece("a", id="x" * 600), piece("b", id="y" * 600), piece("c"), piece("d", id="")]
    uids = [served.entry.uid for served in polled(pieces).served]
    assert len(set(uids)) == 4
    assert all(0 < len(uid) <= 500 for uid in uids)


def _sent(*pieces: ParsedEntry, untrusted: bool = False) -> Poll:
    served, _ = serve("courier", pieces, ids_untrusted=untrusted, seen=NOON, partial=True)
    return Poll(watcher(), SourceState("courier"), served, pushed=True)


def test_what_a_hub_sends_is_known_by_what_was_polled_and_the_other_way_round(
    source: Source,
) -> None:
    assert source.takes(_sent(piece("old one"))) == []
    assert source.takes(_sent(piece("old one", title="Edited"))) == []
    assert source.takes(_sent(piece("a"))) == ["a"]
    assert source.serves(piece("a"), piece("old one")) == []
    assert source.serves(piece("b"), piece("a")) == ["b"]
    assert source.takes(_sent(piece("b"), piece("c"))) == ["c"]


def test_a_wrong_date_of_what_a_hub_sends_alone_loses_nothing(source: Source) -> None:
    late = piece("late", published=ago(days=400))
    assert source.takes(_sent(late)) == ["late"]
    archive = [piece(f"archive {number}", published=ago(days=400)) for number in range(9)]
    assert source.takes(_sent(*archive)) == []


def test_ids_that_are_not_trusted_are_not_trusted_of_a_hub(source: Source) -> None:
    assert source.takes(_sent(piece("a", id="x"), untrusted=True)) == ["a"]
    assert source.takes(_sent(piece("b", id="x"), untrusted=True)) == ["b"]
