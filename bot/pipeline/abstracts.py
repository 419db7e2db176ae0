"""Abstracts of stories by a language model, verified against the reports."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.clock import Clock
from bot.configuration.channels import Language
from bot.configuration.records import Configuration
from bot.pipeline.language_model import NoAbstractError, Writer
from bot.pipeline.revisions import Change, Revision
from rules import Matcher
from store import Store
from stories import Abstract, Report, Story, can_be_checked, unsupported
from watchers import Entry

LOOK_EVERY = timedelta(minutes=1)
# What changed longer ago has been read as it is.
FRESH = timedelta(minutes=15)
MOST_REPORTS = 8
MOST_OF_A_REPORT = 2_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AbstractMade:
    """A revision: a story gets an abstract of its reports; an empty one records a failure."""

    story: str
    abstract: Abstract
    now: datetime

    def changes(self, stories: Mapping[str, Story]) -> Iterator[Change]:
        """The story with the abstract, where it is still there."""
        story = stories.get(self.story)
        if story is not None:
            with_it = replace(story, abstracts=(*story.abstracts, self.abstract))
            yield Change(story, with_it, edits_only=True)

    async def save(self, db: AsyncConnection) -> None:
        """Store the abstract, and that it was requested."""
        if await store.find_story(db, self.story) is not None:
            await store.save_abstract(db, self.story, self.abstract, self.now)


class Abstracts:
    """Requests abstracts of changed stories, one at a time, within a daily budget."""

    def __init__(
        self,
        configuration: Configuration,
        write: Writer,
        stored: Store,
        revise: Callable[[Revision], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._channels = [channel for channel in configuration.channels if channel.abstract]
        self._rules = {
            channel.language: {
                rule.name
                for rule in configuration.rules
                for other in self._channels
                if other.language is channel.language and other.name in rule.channels
            }
            for channel in self._channels
        }
        self._a_day = configuration.llm.a_day if configuration.llm else 0
        self._matcher = configuration.matcher
        self._write = write
        self._store = stored
        self._revise = revise
        self._clock = clock

    async def run(self) -> None:
        """Request abstracts until cancelled."""
        try:
            while True:
                await self._try_to_look()
                await self._clock.sleep(LOOK_EVERY.total_seconds())
        finally:
            await self._write.close()

    async def _try_to_look(self) -> None:
        try:
            await self.look()
        except Exception:
            # Nothing else must end for what is only an extra.
            log.exception("no abstracts: internal error")

    async def look(self) -> None:
        """Request the abstracts that are wanted now."""
        now = self._clock.now()
        async with self._store.read() as db:
            recent = await store.recent_stories(db, now - FRESH)
            asked = await store.count_abstracts(db, now - timedelta(days=1))
        wanted = [pair for story in recent for pair in self._wanted(story)]
        if len(wanted) > self._a_day - asked:
            log.warning(
                "no more abstracts for now: the budget of a day is spent", a_day=self._a_day
            )
        for story, language in wanted[: max(self._a_day - asked, 0)]:
            text = await self._abstract(story, language)
            made = Abstract(language, story.basis, text)
            await self._revise(AbstractMade(story.id, made, self._clock.now()))

    def _wanted(self, story: Story) -> Iterator[tuple[Story, Language]]:
        asked = {(one.language, one.basis) for one in story.abstracts}
        for language, rules in self._rules.items():
            new = (language, story.basis) not in asked
            if new and rules.intersection(story.rules) and can_be_checked(story, language):
                yield story, language

    async def _abstract(self, story: Story, language: Language) -> str:
        """The abstract, or "" where the reports do not support it."""
        try:
            text = await self._write(_reports(story), language.name.title())
        except NoAbstractError as error:
            log.warning("no abstract", story=story.id, reason=str(error))
            return ""
        # An entry with the text alone: what it speaks of is read as in a report.
        document = story.lead.document
        assert isinstance(document, Entry)  # noqa: S101  what reports are made of here
        mentions = self._matcher.mentions(replace(document, title="", text=text))
        parts = {one.part for one in mentions}
        if reason := unsupported(text, story, language, parts, [*_names(story, self._matcher)]):
            log.warning(
                "abstract without support: the extract stands", story=story.id, reason=reason
            )
            return ""
        log.info("abstract", story=story.id, language=str(language))
        return text


def _names(story: Story, matcher: Matcher) -> Iterator[str]:
    """All spellings of the actors that the reports mention."""
    parts = {one.part for report in story.reports for one in report.mentions}
    for actor in matcher.lexicon.actors.values():
        if f"actor:{actor.id}" in parts:
            yield actor.name
            for spellings in actor.names.values():
                yield from spellings


def _reports(story: Story) -> str:
    return "\n\n".join(_told(report) for report in story.reports[:MOST_REPORTS])


def _told(report: Report) -> str:
    text = report.article or report.document.text
    return f"{report.outlet}: {report.document.title}\n{text[:MOST_OF_A_REPORT]}"
