"""Abstracts that the reports support, and those that they do not."""

from dataclasses import replace

import pytest

from rules import Evidence, Field
from stories import Story, can_be_checked, unsupported
from tests.making import entry, report, story

TITLE = "Iran and US (United States) exchange messages through Oman"
TEXT = (
    "Nasser Kanaani told reporters in Tehran on Monday that 5 prisoners could be freed within "
    "three weeks. The White House denied that a text was agreed. About 6,000 barrels were seized."
)


def told(title: str = TITLE, text: str = TEXT, language: str = "en") -> Story:
    one = report(entry(title, text, language=language))
    mentions = (Evidence(Field.TITLE, 0, 4, "Iran", "actor:iran"),)
    return story(replace(one, mentions=mentions))


def why_not(text: str, language: str = "en", of: Story | None = None, *actors: str) -> str:
    known = ["Kanaani", "Iran", "Téhéran", "États-Unis", "Oman", "Тегеран", "Иран"]
    return unsupported(text, of or told(), language, actors or ("actor:iran",), known)


@pytest.mark.parametrize(
    "text",
    [
        "Iran and the US exchange messages through Oman. Kanaani says 5 prisoners could be freed.",
        "Officials in Tehran say that the messages go on. The White House denies an agreement.",
        "Iran says that ٥ prisoners could be freed within 3 weeks; 6000 barrels were seized.",
    ],
)
def test_what_the_reports_say(text: str) -> None:
    assert why_not(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Iran says that 7 prisoners could be freed within weeks.", "no report has the number 7"),
        ("Iran says that ۷ prisoners could be freed within weeks.", "no report has the number 7"),
        ("Iran says that seven prisoners could be freed.", "no report has the number 7"),
        ("Iran says that 5.5 prisoners could be freed.", "no report has the number 55"),
        ("Iran and Bagheri say that prisoners could be freed.", "no report has the name Bagheri"),
        ("Iran said so. Bagheri denied that it was agreed.", "no report has the name Bagheri"),
        ("Iran told the EU that it is not agreed.", "no report has the name EU"),
        ("Iran and the United States agreed, see https://evil.example now", "it holds a link"),
        ("Iran and the United States agreed, see <b>this</b>", "it holds a link or markup"),
        ("Iran and the United States agreed, [see](this)", "it holds a link or markup"),
        ("L'Iran et les États-Unis échangent des messages par la voie d'Oman.", "another language"),
        ("", "it is empty"),
        ("Iran and the United States exchange messages. " * 20, "longer than 600"),
    ],
)
def test_what_they_do_not_say(text: str, reason: str) -> None:
    assert reason in why_not(text)


def test_an_actor_of_the_lexicon_that_no_report_speaks_of() -> None:
    text = "Iran exchanges messages with the United States through Oman."
    assert why_not(text, "en", None, "actor:iran", "actor:qatar") == (
        "no report speaks of actor:qatar"
    )


def test_a_refusal_speaks_of_nobody() -> None:
    text = "I am sorry, but I can not help with that request as it is."
    assert "nobody" in unsupported(text, told(), "en", (), ())


def test_a_translation_has_the_names_of_the_lexicon_and_no_other() -> None:
    good = "L'Iran et les États-Unis échangent des messages par Oman, selon Kanaani à Téhéran."
    bad = "L'Iran et les États-Unis échangent des messages à Mascate, selon Kanaani à Téhéran."
    assert why_not(good, "fr") == ""
    assert why_not(bad, "fr") == "no report has the name Mascate"


PERSIAN = "سخنگوی وزارت خارجه ایران گفت پیام‌ها میان ایران و آمریکا از طریق عمان رد و بدل شده است."


def test_without_capitals_most_words_have_to_be_the_reports() -> None:
    of = told("ایران و آمریکا پیام رد و بدل کردند", PERSIAN, "fa")
    assert can_be_checked(of, "fa")
    assert (
        why_not("ایران گفت پیام‌ها میان ایران و آمریکا از طریق عمان رد و بدل شده است.", "fa", of)
        == ""
    )
    other = "ایران اعلام نمود وزیر امور اقتصاد ژاپن فردا برای خرید نفت راهی پایتخت می‌شود."
    assert why_not(other, "fa", of) == "too few words are the reports'"


def test_without_capitals_nothing_is_translated() -> None:
    assert not can_be_checked(told(), "fa")
    assert can_be_checked(told(), "fr")
