"""/status, /feeds, /rules and /stories."""

from dataclasses import replace
from datetime import datetime, timedelta

import store
from bot.version import VERSION
from store import Standing, Subscription
from tests.bot.commands.conftest import (
    ADMINISTRATOR,
    BETA,
    OFFICE,
    Room,
    eventually,
    report,
)
from tests.making import NOON
from watchers import SourceState, Trouble


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


async def test_status_of_a_bot_that_has_done_nothing_yet(room: Room) -> None:
    assert lines(await room.ask("/status")) == [
        f"<b>Backchannel {VERSION}</b>",
        "Running for 3 d 4 h.",
        "2 watchers: 0 well, 0 failing, 2 not read yet.",
        "Last poll: never.",
        "Last message: never.",
        "<b>alpha</b>: 0 waiting, 0 sent",
        "<b>beta</b>: 0 waiting, 0 sent",
        "<b>administrators</b>: 0 waiting, 0 sent",
    ]


async def test_status_says_what_waits_what_was_sent_and_what_is_silent(room: Room) -> None:
    await room.tell(report("Talks in Muscat", talks=["Talks"]))
    room.time.moment += timedelta(minutes=5)
    await room.states(
        SourceState("courier", last_poll=room.time.moment - timedelta(seconds=12)),
        SourceState("wire", last_poll=NOON, errors=3, last_error="it is a <web> page"),
    )
    async with room.stored.write() as db:
        await store.enqueue(db, "beta", "1", "text", NOON)
        await store.pause(db, ["beta"], NOON)
    await room.ask("/mute rule talks")
    said = lines(await room.ask("/status"))
    assert said[2:] == [
        "2 watchers: 1 well, 1 failing.",
        "Last poll: 12 s ago.",
        "Last message: 5 min ago.",
        "<b>alpha</b>: 0 waiting, 1 sent",
        "<b>beta</b>: 1 waiting, 0 sent · paused 5 min ago",
        "<b>administrators</b>: 0 waiting, 0 sent",
        "Muted: 1; /mute lists them.",
    ]


async def test_feeds_the_failing_ones_first(room: Room) -> None:
    await room.ask("/mute source courier")
    await room.states(
        SourceState("courier", last_poll=NOON, last_success=NOON, entries=17),
        SourceState(
            "wire",
            last_poll=NOON,
            next_poll=NOON + timedelta(minutes=40),
            errors=3,
            last_error="<web> page",
        ),
    )
    room.time.moment += timedelta(minutes=10)
    failing = "failing, 3 times in a row: &lt;web&gt; page; never read well; tried again in 30 min"
    assert lines(await room.ask("/feeds")) == [
        "<b>Feeds: 1 well, 1 failing</b>",
        f"<b>wire</b>: {failing}",
        "<b>courier</b> · state-aligned · muted: read 10 min ago; 17 entries so far",
    ]


async def test_rules_with_how_often_they_match(room: Room) -> None:
    await room.tell(report("Talks in Muscat", talks=["Talks"]))
    await room.tell(report("Talks in Doha", "wire", talks=["Talks"]))
    await room.tell(report("More talks in Doha", "wire", talks=["talks"]))
    room.time.moment += timedelta(hours=2)
    assert lines(await room.ask("/rules")) == [
        "<b>Rules, in the last 30 days</b>",
        "<b>talks</b> Talks &lt;&amp; more&gt;",
        "0.1 a day, last match 1 h 59 min ago, to alpha",
        "<b>denials</b> Denials",
        "no match, to alpha, beta",
    ]


