"""Source states, and the keys by which entries are known again."""

from dataclasses import replace
from datetime import timedelta

import pytest

import store
from store import Store
from store.sources import REMARK_AFTER
from tests.making import NOON
from watchers import SourceState

DAY = timedelta(days=1)
FULL = SourceState(
    watcher="courier",
    url="https://courier.example/new",
    etag='W/"1"',
    last_modified="Mon, 12 Jun 2023 12:00:00 GMT",
    body_hash=bytes(range(16)),
    ids_untrusted=True,
    interval=312.5,
    next_poll=NOON + DAY,
    last_poll=NOON,
    last_success=NOON - DAY,
    last_new=NOON - 2 * DAY,
    last_error="the answer is empty",
    errors=3,
    entries=17,
)


async def _states(stored: Store) -> dict[str, SourceState]:
    async with stored.read() as db:
        return await store.source_states(db)


async def _save(stored: Store, *states: SourceState) -> None:
    async with stored.write() as db:
        await store.save_states(db, states)


async def _remember(stored: Store, watcher: str, *keys: bytes, days: float = 0) -> None:
    async with stored.write() as db:
        await store.remember_keys(db, {watcher: keys}, NOON + days * DAY)


async def _remember_as_needed(
    stored: Store, watcher: str, *keys: bytes, days: float
) -> list[bytes]:
    now = NOON + days * DAY
    async with stored.write() as db:
        known = (await store.known_keys(db, {watcher: keys}, now))[watcher]
        needed = store.to_remember(keys, known)
        await store.remember_keys(db, {watcher: needed}, now)
    return needed


async def _known(stored: Store, watcher: str, *keys: bytes) -> set[bytes]:
    async with stored.read() as db:
        return {*(await store.known_keys(db, {watcher: keys}, NOON))[watcher]}


async def _forget(stored: Store, days: float) -> int:
    async with stored.write() as db:
        return await store.forget_keys(db, NOON + days * DAY)


async def test_states_come_back_as_they_were(stored: Store) -> None:
    states = {"courier": FULL, "herald": SourceState("herald")}
    await _save(stored, *states.values())
    assert await _states(stored) == states


async def test_a_state_is_replaced_but_for_what_it_has_brought(stored: Store) -> None:
    herald = SourceState("herald")
    await _save(stored, FULL, herald)
    await _save(stored, SourceState("courier"))
    counted = SourceState("courier", entries=17, last_new=FULL.last_new)
    assert await _states(stored) == {"courier": counted, "herald": herald}


async def test_what_sources_bring_is_counted(stored: Store) -> None:
    await _save(stored, FULL, SourceState("herald"))
    async with stored.write() as db:
        await store.note_new(db, {}, NOON)
        await store.note_new(db, {"courier": 2}, NOON)
    assert await _states(stored) == {
        "courier": replace(FULL, entries=19, last_new=NOON),
        "herald": SourceState("herald"),
    }


async def test_to_save_nothing_is_nothing(stored: Store) -> None:
    await _save(stored)
    await _remember(stored, "courier")
    assert await _states(stored) == {}
    assert await _known(stored, "courier") == set()


@pytest.mark.parametrize("sources", [1, 2, 67, 200, 201])
async def test_many_sources_are_asked_for_at_once(stored: Store, sources: int) -> None:
    served = {f"source-{n}": [b"a", b"%d" % n, b"b"] for n in range(sources)}
    async with stored.write() as db:
        await store.remember_keys(db, {name: keys[:2] for name, keys in served.items()}, NOON)
    async with stored.read() as db:
        known = await store.known_keys(db, {**served, "never": [b"a"], "silent": []}, NOON)
        assert await store.known_keys(db, {}, NOON) == {}
    expected = {name: dict.fromkeys(keys[:2], False) for name, keys in served.items()}
    assert known == {**expected, "never": {}, "silent": {}}


async def test_keys_are_known_to_their_own_source(stored: Store) -> None:
    await _remember(stored, "courier", b"a", b"b", b"a")
    assert await _known(stored, "courier", b"a", b"c", b"b") == {b"a", b"b"}
    assert await _known(stored, "herald", b"a") == set()


async def test_many_keys(stored: Store) -> None:
    keys = [number.to_bytes(4, "big") for number in range(5_000)]
    await _remember(stored, "courier", *keys[::2])
    assert await _known(stored, "courier", *keys) == set(keys[::2])


async def test_keys_of_dropped_entries_are_forgotten(stored: Store) -> None:
    await _save(stored, replace(FULL, last_new=NOON + 100 * DAY))
    await _remember(stored, "courier", b"dropped", b"served")
    await _remember(stored, "courier", b"served", days=100)
    assert await _forget(stored, days=50) == 1
    assert await _known(stored, "courier", b"dropped", b"served") == {b"served"}


async def test_keys_of_quiet_sources_are_kept(stored: Store) -> None:
    never = SourceState("never")
    await _save(stored, replace(FULL, last_new=NOON), never)
    await _remember(stored, "courier", b"a")
    await _remember(stored, "never", b"a")
    assert await _forget(stored, days=1000) == 0
    assert await _known(stored, "courier", b"a") == {b"a"}
    assert await _known(stored, "never", b"a") == {b"a"}


async def test_what_was_noted_lately_is_not_noted_again(stored: Store) -> None:
    assert await _remember_as_needed(stored, "courier", b"a", b"b", b"a", days=0) == [b"a", b"b"]
    assert await _remember_as_needed(stored, "courier", b"a", b"b", b"c", days=1) == [b"c"]
    later = REMARK_AFTER / DAY + 0.5
    assert await _remember_as_needed(stored, "courier", b"a", b"c", days=later) == [b"a"]


async def test_a_key_that_is_served_all_the_time_is_never_forgotten(stored: Store) -> None:
    """Its note may be as old as REMARK_AFTER, and no older."""
    await _save(stored, FULL)
    for day in range(0, 120, 3):
        async with stored.write() as db:
            await store.note_new(db, {"courier": 1}, NOON + day * DAY)
        await _remember_as_needed(stored, "courier", b"served", days=day)
        await _forget(stored, days=day - REMARK_AFTER / DAY)
        assert await _known(stored, "courier", b"served") == {b"served"}
