"""Errors of pydantic in the words of the configuration file."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration.access_values import SECRETS
from bot.configuration.schema import (
    AdministratorsTable,
    AuthTable,
    ChannelTable,
    FileTable,
    LlmTable,
    RuleTable,
    SettingsTable,
    WatcherTable,
    WatchingTable,
    WebsubTable,
)
from bot.configuration.toml_positions import Key
from bot.errors import did_you_mean


def causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """The errors of a validation, without those that only follow from another one inside."""
    found = error.errors()
    for one in found:
        inside = any(other is not one and other["loc"][:1] == one["loc"] for other in found)
        if not (one["type"] == "too_short" and inside):
            yield one


def explained(error: ErrorDetails) -> str:
    """An error of pydantic in the words of the configuration file."""
    shown = _shown(error)
    key = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            allowed = list(_model_at(error["loc"][:-1]).model_fields)
            return (
                f"there is no such key{did_you_mean(key, allowed)}; allowed: {', '.join(allowed)}"
            )
        case "missing":
            return "this key is missing and has to be there"
        case "enum":
            expected = error.get("ctx", {}).get("expected", "")
            return f"{shown} is not allowed; allowed: {expected}"
        case "string_pattern_mismatch":
            return f"{shown} is not allowed: {_patterns(key)}"
        case "too_short":
            return "at least one is needed"
        case "value_error":
            return f"{shown} is not allowed: {error['msg'].removeprefix('Value error, ')}"
        case _:
            what = shown if _is_secret(error) else _article(error["input"])
            return f"{what} was found: {error['msg'].removeprefix('Input ')}"


def _is_secret(error: ErrorDetails) -> bool:
    return not SECRETS.isdisjoint(error["loc"])


def _shown(error: ErrorDetails) -> str:
    return "this value" if _is_secret(error) else repr(error["input"])


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    models: dict[str, type[BaseModel]] = {
        "settings": SettingsTable,
        "administrators": AdministratorsTable,
        "watching": WatchingTable,
        "websub": WebsubTable,
        "llm": LlmTable,
        "channel": ChannelTable,
        "watcher": WatcherTable,
        "rule": RuleTable,
    }
    if "auth" in location:
        return AuthTable
    return models.get(str(location[0]), FileTable) if location else FileTable


def _patterns(key: str) -> str:
    if key == "language":
        return 'a language is written by its short name: "en", "ar", "fa"'
    return "a name has small letters, digits and hyphens only"


def _article(found: object) -> str:
    return repr(found) if isinstance(found, (str, int, float)) else f"a {type(found).__name__}"


def key_text(key: Key) -> str:
    """A key as it is written in an error: "watcher[3].every"; positions count from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key]
    return "".join(parts).removeprefix(".")


def suggestion_text(suggestion: str) -> str:
    """The end of an error text that suggests a spelling; "" without one."""
    return f"; did you mean {suggestion}?" if suggestion else ""
