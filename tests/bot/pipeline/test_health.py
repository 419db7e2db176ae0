"""Sources that answer and yet bring nothing are told to the administrators, once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import store
from bot.clock import Clock
from bot.pipeline.reading.health import LOOKS_BACK, MOST_TOLD, SourceHealth
from store import Store
from tests.bot.delivery.newsroom import said
from tests.bot.pipeline.test_gaps import Desk, Press, date_of, desk
from tests.making import NOON, entry
from tests.opening import open_database
from watchers import Entry, SourceState, Trouble, Watcher
from watchers.scheduling.rhythm import Rhythm

HOUR = timedelta(hours=1)
WATCHER = Watcher("courier", "Gulf Courier", "https://courier.example/feed")


class Office:
    """Looks at what is in a database, at a time."""

    def __init__(self, stored: Store, watchers: tuple[Watcher, ...] = (WATCHER,)) -> None:
        self.stored = stored
        self.now = NOON
        self.told: list[str] = []
        self.health = SourceHealth(watchers, stored, Clock(lambda: self.now), self.tell)

    async def tell(self, text: str) -> None:
        self.told.append(text)

    async def looks(self) -> list[str]:
        """What is told now."""
        self.told = []
        await self.health.look()
        return self.told

    async def has(self, *states: SourceState) -> None:
        async with self.stored.write() as db:
            await store.save_states(db, states)
            await store.note_new(db, {one.watcher: one.entries for one in states}, NOON)

    async def brings(self, *entries: Entry) -> None:
        async with self.stored.write() as db:
            await store.save_entries(db, [(one, ()) for one in entries])

    async def lasting(self) -> set[Trouble]:
        async with self.stored.read() as db:
            return {*(await store.told_troubles(db)).get("courier", {})}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_database(tmp_path / "test.db") as stored:
        yield Office(stored)


def numbered(start: int, count: int, **fields: Any) -> list[Entry]:
    return [
        entry(
            **{
                "title": said(n),
                "text": f"Text {n}.",
                "uid": f"n-{n}",
                "published": NOON - HOUR,
                "seen": NOON - 9 * HOUR + timedelta(minutes=n),
                **fields,
            }
        )
        for n in range(start, start + count)
    ]


def learned(until: datetime, silent: timedelta) -> SourceState:
    """A source that was read every ten minutes for weeks, and brought something every hour."""
    rhythm, at, last_new = Rhythm(), until - timedelta(weeks=3), until
    state = SourceState("courier", entries=500)
    step = timedelta(minutes=10)
    while at < until:
        brings = at.minute == 0 and at <= until - silent
        rhythm = rhythm.after(at - step, at, brought=brings)
        last_new = at if brings else last_new
        at += step
    return replace(
        state, rhythm=rhythm.written(), last_success=until, last_poll=until, last_new=last_new
    )


async def _replace(office: Office, state: SourceState) -> None:
    async with office.stored.write() as db:
        await store.save_states(db, [state])
        if state.last_new:
            await store.note_new(db, {state.watcher: 0}, state.last_new)


async def test_a_source_that_is_silent_for_longer_than_it_ever_was_is_told_once(
    office: Office,
) -> None:
    await office.has(SourceState("courier", entries=500))
    await _replace(office, learned(NOON, 5 * HOUR))
    assert await office.looks() == []
    await _replace(office, learned(NOON, 20 * HOUR))
    (told,) = await office.looks()
    assert "Gulf Courier (courier): nothing new since 11 Jun 16:00 UTC" in told
    assert await office.lasting() == {Trouble.SILENT}
    # Days later, after a restart, with a rhythm that has forgotten.
    again = Office(office.stored)
    again.now = NOON + timedelta(days=20)
    await _replace(again, replace(learned(NOON, 20 * HOUR), rhythm=Rhythm().written()))
    assert await again.looks() == []
    assert await again.lasting() == {Trouble.SILENT}
    # When it is back, that is over, and the next silence is another one.
    await _replace(again, learned(again.now + HOUR, timedelta()))
    again.now += HOUR
    assert await again.looks() == []
    assert await again.lasting() == set()
    await _replace(again, learned(again.now, 20 * HOUR))
    assert len(await again.looks()) == 1


async def test_what_nobody_asked_for_is_not_silence(office: Office) -> None:
    state = learned(NOON, timedelta())
    await office.has(SourceState("courier", entries=500))
    await _replace(office, state)
    office.now = NOON + timedelta(days=3)
    assert await office.looks() == []


@pytest.mark.parametrize("seldom", [{"entries": 3}, {"errors": 2}, {"rhythm": None}])
async def test_who_is_not_known_well_or_fails_is_not_silent(
    office: Office, seldom: dict[str, object]
) -> None:
    await office.has(SourceState("courier", entries=int(str(seldom.get("entries", 500)))))
    await _replace(office, replace(learned(NOON, 20 * HOUR), **seldom))  # type: ignore[arg-type]
    assert await office.looks() == []


async def test_entries_without_a_text_any_more(office: Office) -> None:
    await office.has(SourceState("courier"))
    await office.brings(*numbered(0, 12))
    await office.brings(*numbered(12, 11, text=""))
    assert await office.looks() == []
    await office.brings(*numbered(23, 1, text=""))
    (told,) = await office.looks()
    assert "Gulf Courier (courier): its last 12 entries have no text" in told
    await office.brings(*numbered(24, 30, text=""))
    assert await office.looks() == []
    await office.brings(*numbered(60, 1))
    assert (await office.looks(), await office.lasting()) == ([], set())


async def test_headlines_that_never_had_a_text_are_well(office: Office) -> None:
    await office.has(SourceState("courier"))
    await office.brings(*numbered(0, 40, text=""))
    assert await office.looks() == []


async def test_a_source_that_only_repeats(office: Office) -> None:
    await office.has(SourceState("courier"))
    await office.brings(*numbered(0, 6))
    again = [
        replace(one, uid=f"{one.uid}-{turn}", seen=one.seen + turn * HOUR)
        for turn in range(1, 3)
        for one in numbered(0, 6)
    ]
    await office.brings(*again[:11])
    assert await office.looks() == []
    await office.brings(again[11])
    (told,) = await office.looks()
    assert "its last 12 entries all repeat headlines and texts of entries before them" in told
    await office.brings(*numbered(300, 1))
    assert (await office.looks(), await office.lasting()) == ([], set())


async def test_many_at_once_are_one_notice(tmp_path: Path) -> None:
    watchers = tuple(replace(WATCHER, name=f"courier-{n}") for n in range(MOST_TOLD + 5))
    error = "it is protected against bots by Somebody"
    async with open_database(tmp_path / "test.db") as stored:
        office = Office(stored, watchers)
        await office.has(*(SourceState(one.name, errors=2, last_error=error) for one in watchers))
        (told,) = await office.looks()
        assert len(told.splitlines()) == MOST_TOLD + 2
        assert told.endswith("and 5 more: see /feeds")
        assert await office.looks() == []


async def test_old_entries_tell_nothing(office: Office) -> None:
    await office.has(SourceState("courier"))
    await office.brings(*numbered(0, 30, title="The same"))
    office.now = NOON + LOOKS_BACK + HOUR
    assert await office.looks() == []


CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>"
    "window._cf_chl_opt={cvId:'3'}</script></body></html>"
)


@pytest.mark.parametrize("kind", ["plain", "telegram", "sitemap"])
async def test_a_page_that_keeps_bots_out_is_named_and_told(tmp_path: Path, kind: str) -> None:
    press = Press(kind=kind)
    async with desk(tmp_path, press) as bot:
        await bot.poll(8)
        press.body = CHALLENGE
        await bot.poll(9)
        assert await _told(bot) == []
        await bot.poll(10)
        (told,) = await _told(bot)
        assert "(courier): protected against bots by Cloudflare (the server answers 200" in told
        assert await _told(bot) == []
        press.body = ""
        await bot.poll(11)
        assert await _told(bot) == []
        press.body = CHALLENGE
        await bot.poll(12)
        await bot.poll(13)
        assert len(await _told(bot)) == 1


async def _told(bot: Desk) -> list[str]:
    office = Office(bot.stored, (bot.watcher,))
    office.now = date_of(bot.press.count)
    return await office.looks()
