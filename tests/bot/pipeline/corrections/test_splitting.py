"""Splits: what leaves a story, what stays, and that it stays apart."""

from pathlib import Path

from bot.configuration.records import Configuration
from store import (
    CorrectionKind,
    CorrectionOutcome,
)
from tests.bot.pipeline.corrections.newsroom import (
    HOUR,
    MUSCAT,
    ROME,
    Chat,
    Newsroom,
    at_work,
    headline,
    titles,
)
from tests.making import NOON


async def test_a_split_makes_a_message_of_its_own(newsroom: Newsroom) -> None:
    story = await newsroom.report(MUSCAT)
    story = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    assert len(story.reports) == 2
    await newsroom.send()
    assert "Reported by" in newsroom.chat.ours[0] or "Courier" in newsroom.chat.ours[0]
    assert await newsroom.split(story, f"{MUSCAT}, officials say") is CorrectionOutcome.DONE
    await newsroom.send()
    assert [headline(one) for one in newsroom.chat.ours] == [MUSCAT, f"{MUSCAT}, officials say"]
    assert "Wire" not in newsroom.chat.ours[0]


async def test_what_was_split_is_not_glued_together_again(
    configuration: Configuration, file: Path
) -> None:
    later = f"{MUSCAT}, officials say"
    chat = Chat()
    async with at_work(configuration, file, chat) as newsroom:
        await newsroom.report(MUSCAT)
        story = await newsroom.report(later, "wire")
        await newsroom.split(story, later)
        parts = {one.id: titles(one) for one in await newsroom.stories()}
        assert sorted(parts.values()) == [[MUSCAT], [later]]
    async with at_work(configuration, file, chat) as newsroom:
        newsroom.now = NOON + 3 * HOUR
        joined = await newsroom.report(f"{MUSCAT}: officials", "ledger")
        again = await newsroom.report(later, "wire")
        found = {one.id: one for one in await newsroom.stories()}
        assert found.keys() == parts.keys()
        assert titles(found[again.id]).count(later) == 1
        assert not {MUSCAT, later} <= set(titles(joined))


async def test_a_split_takes_a_merge_back(newsroom: Newsroom) -> None:
    await newsroom.report(MUSCAT)
    gone = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    before = dict(newsroom.chat.posts)
    await newsroom.merge(gone, stays)
    await newsroom.send()
    assert newsroom.chat.posts != before
    entries = [report.entry for report in reversed(gone.reports)]
    await newsroom.correct(CorrectionKind.SPLIT, stays, entries)
    await newsroom.send()
    assert newsroom.chat.posts == before
    assert {one.id for one in await newsroom.stories()} == {gone.id, stays.id}


async def test_the_opening_report_can_be_taken_out_too(newsroom: Newsroom) -> None:
    await newsroom.report(MUSCAT)
    story = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    await newsroom.send()
    await newsroom.split(story, MUSCAT)
    await newsroom.send()
    assert [headline(one) for one in newsroom.chat.ours] == [f"{MUSCAT}, officials say", MUSCAT]
