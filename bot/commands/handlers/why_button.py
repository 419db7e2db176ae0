"""The button Why under a message: shows anyone the evidence."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from html import unescape

import store
from bot.commands.records import CommandContext
from bot.configuration.channels import Channel
from bot.messages.rendering import escape, terms
from bot.messages.why_button import PREFIX, digest
from stories import Story

MAX_UNITS = 200
# So often in a minute one user is answered.
A_MINUTE = 12
MAX_USERS = 10_000
GONE = "Sorry, this story is no longer remembered."
SLOWER = "That was often. Try again in a minute."
_WORDS = 4
_WORD = 50
_TITLE = 60


class WhyButton:
    """Answers presses of the button, rate-limited for each user."""

    def __init__(self, context: CommandContext) -> None:
        self._office = context
        self._channels = {
            key: channel
            for channel in context.configuration.channels
            for key in (channel.name, digest(channel.name))
        }
        self._presses: OrderedDict[int, deque[datetime]] = OrderedDict()

    async def answer(self, user: int, data: str) -> str | None:
        """The text to show; None where the user was already told to wait."""
        pressed = self._pressed(user, self._office.clock.now())
        if pressed > A_MINUTE:
            return SLOWER if pressed == A_MINUTE + 1 else None
        story_id, _, key = data.removeprefix(PREFIX).partition(":")
        channel = self._channels.get(key)
        async with self._office.stored.read() as db:
            story = await store.current_story(db, story_id)
        if story is None or channel is None:
            return GONE
        return self._evidence(story, channel) or GONE

    def _pressed(self, user: int, now: datetime) -> int:
        presses = self._presses.setdefault(user, deque(maxlen=A_MINUTE + 2))
        self._presses.move_to_end(user)
        while len(self._presses) > MAX_USERS:
            self._presses.popitem(last=False)
        while presses and presses[0] <= now - timedelta(minutes=1):
            presses.popleft()
        presses.append(now)
        return len(presses)

    def _evidence(self, story: Story, channel: Channel) -> str:
        titles = {
            rule.name: rule.title
            for rule in self._office.configuration.rules
            if channel.name in rule.channels
        }
        return _fitting(_lines(story, titles))


def _lines(story: Story, titles: Mapping[str, str]) -> Iterator[str]:
    """A line for each rule, with the evidence of the first report that it matched."""
    said: set[str] = set()
    for report in story.reports:
        for match in report.matches:
            if match.rule in titles and match.rule not in said:
                said.add(match.rule)
                words = terms(report.document, match.evidence)[:_WORDS]
                quoted = ", ".join(f"“{_bare(word, _WORD)}”" for word in words)
                title = _bare(titles[match.rule], _TITLE)
                yield f"{title}: {quoted}" if quoted else title


def _fitting(lines: Iterable[str]) -> str:
    """The lines that fit into Telegram's limit; at least a part of the first."""
    shown = ""
    for each in lines:
        longer = f"{shown}\n{each}" if shown else each
        if _units(longer) > MAX_UNITS:
            return shown or _cut(each)
        shown = longer
    return shown


def _cut(text: str) -> str:
    while _units(text) > MAX_UNITS - 1:
        text = text[:-1]
    return f"{text}…"


def _bare(text: str, at_most: int) -> str:
    """Text of a source as plain text, without invisible characters."""
    flat = " ".join(unescape(escape(text)).split())
    return flat if len(flat) <= at_most else f"{flat[: at_most - 1]}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
