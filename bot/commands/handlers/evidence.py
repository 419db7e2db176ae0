"""/why and /try: the evidence of rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands.formatting import line, quoted
from bot.commands.records import Answer, Asked, CommandContext, SorryError
from bot.commands.story_lookup import story_asked_about
from bot.messages.rendering import escape, terms
from rules import Document, Evidence, Lexicon, Verdict
from stories import Story

MAX_REPORTS = 6
MAX_WORDS = 8
MAX_TITLE = 300
_HEADLINE = 200
_REASON = 200
_WHAT_TO_TRY = "Write the text after the command, or reply with /try to a message that has one."


async def why(context: CommandContext, asked: Asked) -> Answer:
    """/why."""
    story = await story_asked_about(context, asked, "/why")
    titles = {rule.name: rule.title for rule in context.configuration.rules}
    blocks = [
        "\n".join((f"<b>{line(titles.get(name, name), 80)}</b>", *_reports(story, name)))
        for name in story.rules
    ]
    return Answer(headline(story), tuple(blocks), "\n\n")


async def try_(context: CommandContext, asked: Asked) -> Answer:
    """/try."""
    text = asked.arguments.strip() or asked.quoted.strip()
    if not text:
        raise SorryError(_WHAT_TO_TRY)
    document = _written(text, context.clock.now())
    matcher = context.configuration.matcher
    verdicts = matcher.explain(document, now=document.published)
    titles = {rule.name: rule.title for rule in matcher.rules}
    true = [verdict for verdict in verdicts if verdict.holds]
    false = [verdict for verdict in verdicts if not verdict.holds]
    blocks = [
        *(_holds(document, verdict, titles[verdict.rule]) for verdict in true),
        _mentioned(document, matcher.mentions(document), matcher.lexicon),
        *(_fails(document, verdict) for verdict in false),
    ]
    title = "It would be sent" if true else "No rule is true of it: it would not be sent"
    return Answer(title, tuple(blocks), "\n\n")


def headline(story: Story) -> str:
    """The title of a story in answers."""
    document = story.lead.document
    return line(document.title or document.text or document.link, _HEADLINE)


@dataclass(frozen=True, slots=True)
class _Written:
    """A document made of a user's text."""

    published: datetime
    text: str
    title: str = ""
    source: str = "try"
    author: str = ""
    link: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None


def _written(text: str, now: datetime) -> Document:
    first, _, rest = text.partition("\n")
    if rest.strip() and len(first) <= MAX_TITLE:
        return _Written(now, rest.strip(), first.strip())
    return _Written(now, text)


def _reports(story: Story, rule: str) -> Iterator[str]:
    matches = ((report, match) for report in story.reports for match in report.matches)
    found = [(report, match) for report, match in matches if match.rule == rule]
    for report, match in found[:MAX_REPORTS]:
        words = _words(report.document, match.evidence) or "nothing of its words: see the rule"
        yield f"{line(report.outlet, 80)}: {words}"
    if len(found) > MAX_REPORTS:
        yield f"and {len(found) - MAX_REPORTS} more"


def _words(document: Document, evidence: Iterable[Evidence]) -> str:
    every = terms(document, evidence)
    more = f" and {len(every) - MAX_WORDS} more" if len(every) > MAX_WORDS else ""
    return quoted(every[:MAX_WORDS]) + more


def _holds(document: Document, verdict: Verdict, title: str) -> str:
    words = _words(document, verdict.evidence)
    return f"<b>{escape(verdict.rule)}</b> {line(title, 80)}" + (f"\n{words}" if words else "")


def _mentioned(document: Document, mentions: Sequence[Evidence], lexicon: Lexicon) -> str:
    names = {f"actor:{actor.id}": actor.name for actor in lexicon.actors.values()}
    names |= {f"topic:{topic.id}": topic.name for topic in lexicon.topics.values()}
    by_part: dict[str, list[Evidence]] = {}
    for one in mentions:
        by_part.setdefault(one.part, []).append(one)
    if not by_part:
        return "It names no actor and no topic of the lexicon."
    lines = (
        f"{line(names.get(part, part), 80)} ({escape(part)}): {_words(document, evidence)}"
        for part, evidence in sorted(by_part.items())
    )
    return "\n".join(("It speaks of", *lines))


def _fails(document: Document, verdict: Verdict) -> str:
    missing = [failure.part for failure in verdict.failures if not failure.evidence]
    lines = [f"not there: {line(', '.join(missing), _REASON)}"] if missing else []
    lines += [
        f"{line(failure.part, _REASON)}: {line(failure.reason, _REASON)} "
        f"({_words(document, failure.evidence)})"
        for failure in verdict.failures[:MAX_REPORTS]
        if failure.evidence
    ]
    return "\n".join((f"<i>{escape(verdict.rule)}: no</i>", *lines))
