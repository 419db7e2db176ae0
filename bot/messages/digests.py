"""Several stories in one text: digests and batches. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.configuration.digest_schedule import Period
from bot.messages.chart import Chart
from bot.messages.localisation import digits, number, span
from bot.messages.mention_counts import chart
from bot.messages.rendering import ChannelView, escape, headline, takers, units
from rules import Lexicon
from stories import Stance, Story, independent

# What Telegram takes is a little more: 4096 without markup, and about 9500 with it.
MAX_SHOWN, MAX_WRITTEN = 4000, 8000
# Telegram forgets the marks of a text beyond its hundredth.
MAX_MARKS = 100
MAX_TAKERS = 3
# Of a digest. Who wants to read more reads the channel.
MAX_STORIES = 30
# What weighs as much as so many independent sources.
_PRIORITY, _STANCE = 3, 2
_NUMBER = " (99/99)"


@dataclass(frozen=True, slots=True)
class BatchText:
    """A batch: a text in Telegram's HTML, and the ids of its stories."""

    text: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest: its texts, and for a week a chart with its caption."""

    texts: tuple[str, ...]
    caption: str = ""
    chart: Chart | None = None


def compose(
    stories: Iterable[Story],
    period: Period,
    page: ChannelView,
    lexicon: Lexicon,
    links: Mapping[str, str],
) -> Digest | None:
    """The digest of a channel's stories in a period; None where there are none.

    `links` are where stories have messages of their own, by id.
    """
    told = sorted(
        (story for story in stories if _belongs(story, period)),
        key=lambda story: (-_weight(story, page), -story.updated.timestamp()),
    )
    if not told:
        return None
    labels, language = page.labels, page.channel.language
    title = labels.weekly_digest if period.is_week else labels.daily_digest
    heading = title.format(span(period.begin, period.end, page.channel.timezone, language))
    shown = [one.text for one in texts(told[:MAX_STORIES], page, heading, links)]
    if len(told) > MAX_STORIES:
        more = labels.more_stories.format(number(len(told) - MAX_STORIES, language))
        shown[-1] += f"\n\n<i>{more}</i>"
    picture = chart(told, period, page, lexicon) if period.is_week else None
    if picture is None:
        return Digest(tuple(shown))
    reports = sum(period.includes(r.document.published) for story in told for r in story.reports)
    totals = labels.totals.format(number(len(told), language), number(reports, language))
    return Digest(tuple(shown), f"<b>{escape(heading)}</b>\n{totals}", picture)


def texts(
    items: Sequence[Story], page: ChannelView, heading: str, links: Mapping[str, str]
) -> list[BatchText]:
    """Stories in as few texts as possible, in order, each text under the heading.

    `links` are where stories have messages of their own, by id: their headlines lead there.
    """
    groups = list(_groups(items, page, heading, links))
    return [
        BatchText(
            "\n\n".join((_heading(heading, page, place, len(groups)), *told.values())), tuple(told)
        )
        for place, told in enumerate(groups, 1)
    ]


def _belongs(story: Story, period: Period) -> bool:
    """Whether a story was opened or updated in the period."""
    moments = (story.opened, *(report.document.published for report in story.reports))
    return story.opened < period.end and any(map(period.includes, moments))


def _weight(story: Story, page: ChannelView) -> int:
    """The rank of a story: independent sources, positions, and priority rules."""
    stances = {report.reading.stance for report in story.reports} - {Stance.REPORTS}
    matters = any(page.rules[name].priority for name in story.rules if name in page.rules)
    return len(independent(story)) + _STANCE * len(stances) + _PRIORITY * matters


def _groups(
    items: Sequence[Story], page: ChannelView, heading: str, links: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    group: dict[str, str] = {}
    begin = _heading(heading + _NUMBER, page)
    for story in items:
        item = _item(story, page, links.get(story.id, ""))
        if group and not _fits((begin, *group.values(), item)):
            yield group
            group = {}
        group[story.id] = item
    if group:
        yield group


def _item(story: Story, page: ChannelView, link: str) -> str:
    said = " · ".join(takers(story, page, MAX_TAKERS))
    return f"{headline(story.lead, link)}\n{said}"


def _heading(heading: str, page: ChannelView, place: int = 1, of: int = 1) -> str:
    numbered = digits(f" ({place}/{of})", page.channel.language) if of > 1 else ""
    return f"<b>{escape(heading)}{numbered}</b>"


def _fits(parts: Sequence[str]) -> bool:
    text = "\n\n".join(parts)
    return text.count("</") <= MAX_MARKS and len(text) <= MAX_WRITTEN and units(text) <= MAX_SHOWN
