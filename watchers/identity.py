"""Identity of entries: which keys an entry has. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from functools import partial as bound
from hashlib import blake2b
from typing import NamedTuple

from watchers.canonical import canonical, path_of, without_tracking
from watchers.ownership import site_of
from watchers.parsed import ParsedEntry
from watchers.records import Entry, Served

_MAX_UID = 500
_MIDNIGHT = time(0)

_Parts = tuple[str, ...]


class _Names(NamedTuple):
    """What keys are made of; `dated` is one already, of headline and date, or b""."""

    identity: _Parts
    heading: _Parts
    dated: bytes


def serve(
    source: str,
    parsed: Sequence[ParsedEntry],
    *,
    ids_untrusted: bool,
    seen: datetime,
    ids_proven: bool = False,
    partial: bool = False,
    of_one_site: bool = True,
) -> tuple[tuple[Served, ...], bool]:
    """The entries with their keys, each once, and whether the source's ids are untrusted.

    Where the ids are proven, links do not count. `partial` is what may be a part of a feed.
    Where not all are `of_one_site`, the same headline of the same time may be two outlets'.
    """
    if ids_proven and all(entry.id for entry in parsed):
        return _served_by_id(source, parsed, seen, of_one_site=of_one_site), False
    if of_one_site:
        parsed = _without_twins(parsed)
    links = [canonical(without_tracking(entry.link)) for entry in parsed]
    untrusted = ids_untrusted or _ids_shared(parsed, links)
    link_counts = Counter(links)
    # Once: where there is no title or link, plain text is made for it.
    headings = [_heading(entry, link) for entry, link in zip(parsed, links, strict=True)]
    heading_counts = Counter(headings)
    dates = _dated(parsed, headings) if of_one_site else [b""] * len(parsed)
    served: dict[bytes, Served] = {}
    for entry, link, heading, dated in zip(parsed, links, headings, dates, strict=True):
        if len(parsed) == 1 and not (partial and entry.id and not untrusted):
            # Ids and links prove themselves only beside others: a feed of one entry may give
            # each the same. The ids of one that sends a part have proved themselves before.
            identity: _Parts = ("text", *heading)
        else:
            by_id = bool(entry.id) and not untrusted
            identity = _identity(entry, link, by_id=by_id, by_link=link_counts[link] == 1)
        more = (entry.text,) if heading_counts[heading] > 1 else ()
        names = _Names(identity, (*heading, *more), dated)
        one = _served(source, entry, seen, names)
        served.setdefault(one.keys[0], one)
    return tuple(served.values()), untrusted


def _served_by_id(
    source: str, parsed: Sequence[ParsedEntry], seen: datetime, *, of_one_site: bool
) -> tuple[Served, ...]:
    headings = [_heading(entry, entry.link) for entry in parsed]
    dates = _dated(parsed, headings) if of_one_site else [b""] * len(parsed)
    served: dict[bytes, Served] = {}
    for entry, dated in zip(parsed, dates, strict=True):
        one = _served(source, entry, seen, _Names(("id", entry.id), (), dated))
        served.setdefault(one.keys[0], one)
    return tuple(served.values())


def _served(source: str, entry: ParsedEntry, seen: datetime, names: _Names) -> Served:
    kind, name = names.identity[:2]
    written = without_tracking(entry.link)
    own = entry.id if kind == "id" else written
    keys = _keys(names)
    published = min(entry.published, seen) if entry.published else None
    uid = own if kind != "text" and len(own) <= _MAX_UID else keys[0].hex()
    is_as_written = own == name and names.heading[:1] in {(), (written,)}
    return Served(
        (*keys, names.dated) if names.dated else keys,
        entry.link,
        published,
        seen,
        bound(_entry, source, uid, entry, published, seen),
        dated=names.dated,
        has_own_id=kind == "id"
        and bool(names.heading)
        and name.partition("#")[0] != names.heading[0],
        make_former=tuple if is_as_written else bound(_former_keys, names, own, written),
    )


def _former_keys(names: _Names, own: str, written: str) -> tuple[bytes, ...]:
    """The keys of versions before, which took each form of an address for another one."""
    heading = (written, *names.heading[1:]) if names.heading else ()
    return _keys(_Names((names.identity[0], own, *names.identity[2:]), heading, b""))


def _keys(names: _Names) -> tuple[bytes, ...]:
    first = _digest(*names.identity)
    return (first, _digest("heading", *names.heading)) if names.heading else (first,)


def _dated(parsed: Sequence[ParsedEntry], headings: Sequence[_Parts]) -> list[bytes]:
    """The key of headline and date of each entry, b"" where it lacks one of them.

    What stands twice in a document is told apart by its text, or where it leads.
    """
    moments = [
        (entry.title or heading[-1], int(entry.published.timestamp()) if entry.published else 0)
        for entry, heading in zip(parsed, headings, strict=True)
    ]
    counts = Counter(moments)
    return [
        _digest(
            "dated",
            *(words, str(second)),
            *((entry.text or path_of(entry.link),) if counts[words, second] > 1 else ()),
        )
        if words and second
        else b""
        for entry, (words, second) in zip(parsed, moments, strict=True)
    ]


def _without_twins(parsed: Sequence[ParsedEntry]) -> Sequence[ParsedEntry]:
    """The entries, each once, whichever of a site's domains and folders they are given under."""
    counts = Counter((entry.title, entry.published) for entry in parsed)
    if len(counts) == len(parsed):
        return parsed
    kept: list[ParsedEntry] = []
    there: set[tuple[str, datetime, str, str]] = set()
    for entry in parsed:
        if entry.title and entry.published and counts[entry.title, entry.published] > 1:
            traits = {(entry.title, entry.published, *trait) for trait in _traits(entry)}
            if not there.isdisjoint(traits):
                continue
            there |= traits
        kept.append(entry)
    return kept


def _traits(entry: ParsedEntry) -> Iterator[tuple[str, str]]:
    """What two entries with the same headline and date share when they are the same."""
    if path := path_of(entry.link):
        yield "path", path
    # A date alone is that of all that came on that day, perhaps under one headline.
    if entry.published and entry.published.time() != _MIDNIGHT and (text := entry.text):
        yield "text", text


def _ids_shared(parsed: Sequence[ParsedEntry], links: Sequence[str]) -> bool:
    firsts: dict[str, tuple[str, str]] = {}
    for entry, link in zip(parsed, links, strict=True):
        what = (entry.title, link)
        if entry.id and firsts.setdefault(entry.id, what) != what:
            return True
    return False


def _identity(entry: ParsedEntry, link: str, *, by_id: bool, by_link: bool) -> _Parts:
    if by_id:
        return ("id", canonical(entry.id))
    if link and by_link:
        return ("link", link)
    return ("text", link, entry.title, entry.text)


def _heading(entry: ParsedEntry, link: str) -> _Parts:
    # Without a title or a link, what is left does not tell entries apart.
    return (link, entry.title) if entry.title and link else (link, entry.title, entry.text)


def _digest(*parts: str) -> bytes:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=16).digest()


def _entry(
    source: str, uid: str, parsed: ParsedEntry, published: datetime | None, seen: datetime
) -> Entry:
    return Entry(
        source=source,
        uid=uid,
        title=parsed.title,
        text=parsed.text,
        link=parsed.link,
        author=parsed.author,
        categories=parsed.categories,
        language=parsed.language,
        published=published or seen,
        dated=published is not None,
        seen=seen,
        publisher=parsed.publisher,
        publisher_site=site_of(parsed.item.publisher_address) if parsed.publisher else "",
    )
