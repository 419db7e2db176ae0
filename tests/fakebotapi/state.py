"""The chats, the updates that wait for the bot, and everything a test asks for afterwards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from . import answers, checking
from .records import (
    GENERAL_TOPIC,
    Chat,
    Content,
    Json,
    Kind,
    Member,
    Posted,
    RefusalError,
    Violation,
    bad_request,
)


class State:
    """What would be on Telegram's side: it stays when the bot's process ends."""

    def __init__(self, bot_id: int, username: str, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.bot = answers.bot_user(bot_id, username)
        self.chats: dict[int, Chat] = {}
        self.commands: dict[str, list[Json]] = {}
        self.webhook = ""
        self.updates: dict[int, Json] = {}
        self.allowed_updates: list[str] = []
        self.open_callbacks: set[str] = set()
        self.violations: list[Violation] = []
        self._next_update = 1
        self._last_ids: dict[object, int] = {}
        self._files: dict[str, bytes] = {}

    def violated(self, kind: Kind, method: str, detail: str) -> None:
        """Remember what a test is not to let pass."""
        self.violations.append(Violation(kind, method, detail))

    def chat(self, name: int | str) -> Chat:
        """Return a chat by id or @name."""
        for chat in self.chats.values():
            public = chat.username is not None and f"@{chat.username}".lower()
            if chat.id == name or (isinstance(name, str) and name.lower() == public):
                return chat
        raise bad_request("chat not found")

    def readable(self, name: int | str) -> Chat:
        """Return a chat that the bot may look at."""
        chat = self.chat(name)
        if chat.member is Member.KICKED and chat.type in {"channel", "supergroup"}:
            raise RefusalError(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        hidden = not chat.username and chat.type in {"channel", "supergroup"}
        if not chat.is_member and hidden:
            raise RefusalError(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        return chat

    def reachable(self, name: int | str) -> Chat:
        """Return a chat that the bot may change something in."""
        chat = self.readable(name)
        if chat.migrated_to is not None:
            return chat
        if chat.type == "private" or chat.is_member:
            return chat
        verb = "was kicked from" if chat.member is Member.KICKED else "is not a member of"
        raise RefusalError(403, f"Forbidden: bot {verb} the {chat.type} chat")

    def writable(self, name: int | str, what: str, thread: int | None = None) -> Chat:
        """Return a chat that the bot may send `what` to."""
        chat = self.readable(name)
        if chat.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, text, {"migrate_to_chat_id": chat.migrated_to})
        self.reachable(name)
        if chat.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if chat.type == "channel" and not (chat.is_admin and chat.can_post):
            raise bad_request("need administrator rights in the channel chat")
        allowed = chat.can_send_photos if what == "photos" else chat.can_send
        if chat.type in {"group", "supergroup"} and not allowed:
            raise bad_request(f"not enough rights to send {what} to the chat")
        # The General topic is in every forum, and is meant by messages without a thread alone.
        if thread is not None and (thread == GENERAL_TOPIC or thread not in chat.topics):
            raise bad_request("message thread not found")
        if not chat.topics.get(GENERAL_TOPIC if thread is None else thread, True):
            raise bad_request("TOPIC_CLOSED")
        return chat

    def find(self, chat: Chat, message_id: int, what: str) -> Posted:
        """Return a message, or say that it is not there, as it is said of messages too new."""
        post = chat.posts.get(message_id)
        if post is None:
            raise bad_request(f"{what} not found")
        if chat.lookups.get(message_id, 0) > 0:
            chat.lookups[message_id] -= 1
            raise bad_request(f"{what} not found")
        return post

    def file(self, name: str) -> bytes:
        """Return what was uploaded under a file id; anything else is fetched from the web."""
        return self._files.get(name, name.encode())

    def add(self, chat: Chat, content: Content, html: str, *, ours: bool, **more: Any) -> Posted:
        """Post a message: its id is the chat's next."""
        message_id = self.skip_ids(chat)
        now = self.clock()
        more["public_name"] = chat.username
        post = Posted(message_id, chat.id, content, html, now, ours, **more)
        chat.posts[message_id] = post
        if chat.found_late:
            chat.lookups[message_id] = chat.found_late
        if post.photo is not None:
            self._files[f"photo{message_id}"] = post.photo
        return post

    def skip_ids(self, chat: Chat, count: int = 1) -> int:
        """Use up ids. Private chats and basic groups share one count, as they do in an account."""
        key: object = chat.id if chat.type in {"channel", "supergroup"} else "account"
        self._last_ids[key] = self._last_ids.get(key, 0) + count
        return self._last_ids[key]

    def update(self, kind: str, content: Json) -> int:
        """Let the bot have an update."""
        update = {"update_id": self._next_update, kind: content}
        for problem in checking.wrong_update(update):
            self.violated(Kind.ANSWER, "getUpdates", problem)
        self.updates[self._next_update] = update
        self._next_update += 1
        return self._next_update - 1

    def waiting_updates(self, offset: int, limit: int, allowed: list[str] | None) -> list[Json]:
        """Return the updates from an id on and forget those before it."""
        if allowed is not None:
            self.allowed_updates = allowed
        if offset < 0:
            offset = max(self._next_update + offset, min(self.updates, default=1))
        for update_id in [key for key in self.updates if key < offset]:
            del self.updates[update_id]
        wanted = set(self.allowed_updates)
        unwanted = [k for k, u in self.updates.items() if wanted and not wanted & u.keys()]
        for update_id in unwanted:
            del self.updates[update_id]
        return list(self.updates.values())[:limit]
