"""The chart of a week's mentions (matplotlib), sized for a telephone.

A row for each topic and actor: its name, how often it was mentioned, and a bar for each day. Names
stand at what they name, so that nothing hangs on a colour.

matplotlib is slow to import and stays in memory: call `draw` in a process of its own.
"""

import io
import os
import tempfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.configuration.channels import Language, Theme
from bot.messages.localisation import digits, is_right_to_left, number, weekday

MAX_SERIES = 4
"""The most rows of a group."""
# Pixels, of a picture that a telephone shows at about a third of its size.
WIDTH = 1080
_MARGIN = 56
_TITLE, _SUBTITLE, _GROUP, _NAME, _SMALL = 54, 34, 32, 38, 30
_HEAD, _GROUP_HEAD, _ROW, _FOOT = 182, 58, 118, 116
_BAR, _BAR_WIDTH = 50, 0.8
_TO_THE_LEFT, _TO_THE_RIGHT = "\u200f", "\u200e"
_DPI = 100
_POINTS = 72 / _DPI


@dataclass(frozen=True, slots=True)
class Series:
    """A data series: a name, and a count for each day."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum over all days."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of series of one kind, the most mentioned first."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The data of a chart."""

    title: str
    subtitle: str
    days: tuple[date, ...]
    groups: tuple[Group, ...]
    language: Language = Language.ENGLISH
    theme: Theme = Theme.LIGHT


@dataclass(frozen=True, slots=True)
class _Colours:
    """The colours of a theme; the groups' are distinct for the colour-blind (Okabe and Ito)."""

    ground: str
    ink: str
    faint: str
    on_bars: str
    groups: tuple[str, str]


_COLOURS: Final = {
    Theme.LIGHT: _Colours("#ffffff", "#16181d", "#5b6472", "#ffffff", ("#0072b2", "#c04e00")),
    Theme.DARK: _Colours("#17212b", "#f2f5f7", "#a3b1bf", "#17212b", ("#56b4e9", "#e69f00")),
}


def draw(chart: Chart) -> bytes:
    """The chart as a PNG."""
    with tempfile.TemporaryDirectory() as folder:
        # It complains where its own folder cannot be written, as in a container.
        os.environ.setdefault("MPLCONFIGDIR", folder)
        return _Drawing(chart).png()


