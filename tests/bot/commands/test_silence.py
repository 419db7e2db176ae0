"""/mute and /unmute, /pause and /resume: what is stored, and what is said of it."""

from datetime import timedelta

import pytest

import store
from store import Mute, Muted
from tests.bot.commands.conftest import Room, report
from tests.making import NOON


async def mutes(room: Room) -> list[Mute]:
    async with room.stored.read() as db:
        return await store.muted_now(db, room.time.moment)


async def paused(room: Room) -> list[str]:
    async with room.stored.read() as db:
        return sorted(await store.paused_channels(db))


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


async def test_a_rule_for_a_time(room: Room) -> None:
    assert lines(await room.ask("/mute rule denials 2h")) == [
        "<b>Muted for 2 h</b>",
        "The rule <b>denials</b> makes no new messages.",
    ]
    assert await mutes(room) == [Mute(Muted.RULE, "denials", NOON + timedelta(hours=2))]
    assert "<code>/unmute rule denials</code> (for 2 h more)" in await room.ask("/mute")
    room.time.moment += timedelta(hours=2)
    assert await mutes(room) == []
    assert "Nothing is muted" in await room.ask("/mute")


async def test_a_source_until_it_is_taken_back(room: Room) -> None:
    await room.ask("/mute wire")
    assert await mutes(room) == [Mute(Muted.SOURCE, "wire")]
    assert "(until /unmute)" in await room.ask("/unmute")
    assert lines(await room.ask("/unmute source wire")) == [
        "<b>Not muted any more</b>",
        "The source <b>wire</b> makes messages again.",
    ]
    assert await mutes(room) == []
    assert "not muted" in await room.ask("/unmute wire")


async def test_a_story_by_reply_and_by_link(room: Room) -> None:
    story, message = await room.tell(report("Talks <in> Muscat", talks=["Talks"]))
    assert "The story “Talks &lt;in&gt; Muscat”" in await room.ask("/mute 1d", elsewhere=message)
    assert await mutes(room) == [Mute(Muted.STORY, story.id, NOON + timedelta(days=1))]
    listed = await room.ask("/mute")
    assert f"/unmute story {story.id}</code>: Talks &lt;in&gt; Muscat (for 1 d more)" in listed
    await room.ask(f"/unmute t.me/alpha_talks/{message.id}")
    assert await mutes(room) == []
    await room.ask(f"/mute t.me/alpha_talks/{message.id} 3m")
    await room.ask(f"/unmute story {story.id}")
    assert await mutes(room) == []


async def test_a_mute_given_again_has_the_new_time(room: Room) -> None:
    await room.ask("/mute rule talks 2h")
    await room.ask("/mute rule talks 5m")
    assert await mutes(room) == [Mute(Muted.RULE, "talks", NOON + timedelta(minutes=5))]
    await room.ask("/mute rule talks")
    assert await mutes(room) == [Mute(Muted.RULE, "talks")]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/mute denial", "did you mean denials?"),
        ("/mute rule wire", "There is no rule wire"),
        ("/mute <b> 2h", "There is no rule or source &lt;b&gt;"),
        ("/mute rule talks 0s", "at least 1s"),
        ("/mute rule talks 99999999999w", "at most 52w"),
        ("/mute rule talks 53w", "at most 52w"),
        ("/mute everything about the talks", "It is written like this"),
        ("/mute channel alpha", "It is written like this"),
        ("/mute 2h", "Reply with this command"),
        ("/unmute story abc", "not muted"),
        ("/unmute rule talks", "not muted"),
        ("/pause", "Which one? /pause all, or one of: alpha, beta"),
        ("/pause alpa", "did you mean alpha?"),
        ("/pause administrators", "There is no channel administrators"),
        ("/resume <&>", "There is no channel &lt;&amp;&gt;"),
    ],
)
async def test_what_cannot_be_done_is_said(room: Room, asked: str, said: str) -> None:
    assert said in await room.ask(asked)
    assert await mutes(room) == []
    assert await paused(room) == []


async def test_a_channel_is_paused_and_resumed(room: Room) -> None:
    async with room.stored.write() as db:
        await store.enqueue(db, "alpha", "1", "one", NOON)
    assert "Paused: alpha" in await room.ask("/pause alpha")
    assert await paused(room) == ["alpha"]
    assert room.woken == []
    assert lines(await room.ask("/resume alpha")) == [
        "<b>Sending again: alpha</b>",
        "1 message waited.",
    ]
    assert await paused(room) == []
    assert room.woken == ["alpha"]


async def test_all_channels_but_not_what_administrators_are_told(room: Room) -> None:
    await room.ask("/pause all")
    await room.ask("/pause all")
    assert await paused(room) == ["alpha", "beta"]
    await room.ask("/resume all")
    assert await paused(room) == []
    assert room.woken == ["alpha", "beta"]
