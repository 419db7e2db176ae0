"""WebSub, the protocol: where hubs are named, what is asked of them, and what is believed."""

import hmac
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.conftest import Polling, Server
from tests.watchers.making import NOON, URL, item, parsed, rss, watcher
from watchers import Answer, SourceFault, SourceState, open_fetcher, read_pushed
from watchers.parsing.hub_links import NO_HUB, Hub, document_hub, header_hub
from watchers.websub import LONGEST_LEASE, Mode, Question, is_signed, question, request

HUB = Hub("https://hub.example/", "https://courier.example/feed")
LINKS = f'<atom:link rel="hub" href="{HUB.address}"/><atom:link href="{HUB.topic}" rel="self"/>'


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://hub.example/>; rel="hub", </feed>; rel=self', HUB),
        ('<https://hub.example/>;rel=HUB,</feed>;REL="self"', HUB),
        ('</feed>; rel="alternate self"; type="a, b", <https://hub.example/>; rel="hub"', HUB),
        ("<http://old.example/>; rel=hub, <https://hub.example/>; rel=hub, <feed>; rel=self", HUB),
        ('<https://hub.example/>; title="; rel=self"; rel=hub', Hub("https://hub.example/")),
        ('<javascript:x>; rel="hub", <file:///etc>; rel="self"', NO_HUB),
        ("<https://hub.example/>", NO_HUB),
        ("<<<>;;;rel=hub", NO_HUB),
        ("", NO_HUB),
    ],
)
def test_what_link_headers_name(header: str, found: Hub) -> None:
    assert header_hub(header, URL) == found


@pytest.mark.parametrize(
    "head",
    [
        LINKS,
        LINKS.replace("atom:", "atom10:"),
        LINKS.replace('"', "'").replace("/>", ">"),
        f"<title>The hub</title>\n{LINKS}<!-- {LINKS.replace('hub.', 'evil.')} -->",
        f"<!-- {LINKS.replace('hub.', 'evil.')} -->{LINKS}",
        f"<title><![CDATA[{LINKS.replace('hub.', 'evil.')}]]></title>{LINKS}",
        f"<atom:link rel='next' href='&#{'9' * 4_500};'/>{LINKS}",
    ],
)
def test_what_a_feed_names(head: str) -> None:
    assert parsed(rss(item(1), item(2), channel=head)).hub == HUB


def test_what_an_atom_feed_names() -> None:
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='https://hub.example/'/>"
        "<link rel='self' href='/feed'/><entry><id>1</id><title>Ferry</title>"
        "<link href='/1'/><updated>2023-06-12T11:00:00Z</updated></entry></feed>"
    )
    assert parsed(body.encode()).hub == HUB


def test_the_slow_parser_names_it_too() -> None:
    body = rss(item(1), channel=LINKS).replace(b"<rss ", b"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss ")
    assert parsed(body).hub == HUB


def test_what_a_json_feed_names() -> None:
    feed = (
        '{"items": [], "feed_url": "https://courier.example/feed", "hubs": [{"type": "rssCloud",'
        '"url": "https://cloud.example/"}, 7, {"type": "WebSub", "url": "https://hub.example/"}]}'
    )
    assert parsed(feed.encode()).hub == HUB
    assert parsed(b'{"items": [], "hubs": 7, "feed_url": []}').hub == NO_HUB


def test_what_stands_inside_the_items_is_not_believed() -> None:
    others = item(1).replace("</item>", f"{LINKS}</item>")
    assert parsed(rss(others, item(2))).hub == NO_HUB


async def test_headers_win_over_the_document(server: Server, polling: Polling) -> None:
    feed = rss(item(1), item(2), channel=LINKS)
    server.gives(feed)
    first = (await polling()).state
    assert (first.hub, first.topic) == (HUB.address, HUB.topic)
    server.gives(feed + b" ", headers={"Link": '<https://other.example/>; rel="hub"'})
    second = (await polling(first)).state
    assert (second.hub, second.topic) == ("https://other.example/", HUB.topic)
    server.gives(feed + b" ", headers={"Link": "", "ETag": "x"})
    assert (await polling(second)).state.hub == second.hub
    server.gives(rss(item(1), item(2)))
    third = (await polling(second)).state
    assert (third.hub, third.topic) == ("", "")


