"""A strict WebSub hub, and a newspaper whose feed names it: what the bot is tried against.

The hub keeps to https://www.w3.org/TR/websub/ and writes down where a subscriber does not.
"""

import asyncio
import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

import aiohttp
from aiohttp import web

from tests.fakebotapi.listening import Listener

LEASE = 864_000
SAFE_TYPES = {"application/octet-stream", "text/plain"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Subscribed:
    """A subscription as the hub has it."""

    topic: str
    callback: str
    secret: str
    lease: int


class FakeHub(Listener):
    """`async with` runs it. `violations` is what a subscriber did that it must not do."""

    def __init__(self) -> None:
        super().__init__(self._serve)
        self.subscriptions: dict[tuple[str, str], Subscribed] = {}
        self.requests: list[dict[str, str]] = []
        self.violations: list[str] = []
        self.grants: int | None = None
        self.status = 202
        self.verifies = True
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        return f"{self.url}/hub"

    async def push(
        self, topic: str, body: bytes, method: str = "sha256", **headers: str | None
    ) -> list[int]:
        """Send content to all subscribers of a topic (7); returns what they answer.

        A header that is given as None is left out.
        """
        return [
            await self.send(one, body, method, **headers)
            for one in [*self.subscriptions.values()]
            if one.topic == topic
        ]

    async def send(
        self, to: Subscribed, body: bytes, method: str = "sha256", **headers: str | None
    ) -> int:
        signature = hmac.new(to.secret.encode(), body, method).hexdigest()
        sent: dict[str, str | None] = {
            "Content-Type": "application/rss+xml",
            "Link": f'<{self.address}>; rel="hub", <{to.topic}>; rel="self"',
            "X-Hub-Signature": f"{method}={signature}",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        present = {name: value for name, value in sent.items() if value is not None}
        async with aiohttp.ClientSession() as session:
            response = await session.post(to.callback, data=BytesIO(body), headers=present)
            return response.status

    async def ask(self, to: Subscribed, **query: str) -> tuple[int, bytes]:
        """A GET to a callback (5.2, 5.3)."""
        params = {name.replace("_", ".", 1): value for name, value in query.items()}
        async with aiohttp.ClientSession() as session:
            response = await session.get(to.callback, params=params)
            return response.status, await response.read()

    async def deny(self, to: Subscribed) -> None:
        """Deny what was accepted (5.2)."""
        await self.ask(to, hub_mode="denied", hub_topic=to.topic, hub_reason="\x1b[31mno\n")
        self.subscriptions.pop((to.topic, to.callback), None)

    async def settled(self) -> None:
        """Wait until all requests so far are verified."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        form = {name: values[-1] for name, values in parse_qs(await http.text()).items()}
        self.requests.append(form)
        self._check(http, form)
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.status == 202 and self.verifies:
            task = asyncio.get_running_loop().create_task(self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status)

    def _check(self, http: web.BaseRequest, form: Mapping[str, str]) -> None:
        mode = form.get("hub.mode")
        secret, lease = form.get("hub.secret", ""), form.get("hub.lease_seconds", "1")
        rules = {
            "a request is a POST": http.method == "POST",
            "of a form": http.content_type == "application/x-www-form-urlencoded",
            "it has a mode": mode in {"subscribe", "unsubscribe"},
            "a callback": form.get("hub.callback", "").startswith("http"),
            "and a topic": form.get("hub.topic", "").startswith("http"),
            "a secret is shorter than 200 bytes": len(secret.encode()) < 200,
            "a secret is long": mode != "subscribe" or len(secret) >= 32,
            "a lease is a positive number": lease.isdecimal() and int(lease) > 0,
        }
        self.violations += [rule for rule, kept in rules.items() if not kept]

    async def _verify(self, form: Mapping[str, str]) -> None:
        """5.3: the challenge comes back as it is, as something that no browser runs."""
        mode, topic, callback = form["hub.mode"], form["hub.topic"], form["hub.callback"]
        lease = self.grants if self.grants is not None else int(form.get("hub.lease_seconds", 0))
        challenge = secrets.token_urlsafe(24)
        query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge}
        if mode == "subscribe":
            query["hub.lease_seconds"] = str(lease)
        async with aiohttp.ClientSession() as session:
            try:
                response = await session.get(callback, params=query)
                body = await response.text()
            except aiohttp.ClientError:
                return
        if not (200 <= response.status < 300 and body == challenge):
            return
        if response.content_type not in SAFE_TYPES:
            self.violations.append(f"a challenge comes back as {response.content_type}")
        if response.headers.get("X-Content-Type-Options") != "nosniff":
            self.violations.append("a challenge comes back without nosniff")
        if mode == "unsubscribe":
            self.subscriptions.pop((topic, callback), None)
        else:
            one = Subscribed(topic, callback, form["hub.secret"], lease)
            self.subscriptions[topic, callback] = one


@dataclass
class Newspaper(Listener):
    """A feed that names a hub, and what of it the hub would send."""

    hub: str
    titles: list[str] = field(default_factory=list)
    names_its_hub: bool = True
    polls: int = 0

    def __post_init__(self) -> None:
        super().__init__(self._serve)

    @property
    def topic(self) -> str:
        return f"{self.url}/feed"

    def feed(self, *titles: str) -> bytes:
        """The feed with these entries, the newest first."""
        links = (
            f'<atom:link rel="hub" href={quoteattr(self.hub)}/>'
            f'<atom:link rel="self" href={quoteattr(self.topic)}/>'
        )
        head = links if self.names_its_hub else ""
        now = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>{escape(title)}</title><guid>{self.url}/{escape(title)}</guid>"
            f"<link>{self.url}/{abs(hash(title))}</link><pubDate>{now}</pubDate></item>"
            for title in titles
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
            f"<title>Courier</title>{head}{items}</channel></rss>"
        ).encode()

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        self.polls += http.path == "/feed"
        body = self.feed(*reversed(self.titles))
        return web.Response(body=body, content_type="application/rss+xml")
