"""Addresses as people write them, and the state of a source whose address was written otherwise."""

from dataclasses import replace

import pytest

from tests.watchers.conftest import Polling, Server
from tests.watchers.making import item, rss
from watchers.web_addresses import web_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("HTTPS://Courier.Example/Feed?A=B#C", "https://courier.example/Feed?A=B#C"),
        ("http://Me:PaSS@Courier.Example:8080/", "http://Me:PaSS@courier.example:8080/"),
        ("feed://courier.example", "https://courier.example"),
        ("feed:courier.example/rss", "https://courier.example/rss"),
        ("feed:feed:http://courier.example/", "http://courier.example/"),
        ("feeds://courier.example/", "https://courier.example/"),
        ("itpc://courier.example/", "https://courier.example/"),
        # A host and its port, a file, a name: nothing of ours.
        ("feed:8080/x", "feed:8080/x"),
        ("rss:80", "rss:80"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("@harbour", "@harbour"),
        ("feeds.courier.example/", "feeds.courier.example/"),
        ("/feed", "/feed"),
        ("feed:", "feed:"),
        ("", ""),
    ],
)
def test_an_address_is_what_is_meant(text: str, address: str) -> None:
    assert web_address(text) == address
    assert web_address(address) == address


def test_what_says_no_scheme_has_that_of_where_it_stands() -> None:
    assert web_address("feed://courier.example/", "http") == "http://courier.example/"
    assert web_address("feed:https://courier.example/", "http") == "https://courier.example/"


async def test_a_source_whose_address_had_capitals_is_the_same(
    server: Server, polling: Polling
) -> None:
    server.gives(rss(item()), headers={"ETag": '"1"'})
    first = await polling()
    written = first.state.address.replace("http://", "HTTP://")
    polled = await polling(replace(first.state, address=written))
    assert server.requests[-1].headers["If-None-Match"] == '"1"'
    assert (polled.first, polled.state.address) == (False, first.state.address)