async def test_a_feed_of_one_entry_is_not_subscribed_to(server: Server, polling: Polling) -> None:
    """Its ids have not proved themselves, by which what a hub sends is known again."""
    server.gives(rss(item(1), channel=LINKS))
    state = (await polling()).state
    assert (state.hub, state.topic) == ("", "")
    known = SourceState("courier", hub="https://hub.example/", topic=URL)
    assert (await polling(known)).state.hub == known.hub


def test_the_request() -> None:
    form = request(Mode.SUBSCRIBE, "https://n.example/h?x=ä", HUB.topic, "s", timedelta(days=1))
    assert parse_qs(form.decode()) == {
        "hub.callback": ["https://n.example/h?x=ä"],
        "hub.mode": ["subscribe"],
        "hub.topic": [HUB.topic],
        "hub.secret": ["s"],
        "hub.lease_seconds": ["86400"],
    }
    goodbye = request(Mode.UNSUBSCRIBE, "https://n.example/", HUB.topic, "s", timedelta(days=1))
    assert b"secret" not in goodbye


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (
            {"hub.mode": "subscribe", "hub.challenge": "c", "hub.lease_seconds": "60"},
            Question(Mode.SUBSCRIBE, "", "c", timedelta(minutes=1)),
        ),
        (
            {"hub.mode": "subscribe", "hub.challenge": "c", "hub.lease_seconds": "9" * 5000},
            Question(Mode.SUBSCRIBE, "", "c", LONGEST_LEASE),
        ),
        (
            {"hub.mode": "unsubscribe", "hub.challenge": "c", "hub.lease_seconds": "-1"},
            Question(Mode.UNSUBSCRIBE, "", "c"),
        ),
        ({"hub.mode": "denied", "hub.topic": "t"}, Question(Mode.DENIED, "t")),
        ({"hub.mode": "subscribe"}, None),
        ({"hub.mode": "subscribe", "hub.challenge": "\n"}, None),
        ({"hub.mode": "subscribe", "hub.challenge": "é"}, None),
        ({"hub.mode": "publish", "hub.challenge": "c"}, None),
        ({}, None),
    ],
)
def test_what_a_hub_asks(query: dict[str, str], asked: Question | None) -> None:
    assert question(query) == asked


METHODS = st.sampled_from(["sha1", "sha256", "sha384", "sha512"])


@given(body=st.binary(max_size=200), secret=st.text(min_size=1, max_size=50), method=METHODS)
def test_a_signature_is_right_for_its_body_and_secret_alone(
    body: bytes, secret: str, method: str
) -> None:
    digest = hmac.new(secret.encode(), body, method).hexdigest()
    assert is_signed(secret, body, f"{method}={digest}")
    assert is_signed(secret, body, f"{method.upper()}={digest.upper()}")
    assert not is_signed(secret, body + b"x", f"{method}={digest}")
    assert not is_signed(secret + "x", body, f"{method}={digest}")
    assert not is_signed(secret, body, f"{method}={digest[:-1]}")
    assert not is_signed(secret, body, digest)


@given(header=st.text(max_size=100), body=st.binary(max_size=20))
def test_no_other_header_is_a_signature(header: str, body: bytes) -> None:
    assert not is_signed("secret", body, header)
    assert not is_signed("secret", body, f"md5={hmac.new(b'secret', body, 'md5').hexdigest()}")


@given(
    text=st.binary(max_size=500) | st.text(alphabet="<>lin k='\"/relhubself:!-[]").map(str.encode)
)
def test_no_document_and_no_header_raises(text: bytes) -> None:
    document_hub(text, URL)
    header_hub(text.decode("latin-1"), URL)


async def pushed(body: bytes, state: SourceState | None = None) -> list[str]:
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        sent = Answer(body, URL, "application/rss+xml", watcher(), NOON)
        poll = await read_pushed(sent, state or SourceState("courier"), fetcher)
    assert poll.pushed
    assert poll.state == (state or SourceState("courier"))
    return [served.entry.uid for served in poll.served]


async def test_one_entry_alone_is_known_by_its_id_where_ids_are_trusted() -> None:
    (uid,) = await pushed(rss(item(1)))
    assert uid == "https://courier.example/1"
    (other,) = await pushed(rss(item(1)), SourceState("courier", ids_untrusted=True))
    assert other != uid


async def test_what_cannot_be_read_is_a_fault_of_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SourceFault, match="web page"):
        await pushed(b"<html>")
    monkeypatch.setattr("watchers.polling.reading.parse", None)
    with pytest.raises(SourceFault, match="TypeError"):
        await pushed(rss(item(1)))
