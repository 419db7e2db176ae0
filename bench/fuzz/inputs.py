"""Strange inputs, each a function of a seed and a number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from bot.configuration.sources import opml
from watchers import Watcher
from watchers.kinds.gdelt import GdeltOptions
from watchers.kinds.google_news import GoogleNewsOptions
from watchers.kinds.page import PageOptions, Selectors
from watchers.options import NO_OPTIONS, Options
from watchers.parsing.plain_text import plain_title

KINDS: Mapping[str, Options] = {
    "sitemap": NO_OPTIONS,
    "telegram": NO_OPTIONS,
    "gdelt": GdeltOptions("talks"),
    "page": PageOptions(Selectors("li, article, p")),
    "google-news": GoogleNewsOptions("talks"),
}
LARGEST = 12_000
_TOKENS = (
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<", b">", b"&", b"&amp;", b"&#0;", b"&#x10ffff;",
    b"&#99999999999;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"<item>", b"</item>",
    b"<entry>", b"</rss>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.1'?>",
    b" xml:base='http://[", b"<pubDate>Mon, 99 Foo 99999 25:61:61 +9999</pubDate>",
    b"<guid isPermaLink='false'>", b"<content type='xhtml'>", b"<link href='javascript:x'/>",
    b"<ttl>999999</ttl>", b"<skipHours><hour>99</hour></skipHours>", b"{", b"}", b"[", b'":',
    b"1e999", b"null", b"\\ud800", b"-9999999999999999999999", b"\xd9\x86", b"\xe2\x80\xae",
    b"&nbsp;", b"&copy=", b"&#55357;&#56832;", b"&#xD83D;", b"<!ENTITY x 'y'>", b"<html><body>",
    b"<media:description type='plain'>", b"<image><title>", b"</image>", b"<!DOCTYPE html>",
    b'<a href="', b"<media:player url='",
    b"<o:p>", b"&lt;p&gt;", b"<enclosure url='/x.mp3'/>", b"<content src='http://['/>",
    b"<source url='http://['>A - B</source>",
    b"encoding='utf-16'", b"charset=", b"<svg>", b"<script>", b"</", b"/>", b"<![", b"]",
)  # fmt: skip


_PIECES = (
    "Iran", "talks", "sanctions", "مذاکرات", "إيران", "عُمان", "ایران\u200cها", "переговоры", "Ирaн",
    "Κύπρος", "ירושלים", 'צה"ל', "İran'ın", "l'Iran", "Khamene'i", "ﷺ", "ﬁ", "Å", "e\u0301", "ŉ",
    "١٢٣", "<b>", "</b>", "&lt;", "&#x202e;", "<script>", "javascript:", "https://a.example/?a=1&b",
    "tg://user?id=1", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\x1e",
    "\n", "\r\n", "\t", "\ud800", "\U0001f1ee\U0001f1f7", "\U0001d400\U0001d41a", "ｆｕｌｌ", "''",
    '"', "- ", ". ", "! ", "؟ ", "said on Monday that", "denied", "confirmed", "\u0300" * 20, "ⅷ",
    "\U0001d408\U0001d42b\U0001d41a\U0001d427", "ß", "1,234.5",
)  # fmt: skip


_OF_DATES = (
    "2026", "1405", "20", "11", "7", "Fri", ", ", " ", "-", "/", ".", ":", "10:30", "T", "Z",
    "+0330", "GMT", "(UTC+3)", "Europe/", "Paris", "p.m.", "Nov", "nov.", "تشرين الثاني", "آبان",
    "۱۴۰۵", "年", "오후", "W03", "de", "|", "[", "]", "1520932969", "\u200c", "İ",
)  # fmt: skip


_DISGUISES = str.maketrans("aceopxyikmthbdvn", "асеорхуіκмτһЬԁνո")


def bodies(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A feed with changes."""
    body = bytearray(rng.choice(seeds))
    if len(body) > LARGEST:
        start = rng.randrange(len(body) - LARGEST)
        body = body[: LARGEST // 4] + body[start : start + LARGEST // 2] + body[-LARGEST // 4 :]
    for _ in range(rng.choice((1, 1, 2, 4, 8, 30))):
        at = rng.randrange(len(body) + 1)
        size = rng.choice((1, 2, 8, 60, 400))
        match rng.randrange(6):
            case 0:
                del body[at : at + size]
            case 1:
                body[at:at] = body[at : at + size] * rng.choice((1, 1, 3, 20))
            case 2:
                body[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 50))
            case 3:
                other = rng.choice(seeds)
                begin = rng.randrange(len(other) + 1)
                body[at : at + size] = other[begin : begin + size]
            case 4 if at < len(body):
                body[at] = rng.randrange(256)
            case _:
                del body[at + rng.randrange(2_000) :]
    return bytes(body[: 4 * LARGEST])


