"""How the tests of fetching ask a server."""

import asyncio

from watchers import Fetched, Fetcher, Limits, open_fetcher

AGENT = "Backchannel tests/1"
SMALL = Limits(size=200_000)


async def fetch(fetcher: Fetcher, url: str, **conditions: str) -> Fetched:
    return await fetcher.fetch(url, allow_private=True, headers=conditions)


async def fetch_within(limits: Limits, url: str) -> Fetched:
    async with open_fetcher(user_agent=AGENT, limits=limits, pause=0) as fetcher:
        return await fetch(fetcher, url)


async def raw_server(*packets: bytes) -> tuple[asyncio.Server, str]:
    """A server that answers every request with these bytes, and its address."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for packet in packets:
            writer.write(packet)
            await writer.drain()
            # Each by itself, as far as that can be had.
            await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
