"""A story as a message, in Telegram's HTML."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from rules import Document, Evidence, Match, Rule, field_text
from stories import Report, Story, summarise

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


def render(story: Story, rules: Mapping[str, Rule], timezone: tzinfo) -> str:
    """The story's message: headline, summary, sources and times, why it matched, hashtags.

    `rules` are those whose channel the message is for, by name.
    """
    matched = [rules[name] for name in story.rules if name in rules]
    summary = " ".join(escape(str(sentence)) for sentence in summarise(story))
    parts = [
        _headline(story),
        summary,
        "\n".join((_sources(story, timezone), _why(story, matched))),
        _hashtags(matched),
    ]
    return "\n\n".join(filter(None, parts))


def escape(text: str) -> str:
    """Text of a source as Telegram's HTML: never markup, nothing that hides or reorders."""
    return html.escape(_UNSAFE.sub("", text), quote=False)


def plain(text: str) -> str:
    """A message without its markup, cut to what Telegram takes."""
    bare = html.unescape(_TAG.sub("", text))
    units = bare.encode("utf-16-le", "replace")[: MAX_UNITS * 2]
    return html.escape(units.decode("utf-16-le", "ignore"), quote=False)


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


def _headline(story: Story) -> str:
    document = story.lead.document
    title = document.title or next((str(s) for s in summarise(story)), "") or document.link
    return f"<b>{_link(document.link, _shortened(title, MAX_HEADLINE))}</b>"


def _sources(story: Story, timezone: tzinfo) -> str:
    first: dict[str, Report] = {}
    for report in story.reports:
        first.setdefault(report.outlet, report)
    named = list(first.values())[:MAX_OUTLETS]
    outlets = ", ".join(_link(report.document.link, report.outlet) for report in named)
    more = f" and {len(first) - len(named)} more" if len(first) > len(named) else ""
    label = f"Reported by {len(first)}: " if len(first) > 1 else ""
    return f"{label}{outlets}{more} · {_time(story.lead.document.published, timezone)}"


def _why(story: Story, matched: Iterable[Rule]) -> str:
    titles = {rule.name: rule.title for rule in matched}
    reasons: dict[str, str] = {}
    for report in story.reports:
        for match in report.matches:
            if match.rule in titles and len(reasons) < MAX_REASONS:
                reasons.setdefault(match.rule, _reason(titles[match.rule], match, report.document))
    return f"<i>Why: {'; '.join(reasons.values())}</i>" if reasons else ""


def _reason(title: str, match: Match, document: Document) -> str:
    words = terms(document, match.evidence)[:MAX_TERMS]
    quoted = ", ".join(f"“{escape(_shortened(word, MAX_TERM))}”" for word in words)
    return f"{escape(title)} ({quoted})" if quoted else escape(title)


def _hashtags(matched: Iterable[Rule]) -> str:
    tags = dict.fromkeys(tag for rule in matched for tag in rule.hashtags)
    return " ".join(f"#{escape(tag)}" for tag in tags)


def _time(moment: datetime, timezone: tzinfo) -> str:
    return moment.astimezone(timezone).strftime("%d %b %Y %H:%M %Z")


def _link(target: str, text: str) -> str:
    shown = escape(text)
    if not target.startswith(("https://", "http://")) or len(target) > MAX_LINK:
        return shown
    return f'<a href="{html.escape(_UNSAFE.sub("", target))}">{shown}</a>'


def _shortened(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip() + "…"
