"""Rendering of a story as a message in Telegram's HTML. Pure."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.configuration.channels import Channel
from bot.messages.follow_ups import FollowUp, Kind
from bot.messages.labels import Labels
from bot.messages.localisation import enumeration, moment
from rules import Document, Evidence, Match, Rule, field_text
from stories import Report, Sentence, Stance, Story, independent, summarise

MAX_UNITS = 4096
MAX_HEADLINE = 300
MAX_OUTLETS = 12
MAX_TERMS = 6
MAX_REASONS = 6
MAX_TERM = 60
MAX_LINK = 2000
# Controls, and the characters that reorder or hide the text around them. ZWNJ and ZWJ stay:
# Persian is misspelt without them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ChannelView:
    """What a message is written for: the channel, its labels, its rules and its names of actors."""

    channel: Channel
    labels: Labels
    rules: Mapping[str, Rule]
    names: Mapping[str, str]


def render(story: Story, page: ChannelView, earlier: Story | None = None) -> str:
    """The story's message: headline, summary, who says so and when, why it matched, hashtags.

    `earlier` is the story that it follows.
    """
    matched = [page.rules[name] for name in story.rules if name in page.rules]
    parts = [
        headline(story.lead),
        *_told(story, page),
        "\n".join(filter(None, (*_sources(story, page), _follows(earlier, page)))),
        _why(story, matched, page.labels),
        _hashtags(matched),
    ]
    return "\n\n".join(filter(None, parts))


def render_follow_up(follow_up: FollowUp, story: Story, page: ChannelView) -> str:
    """A follow-up: the reply to a story's message when somebody confirms or denies it."""
    labels = page.labels
    match follow_up.kind:
        case Kind.DENIED:
            said = labels.now_denied.format(_who(follow_up.report, page))
        case Kind.CONFIRMED:
            said = labels.now_confirmed.format(_who(follow_up.report, page))
        case Kind.SOURCES:
            outlets = enumeration(
                [_outlet(one) for one in follow_up.sources], page.channel.language
            )
            said = labels.now_sources.format(len(follow_up.sources), outlets)
            return f"<b>{said}</b>"
    alone = replace(story, reports=(follow_up.report,))
    summary = _summary(summarise(alone, page.channel.language)[:1], alone)
    return "\n\n".join(filter(None, (f"<b>{said}</b>", headline(follow_up.report), summary)))


def render_moved(gone: Story, into: Story, page: ChannelView, link: str) -> str:
    """What a story's message says when the story goes on in another, whose message is there."""
    return f"{headline(gone.lead)}\n\n{_pointing(page.labels.goes_on, into, link)}"


def escape(text: str) -> str:
    """Escape a source's text for Telegram's HTML, and remove invisible characters."""
    return html.escape(_UNSAFE.sub("", text), quote=False)


def units(text: str) -> int:
    """The length of a text in HTML as Telegram counts it: UTF-16 code units without markup."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """A message without markup, cut to Telegram's limit."""
    bare = html.unescape(_TAG.sub("", text))
    units = bare.encode("utf-16-le", "replace")[: MAX_UNITS * 2]
    return html.escape(units.decode("utf-16-le", "ignore"), quote=False)


def headline(report: Report, link: str = "") -> str:
    """The headline of a report, which leads to its article, or to the address that is given."""
    document = report.document
    title = document.title or " ".join(document.text.split()) or document.link
    return f"<b>{_link(link or document.link, _shortened(title, MAX_HEADLINE))}</b>"


def takers(story: Story, page: ChannelView, at_most: int = MAX_OUTLETS) -> Iterator[str]:
    """Who reports the story, who denies and who confirms it, each in a line; so many of each.

    Outlets of one owner, and copies of one agency, count and are named once.
    """
    labels = page.labels
    sources = independent(story)
    outlets = _listed([_outlet(report) for report in sources], page, at_most)
    yield labels.reported_by.format(len(sources), outlets) if len(sources) > 1 else outlets
    alone = len({report.outlet for report in story.reports}) == 1
    for stance, label in (
        (Stance.DENIES, labels.denied_by),
        (Stance.CONFIRMS, labels.confirmed_by),
    ):
        taking = [report for report in story.reports if report.reading.stance is stance]
        who = dict.fromkeys(_who(one, page, alone=alone) for one in taking)
        if who:
            yield f"<b>{label.format(_listed(list(who), page, at_most))}</b>"


