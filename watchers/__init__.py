"""Watchers: from sources to entries."""

from watchers.errors import SourceFault, WatcherError
from watchers.fetching import Fetched, Fetcher, Limits, open_fetcher
from watchers.hosts import HostLocks
from watchers.identity import fresh
from watchers.pages import page_text
from watchers.parsing import ParsedEntry, ParsedFeed, parse
from watchers.polling import poll
from watchers.records import Entry, Kind, Poll, Served, SourceState, Watcher
from watchers.schedule import Schedule

__all__ = [
    "Entry",
    "Fetched",
    "Fetcher",
    "HostLocks",
    "Kind",
    "Limits",
    "ParsedEntry",
    "ParsedFeed",
    "Poll",
    "Schedule",
    "Served",
    "SourceFault",
    "SourceState",
    "Watcher",
    "WatcherError",
    "fresh",
    "open_fetcher",
    "page_text",
    "parse",
    "poll",
]
