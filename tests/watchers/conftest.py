"""A server on loopback whose answers a test writes, and fetchers with limits for tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.watchers.making import NOON, watcher
from watchers import Limits, SourceState, open_fetcher, poll
from watchers.records import Poll

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers each path as the test says, and keeps the requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Answer] = {}
        self.requests: list[web.Request] = []

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def gives(self, body: bytes = b"", path: str = "/feed", **more: object) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, **more)  # type: ignore[arg-type]

        self.answers[path] = answer

    def leads(self, to: str, path: str = "/feed", status: int = 302) -> None:
        self.gives(path=path, status=status, headers={"Location": to})


@asynccontextmanager
async def open_server(host: str = "127.0.0.1") -> AsyncIterator[Server]:
    async def handle(request: web.Request) -> web.StreamResponse:
        made.requests.append(request)
        answer = made.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    made = Server(runner.addresses[0][1])
    try:
        yield made
    finally:
        await runner.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with open_server() as opened:
        yield opened


Polling = Callable[..., Awaitable[Poll]]


@pytest.fixture
def polling(server: Server) -> Polling:
    """Polls the server's feed: `polling(state, path=..., limits...)`."""

    async def once(state: SourceState | None = None, url: str = "", **limits: float) -> Poll:
        made = Limits(**limits)  # type: ignore[arg-type]
        async with open_fetcher(user_agent="tests/1", limits=made, pause=0) as fetcher:
            one = watcher(url or server.url())
            return await poll(one, state or SourceState("courier"), fetcher, lambda: NOON)

    return once
