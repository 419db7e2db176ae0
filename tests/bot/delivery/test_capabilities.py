"""What the sender does at destinations that cannot do everything."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.destination import Capability
from bot.delivery.in_memory import InMemoryDestination
from bot.delivery.sender import Sender
from store import Status
from tests.making import NOON
from tests.opening import open_database

CHANNEL = Channel("talks", "@talks")
EVERYTHING = frozenset(Capability)


async def _delivered(
    folder: Path, capabilities: frozenset[Capability], rows: Sequence[tuple[str, str, str, bytes]]
) -> tuple[InMemoryDestination, list[Status]]:
    """Deliver rows (story, text, the story above or "", picture or b""), each before the next."""
    chat = InMemoryDestination(capabilities=capabilities)
    async with open_database(folder / "test.db") as stored:
        sender = Sender(CHANNEL, chat, stored, Clock(lambda: NOON))
        for story, text, above, picture in rows:
            async with stored.write() as db:
                await store.enqueue(
                    db, CHANNEL.name, story, text, NOON, reply_to=above, picture=picture or None
                )
            while await sender.send_next():
                pass
        async with stored.read() as db:
            counts = await store.counts(db, [CHANNEL.name])
    return chat, [status for status, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize("can_edit", [True, False])
async def test_without_edits_a_message_stays_as_it_was_sent(tmp_path: Path, can_edit: bool) -> None:
    can = EVERYTHING if can_edit else EVERYTHING - {Capability.EDIT}
    rows = [("s1", "first", "", b""), ("s1", "second", "", b""), ("s2", "other", "", b"")]
    chat, statuses = await _delivered(tmp_path, can, rows)
    assert [*chat.posts.values()] == ["second" if can_edit else "first", "other"]
    assert set(statuses) == {Status.SENT}


@pytest.mark.parametrize("can_reply", [True, False])
async def test_without_replies_a_message_stands_alone(tmp_path: Path, can_reply: bool) -> None:
    can = EVERYTHING if can_reply else EVERYTHING - {Capability.REPLY}
    rows = [("s1", "first", "", b""), ("s1/denied", "denied", "s1", b"")]
    chat, _ = await _delivered(tmp_path, can, rows)
    assert chat.replies == ({102: 101} if can_reply else {})
    assert len(chat.posts) == 2


@pytest.mark.parametrize("can_show", [True, False])
async def test_without_pictures_the_caption_is_a_text(tmp_path: Path, can_show: bool) -> None:
    can = EVERYTHING if can_show else EVERYTHING - {Capability.PICTURE}
    chat, _ = await _delivered(tmp_path, can, [("digest/1", "a week", "", b"PNG")])
    assert chat.posts == {101: "a week"}
    assert chat.pictures == ({101: b"PNG"} if can_show else {})
