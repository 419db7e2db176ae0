"""What the benches measure ours beside: `reader`, and a loop of httpx and feedparser."""

import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import feedparser
import feedparser_sgmllib
import httpx
from reader import Reader, make_reader

# httpx's pool of connections is slower the more there are.
AT_ONCE = 50

# reader's copy of feedparser looks for it under its old name.
sys.modules.setdefault("sgmllib", feedparser_sgmllib)


@contextmanager
def reader_of(urls: Sequence[str]) -> Iterator[Reader]:
    """A `reader` of these feeds, with a database of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(make_reader(str(Path(folder) / "reader.db"))) as reader,
    ):
        for url in urls:
            reader.add_feed(url)
        yield reader


@asynccontextmanager
async def feedparser_loop() -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """What fetches a feed with httpx, conditionally, and parses what is new with feedparser."""
    tags: dict[str, str] = {}
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:

        async def visit(url: str) -> None:
            answer = await client.get(url, headers={"If-None-Match": tags.get(url, "")})
            tags[url] = answer.headers.get("etag", "")
            if answer.status_code == 200:
                assert feedparser.parse(answer.content).entries

        yield visit