async def test_stories_with_links_to_their_messages(room: Room) -> None:
    assert "No stories yet" in await room.ask("/stories")
    story, message = await room.tell(
        report("Talks in <Muscat> & Doha", talks=["Talks"]),
        report("Talks in Muscat", "wire", talks=["Talks"]),
    )
    room.time.moment += timedelta(minutes=1)
    other, below = await room.tell(report("Iran denied it", denials=["denied"]), channel="beta")
    await room.ask(f"/mute https://t.me/c/{str(BETA)[4:]}/{below.id}")
    title = "Talks in &lt;Muscat&gt; &amp; Doha"
    assert lines(await room.ask("/stories", chat=OFFICE)) == [
        "<b>The last stories</b>",
        f'1. <a href="https://t.me/c/1000000002/{below.id}">Iran denied it</a>',
        f"<code>{other.id[:8]}</code> · 1 outlet · 0 s ago · Denials · muted",
        f'2. <a href="https://t.me/Alpha_talks/{message.id}">{title}</a>',
        f"<code>{story.id[:8]}</code> · 2 outlets · 1 min ago · Talks &lt;&amp; more&gt;",
    ]


async def test_ten_stories_and_no_more(room: Room) -> None:
    for number in range(12):
        room.time.moment += timedelta(minutes=1)
        await room.tell(report(f"Talks number {number}", talks=["Talks"]))
    said = await room.ask("/stories")
    assert "10. " in said
    assert "11. " not in said
    assert said.index("number 11") < said.index("number 2")


async def test_long_answers_are_pages_that_are_turned(room: Room) -> None:
    assert (await room.answer("/feeds")).content.reply_markup is None
    many = [report(f"Talks {n} & {'<x>' * 60}", talks=["Talks"]) for n in range(10)]
    for one in many:
        room.time.moment += timedelta(minutes=1)
        await room.tell(one)
    first = await room.answer("/stories")
    assert first.html.startswith("<b>The last stories (1 of 2)</b>")
    assert first.content.reply_markup == {
        "inline_keyboard": [[{"text": "Next ›", "callback_data": "page:1"}]]
    }
    assert await room.press(ADMINISTRATOR, ADMINISTRATOR, first.id, "page:1") is None
    await _edited(room, first.id, "(2 of 2)")
    assert await room.press(ADMINISTRATOR, ADMINISTRATOR, first.id, "page:0") is None
    await _edited(room, first.id, "(1 of 2)")
    said = await room.press(ADMINISTRATOR, ADMINISTRATOR, first.id, "page:2")
    assert said is not None
    assert "send the command again" in said


async def _edited(room: Room, message: int, text: str) -> None:
    await eventually(
        lambda: text in room.telegram.chat(ADMINISTRATOR).posts[message].html.splitlines()[0]
    )


async def test_feeds_says_which_are_pushed(room: Room) -> None:
    now = room.time.moment
    proven = Subscription(
        "courier",
        topic="t",
        hub="h",
        address="a",
        path="1",
        secret="s",
        standing=Standing.PROVEN,
        until=now,
        due=now,
    )
    verified = replace(proven, watcher="wire", path="2", standing=Standing.VERIFIED)

    async def said(until: datetime) -> list[str]:
        async with room.stored.write() as db:
            ours = (replace(one, until=until) for one in (proven, verified))
            await store.save_subscriptions(db, ours)
        return lines(await room.ask("/feeds"))[1:]

    assert await said(now + timedelta(days=1)) == [
        "<b>courier</b> · state-aligned · pushed by its hub: not read yet",
        "<b>wire</b> · subscribed to its hub: not read yet",
    ]
    assert await said(now) == [
        "<b>courier</b> · state-aligned: not read yet",
        "<b>wire</b>: not read yet",
    ]


async def test_what_was_missed_and_who_is_silent_is_said(room: Room) -> None:
    since, until = NOON - timedelta(hours=5), NOON - timedelta(hours=2)
    room.time.moment = NOON
    gap = SourceState(
        "courier", last_poll=NOON, entries=2, gaps=1, gap_since=since, gap_until=until
    )
    await room.states(gap, SourceState("wire", last_poll=NOON))
    async with room.stored.write() as db:
        await store.replace_troubles(db, {"wire": {Trouble.SILENT: NOON}})
    said = await room.ask("/status")
    assert "1 watcher may have missed entries in the last week: /feeds says when." in said
    feeds = await room.ask("/feeds")
    assert "may have missed entries of 3 h until 2 h ago" in feeds
    assert "<b>wire</b> · silent: read 0 s ago" in feeds
    room.time.moment = NOON + timedelta(days=8)
    assert "missed" not in await room.ask("/status")
