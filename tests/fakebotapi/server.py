"""The server: HTTP in front, faults on the way, the methods behind."""

import asyncio
import re
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from aiohttp import web

from tests.telegram_html import formatted

from . import answers, checking, faults, wire
from .limits import UNLIMITED, Flood, Limits
from .listening import Listener
from .long_polling import LongPolling
from .methods import METHODS
from .records import Chat, Content, Json, Kind, Member, Posted, RefusalError, Request, Violation
from .refusing import check, count, meet
from .state import State

TOKEN = "123456789:AAFakeTokenForTestsOnly_0123456789ab"  # of the right form, and of no bot


class FakeBotApi(Listener):
    """A Bot API server on this machine that behaves like Telegram's in what matters to a sender.

    `with` runs it on a thread of its own, `async with` in the running loop. Its state stays while
    the bot is killed and started again.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "backchannel_test_bot",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = UNLIMITED,
    ) -> None:
        super().__init__(self._handle)
        self.token = token
        self.requests: list[Request] = []
        self._state = State(int(token.partition(":")[0]), username, clock)
        self._flood = Flood(limits)
        self._script = faults.Script()
        self._lock = threading.RLock()
        self._polling = LongPolling(self._state, self._lock)

    # What a test sets up

    def add_chat(
        self,
        chat_id: int,
        *,
        type: str = "channel",  # noqa: A002  # the Bot API's own name
        username: str | None = None,
        title: str = "",
        member: Member | str = Member.ADMINISTRATOR,
        topics: Collection[int] = (),
        last_id: int = 0,
        **rights: Any,
    ) -> Chat:
        """Add a chat; what it returns may be changed at any time."""
        chat = Chat(chat_id, type, title or username or f"Chat {chat_id}", username)
        chat.member = Member(member)
        chat.forum = bool(topics)
        chat.topics = dict.fromkeys(topics, True)
        for name, value in rights.items():
            if name not in Chat.__slots__:
                raise TypeError(name)
            setattr(chat, name, value)
        with self._lock:
            self._state.chats[chat_id] = chat
            self._state.skip_ids(chat, last_id)
        return chat

    def migrate(self, chat_id: int, new_id: int) -> Chat:
        """Make a supergroup of a group."""
        with self._lock:
            old = self._state.chat(chat_id)
            old.migrated_to = new_id
        return self.add_chat(new_id, type="supergroup", title=old.title, member=old.member)

    def script(self, method: str, *what: faults.Fault | None) -> None:
        """Let these meet the next requests of a method ("*": of any), one each; None: no fault."""
        with self._lock:
            self._script.queue(method, what)

    def disturb(
        self,
        fault: faults.Fault | Callable[[], faults.Fault],
        *,
        methods: Collection[str] = (),
        when: faults.Predicate | None = None,
        probability: float = 1.0,
        random: Random | None = None,
        times: int | None = None,
    ) -> None:
        """Let a fault come by itself, so often, to some methods, where a condition holds."""
        chance = random or Random(0)
        disturbance = faults.Disturbance(fault, methods, when, probability, chance, times)
        with self._lock:
            self._script.disturb(disturbance)

    def calm(self) -> None:
        """Forget all faults that were to come."""
        with self._lock:
            self._script.clear()

    def set_webhook(self, url: str) -> None:
        """Let somebody have set a webhook for this token."""
        self._state.webhook = url

    @property
    def limits(self) -> Limits:
        """The limits in force; they may be changed at any time."""
        return self._flood.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._flood.limits = limits

    # What others do in the chats

    def post_by_other(
        self,
        chat: int | str,
        text: str = "",
        *,
        author: str = "Somebody",
        author_id: int = 777,
        thread: int | None = None,
        reply_to: int | None = None,
        service: str | None = None,
        **what: Any,
    ) -> Posted:
        """Post as somebody else; `service` makes it a service message, such as "new_chat_title".

        It may be forwarded from the message `origin`, or reply to `elsewhere` in another chat.
        """
        content = Content(text) if service else Content(*formatted(text, "HTML"))
        more: dict[str, Any] = {"author": author, "thread": thread, "reply_to": reply_to}
        more |= {"service": service, **what}
        with self._lock:
            of = self._state.chat(chat)
            number = 0 if of.type == "channel" else author_id
            post = self._state.add(of, content, text, ours=False, author_id=number, **more)
            kind = "channel_post" if of.type == "channel" else "message"
            if of.is_member:
                self._update(kind, answers.message(of, post, self._state.bot))
        return post

    def message_from(
        self,
        user_id: int,
        text: str,
        *,
        chat: int | None = None,
        reply_to: int | None = None,
        **what: Any,
    ) -> Posted:
        """Let a person write to the bot, in private unless a chat is given.

        `what` is `origin` or `elsewhere`, as `post_by_other` has them.
        """
        where = chat if chat is not None else user_id
        if where not in self._state.chats:
            self.add_chat(where, type="private", title=f"User {user_id}", member=Member.MEMBER)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        name = f"User {user_id}"
        return self.post_by_other(
            where, escaped, author=name, author_id=user_id, reply_to=reply_to, **what
        )

    def press(self, user_id: int, chat: int | str, message_id: int, data: str) -> str:
        """Let a person press a button; returns the id of the callback query."""
        with self._lock:
            of = self._state.chat(chat)
            name = f"{len(self._state.open_callbacks) + 1}{len(self.requests)}{message_id}"
            message = answers.message(of, of.posts[message_id], self._state.bot)
            who = answers.user(user_id, "")
            self._state.open_callbacks.add(name)
            query = {"id": name, "from": who, "message": message, "chat_instance": str(of.id)}
            self._update("callback_query", query | {"data": data})
        return name

    def delete(self, chat: int | str, message_id: int) -> None:
        """Let an administrator delete a message."""
        with self._lock:
            del self._state.chat(chat).posts[message_id]

    def skip_ids(self, chat: int | str, count: int = 1) -> None:
        """Use up message ids without a message."""
        with self._lock:
            self._state.skip_ids(self._state.chat(chat), count)

    # What a test looks at

    def chat(self, name: int | str) -> Chat:
        """Return a chat by id or @name."""
        return self._state.chat(name)

    def messages(self, chat: int | str, *, everybody: bool = False) -> list[Posted]:
        """Return the bot's messages in a chat, in order; with `everybody`, those of others too."""
        with self._lock:
            posts = sorted(self._state.chat(chat).posts.values(), key=lambda post: post.id)
        return [post for post in posts if post.ours or everybody]

    def calls(self, *methods: str) -> list[Request]:
        """Return the requests of these methods."""
        return [request for request in list(self.requests) if request.method in methods]

    @property
    def commands(self) -> Mapping[str, list[Json]]:
        """The menus that were set, by scope and language."""
        return self._state.commands

    @property
    def violations(self) -> list[Violation]:
        """What the bot did that Telegram, or a careful reader, would not let pass."""
        with self._lock:
            return list(self._state.violations)

    def assert_clean(self, *, allow: Collection[Kind] = ()) -> None:
        """Fail where there was a violation of another kind than those allowed."""
        found = [str(v) for v in self.violations if v.kind not in allow]
        assert not found, "\n".join(found[:20])

    # Running it

    @property
    def base_url(self) -> str:
        """The address as python-telegram-bot's `base_url` wants it."""
        return f"{self.url}/bot"

    async def start(self) -> None:
        """Listen, in the running loop."""
        checking.warm_up()
        await super().start()

    async def stop(self) -> None:
        """End all connections and listen no more."""
        self._polling.interrupt()
        await super().stop()

    # A request's way

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        found = re.fullmatch(r"/bot([^/]+)/([A-Za-z]+)", http.path)
        if found is None or not re.fullmatch(r"\d+:[\w-]+", found[1]):
            return wire.answer(wire.refused(RefusalError(404, "Not Found")))
        if found[1] != self.token:
            return wire.answer(wire.refused(RefusalError(401, "Unauthorized")))
        try:
            method = self._method(found[2])
            params = await wire.params_of(http, method)
        except RefusalError as error:
            self._record(found[2], {}, error.description, taken=False, answered=True)
            return wire.answer(wire.refused(error))
        except ConnectionError:
            # The client ended, or was killed, while it wrote.
            return wire.dropped(http)
        return await self._answer(http, method, params)

    def _method(self, name: str) -> str:
        method = checking.canonical(name)
        if method is None:
            raise RefusalError(404, "Not Found")
        if method not in METHODS and method != "getUpdates":
            self._state.violated(Kind.UNKNOWN, method, "add it to tests/fakebotapi/methods.py")
            raise RefusalError(404, "Not Found")
        return method

    async def _answer(
        self, http: web.BaseRequest, method: str, params: Mapping[str, Any]
    ) -> web.StreamResponse:
        with self._lock:
            fault = self._script.next(method, params)
        match fault:
            case faults.DropBefore():
                self._record(method, params, "dropped before", taken=False, answered=False)
                return wire.dropped(http)
            case faults.DelayBefore(seconds):
                await asyncio.sleep(seconds)
            case faults.ServerError(taken=False):
                self._record(method, params, f"{fault.status}", taken=False, answered=True)
                return wire.server_error(fault)
            case faults.Call(action, taken=False):
                await asyncio.to_thread(action)
        body, outcome = await self._take(method, params, fault)
        dropped = isinstance(fault, faults.DropAfter)
        told = not dropped and not isinstance(fault, faults.ServerError)
        self._record(method, params, outcome, taken=bool(body["ok"]), answered=told)
        match fault:
            case faults.DropAfter(cut):
                return await wire.cut(http, body) if cut else wire.dropped(http)
            case faults.DelayAnswer(seconds):
                await asyncio.sleep(seconds)
            case faults.ServerError():
                return wire.server_error(fault)
            case faults.Call(action):
                await asyncio.to_thread(action)
        return wire.answer(body)

    async def _take(
        self, method: str, params: Mapping[str, Any], fault: faults.Fault | None
    ) -> tuple[Json, str]:
        try:
            if method == "getUpdates":
                check(self._state, method, params)
                meet(fault, self._state, self._flood, params)
                result: object = await self._polling.get_updates(params)
            else:
                result = self.call(method, params, fault)
        except RefusalError as error:
            return wire.refused(error), f"{error.code} {error.description}"
        return {"ok": True, "result": result}, "ok"

    def call(
        self, method: str, params: Mapping[str, Any], fault: faults.Fault | None = None
    ) -> object:
        """Do what a request asks, without HTTP.

        Raises:
            RefusalError: the answer is no.
        """
        with self._lock:
            check(self._state, method, params)
            meet(fault, self._state, self._flood, params)
            count(self._state, self._flood, method, params)
            result = METHODS[method](self._state, params)
            for problem in checking.wrong_answer(method, result):
                self._state.violated(Kind.ANSWER, method, problem)
        return result

    def _update(self, kind: str, content: Json) -> None:
        self._state.update(kind, content)
        self._polling.wake(self.loop)

    def _record(
        self, method: str, params: Mapping[str, Any], outcome: str, *, taken: bool, answered: bool
    ) -> None:
        shown = wire.without_files(params)
        at = self._state.clock()
        self.requests.append(Request(method, shown, outcome, taken, answered, at))
