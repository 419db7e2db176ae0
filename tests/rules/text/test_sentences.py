from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import sentences

CASES = [
    ("Talks began. They will go on.", ["Talks began.", "They will go on."]),
    ("Mr. Malley met the U.S. team in Muscat. No date was set.", 2),
    ("They live in the U.S. The talks are in Oman.", 2),
    ("It took 2.5 hours. Then they left.", 2),
    ("He said “We agreed. We go on.” Then he left.", 2),
    ('"We agreed. We go on," he said. Then he left.', 2),
    ("“Is it over?” he asked. Nobody knew.", 2),
    ("He answered: no. Then he left.", 2),
    ("See No. 5 on the list. It is short.", 2),
    ("« Nous avançons. Rien n'est signé », dit-il. Puis il partit.", 2),
    ("„Wir reden. Mehr nicht“, sagte er. Dann ging er.", 2),
    ("هل بدأت المحادثات؟ نعم. ستستمر.", 3),
    ("قال «بدأنا. سنستمر» ثم غادر. انتهى اللقاء.", 2),
    ("مذاکرات آغاز شد. ادامه دارد.", 2),
    ("השיחות החלו. הן יימשכו.", 2),
    ("Переговоры начались. Им. Баумана улица пуста.", 2),
    ("Выделено 6 млрд. долларов. Подробностей нет.", 2),
    ("Görüşmeler başladı. Dr. Arakçi konuştu.", 2),
    ("A headline\nand its text", 2),
    ("J. Kushner spoke first.", 1),
    ("Am 7. Juni trafen sie sich. Danach schwiegen sie.", 2),
    ("He turned 45. The talks went on.", 2),
    ("Is that all?! Yes…", 2),
    ("It was late ... and they left. Nobody spoke.", 2),
    ("A mark “ that is never closed. It ends nothing.", 2),
    ("", 0),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences(text: str, expected: int | list[str]) -> None:
    found = [text[start:end] for start, end in sentences(text)]
    assert found == expected if isinstance(expected, list) else len(found) == expected, found


@given(st.text(alphabet='aA .!?\n“”«»„1.\t؟"') | st.text())
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
