"""Long answers as pages, each a message that Telegram takes and a telephone shows."""

import html
import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.commands.records import Answer

MAX_UNITS = 3500
MAX_LINES = 30
PREFIX = "page:"
_TAG = re.compile(r"<[^>]*>")


def pages(answer: Answer) -> tuple[str, ...]:
    """The answer's pages; each begins with its title."""
    if answer.ready:
        return answer.ready
    cut: list[list[str]] = [[]]
    for block in map(_fitting, answer.blocks):
        if cut[-1] and not _fits([*cut[-1], block], answer.between):
            cut.append([])
        cut[-1].append(block)
    if len(cut) == 1:
        return (_view(answer, answer.title, cut[0]),)
    return tuple(
        _view(answer, f"{answer.title} ({number} of {len(cut)})", blocks)
        for number, blocks in enumerate(cut, 1)
    )


def keyboard(number: int, of: int) -> InlineKeyboardMarkup | None:
    """The buttons under a page; none where it is the only one."""
    if of == 1:
        return None
    buttons = []
    if number > 0:
        buttons.append(InlineKeyboardButton("‹ Previous", callback_data=f"{PREFIX}{number - 1}"))
    if number < of - 1:
        buttons.append(InlineKeyboardButton("Next ›", callback_data=f"{PREFIX}{number + 1}"))
    return InlineKeyboardMarkup([buttons])


def _view(answer: Answer, title: str, blocks: list[str]) -> str:
    return "\n\n".join(filter(None, (title and f"<b>{title}</b>", answer.between.join(blocks))))


def _fits(blocks: list[str], between: str) -> bool:
    text = between.join(blocks)
    return _units(text) <= MAX_UNITS and text.count("\n") < MAX_LINES


def _fitting(block: str) -> str:
    if _units(block) <= MAX_UNITS:
        return block
    bare = html.unescape(_TAG.sub("", block))
    return html.escape(bare[: MAX_UNITS // 2], quote=False)


def _units(text: str) -> int:
    """At least the length as Telegram counts it: it counts neither tags nor escapes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
