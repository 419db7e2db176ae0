"""Looking up the story that a command is about: by reply, link, or id."""

import re

import store
from bot.commands.records import Asked, CommandContext, MessageLocation, SorryError
from bot.messages.links import TELEGRAM
from stories import Story

_LINK = re.compile(
    r"(?:https?://)?t\.me/(?:c/(?P<id>\d+)|(?P<name>[A-Za-z]\w{3,31}))(?:/\d+)?/(?P<message>\d+)"
    r"(?:\?\S*)?"
)
_TELL = (
    "Reply with this command to one of the bot's messages, here or in its channel "
    "(“Reply in another chat”), or give the message's link: {} https://t.me/your_channel/123"
)
_SEVERAL = "That message tells several stories, and this is about one: /stories lists them."
_UNKNOWN = "That message is none of a story, or its story is forgotten by now."


def link_location(text: str) -> MessageLocation | None:
    """The message that a t.me link leads to, if the text is one."""
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    chat = f"-100{found['id']}" if found["id"] else ""
    return MessageLocation(chat, found["name"] or "", int(found["message"]))


def stands_in(address: str, chat: str, username: str) -> bool:
    """Whether an address is in the chat with this id or public name."""
    if not address.startswith(TELEGRAM):
        return False
    where = address.removeprefix(TELEGRAM).partition("/")[0]
    return where == chat or (bool(username) and where.casefold() == f"@{username}".casefold())


async def story_asked_about(context: CommandContext, asked: Asked, command: str) -> Story:
    """The story of the message that is replied to, or linked.

    Raises:
        SorryError: there is no such message or story.
    """
    location = link_location(asked.arguments.strip()) or asked.about
    if location is None:
        raise SorryError(_TELL.format(command))
    return await story_at(context, location)


async def story_at(context: CommandContext, location: MessageLocation) -> Story:
    """The story of a message at a location.

    Raises:
        SorryError: there is none, or there are several.
    """
    addresses = [
        address
        for address in map(context.address, context.configuration.all_channels)
        if stands_in(address, location.chat, location.username)
    ]
    async with context.stored.read() as db:
        found = await store.story_at(db, addresses, location.message)
        if found and found.story.startswith((store.GATHERED, store.DIGEST)):
            raise SorryError(_SEVERAL)
        named = store.story_of(found.story) if found else ""
        story = await store.current_story(db, named) if named else None
    if story is None:
        raise SorryError(_UNKNOWN)
    return story
