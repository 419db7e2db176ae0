"""What Telegram makes of a text in its HTML: TDLib's own parser decides, offline."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100

_MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
}
_NAMES = {
    "EmailAddress": "email",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
}
_NOT_FOR_BOTS = {"MediaTimestamp", "BankCardNumber"}
_NO_LINKS_INSIDE = {"code", "pre", "text_link", "text_mention", "custom_emoji"}


class RefusedTextError(ValueError):
    """Telegram does not take this text; the message is what it answers after "Bad Request: "."""


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A marked part of a text; `offset` and `length` count UTF-16 code units."""

    offset: int
    length: int
    type: str
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


def parse(html: str, *, limit: int = TEXT_LIMIT) -> tuple[str, tuple[Entity, ...]]:
    """Return the text that a subscriber sees, and its entities.

    Raises:
        RefusedTextError: Telegram would not take it.
    """
    text, entities = formatted(html, "HTML")
    if utf16_length(text) > limit:
        raise RefusedTextError("message is too long")
    return text, entities


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def marked(text: str, entity: Entity) -> str:
    """Return the part of a text that an entity covers."""
    units = text.encode("utf-16-le")
    return units[entity.offset * 2 : entity.end * 2].decode("utf-16-le")


def formatted(
    text: str, parse_mode: str | None = None, entities: Sequence[Entity] = ()
) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities as Telegram stores them: parsed, cleaned, trimmed, links found."""
    if not text:
        raise RefusedTextError("message text is empty")
    if not _encodable(text):
        raise RefusedTextError("strings must be encoded in UTF-8")
    found = list(entities)
    if parse_mode:
        text, found = _parsed(text, parse_mode)
    text, found = _trimmed(*_cleaned(text, found))
    if not text:
        raise RefusedTextError("text must be non-empty")
    found += [entity for entity in _links(text) if not _shadowed(entity, found)]
    return text, tuple(sorted(found, key=lambda e: (e.offset, -e.length, e.type))[:ENTITY_LIMIT])


def _parsed(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    mode = _MODES.get(parse_mode.lower())
    if mode is None:
        raise RefusedTextError("unsupported parse_mode")
    answer = _execute({"@type": "parseTextEntities", "text": text, "parse_mode": mode})
    if answer["@type"] == "error":
        message: str = answer["message"]
        raise RefusedTextError(message[:1].lower() + message[1:])
    return answer["text"], _entities(answer["entities"])


def _links(text: str) -> list[Entity]:
    return _entities(_execute({"@type": "getTextEntities", "text": text})["entities"])


def _shadowed(entity: Entity, others: Iterable[Entity]) -> bool:
    return any(
        other.offset < entity.end and entity.offset < other.end
        for other in others
        if other.type in _NO_LINKS_INSIDE or other.type == entity.type
    )


def _entities(found: Iterable[Mapping[str, Any]]) -> list[Entity]:
    return [
        Entity(
            type=_name(kind),
            offset=entity["offset"],
            length=entity["length"],
            url=entity["type"].get("url"),
            user_id=entity["type"].get("user_id"),
            language=entity["type"].get("language"),
            custom_emoji_id=entity["type"].get("custom_emoji_id"),
        )
        for entity in found
        if (kind := entity["type"]["@type"].removeprefix("textEntityType")) not in _NOT_FOR_BOTS
    ]


def _name(kind: str) -> str:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
    return _NAMES.get(kind, snake)


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Do what TDLib's clean_input_string does: no controls, no bidirectional embedding."""
    kept = [_clean(character) for character in text]
    if "".join(kept) == text:
        return text, entities
    moved, places = 0, []
    for character, clean in zip(text, kept, strict=True):
        places += [moved] * utf16_length(character)
        moved += utf16_length(clean)
    places.append(moved)
    return "".join(kept), _moved(entities, lambda offset: places[offset])


def _clean(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e" or character in "\u0333\u033f\u030a":
        return ""
    return " " if character < " " and character != "\n" else character


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    cut = len(text) - len(text.lstrip(" \n"))
    text = text.strip(" \n")
    end = utf16_length(text)
    return text, _moved(entities, lambda offset: min(max(offset - cut, 0), end))


def _moved(entities: Iterable[Entity], place: Callable[[int], int]) -> list[Entity]:
    moved = (
        replace(e, offset=place(e.offset), length=place(e.end) - place(e.offset)) for e in entities
    )
    return [entity for entity in moved if entity.length > 0]


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _execute(request: Mapping[str, object]) -> dict[str, Any]:
    answer = _td_execute()(json.dumps(request).encode())
    assert answer is not None
    result: dict[str, Any] = json.loads(answer)
    return result


@cache
def _td_execute() -> Callable[[bytes], bytes | None]:
    from tdjson import td_execute  # noqa: PLC0415  # a shared library of 40 MB: only when needed

    td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
    return td_execute
