"""Which addresses may be asked: names are resolved here, and private networks kept out of reach."""

import ipaddress
import socket

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from watchers.aside import Aside

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class AddressRefusedError(OSError):
    """An address in a private network was to be connected to."""


def is_public(address: str) -> bool:
    """Whether the address, in any form that a system accepts, lies in the public internet."""
    ip = _read(address)
    if ip is None or not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket to an address just resolved; refused where that is private.

    Called with what will be connected to, so that neither a spelling of an address nor a name
    that changes between check and use makes a difference.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise AddressRefusedError(None, "the address is private")
    return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that slow name servers hold up nothing else."""

    def __init__(self, aside: Aside) -> None:
        """Resolve with the threads given."""
        self._aside = aside

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All addresses of a host."""
        infos = await self._aside(_look_up, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=found,
                proto=protocol,
                flags=_NUMERIC,
            )
            for found, _, protocol, _, address in infos
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[AddrInfoType]:
    flags = socket.AI_ADDRCONFIG
    try:
        return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, flags))
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no name of a host") from None


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(address))
        except (OSError, UnicodeError):
            return None
    return _carried(ip) or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
