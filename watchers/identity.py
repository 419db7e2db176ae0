"""Identity of entries: which keys an entry has, and which entries are new. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b

from watchers.ownership import site_of
from watchers.parsed import ParsedEntry
from watchers.records import Entry, Poll, Served

# Beyond max_age by so much, and by a week at least, an entry that turns up is of the archive.
ARCHIVE_FACTOR = 7
ARCHIVE_AT_LEAST = timedelta(days=7)
# So many old entries on top of a feed are late reports with a wrong date; more are an archive.
LATE_AT_MOST = 3
_MAX_UID = 500
_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|at_\w+|fbclid|gclid|ref|rss|cmpid|ocid)=[^&#]*&?")


def serve(
    source: str,
    parsed: Sequence[ParsedEntry],
    *,
    ids_untrusted: bool,
    seen: datetime,
    ids_proven: bool = False,
    partial: bool = False,
) -> tuple[tuple[Served, ...], bool]:
    """The entries with their keys, each once, and whether the source's ids are untrusted.

    Where the ids are proven, nothing else counts. `partial` is what may be a part of a feed.
    """
    if ids_proven and all(entry.id for entry in parsed):
        return _served_by_id(source, parsed, seen), False
    links = [_comparable(entry.link) for entry in parsed]
    untrusted = ids_untrusted or _ids_shared(parsed, links)
    link_counts = Counter(links)
    # Once: where there is no title or link, plain text is made for it.
    headings = [_heading(entry, link) for entry, link in zip(parsed, links, strict=True)]
    heading_counts = Counter(headings)
    served: dict[bytes, Served] = {}
    for entry, link, heading in zip(parsed, links, headings, strict=True):
        if len(parsed) == 1 and not (partial and entry.id and not untrusted):
            # Ids and links prove themselves only beside others: a feed of one entry may give
            # each the same. The ids of one that sends a part have proved themselves before.
            identity = ("text", *heading)
        else:
            by_id = bool(entry.id) and not untrusted
            identity = _identity(entry, link, by_id=by_id, by_link=link_counts[link] == 1)
        more = (entry.text,) if heading_counts[heading] > 1 else ()
        keys = (_digest(*identity), _digest("heading", *heading, *more))
        uid = identity[1] if identity[0] != "text" and len(identity[1]) <= _MAX_UID else ""
        served.setdefault(keys[0], _served(source, uid or keys[0].hex(), entry, keys, seen))
    return tuple(served.values()), untrusted


def fresh(poll: Poll, known: AbstractSet[bytes]) -> tuple[Entry, ...]:
    """The new entries of a poll, the oldest first, given which of its keys are known.

    On a source's first poll only entries dated within `max_age` are new. Later, an entry that is
    much older than that is of an archive that the source serves again, unless it stands with
    few others on top of all that is known, as what a hub sends does: then it is a report with a
    wrong date. All keys of `poll.served` are to be remembered, whatever is new.
    """
    new = [served for served in poll.served if known.isdisjoint(served.keys)]
    if poll.first:
        oldest = poll.watcher.max_age
        kept = [one for one in new if one.published and one.seen - one.published <= oldest]
    else:
        late = _late(poll, known)
        kept = [served for served in new if not _archived(served, poll) or served.keys[0] in late]
    entries = [served.entry for served in reversed(kept)]
    return tuple(sorted(entries, key=lambda entry: entry.published))


def _served_by_id(source: str, parsed: Sequence[ParsedEntry], seen: datetime) -> tuple[Served, ...]:
    served: dict[bytes, Served] = {}
    for entry in parsed:
        key = _digest("id", entry.id)
        uid = entry.id if len(entry.id) <= _MAX_UID else key.hex()
        served.setdefault(key, _served(source, uid, entry, (key,), seen))
    return tuple(served.values())


def _late(poll: Poll, known: AbstractSet[bytes]) -> set[bytes]:
    top: list[Served] = []
    for served in poll.served:
        if not known.isdisjoint(served.keys):
            break
        top.append(served)
    old = {served.keys[0] for served in top if _archived(served, poll)}
    stands_on_top = poll.pushed or len(top) < len(poll.served)
    return old if stands_on_top and len(old) <= LATE_AT_MOST else set()


def _archived(served: Served, poll: Poll) -> bool:
    bound = max(poll.watcher.max_age * ARCHIVE_FACTOR, ARCHIVE_AT_LEAST)
    return served.published is not None and served.seen - served.published > bound


def _ids_shared(parsed: Sequence[ParsedEntry], links: Sequence[str]) -> bool:
    firsts: dict[str, tuple[str, str]] = {}
    for entry, link in zip(parsed, links, strict=True):
        what = (entry.title, link)
        if entry.id and firsts.setdefault(entry.id, what) != what:
            return True
    return False


def _identity(entry: ParsedEntry, link: str, *, by_id: bool, by_link: bool) -> tuple[str, ...]:
    if by_id:
        return ("id", entry.id)
    if link and by_link:
        return ("link", link)
    return ("text", link, entry.title, entry.text)


def _heading(entry: ParsedEntry, link: str) -> tuple[str, ...]:
    # Without a title or a link, what is left does not tell entries apart.
    return (link, entry.title) if entry.title and link else (link, entry.title, entry.text)


def _comparable(link: str) -> str:
    return _TRACKING.sub("", link).rstrip("?&") if "?" in link else link


def _digest(*parts: str) -> bytes:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=16).digest()


def _served(
    source: str, uid: str, parsed: ParsedEntry, keys: tuple[bytes, ...], seen: datetime
) -> Served:
    published = min(parsed.published, seen) if parsed.published else None
    make = partial(_entry, source, uid, parsed, published, seen)
    return Served(keys, parsed.link, published, seen, make)


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
