"""Keys of a watcher that depend on its kind: validation, and the kind's options."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration.schema import WatcherTable
from bot.configuration.sources import opml
from bot.configuration.toml_positions import Key
from bot.errors import closest, did_you_mean
from watchers import FEED, BadOption, Options, kinds

Mistake = tuple[Key, str]

_COMMON = tuple(WatcherTable.model_fields)


def mistakes(table: Mapping[str, Any]) -> Iterator[Mistake]:
    """The mistakes in a watcher's kind, its kind's keys, and its address."""
    kind = table.get("kind", FEED)
    url = table.get("url", "")
    if not isinstance(kind, str) or not isinstance(url, str):
        return
    try:
        adapter = _adapter(kind)
    except kinds.UnknownKindError:
        known = names()
        meant = did_you_mean(kind, known)
        yield ("kind",), f"{kind!r} is not allowed{meant}; allowed: {', '.join(known)}"
        if meant:
            yield from mistakes({**table, "kind": closest(kind, known)})
        return
    except kinds.BrokenKindError as error:
        yield ("kind",), f"the kind {kind!r} of another package cannot be used: {error}"
        return
    try:
        language = table.get("language")
        adapter.validate_python(_own(table)).address_in(
            url, language if isinstance(language, str) else None
        )
    except BadOption as bad:
        yield (bad.key,), str(bad)
    except ValidationError as error:
        yield from (_mistake(kind, one) for one in error.errors())


def options(kind: str, keys: Mapping[str, Any]) -> Options:
    """The options of a kind, made of valid keys."""
    return _adapter(kind).validate_python(keys) if keys else _plain(kind)


@cache
def _plain(kind: str) -> Options:
    # One for thousands of watchers without keys of their kind.
    return _adapter(kind).validate_python({})


def _own(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in _COMMON}


def names() -> list[str]:
    """The kinds that a watcher may have."""
    return [*kinds.names(), opml.KIND]


def options_of(kind: str) -> type[Options]:
    """The keys of a kind, as a dataclass."""
    return opml.OpmlOptions if kind == opml.KIND else kinds.options_of(kind)


@cache
def _adapter(kind: str) -> TypeAdapter[Options]:
    return TypeAdapter(options_of(kind))


def _mistake(kind: str, error: ErrorDetails) -> Mistake:
    key: Key = tuple(error["loc"])
    match error["type"]:
        case "unexpected_keyword_argument" | "extra_forbidden":
            inside = key[:-1]
            allowed = [*(() if inside else _COMMON), *_keys(options_of(kind), inside)]
            meant = did_you_mean(str(key[-1]), allowed)
            of = "" if inside else f" for the kind {kind!r}"
            return key, f"there is no such key{of}{meant}; allowed: {', '.join(allowed)}"
        case "missing":
            return key, f"this key is missing, and the kind {kind!r} has to have it"
        case "value_error":
            cause = error.get("ctx", {}).get("error")
            own = (cause.key,) if isinstance(cause, BadOption) else ()
            return (*key, *own), str(cause)
        case _:
            found = error["input"]
            shown = repr(found) if isinstance(found, str | int | float) else "a table or list"
            return key, f"{shown} was found: {error['msg'].removeprefix('Input ')}"


def _keys(model: Any, inside: Key) -> list[str]:
    """The keys of a dataclass, or of the one that the keys `inside` lead to."""
    for part in inside:
        hint = get_type_hints(model).get(str(part))
        model = next((m for m in (hint, *get_args(hint)) if is_dataclass(m)), None)
    return [field.name for field in fields(model)] if model is not None else []
