"""/merge and /split, as administrators give them in Telegram."""

from pathlib import Path

import pytest

import store
from store import Store
from stories import Story
from tests.bot.commands.conftest import (
    ALPHA,
    CONFIG,
    STRANGER,
    Room,
    at_work,
    eventually,
    report,
)
from tests.fakebotapi import FakeBotApi
from tests.opening import configured


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


async def stories(stored: Store) -> dict[str, list[str]]:
    async with stored.read() as db:
        return {
            story.id: [report.document.title for report in story.reports]
            for story in await store.latest_stories(db, 100)
        }


async def of_two(room: Room) -> Story:
    story, _ = await room.tell(
        report("Talks in <Muscat>", talks=["Talks"]),
        report("Iran denied it", "wire", denials=["denied"]),
    )
    return story


async def test_a_reply_with_the_link_of_the_one_that_stays(room: Room) -> None:
    _, message = await room.tell(report("Talks in <Muscat>", talks=["Talks"]))
    stays, other = await room.tell(report("Iran denied it", "wire", denials=["denied"]))
    said = await room.ask(f"/merge https://t.me/alpha_talks/{other.id}", elsewhere=message)
    assert lines(said) == [
        "<b>Merged</b>",
        "“Talks in &lt;Muscat&gt;” is part of “Iran denied it” now.",
    ]
    assert list(await stories(room.stored)) == [stays.id]
    assert "alpha" in room.woken


async def test_a_reply_with_the_id_of_the_one_that_stays(room: Room) -> None:
    _, message = await room.tell(report("Talks in Muscat", talks=["Talks"]))
    stays, _ = await room.tell(report("Iran denied it", "wire", denials=["denied"]))
    listed = await room.ask("/stories")
    assert f"<code>{stays.id[:8]}</code>" in listed
    assert "Merged" in await room.ask(f"/merge {stays.id[:8]}", elsewhere=message)
    assert list(await stories(room.stored)) == [stays.id]


async def test_both_named_where_there_is_nothing_to_reply_to(room: Room) -> None:
    gone, _ = await room.tell(report("Talks in Muscat", talks=["Talks"]))
    stays, _ = await room.tell(report("Iran denied it", "wire", denials=["denied"]))
    assert "Merged" in await room.ask(f"/merge {gone.id[:8]} {stays.id[:8]}")
    assert list(await stories(room.stored)) == [stays.id]


async def test_the_old_message_still_says_why_also_after_a_restart(
    telegram: FakeBotApi, tmp_path: Path
) -> None:
    configuration = configured(CONFIG)
    async with at_work(telegram, configuration, tmp_path / "test.db") as room:
        gone, message = await room.tell(report("Talks in Muscat", talks=["Talks"]))
        stays, _ = await room.tell(report("Iran denied it", "wire", denials=["denied"]))
        last, _ = await room.tell(report("More talks", "wire", talks=["talks"]))
        await room.ask(f"/merge {stays.id[:8]}", elsewhere=message)
        await room.ask(f"/merge {stays.id} {last.id}")
        # Else it may be given once more after the restart, and answered.
        await eventually(lambda: not telegram._state.updates)
    async with at_work(telegram, configuration, tmp_path / "test.db") as room:
        said = await room.ask("/why", elsewhere=message)
        assert "“Talks”" in said
        assert "“denied”" in said
        pressed = await room.press(STRANGER, ALPHA, message.id, f"why:{gone.id}:alpha")
        assert pressed is not None
        assert "“denied”" in pressed
        await room.ask("/mute 1d", elsewhere=message)
        async with room.stored.read() as db:
            (mute,) = await store.muted_now(db, room.time.moment)
        assert mute.name == last.id


async def test_a_split_lists_the_reports_and_takes_some_out(room: Room) -> None:
    story, message = await room.tell(
        report("Talks in <Muscat>", talks=["Talks"]),
        report("Iran denied it", "wire", denials=["denied"]),
        report("More talks in Doha", "wire", talks=["talks"]),
    )
    assert lines(await room.ask("/split", elsewhere=message)) == [
        f"<b>Talks in &lt;Muscat&gt; ({story.id[:8]})</b>",
        "1. Gulf Courier, 12 Jun 12:00: Talks in &lt;Muscat&gt;",
        "2. The &lt;Wire&gt; &amp; Co, 12 Jun 12:00: Iran denied it",
        "3. The &lt;Wire&gt; &amp; Co, 12 Jun 12:00: More talks in Doha",
        "/split 2, as a reply like this one, takes one out.",
    ]
    said = await room.ask("/split 3 2", elsewhere=message)
    assert lines(said) == [
        "<b>Split</b>",
        "2 reports of “Talks in &lt;Muscat&gt;” are a story now.",
    ]
    assert sorted((await stories(room.stored)).values()) == [
        ["Iran denied it", "More talks in Doha"],
        ["Talks in <Muscat>"],
    ]
    assert set(room.woken) == {"alpha", "beta"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/merge", "Reply with /merge"),
        ("/merge {story}", "Reply with /merge"),
        ("/merge {story} {story}", "both are one story already"),
        ("/merge {story} zzz", "there is no story zzz; none is like it"),
        ("/merge {story} <b>", "there is no story &lt;b&gt;"),
        ("/merge {story} t.me/alpha_talks/4", "That message is none of a story"),
        ("/split", "Reply with /split"),
        ("/split {story} 0", "numbered from 1 to 2"),
        ("/split {story} 3", "numbered from 1 to 2"),
        ("/split {story} 1 x", "numbered from 1 to 2"),
        ("/split {story} ²", "numbered from 1 to 2"),
        ("/split {story} 1 2", "it would leave nothing of that story"),
        ("/split {story} 999999999999999999", "numbered from 1 to 2"),
    ],
)
async def test_what_cannot_be_done_is_said(room: Room, asked: str, said: str) -> None:
    story = await of_two(room)
    before = await stories(room.stored)
    assert said in await room.ask(asked.format(story=story.id[:8]))
    assert await stories(room.stored) == before
    async with room.stored.read() as db:
        assert await store.waiting_corrections(db) == []
