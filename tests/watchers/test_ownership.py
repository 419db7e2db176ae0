"""Sources that turn into another site's, and all that looks like it and is none."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import entry, serving
from tests.watchers.conftest import Server
from tests.watchers.making import NOON, rss, watcher
from watchers import Fetcher, Poll, Served, SourceState, Watcher, fresh, open_fetcher, poll
from watchers.kinds.gdelt import GdeltOptions
from watchers.ownership import (
    FEWEST_LINKS,
    MOST_LINKS,
    other_site,
    owner_site,
    site_of,
    sites_of,
    with_owner_checked,
)

HOME, AWAY = "courier.example", "spam.example"


def item(link: str, title: str = "", guid: str = "", date: str = "12 Jun 2023 11:00 GMT") -> str:
    return (
        f"<item><title>{title or link}</title><link>{link}</link>"
        f"<guid>{guid or link}</guid><pubDate>{date}</pubDate></item>"
    )


def items(site: str, *numbers: int) -> list[str]:
    return [item(f"https://{site}/{number}") for number in numbers]


@dataclass
class Reader:
    """Reads a source as the bot does: what is taken of each poll is remembered."""

    server: Server
    fetcher: Fetcher
    watcher: Watcher
    state: SourceState = field(default_factory=lambda: SourceState("courier"))
    known: set[bytes] = field(default_factory=set)
    served: Poll | None = None
    now: datetime = NOON

    async def reads(self, *bodies: Iterable[str], headers: dict[str, str] | None = None) -> int:
        """How many entries of the last of these readings are new."""
        new = 0
        for one in bodies:
            self.server.gives(rss(*one), headers=headers or {})
            new = await self.polls()
        return new

    async def polls(self) -> int:
        polled = await poll(self.watcher, self.state, self.fetcher, lambda: self.now)
        known = self.known & {key for one in polled.served for key in one.keys}
        self.served = with_owner_checked(polled, known)
        new = fresh(self.served, known)
        self.state = self.served.after(new=bool(new))
        self.known |= {key for one in self.served.served for key in one.keys}
        return len(new)


@pytest.fixture
async def reader(server: Server) -> AsyncIterator[Reader]:
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        yield Reader(server, fetcher, watcher(server.url()))


@pytest.mark.parametrize(
    ("link", "site"),
    [
        ("https://www.courier.example/1", HOME),
        ("http://COURIER.example:8080/", HOME),
        ("https://user:word@feeds.courier.example./x?y#z", HOME),
        ("https://www.news.co.uk/1", "news.co.uk"),
        ("https://irna.ac.ir/1", "irna.ac.ir"),
        ("https://one.blogspot.com/1", "one.blogspot.com"),
        ("https://www.пример.рф/1", "xn--e1afmkfd.xn--p1ai"),
        ("https://xn--e1afmkfd.xn--p1ai/1", "xn--e1afmkfd.xn--p1ai"),
        ("http://127.0.0.1:8088/1", "127.0.0.1"),
        ("http://[2001:DB8::1]:80/1", "2001:db8::1"),
        ("http://localhost:3000/1", "localhost"),
        ("http://printer.lan/1", "printer.lan"),
        ("https://co.uk/", "co.uk"),
        ("", ""),
        ("http://[broken/", ""),
        ("http://a..example/", ""),
        (f"http://{'a' * 64}.example/", ""),
        (f"http://{'a.' * 200}example/", ""),
        ('http://"]<b>.example/', ""),
        ("mailto:a@courier.example", ""),
    ],
)
def test_the_site_that_a_link_leads_to(link: str, site: str) -> None:
    assert site_of(link) == site


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z])?", fullmatch=True)
SUFFIXES = st.sampled_from(["com", "co.uk", "example", "github.io", "xn--p1ai", "kawasaki.jp"])


@given(LABELS, LABELS, SUFFIXES, st.sampled_from(["http", "https"]), st.integers(1, 65535))
def test_a_site_is_the_same_by_any_name_scheme_and_port(
    name: str, below: str, suffix: str, scheme: str, port: int
) -> None:
    site = site_of(f"https://{name}.{suffix}/")
    assert site
    assert site_of(f"{scheme}://{below}.{site}:{port}/1") == site_of(f"http://{below}.{site}")
    assert site_of(f"https://{below}.{below}.{site}") == site_of(f"https://{below}.{site}")


@given(st.text() | st.text().map("https://{}/".format))
def test_of_any_text_a_site_is_a_plain_name_or_none(text: str) -> None:
    assert all(c.isascii() and (c.isalnum() or c in "._-:") for c in site_of(text))


SITES = st.lists(st.sampled_from([HOME, AWAY, "other.example"]), max_size=20)


@given(SITES, st.sets(st.integers(0, 19)), st.booleans())
def test_nothing_is_held_of_which_something_is_known_or_leads_home(
    sites: list[str], known: set[int], allowed: bool
) -> None:
    served = tuple(
        serving(entry(link=f"https://www.{site}/{n}"), bytes([n])) for n, site in enumerate(sites)
    )
    away = other_site([HOME], sites_of(served))
    as_it_was = SourceState("courier", home=HOME, owner_changed=True)
    one = watcher(sites=("other.example",) if allowed else ())
    polled = Poll(one, SourceState("courier"), served, if_owner_changed=as_it_was if away else None)
    keys = {bytes([n]) for n in known if n < len(sites)}
    taken = with_owner_checked(polled, keys)
    if keys or HOME in sites or not sites:
        assert taken is polled
    elif allowed and "other.example" in sites:
        assert taken == replace(polled, first=True)
    else:
        assert (taken.served, taken.after(new=False)) == ((), as_it_was)


async def test_a_reading_of_another_site_is_not_taken(reader: Reader) -> None:
    assert await reader.reads(items(HOME, 1, 2, 3), items(HOME, 2, 3, 4)) == 1
    before = reader.state
    assert before.home == HOME
    assert await reader.reads(items(AWAY, 1, 2, 3), headers={"ETag": '"spam"'}) == 0
    assert await reader.polls() == 0
    after = reader.state
    assert (after.owner_changed, after.errors) == (True, 1)
    assert after.last_error == (
        "it serves another site now (spam.example, not courier.example): nothing of it is taken; "
        'if spam.example is right, write sites = ["spam.example"] under its [[watcher]]'
    )
    kept = ("home", "etag", "last_modified", "body_hash", "last_success", "rhythm", "interval")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)
    assert after.next_poll is not None
    assert after.next_poll - NOON == timedelta(minutes=10)


async def test_what_a_source_wished_holds_on(reader: Reader) -> None:
    reader.server.gives(rss(*items(HOME, 1, 2, 3), channel="<ttl>90</ttl>"))
    await reader.polls()
    await reader.reads(items(AWAY, 1, 2, 3))
    assert reader.state.next_poll == NOON + timedelta(minutes=90)


async def test_when_it_is_back_nothing_was_lost_or_is_repeated(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3), items(AWAY, 1, 2, 3), items(AWAY, 4, 5, 6))
    assert await reader.reads(items(HOME, 2, 3, 4)) == 1
    state = reader.state
    assert (state.owner_changed, state.errors, state.last_error) == (
        False,
        0,
        "",
    )


async def test_a_source_that_is_unchanged_has_not_turned(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3), items(AWAY, 1, 2, 3), items(HOME, 1, 2, 3))
    assert not reader.state.owner_changed
    assert reader.served is not None
    assert not reader.served.served


async def test_where_a_redirect_leads_to_another_site_it_is_not_followed_for_good(
    reader: Reader,
) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    reader.server.leads("/other", status=301)
    reader.server.gives(rss(*items(AWAY, 1, 2, 3)), path="/other")
    assert await reader.polls() == 0
    assert (reader.state.owner_changed, reader.state.url) == (True, "")


async def test_where_a_redirect_that_was_remembered_led_astray_the_configured_address_is_read(
    reader: Reader,
) -> None:
    reader.server.leads("/new", status=301)
    reader.server.gives(rss(*items(HOME, 1, 2, 3)), path="/new")
    await reader.polls()
    assert reader.state.url == reader.server.url("/new")
    reader.server.gives(rss(*items(AWAY, 1, 2, 3)), path="/new")
    assert await reader.polls() == 0
    assert await reader.reads(items(HOME, 2, 3, 4)) == 1


async def test_a_source_that_was_quiet_so_long_that_nothing_is_known(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    reader.known.clear()
    assert await reader.reads(items(HOME, 11, 12, 13)) == 3


async def test_one_link_home_among_others_is_enough(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    assert await reader.reads([*items(AWAY, 1, 2, 3), *items(f"www.{HOME}", 11)]) == 4


@pytest.mark.parametrize("site", [f"news.{HOME}", f"{HOME}:8443", HOME.upper()])
async def test_another_name_of_the_same_site(reader: Reader, site: str) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    assert await reader.reads(items(site, 11, 12, 13)) == 3


async def test_a_publisher_that_moves_and_keeps_its_ids_takes_its_home_along(
    reader: Reader,
) -> None:
    """As where links begin or end to lead through a service that counts clicks."""
    moved = "courier-news.example"
    for site in (HOME, moved):
        await reader.reads([item(f"https://{site}/{n}", guid=f"id-{n}") for n in (1, 2, 3)])
        assert reader.state.home == site
    assert await reader.reads(items(moved, 11, 12, 13)) == 3


async def test_a_publisher_that_moves_with_new_ids_is_held_until_it_is_allowed(
    reader: Reader,
) -> None:
    moved = "courier-news.example"
    body = [*items(moved, 1, 2, 3), item(f"https://{moved}/old", date="10 Jun 2023 11:00 GMT")]
    assert await reader.reads(items(HOME, 1, 2, 3), body) == 0
    reader.watcher = replace(reader.watcher, sites=(moved,))
    # Of its archive, as of that of a source that is read for the first time, nothing is new.
    assert await reader.polls() == 3
    assert (reader.state.home, reader.state.owner_changed) == (moved, False)
    assert await reader.reads(items(moved, 3, 4)) == 1
    assert await reader.reads(items(AWAY, 1, 2, 3)) == 0
    assert f'sites = ["{moved}", "{AWAY}"]' in reader.state.last_error


async def test_links_to_the_site_that_is_configured_are_right(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    assert await reader.reads(items("127.0.0.1", 1, 2, 3)) == 3


@pytest.mark.parametrize(
    "before",
    [
        items(HOME, *range(1, FEWEST_LINKS)),
        [*items(HOME, 1, 2, 3, 4), *items("other.example", 1)],
        [*items("one.example", 1), *items("two.example", 1), *items("three.example", 1)],
        ["<item><title>Ferry</title></item>", "<item><title>Strike</title></item>"] * 2,
        [],
    ],
)
async def test_what_has_no_home_cannot_turn(reader: Reader, before: list[str]) -> None:
    await reader.reads(before)
    assert reader.state.home == ""
    assert await reader.reads(items(AWAY, 1, 2, 3)) == 3


async def test_entries_without_links_lead_nowhere_else(reader: Reader) -> None:
    await reader.reads(items(HOME, 1, 2, 3))
    assert await reader.reads([item("").replace("<title>", "<title>Ferry")]) == 1
    assert reader.state.home == HOME


async def test_one_new_entry_alone_that_links_abroad_waits_for_the_next(reader: Reader) -> None:
    """As of a list of today's news that begins at midnight with somebody else's."""
    await reader.reads(items(HOME, 1, 2, 3))
    assert await reader.reads(items("other.example", 1)) == 0
    assert await reader.reads([*items(HOME, 4), *items("other.example", 1)]) == 2


def test_nearly_all_links_lead_home() -> None:
    def served(home: int, others: int) -> Iterable[Served]:
        for number in range(home):
            yield serving(entry(link=f"https://{HOME}/{number}"))
        for number in range(others):
            yield serving(entry(link=f"https://site-{number}.example/"))

    assert owner_site(sites_of(served(9, 1))) == HOME
    assert owner_site(sites_of(served(8, 1)), HOME) == ""
    assert owner_site(sites_of(served(2, 0)), "before.example") == "before.example"


def test_many_links_to_as_many_sites_hold_nothing_up() -> None:
    served = [serving(entry(link=f"https://www.site-{n}.co.uk/{n}")) for n in range(10_000)]
    assert sites_of(served).total() == MOST_LINKS
    assert owner_site(sites_of(served)) == ""


async def test_what_is_asked_of_many_sites_has_none(server: Server) -> None:
    def answer(site: str) -> bytes:
        articles = ",".join(f'{{"title": "Talks", "url": "https://{site}/{n}"}}' for n in range(5))
        return f'{{"articles": [{articles}]}}'.encode()

    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        asked = watcher(server.url(), kind="gdelt", options=GdeltOptions(query="talks"))
        reader = Reader(server, fetcher, asked)
        for site, taken in ((HOME, 0), (AWAY, 5)):
            server.gives(answer(site))
            # Its entries have no dates: of the first reading none is new.
            assert await reader.polls() == taken
