"""Which addresses are asked at all: public ones, in whatever spelling."""

import ipaddress

import httpx
import pytest

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import SMALL, fetch
from tests.watchers.fetching.special_addresses import REFUSED_ALL_THE_SAME, REGISTRIES
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


BLOCKS = [line.split()[:2] for line in REGISTRIES.strip().splitlines()]


@pytest.mark.parametrize(("block", "reachable"), BLOCKS)
def test_special_addresses_are_as_their_registries_say(block: str, reachable: str) -> None:
    network = ipaddress.ip_network(block)
    expected = reachable == "True" and block not in REFUSED_ALL_THE_SAME.split()
    middle = network[network.num_addresses // 2]
    for address in {network[0], network[-1], middle}:
        assert is_public(str(address)) is expected, address


@pytest.mark.parametrize("block", [block for block, said in BLOCKS if said != "True"])
def test_a_private_address_in_an_ipv6_address_is_private(block: str) -> None:
    network = ipaddress.ip_network(block)
    if network.version == 4:
        for prefix in ("64:ff9b::", "::ffff:"):
            assert not is_public(f"{prefix}{network[-1]}")


NEIGHBOURS = """
1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
169.253.255.255 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255
192.88.100.0 192.167.255.255 198.17.0.0 198.20.0.0 198.51.99.255 203.0.114.0 223.255.255.255
2000:: 2001:200:: 2001:db7:ffff:: 2001:db9:: 2003:: 2a00:1450::1 2606:4700::1 3ffe:: 3fff:1000::
64:ff9b::1.1.1.1
"""


@pytest.mark.parametrize("address", NEIGHBOURS.split())
def test_the_neighbours_of_special_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["192.0.0.192", "fd00:ec2::254", "100.100.100.200"])
async def test_the_metadata_of_clouds_is_out_of_reach(fetcher: Fetcher, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(faults.PrivateAddress):
        await fetcher.fetch(f"http://{host}/")


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
