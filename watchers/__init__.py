"""Watchers: read sources on a schedule and turn what they serve into entries."""

from watchers import kinds, websub
from watchers.articles import ArticleReader
from watchers.errors import NoArticle, RobotsForbid, SourceFault, WatcherError
from watchers.fetching.fetcher import Fetched, Fetcher, Limits, open_fetcher
from watchers.fetching.hosts import HostLocks
from watchers.newness import fresh
from watchers.options import NO_OPTIONS, BadOption, Options
from watchers.ownership import site_of, with_owner_checked
from watchers.parsed import ParsedEntry, ParsedFeed, parse
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.web_page import page_text
from watchers.polling import go_back, poll, read_pushed
from watchers.records import (
    FEED,
    Articles,
    Entry,
    Poll,
    Sample,
    Served,
    SourceStanding,
    SourceState,
    Trouble,
    Watcher,
)
from watchers.scheduling.schedule import Schedule

__all__ = [
    "FEED",
    "NO_OPTIONS",
    "Answer",
    "ArticleReader",
    "Articles",
    "BadOption",
    "Document",
    "Entry",
    "Fetched",
    "Fetcher",
    "HostLocks",
    "Item",
    "Limits",
    "NoArticle",
    "Options",
    "ParsedEntry",
    "ParsedFeed",
    "Poll",
    "RobotsForbid",
    "Sample",
    "Schedule",
    "Served",
    "SourceFault",
    "SourceStanding",
    "SourceState",
    "Trouble",
    "Watcher",
    "WatcherError",
    "fresh",
    "go_back",
    "kinds",
    "open_fetcher",
    "page_text",
    "parse",
    "poll",
    "read_pushed",
    "site_of",
    "websub",
    "with_owner_checked",
]
