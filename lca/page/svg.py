"""What the charts of the page are drawn with; `scripts/svg.js` draws the same, to the letter.

Ink is `currentColor`, so that a dark page and print have their own; colours are attributes, since the page allows no
`style`. All text passes through `escape`, and no other place writes any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from lca.plots import charts
from lca.spoken.numbers import BLANK, THIN, Ticks

PALETTE, INKS = charts.PALETTE, tuple(map(charts.ink_on, charts.PALETTE))
SIZE, SMALL = 12, 11  # pixels of text
LINE = 16  # pixels from one line of text to the next
SOFT, FAINT = ".72", ".16"  # how much of the ink there is in what is less important, and in a grid
HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
NARROW = frozenset(f"ijltfrI.,:;'|!()[] /{THIN}{BLANK}")
WIDE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZmw@%×₂éÉ…")

Scale = Callable[[float], float]


def escape(text: str) -> str:
    """Text for HTML and SVG: no markup, and a sign for each character that cannot be seen or turns others round.

    >>> escape("<b>'\u202e")
    '&lt;b&gt;&#39;�'
    """
    return HIDDEN.sub("�", text).translate(ENTITIES)


def px(number: float) -> str:
    """A length to a tenth of a pixel.

    >>> px(12), px(0.25), px(-0.04)
    ('12', '0.3', '0')
    """
    return f"{math.floor(number * 10 + 0.5) / 10:g}"


def tag(name: str, /, *inside: str, **attributes: str | float | None) -> str:
    """An element. Attributes: text, or lengths; `_` stands for `-`, and what is None is left out.

    >>> tag("text", "a", x=1.25, text_anchor="end", fill=None)
    '<text x="1.3" text-anchor="end">a</text>'
    """
    written = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else px(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def words(x: float, y: float, text: str, **attributes: str | float | None) -> str:
    """A line of text."""
    return tag("text", escape(text), x=x, y=y, **attributes)


def drawing(width: float, height: float, label: str, inside: Sequence[str], **more: str) -> str:
    """A chart, which says what it shows."""
    return tag(
        "svg", *inside, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {px(width)} {px(height)}", width=width,
        height=height, role="img", aria_label=label, font_size=SIZE, fill="currentColor", **more,
    )  # fmt: skip


def bar(start: float, end: float, y: float, height: float, fill: str, **attributes: str | float | None) -> str:
    """A bar between two places, with a gap of a pixel before the next; nothing where it is too short or endless."""
    long = abs(end - start)
    gap = 1 if long > 2 else 0
    x = min(start, end)
    is_seen = 0.3 <= long < math.inf
    return tag("rect", x=x, y=y, width=long - gap, height=height, fill=fill, **attributes) if is_seen else ""


def rule(x1: float, y1: float, x2: float, y2: float, ink: str | None = None) -> str:
    """A thin line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", stroke_opacity=ink)


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """Where a number stands between two places.

    >>> scale(0, 10, 100, 200)(5)
    150.0
    """
    return lambda value: start + (value - low) / (high - low) * (end - start)