def text(rng: Random) -> str:
    """A text of all kinds of pieces."""
    pieces = []
    for _ in range(rng.choice((1, 3, 10, 10, 40, 200))):
        match rng.randrange(8):
            case 0:
                pieces.append(chr(rng.randrange(0x110000)))
            case 1:
                pieces.append(chr(rng.randrange(0x3000)) * rng.choice((1, 1, 2, 30)))
            case 2 | 3:
                pieces.append(" ")
            case 4:
                piece = rng.choice(_PIECES)
                begin = rng.randrange(len(piece) + 1)
                pieces.append(piece[:begin] + piece[begin:].translate(_DISGUISES))
            case _:
                pieces.append(rng.choice(_PIECES))
    return "".join(pieces)


def date(rng: Random) -> str:
    """What may be a date, of up to thirty pieces."""
    return "".join(rng.choice(_OF_DATES) for _ in range(rng.randrange(1, 30)))


def page(rng: Random) -> bytes:
    """A page with an article, with changes."""
    paragraphs = "".join(f"<p>{text(rng)}</p>" for _ in range(rng.choice((1, 3, 10))))
    whole = f"<html><head><title>{text(rng)}</title></head><body><article>{paragraphs}</article>"
    return bodies(rng, [encoded(whole)])


def outlines(rng: Random) -> bytes:
    """A list of feeds, with changes, or with none."""
    watchers = [
        replace(watcher(), title=plain_title(text(rng)), url=f"https://a.example/{number}?a=1&b")
        for number in range(rng.choice((1, 3, 30)))
    ]
    written = encoded(opml.written(watchers))
    return bodies(rng, [written]) if rng.randrange(4) else written


def linking_page(rng: Random) -> bytes:
    """A page with links to what may be feeds, with changes."""
    kinds = ("application/rss+xml", "TEXT/XML", "application/json", "")
    links = "".join(
        f'<link rel="{rng.choice(("alternate", "FEED"))}" type="{rng.choice(kinds)}" '
        f'href="{rng.choice(("/feed", "feed://a.example/", "//[", text(rng)))}" '
        f'title="{text(rng)}">'
        f'<a href="{rng.choice(("/rss", "https://T.me/name/12", text(rng)))}">{text(rng)}</a>'
        for _ in range(rng.choice((1, 3, 10)))
    )
    return bodies(rng, [encoded(f"<html><head><base href='/x/'>{links}</head></html>")])


_HEAD_PIECES = (
    b"HTTP/1.1 200 OK", b"HTTP/1.0 302", b"http/2 200", b"ICY 200 OK", b"Content-Length: 12",
    b"Content-Length: 12, 12", b"Content-Length: -1", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: identity", b"Connection: keep-alive", b"Content-Type : text/xml",
    b" folded", b"no colon", b": none", b"X: a\x00b\rc", b"\xff\xfe: \xd9", b"", b"\r",
    b"X:" + b"a" * 900,
)  # fmt: skip


def head(rng: Random) -> bytes:
    """The head of an HTTP answer, as no server should write it."""
    pieces = [rng.choice(_HEAD_PIECES[:4]), *rng.choices(_HEAD_PIECES, k=rng.choice((1, 3, 12)))]
    ends = (b"\r\n", b"\r\n", b"\n", b"\r\r\n")
    made = b"".join(piece + rng.choice(ends) for piece in pieces) + b"\r\n"
    return made if rng.randrange(3) else bodies(rng, [made])


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def encoded(given: str) -> bytes:
    return given.encode("utf-8", "surrogatepass")


def watcher(kind: str = "feed") -> Watcher:
    url = "https://courier.example/feed"
    return Watcher("courier", "Courier", url, kind=kind, options=KINDS.get(kind, NO_OPTIONS))
