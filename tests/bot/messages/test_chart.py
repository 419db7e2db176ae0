"""The picture of a week. What it looks like is for eyes; here is what can be measured."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.image import imread

from bot.configuration.channels import Language, Theme
from bot.messages import localisation
from bot.messages.chart import Chart, Group, Series, draw
from bot.messages.labels import LABELS

DAYS = tuple(date(2023, 6, 5) + timedelta(days=day) for day in range(7))
ONE = Series("Omani mediation", (0, 3, 9, 1, 0, 2, 4))


def chart(*series: Series, language: Language = Language.ENGLISH) -> Chart:
    labels = LABELS[language]
    groups = (Group(labels.topics, series), Group(labels.actors, (ONE,)))
    return Chart(labels.mentions, "5 June – 12 June", DAYS, groups, language)


def size(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("language", Language)
def test_it_is_as_wide_as_a_telephone_shows_well_and_not_too_tall(
    language: Language, theme: Theme
) -> None:
    many = [replace(ONE, name=f"{ONE.name} {number}") for number in range(12)]
    full = replace(chart(*many, language=language), theme=theme)
    full = replace(full, groups=(full.groups[0], full.groups[0]))
    width, height = size(draw(full))
    assert width == 1080
    assert 1300 < height < 1400


def test_it_grows_with_what_there_is_to_show() -> None:
    heights = [size(draw(chart(*[ONE] * count)))[1] for count in (0, 1, 4, 12)]
    assert heights[0] < heights[1] < heights[2] == heights[3]


@pytest.mark.parametrize(
    "series",
    [
        Series("Nothing at all", (0,) * 7),
        Series("A very long name of a committee for the supervision of agreements" * 3, (1,) * 7),
        Series("$\\frac{$ & <b> \\ % {}", (987_654_321,) * 7),
        Series("日本 🇮🇷", (1, 0, 0, 0, 0, 0, 2_000_000_000)),
        Series("", (1,) * 7),
        Series("a\nb\x00\x1b\u202e", (1,) * 7),
    ],
)
@pytest.mark.filterwarnings("error")
def test_whatever_there_is_can_be_drawn(series: Series) -> None:
    assert size(draw(chart(series)))[0] == 1080
    assert size(draw(chart(series, language=Language.PERSIAN)))[0] == 1080


def test_time_runs_as_the_language_is_read() -> None:
    first_day = Series("x", (5, 0, 0, 0, 0, 0, 0))
    for language, is_left in ((Language.ENGLISH, True), (Language.ARABIC, False)):
        pixels = imread(BytesIO(draw(chart(first_day, language=language))))
        blue = np.all(abs(pixels[..., :3] - (0, 0x72 / 255, 0xB2 / 255)) < 0.02, axis=2)
        columns = blue[240:360].sum(axis=0)
        assert bool(columns[:540].sum() > columns[540:].sum()) is is_left


def test_themes_differ_in_their_ground() -> None:
    grounds = [
        tuple(imread(BytesIO(draw(replace(chart(ONE), theme=theme))))[0, 0]) for theme in Theme
    ]
    assert grounds[0] != grounds[1]


def words() -> Iterator[str]:
    for language in Language:
        labels = LABELS[language]
        yield labels.mentions + labels.topics + labels.actors
        for day in DAYS:
            yield localisation.weekday(day, language)
        yield localisation.number(1_234_567_890, language)
        for month in range(12):
            moment = datetime(2023, month + 1, 1, tzinfo=UTC)
            yield localisation.span(moment, moment, UTC, language)


def test_the_font_has_all_that_we_write() -> None:
    known = get_font(findfont("DejaVu Sans")).get_charmap()
    assert [c for text in words() for c in text if ord(c) not in known] == []


def test_arabic_letters_are_joined() -> None:
    figure = Figure()

    def width(text: str) -> float:
        return float(figure.text(0, 0, text, family="DejaVu Sans").get_window_extent().width)

    joined, separate = width("ببببب"), width("ب\u200cب\u200cب\u200cب\u200cب")
    assert joined < separate * 0.8
