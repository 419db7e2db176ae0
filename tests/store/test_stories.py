"""Entries with their matches, and the stories that they make."""

from dataclasses import replace
from datetime import timedelta

import pytest

import store
from rules import Evidence, Field, Match
from store import Store
from stories import Report, Story
from tests.making import NOON, entry
from watchers import Entry

DAY = timedelta(days=1)


def _matched(one: Entry) -> tuple[Match, ...]:
    evidence = (
        Evidence(Field.TITLE, 0, 4, "iran", "actor:iran"),
        Evidence(Field.TEXT, 3, 9, "گفتگو", "topic:talks"),
    )
    return (Match("deal", ()), Match("talks", evidence if one.title else ()))


def _report(one: Entry) -> Report:
    return Report(store.entry_id(one), one, "Gulf Courier", _matched(one))


def _story(*entries: Entry, days: float = 0) -> Story:
    reports = tuple(map(_report, entries))
    return Story(reports[0].entry, NOON, NOON + days * DAY, reports)


async def _save(stored: Store, *told: Story) -> None:
    async with stored.write() as db:
        for story in told:
            found = [(r.document, r.matches) for r in story.reports]
            await store.save_entries(db, found)  # type: ignore[arg-type]
            await store.save_story(db, story)


async def _recent(stored: Store, days: float = -1) -> list[Story]:
    async with stored.read() as db:
        return await store.recent_stories(db, NOON + days * DAY)


async def test_a_story_comes_back_with_its_entries_and_evidence(stored: Store) -> None:
    bare = entry("", "گفتگوهای غیرمستقیم", language=None, link="", dated=False)
    rich = entry("Iran 🇮🇷 talks", author="A. Author", categories=("World", "Iran"))
    story = _story(rich, bare)
    await _save(stored, story)
    assert await _recent(stored) == [story]


async def test_a_story_grows_and_keeps_the_order_of_its_reports(stored: Store) -> None:
    entries = [entry(f"Title {number}") for number in (3, 1, 2, 0)]
    for count in range(1, 5):
        await _save(stored, _story(*entries[:count], days=count))
    (found,) = await _recent(stored)
    assert found == _story(*entries, days=4)


async def test_the_newest_story_comes_first_and_old_ones_do_not(stored: Store) -> None:
    one, other, old = entry("one"), entry("other"), entry("old")
    await _save(stored, _story(one), _story(other, days=1), _story(old, days=-3))
    assert await _recent(stored) == [_story(other, days=1), _story(one)]


async def test_an_entry_that_is_stored_stays_as_it_is(stored: Store) -> None:
    one = entry("one")
    await _save(stored, _story(one))
    async with stored.write() as db:
        await store.save_entries(db, [(replace(one, text="changed"), _matched(one))])
    (found,) = await _recent(stored)
    assert found == _story(one)


def test_an_entrys_id_depends_on_its_source_and_uid_alone() -> None:
    one = entry("one")
    assert store.entry_id(one) == store.entry_id(replace(one, title="other", seen=NOON))
    assert store.entry_id(one) != store.entry_id(replace(one, source="herald"))
    assert store.entry_id(one) != store.entry_id(replace(one, uid="other"))


async def test_a_story_of_an_entry_that_is_not_stored_is_refused(stored: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        async with stored.write() as db:
            await store.save_story(db, _story(entry("one")))
    assert await _recent(stored) == []


async def test_old_entries_are_forgotten_with_their_matches_and_reports(stored: Store) -> None:
    old, new = entry("old", seen=NOON - 9 * DAY), entry("new", seen=NOON)
    await _save(stored, _story(old), _story(new))
    async with stored.write() as db:
        assert await store.forget_entries(db, NOON - DAY) == 1
    assert await _recent(stored) == [_story(new)]


async def test_old_stories_are_forgotten_and_their_entries_kept(stored: Store) -> None:
    old, new = entry("old"), entry("new")
    await _save(stored, _story(old, days=-9), _story(new))
    async with stored.write() as db:
        assert await store.forget_stories(db, NOON - DAY) == 1
        assert await store.forget_entries(db, NOON + DAY) == 2


async def test_the_last_stories_and_one_by_its_id(stored: Store) -> None:
    told = [_story(entry(f"Title {number}"), days=number) for number in (2, 0, 3, 1)]
    await _save(stored, *told)
    async with stored.read() as db:
        assert await store.latest_stories(db, 2) == [told[2], told[0]]
        assert await store.find_story(db, told[1].id) == told[1]
        assert await store.find_story(db, "none") is None
