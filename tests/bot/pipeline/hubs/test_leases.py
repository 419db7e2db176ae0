"""Leases: asked for, renewed, refused, and let go."""

from store import Standing
from tests.bot.pipeline.hubs.conftest import DAY, HOUR, MINUTE, Town, until
from tests.fakehub import FakeHub, free_port


async def test_a_source_that_is_pushed_is_polled_seldom(town: Town) -> None:
    async with town.subscribed() as bot:
        assert await bot.poll() - town.time.moment < HOUR
        town.paper.titles.append("Talks open")
        await town.push("Talks open")
        assert await bot.poll() - town.time.moment > 1.5 * HOUR
        assert (await bot.kept())[0].standing is Standing.PROVEN


async def test_a_hub_that_keeps_something_back_is_relied_on_no_more(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
        town.paper.titles += ["Talks open", "Talks go on"]
        assert await bot.poll() - town.time.moment < HOUR
        assert "Talks go on" in await bot.told()
        assert await bot.poll() - town.time.moment < HOUR
        await town.push("Talks end")
        town.paper.titles.append("Talks end")
        assert await bot.poll() - town.time.moment > 1.5 * HOUR


async def test_a_lease_is_renewed_before_it_ends(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
        await town.time.pass_(5.9 * DAY)
        assert len(town.hub.requests) == 1
        await town.time.pass_(2.2 * DAY)
        await until(lambda: len(town.hub.requests) == 2)
        await town.hub.settled()
        first, second = town.hub.requests
        assert first == second
        (kept,) = await bot.kept()
        assert (kept.standing, kept.until) == (Standing.PROVEN, town.time.moment + 10 * DAY)


async def test_a_renewal_that_fails_ends_the_trust_and_the_lease_ends_the_rest(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
        town.hub.status = 500
        polls = len(bot.schedule.whens["courier"])
        for number in range(2, 5):
            await town.time.pass_(8 * DAY if number == 2 else 25 * MINUTE)
            await town.asked(number)
        await until(lambda: len(bot.schedule.whens["courier"]) > polls)
        assert bot.schedule.whens["courier"][-1] - town.time.moment <= 10 * MINUTE
        assert (await bot.kept())[0].standing is Standing.VERIFIED
        await town.time.pass_(2 * DAY)
        await until(lambda: len(town.hub.requests) > 4)
        (kept,) = await bot.kept()
        assert (kept.standing, kept.until) == (Standing.ASKED, None)
        town.hub.status = 202
        await town.time.pass_(1.2 * DAY)
        await until(lambda: bot.subscribing._known[kept.path].standing is Standing.VERIFIED)


async def test_a_lease_that_ends_unrenewed_has_the_source_polled(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
        town.hub.verifies = False
        await town.time.pass_(20 * DAY)
        await until(lambda: len(bot.schedule.whens["courier"]) > 1)
        assert bot.schedule.whens["courier"][-1] - town.time.moment <= 10 * MINUTE
        assert (await bot.kept())[0].standing is Standing.ASKED


async def test_a_denial_ends_it_and_is_asked_about_a_week_later(town: Town) -> None:
    async with town.subscribed() as bot:
        await town.push("Talks open")
        denied = town.subscription
        await town.hub.deny(denied)
        assert (await bot.kept())[0].standing is Standing.DENIED
        assert bot.schedule.whens["courier"][-1] - town.time.moment <= 10 * MINUTE
        assert await town.hub.send(denied, town.paper.feed("Talks forged")) == 410
        await town.time.pass_(6.9 * DAY)
        assert len(town.hub.requests) == 1
        await town.time.pass_(0.2 * DAY)
        await until(lambda: len(town.hub.requests) == 2)
        await town.hub.settled()
        assert (await bot.kept())[0].standing is Standing.VERIFIED


async def test_a_feed_that_names_another_hub_is_subscribed_to_there(town: Town) -> None:
    async with FakeHub() as other, town.subscribed() as bot:
        left = town.subscription
        town.paper.hub = other.address
        await bot.poll()
        await until(lambda: other.subscriptions and not town.hub.subscriptions)
        assert [one["hub.mode"] for one in town.hub.requests] == ["subscribe", "unsubscribe"]
        await until(lambda: len(bot.subscribing._known) == 1)
        assert await town.hub.send(left, town.paper.feed("Talks forged")) == 404
        assert other.violations == []
        assert [one.hub for one in await bot.kept()] == [other.address]


async def test_a_feed_that_names_no_hub_any_more_is_left(town: Town) -> None:
    async with town.subscribed() as bot:
        town.paper.names_its_hub = False
        town.paper.titles.append("Changed")
        await bot.poll()
        await until(lambda: not town.hub.subscriptions)
        await until(lambda: not bot.subscribing._known)
        assert await bot.kept() == []


async def test_a_watcher_that_is_gone_is_unsubscribed(town: Town) -> None:
    town.guarded = False
    async with town.subscribed():
        pass
    town.watcher = "another"
    async with town.bot() as bot:
        await until(lambda: not town.hub.subscriptions)
        await until(lambda: not bot.subscribing._known)


async def test_a_hub_that_does_not_let_go_is_forgotten(town: Town) -> None:
    town.guarded = False
    async with town.subscribed():
        pass
    town.watcher, town.hub.verifies = "another", False
    async with town.bot() as bot:
        for wanted in range(2, 5):
            await town.asked(wanted)
            await town.time.pass_(HOUR)
        await until(lambda: not bot.subscribing._known)
        assert len(town.hub.requests) == 4
        assert await town.push("Talks forged") == [404]


async def test_another_public_address_is_subscribed_with_anew(town: Town) -> None:
    async with town.subscribed():
        pass
    town.port = free_port()
    async with town.bot():
        await until(lambda: len(town.hub.subscriptions) == 2)
        assert f":{town.port}/hooks/" in [*town.hub.subscriptions.values()][-1].callback
