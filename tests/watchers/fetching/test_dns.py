"""Names of hosts: asked of a real name server on loopback, remembered as long as answers live."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import dns.asyncresolver
import dns.message
import dns.rcode
import dns.rrset
import pytest

from tests.watchers.conftest import Server
from watchers import Limits, errors, open_fetcher
from watchers.fetching import fetcher as module
from watchers.fetching.dns import LONGEST, Resolver
from watchers.fetching.threads import Threads


class NameServer(asyncio.DatagramProtocol):
    """Answers for the names that a test gives it, and counts the questions."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.refuses = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        answer = dns.message.make_response(query)
        if self.refuses:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype.name == "A":
            self.asked.append(name)
            ttl, address = self.names[name]
            answer.answer.append(dns.rrset.from_text(question.name, ttl, "IN", "A", address))
        self.transport.sendto(answer.to_wire(), addr)


class World:
    """A name server, a clock, and a resolver that has both."""

    def __init__(self, names: NameServer, hosts: Path) -> None:
        self.names = names
        self.now = 1_000.0
        self.hosts = hosts
        servers = dns.asyncresolver.Resolver(configure=False)
        servers.nameservers = ["127.0.0.1"]
        servers.port = names.transport.get_extra_info("sockname")[1]
        self.resolver = Resolver(Threads(2), servers=servers, clock=lambda: self.now, hosts=hosts)

    async def addresses(self, name: str) -> list[str]:
        found = await self.resolver.resolve(name, 80, socket.AF_UNSPEC)
        return [one["host"] for one in found]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(NameServer, ("127.0.0.1", 0))
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.9 elsewhere.example # here.example\n", "utf-8")
    yield World(names, hosts)
    transport.close()
    # It is closed in the next round of the loop.
    await asyncio.sleep(0)


async def test_an_answer_is_remembered_for_as_long_as_it_lives(world: World) -> None:
    world.names.names["courier.example"] = (60, "9.9.9.9")
    assert await world.addresses("courier.example") == ["9.9.9.9"]
    world.names.names["courier.example"] = (60, "9.9.9.10")
    world.now += 59
    assert await world.addresses("Courier.Example.") == ["9.9.9.9"]
    world.now += 1
    assert await world.addresses("courier.example") == ["9.9.9.10"]
    assert world.names.asked == ["courier.example"] * 2


@pytest.mark.parametrize(("ttl", "later", "asked"), [(0, 0, 2), (2**31 - 1, LONGEST, 2)])
async def test_answers_that_do_not_live_or_live_for_ever(
    world: World, ttl: int, later: float, asked: int
) -> None:
    world.names.names["courier.example"] = (ttl, "9.9.9.9")
    await world.addresses("courier.example")
    world.now += later
    await world.addresses("courier.example")
    assert len(world.names.asked) == asked


async def test_a_failure_is_not_remembered(world: World) -> None:
    with pytest.raises(socket.gaierror):
        await world.addresses("later.invalid")
    world.names.names["later.invalid"] = (60, "9.9.9.9")
    assert await world.addresses("later.invalid") == ["9.9.9.9"]


async def test_where_no_name_server_helps_the_system_is_asked(world: World) -> None:
    world.names.refuses = True
    assert "127.0.0.1" in await world.addresses("localhost")
    assert await world.addresses("127.0.0.7") == ["127.0.0.7"]


async def test_names_of_the_hosts_file_are_the_systems(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 0))]

    monkeypatch.setattr("watchers.fetching.dns.socket.getaddrinfo", look_up)
    world.names.names["elsewhere.example"] = world.names.names["here.example"] = (60, "9.9.9.9")
    assert await world.addresses("elsewhere.example") == ["127.0.0.9"]
    assert await world.addresses("here.example") == ["9.9.9.9"]
    world.hosts.write_text("127.0.0.9 here.example gone.example\n", "utf-8")
    assert await world.addresses("here.example") == ["127.0.0.9"]
    assert await world.addresses("elsewhere.example") == ["9.9.9.9"]


@pytest.mark.parametrize("name", ["a..b", "x" * 70 + ".example", "é.example", "a b.example"])
async def test_what_is_no_name_is_unknown(world: World, name: str) -> None:
    with pytest.raises(socket.gaierror):
        await world.addresses(name)


async def test_a_name_that_turns_private_is_refused(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was when it was looked at: what is connected to counts."""
    monkeypatch.setattr(module, "Resolver", lambda _: world.resolver)
    server.gives(b"secret")
    url = server.url(host="courier.example")
    async with open_fetcher(user_agent="x", limits=Limits(connect=0.2), pause=0) as fetcher:
        world.names.names["courier.example"] = (0, "127.0.0.1")
        assert (await fetcher.fetch(url, allow_private=True)).body == b"secret"
        with pytest.raises(errors.PrivateAddress):
            await fetcher.fetch(url)
    assert len(server.requests) == 1
