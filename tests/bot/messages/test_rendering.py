from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.configuration.channels import Channel, Language
from bot.delivery.terminal import styled
from bot.messages.follow_ups import FollowUp, Kind
from bot.messages.labels import LABELS
from bot.messages.rendering import MAX_UNITS, ChannelView, plain, render, render_follow_up
from rules import Field, Rule
from stories import Reading, Stance, Story
from tests.making import NOON, entry, match, report, story
from tests.telegram_html import parse

RULES = {"talks": Rule("talks", "Talks", "x", hashtags=("OmaniMediation", "Iran"))}
MUSCAT = ZoneInfo("Asia/Muscat")


def page(language: Language = Language.ENGLISH) -> ChannelView:
    channel = Channel("talks", language=language, timezone=MUSCAT)
    return ChannelView(channel, LABELS[language], RULES, {"white-house": "White House"})


def shown(told: Story) -> str:
    text, _ = parse(render(told, page()))
    return text


def test_a_message_says_what_who_when_and_why() -> None:
    one = entry("Iran and US hold talks in Muscat", "Envoys met on Monday. Oman carried notes.")
    told = story(report(one, match("talks", (Field.TITLE, 26, 32), (Field.TEXT, 22, 26))))
    assert shown(told).splitlines() == [
        "Iran and US hold talks in Muscat",
        "",
        "Envoys met on Monday. Oman carried notes.",
        "",
        "Gulf Courier",
        "12 Jun 2023 16:00 +04",
        "",
        "Why: Talks (“Muscat”, “Oman”)",
        "",
        "#OmaniMediation #Iran",
    ]


def test_a_headline_is_a_link_and_a_strange_link_is_none() -> None:
    _, entities = parse(render(story(), page()))
    assert any(entity.url == "https://courier.example/1" for entity in entities)
    too_long = "https://e.example/" + "x" * 3000
    for link in ("javascript:alert(1)", "tg://resolve?domain=x", "", too_long):
        _, entities = parse(render(story(report(entry(link=link))), page()))
        assert not any(entity.url for entity in entities)


def test_the_same_outlet_is_named_once() -> None:
    other = report(entry("Delegations leave Oman's capital by air"), outlet="Capital Wire")
    assert "Reported by 2: Gulf Courier, Capital Wire\n" in shown(story(report(), report(), other))


def test_outlets_of_one_owner_and_copies_of_one_agency_count_once() -> None:
    agency = entry("Delegations leave Oman's capital by air", "MUSCAT (Reuters) - They left.")
    told = story(
        replace(report(), owner="Courier Group"),
        replace(report(entry("گفتگوها در مسقط"), outlet="Courier Persian"), owner="Courier Group"),
        report(agency, outlet="Capital Wire"),
        report(entry("Envoys fly home from Muscat", "(Reuters)"), outlet="Oman Ledger"),
    )
    assert "Reported by 2: Gulf Courier, Capital Wire\n" in shown(told)
    assert "\nGulf Courier\n" in shown(story(*told.reports[:2]))


def test_a_rule_of_another_channel_is_not_mentioned() -> None:
    told = story(report(entry(), match("talks"), match("secret")))
    assert "secret" not in shown(told)


def test_markup_of_a_source_is_text() -> None:
    told = story(report(entry("<b>Deal</b> & <script>x</script>", "A <a href='x'>link</a>.")))
    assert shown(told).startswith("<b>Deal</b> & <script>x</script>\n\nA <a href='x'>link</a>.")


def test_what_reorders_or_hides_text_is_taken_out_and_zwnj_stays() -> None:
    told = story(report(entry("a\u202eb\u200bc\x1b[31m", "می\u200cگوید.")))
    assert shown(told).startswith("abc[31m\n\nمی\u200cگوید.")


@settings(max_examples=150, deadline=None)
@given(title=st.text(max_size=400), text=st.text(max_size=900), link=st.text(max_size=50))
def test_telegram_reads_whatever_a_source_says(title: str, text: str, link: str) -> None:
    one = entry(title, text, link="https://" + link)
    told = story(*(report(one, outlet=f"Outlet {n}") for n in range(20)))
    message = render(told, page())
    read, _ = parse(message)
    assert 0 < len(read.encode("utf-16-le")) // 2 <= MAX_UNITS
    parse(plain(message))
    styled(message)


def test_a_message_names_the_first_and_the_last_time() -> None:
    later = report(replace(entry(), published=NOON + timedelta(hours=3)), outlet="B")
    told = shown(story(report(), later))
    assert "12 Jun 2023 16:00 +04, updated 12 Jun 2023 19:00 +04" in told


DENIAL = Reading(Stance.DENIES, ("white-house",))


def test_who_denies_and_who_confirms_is_named() -> None:
    told = shown(
        story(
            report(),
            replace(report(outlet="Capital Wire"), reading=DENIAL),
            replace(report(outlet="Ledger"), reading=Reading(Stance.CONFIRMS)),
        )
    )
    assert "Denied by White House (Capital Wire)\nConfirmed by Ledger\n" in told


def test_a_turn_says_what_turned_and_in_whose_words() -> None:
    said = entry("White House calls reports false", "The White House denied it on Monday.")
    denial = replace(report(said, outlet="Capital Wire"), reading=DENIAL)
    turn = FollowUp(Kind.DENIED, denial)
    text, _ = parse(render_follow_up(turn, story(report(), denial), page()))
    assert text.splitlines() == [
        "Now denied by White House (Capital Wire)",
        "",
        "White House calls reports false",
        "",
        "The White House denied it on Monday.",
    ]


def test_a_turn_names_the_sources() -> None:
    sources = tuple(report(outlet=f"Outlet {n}") for n in range(3))
    text, _ = parse(
        render_follow_up(FollowUp(Kind.SOURCES, sources[2], sources), story(*sources), page())
    )
    assert text == "Now reported by 3 independent sources: Outlet 0, Outlet 1, Outlet 2"


def test_a_story_names_the_one_that_it_follows() -> None:
    earlier = story(report(entry("Talks open in Muscat")))
    text, _ = parse(render(story(), page(), earlier))
    assert "Follows: Talks open in Muscat" in text


@pytest.mark.parametrize("language", list(Language))
def test_every_language_has_every_label(language: Language) -> None:
    denial = replace(report(outlet="Wire"), reading=DENIAL)
    told = story(report(), denial, replace(report(), reading=Reading(Stance.CONFIRMS)))
    text, _ = parse(render(told, page(language), story()))
    assert "White House" in text
    assert "{" not in text
    for kind in Kind:
        parse(render_follow_up(FollowUp(kind, denial, (denial,)), told, page(language)))
