"""Keys in a database that a version before this one wrote."""

from collections.abc import Iterator
from hashlib import blake2b

import pytest

import store
from tests.bot.delivery.newsroom import said
from tests.bot.pipeline.test_ownership import HOME, Bot, Town, town
from tests.making import NOON
from watchers import SourceState

__all__ = ["town"]


def _digest(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode(), digest_size=16).digest()


def _keys_of_before(site: str, *numbers: int) -> Iterator[bytes]:
    """As the version before made them of an entry's id, and of its link and title."""
    for number in numbers:
        link = f"https://{site}/{number}"
        yield _digest("id", link)
        yield _digest("heading", link, said(number if site == HOME else number + 100))


async def _read_before(bot: Bot, site: str) -> None:
    state = SourceState("courier", address=bot.town.url, last_success=NOON, entries=3, home=HOME)
    async with bot.stored.write() as db:
        await store.save_states(db, [state])
        await store.remember_keys(db, {"courier": [*_keys_of_before(site, 1, 2, 3)]}, NOON)


@pytest.mark.parametrize("site", [HOME, f"www.{HOME}"])
async def test_what_a_version_before_has_read_is_known_after_an_upgrade(
    town: Town, site: str
) -> None:
    async with town.bot() as bot:
        await _read_before(bot, site)
    town.serves(site, 1, 2, 3)
    async with town.bot() as bot:
        await bot.poll()
        assert await bot.sites() == []
        town.serves(site, 1, 2, 3, 4)
        await bot.poll()
        assert await bot.sites() == [site]


async def test_what_a_version_before_has_read_is_known_when_the_site_moves(town: Town) -> None:
    async with town.bot() as bot:
        await _read_before(bot, f"www.{HOME}")
        town.serves(f"www.{HOME}", 1, 2, 3)
        await bot.poll()
        town.serves(f"www.{HOME}", 1, 2, 3)
        town.body = town.body.replace(b"https://www.", b"http://")
        await bot.poll()
        assert await bot.sites() == []
