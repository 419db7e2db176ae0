"""What is tried with the inputs, and what has to be so afterwards."""

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from bench.fuzz.inputs import (
    KINDS,
    bodies,
    date,
    decoded,
    encoded,
    head,
    linking_page,
    outlines,
    page,
    text,
    watcher,
)
from bot.configuration.channels import Channel, Language
from bot.configuration.sources import opml
from bot.errors import UnreadableSourceError
from bot.messages.digests import texts
from bot.messages.labels import LABELS
from bot.messages.rendering import ChannelView, escape, plain, render
from rules import Rule
from rules.text.lookalikes import as_it_looks
from rules.text.normalise import Normalised, normalise
from store import entry_id
from stories import Report, stance_of
from tests import telegram_html
from tests.making import entry, match, report, story
from watchers import ParsedFeed, SourceFault, parse
from watchers.articles import EXTRACTION, article_text
from watchers.fetching import challenges
from watchers.fetching.response_heads import end_of_head, repaired
from watchers.identity import serve
from watchers.ownership import owner_site, sites_of
from watchers.page_links import page_links
from watchers.parsed import parse_quickly
from watchers.parsing.dates import read_date
from watchers.parsing.plain_text import MAX_TEXT, MAX_TITLE, absolute_link, plain_text, plain_title
from watchers.polling.time_offset import TimeOffset
from watchers.web_addresses import is_web_address

NOW = datetime(2023, 6, 12, 12, tzinfo=UTC)
SLOW = 2.0


class WrongError(Exception):
    """What was made is not right."""


def _read(reader: Callable[..., ParsedFeed | None], body: bytes, kind: str = "feed") -> None:
    try:
        parsed = reader(
            body,
            url="https://courier.example/feed",
            content_type=("", "text/html; charset=latin-1")[len(body) % 2],
            watcher=watcher(kind),
            now=NOW,
        )
    except SourceFault as fault:
        str(fault)
        return
    challenges.by_page(body)
    if parsed is not None:
        dates = [one.item.published for one in parsed.entries]
        offset = TimeOffset().after(dates, NOW, None)
        for date in dates:
            replace(offset, ahead=timedelta(hours=3)).corrected(date, NOW)
        served, _ = serve("courier", parsed.entries, ids_untrusted=False, seen=NOW)
        for one in served:
            entry_id(one.entry)
        owner_site(sites_of(served))


def _kinds(body: bytes) -> None:
    _read(parse, body, list(KINDS)[len(body) % len(KINDS)])


def _normalise(data: bytes) -> None:
    given = decoded(data)
    made = Normalised(given)
    if made.text != normalise(given):
        raise WrongError("two ways to normalise differ")
    if normalise(made.text) != made.text:
        raise WrongError("normalising twice differs")
    looked = as_it_looks(given)
    if len(looked) != len(given) or as_it_looks(looked) != looked:
        raise WrongError("what letters look like moves places, or is not all seen at once")
    rng = Random(len(given))
    for _ in range(3 if made.text else 0):
        begin = rng.randrange(len(made.text))
        end = rng.randint(begin + 1, len(made.text))
        start, stop = made.span(begin, end)
        if not 0 <= start < stop <= len(given):
            raise WrongError(f"{begin}-{end} leads to {start}-{stop} of {len(given)}")


def _plain(data: bytes) -> None:
    markup = decoded(data)
    title, words = plain_title(markup), plain_text(markup)
    if len(title) > MAX_TITLE or len(words) > MAX_TEXT or "\n" in title:
        raise WrongError("longer than it may be")
    link = absolute_link(markup, "https://courier.example/")
    if link and not link.startswith(("https://", "http://")):
        raise WrongError(f"a link that is none: {link[:80]}")


def _date(data: bytes) -> None:
    moment = read_date(decoded(data))
    if moment is not None and moment.utcoffset() != timedelta():
        raise WrongError("a moment that is not in UTC")


def _article(data: bytes) -> None:
    words = article_text(data, ("", "text/html; charset=latin-1")[len(data) % 2], "fa")
    if len(words) > MAX_TEXT:
        raise WrongError("longer than it may be")
    words.encode()


def _head(data: bytes) -> None:
    end = end_of_head(data)
    head = data[:end] if end >= 0 else data
    made = repaired(head)
    if repaired(made) != made:
        raise WrongError("a head that is repaired twice is another")
    if made != head and len(made.split(b"\r\n\r\n")) != 2:
        raise WrongError("a repaired head ends elsewhere")


def _links(data: bytes) -> None:
    found = page_links(
        data, ("", "text/html; charset=latin-1")[len(data) % 2], "https://a.example/"
    )
    for one in (*found.named, *found.channels) if found else ():
        if not is_web_address(one.url):
            raise WrongError(f"a link that is none: {one.url[:80]}")


