"""`try`: the result of the rules for a text, file or address."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from bot.cli.console import out
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.errors import UnreadableSourceError
from bot.messages.rendering import terms
from bot.version import user_agent
from rules import Document, Evidence, Failure, Field, Lexicon, Matcher, Verdict
from watchers import SourceFault, Watcher, open_fetcher, page_text, parse
from watchers.access import USUAL, Access
from watchers.web_addresses import is_web_address, web_address

MAX_ENTRIES = 20
MAX_FILE = 5_000_000
MAX_TITLE = 300
MAX_SHOWN = 1_500
MAX_WORDS = 8
_ACTOR, _TOPIC = "bold cyan", "bold green"
_TRUE, _FALSE = Text("yes", style="bold green"), Text("no", style="dim")


@dataclass(frozen=True, slots=True)
class Tried:
    """A document made of the user's input."""

    published: datetime
    text: str
    title: str = ""
    source: str = "try"
    author: str = ""
    link: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None


def try_text(what: str, config: Path) -> None:
    """Print the result of the rules for a text, file or address."""
    configuration = load(config)
    contact, access = configuration.contact, configuration.access
    for document in asyncio.run(documents(what, utc_now(), contact, access)):
        out.print(shown(document, configuration.matcher))


async def documents(
    what: str, now: datetime, contact: str = "", access: Access = USUAL
) -> Sequence[Document]:
    """The documents that the argument denotes: an address, a file, "-", or the text itself.

    A feed gives its newest entries; of any other text the first line is the title.

    Raises:
        UnreadableSourceError: the address or the file cannot be read.
    """
    if is_web_address(address := web_address(what)):
        return await _fetched(address, now, contact, access)
    if what == "-":
        return _read(await asyncio.to_thread(sys.stdin.buffer.read, MAX_FILE), what, now)
    if (file := _file(what)) is not None:
        return _read(file, what, now)
    return [_from_text(what, now)]


def shown(document: Document, matcher: Matcher) -> RenderableType:
    """The document with its evidence marked, its mentions, and the verdict of each rule."""
    mentions = matcher.mentions(document)
    verdicts = matcher.explain(document, now=document.published)
    parts: list[RenderableType] = [
        Line(style="dim"),
        *_marked(document, mentions),
        "",
        _mentioned(document, mentions, matcher.lexicon),
        "",
        _verdicts(document, verdicts, {rule.name: rule.title for rule in matcher.rules}),
    ]
    return Group(*parts)


async def _fetched(url: str, now: datetime, contact: str, access: Access) -> Sequence[Document]:
    try:
        async with open_fetcher(user_agent=user_agent(contact), pause=0) as fetcher:
            fetched = await fetcher.fetch(url, allow_private=True, access=access, keep_partial=True)
        if fetched.status != 200:
            raise UnreadableSourceError(url, f"the server answers {fetched.status}")
        return _read(fetched.body, fetched.url, now, fetched.headers.content_type)
    except SourceFault as fault:
        raise UnreadableSourceError(url, str(fault)) from fault


def _file(what: str) -> bytes | None:
    try:
        path = Path(what)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(MAX_FILE)
    except ValueError:  # no text that holds a NUL names a file
        return None
    except OSError as error:
        if error.strerror == "File name too long":
            return None
        raise UnreadableSourceError(what, error.strerror or str(error)) from error


def _read(body: bytes, place: str, now: datetime, content_type: str = "") -> Sequence[Document]:
    watcher = Watcher("try", place, place)
    try:
        feed = parse(body, url=place, content_type=content_type, watcher=watcher, now=now)
    except SourceFault:
        title, text = page_text(body, content_type)
        return [Tried(now, text, title, link=place)] if title else [_from_text(text, now)]
    return [
        Tried(
            entry.published or now,
            entry.text,
            entry.title,
            place,
            entry.author,
            entry.link,
            entry.categories,
            entry.language,
        )
        for entry in feed.entries[:MAX_ENTRIES]
    ]


def _from_text(text: str, now: datetime) -> Document:
    first, _, rest = text.strip().partition("\n")
    if rest.strip() and len(first) <= MAX_TITLE:
        return Tried(now, rest.strip(), first.strip())
    return Tried(now, text.strip())


def _marked(document: Document, mentions: Iterable[Evidence]) -> Iterator[Text]:
    texts = {Field.TITLE: Text(document.title, "bold"), Field.TEXT: Text(document.text)}
    for evidence in mentions:
        if evidence.field in texts:
            style = _ACTOR if evidence.part.startswith("actor:") else _TOPIC
            texts[evidence.field].stylize(style, evidence.start, evidence.end)
    for text in texts.values():
        if text.plain:
            text.truncate(MAX_SHOWN, overflow="ellipsis")
            yield text


def _mentioned(
    document: Document, mentions: Iterable[Evidence], lexicon: Lexicon
) -> RenderableType:
    by_part: dict[str, list[Evidence]] = {}
    for evidence in mentions:
        by_part.setdefault(evidence.part, []).append(evidence)
    if not by_part:
        return Text("It names no actor and no topic of the lexicon.", style="dim")
    names = {f"actor:{actor.id}": actor.name for actor in lexicon.actors.values()}
    names |= {f"topic:{topic.id}": topic.name for topic in lexicon.topics.values()}
    table = _table("it speaks of", "", "as")
    for part in sorted(by_part, key=lambda part: (part.startswith("topic:"), part)):
        style = _ACTOR if part.startswith("actor:") else _TOPIC
        table.add_row(Text(part, style), names[part], _quoted(document, by_part[part]))
    return table


def _verdicts(
    document: Document, verdicts: Iterable[Verdict], titles: Mapping[str, str]
) -> RenderableType:
    table = _table("rule", "", "because")
    for verdict in verdicts:
        reasons = (
            _quoted(document, verdict.evidence)
            if verdict.holds
            else _failures(document, verdict.failures)
        )
        name = Text(verdict.rule, style="bold" if verdict.holds else "dim")
        table.add_row(name, _TRUE if verdict.holds else _FALSE, reasons)
        if verdict.holds:
            table.rows[-1].style = "on grey11"
    return Group(table, Padding(_summary(verdicts, titles), (1, 0, 0, 0)))


def _summary(verdicts: Iterable[Verdict], titles: Mapping[str, str]) -> Text:
    true = [titles[verdict.rule] for verdict in verdicts if verdict.holds]
    if not true:
        return Text("No rule is true of it: it would not be sent.")
    return Text(f"It would be sent, because of: {', '.join(true)}.", style="bold")


def _failures(document: Document, failures: Sequence[Failure]) -> Text:
    missing = [failure.part for failure in failures if not failure.evidence]
    lines = [Text("not there: ").append(", ".join(missing), style="yellow")] if missing else []
    for failure in failures:
        if failure.evidence:
            line = Text(failure.part, style="yellow").append(f": {failure.reason} (")
            lines.append(line.append(_quoted(document, failure.evidence)).append(")"))
    return Text("\n").join(lines)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold underline")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _quoted(document: Document, evidence: Iterable[Evidence]) -> Text:
    every = terms(document, evidence)
    shown = ", ".join(f"“{word}”" for word in every[:MAX_WORDS])
    more = f" and {len(every) - MAX_WORDS} more" if len(every) > MAX_WORDS else ""
    return Text(shown + more)
