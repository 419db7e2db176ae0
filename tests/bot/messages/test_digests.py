from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.configuration.channels import Channel, Language
from bot.configuration.digest_schedule import Period
from bot.messages.digests import MAX_STORIES, Digest, compose, texts
from bot.messages.labels import LABELS
from bot.messages.mention_counts import chart
from bot.messages.rendering import MAX_UNITS, ChannelView
from rules import Actor, Evidence, Field, Kind, Lexicon, Rule, Topic
from stories import Reading, Report, Stance, Story
from tests.making import NOON, entry, match, report
from tests.telegram_html import ENTITY_LIMIT, parse, utf16_length

RULES = {
    "talks": Rule("talks", "Talks", "x"),
    "urgent": Rule("urgent", "Urgent", "x", priority=True),
}
LEXICON = Lexicon(
    {
        "iran": Actor("iran", "Iran", Kind.STATE, names={"ar": ("=إيران",)}),
        "us": Actor("us", "United States", Kind.STATE),
    },
    {
        "talks": Topic("talks", "Iran-US talks", names={"ar": ("محادثات*",), "en": ("the talks",)}),
        "word": Topic("word", "A word", hidden=True),
    },
)
DAY = Period(NOON - timedelta(days=1), NOON + timedelta(hours=1))
WEEK = Period(NOON - timedelta(days=6), NOON + timedelta(days=1))
HOUR = timedelta(hours=1)


def page(language: Language = Language.ENGLISH) -> ChannelView:
    channel = Channel("talks", language=language, timezone=ZoneInfo("Asia/Muscat"))
    return ChannelView(channel, LABELS[language], RULES, {"iran": "Iran", "us": "United States"})


def own_words(outlet: str) -> str:
    return " ".join(f"{outlet}{number}" for number in range(20))


def told(title: str, *outlets: str, rule: str = "talks", hours: float = 0) -> Story:
    """A story that was opened so many hours before noon."""
    moment = NOON - hours * HOUR
    reports = tuple(
        report(entry(f"{title} {outlet}", own_words(outlet), published=moment), match(rule))
        for outlet in outlets or ("Gulf Courier",)
    )
    named = tuple(
        replace(one, outlet=outlet)
        for one, outlet in zip(reports, outlets or ("Gulf Courier",), strict=True)
    )
    return Story(title, moment, moment, named)


def composed(*stories: Story, period: Period = DAY, **links: str) -> Digest | None:
    return compose(stories, period, page(), LEXICON, links)


def headlines(digest: Digest | None) -> list[str]:
    assert digest is not None
    lines = [block.splitlines()[0] for text in digest.texts for block in _blocks(text)]
    return [line for line in lines if not line.startswith(("Daily", "Weekly", "More"))]


def _blocks(text: str) -> list[str]:
    shown, _ = parse(text)
    return shown.split("\n\n")


def test_a_digest_says_of_what_time_it_is_and_who_reports_what() -> None:
    denial = replace(
        report(entry("They deny it"), outlet="Wire"), reading=Reading(Stance.DENIES, ("iran",))
    )
    story = told("Talks open", "Gulf Courier", "Ledger")
    digest = composed(replace(story, reports=(*story.reports, denial)))
    assert digest is not None
    (text,) = digest.texts
    assert parse(text)[0].splitlines() == [
        "Daily digest, 11 June 16:00 – 12 June 17:00",
        "",
        "Talks open Gulf Courier",
        "Reported by 3: Gulf Courier, Ledger, Wire · Denied by Iran (Wire)",
    ]
    assert digest.chart is None


def test_a_headline_leads_to_the_channels_message_or_to_the_article() -> None:
    digest = composed(told("one"), told("two", hours=1), one="https://t.me/talks/7")
    assert digest is not None
    _, entities = parse(digest.texts[0])
    urls = [entity.url for entity in entities if entity.url]
    assert urls[0] == "https://t.me/talks/7"
    assert urls[2] == "https://courier.example/1"


def test_only_what_was_opened_or_went_on_in_its_time_is_told() -> None:
    before = told("before", hours=30)
    later = replace(before.reports[0], document=entry("again", published=NOON))
    went_on = replace(before, id="went on", reports=(*before.reports, later))
    after = told("after", hours=-1)
    assert headlines(composed(before, went_on, after)) == ["before Gulf Courier"]
    assert composed(before, after) is None
    assert composed() is None


def test_what_matters_comes_first() -> None:
    denied = told("denied", "A", "B")
    reading = Reading(Stance.DENIES)
    denied = replace(
        denied, reports=(denied.reports[0], replace(denied.reports[1], reading=reading))
    )
    found = headlines(
        composed(
            told("old", hours=5),
            told("many", "A", "B", "C"),
            told("new"),
            denied,
            told("urgent", "A", "B", rule="urgent"),
        )
    )
    assert [line.split()[0] for line in found] == ["urgent", "denied", "many", "new", "old"]


def test_copies_of_one_text_weigh_as_one() -> None:
    copied = told("copied", "A")
    copies = tuple(replace(copied.reports[0], outlet=name, owner=name) for name in "ABCDE")
    found = headlines(composed(replace(copied, reports=copies), told("own", "F", "G")))
    assert [line.split()[0] for line in found] == ["own", "copied"]


