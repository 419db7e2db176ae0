"""The callback that hubs reach (WebSub): a small HTTP server beside everything else.

Strangers reach it, too. What they send is bounded in size, time and number, is answered before it
is read where nobody asked for it, and leaves no trace in the log.
"""

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.clock import Clock
from bot.configuration.records import HubCallbackAddress
from bot.pipeline.hubs.subscriptions import HubSubscriptions
from store import Standing, Subscription
from watchers import SourceFault
from watchers.websub import is_signed, question

# What a poll may take of a source, a hub may send of it.
MAX_BODY = 5_000_000
BODY_WITHIN = 15.0
# Each may hold a body in memory.
PUSHES_AT_A_TIME = 8
CONNECTIONS = 100
CONNECTION_WITHIN = 45.0
MAX_HEAD = 16_384
REQUESTS_A_MINUTE = 60
LISTEN_AGAIN_AFTER = 60.0
CANNOT_LISTEN = (
    "Hubs cannot reach the bot, so that sources are polled as before: it cannot listen on "
    "{0} ({1}). Another program may; set listen in [websub] to a free port."
)

log = structlog.get_logger()

Push = Callable[[str, bytes, str], Awaitable[None]]


class Callback:
    """Answers the hubs, and hands what they send to `push`: a watcher, a body and its type.

    A push is acknowledged when it is committed: what a kill cuts off, the hub sends again.
    """

    def __init__(
        self,
        public: HubCallbackAddress,
        subscribing: HubSubscriptions,
        push: Push,
        clock: Clock,
        tell: Callable[[str], Awaitable[None]],
    ) -> None:
        """`tell` tells the administrators that nobody can reach it."""
        self._public = public
        self._subscribing = subscribing
        self._push = push
        self._clock = clock
        self._tell = tell
        self._room = asyncio.Semaphore(PUSHES_AT_A_TIME)
        self._minute: datetime | None = None
        self._requests: Counter[str] = Counter()
        self._told: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                listening = _listen(self._public)
                break
            except OSError as error:
                await self._say_unreachable(error)
                await self._clock.sleep(LISTEN_AGAIN_AFTER)
        server = _Server(self._settings())
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving

    async def _say_unreachable(self, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno else str(error)
        place = f"{self._public.host}:{self._public.port}"
        self._once("hubs cannot reach the bot: sources are polled", listen=place, reason=reason)
        await self._tell(CANNOT_LISTEN.format(place, reason))

    def application(self) -> Starlette:
        """The application behind the server."""
        route = Route("/{anything:path}", self._answered, methods=["GET", "POST"])
        return Starlette(routes=[route])

    def _settings(self) -> uvicorn.Config:
        return uvicorn.Config(
            self.application(),
            http=_Connection,
            ws="none",
            lifespan="off",
            # It writes a line for each broken request; what goes wrong here is logged here.
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            # One request each: none that is kept open can hold up the others.
            headers=[("Connection", "close")],
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=MAX_HEAD,
        )

    async def _answered(self, request: Request) -> Response:
        path = request.url.path.rpartition("/")[2]
        subscription = self._subscribing.at(path)
        if subscription is None:
            return Response(status_code=404)
        if self._too_often(subscription):
            return Response(status_code=429, headers={"Retry-After": "60"})
        try:
            match request.method:
                case "GET":
                    return await self._verification(request, subscription)
                case "POST":
                    async with self._room:
                        return await self._content(request, subscription)
            return Response(status_code=405)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            # The hub sends it again; the server would tell whole requests.
            log.exception("a push failed: internal error", watcher=subscription.watcher)
            return Response(status_code=500)

    async def _verification(self, request: Request, subscription: Subscription) -> Response:
        """The answer to 5.2 and 5.3: the challenge, as what no browser would run (8.2)."""
        asked = question(request.query_params)
        if asked is None or not await self._subscribing.answer(subscription.path, asked):
            return Response(status_code=404)
        return Response(
            asked.challenge,
            media_type="application/octet-stream",
            headers={"X-Content-Type-Options": "nosniff"},
        )

    async def _content(self, request: Request, subscription: Subscription) -> Response:
        """The answer to 7: what is not signed as it should be is ignored, and not told so (7.1)."""
        if subscription.standing in {Standing.LEAVING, Standing.DENIED}:
            return Response(status_code=410)
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _body(request)
        except TimeoutError:
            return Response(status_code=408)
        if body is None:
            self._once("a push that is too large was ignored", watcher=subscription.watcher)
            return Response(status_code=413)
        signature = request.headers.get("x-hub-signature", "")
        if not await asyncio.to_thread(is_signed, subscription.secret, body, signature):
            self._once("a push without a valid signature was ignored", watcher=subscription.watcher)
            return Response(status_code=204)
        await self._take(subscription, body, request.headers.get("content-type", ""))
        return Response(status_code=204)

    async def _take(self, subscription: Subscription, body: bytes, content_type: str) -> None:
        try:
            await self._push(subscription.watcher, body, content_type)
        except SourceFault as fault:
            self._once("a push cannot be read", watcher=subscription.watcher, reason=str(fault))
        else:
            await self._subscribing.content_came(subscription.path)

    def _too_often(self, subscription: Subscription) -> bool:
        minute = self._clock.now().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self._requests.clear()
        self._requests[subscription.path] += 1
        if self._requests[subscription.path] <= REQUESTS_A_MINUTE:
            return False
        self._once(
            "its hub sends too often: some requests were refused", watcher=subscription.watcher
        )
        return True

    def _once(self, event: str, **more: str) -> None:
        """Log what others can bring about at will: once in a run for each watcher."""
        key = event, more.get("watcher", "")
        if key not in self._told:
            self._told.add(key)
            log.warning(event, **more)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The bot has its own handlers.
        yield


class _Connection(H11Protocol):
    """A connection that ends, whatever is sent or not sent on it; one too many ends at once."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
        else:
            self._end = self.loop.call_later(CONNECTION_WITHIN, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


async def _body(request: Request) -> bytes | None:
    """The request's body; None where it is larger than is read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _listen(public: HubCallbackAddress) -> socket.socket:
    family = socket.AF_INET6 if ":" in public.host else socket.AF_INET
    return socket.create_server((public.host, public.port), family=family)
