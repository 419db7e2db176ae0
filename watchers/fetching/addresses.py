"""Address filter: which IP addresses may be connected to; private networks are refused."""

import ipaddress
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from aiohttp import AddrInfoType

_Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _networks(written: str) -> _Networks:
    return tuple(map(ipaddress.ip_network, written.split()))


# By IANA's special-purpose registries of October 2025 and not by ipaddress, whose list is of the
# day of the Python version: what is not "globally reachable" there, and multicast. All of
# 192.0.0.0/24 and 2001::/23 is left out, also the few addresses in them that are reachable: they
# are those of gateways in one's own network (RFC 7723, 8155) and of protocols without a web.
_NOT_PUBLIC = _networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
    "224.0.0.0/4 240.0.0.0/4 "
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20"
)
# Of IPv6 this alone is given out (RFC 4291, 2.4); all else is special, or nobody's yet.
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMBER = r"(?:0[xX][0-9a-fA-F]+|[0-9]+)"
_NUMBERS = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{0,3}}")


class AddressRefusedError(OSError):
    """A connection to an address in a private network was refused."""


def is_public(address: str) -> bool:
    """Whether an address, in any notation that systems accept, is publicly routable."""
    ip = _read(address)
    if ip is None or (ip.version == 6 and ip not in _UNICAST):
        return False
    return not any(ip in network for network in _NOT_PUBLIC)


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


def _read(address: str) -> _Address | None:
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
    return ip.ipv4_mapped
