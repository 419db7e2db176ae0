"""The story that somebody asks about."""

import re

import store
from bot.commands.records import Asked, Office, SorryError, Spot
from stories import Story

_LINK = re.compile(
    r"(?:https?://)?t\.me/(?:c/(?P<id>\d+)|(?P<name>[A-Za-z]\w{3,31}))(?:/\d+)?/(?P<message>\d+)"
    r"(?:\?\S*)?"
)
_PREFIX = "telegram:"
_TELL = (
    "Reply with this command to one of the bot's messages, here or in its channel "
    "(“Reply in another chat”), or give the message's link: {} https://t.me/your_channel/123"
)
_SEVERAL = "That message tells several stories, and this is about one: /stories lists them."
_UNKNOWN = "That message is none of a story, or its story is forgotten by now."


def link_spot(text: str) -> Spot | None:
    """Where a link to a message leads, if the text is one."""
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    chat = f"-100{found['id']}" if found["id"] else ""
    return Spot(chat, found["name"] or "", int(found["message"]))


def spot_link(address: str, message: int) -> str:
    """The link to a message at an address; "" where there can be none."""
    chat, _, topic = address.removeprefix(_PREFIX).partition("/")
    between = f"/{topic}" if topic else ""
    if chat.startswith("@"):
        return f"https://t.me/{chat[1:]}{between}/{message}"
    if chat.startswith("-100"):
        return f"https://t.me/c/{chat[4:]}{between}/{message}"
    return ""


def stands_in(address: str, chat: str, username: str) -> bool:
    """Whether an address is in the chat with this id or public name."""
    if not address.startswith(_PREFIX):
        return False
    where = address.removeprefix(_PREFIX).partition("/")[0]
    return where == chat or (bool(username) and where.casefold() == f"@{username}".casefold())


async def story_asked_about(office: Office, asked: Asked, command: str) -> Story:
    """The story of the message that is replied to, or whose link is given.

    Raises:
        SorryError: there is no such message or story.
    """
    spot = link_spot(asked.arguments.strip()) or asked.about
    if spot is None:
        raise SorryError(_TELL.format(command))
    story = await _story_at(office, spot)
    if story is None:
        raise SorryError(_UNKNOWN)
    return story


async def _story_at(office: Office, spot: Spot) -> Story | None:
    addresses = [
        address
        for address in map(office.address, office.configuration.all_channels)
        if stands_in(address, spot.chat, spot.username)
    ]
    async with office.stored.read() as db:
        found = await store.story_at(db, addresses, spot.message)
        story = store.story_of(found.story) if found else ""
        if found and found.story.startswith((store.GATHERED, store.DIGEST)):
            raise SorryError(_SEVERAL)
        return await store.find_story(db, story) if story else None
