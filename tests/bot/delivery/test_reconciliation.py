"""What happens to a message whose answer was lost: it is looked for before it is sent again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import store
from bot.delivery.destination import (
    AmbiguousError,
    MessageSearch,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.delivery.reconciliation import same
from bot.delivery.sender import Sender
from store import Store
from tests.bot.delivery.chat import CHANNEL, Chat, at_work, drain, left_in_sending, put
from tests.making import NOON


@asynccontextmanager
async def after_one_message(folder: Path, chat: Chat) -> AsyncIterator[tuple[Sender, Store]]:
    """At work, with one message sent: an id is known."""
    async with at_work(folder, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        yield sender, stored


def test_the_chat_of_these_tests_can_be_looked_at() -> None:
    assert isinstance(Chat(), MessageSearch)


async def test_a_message_that_is_found_late_is_not_sent_again(tmp_path: Path) -> None:
    chat = Chat(arrives=True)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.faults, chat.late = [AmbiguousError("lost")], 1
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_deleted_messages_leave_gaps_that_are_looked_over(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(4):
            chat.post(None)
            del chat.posts[chat.last_id]
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


async def test_the_last_message_known_may_have_been_deleted(tmp_path: Path) -> None:
    chat = Chat(arrives=True)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.posts.clear()
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["first"]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("arrives", [True, False])
async def test_others_posted_hundreds_since_our_last_message(
    tmp_path: Path, alone: bool, arrives: bool
) -> None:
    chat = Chat(arrives=arrives, alone=alone)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(500):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]
        assert chat.overwritten == 0


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("others", [0, 3])
async def test_where_a_bot_may_edit_all_posts_none_of_others_is_changed(
    tmp_path: Path, arrives: bool, others: int
) -> None:
    chat = Chat(arrives=arrives, alone=False)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(others):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert chat.overwritten == 0


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("history", ["", "ours", "others"])
async def test_the_first_message_to_a_chat_with_a_history(
    tmp_path: Path, arrives: bool, history: str
) -> None:
    chat = Chat(arrives=arrives, last_id=0)
    for number in range(120 if history else 0):
        chat.post(f"old {number}" if history == "ours" else None)
    old = chat.ours
    chat.faults.append(AmbiguousError("lost"))
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
    assert chat.ours == [*old, "first", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_private_chat_shares_its_count_with_others(tmp_path: Path, arrives: bool) -> None:
    chat = Chat(arrives=arrives, own_count=False)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.last_id += 1000
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


@pytest.mark.parametrize("arrived", [(True, True), (True, False), (False, True), (False, False)])
async def test_two_ambiguous_rows(tmp_path: Path, arrived: tuple[bool, bool]) -> None:
    chat = Chat()
    async with after_one_message(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        async with stored.write() as db:
            letter = await store.next_row(db, CHANNEL.name)
            assert letter is not None
            for number in (letter.id, letter.id + 1):
                await store.mark_sending(db, replace(letter, id=number), "@talks", NOON)
        for text, came in zip(("first", "second"), arrived, strict=True):
            if came:
                chat.post(text)
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_story_grows_while_its_first_message_is_ambiguous(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives, faults=[AmbiguousError("lost")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await sender.send_next()
        await put(stored, "a", "first, grown")
        await put(stored, "a", "first, grown again")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["first, grown again", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_waiting_is_obeyed_while_a_message_is_looked_for(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await sender.send_next()
        chat.edit_faults = [WaitError(33), AmbiguousError("again"), RefusedError("kicked")]
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]
        assert 33 in chat.slept


async def test_ids_that_an_earlier_run_knew_are_known(tmp_path: Path) -> None:
    chat = Chat()
    async with after_one_message(tmp_path, chat):
        pass
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await left_in_sending(stored)
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert chat.last_id == 102


async def test_what_was_ambiguous_in_another_chat_is_sent_to_this_one(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await left_in_sending(stored, "@the_chat_before")
        await drain(sender)
        assert chat.ours == ["first"]


async def test_a_message_sent_plain_is_found_again(tmp_path: Path) -> None:
    text = "<b>fish &amp; chips</b>"
    chat = Chat()
    async with after_one_message(tmp_path, chat) as (sender, stored):
        await put(stored, "a", text)
        await left_in_sending(stored)
        chat.post("fish &amp; chips")
        chat.edit_faults = [UnreadableError("can't parse entities")]
        await drain(sender)
        assert chat.ours == ["the one before", "fish &amp; chips"]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("fish & chips", "<b>fish &amp; chips</b>"),
        ("a link\nb", ' <a href="https://a.example/?b=1&amp;c=2">a  link</a>\n\nb '),
        ("مرحبا", "<i>مرحبا</i>"),
    ],
)
def test_what_a_message_shows_is_compared_with_its_text(shown: str, text: str) -> None:
    assert same(shown, text)
    assert not same(f"{shown} and more", text)
