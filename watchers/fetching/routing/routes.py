"""Routes: the transport for each way to servers, made when it is first taken."""

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from watchers.access import Route, proxy_with_secrets
from watchers.errors import PrivateAddress, UnknownHost
from watchers.fetching.addresses import is_public
from watchers.fetching.dns import Resolver
from watchers.fetching.threads import Threads

_NAMES_AT_A_TIME = 8


class Routes:
    """Transports by route; `environment` has the secrets of proxies."""

    def __init__(
        self, resolver: Resolver | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Look up names with this resolver, and secrets in this environment."""
        self.environment = os.environ if environment is None else environment
        self._resolver = resolver or Resolver(Threads(_NAMES_AT_A_TIME))
        self._made: dict[tuple[Route, bool], httpx.AsyncBaseTransport] = {}

    def transport(self, route: Route, *, allow_private: bool) -> httpx.AsyncBaseTransport:
        """The transport of a route, the same each time.

        Raises:
            MissingVariable, UnfitVariable: a secret of the proxy is not in the environment.
        """
        key = (route, allow_private)
        if key not in self._made:
            # httpcore and h2 take 4 MB, which are spent only where they are needed.
            from watchers.fetching.routing.pool import PoolTransport  # noqa: PLC0415

            look_up = _Checked(self._resolver, route, allow_private=allow_private)
            proxy = proxy_with_secrets(route.proxy, self.environment)
            self._made[key] = PoolTransport(look_up, proxy=proxy, http2=route.http2)
        return self._made[key]

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._made.values():
            await transport.aclose()
        self._made.clear()


@dataclass(frozen=True, slots=True)
class _Checked:
    """The addresses of hosts; private ones are left out unless they are allowed."""

    resolver: Resolver
    route: Route
    allow_private: bool

    async def __call__(self, host: str, port: int) -> list[str]:
        if _is_address(host):
            return self._reachable([host])
        if self.route.proxy and (self.allow_private or self.route.proxy_resolves):
            return [host]
        try:
            found = await self.resolver.resolve(host, port, socket.AF_UNSPEC)
        except OSError:
            raise UnknownHost from None
        addresses = [one["host"] for one in found]
        # A proxy is more likely to have a way to the old internet.
        return self._reachable(sorted(addresses, key=lambda address: ":" in address))

    def _reachable(self, addresses: list[str]) -> list[str]:
        kept = [one for one in addresses if self.allow_private or is_public(one)]
        if not kept:
            raise PrivateAddress
        return kept


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
