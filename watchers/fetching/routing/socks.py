"""The client's side of SOCKS 5 (RFC 1928, RFC 1929): CONNECT, with or without a password."""

import ipaddress
from collections.abc import Awaitable, Callable

from watchers.errors import ProxyFault

_VERSION, _NO_AUTH, _PASSWORD, _CONNECT, _NAME = 5, 0, 2, 1, 3
_LONGEST = 255
_ADDRESS_BYTES = {1: 4, 4: 16}
_REASONS = {
    1: "it has failed",
    2: "its rules do not allow it",
    3: "the network cannot be reached",
    4: "the host cannot be reached",
    5: "the connection was refused",
    6: "it took too long",
    7: "it knows no such command",
    8: "it knows no such kind of address",
}

Write = Callable[[bytes], Awaitable[None]]
Read = Callable[[int], Awaitable[bytes]]
"""Reads exactly so many bytes, or raises."""


async def connect(
    write: Write, read: Read, target: tuple[str, int], auth: tuple[str, str] | None
) -> None:
    """Have the proxy at the other end connect to a host (a name or an address) and port.

    Raises:
        ProxyFault: it does not.
    """
    methods = bytes([_NO_AUTH, _PASSWORD] if auth else [_NO_AUTH])
    await write(bytes([_VERSION, len(methods)]) + methods)
    version, method = await read(2)
    if version != _VERSION:
        raise ProxyFault("it does not speak SOCKS 5")
    if method == _PASSWORD and auth:
        await _log_in(write, read, auth)
    elif method != _NO_AUTH:
        raise ProxyFault("it wants another user name or password")
    host, port = target
    await write(bytes([_VERSION, _CONNECT, 0]) + _address(host) + port.to_bytes(2, "big"))
    _, reply, _, kind = await read(4)
    if reply:
        raise ProxyFault(_REASONS.get(reply, f"its reply is {reply}"))
    # The address that it uses itself, which nobody needs.
    await read((_ADDRESS_BYTES.get(kind) or (await read(1))[0]) + 2)


async def _log_in(write: Write, read: Read, auth: tuple[str, str]) -> None:
    user, password = (part.encode() for part in auth)
    if max(len(user), len(password)) > _LONGEST:
        raise ProxyFault("SOCKS takes no user name or password of more than 255 bytes")
    await write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
    _, status = await read(2)
    if status:
        raise ProxyFault("it refuses the user name and password")


def _address(host: str) -> bytes:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")[:_LONGEST]
        return bytes([_NAME, len(name)]) + name
    return bytes([1 if ip.version == 4 else 4]) + ip.packed
