"""The life of a subscription, from the feed that names a hub to the hub's goodbye."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from store import Standing, Subscription
from tests.bot.pipeline.hubs.conftest import DAY, Town, until
from tests.fakehub import Subscribed
from watchers import Poll, SourceState


async def test_a_feed_that_names_a_hub_is_subscribed_to(town: Town) -> None:
    async with town.subscribed() as bot:
        (request,) = town.hub.requests
        assert request["hub.topic"] == town.paper.topic
        assert request["hub.lease_seconds"] == "864000"
        start, _, path = request["hub.callback"].rpartition("/")
        assert start == f"http://127.0.0.1:{town.port}/hooks"
        assert len(path) == 22
        (kept,) = await bot.kept()
        assert (kept.standing, kept.until) == (Standing.VERIFIED, town.time.moment + 10 * DAY)
        assert kept.secret not in repr(kept)
        assert kept.path not in repr(kept)


async def test_what_the_hub_sends_is_told_once_and_leaves_the_polls_alone(town: Town) -> None:
    async with town.subscribed() as bot:
        before = await bot.state()
        assert await town.push("Talks open in Muscat") == [204]
        assert await bot.told() == ["Old talks end", "Talks open in Muscat"]
        after = await bot.state()
        assert (after.entries, before.entries) == (3, 2)
        assert (after.etag, after.body_hash, after.last_poll) == (
            before.etag,
            before.body_hash,
            before.last_poll,
        )
        # The hub sends it again; a poll serves it, too.
        assert await town.push("Talks open in Muscat") == [204]
        town.paper.titles.append("Talks open in Muscat")
        await bot.poll()
        assert await bot.told() == ["Old talks end", "Talks open in Muscat"]
        assert (await bot.state()).entries == 3


async def test_a_push_that_began_before_a_poll_and_ends_after_it_undoes_nothing(
    town: Town,
) -> None:
    async with town.subscribed() as bot:
        stale = bot.watching._states["courier"]
        town.paper.titles.append("Talks go on")
        await bot.poll()
        polled = await bot.state()
        assert polled.body_hash != stale.body_hash
        bot.watching._states["courier"] = stale
        await town.push("Talks open")
        after = await bot.state()
        assert after == replace(polled, entries=4, last_new=after.last_new)


async def test_a_headline_that_is_edited_is_not_told_again_by_either_way(town: Town) -> None:
    def edited(body: bytes) -> bytes:
        return body.replace(b"<title>Talks open", b"<title>Peace talks open")

    async with town.subscribed() as bot:
        await town.push("Talks open")
        await town.hub.push(town.paper.topic, edited(town.paper.feed("Talks open")))
        assert await bot.told() == ["Old talks end", "Talks open"]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_method_of_signing_will_do(town: Town, method: str) -> None:
    async with town.subscribed() as bot:
        await town.hub.push(town.paper.topic, town.paper.feed("Talks open"), method)
        assert "Talks open" in await bot.told()


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=00", "md5=00", "sha1", "\xff="])
async def test_what_is_not_signed_is_ignored(town: Town, signature: str | None) -> None:
    async with town.subscribed() as bot:
        assert await town.push("Talks forged", X_Hub_Signature=signature) == [204]
        assert await bot.told() == ["Old talks end"]
        assert (await bot.kept())[0].standing is Standing.VERIFIED


async def test_what_is_signed_with_another_secret_is_ignored(town: Town) -> None:
    async with town.subscribed() as bot:
        town.subscription.secret += "x"
        assert await town.push("Talks forged") == [204]
        assert await bot.told() == ["Old talks end"]


async def test_a_hub_that_fails_is_asked_later_and_later(town: Town) -> None:
    town.hub.status = 503
    pauses = []
    async with town.bot() as bot:
        await bot.poll()
        for wanted in range(1, 12):
            await town.asked(wanted)
            (known,) = bot.subscribing._known.values()
            pauses.append(known.due - town.time.moment)
            await town.time.pass_(pauses[-1])
    assert timedelta(minutes=4) < pauses[0] < timedelta(minutes=6)
    assert all(1.5 < later / sooner < 2.5 for sooner, later in pairwise(pauses[:8]))
    assert pauses[-1] < 1.2 * DAY


async def test_a_restart_keeps_the_subscription(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
    async with town.bot() as bot:
        await town.push("Talks go on")
        assert await bot.told() == ["Old talks end", "Talks go on", "Talks open"]
        assert len(town.hub.requests) == 1
    await town.time.pass_(9 * DAY)
    async with town.bot():
        await until(lambda: len(town.hub.requests) == 2)
        await town.hub.settled()


async def test_a_request_is_stored_before_it_is_made(town: Town) -> None:
    stored: list[Subscription] = []
    async with town.bot() as bot:

        async def look() -> None:
            stored.extend(await bot.kept())

        town.hub.meanwhile = look
        await bot.poll()
        await until(lambda: town.hub.subscriptions)
    assert [one.attempts for one in stored] == [1]


async def test_a_hub_may_verify_after_a_restart(town: Town) -> None:
    town.hub.verifies = False
    async with town.bot() as bot:
        await bot.poll()
        await until(lambda: town.hub.requests)
        await until(lambda: all(one.attempts for one in bot.subscribing._known.values()))
        await bot.kept()
    async with town.bot() as bot:
        await town.hub._verify(town.hub.requests[0])
        assert (await bot.kept())[0].standing is Standing.VERIFIED


async def test_a_push_and_a_poll_at_the_same_time_tell_it_once(town: Town) -> None:
    async with town.subscribed() as bot:
        for number in range(10):
            title = f"Talks of {'abcdefghij'[number] * 5} resume"
            town.paper.titles.append(title)
            await asyncio.gather(town.push(title), bot.poll(), town.push(title))
        told = await bot.told()
        assert len(told) == len(set(told)) == 11
        assert (await bot.state()).entries == 12


async def test_a_challenge_is_answered_for_what_was_asked_alone(town: Town) -> None:
    town.hub.verifies = False
    async with town.bot() as bot:
        await bot.poll()
        await until(lambda: town.hub.requests)
        form = town.hub.requests[0]
        one = Subscribed(form["hub.topic"], form["hub.callback"], form["hub.secret"], 1)
        ask = town.hub.ask
        right = {"hub_mode": "subscribe", "hub_topic": one.topic, "hub_lease_seconds": "86400"}
        for wrong in (
            {"hub_topic": "https://other.example/feed"},
            {"hub_topic": ""},
            {"hub_mode": "unsubscribe"},
            {"hub_mode": "publish"},
            {"hub_challenge": ""},
            {"hub_challenge": "x" * 3000},
            {"hub_challenge": "<\x00>"},
        ):
            status, body = await ask(one, **(right | {"hub_challenge": "x"} | wrong))
            assert (status, body) == (404, b""), wrong
        stranger = Subscribed(one.topic, one.callback[:-1], one.secret, 1)
        assert (await ask(stranger, **right, hub_challenge="x"))[0] == 404
        assert (await bot.kept())[0].standing is Standing.ASKED
        assert await ask(one, **right, hub_challenge="x-1") == (200, b"x-1")
        (kept,) = await bot.kept()
        assert (kept.standing, kept.until) == (Standing.VERIFIED, town.time.moment + DAY)
        # A hub that reconfirms by itself changes nothing.
        again = right | {"hub_lease_seconds": "99999999"}
        assert await ask(one, **again, hub_challenge="x-2") == (200, b"x-2")
        assert await bot.kept() == [kept]


async def test_a_private_hub_is_out_of_reach(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
    town.hub.requests.clear()
    town.private = False
    async with town.bot() as bot:
        hub, topic = town.hub.address, "https://courier.example/feed"
        await bot.subscribing.polled(SourceState("courier", hub=hub, topic=topic), 0)
        (known,) = [o for o in bot.subscribing._known.values() if o.topic == topic]
        await until(lambda: bot.subscribing._known[known.path].attempts)
        await until(lambda: not bot.subscribing._changed.is_set())
        with pytest.raises(Exception, match="private"):
            await bot.subscribing._fetcher.post(hub, b"")
    assert town.hub.requests == []


async def test_polls_that_wait_together_are_committed_one_of_each_source(town: Town) -> None:
    async with town.subscribed() as bot:
        states = await bot.state()
        served: list[Poll] = []
        ingest = bot.watching._ingest

        async def keep(poll: Poll) -> SourceState:
            served.append(poll)
            return poll.state

        bot.watching._ingest = keep
        await town.push("Talks open")
        await asyncio.gather(*(ingest(served[0]) for _ in range(5)))
        assert await bot.told() == ["Old talks end", "Talks open"]
        assert (await bot.state()).entries == states.entries + 1
