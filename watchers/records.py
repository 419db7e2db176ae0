"""The records of watchers: configured source, entry, state of a source, result of a poll."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from watchers.access import USUAL, Access
from watchers.options import NO_OPTIONS, Options

FEED = "feed"


class Articles(StrEnum):
    """For which entries the article behind the link is fetched."""

    OFF = "off"
    ON = "on"
    TEASERS = "teasers"


class SourceStanding(StrEnum):
    """How a source stands to the state that it is of."""

    STATE = "state"
    STATE_ALIGNED = "state-aligned"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True)
class Watcher:
    """A configured source and its polling interval.

    `owner` is who stands behind it, where several sources belong together; `standing` is how it
    stands to its state, where that was said. `kind` is the name of
    a kind of source (`watchers.kinds`), `options` are that kind's own keys. `sites` are those that
    its links may lead to besides its home. `access` is how its requests are made.
    """

    name: str
    title: str
    url: str
    kind: str = FEED
    options: Options = NO_OPTIONS
    owner: str = ""
    standing: SourceStanding | None = None
    language: str | None = None
    every: timedelta = timedelta(minutes=10)
    at_most: timedelta = timedelta(hours=2)
    max_age: timedelta = timedelta(days=1)
    allow_private: bool = False
    articles: Articles = Articles.OFF
    sites: tuple[str, ...] = ()
    access: Access = USUAL


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a source, in plain text.

    `source` is the watcher's name; `uid` tells the entry from all others of its source.
    `published` is the source's date, or `seen` where it gave none (`dated` is false then) or
    one that lies in the future. `publisher` is whose the entry is, with its site, where its source
    passes on what is others'.
    """

    source: str
    uid: str
    title: str
    text: str
    link: str
    author: str
    categories: tuple[str, ...]
    language: str | None
    published: datetime
    dated: bool
    seen: datetime
    publisher: str = ""
    publisher_site: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """An entry as a source served it, with the keys by which it would be recognised again.

    Most of what a source serves is known: plain text is made only of what is asked for, by
    `make`. `published` is None where the source gave no date. `dated` is that of the keys that is
    made of headline and date alone, or b"". `has_own_id` is true where its id is neither its link
    nor made of it.
    """

    keys: tuple[bytes, ...]
    link: str
    published: datetime | None
    seen: datetime
    make: Callable[[], Entry]
    dated: bytes = b""
    has_own_id: bool = False
    make_former: Callable[[], tuple[bytes, ...]] = tuple

    @property
    def entry(self) -> Entry:
        """The entry in plain text, made each time."""
        return self.make()

    @property
    def former_keys(self) -> tuple[bytes, ...]:
        """The keys that versions before gave it, where they were others; made each time."""
        return self.make_former()


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source that is stored between two polls.

    `interval` is the present time between polls in seconds; `errors` counts the failures since
    the last success; `url` is the address after permanent redirects, or "" for the configured,
    which was `address`: where another is configured since, nothing of this holds any more. `hub`
    is the WebSub hub that the feed names, `topic` what it calls itself there. `rhythm` and `hints`
    are when it publishes and how often it asks to be read, as `Rhythm` and `UpdateHints` write
    them. `home` is the site that nearly all its links led to, or ""; `owner_changed` is true while
    it serves another site's entries. `window` is how many entries it serves at a time. Entries
    between `gap_since` and `gap_until` may have been missed, the last of `gaps` such times;
    `hurry` is the longest time between polls, in seconds, since then, or 0. `time_offset` is how
    far its dates lie ahead, as `TimeOffset` writes it.
    """

    watcher: str
    address: str = ""
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    ids_untrusted: bool = False
    interval: float = 0.0
    next_poll: datetime | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    last_error: str = ""
    errors: int = 0
    entries: int = 0
    hub: str = ""
    topic: str = ""
    rhythm: bytes | None = None
    hints: str = ""
    home: str = ""
    owner_changed: bool = False
    window: int = 0
    gaps: int = 0
    gap_since: datetime | None = None
    gap_until: datetime | None = None
    hurry: float = 0.0
    time_offset: str = ""


class Trouble(StrEnum):
    """What may be the matter with a source that was read well before."""

    SILENT = "silent"
    TEXTLESS = "without texts"
    REPEATING = "only repeating"
    CHALLENGED = "protected against bots"


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest entries of a source, at most `SIZE`, and as many before them, counted.

    `repeated` is how many of the newest have the headline and the text of an earlier entry.
    """

    SIZE: ClassVar[int] = 12

    newest: int = 0
    with_text: int = 0
    repeated: int = 0
    before: int = 0
    with_text_before: int = 0


@dataclass(frozen=True, slots=True)
class Poll:
    """The result of a poll: the source's new state and the entries that it served.

    `served` is empty after "not modified", an unchanged body or an error. `first` is true for
    the first poll that ever succeeded. `pushed` is true for what a hub sent of its own accord,
    perhaps the new entries alone: the source's state is as it was then, and not to be stored.
    `if_new` is the state instead where any of the entries served turns out to be new;
    `if_owner_changed`, set where no link leads to the source's own site, where none is known.
    `unreachable` is true where no server answered, which may be the network's fault.
    `since` is when the source was last read before, where it was. `earlier` are the addresses of
    what it served before these entries, the nearest first; once they were read, `went_back` is
    true.
    """

    watcher: Watcher
    state: SourceState
    served: tuple[Served, ...] = ()
    first: bool = False
    pushed: bool = False
    if_new: SourceState | None = None
    if_owner_changed: SourceState | None = None
    unreachable: bool = False
    since: datetime | None = None
    earlier: tuple[str, ...] = ()
    went_back: bool = False

    def after(self, *, new: bool) -> SourceState:
        """The source's state, depending on whether any entry was new."""
        return self.if_new if new and self.if_new else self.state
