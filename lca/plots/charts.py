"""What the figures share: colours, words, numbers and the frame with title, units and source. Plain dicts of Vega-Lite.

Colours are those of Okabe and Ito (2008, jfly.uni-koeln.de/color), which people with any colour vision tell apart, in
an order in which neighbours also differ in grey. Nothing rests on colour alone: segments and lines carry their names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from lca.problems import printable
from lca.spoken import ENGLISH, _, language, numbers
from lca.wording import localised, unit_words

Spec = dict[str, Any]

VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
PALETTE = ("#0072B2", "#56B4E9", "#F0E442", "#D55E00", "#E69F00", "#CC79A7", "#009E73", "#999999")
BLUE, ORANGE, VERMILLION = PALETTE[0], PALETTE[4], PALETTE[3]
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2], [1, 3], [6, 6])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
INK, GREY, RULE = "#1a1a1a", "#555555", "#d9d9d9"
FONT = (
    "Liberation Sans, Arial, Helvetica, sans-serif"  # vl-convert carries the first, so that every machine draws alike
)
WIDTH = 640  # pixels of the frame: 170 mm of print at 96 dpi, where a size of 11 is 8 pt
SIZE, SMALL = 11, 9.5
LONGEST = 90  # characters of a name that a figure shows
DIGITS = 3
LEAST = 0.1  # percent: smaller shares are only said to be smaller
LEGEND_LIMIT, LEGEND_SYMBOL = 280, 28  # pixels of the longest name of a legend, and of the symbol before it
NUMBERS = (  # an axis label, as `number` writes one
    "datum.value == 0 || (abs(datum.value) >= 1e-3 && abs(datum.value) < 1e5) ? format(datum.value, ',~r')"
    " : replace(replace(format(datum.value, '.3~e'), 'e+', 'e'), '-', '−')"
)

ON_LINE = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")  # the font that vl-convert carries has none below or above it
LOCALES: dict[str, Spec] = {  # of d3-format; English is its own
    "fr": {"decimal": ",", "thousands": numbers.THIN, "grouping": [3], "currency": ["", ""], "minus": numbers.MINUS,
           "percent": f"{numbers.THIN}%"},
}  # fmt: skip
CONFIG: Spec = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": GREY,
        "tickColor": GREY,
        "gridColor": RULE,
        "labelLimit": 330,
        "labelPadding": 6,
        "titlePadding": 8,
    },
    "legend": {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "labelColor": INK,
        "symbolStrokeWidth": 0,
    },
    "title": {"color": INK, "subtitleColor": GREY},
    "text": {"fontSize": SIZE, "color": INK},
}


class Caption(NamedTuple):
    """What a figure says of itself: what it shows, of what, and where its numbers come from."""

    title: str
    subtitle: str
    source: str


class Panel(NamedTuple):
    """One part of a figure: its name, and the unit of what it shows."""

    name: str
    unit: str = ""


class Axis(NamedTuple):
    """What a figure is drawn over: the inputs' name, their unit, and whether in equal ratios."""

    name: str
    unit: str
    log: bool = False


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Text as a figure can show it: one line without control characters, cut where it is too long.

    >>> plain("a\nb"), plain("abcdef", 4)
    ('a�b', 'abc…')
    """
    shown = printable(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def number(value: float, digits: int = DIGITS) -> str:
    """A number as a figure prints it.

    >>> number(7.029e-8), number(0.00758), number(370063.5), number(47.66), number(0), number(-1234)
    ('7.03e−8', '0.00758', '3.70e5', '47.7', '0', '−1230')
    """
    if not value or not math.isfinite(value):
        return "0" if value == 0 else localised(str(value))
    sign = "−" if value < 0 else ""
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if not -digits - 1 < power < digits + 2:
        return localised(f"{sign}{mantissa}e{str(power).replace('-', '−')}")
    return localised(f"{sign}{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - power)}f}")


def percent(share: float) -> str:
    """
    >>> percent(0.7490), percent(0.0423), percent(-0.031), percent(0.00042)
    ('75 %', '4 %', '−3 %', '<0.1 %')
    """
    if language() != ENGLISH:
        return numbers.percent(share, language())
    sign, size = "−" if share < 0 else "", abs(share) * 100
    if 0 < size < LEAST:
        return f"<{LEAST} %" if share > 0 else f">−{LEAST} %"
    return f"{sign}{size:.0f} %" if size >= 0.95 or not size else f"{sign}{size:.1g} %"


def measured(value: float, unit: str) -> str:
    """
    >>> measured(7.029e-8, "kg Sb eq"), measured(0.4, "%")
    ('7.03e−8 kg Sb eq', '0.400 %')
    """
    if language() != ENGLISH:
        return numbers.with_unit(number(value), unit, language()).translate(ON_LINE)
    return f"{number(value)} {unit}".strip()


def width_of(text: str, size: float = SIZE) -> float:
    """About how many pixels a text takes: an upper guess from the widths of Arial's letters."""
    return size * sum(
        0.3 if c in "ijltfrI.,:;'|!()[] /" else 0.75 if c.isupper() or c in "mwMW@%×" else 0.57 for c in text
    )