def domain(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest of some numbers; wider where they are as good as one.

    >>> domain([3, 1, 2]), domain([5]), domain([])
    ((1, 3), (2.5, 7.5), (0, 1))
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0, 1
    low, high = min(finite), max(finite)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    around = abs(high) / 2 or 1
    return low - around, high + around


def stack(values: Sequence[float]) -> list[tuple[float, float]]:
    """Where each of some numbers begins and ends, one after the other from nothing outwards to either side.

    >>> stack([1, -2, 3])
    [(0.0, 1.0), (0.0, -2.0), (1.0, 4.0)]
    """
    made, up, down = [], 0.0, 0.0
    for value in values:
        start = up if value >= 0 else down
        end = start + value
        up, down = (end, down) if value >= 0 else (up, end)
        made.append((start, end))
    return made


def ends_of(values: Sequence[float]) -> tuple[float, float]:
    """How far a stack of numbers goes to either side of nothing.

    >>> ends_of([1, -2, 3])
    (-2.0, 4.0)
    """
    ends = [end for _, end in stack(values)]
    return min([0.0, *ends]), max([0.0, *ends])


def segment(
    ends: tuple[float, float],
    x: Scale,
    top: float,
    tall: float,
    colour: int,
    texts: Sequence[str],
    **attributes: str | float | None,
) -> str:
    """A part of a bar in a colour of the palette, with the first of some texts that it has room for."""
    start, end = map(x, ends)
    made = bar(start, end, top, tall, PALETTE[colour], **attributes)
    text = made and fitting(texts, abs(end - start) - 6)
    if not text:
        return made
    place, down = (start + end) / 2, top + tall / 2 + 4
    return made + words(place, down, text, text_anchor="middle", font_size=SMALL, fill=INKS[colour])


def width_of(text: str, size: float = SIZE) -> float:
    """About how many pixels a text takes: an upper guess, for the wider of the fonts that systems have."""
    long = 0.0
    for c in text:
        long += 0.36 if c in NARROW else 0.82 if c in WIDE else 0.61 if c < "\u2e80" else 1.05
    return size * long


def cut(text: str, width: float, size: float = SIZE) -> str:
    """As much of a text as there is room for.

    >>> cut("web hosting", 200), cut("web hosting", 40), cut("web hosting", 1)
    ('web hosting', 'web …', '…')
    """
    if width_of(text, size) <= width:
        return text
    signs = list(text)
    while signs and width_of("".join(signs) + "…", size) > width:
        signs.pop()
    return "".join(signs) + "…"


def fitting(texts: Sequence[str], width: float, size: float = SMALL) -> str:
    """The first of some texts that there is room for; none where there is none."""
    return next((text for text in texts if width_of(text, size) <= width), "")


def heading(y: float, width: float, name: str, value: str, *, strong: bool = False) -> str:
    """What stands above a bar: its name, and at the right what it comes to."""
    room = width - width_of(value) - 12
    weight = "700" if strong else None
    return words(0, y, cut(name, room), font_weight=weight) + words(
        width, y, value, text_anchor="end", fill_opacity=SOFT
    )


def key(names: Sequence[str], swatch: Callable[[int, float, float], str], width: float) -> tuple[str, float]:
    """What the colours mean, in rows, and how high that is. `swatch` draws the mark of a name in 12 pixels square."""
    made, x, y = "", 0.0, 0.0
    for place, name in enumerate(names):
        shown = cut(name, width - 34, SMALL)
        long = 18 + width_of(shown, SMALL)
        if x and x + long > width:
            x, y = 0, y + LINE
        made += swatch(place, x, y) + words(x + 17, y + 10, shown, font_size=SMALL)
        x += long + 14
    return made, y + LINE + 6


def square(x: float, y: float, fill: str) -> str:
    """The mark of a colour in a key."""
    return tag("rect", x=x, y=y, width=11, height=11, rx=2, fill=fill)


def across(marks: Ticks, x: Scale, top: float, y: float, width: float, caption: str) -> str:
    """An axis below a chart: thin lines up from its marks, the numbers that there is room for, and what they are."""
    made, last = "", -math.inf
    for value, label in zip(marks.at, marks.labels, strict=True):
        at, half = x(value), width_of(label, SMALL) / 2
        centre = max(half, min(width - half, at))
        made += rule(at, top, at, y + 4, FAINT)
        if centre - half > last + 6:
            last = centre + half
            made += words(centre, y + 16, label, text_anchor="middle", font_size=SMALL, fill_opacity=SOFT)
    caption = cut(caption, width, SMALL)
    return made + words(width, y + 32, caption, text_anchor="end", font_size=SMALL, fill_opacity=SOFT)


def upward(marks: Ticks, y: Scale, left: float, right: float) -> str:
    """An axis at the left of a chart: thin lines from its marks, and the numbers."""
    return "".join(
        rule(left, y(value), right, y(value), FAINT)
        + words(left - 6, y(value) + 4, label, text_anchor="end", font_size=SMALL, fill_opacity=SOFT)
        for value, label in zip(marks.at, marks.labels, strict=True)
    )
