"""/add: find a source, show it, and add it on confirmation."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from bot.clock import Clock
from bot.commands.formatting import line
from bot.commands.records import Adding, Answer, Asked, CommandContext, Question, SorryError
from bot.configuration import adding
from bot.configuration.adding import Keys
from bot.configuration.records import Configuration
from bot.errors import ConfigurationError, NotWritableError, UnreadableSourceError
from bot.messages.rendering import escape
from watchers import Entry
from watchers.discovery import Source

SECONDS: Final = 30.0
OPEN: Final = timedelta(minutes=15)
MAX_SHOWN: Final = 5
MAX_OTHERS: Final = 3
_TITLE, _URL = 120, 300
_HOW = "Write the address of a site or of its feed, or a public channel: /add https://example.org"
_NOT_HERE = "The bot was not started from a configuration file to which it could be added."


def adding_to(file: Path, clock: Clock, configuration: Configuration) -> Adding:
    """How watchers are added to a configuration file; private addresses are not requested."""
    found = partial(
        adding.sources,
        now=clock.now,
        contact=configuration.contact,
        access=configuration.access,
        allow_private=False,
    )
    return Adding(file, found)


async def add(context: CommandContext, asked: Asked) -> Answer:
    """/add."""
    address = asked.arguments.strip()
    if not address or len(address.split()) > 1:
        raise SorryError(_HOW)
    if context.adding is None:
        raise SorryError(_NOT_HERE)
    source, *others = await _sources(context.adding, address)
    configuration = context.configuration
    for watcher in configuration.watchers:
        if watcher.url == source.url:
            raise SorryError(f"{source.url} is watched already, as {watcher.name}.")
    keys = adding.keys(source, configuration.names)
    # Matching many entries would hold up everything else on the loop.
    found = await asyncio.to_thread(adding.matches, source, configuration.matcher)
    until = context.clock.now() + OPEN
    question = Question(
        asked.user, until, "Add", "Leave it", partial(_write, context.adding, keys, source.url)
    )
    blocks = (_about(source), *_shown(found), *_others(others))
    return Answer(f"Add {line(keys['title'], _TITLE)}?", blocks, "\n\n", question=question)


async def _sources(by: Adding, address: str) -> Sequence[Source]:
    try:
        async with asyncio.timeout(SECONDS):
            return await by.sources(address)
    except TimeoutError:
        raise SorryError(f"That took longer than {SECONDS:g} s. Try again later.") from None
    except UnreadableSourceError as error:
        raise SorryError(str(error)) from error


async def _write(by: Adding, keys: Keys, url: str) -> str:
    try:
        await asyncio.to_thread(adding.write, by.file, [keys])
    except (ConfigurationError, NotWritableError) as error:
        raise SorryError(f"It was not added. {error}") from error
    return f"Added as <b>{escape(keys['name'])}</b>, and read from now on.\n{line(url, _URL)}"


def _about(source: Source) -> str:
    return f"{escape(source.kind)}: <code>{line(source.url, _URL)}</code>"


def _shown(found: Sequence[tuple[Entry, list[str]]]) -> Sequence[str]:
    matched = [(entry, names) for entry, names in found if names]
    told = f"<b>{len(matched)} of its {len(found)} entries would have been matched.</b>"
    return (
        told,
        *(
            f"{line(entry.title or entry.text, _TITLE)}\n<i>{escape(', '.join(names))}</i>"
            for entry, names in matched[:MAX_SHOWN]
        ),
    )


def _others(others: Sequence[Source]) -> Sequence[str]:
    if not others:
        return ()
    listed = "\n".join(f"<code>/add {line(one.url, _URL)}</code>" for one in others[:MAX_OTHERS])
    return (f"There are others:\n{listed}",)
