"""Letters that stand for those that they look like are matched as these, in their own places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Normalised, normalise
from rules.text.lookalikes import as_it_looks

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґјѕ αβγδεζηθικλμνξοπρστυφχψω"
)


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Ir\u0430n t\u0430lks", "Iran talks"),
        ("J\u0421P\u041eA", "JCPOA"),
        ("\u0408\u0421\u0420\u041e\u0410 deal is alive", "JCPOA deal is alive"),
        ("\u0399\u0391\u0395\u0391 chief in Tehran", "IAEA chief in Tehran"),
        ("M\u043es\u0441ow said", "Moscow said"),
        ("Mоѕсоw сказала: переговоры", "Moscow сказала: переговоры"),
        ("Ир\u0061н и США", "Иран и США"),
        ("Khamene'\u0456 щ", "Khamene'i щ"),
        ("m\u043e\u0455\u0441\u043ew \u0421\u041e\u0420", "Moscow COP"),
        ("МАГАТЭ и \u0043ША", "МАГАТЭ и США"),
        ("Κ\u006fπρος", "Κοπρος"),
        ("\uff29\uff32\uff21\uff2e", "Iran"),
        ("\U0001d408\U0001d42b\U0001d41a\U0001d427", "Iran"),
        ("I\u200bra\u2060n", "Iran"),
        ("I\u0336r\u0336a\u0336n\u0336", "Iran"),
    ],
)
def test_what_looks_the_same_is_matched_as_the_same(seen: str, meant: str) -> None:
    assert normalise(seen) == normalise(meant)


@pytest.mark.parametrize(
    "text",
    [
        "ес и сша про iphone",
        "ас и оса",
        "переговоры в reuters",
        "ιραν και usa",
        "محادثات iran مسقط",
        "שיחות iran במסקט",
        "щwит",
    ],
)
def test_words_of_another_alphabet_stay(text: str) -> None:
    assert as_it_looks(text) == text


def test_what_was_found_leads_to_what_was_written() -> None:
    title = "Talks: Ir\u0430n’s m\u200binister, 100 % s\u0430id"
    made = Normalised(title)
    for word, written in (
        ("iran", "Ir\u0430n"),
        ("minister", "m\u200binister"),
        ("said", "s\u0430id"),
    ):
        at = made.text.index(word)
        start, end = made.span(at, at + len(word))
        assert title[start:end] == written


@given(st.text(ALPHABETS))
def test_places_stay_and_twice_is_once(text: str) -> None:
    seen = as_it_looks(text)
    assert len(seen) == len(text)
    assert as_it_looks(seen) == seen


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ "))
def test_a_text_of_one_alphabet_is_what_it_is(text: str) -> None:
    assert as_it_looks(text) == text
