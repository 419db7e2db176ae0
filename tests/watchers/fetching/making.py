"""How the tests of fetching ask a server."""

from watchers import Fetched, Fetcher, Limits, open_fetcher

AGENT = "Backchannel tests/1"
SMALL = Limits(size=200_000)


async def fetch(fetcher: Fetcher, url: str, **conditions: str) -> Fetched:
    return await fetcher.fetch(url, allow_private=True, headers=conditions)


async def fetch_within(limits: Limits, url: str) -> Fetched:
    async with open_fetcher(user_agent=AGENT, limits=limits, pause=0) as fetcher:
        return await fetch(fetcher, url)
