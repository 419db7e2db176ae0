"""A server of feeds for the benches: in a process of its own, on a core of its own.

It is bare, so that the clients that are measured wait for themselves and not for it.
"""

import asyncio
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from xml.sax.saxutils import escape

ENTRIES = 20
SHAPES = 3
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


def feed(number: int, turn: int, kilobytes: int) -> bytes:
    """A feed's body after so many changes: as an agency, a weblog or a magazine writes it."""
    write = (_agency, _weblog, _magazine)[number % SHAPES]
    start = datetime.now(UTC) - timedelta(hours=ENTRIES)
    return write(
        [
            (number, start + timedelta(minutes=number))
            for number in reversed(range(turn, turn + ENTRIES))
        ],
        kilobytes * 1000 // ENTRIES,
    ).encode()


def _agency(entries: Sequence[tuple[int, datetime]], size: int) -> str:
    """RSS of short texts without markup."""
    items = "".join(
        f"<item><title>Entry {number} of this feed</title><link>https://courier.example/{number}"
        f"</link><description>{_sentences(size - 400)}</description>"
        f"<pubDate>{format_datetime(date)}</pubDate><guid isPermaLink='false'>entry-{number}</guid>"
        "<category>World</category><media:thumbnail width='240' height='135' "
        f"url='https://courier.example/{number}.jpg'/></item>"
        for number, date in entries
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' "
        "xmlns:media='http://search.yahoo.com/mrss/'><channel><title>Courier</title>"
        f"<link>https://courier.example</link><ttl>15</ttl>{items}</channel></rss>"
    )


def _weblog(entries: Sequence[tuple[int, datetime]], size: int) -> str:
    """RSS with excerpts and whole articles, as WordPress writes it."""
    items = "".join(
        f"<item>\n<title>Entry {number} of this feed</title>\n<link>https://courier.example/{number}"
        f"</link>\n<dc:creator><![CDATA[A. Writer]]></dc:creator>\n<pubDate>{format_datetime(date)}"
        "</pubDate>\n<category><![CDATA[World]]></category>\n<category><![CDATA[Talks]]></category>"
        f"\n<guid isPermaLink='false'>https://courier.example/?p={number}</guid>\n"
        f"<description><![CDATA[{_sentences(300)} [&#8230;]]]></description>\n"
        f"<content:encoded><![CDATA[{_article(size - 700)}]]></content:encoded>\n</item>\n"
        for number, date in entries
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'>\n<channel>\n<title>Courier</title>\n"
        f"<link>https://courier.example</link>\n<language>en-US</language>\n{items}</channel></rss>"
    )


def _magazine(entries: Sequence[tuple[int, datetime]], size: int) -> str:
    """Atom with whole articles."""
    items = "".join(
        f"<entry><title>Entry {number} of this feed</title><link rel='alternate' type='text/html' "
        f"href='https://courier.example/{number}'/><id>tag:courier.example,2024:{number}</id>"
        f"<published>{date:%Y-%m-%dT%H:%M:%SZ}</published><updated>{date:%Y-%m-%dT%H:%M:%SZ}"
        "</updated><author><name>A. Writer</name></author><category term='World'/>"
        f"<content type='html'>{escape(_article(size - 800))}</content></entry>"
        for number, date in entries
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        "<title>Courier</title><id>tag:courier.example,2024:feed</id>"
        f"<link href='https://courier.example'/>{items}</feed>"
    )


def _sentences(size: int) -> str:
    sentence = "Delegations met in the morning and went on in the afternoon. "
    return (sentence * (size // len(sentence) + 1))[: max(size, 0)].strip()


def _article(size: int) -> str:
    link = "<a href='https://courier.example/before' target='_blank'>as was said</a>"
    paragraph = f"<p>{_sentences(150)} &#8220;<em>Soon</em>,&#8221; {link}. {_sentences(100)}</p>\n"
    return paragraph * max(size // len(paragraph), 1)


def etag(turn: int) -> str:
    """The validator of a feed after so many changes."""
    return f'"turn-{turn}"'


class _Answers:
    def __init__(self, mix: Mix) -> None:
        self._mix = mix
        self._asked: Counter[int] = Counter()
        self._turns: Counter[int] = Counter()
        self._bodies: dict[tuple[int, int], bytes] = {}
        self.requests: list[tuple[int, float]] = []

    def answer(self, head: bytes) -> bytes:
        number = int(head[5 : head.index(b" ", 5)])
        self.requests.append((number, time.time()))
        # By turns: drawn by chance, one client of a bench would get more bodies than another.
        draw = (self._asked[number] + number) * 37 % 100 / 100
        self._asked[number] += 1
        if draw < self._mix.changed:
            self._turns[number] += 1
        turn = self._turns[number]
        if draw >= self._mix.changed + self._mix.unchanged and etag(turn).encode() in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag(turn).encode()
        return self._whole(number, turn)

    def _whole(self, number: int, turn: int) -> bytes:
        key = (number % SHAPES, turn)
        if key not in self._bodies:
            body = feed(number, turn, self._mix.kilobytes)
            self._bodies[key] = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (etag(turn).encode(), len(body), body)
            )
        return self._bodies[key]


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
