"""A server of feeds for the benches: in a process of its own, on a core of its own.

It is bare, so that the clients that are measured wait for themselves and not for it.
"""

import asyncio
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection

ENTRIES = 10
CLIENT_CORE, SERVER_CORE = 0, 1
_BACKLOG = 4096


@dataclass(frozen=True, slots=True)
class Mix:
    """What requests are answered with: these shares with 200, the rest with 304.

    A changed body has one more entry on top than the one before it.
    """

    unchanged: float = 0.1
    changed: float = 0.0
    kilobytes: int = 40


@dataclass(frozen=True, slots=True)
class Origin:
    """A running server."""

    port: int
    _pipe: Connection

    def url(self, number: int) -> str:
        """The address of a feed. A host each: the whole of 127/8 is this machine."""
        host = f"127.{number // 62_500 + 1}.{number // 250 % 250 + 1}.{number % 250 + 1}"
        return f"http://{host}:{self.port}/{number}"

    def requests(self) -> list[tuple[int, float]]:
        """The numbers of the feeds that were asked for, and when, since the last call."""
        self._pipe.send(None)
        requests: list[tuple[int, float]] = self._pipe.recv()
        return requests


@contextmanager
def origin(mix: Mix) -> Iterator[Origin]:
    """A server that answers with this mix."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(mix, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Origin(ours.recv(), ours)
    finally:
        process.terminate()
        process.join()


def pin(core: int) -> None:
    """Give this process that core alone, where the machine has it."""
    if core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})


def feed(turn: int, kilobytes: int) -> bytes:
    """A feed's body after so many changes."""
    text = "Delegations met in the morning and went on in the afternoon. " * (
        kilobytes * 1000 // ENTRIES // 61
    )
    start = datetime.now(UTC) - timedelta(hours=ENTRIES)
    items = "".join(
        f"<item><guid isPermaLink='false'>entry-{number}</guid><title>Entry {number} of this feed"
        f"</title><link>https://courier.example/{number}</link><description>{text}</description>"
        f"<pubDate>{format_datetime(start + timedelta(minutes=number))}</pubDate></item>"
        for number in reversed(range(turn, turn + ENTRIES))
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Courier</title>"
        f"<link>https://courier.example</link>{items}</channel></rss>"
    ).encode()


def etag(turn: int) -> str:
    """The validator of a feed after so many changes."""
    return f'"turn-{turn}"'


class _Answers:
    def __init__(self, mix: Mix) -> None:
        self._mix = mix
        self._random = random.Random(7)
        self._turns: dict[int, int] = {}
        self._bodies: dict[int, bytes] = {}
        self.requests: list[tuple[int, float]] = []

    def answer(self, head: bytes) -> bytes:
        number = int(head[5 : head.index(b" ", 5)])
        self.requests.append((number, time.time()))
        draw = self._random.random()
        if draw < self._mix.changed:
            self._turns[number] = self._turns.get(number, 0) + 1
        turn = self._turns.get(number, 0)
        if draw >= self._mix.changed + self._mix.unchanged and etag(turn).encode() in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag(turn).encode()
        return self._whole(turn)

    def _whole(self, turn: int) -> bytes:
        if turn not in self._bodies:
            body = feed(turn, self._mix.kilobytes)
            self._bodies[turn] = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (etag(turn).encode(), len(body), body)
            )
        return self._bodies[turn]


class _Protocol(asyncio.Protocol):
    def __init__(self, answers: _Answers) -> None:
        self._answers = answers
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            self._transport.write(self._answers.answer(self._head))
            self._head = b""


def _serve(mix: Mix, pipe: Connection) -> None:
    pin(SERVER_CORE)
    answers = _Answers(mix)

    def tell() -> None:
        pipe.recv()
        pipe.send(answers.requests)
        answers.requests = []

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Protocol(answers), "0.0.0.0", 0, backlog=_BACKLOG
        )
        loop.add_reader(pipe.fileno(), tell)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
