from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rendering import MAX_UNITS, plain, render
from bot.terminal import styled
from rules import Field, Rule
from stories import Story
from tests.making import NOON, entry, match, report, story
from tests.telegram_html import parse

RULES = {"talks": Rule("talks", "Talks", "x", hashtags=("OmaniMediation", "Iran"))}
MUSCAT = ZoneInfo("Asia/Muscat")


def shown(told: Story) -> str:
    text, _ = parse(render(told, RULES, MUSCAT))
    return text


def test_a_message_says_what_who_when_and_why() -> None:
    one = entry("Iran and US hold talks in Muscat", "Envoys met on Monday. Oman carried notes.")
    told = story(report(one, match("talks", (Field.TITLE, 26, 32), (Field.TEXT, 22, 26))))
    assert shown(told).splitlines() == [
        "Iran and US hold talks in Muscat",
        "",
        "Envoys met on Monday. Oman carried notes.",
        "",
        "Gulf Courier · 12 Jun 2023 16:00 +04",
        "Why: Talks (“Muscat”, “Oman”)",
        "",
        "#OmaniMediation #Iran",
    ]


def test_a_headline_is_a_link_and_a_strange_link_is_none() -> None:
    _, entities = parse(render(story(), RULES, MUSCAT))
    assert any(entity.url == "https://courier.example/1" for entity in entities)
    too_long = "https://e.example/" + "x" * 3000
    for link in ("javascript:alert(1)", "tg://resolve?domain=x", "", too_long):
        _, entities = parse(render(story(report(entry(link=link))), RULES, MUSCAT))
        assert not any(entity.url for entity in entities)


def test_the_same_outlet_is_named_once() -> None:
    told = story(report(), report(), report(outlet="Capital Wire"))
    assert "Reported by 2: Gulf Courier, Capital Wire ·" in shown(told)


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
    message = render(told, RULES, MUSCAT)
    read, _ = parse(message)
    assert 0 < len(read.encode("utf-16-le")) // 2 <= MAX_UNITS
    parse(plain(message))
    styled(message)


def test_a_message_names_the_time_of_the_first_report() -> None:
    later = report(replace(entry(), published=NOON + timedelta(hours=3)), outlet="B")
    assert "16:00" in shown(story(report(), later))
