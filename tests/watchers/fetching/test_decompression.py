"""Compressed answers: undone, cut off, damaged, and bombs."""

import gzip
import time
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import SMALL, fetch
from watchers import Fetcher
from watchers import errors as faults
from watchers.fetching.decompression import decompressed


def deflated_raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("size", [10, 190_000])
async def test_compressions_are_undone(
    server: Server, fetcher: Fetcher, name: str, size: int
) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    server.gives(PACKERS[name](body), headers={"Content-Encoding": name})
    assert (await fetch(fetcher, server.url())).body == body


async def test_deflate_without_its_header_is_undone(server: Server, fetcher: Fetcher) -> None:
    server.gives(deflated_raw(b"plain"), headers={"Content-Encoding": "deflate"})
    assert (await fetch(fetcher, server.url())).body == b"plain"


@pytest.mark.parametrize("name", PACKERS)
async def test_a_bomb_is_stopped(server: Server, fetcher: Fetcher, name: str) -> None:
    bomb = PACKERS[name](bytes(20_000_000))
    assert len(bomb) < SMALL.size
    server.gives(bomb, headers={"Content-Encoding": name})
    with pytest.raises(faults.TooLarge):
        await fetch(fetcher, server.url())


@pytest.mark.parametrize("name", PACKERS)
async def test_a_compressed_body_cut_off_is_noticed(
    server: Server, fetcher: Fetcher, name: str
) -> None:
    packed = PACKERS[name](bytes(range(256)) * 100)
    server.gives(packed[:-20], headers={"Content-Encoding": name})
    with pytest.raises(faults.CutOff):
        await fetch(fetcher, server.url())


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("br", b"no brotli at all" * 10),
        ("zstd", b"no zstd"),
        ("deflate", b"\xff\xff\xff"),
        ("compress", b"x"),
        ("gzip, gzip, gzip", b"<rss/>"),
        ("gzip", gzip.compress(b"", mtime=0) * 2_000),
        ("zstd", zstd.compress(b"") * 2_000),
    ],
)
async def test_a_damaged_or_unknown_compression_is_told(
    server: Server, fetcher: Fetcher, name: str, body: bytes
) -> None:
    server.gives(body, headers={"Content-Encoding": name})
    with pytest.raises(faults.BadEncoding):
        await fetch(fetcher, server.url())


@pytest.mark.parametrize(("announced", "packed"), [("gzip", False), ("", True)])
async def test_gzip_is_what_begins_like_it(
    server: Server, fetcher: Fetcher, announced: str, *, packed: bool
) -> None:
    body = gzip.compress(b"plain") if packed else b"plain"
    server.gives(body, headers={"Content-Encoding": announced})
    assert (await fetch(fetcher, server.url())).body == b"plain"


@pytest.mark.parametrize("said", ["gzip, gzip", "gzip, br", "deflate, gzip"])
async def test_what_was_compressed_twice_is_undone_twice(
    server: Server, fetcher: Fetcher, said: str
) -> None:
    body = b"plain"
    for name in said.split(", "):
        body = PACKERS[name](body)
    server.gives(body, headers={"Content-Encoding": said})
    assert (await fetch(fetcher, server.url())).body == b"plain"


async def test_a_bomb_within_a_bomb_is_stopped(server: Server, fetcher: Fetcher) -> None:
    bomb = gzip.compress(gzip.compress(bytes(200_000_000)))
    assert len(bomb) < 2_000
    server.gives(bomb, headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(faults.TooLarge):
        await fetch(fetcher, server.url())


@pytest.mark.parametrize("said", ["utf-8", "none", "binary", "br", "deflate", "zstd", "gzip, gzip"])
async def test_text_announced_as_compressed_is_text(
    server: Server, fetcher: Fetcher, said: str
) -> None:
    server.gives(b"\xef\xbb\xbf <rss/>", headers={"Content-Encoding": said})
    assert (await fetch(fetcher, server.url())).body.endswith(b"<rss/>")


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_takes_no_memory(name: str) -> None:
    bomb = PACKERS[name](bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(faults.TooLarge):
        decompressed(bomb, (name,), SMALL.size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_empty_parts_are_not_copied_for_hours() -> None:
    started = time.process_time()
    with pytest.raises(faults.BadEncoding):
        decompressed(gzip.compress(b"") * 100_000, ("gzip",), 5_000_000)
    assert time.process_time() - started < 2
