"""Where feeds say that their earlier entries are."""

import time

import pytest

from watchers.parsing.archive_links import earlier_documents

URL = "https://courier.example/feed/?x=1"
ITEM = b"<item><link rel='next' href='/never'/></item>"


@pytest.mark.parametrize(
    ("head", "earlier"),
    [
        (b"", ()),
        (b"<link rel='next' href='/2'/>", ("https://courier.example/2",)),
        (
            b'<atom:link href="?p=2&amp;q=1" rel="next"/>',
            ("https://courier.example/feed/?p=2&q=1",),
        ),
        (
            b"<link rel='next' href='/2'/><link rel='prev-archive' href='/a'/>",
            ("https://courier.example/a",),
        ),
        (b"<!-- <link rel='next' href='/2'/> -->", ()),
        (b"<link rel='next' href='javascript:x'/>", ()),
        (b"<link rel='nextish' href='/2'/>", ()),
        (
            b"<generator>https://wordpress.org/?v=6.4.2</generator>",
            ("https://courier.example/feed/?x=1&paged=2",),
        ),
        (b"<generator>https://ghost.org/</generator>", ()),
    ],
)
def test_the_document_before(head: bytes, earlier: tuple[str, ...]) -> None:
    body = b"<rss><channel>" + head + ITEM + b"</channel></rss>"
    assert earlier_documents(body, URL) == earlier


def test_the_page_after_a_page() -> None:
    body = b"<rss><channel><generator>http://www.wordpress.com/</generator>"
    assert earlier_documents(body, "https://x.example/?paged=9") == ("https://x.example/?paged=10",)


@pytest.mark.parametrize("part", [b"<generator>", b"<link rel='next' ", b"<generator " * 10])
def test_hostile_heads_take_no_time(part: bytes) -> None:
    begun = time.perf_counter()
    earlier_documents(b"next" + part * (100_000 // len(part)), URL)
    assert time.perf_counter() - begun < 1
