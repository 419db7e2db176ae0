"""DNS resolution with a cache that keeps answers for their TTL."""

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import dns.asyncresolver
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from dns.exception import DNSException
from dns.resolver import Answer

from watchers.fetching.threads import Threads

HOSTS = Path("/etc/hosts")
LONGEST = 86_400.0
_SECONDS = 5.0
_REMEMBERED = 20_000
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
# Any address of the public internet: nothing is sent to it.
_FAR_AWAY = ("2001:4860:4860::8888", 53)

_Found = tuple[socket.AddressFamily, str]


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: float
    addresses: tuple[_Found, ...]


class Resolver(AbstractResolver):
    """Queries the system's name servers directly, since the system's resolver tells no TTL.

    Names without a dot, those in the hosts file, and all that the name servers do not know, are
    looked up as the system does it, in threads; that is not remembered.
    """

    def __init__(
        self,
        in_thread: Threads,
        *,
        servers: dns.asyncresolver.Resolver | None = None,
        clock: Callable[[], float] = time.monotonic,
        hosts: Path = HOSTS,
    ) -> None:
        """Use these threads for the hosts file, and these name servers instead of the system's."""
        self._in_thread = in_thread
        self._servers = servers or _of_the_system()
        self._clock = clock
        self._hosts = _Hosts(hosts)
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._with_ipv6 = _has_ipv6()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host, from the cache or a query."""
        name = host.lower().rstrip(".")
        found: tuple[_Found, ...] = ()
        if self._servers is not None and "." in name and name not in self._hosts:
            found = await self._of_servers(name, self._servers)
        if not found:
            found = await self._in_thread(_look_up, host, family)
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=of, proto=0, flags=_NUMERIC
            )
            for of, address in found
            if family in {socket.AF_UNSPEC, of}
        ]

    async def close(self) -> None:
        """Nothing to close."""

    async def _of_servers(
        self, name: str, servers: dns.asyncresolver.Resolver
    ) -> tuple[_Found, ...]:
        known = self._remembered.get(name)
        if known and self._clock() < known.until:
            return known.addresses
        asked = self._clock()
        kinds = ("AAAA", "A") if self._with_ipv6 else ("A",)
        answers = await asyncio.gather(*(_ask(servers, name, kind) for kind in kinds))
        given = [answer for answer in answers if answer is not None and answer.rrset]
        found = tuple(
            (socket.AF_INET6 if answer.rdtype.name == "AAAA" else socket.AF_INET, record.address)
            for answer in given
            for record in answer
        )
        self._remembered.pop(name, None)
        if found:
            lives = min(answer.chaining_result.minimum_ttl for answer in given)
            self._remembered[name] = _Remembered(asked + min(lives, LONGEST), found)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return found


class _Hosts:
    """The hosts file's entries, read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = 0
        self._names: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        with suppress(OSError):
            if (changed := self._path.stat().st_mtime_ns) != self._changed:
                lines = self._path.read_text("utf-8", "replace").lower().splitlines()
                named = (line.partition("#")[0].split()[1:] for line in lines)
                self._names = frozenset(name for names in named for name in names)
                self._changed = changed
        return name in self._names


async def _ask(servers: dns.asyncresolver.Resolver, name: str, kind: str) -> Answer | None:
    try:
        return await servers.resolve(f"{name}.", kind, lifetime=_SECONDS)
    except (DNSException, OSError, ValueError):
        # The system, which is asked next, says what is wrong.
        return None


def _of_the_system() -> dns.asyncresolver.Resolver | None:
    try:
        return dns.asyncresolver.Resolver()
    except (DNSException, OSError):
        return None


def _has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.connect(_FAR_AWAY)
        return True
    return False


def _look_up(host: str, family: socket.AddressFamily) -> tuple[_Found, ...]:
    flags = socket.AI_ADDRCONFIG
    try:
        infos: list[AddrInfoType] = list(
            socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM, 0, flags)
        )
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no name of a host") from None
    return tuple((socket.AddressFamily(found), str(address[0])) for found, *_, address in infos)