def test_more_than_it_tells_are_counted() -> None:
    digest = composed(*(told(f"story {number}") for number in range(MAX_STORIES + 5)))
    assert len(headlines(digest)) == MAX_STORIES
    assert digest is not None
    assert parse(digest.texts[-1])[0].endswith("More stories: 5")


def test_a_week_has_a_picture_with_a_caption() -> None:
    digest = composed(_mentioning(told("one"), "actor:iran"), period=WEEK)
    assert digest is not None
    assert digest.chart is not None
    assert parse(digest.caption, limit=1024)[0].splitlines() == [
        "Weekly digest, 6 June 16:00 – 13 June 16:00",
        "Stories: 1 · Reports: 1",
    ]
    without = composed(told("one"), period=WEEK)
    assert without is not None
    assert without.chart is None


# What was mentioned.


def _mentioning(story: Story, *parts: str) -> Story:
    mentions = tuple(Evidence(Field.TITLE, 0, 1, "x", part) for part in parts)
    return replace(story, reports=tuple(replace(one, mentions=mentions) for one in story.reports))


def test_reports_are_counted_by_day_and_each_once() -> None:
    stories = [
        _mentioning(told("a", "A", "B"), "actor:iran", "actor:iran", "topic:talks"),
        _mentioning(told("b", hours=48), "actor:iran", "topic:word", "actor:gone"),
        _mentioning(told("c", hours=24 * 30), "actor:us"),
    ]
    drawn = chart(stories, WEEK, page(), LEXICON)
    assert drawn is not None
    assert [day.isoformat() for day in drawn.days[:2]] == ["2023-06-07", "2023-06-08"]
    topics, actors = drawn.groups
    assert {one.name: one.counts for one in topics.series} == {
        "Iran-US talks": (0, 0, 0, 0, 0, 0, 2)
    }
    assert {one.name: one.counts for one in actors.series} == {"Iran": (0, 0, 0, 0, 1, 0, 2)}


def test_names_are_in_the_channels_language() -> None:
    drawn = chart([_mentioning(told("a"), "topic:talks")], WEEK, page(Language.ARABIC), LEXICON)
    assert drawn is not None
    assert [series.name for series in drawn.groups[0].series] == ["محادثات"]


def test_the_most_mentioned_are_shown() -> None:
    names = [f"t{number}" for number in range(9)]
    lexicon = Lexicon({}, {name: Topic(name, name) for name in names})
    stories = [
        _mentioning(told(name, *map(str, range(number + 1))), f"topic:{name}")
        for number, name in enumerate(names)
    ]
    drawn = chart(stories, WEEK, page(), lexicon)
    assert drawn is not None
    assert [series.name for series in drawn.groups[0].series] == ["t8", "t7", "t6", "t5"]


# Many stories in few messages.


def test_every_story_is_told_once_and_in_order_whatever_its_length() -> None:
    stories = [told(f"{number} " + "word " * 50, "A", "B", "C", "D") for number in range(60)]
    found = texts(stories, page(), "In brief", {})
    assert [one for told_ in found for one in told_.stories] == [story.id for story in stories]
    assert len(found) > 1
    for number, one in enumerate(found, 1):
        shown, _ = parse(one.text)
        assert shown.startswith(f"In brief ({number}/{len(found)})\n\n")
        assert "and 1 more" in shown


def test_no_text_has_more_marks_than_telegram_keeps() -> None:
    stories = [told(str(number), "A", "B", "C") for number in range(60)]
    found = texts(stories, page(), "In brief", {})
    assert len(found) > 1
    assert max(one.text.count("</") for one in found) <= ENTITY_LIMIT


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=400), st.text(max_size=60), st.lists(st.text(max_size=80))),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(Language),
)
def test_telegram_reads_whatever_sources_say(
    items: list[tuple[str, str, list[str]]], language: Language
) -> None:
    stories = [_story(number, *item) for number, item in enumerate(items)]
    for one in texts(stories, page(language), LABELS[language].gathered_news, {}):
        shown, _ = parse(one.text)
        assert utf16_length(shown) <= MAX_UNITS


def _story(number: int, title: str, link: str, outlets: list[str]) -> Story:
    one = entry(title, link=f"https://e.example/{link}", published=NOON.astimezone(UTC))
    reports: tuple[Report, ...] = tuple(
        replace(report(one), outlet=name or "x", reading=Reading(Stance.DENIES, ("iran",)))
        for name in outlets or ["Wire"]
    )
    return Story(str(number), NOON, NOON, reports)


@pytest.mark.parametrize("language", Language)
def test_every_language_has_its_digest(language: Language) -> None:
    story = _mentioning(told("one", "A", "B"), "actor:iran")
    for period in (DAY, WEEK):
        digest = compose([story] * 40, period, page(language), LEXICON, {})
        assert digest is not None
        for text in (*digest.texts, digest.caption or "x"):
            assert "{" not in parse(text)[0]
