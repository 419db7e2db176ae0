"""What is silenced, what waits, and where messages stand."""

from datetime import timedelta

import store
from store import Mute, Muted, SentMessage, Store
from tests.making import NOON

LATER = NOON + timedelta(hours=1)
RULE = Mute(Muted.RULE, "talks", LATER)
SOURCE = Mute(Muted.SOURCE, "talks")


async def muted(stored: Store, seconds: float = 0) -> list[Mute]:
    async with stored.read() as db:
        return await store.muted_now(db, NOON + timedelta(seconds=seconds))


async def test_a_mute_ends_with_its_time_or_when_it_is_taken_back(stored: Store) -> None:
    async with stored.write() as db:
        await store.mute(db, RULE, NOON)
        await store.mute(db, SOURCE, NOON)
    assert await muted(stored, 3599) == [RULE, SOURCE]
    assert await muted(stored, 3600) == [SOURCE]
    async with stored.write() as db:
        assert await store.unmute(db, Muted.SOURCE, "talks")
        assert not await store.unmute(db, Muted.SOURCE, "talks")
    assert await muted(stored) == [RULE]


async def test_a_mute_given_again_replaces_the_one_before(stored: Store) -> None:
    async with stored.write() as db:
        for one in (Mute(Muted.RULE, "talks"), RULE):
            await store.mute(db, one, NOON)
    assert await muted(stored) == [RULE]


async def test_what_is_over_is_not_kept(stored: Store) -> None:
    async with stored.write() as db:
        await store.mute(db, RULE, NOON)
        await store.mute(db, SOURCE, LATER)
        assert await store.muted_now(db, NOON) == [SOURCE]


async def test_channels_wait_until_they_are_resumed(stored: Store) -> None:
    async with stored.write() as db:
        await store.pause(db, ["alpha", "beta"], NOON)
        await store.pause(db, ["beta", "gamma"], LATER)
        assert await store.paused_channels(db) == {"alpha": NOON, "beta": NOON, "gamma": LATER}
        await store.resume(db, ["alpha", "gamma", "delta"])
        assert [await store.is_paused(db, name) for name in ("alpha", "beta")] == [False, True]


async def test_where_a_storys_messages_stand(stored: Store) -> None:
    async with stored.write() as db:
        for number, address in enumerate(("telegram:@alpha", "telegram:-1/7"), 41):
            await store.enqueue(db, address, "story", "text", NOON)
            letter = await store.next_row(db, address)
            assert letter is not None
            await store.mark_sent(db, letter, address, number, LATER)
    alpha, topic = SentMessage("telegram:@alpha", "story", 41), "telegram:-1/7"
    async with stored.read() as db:
        assert await store.story_at(db, [alpha.address, topic], 41) == alpha
        assert await store.story_at(db, [topic], 41) is None
        assert await store.story_at(db, [], 41) is None
        assert await store.messages_of_stories(db, ["story", "other"]) == [
            SentMessage(topic, "story", 42),
            alpha,
        ]
        assert await store.last_sent(db, [alpha.address, topic]) == LATER
        assert await store.last_sent(db, ["other"]) is None
