"""The kinds of sources by name: those shipped, and those of other packages (entry points).

A kind is one function: it gets a source's answer, and the watcher's options where the kind has
any, and returns a Document or raises a SourceFault. It neither fetches nor waits, and what it
returns is made plain, bounded and safe by whoever called it.
"""

import inspect
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_type_hints

from watchers.errors import UnexpectedFault, WatcherError
from watchers.kinds import gdelt, google_news, page, sitemap, telegram
from watchers.options import Options
from watchers.parsing.items import Answer, Document
from watchers.records import FEED

ENTRY_POINTS = "backchannel.watchers"
PAGE = "page"

_OURS: dict[str, Callable[..., Document]] = {
    "sitemap": sitemap.read,
    "telegram": telegram.read,
    PAGE: page.read,
    "gdelt": gdelt.read,
    "google-news": google_news.read,
}


class UnknownKindError(WatcherError):
    """There is no such kind."""


class BrokenKindError(WatcherError):
    """A kind of another package cannot be used; the text says why."""


def names() -> list[str]:
    """The kinds that there are."""
    others = {point.name for point in entry_points(group=ENTRY_POINTS)}
    return [FEED, *_OURS, *sorted(others - {FEED, *_OURS})]


def is_ours(name: str) -> bool:
    """Whether the kind is shipped, so that its parse time is known to be bounded."""
    return name == FEED or name in _OURS


@cache
def options_of(name: str) -> type[Options]:
    """The keys of a kind: the type of its function's second argument.

    Raises:
        UnknownKindError: there is no such kind.
        BrokenKindError: there is, and it cannot be used.
    """
    if name == FEED:
        return Options
    function = _function(name)
    try:
        parameters = list(inspect.signature(function).parameters)
        hints = get_type_hints(function)
    except (TypeError, ValueError, NameError) as error:
        raise BrokenKindError(f"it is not a function with types: {error}") from error
    if len(parameters) < 2:
        return Options
    found = hints.get(parameters[1])
    if not (isinstance(found, type) and issubclass(found, Options)):
        raise BrokenKindError("its second argument is not one of Options")
    return found


def read(answer: Answer) -> Document:
    """The document that a kind's function makes of an answer; for any kind but feed."""
    watcher = answer.watcher
    function = _function(watcher.kind)
    with_options = options_of(watcher.kind) is not Options
    found = function(answer, watcher.options) if with_options else function(answer)
    if not isinstance(found, Document):
        raise UnexpectedFault(f"the kind {watcher.kind} gave no document")
    return found


@cache
def _function(name: str) -> Callable[..., Document]:
    if name in _OURS:
        return _OURS[name]
    points = tuple(entry_points(group=ENTRY_POINTS, name=name))
    if not points:
        raise UnknownKindError(name)
    return _loaded(points[0])


def _loaded(point: EntryPoint) -> Callable[..., Document]:
    try:
        found: Any = point.load()
    except Exception as error:
        raise BrokenKindError(f"{point.value}: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise BrokenKindError(f"{point.value} is no function")
    return found  # type: ignore[no-any-return]
