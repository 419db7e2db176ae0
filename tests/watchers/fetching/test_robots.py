"""What robots.txt lets us read, and how it is asked for."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.conftest import Server
from tests.watchers.fetching.test_hosts import Clock
from tests.watchers.kinds.test_data import options
from tests.watchers.making import NOON, watcher
from watchers import Fetcher, HostLocks, SourceState, open_fetcher, poll
from watchers.errors import PrivateAddress, RobotsForbid, RobotsUnread
from watchers.fetching.robots import KEPT_FOR, LONGEST_DELAY, Robots, RobotsRules, read_robots

SOME = """
# of everybody
User-agent: *
Disallow: /private/
Allow: /private/open
Crawl-delay: 3

User-Agent: Other
User-agent: Backchannel/1.0
Disallow: /*?print=
disallow: /*.pdf$   # papers
Disallow: /fa/%D8%AE
Disallow:
Sitemap: https://courier.example/sitemap.xml
Crawl-delay: 900
"""


def test_the_group_of_our_name_holds_and_else_that_of_all() -> None:
    ours, others = read_robots(SOME, "Backchannel"), read_robots(SOME, "Stranger")
    assert ours.admit("/private/1")
    assert not others.admit("/private/1")
    assert (ours.delay, others.delay) == (LONGEST_DELAY, 3.0)


@pytest.mark.parametrize(
    ("path", "admitted"),
    [
        ("/news/1", True),
        ("/news/1?print=1", False),
        ("/news/1?a=b&print=1", True),
        ("/paper.pdf", False),
        ("/paper.pdf?x", True),
        ("/fa/خبر", False),
        ("/fa/%d8%ae%d8%a8%d8%b1", False),
        ("/fa/", True),
    ],
)
def test_patterns(path: str, admitted: bool) -> None:
    assert read_robots(SOME, "Backchannel").admit(path) is admitted


@pytest.mark.parametrize(
    ("rules", "admitted"),
    [
        ("Disallow: /\nAllow: /news", True),
        ("Disallow: /news/1\nAllow: /news", False),
        ("Disallow: /news\nAllow: /news", True),
        ("Disallow: /$", True),
        ("Disallow: /news/1$", False),
        ("Disallow: *1$", False),
        ("Disallow: /*/*1$", False),
        ("Disallow: /n*ws/*/", True),
        ("Disallow: *", False),
        ("nonsense\nDisallow : /news\n\n\nAllow: /x", False),
    ],
)
def test_the_longest_pattern_decides(rules: str, admitted: bool) -> None:
    assert read_robots(f"User-agent: *\n{rules}", "us").admit("/news/1") is admitted


def test_lines_before_a_name_and_groups_of_others_are_not_ours() -> None:
    text = (
        "Disallow: /\nUser-agent: backchannelbot\nDisallow: /a\n\nUser-agent: other\nDisallow: /b"
    )
    assert read_robots(text, "backchannel") == Robots()


def test_groups_of_one_name_are_read_as_one() -> None:
    text = "User-agent: us\nDisallow: /a\nUser-agent: *\nDisallow: /c\nUser-agent: us\nDisallow: /b"
    assert read_robots(text, "us").forbidden == ("/a", "/b")


@given(st.text(alphabet="/ab*$", max_size=12), st.text(alphabet="/ab", max_size=12))
def test_a_pattern_fits_as_its_regular_expression_would(pattern: str, path: str) -> None:
    source = re.escape(pattern.removesuffix("$")).replace(r"\*", ".*")
    expected = re.match(source + ("$" if pattern.endswith("$") else ""), path)
    robots = Robots(forbidden=(pattern,))
    assert robots.admit(path) is not (bool(expected) and pattern != "")


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(user_agent="Backchannel/1 (tests)", pause=0) as opened:
        yield opened


async def _read(fetcher: Fetcher, server: Server, path: str = "/news/1") -> bytes:
    fetched = await fetcher.fetch(server.url(path), allow_private=True, obey_robots=True)
    return fetched.body


def _asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


async def test_what_is_forbidden_is_not_asked_for(fetcher: Fetcher, server: Server) -> None:
    server.gives(b"User-agent: *\nDisallow: /news", "/robots.txt")
    server.gives(b"page", "/news/1")
    with pytest.raises(RobotsForbid):
        await _read(fetcher, server)
    assert _asked(server) == ["/robots.txt"]


async def test_neither_is_what_a_redirect_leads_to(fetcher: Fetcher, server: Server) -> None:
    server.gives(b"User-agent: *\nDisallow: /hidden", "/robots.txt")
    server.leads("/hidden", "/news/1")
    with pytest.raises(RobotsForbid):
        await _read(fetcher, server)
    assert _asked(server) == ["/robots.txt", "/news/1"]


@pytest.mark.parametrize("status", [404, 401, 403, 410])
async def test_without_one_all_is_allowed(fetcher: Fetcher, server: Server, status: int) -> None:
    server.gives(path="/robots.txt", status=status)
    server.gives(b"page", "/news/1")
    assert await _read(fetcher, server) == b"page"


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_what_cannot_be_read_at_present_allows_nothing(
    fetcher: Fetcher, server: Server, status: int
) -> None:
    server.gives(path="/robots.txt", status=status)
    server.gives(b"page", "/news/1")
    with pytest.raises(RobotsUnread, match=str(status)):
        await _read(fetcher, server)
    server.gives(b"User-agent: *\nAllow: /", "/robots.txt")
    assert await _read(fetcher, server) == b"page"


async def test_a_private_host_is_not_asked(fetcher: Fetcher, server: Server) -> None:
    with pytest.raises(PrivateAddress):
        await fetcher.fetch(server.url("/news/1"), obey_robots=True)
    assert not server.requests


async def test_it_is_kept_for_a_day_and_its_delay_lies_between_two_requests(
    fetcher: Fetcher, server: Server
) -> None:
    server.gives(b"User-agent: *\nCrawl-delay: 7", "/robots.txt")
    clock = Clock()
    hosts = HostLocks(0, clock, clock.sleep)
    robots = RobotsRules(fetcher.fetch, "Backchannel", clock, hosts)
    address = httpx.URL(server.url("/news/1"))
    for _ in range(3):
        async with robots.lock_for_request(address, allow_private=True):
            pass
    assert clock.slept == [7.0, 7.0]
    assert _asked(server) == ["/robots.txt"]
    clock.now += KEPT_FOR
    async with robots.lock_for_request(address, allow_private=True):
        pass
    assert _asked(server) == ["/robots.txt"] * 2


async def test_pages_obey_it_and_feeds_need_not(fetcher: Fetcher, server: Server) -> None:
    server.gives(b"User-agent: *\nDisallow: /", "/robots.txt")
    server.gives(b"<html><body><a class='n' href='/1'>A ferry</a></body></html>")
    page = watcher(server.url(), kind="page", options=options("page", {"select": {"items": ".n"}}))
    polled = await poll(page, SourceState("courier"), fetcher, lambda: NOON)
    assert polled.state.last_error == str(RobotsForbid())
    await poll(watcher(server.url()), SourceState("courier"), fetcher, lambda: NOON)
    assert _asked(server) == ["/robots.txt", "/feed"]
