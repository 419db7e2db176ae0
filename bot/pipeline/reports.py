"""Reports of matched entries: whose each is, and which are the same article by another way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import store
from rules import Match, Matcher
from stories import Grouping, Report, Story, owner_of, stance_of
from watchers import FEED, Entry, Watcher, site_of
from watchers.kinds.google_news import GoogleNewsOptions

# A headline that comes again later is a column's.
SAME_ARTICLE_WITHIN = timedelta(hours=12)
# Of these the configured address is on the outlet's own site.
_AT_HOME = frozenset({FEED, "sitemap", "page"})


class Reports:
    """Makes reports; an entry that its source passes on is its outlet's, and its owner's."""

    def __init__(self, watchers: Iterable[Watcher], matcher: Matcher) -> None:
        self._watchers = {watcher.name: watcher for watcher in watchers}
        self._matcher = matcher
        # Only what is passed on asks for sites: of thousands of sources they take megabytes.
        self._learned: dict[str, set[str]] = {}
        self._by_site: dict[str, list[Watcher]] = {}

    def learn(self, homes: Mapping[str, str]) -> None:
        """Take note of the sites, by source, that their links have been seen to lead to."""
        for name, home in homes.items():
            watcher = self._watchers.get(name)
            if watcher is None or watcher.kind not in _AT_HOME:
                continue
            if home and home != site_of(watcher.url):
                learned = self._learned.setdefault(name, set())
                if home not in learned:
                    learned.add(home)
                    self._by_site.clear()

    def of(self, entry: Entry, matches: tuple[Match, ...]) -> Report:
        """The report that a matched entry is."""
        watcher = self._watchers.get(entry.source) or Watcher(entry.source, entry.source, "")
        mentions = self._matcher.mentions(entry)
        return Report(
            entry=store.entry_id(entry),
            document=entry,
            outlet=entry.publisher or watcher.title,
            matches=matches,
            mentions=mentions,
            reading=stance_of(entry, mentions, self._matcher.lexicon.above),
            owner=self._owner(entry) if entry.publisher else _owner(watcher),
        )

    def _owner(self, entry: Entry) -> str:
        """The owner of an entry's publisher: that of its own feed, where one is watched."""
        site = entry.publisher_site
        own = list(self._of_site(site))
        if not own:
            return entry.publisher
        # Of several: one whose owner or site the file names, and one in its language.
        own.sort(
            key=lambda one: (not one.owner, site not in _homes(one), one.language != entry.language)
        )
        return _owner(own[0])

    def _of_site(self, site: str) -> Sequence[Watcher]:
        """The watchers whose own site it is."""
        if not self._by_site:
            for watcher in self._watchers.values():
                for home in {*_homes(watcher), *self._learned.get(watcher.name, ())}:
                    self._by_site.setdefault(home, []).append(watcher)
        return self._by_site.get(site, ())


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a report: its story, None where it is the same article as one that is told.

    `before` is the story as it was; `rewritten` is true where the report took the place of one.
    """

    story: Story | None
    before: Story | None = None
    rewritten: bool = False


def place(report: Report, grouping: Grouping, now: datetime) -> Placed:
    """Put a report into its story.

    An article that came by its outlet's own feed and was passed on as well is one report, and the
    feed's own, which has a text and leads to the article, is the better one.
    """
    twin = _twin(report, grouping)
    if twin is None:
        story = grouping.group(report, now)
        return Placed(story, _without(story, report))
    before, other = twin
    if _is_passed_on(report) or not _is_passed_on(other):
        return Placed(None)
    reports = tuple(report if one.entry == other.entry else one for one in before.reports)
    after = replace(before, updated=now, reports=reports)
    grouping.put(after)
    return Placed(after, before, rewritten=True)


def _twin(report: Report, grouping: Grouping) -> tuple[Story, Report] | None:
    """The report of the same article by another way, and its story."""
    for story, other in grouping.of_same_headline(report):
        apart = abs(other.document.published - report.document.published)
        if (
            other.entry != report.entry
            and (_is_passed_on(report) or _is_passed_on(other))
            and owner_of(other) == owner_of(report)
            and apart <= SAME_ARTICLE_WITHIN
        ):
            return story, other
    return None


def _is_passed_on(report: Report) -> bool:
    return isinstance(report.document, Entry) and bool(report.document.publisher)


def _homes(watcher: Watcher) -> Iterator[str]:
    """The sites that are known to be a watcher's own before anything of it is read."""
    yield from watcher.sites
    if watcher.kind in _AT_HOME and (site := site_of(watcher.url)):
        yield site
    options = watcher.options
    if isinstance(options, GoogleNewsOptions) and options.site and watcher.owner:
        yield site_of(f"//{options.site}")


def _owner(watcher: Watcher) -> str:
    return watcher.owner or watcher.title


def _without(story: Story, report: Report) -> Story | None:
    """The story as it was before its newest report; None where it had no other."""
    reports = tuple(one for one in story.reports if one.entry != report.entry)
    return replace(story, reports=reports) if reports else None
