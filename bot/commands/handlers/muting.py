"""/mute and /unmute: rules, sources and stories without messages for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

import store
from bot.commands.formatting import length, line
from bot.commands.handlers.evidence import headline
from bot.commands.records import Answer, Asked, CommandContext, SorryError
from bot.commands.story_lookup import link_location, story_asked_about
from bot.configuration.schema import read_duration
from bot.messages.rendering import escape
from store import Mute, Muted

LONGEST = timedelta(weeks=52)
_HOW = (
    "/mute rule NAME 2h, /mute source NAME 1d, or /mute 3d as a reply to a story's message; "
    "without a time, until /unmute."
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What to mute or unmute, its title, and until when."""

    kind: Muted
    name: str
    called: str
    until: datetime | None = None


async def mute(context: CommandContext, asked: Asked) -> Answer:
    """/mute."""
    if not asked.arguments.strip() and asked.about is None:
        return await _listed(context)
    now = context.clock.now()
    words, time = _time(asked.arguments.split())
    wish = await _wish(context, asked, words, "/mute")
    until = now + time if time else None
    async with context.stored.write() as db:
        await store.mute(db, Mute(wish.kind, wish.name, until), now)
    for_how_long = f"for {length(time)}" if time else "until /unmute"
    return Answer(f"Muted {for_how_long}", (f"{wish.called} makes no new messages.",))


async def unmute(context: CommandContext, asked: Asked) -> Answer:
    """/unmute."""
    words = asked.arguments.split()
    if not words and asked.about is None:
        return await _listed(context)
    wish = await _unmuted(context, asked, words)
    async with context.stored.write() as db:
        was_muted = await store.unmute(db, wish.kind, wish.name)
    if not was_muted:
        raise SorryError("That was not muted; /mute lists what is.")
    return Answer("Not muted any more", (f"{wish.called} makes messages again.",))


async def _listed(context: CommandContext) -> Answer:
    now = context.clock.now()
    async with context.stored.read() as db:
        mutes = await store.muted_now(db, now)
        blocks = []
        for one in mutes:
            story = await store.find_story(db, one.name) if one.kind is Muted.STORY else None
            called = f": {headline(story)}" if story else ""
            left = f"for {length(one.until - now)} more" if one.until else "until /unmute"
            blocks.append(f"<code>/unmute {one.kind} {escape(one.name)}</code>{called} ({left})")
    if not blocks:
        return Answer("Nothing is muted", (escape(_HOW),))
    return Answer("Muted", (*blocks, "", escape(_HOW)))


def _time(words: list[str]) -> tuple[list[str], timedelta | None]:
    """The words without the duration at their end, and the time that it leads to."""
    if not words or not words[-1][0].isdigit() or words[-1].startswith("http"):
        return words, None
    try:
        time = read_duration(words[-1].lower())
    except ValueError:
        return words, None
    except OverflowError:
        time = LONGEST * 2
    if not timedelta(0) < time <= LONGEST:
        raise SorryError("A time is at least 1s and at most 52w.")
    return words[:-1], time


async def _wish(context: CommandContext, asked: Asked, words: list[str], command: str) -> _Wish:
    if not words or link_location(words[0]):
        about = Asked(" ".join(words), asked.about)
        story = await story_asked_about(context, about, command)
        return _Wish(Muted.STORY, story.id, f"The story “{headline(story)}”")
    kind, name = (words[0], words[1]) if len(words) == 2 else ("", words[0])
    if len(words) > 2 or kind not in {"", Muted.RULE, Muted.SOURCE}:
        raise SorryError(f"It is written like this: {_HOW}")
    return _named(context, kind, name)


def _named(context: CommandContext, kind: str, name: str) -> _Wish:
    configuration = context.configuration
    known = {
        Muted.RULE: [rule.name for rule in configuration.rules],
        Muted.SOURCE: [watcher.name for watcher in configuration.watchers],
    }
    found = [one for one in known if kind in {"", one} and name in known[one]]
    if len(found) == 2:
        raise SorryError(f"{name} is a rule and a source: write “rule {name}” or “source {name}”.")
    if found:
        return _Wish(found[0], name, f"The {found[0]} <b>{escape(name)}</b>")
    names = [one for each in known if kind in {"", each} for one in known[each]]
    close = get_close_matches(name, names, n=1)
    meant = f"did you mean {close[0]}?" if close else "/rules and /feeds list the names."
    raise SorryError(f"There is no {kind or 'rule or source'} {name}; {meant}")


async def _unmuted(context: CommandContext, asked: Asked, words: list[str]) -> _Wish:
    """What to unmute; it may no longer exist in the configuration."""
    async with context.stored.read() as db:
        mutes = await store.muted_now(db, context.clock.now())
    meant = [one for one in mutes if words in ([one.kind, one.name], [one.name])]
    if len(meant) > 1:
        raise SorryError(f"{words[0]} is muted as a rule and as a source: write which.")
    for one in meant:
        return _Wish(one.kind, one.name, f"The {one.kind} <b>{line(one.name, 80)}</b>")
    if words and words[0] == Muted.STORY:
        raise SorryError("That story is not muted; /mute lists what is.")
    return await _wish(context, asked, words, "/unmute")
