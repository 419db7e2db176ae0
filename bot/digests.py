"""Many stories in few messages: digests, and what was gathered instead of being sent singly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.rendering import Page, escape, headline, takers
from stories import Story

# Counted with markup and escapes: what Telegram counts is less.
MAX_LENGTH = 4000
# Telegram forgets the marks of a text beyond its hundredth.
MAX_MARKS = 100
MAX_TAKERS = 3
_NUMBER = "  (99/99)"


@dataclass(frozen=True, slots=True)
class Told:
    """A message in Telegram's HTML, and the ids of the stories that it tells."""

    text: str
    stories: tuple[str, ...]


def texts(items: Sequence[Story], page: Page, heading: str, links: Mapping[str, str]) -> list[Told]:
    """Stories in as few messages as can be, in their order, each below the heading.

    `links` are where stories have messages of their own, by id: their headlines lead there.
    """
    groups = list(_groups(items, page, heading, links))
    return [
        Told("\n\n".join((_heading(heading, number, len(groups)), *told.values())), tuple(told))
        for number, told in enumerate(groups, 1)
    ]


def _groups(
    items: Sequence[Story], page: Page, heading: str, links: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    group: dict[str, str] = {}
    begin = _heading(heading + _NUMBER, 1, 1)
    for story in items:
        item = _item(story, page, links.get(story.id, ""))
        if group and not _fits((begin, *group.values(), item)):
            yield group
            group = {}
        group[story.id] = item
    if group:
        yield group


def _item(story: Story, page: Page, link: str) -> str:
    said = " · ".join(takers(story, page, MAX_TAKERS))
    return f"{headline(story.lead, link)}\n{said}"


def _heading(heading: str, number: int, of: int) -> str:
    numbered = f"{heading} ({number}/{of})" if of > 1 else heading
    return f"<b>{escape(numbered)}</b>"


def _fits(parts: Sequence[str]) -> bool:
    text = "\n\n".join(parts)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return units <= MAX_LENGTH and text.count("</") <= MAX_MARKS
