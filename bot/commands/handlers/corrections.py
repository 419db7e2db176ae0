"""/merge and /split: corrections of grouping."""

from collections.abc import Sequence
from datetime import tzinfo

import store
from bot.commands.formatting import count, line
from bot.commands.handlers.evidence import headline
from bot.commands.records import Answer, Asked, CommandContext, SorryError
from bot.commands.story_lookup import link_location, story_at
from bot.errors import BackchannelError
from bot.messages.rendering import escape
from bot.pipeline.corrections import WHY_NOT, note, short, story_named
from store import CorrectionKind, CorrectionOutcome
from stories import Report, Story

_TITLE = 200
_MERGE = (
    "Reply with /merge to a message of the story that goes, and write the link or the id of the "
    "one that stays: /merge https://t.me/your_channel/123, or /merge 1a2b3c4d. /stories shows ids."
)
_SPLIT = (
    "Reply with /split to a message of the story: it lists the reports, and /split 2 3 takes two "
    "of them out."
)
_LATER = "It could not be done now, which the log explains; it is tried again."


async def merge(context: CommandContext, asked: Asked) -> Answer:
    """/merge."""
    gone, words = await _meant(context, asked, _MERGE)
    if len(words) != 1:
        raise SorryError(_MERGE)
    into = await _story(context, words[0])
    await _correct(context, CorrectionKind.MERGE, gone, [into.id])
    return Answer("Merged", (f"“{headline(gone)}” is part of “{headline(into)}” now.",))


async def split(context: CommandContext, asked: Asked) -> Answer:
    """/split."""
    story, words = await _meant(context, asked, _SPLIT)
    if not words:
        return _numbered(context, story)
    taken = _taken(story, words)
    await _correct(context, CorrectionKind.SPLIT, story, [report.entry for report in taken])
    reports = f"{count(len(taken), 'report')} of “{headline(story)}”"
    return Answer("Split", (f"{reports} {'is' if len(taken) == 1 else 'are'} a story now.",))


async def _meant(context: CommandContext, asked: Asked, how: str) -> tuple[Story, Sequence[str]]:
    """The story that a command is about (by reply or first word), and the other words."""
    words = asked.arguments.split()
    if asked.about is not None:
        return await story_at(context, asked.about), words
    if not words:
        raise SorryError(how)
    return await _story(context, words[0]), words[1:]


async def _story(context: CommandContext, word: str) -> Story:
    if (location := link_location(word)) is not None:
        return await story_at(context, location)
    async with context.stored.read() as db:
        try:
            return await story_named(db, word)
        except BackchannelError as error:
            raise SorryError(str(error)) from error


async def _correct(
    context: CommandContext, kind: CorrectionKind, story: Story, others: Sequence[str]
) -> None:
    async with context.stored.write() as db:
        try:
            number = await note(db, kind, story, others, context.clock)
        except BackchannelError as error:
            raise SorryError(str(error)) from error
    await context.correct()
    async with context.stored.read() as db:
        correction = await store.find_correction(db, number)
    outcome = correction.outcome if correction else None
    if outcome is not CorrectionOutcome.DONE:
        raise SorryError(f"That was not done: {WHY_NOT[outcome]}." if outcome else _LATER)


def _taken(story: Story, words: Sequence[str]) -> list[Report]:
    last = len(story.reports)
    numbers = {int(word) for word in words if word.isdecimal() and len(word) < 6}
    if len(numbers) != len(set(words)) or not all(1 <= number <= last for number in numbers):
        raise SorryError(f"The reports are numbered from 1 to {last}; /split lists them.")
    return [story.reports[number - 1] for number in sorted(numbers)]


def _numbered(context: CommandContext, story: Story) -> Answer:
    zone = _zone(context)
    blocks = [
        f"{number}. {line(report.outlet, 80)}, "
        f"{report.document.published.astimezone(zone):%d %b %H:%M}: "
        f"{line(report.document.title or report.document.text, _TITLE)}"
        for number, report in enumerate(story.reports, 1)
    ]
    how = "" if len(blocks) == 1 else escape("/split 2, as a reply like this one, takes one out.")
    return Answer(f"{headline(story)} ({short(story.id)})", (*blocks, *filter(None, [how])))


def _zone(context: CommandContext) -> tzinfo:
    configuration = context.configuration
    return (configuration.administrators or configuration.channels[0]).timezone