class _Drawing:
    """The layout of a chart; distances are pixels from the top and the reading side."""

    def __init__(self, chart: Chart) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        self._chart = chart
        self._colours = _COLOURS[chart.theme]
        self._mirrored = is_right_to_left(chart.language)
        self._groups = [group for group in chart.groups if group.series]
        self._height = _HEAD + _FOOT
        for group in self._groups:
            self._height += _GROUP_HEAD + _ROW * len(group.series[:MAX_SERIES])
        self._figure = Figure((WIDTH / _DPI, self._height / _DPI), _DPI)
        self._figure.set_facecolor(self._colours.ground)
        self._canvas: Any = FigureCanvasAgg(self._figure)
        self._glyphs = _glyphs()

    def png(self) -> bytes:
        """Draw everything, from the top."""
        colours = self._colours
        self._text(self._chart.title, 104, size=_TITLE, bold=True)
        self._text(self._chart.subtitle, 156, size=_SUBTITLE, colour=colours.faint)
        top = _HEAD
        for group, colour in zip(self._groups, colours.groups, strict=False):
            self._text(group.title, top + 44, size=_GROUP, bold=True, colour=colour)
            top += _GROUP_HEAD
            for series in group.series[:MAX_SERIES]:
                self._row(series, top, colour)
                top += _ROW
        self._days()
        picture = io.BytesIO()
        self._canvas.print_png(picture)
        return picture.getvalue()

    def _row(self, series: Series, top: float, colour: str) -> None:
        total = number(series.total, self._chart.language)
        taken = self._text(total, top + 46, size=_NAME, bold=True, at_end=True)
        self._text(series.name, top + 46, size=_NAME, room=WIDTH - 2 * _MARGIN - taken - 30)
        base, peak = top + _ROW - 6, max(series.counts, default=0)
        self._box((_MARGIN, base), WIDTH - 2 * _MARGIN, 2, self._colours.faint, 0.35)
        for count, (left, width) in zip(series.counts, self._columns(), strict=True):
            if count:
                height = max(_BAR * count / peak, 3)
                self._box((left, base - height), width, height, colour, 1 if count == peak else 0.5)
        if peak:
            left, width = list(self._columns())[series.counts.index(peak)]
            self._text(
                number(peak, self._chart.language),
                base - 14,
                size=_SMALL,
                colour=self._colours.on_bars,
                bold=True,
                middle=left + width / 2,
                room=width - 8,
            )

    def _days(self) -> None:
        language, faint = self._chart.language, self._colours.faint
        for day, (left, width) in zip(self._chart.days, self._columns(), strict=True):
            middle, low = left + width / 2, self._height - _FOOT
            self._text(weekday(day, language), low + 46, size=_SMALL, middle=middle, colour=faint)
            shown = digits(str(day.day), language)
            self._text(shown, low + 86, size=_SMALL, middle=middle, colour=faint)

    def _columns(self) -> Iterator[tuple[float, float]]:
        """The positions of the bars of each day from the reading side, and their width."""
        column = (WIDTH - 2 * _MARGIN) / max(len(self._chart.days), 1)
        width = column * _BAR_WIDTH
        for place in range(len(self._chart.days)):
            yield _MARGIN + column * place + (column - width) / 2, width

    def _box(
        self, corner: tuple[float, float], width: float, height: float, colour: str, alpha: float
    ) -> None:
        """Draw a box by its top corner on the reading side."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415
        from matplotlib.transforms import IdentityTransform  # noqa: PLC0415

        left, top = corner
        x = WIDTH - left - width if self._mirrored else left
        box = Rectangle((x, self._height - top - height), width, height, color=colour, lw=0)
        box.set_alpha(alpha)
        box.set_transform(IdentityTransform())
        self._figure.add_artist(box)

    def _text(
        self,
        text: str,
        base: float,
        *,
        size: float,
        colour: str = "",
        bold: bool = False,
        room: float = WIDTH - 2 * _MARGIN,
        middle: float | None = None,
        at_end: bool = False,
    ) -> float:
        """Write a line, aligned to the reading side, the end, or a centre; returns its width.

        One that has no room is cut; around a middle, written smaller.
        """
        from matplotlib.transforms import IdentityTransform  # noqa: PLC0415

        at = middle if middle is not None else WIDTH - _MARGIN if at_end else _MARGIN
        x = WIDTH - at if self._mirrored else at
        side = "center" if middle is not None else "right" if at_end != self._mirrored else "left"
        written: Any = self._figure.text(
            x,
            self._height - base,
            "",
            fontsize=size * _POINTS,
            family="DejaVu Sans",
            weight="bold" if bold else "normal",
            color=colour or self._colours.ink,
            ha=side,
            va="baseline",
            parse_math=False,
            transform=IdentityTransform(),
        )
        known = "".join(c if ord(c) in self._glyphs else " " for c in text)
        # A name in another script than the language's still runs the language's way.
        shown = (_TO_THE_LEFT if self._mirrored else _TO_THE_RIGHT) + (
            " ".join(known.split()) or "?"
        )
        written.set_text(shown)
        if middle is not None and self._width(written) > room:
            written.set_fontsize(size * _POINTS * room / self._width(written))
            return room
        while shown and self._width(written) > room:
            shown = shown[:-1].rstrip()
            written.set_text(f"{shown}…")
        return self._width(written)

    def _width(self, written: Any) -> float:
        return float(written.get_window_extent(self._canvas.get_renderer()).width)


def _glyphs() -> Container[int]:
    """The characters that the font has; others would be empty boxes."""
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415

    return get_font(findfont("DejaVu Sans")).get_charmap()
