from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.sentences import sentences

CASES = [
    ("Talks began. They will go on.", ["Talks began.", "They will go on."]),
    ("Mr. Malley met the U.S. team in Muscat. No date was set.", 2),
    ("It took 2.5 hours. Then they left.", 2),
    ("He said “We agreed. We go on.” Then he left.", 2),
    ("هل بدأت المحادثات؟ نعم. ستستمر.", 3),
    ("مذاکرات آغاز شد. ادامه دارد.", 2),
    ("Переговоры начались. Им. Баумана улица пуста.", 2),
    ("A headline\nand its text", 2),
    ("J. Kushner spoke first.", 1),
    ("Am 7. Juni trafen sie sich. Danach schwiegen sie.", 2),
    ("Is that all?! Yes…", 2),
    ("", 0),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences(text: str, expected: int | list[str]) -> None:
    found = [text[start:end] for start, end in sentences(text)]
    assert found == expected if isinstance(expected, list) else len(found) == expected, found


@given(st.text(alphabet="aA .!?\n“”«»1.\t؟"))
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
