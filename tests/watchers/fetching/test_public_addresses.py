"""Which addresses are asked at all: public ones, in whatever spelling."""

import httpx
import pytest

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import SMALL, fetch
from watchers import Fetcher, HostLocks
from watchers import errors as faults
from watchers.fetching.addresses import is_public

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("host", PRIVATE)
async def test_private_addresses_are_refused_in_every_spelling(
    server: Server, fetcher: Fetcher, host: str
) -> None:
    server.gives(b"secret")
    # Some systems know no "localhost.".
    expected = (faults.PrivateAddress, faults.UnknownHost)
    with pytest.raises(expected if host == "localhost." else faults.PrivateAddress):
        await fetcher.fetch(server.url(host=host))
    assert not server.requests


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
async def test_a_redirect_to_a_number_is_refused_as_private(
    server: Server, fetcher: Fetcher, host: str
) -> None:
    public = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"Location": server.url(host=host)})
    )

    class Public(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            real = public if request.url.host == "public.example" else fetcher._public
            return await real.handle_async_request(request)

    guarded = Fetcher(Public(), Public(), user_agent="x", limits=SMALL, hosts=HostLocks(0))
    with pytest.raises(faults.PrivateAddress):
        await guarded.fetch("http://public.example/")
    assert not server.requests


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7F.1", "0177.0.0.1"])
async def test_a_number_that_is_allowed_is_read_as_systems_read_it(
    server: Server, fetcher: Fetcher, host: str
) -> None:
    server.gives(b"x")
    assert (await fetch(fetcher, server.url(host=f"me:secret@{host}"))).body == b"x"


@pytest.mark.parametrize("host", [host.strip("[]") for host in PRIVATE if "local" not in host])
def test_a_private_address_is_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize(
    "host", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "::ffff:9.9.9.9", "151913737"]
)
def test_a_public_address_is_public(host: str) -> None:
    assert is_public(host)


async def test_a_redirect_to_a_private_address_is_refused(fetcher: Fetcher) -> None:
    """The first answer comes from a stand-in for a public server."""
    public = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"Location": "http://127.0.0.1:1/"})
    )

    class Public(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            real = fetcher._public if request.url.host == "127.0.0.1" else public
            return await real.handle_async_request(request)

    guarded = Fetcher(Public(), Public(), user_agent="x", limits=SMALL, hosts=HostLocks(0))
    with pytest.raises(faults.PrivateAddress):
        await guarded.fetch("http://public.example/")


async def test_a_private_address_can_be_allowed(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    fetched = await fetcher.fetch(server.url(host="localhost"), allow_private=True)
    assert fetched.body == b"x"
