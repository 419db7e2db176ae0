"""Chats, what is posted in them, and what the server has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tests.telegram_html import Entity

Json = dict[str, Any]


class Member(StrEnum):
    """What the bot is in a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


class Kind(StrEnum):
    """What a client, or this server, did wrong."""

    REQUEST = "a request with an unknown or wrong parameter"
    ANSWER = "an answer of this server that is not of Telegram's form"
    TEXT = "a text that Telegram refuses"
    UNKNOWN = "a method that this server does not have"
    EARLY = "a message to a chat before the time it was told to wait"
    OVERWRITTEN = "somebody else's post was changed"


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that a test does not let pass."""

    kind: Kind
    method: str
    detail: str

    def __str__(self) -> str:
        return f"{self.method}: {self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came, and what came of it.

    `taken` says whether it was done; `answered` whether the client was told.
    """

    method: str
    params: Mapping[str, Any]
    outcome: str
    taken: bool
    answered: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: what "message is not modified" compares."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    link_preview: Json | None = None
    reply_markup: Json | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in a chat: `html` as the bot sent it, `earlier` what stood there before.

    `public_name` is that of the chat; `elsewhere` is the message of another chat that it replies
    to, `origin` the one that it was forwarded from.
    """

    id: int
    chat: int
    content: Content
    html: str
    date: datetime
    ours: bool
    author: str = ""
    author_id: int = 0
    edits: int = 0
    edited: datetime | None = None
    earlier: tuple[str, ...] = ()
    silent: bool = False
    thread: int | None = None
    reply_to: int | None = None
    photo: bytes | None = None
    service: str | None = None
    origin: "Posted | None" = None
    elsewhere: "Posted | None" = None
    public_name: str | None = None

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.content.entities


GENERAL_TOPIC = 1


@dataclass(slots=True)
class Chat:
    """A chat as the bot finds it; a test may change any of it while the bot runs.

    `can_edit` is the channel right "edit messages of others". `found_late` is how many lookups of
    a message say "not found" before it is found.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    member: Member = Member.ADMINISTRATOR
    can_post: bool = True
    can_edit: bool = False
    can_delete: bool = True
    can_send: bool = True
    can_send_photos: bool = True
    forum: bool = False
    topics: dict[int, bool] = field(default_factory=dict)
    blocked: bool = False
    migrated_to: int | None = None
    found_late: int = 0
    posts: dict[int, Posted] = field(default_factory=dict)
    lookups: dict[int, int] = field(default_factory=dict)

    @property
    def is_member(self) -> bool:
        return self.member not in {Member.LEFT, Member.KICKED}

    @property
    def is_admin(self) -> bool:
        return self.member in {Member.ADMINISTRATOR, Member.CREATOR}

    def close_topic(self, thread: int) -> None:
        """Let a topic take no messages."""
        self.topics[thread] = False


class RefusalError(Exception):
    """An answer that says no."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, int] | None = None
    ) -> None:
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})
        super().__init__(description)


def bad_request(description: str) -> RefusalError:
    """Return the usual refusal."""
    return RefusalError(400, f"Bad Request: {description}")
