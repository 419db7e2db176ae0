"""Which entries want their article, and which texts are it."""

import pytest

from stories import is_article_of, is_teaser
from tests.making import entry

TITLE = "Ferry between the two ports stopped after water in the engine room"
TEASER = "The harbour office says that nobody was hurt and a replacement comes on Thursday."
LONG = " ".join(f"Sentence {n} is about the ferry and the harbour." for n in range(20))
ARTICLE = (
    "The ferry that runs between the two ports has been stopped after its captain reported water "
    "in the engine room, the harbour office said. Nobody was hurt. A replacement is to come on "
    "Thursday, when the storm is over.\n" + LONG
)


@pytest.mark.parametrize("text", ["", TEASER, f"{TEASER}…", f"{LONG} […]", f"{LONG} and more..."])
def test_teasers(text: str) -> None:
    assert is_teaser(entry(TITLE, text))


@pytest.mark.parametrize("text", [LONG, f"Well… {LONG}", f"{LONG}\n"])
def test_texts(text: str) -> None:
    assert not is_teaser(entry(TITLE, text))


@pytest.mark.parametrize(("title", "text"), [(TITLE, TEASER), (TITLE, ""), ("", TEASER)])
def test_the_article_says_what_the_entry_says(title: str, text: str) -> None:
    assert is_article_of(entry(title, text), ARTICLE)


def test_it_does_so_in_other_scripts() -> None:
    one = entry("توقف العبارة بين المرفأين بعد تسرب الماء إلى غرفة المحرك", language="ar")
    text = (
        "أعلن مكتب الميناء توقّف العبّارة بين المرفأين، بعدما تسرّب الماء إلى غرفة المحرّك يوم الإثنين."
    )
    assert is_article_of(one, text)


CONSENT = (
    "We and our 842 partners store cookies on your device. Accept all or manage your choices. "
    "You can withdraw your consent at any time in our privacy settings, on each page."
)
WALL = (
    "This article is for subscribers. Log in or subscribe now for one euro a month to go on "
    "reading, and get the evening briefing in your inbox every day of the week."
)
ANOTHER = (
    "Parliament adopted the budget late on Thursday after a debate of nine hours, and nobody but "
    "the smaller partner, whose leader had threatened to leave, was hurt by the water tax."
)


@pytest.mark.parametrize("text", ["", CONSENT, WALL, ANOTHER, TEASER])
def test_a_wall_another_article_and_nothing_new_are_not_it(text: str) -> None:
    assert not is_article_of(entry(TITLE, TEASER), text)
