"""A server on a loopback port: in the running loop, or on a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Self

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Listener:
    """`with` runs it on a thread, `async with` in the running loop; it keeps its port."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1") -> None:
        self.host = host
        self.loop: asyncio.AbstractEventLoop | None = None
        self._handler = handler
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0
        self._thread: threading.Thread | None = None
        self._ended: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """The port, for a server on several addresses."""
        return self._port

    @property
    def is_up(self) -> bool:
        """Whether it is running at all."""
        return self._runner is not None

    async def start(self) -> None:
        """Listen, in the running loop."""
        self.loop = asyncio.get_running_loop()
        self._runner = web.ServerRunner(web.Server(self._handler), shutdown_timeout=0.1)
        await self._runner.setup()
        await self.listen()

    async def stop(self) -> None:
        """End all connections and listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        self.loop = None

    async def listen(self) -> None:
        """Take connections."""
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, self.host, self._port, reuse_address=True)
        await self._site.start()
        if not self._port:
            self._port = int(self._runner.addresses[0][1])

    async def refuse(self) -> None:
        """Refuse connections, and end those that are open."""
        assert self._runner is not None
        if self._site is not None:
            await self._site.stop()
        server = self._runner.server
        for connection in list(server.connections) if server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()

    def go_down(self) -> None:
        """Refuse all connections from now on; for a server on its own thread."""
        self._on_thread(self.refuse())

    def come_up(self) -> None:
        """Listen again at the same address; for a server on its own thread."""
        self._on_thread(self.listen())

    @contextlib.asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Refuse all connections for a while; for a server in the running loop."""
        await self.refuse()
        try:
            yield
        finally:
            await self.listen()

    def _on_thread(self, what: Coroutine[Any, Any, None]) -> None:
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(what, self.loop).result(10)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        started, failures = threading.Event(), list[BaseException]()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(started, failures)), name="server", daemon=True
        )
        self._thread.start()
        started.wait()
        if failures:
            raise failures[0]
        return self

    def __exit__(self, *_: object) -> None:
        assert self.loop is not None
        assert self._thread is not None
        assert self._ended is not None
        self.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    async def _live(self, started: threading.Event, failures: list[BaseException]) -> None:
        self._ended = asyncio.Event()
        try:
            await self.start()
        except BaseException as error:  # noqa: BLE001  # is raised where the thread was started
            failures.append(error)
            return
        finally:
            started.set()
        await self._ended.wait()
        await self.stop()
