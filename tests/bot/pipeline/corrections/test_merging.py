"""Merges, from what is asked for to what stands in the channel."""

from pathlib import Path

import pytest
from sqlalchemy import text

import store
from bot.configuration.records import Configuration
from store import (
    CorrectionOutcome,
    Mute,
    Muted,
)
from stories import Story
from tests.bot.pipeline.corrections.newsroom import (
    DOHA,
    HOUR,
    MORE,
    MUSCAT,
    ROME,
    Chat,
    Newsroom,
    at_work,
    headline,
    titles,
)
from tests.making import NOON


async def test_a_merged_story_has_the_reports_of_both_in_the_order_of_time(
    newsroom: Newsroom,
) -> None:
    first = await newsroom.report(MUSCAT)
    other = await newsroom.report(ROME, "wire")
    assert await newsroom.merge(first, other) is CorrectionOutcome.DONE
    (story,) = await newsroom.stories()
    assert story.id == other.id
    assert titles(story) == [MUSCAT, ROME]


async def test_the_messages_follow_a_merge(newsroom: Newsroom) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    await newsroom.merge(gone, stays)
    await newsroom.send()
    of_gone, of_other = newsroom.chat.ours
    assert headline(of_gone) == MUSCAT
    assert 'This story goes on here: <a href="https://t.me/talks/102">' in of_gone
    assert "Reported by 2: " in of_other
    assert len(newsroom.chat.ours) == 2


async def test_what_was_not_sent_yet_is_not_sent_any_more(newsroom: Newsroom) -> None:
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    gone = await newsroom.report(MUSCAT)
    denied = await newsroom.report(f"Oman denies that {MUSCAT}", "ledger")
    if denied.id != gone.id:
        await newsroom.merge(denied, gone)
    await newsroom.merge(gone, stays)
    assert set(await newsroom.waiting()) == {stays.id}
    await newsroom.send()
    assert len(newsroom.chat.ours) == 1


async def test_where_the_other_has_no_message_yet_its_headline_leads_to_its_article(
    newsroom: Newsroom,
) -> None:
    gone = await newsroom.report(MUSCAT)
    await newsroom.send()
    stays = await newsroom.report(ROME, "wire")
    await newsroom.merge(gone, stays)
    await newsroom.send()
    assert 'goes on here: <a href="https://courier.example/' in newsroom.chat.ours[0]
    assert len(newsroom.chat.ours) == 2


async def test_a_correction_tells_no_turn(newsroom: Newsroom) -> None:
    every = [
        await newsroom.report(title, source)
        for title, source in (
            (MUSCAT, "courier"),
            (ROME, "wire"),
            (DOHA, "ledger"),
            ("White House denies museum raid in Benin", "herald"),
        )
    ]
    assert len({story.id for story in every}) == 4
    await newsroom.send()
    for story in every[1:]:
        await newsroom.merge(story, every[0])
    await newsroom.send()
    (story,) = await newsroom.stories()
    assert len(story.reports) == 4
    assert "Denied by" in newsroom.chat.ours[0]
    assert len(newsroom.chat.ours) == 4
    assert not any("/" in key for key in await newsroom.waiting())


async def test_what_joined_either_joins_the_merged_one_also_after_a_restart(
    configuration: Configuration, file: Path
) -> None:
    chat = Chat()
    async with at_work(configuration, file, chat) as newsroom:
        gone = await newsroom.report(MUSCAT)
        stays = await newsroom.report(ROME, "wire")
        await newsroom.merge(gone, stays)
    async with at_work(configuration, file, chat) as newsroom:
        newsroom.now = NOON + 3 * HOUR
        of_one = await newsroom.report(f"{MUSCAT}, Omani minister says", "ledger")
        of_other = await newsroom.report(MORE, "ledger")
    assert of_one.id == of_other.id == stays.id
    assert len(of_other.reports) == 4


async def test_stories_that_followed_the_one_that_goes_follow_the_one_that_stays(
    newsroom: Newsroom,
) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    follower = await newsroom.report(DOHA, "ledger")
    async with newsroom.stored.write() as db:
        await db.execute(
            text("UPDATE stories SET follows = :gone WHERE id = :id"),
            {"gone": gone.id, "id": follower.id},
        )
    newsroom.ingest._grouping.put(
        Story(follower.id, follower.opened, follower.updated, follower.reports, gone.id)
    )
    newsroom.ingest._grouping.keep()
    await newsroom.merge(gone, stays)
    found = {story.id: story.follows for story in await newsroom.stories()}
    assert found == {stays.id: None, follower.id: stays.id}
    assert "Follows: " in (await newsroom.waiting())[follower.id]


async def test_a_mute_follows_the_story_that_goes(newsroom: Newsroom) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    until = newsroom.now + 9 * HOUR
    async with newsroom.stored.write() as db:
        await store.mute(db, Mute(Muted.STORY, gone.id, until), newsroom.now)
    await newsroom.merge(gone, stays)
    async with newsroom.stored.read() as db:
        assert await store.muted_now(db, newsroom.now) == [Mute(Muted.STORY, stays.id, until)]
    assert set(await newsroom.waiting()) == {gone.id}


@pytest.mark.parametrize("forever", [False, True])
async def test_of_two_mutes_the_longer_holds(newsroom: Newsroom, forever: bool) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    until = None if forever else newsroom.now + 9 * HOUR
    async with newsroom.stored.write() as db:
        for mute in (
            Mute(Muted.STORY, gone.id, newsroom.now + HOUR),
            Mute(Muted.STORY, stays.id, until),
        ):
            await store.mute(db, mute, newsroom.now)
    await newsroom.merge(gone, stays)
    async with newsroom.stored.read() as db:
        assert await store.muted_now(db, newsroom.now) == [Mute(Muted.STORY, stays.id, until)]