def wrapped(text: str, width: float, size: float = SIZE, most: int = 4) -> list[str]:
    """A text in lines that fit a width in pixels; what does not fit `most` lines is cut.

    >>> wrapped("one two three", 60)
    ['one two', 'three']
    """
    lines = [""]
    for word in printable(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [*lines[: most - 1], plain(" ".join(lines[most - 1 :]))] if len(lines) > most else lines


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each name, by its place."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour (WCAG 2.2, relative luminance).

    >>> ink_on("#0072B2"), ink_on("#F0E442")
    ('white', '#1a1a1a')
    """
    red, green, blue = (_linear(int(colour[offset : offset + 2], 16) / 255) for offset in (1, 3, 5))
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.25 else INK  # weights of WCAG 2.2


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # sRGB, IEC 61966-2-1


def unique(names: Iterable[str]) -> list[str]:
    """Names once each, in the order of first appearance."""
    return list(dict.fromkeys(names))


def titled(panel: Panel) -> Spec:
    """The title of a panel."""
    return {
        "text": wrapped(panel.name, WIDTH - 60, SIZE + 1, 2),
        "anchor": "start",
        "frame": "group",
        "fontSize": SIZE + 1,
        "offset": 8,
    }


def legend(names: Sequence[str], **more: Any) -> Spec:
    """A legend of names above the panels, in as many columns as there is room for."""
    widest = max([width_of(name) for name in names] + [1.0])
    columns = max(1, min(len(names), int(WIDTH / (min(widest, LEGEND_LIMIT) + LEGEND_SYMBOL))))
    return {"orient": "top", "title": None, "columns": columns, "offset": 12, "labelLimit": LEGEND_LIMIT, **more}


def config() -> Spec:
    """The configuration of a figure in the language in force."""
    own = LOCALES.get(language())
    return CONFIG | ({"locale": {"number": own}} if own else {})


def unit_title(unit: str) -> str:
    """A unit as an axis says it."""
    return plain(unit_words(unit).translate(ON_LINE))


def axis_title(name: str, unit: str = "") -> str:
    """
    >>> axis_title("GWP", "kg CO2 eq"), axis_title("share")
    ('GWP, kg CO2 eq', 'share')
    """
    return plain(f"{name}, {unit_title(unit)}" if unit else name)


def frame(caption: Caption) -> Spec:
    """The title of a figure, with what it is of."""
    return {
        "text": wrapped(caption.title, WIDTH, 15, 2),
        "subtitle": wrapped(caption.subtitle, WIDTH, SIZE + 1, 3),
        "anchor": "start",
        "fontSize": 15,
        "subtitleFontSize": SIZE + 1,
        "subtitlePadding": 5,
        "offset": 14,
    }


def source_lines(caption: Caption, note: str = "") -> list[str]:
    """What stands below a figure: a note on how to read it, and its source."""
    return [line for text in (note, caption.source) if text for line in wrapped(text, WIDTH, SMALL, 4)]


MOST_VIEWS = 12  # below one another: more make a picture that no page holds


def stacked(views: Sequence[Spec], caption: Caption, note: str = "", shift: float = 0) -> Spec:
    """A figure: views below one another, under a title and above the lines that name the source.

    `shift`: how many pixels to the left of the plots those lines begin. Of very many views the first are drawn.
    """
    if len(views) > MOST_VIEWS:
        left_out = _(
            "{drawn} of {count} panels are drawn: choose with --fu, --variant or --criteria.", drawn=MOST_VIEWS,
            count=len(views),
        )  # fmt: skip
        views, note = views[:MOST_VIEWS], f"{note} {left_out}".strip()
    lines = source_lines(caption, note)
    source = {
        "data": {"values": [{}]},
        "width": WIDTH - shift,
        "height": len(lines) * (SMALL + 3),
        "mark": {"type": "text", "text": lines, "align": "left", "baseline": "top", "fontSize": SMALL, "color": GREY},
        "encoding": {"x": {"value": -shift}, "y": {"value": 0}},
    }
    return {
        "$schema": VEGA_LITE,
        "background": "white",
        "padding": 14,
        "config": config(),
        "title": frame(caption),
        "spacing": 16,
        "vconcat": [*views, source],
    }


def in_rows(views: Sequence[Spec], columns: int, **more: Any) -> list[Spec]:
    """Views side by side, so many to a row."""
    return [{"concat": list(views), "columns": columns, "spacing": {"row": 16, "column": 40}, **more}]