def terms(document: Document, evidence: Iterable[Evidence]) -> list[str]:
    """The words of evidence as they stand in the document, each once, phrases before words.

    Evidence comes in the order of the document; what stands inside a longer one is left out.
    """
    outermost: list[Evidence] = []
    for one in evidence:
        last = outermost[-1] if outermost else None
        if last is None or last.field is not one.field or one.end > last.end:
            outermost.append(one)
    found = (field_text(document, one.field)[one.start : one.end] for one in outermost)
    words = {word.casefold(): word for word in (" ".join(text.split()) for text in found)}
    return sorted(words.values(), key=lambda word: " " not in word)


def _told(story: Story, page: ChannelView) -> Iterator[str]:
    """The summary; under an abstract only its first sentence, to see what that rests on."""
    language = page.channel.language
    sentences = summarise(story, language)
    abstract = story.abstract(language) if page.channel.abstract else ""
    if abstract:
        yield page.labels.abstract.format(escape(abstract))
    yield _summary(sentences[:1] if abstract else sentences, story)


def _summary(sentences: Sequence[Sentence], story: Story) -> str:
    """The sentences, those of one report together, each report named unless all are the lead's."""
    paragraphs: list[str] = []
    for _, group in groupby(sentences, key=lambda sentence: sentence.report.entry):
        said = list(group)
        text = " ".join(escape(str(sentence)) for sentence in said)
        only_lead = all(one.report.entry == story.lead.entry for one in sentences)
        source = "" if only_lead else f" ({_outlet(said[0].report)})"
        paragraphs.append(text + source)
    return "\n".join(paragraphs)


def _sources(story: Story, page: ChannelView) -> Iterator[str]:
    yield from takers(story, page)
    zone, language = page.channel.timezone, page.channel.language
    begun = moment(story.lead.document.published, zone, language)
    newest = max(report.document.published for report in story.reports)
    updated = moment(newest, zone, language)
    yield begun if updated == begun else page.labels.updated.format(begun, updated)


def _who(report: Report, page: ChannelView, *, alone: bool = False) -> str:
    """Who denies or confirms, and where it says so; the outlet alone where nobody is known.

    An outlet that stands alone need not be named again.
    """
    actors = [escape(page.names.get(actor, actor)) for actor in report.reading.actors]
    names = enumeration(actors, page.channel.language)
    if not names or alone:
        return names or _outlet(report)
    return f"{names} ({_outlet(report)})"


def _listed(items: Sequence[str], page: ChannelView, at_most: int) -> str:
    shown = enumeration(items[:at_most], page.channel.language)
    more = len(items) - at_most
    return page.labels.and_more.format(shown, more) if more > 0 else shown


def _outlet(report: Report) -> str:
    return _link(report.document.link, report.outlet)


def _follows(earlier: Story | None, page: ChannelView) -> str:
    return _pointing(page.labels.follows, earlier) if earlier else ""


def _pointing(label: str, story: Story, link: str = "") -> str:
    document = story.lead.document
    title = document.title or document.text or document.link
    return label.format(_link(link or document.link, _shortened(title, MAX_HEADLINE)))


def _why(story: Story, matched: Iterable[Rule], labels: Labels) -> str:
    titles = {rule.name: rule.title for rule in matched}
    reasons: dict[str, str] = {}
    for report in story.reports:
        for match in report.matches:
            if match.rule in titles and len(reasons) < MAX_REASONS:
                reasons.setdefault(match.rule, _reason(titles[match.rule], match, report.document))
    return f"<i>{labels.why.format('; '.join(reasons.values()))}</i>" if reasons else ""


def _reason(title: str, match: Match, document: Document) -> str:
    words = terms(document, match.evidence)[:MAX_TERMS]
    quoted = ", ".join(f"“{escape(_shortened(word, MAX_TERM))}”" for word in words)
    return f"{escape(title)} ({quoted})" if quoted else escape(title)


def _hashtags(matched: Iterable[Rule]) -> str:
    tags = dict.fromkeys(tag for rule in matched for tag in rule.hashtags)
    return " ".join(f"#{escape(tag)}" for tag in tags)


def _link(target: str, text: str) -> str:
    shown = escape(text)
    if not target.startswith(("https://", "http://")) or len(target) > MAX_LINK:
        return shown
    return f'<a href="{html.escape(_UNSAFE.sub("", target))}">{shown}</a>'


def _shortened(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip() + "…"
