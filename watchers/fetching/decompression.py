"""Bounded decompression of bodies: gzip, deflate, brotli, zstd."""

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
from backports import zstd

from watchers.errors import BadEncoding, CutOff, TooLarge

ACCEPTED = "gzip, deflate, br, zstd"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
# Each part costs a copy of the rest: a body of nothing but empty parts would take hours.
_MOST_PARTS = 1_000
# RFC 8878 asks receivers for 8 MB windows and no more.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}


def is_compressed(body: bytes, compressions: tuple[str, ...]) -> bool:
    """Whether the body is compressed, announced by a header or not."""
    return bool(compressions) or body.startswith(_GZIP_MAGIC)


def decompressed(body: bytes, compressions: tuple[str, ...], most: int) -> bytes:
    """The decompressed body; raises where it exceeds `most` bytes."""
    for name in compressions:
        undo = _UNDO.get(name)
        if undo is None:
            raise BadEncoding(name[:40])
        try:
            body = undo(body, most)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError, ValueError) as error:
            raise BadEncoding(name) from error
    if body.startswith(_GZIP_MAGIC):
        body = _gunzip(body, most)
    if len(body) > most:
        raise TooLarge(most / 1_000_000)
    return body


def _gunzip(body: bytes, most: int) -> bytes:
    # Servers that announce gzip and send plain text are met in the wild.
    return _inflate(body, most, _GZIP_OR_ZLIB) if body.startswith(_GZIP_MAGIC) else body


def _undeflate(body: bytes, most: int) -> bytes:
    try:
        return _inflate(body, most, _GZIP_OR_ZLIB)
    except zlib.error:
        return _inflate(body, most, _RAW_DEFLATE)


def _inflate(body: bytes, most: int, window: int) -> bytes:
    parts: list[bytes] = []
    room = most + 1
    while body and room:
        if len(parts) == _MOST_PARTS:
            raise BadEncoding("gzip")
        stream = zlib.decompressobj(window)
        parts.append(stream.decompress(body, room))
        room -= len(parts[-1])
        if room and not stream.eof:
            raise CutOff
        body = stream.unused_data if stream.unused_data.startswith(_GZIP_MAGIC) else b""
    return b"".join(parts)


def _unbrotli(body: bytes, most: int) -> bytes:
    stream = brotli.Decompressor()
    plain: bytes = stream.process(body, output_buffer_limit=most + 1)
    if len(plain) <= most and not stream.is_finished():
        raise CutOff
    return plain


def _unzstd(body: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    room = most + 1
    while body and room > 0:
        if len(parts) == _MOST_PARTS:
            raise BadEncoding("zstd")
        stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        parts.append(stream.decompress(body, room))
        room -= len(parts[-1])
        if room > 0 and not stream.eof:
            raise CutOff
        body = stream.unused_data
    return b"".join(parts)


_UNDO: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