def _outlines(data: bytes) -> None:
    try:
        found = opml.read(data, "list").feeds
    except UnreadableSourceError as error:
        str(error)
        return
    for one in found:
        if len(one.title) > opml.MAX_TITLE or len(one.url) > opml.MAX_ADDRESS:
            raise WrongError("longer than it may be")
        if not is_web_address(one.url):
            raise WrongError(f"a link that is none: {one.url[:80]}")
    watchers = (
        replace(watcher(), title=one.title, url=one.url, language=one.language) for one in found
    )
    if found and opml.read(encoded(opml.written(watchers)), "list").feeds != found:
        raise WrongError("a list that is written and read is another")


def _render(data: bytes) -> None:
    reports = _reports(data)
    for language in (Language.ENGLISH, Language.PERSIAN):
        message = render(story(*reports), _page(language))
        _taken(message)
        _taken(plain(message))
    _taken(escape(decoded(data)[:1_000]) or "x")


def _digests(data: bytes) -> None:
    reports = _reports(data)
    stories = [
        replace(story(*(reports[: 1 + number % 2])), id=str(number))
        for number in range(1 + len(data) % 30)
    ]
    links = {"0": "https://t.me/c/1/2"} if len(data) % 2 else {}
    for language in (Language.ENGLISH, Language.PERSIAN):
        made = texts(stories, _page(language), decoded(data)[:60].split("\x1f")[0], links)
        for one in made:
            _taken(one.text)
        if [name for one in made for name in one.stories] != [one.id for one in stories]:
            raise WrongError("stories are missing, doubled or in another order")


def _reports(data: bytes) -> list[Report]:
    one, other, *_ = [*decoded(data).split("\x1f"), ""]
    documents = [
        entry(
            title=one[:MAX_TITLE],
            text=other[:MAX_TEXT],
            link=absolute_link(one, "https://a.example/"),
        ),
        entry(title=other[:MAX_TITLE], text=one[:MAX_TEXT], uid="2", source="ledger"),
    ]
    return [
        replace(report(document, match(), outlet=one[:80]), reading=stance_of(document, ()))
        for document in documents
    ]


def _taken(message: str) -> None:
    try:
        shown, _ = telegram_html.parse(message)
    except telegram_html.RefusedTextError as refused:
        if "empty" not in str(refused):
            raise WrongError(f"Telegram refuses it: {refused}") from None
    else:
        if "<script" in message.lower() or telegram_html.utf16_length(shown) > 4096:
            raise WrongError("what Telegram shows is not what it should be")


@cache
def _page(language: Language) -> ChannelView:
    rule = Rule("talks", "Talks & more", "any:x", channels=("c",), hashtags=("talks",))
    return ChannelView(Channel("c", language=language), LABELS[language], {"talks": rule}, {})


TARGETS: Mapping[str, tuple[int, Callable[[bytes], None]]] = {
    "normaliser": (46, _normalise),
    "plain text": (24, _plain),
    "dates": (2, _date),
    "renderer": (6, _render),
    "digests": (3, _digests),
    "lists": (3, _outlines),
    "heads": (3, _head),
    "links": (1, _links),
    "articles": (1, _article),
    "fast path": (12, lambda body: _read(parse_quickly, body)),
    "feedparser": (2, lambda body: _read(parse, body)),
    "kinds": (1, _kinds),
}


_BODIES = frozenset({"fast path", "feedparser", "kinds"})
_OWN: Mapping[str, Callable[[Random], bytes]] = {
    "articles": page,
    "lists": outlines,
    "dates": lambda rng: encoded(date(rng)),
    "heads": head,
    "links": linking_page,
}


_RENDERED = frozenset({"renderer", "digests"})
_SLOW = {"articles": EXTRACTION}
_TURNS = [name for name, (share, _) in TARGETS.items() for _ in range(share)]


def made(seed: int, number: int, seeds: Sequence[bytes]) -> tuple[str, bytes]:
    """The input of this number, and what it is for."""
    rng = Random(f"{seed} {number}")
    target = _TURNS[number % len(_TURNS)]
    if target in _BODIES:
        return target, bodies(rng, seeds)
    if target in _OWN:
        return target, _OWN[target](rng)
    made_text = text(rng) + ("\x1f" + text(rng) if target in _RENDERED else "")
    return target, encoded(made_text)


def tried(target: str, data: bytes) -> str:
    """What is wrong, or ""."""
    started = time.thread_time()
    try:
        TARGETS[target][1](data)
    except Exception:  # noqa: BLE001  finding them is what this is for
        return traceback.format_exc()
    took = time.thread_time() - started
    return f"it took {took:.1f} s" if took > _SLOW.get(target, SLOW) else ""
