from datetime import timedelta

from stories import WINDOW, group
from tests.making import NOON, entry, report, story

TITLE = "Iran and US hold indirect talks in Muscat"


def test_a_report_of_its_own_opens_a_story() -> None:
    one = report(entry(TITLE))
    opened = group(
        one, [story(report(entry("Something else happened today in Vienna", link="")))], NOON
    )
    assert opened.reports == (one,)
    assert opened.id == one.entry


def test_the_same_link_joins_and_changes_the_story() -> None:
    before = story(report(entry(TITLE, link="https://a.example/1")))
    later = NOON + timedelta(hours=1)
    after = group(report(entry("Another headline", link="https://a.example/1")), [before], later)
    assert (after.id, len(after.reports), after.updated) == (before.id, 2, later)


def test_a_copy_of_another_outlet_joins_by_its_headline() -> None:
    before = story(report(entry(TITLE, link="https://a.example/1"), outlet="A"))
    copy = report(entry(TITLE.upper(), link="https://b.example/2"), outlet="B")
    assert len(group(copy, [before], NOON).reports) == 2


def test_a_column_that_is_always_called_the_same_stays_apart() -> None:
    before = story(
        report(entry("The morning briefing for all subscribers", link="https://a.example/1"))
    )
    other = report(entry("The morning briefing for all subscribers", link="https://a.example/2"))
    assert len(group(other, [before], NOON).reports) == 1


def test_short_headlines_and_empty_links_join_nothing() -> None:
    before = story(report(entry("Live updates", link=""), outlet="A"))
    assert (
        len(group(report(entry("Live updates", link=""), outlet="B"), [before], NOON).reports) == 1
    )


def test_an_old_story_is_closed() -> None:
    before = story(report(entry(TITLE)))
    late = NOON + WINDOW + timedelta(seconds=1)
    assert len(group(report(entry(TITLE)), [before], late).reports) == 1
