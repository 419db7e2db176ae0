"""A proxy on loopback, HTTP and SOCKS 5, that leads all that it lets through to one server."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class FakeProxy:
    """Keeps what it was asked for, and with which user and password."""

    leads_to: int
    wants: str = ""
    port: int = 0
    targets: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    status: bytes = b"200 Connection established"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        admitted = (
            await self._socks(reader, writer)
            if first == b"\x05"
            else await self._http(first + await reader.readuntil(b"\r\n\r\n"), writer)
        )
        if admitted:
            there, back = await asyncio.open_connection("127.0.0.1", self.leads_to)
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        writer.close()

    async def _http(self, head: bytes, writer: asyncio.StreamWriter) -> bool:
        lines = head.decode().split("\r\n")
        method, target, _ = lines[0].split(" ")
        assert method == "CONNECT"
        self.targets.append(target)
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        original = dict(line.split(": ", 1) for line in lines[1:] if line)
        given = original.get("Proxy-Authorization", "Basic ").removeprefix("Basic ")
        self.users.append(b64decode(given).decode())
        assert headers["host"] == target
        refused = self.wants and self.users[-1] != self.wants
        status = b"407 Proxy Authentication Required" if refused else self.status
        writer.write(b"HTTP/1.1 " + status + b"\r\n\r\n")
        await writer.drain()
        return status.startswith(b"200")

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        wanted = 2 if self.wants else 0
        writer.write(bytes([5, wanted if wanted in methods else 255]))
        if wanted not in methods:
            return False
        if self.wants:
            await reader.readexactly(1)
            user, password = [
                (await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in "ab"
            ]
            self.users.append(f"{user}:{password}")
            refused = self.users[-1] != self.wants
            writer.write(bytes([1, refused]))
            if refused:
                return False
        kind = (await reader.readexactly(4))[3]
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.targets.append(f"{host.decode() if kind == 3 else '.'.join(map(str, host))}:{port}")
        fails = not self.status.startswith(b"200")
        # In pieces, as networks deliver.
        for byte in bytes([5, 5 if fails else 0, 0, 3, 4]) + b"name" + bytes(2):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        return not fails


@asynccontextmanager
async def open_proxy(proxy: FakeProxy, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Open it, and give its host and port."""
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{proxy.port}"
    finally:
        server.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
