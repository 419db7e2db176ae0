from hypothesis import given
from hypothesis import strategies as st

from stories import summarise
from stories.summary import MAX_CHARS
from tests.making import entry, report, story


def _summary(title: str, text: str) -> list[str]:
    return [str(sentence) for sentence in summarise(story(report(entry(title, text))))]


def test_the_first_sentences_in_their_order() -> None:
    text = "Talks began in Muscat. Oman mediates. Both sides stay. A fourth sentence."
    assert _summary("A headline", text) == [
        "Talks began in Muscat.",
        "Oman mediates.",
        "Both sides stay.",
    ]


def test_a_sentence_that_repeats_the_headline_is_left_out() -> None:
    assert _summary("Talks began", "Talks began. Oman mediates.") == ["Oman mediates."]


def test_what_is_too_long_is_not_cut() -> None:
    assert _summary("A headline", "word " * 200 + ". Short one.") == []


@given(st.text(), st.text())
def test_every_sentence_is_the_reports_own(title: str, text: str) -> None:
    told = story(report(entry(title, text)))
    chosen = summarise(told)
    assert all(told.lead.document.text[s.start : s.end] == str(s) for s in chosen)
    assert sum(len(str(s)) for s in chosen) <= MAX_CHARS
