"""Bounded decompression of bodies: gzip, deflate, brotli, zstd."""

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]

from watchers.errors import BadEncoding, TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
# What feeds and pages begin with, and nothing compressed that anybody sends.
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{\[]")
# Each part costs a copy of the rest: a body of nothing but empty parts would take hours.
_MOST_PARTS = 1_000
# RFC 8878 asks receivers for 8 MB windows and no more.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}


@dataclass(frozen=True, slots=True)
class Decompressed:
    """A body without its compressions; `cut_off` where it ends before its end."""

    body: bytes
    cut_off: bool = False


def is_compressed(body: bytes, compressions: tuple[str, ...]) -> bool:
    """Whether the body is compressed, announced by a header or not."""
    return bool(compressions) or body.startswith(_GZIP_MAGIC)


def decompressed(body: bytes, compressions: tuple[str, ...], most: int) -> Decompressed:
    """Undo the compressions; raises where a body, also one on the way, exceeds `most` bytes.

    Text that was announced as compressed and is not is left as it is.
    """
    cut_off = False
    for name in compressions:
        undone = _undone(body, name, most)
        body, cut_off = undone.body, cut_off or undone.cut_off
        if len(body) > most:
            raise TooLarge(most / 1_000_000)
    if body.startswith(_GZIP_MAGIC):
        undone = _undone(body, "gzip", most)
        body, cut_off = undone.body, cut_off or undone.cut_off
    if len(body) > most:
        raise TooLarge(most / 1_000_000)
    return Decompressed(body, cut_off)


def _undone(body: bytes, name: str, most: int) -> Decompressed:
    undo = _UNDO.get(name)
    try:
        if undo is not None:
            return undo(body, most)
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError, ValueError) as error:
        if not _TEXT.match(body):
            raise BadEncoding(name) from error
    # Some announce an encoding of characters ("utf-8"), or "none".
    if not _TEXT.match(body):
        raise BadEncoding(name[:40])
    return Decompressed(body)


def _gunzip(body: bytes, most: int) -> Decompressed:
    # Servers that announce gzip and send plain text are met in the wild.
    if body.startswith(_GZIP_MAGIC):
        return _inflate(body, most, _GZIP_OR_ZLIB)
    return Decompressed(body)


def _undeflate(body: bytes, most: int) -> Decompressed:
    try:
        return _inflate(body, most, _GZIP_OR_ZLIB)
    except zlib.error:
        return _inflate(body, most, _RAW_DEFLATE)


def _inflate(body: bytes, most: int, window: int) -> Decompressed:
    parts: list[bytes] = []
    room = most + 1
    while body and room:
        if len(parts) == _MOST_PARTS:
            raise BadEncoding("gzip")
        stream = zlib.decompressobj(window)
        parts.append(stream.decompress(body, room))
        room -= len(parts[-1])
        if room and not stream.eof:
            return Decompressed(b"".join(parts), cut_off=True)
        body = stream.unused_data if stream.unused_data.startswith(_GZIP_MAGIC) else b""
    return Decompressed(b"".join(parts))


def _unbrotli(body: bytes, most: int) -> Decompressed:
    stream = brotli.Decompressor()
    plain: bytes = stream.process(body, output_buffer_limit=most + 1)
    return Decompressed(plain, len(plain) <= most and not stream.is_finished())


def _unzstd(body: bytes, most: int) -> Decompressed:
    parts: list[bytes] = []
    room = most + 1
    while body and room > 0:
        if len(parts) == _MOST_PARTS:
            raise BadEncoding("zstd")
        stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        parts.append(stream.decompress(body, room))
        room -= len(parts[-1])
        if room > 0 and not stream.eof:
            return Decompressed(b"".join(parts), cut_off=True)
        body = stream.unused_data
    return Decompressed(b"".join(parts))


_UNDO: dict[str, Callable[[bytes, int], Decompressed]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
