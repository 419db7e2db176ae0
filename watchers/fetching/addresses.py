"""Address filter: which IP addresses may be connected to; private networks are refused."""

import ipaddress
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from aiohttp import AddrInfoType

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMBER = r"(?:0[xX][0-9a-fA-F]+|[0-9]+)"
_NUMBERS = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{0,3}}")


class AddressRefusedError(OSError):
    """A connection to an address in a private network was refused."""


def is_public(address: str) -> bool:
    """Whether an address, in any notation that systems accept, is publicly routable."""
    ip = _read(address)
    if ip is None or not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)


def spelt_out(url: str) -> str:
    """The URL with a host such as 127.1 or 0x7f000001 in dotted notation: 127.0.0.1."""
    with suppress(ValueError, OSError):
        parts = urlsplit(url)
        if (host := parts.hostname) and _NUMBERS.fullmatch(host):
            plain = socket.inet_ntoa(socket.inet_aton(host))
            before, at, after = parts.netloc.rpartition("@")
            return parts._replace(netloc=f"{before}{at}{plain}{after[len(host) :]}").geturl()
    return url


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket for an address just resolved; raises where that is private.

    Called with what will be connected to, so that neither a spelling of an address nor a name
    that changes between check and use makes a difference.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise AddressRefusedError(None, "the address is private")
    return socket.socket(family, kind, protocol)


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
