"""How sure the total in view is: fifty dots, each of which is as likely as the others; what is moved is held."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from lca.page.scene import Scene, columns_now, total_in_view
from lca.page.svg import PALETTE, SOFT, across, domain, drawing, rule, scale, tag, width_of, words
from lca.spoken.numbers import DIGITS, axis_unit, number, numbers, ticks, with_unit

Rows = list[dict[str, Any]]
DOTS, TAIL = 50, 2  # how many, and how many the sentence leaves out on either side
NARROWEST, TALL = 6, 170  # pixels: of the least dot, and of the highest column


def rows_dots(scene: Scene) -> Rows:
    """A row a dot, from the least; none where the total does not vary."""
    place = total_in_view(scene)
    column = None if place is None else columns_now(scene, [place])[0]
    return dotted(column or ())


def dotted(draws: Sequence[float]) -> Rows:
    """Fifty numbers of some draws, each of which is as likely as the others; none of none."""
    ordered = sorted(value for value in draws if value == value)
    chances = [(k + 0.5) / DOTS for k in range(DOTS)] if ordered else []
    return [{"dot": k + 1, "chance": chance, "value": quantile(ordered, chance)} for k, chance in enumerate(chances)]


def quantile(ordered: Sequence[float], chance: float) -> float:
    """The number below which such a share of some lies, in a straight line between two of them.

    >>> quantile([1, 2, 4], 0.5), quantile([1, 2, 4], 0.75)
    (2, 3.0)
    """
    at = chance * (len(ordered) - 1)
    k = math.floor(at)
    low, high = ordered[k], ordered[min(k + 1, len(ordered) - 1)]
    return low if low == high or at == k else low + (high - low) * (at - k)


def draw_dots(rows: Rows, scene: Scene, width: float) -> str:
    """Dots on an axis, in columns, and a line at the total as it stands; nothing where the total does not vary."""
    place = total_in_view(scene)
    if not rows or place is None:
        return ""
    made, tall = beads(rows, scene.machine.values[place], [], lambda _value: PALETTE[1], scene, width)
    return drawing(width, tall, say_dots(rows, scene), [made])


def beads(
    rows: Rows,
    now: float,
    marked: Sequence[float],
    ink: Callable[[float], str],
    scene: Scene,
    width: float,
    top: float = 0,
) -> tuple[str, float]:
    """Dots on an axis, in columns, a line at a number as it stands and at others; and how far down that goes."""
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    values = [row["value"] for row in rows if math.isfinite(row["value"])]
    low, high = domain([*values, now, *marked])
    widest = max(16, min(30, math.floor(width / 28)))  # and free on either side
    x = scale(low, high, widest, width - widest)
    dot, columns = stacked([x(value) - widest for value in values], widest)
    floor = top + 22 + dot * max(map(len, columns.values()), default=1)
    made = ""
    for column, dots in columns.items():
        for up, k in enumerate(dots):
            made += tag(
                "circle", cx=widest + column * dot, cy=floor - (up + 0.5) * dot, r=dot / 2 - 0.7, fill=ink(values[k])
            )
    marks = ticks(low, high, max(2, math.floor(width / 100)), scene.language)
    made += across(marks, x, floor, floor, width, axis_unit(unit, marks.power, scene.language))
    made += rule(0, floor, width, floor) + "".join(rule(x(mark), top + 22, x(mark), floor, SOFT) for mark in marked)
    if math.isfinite(now):
        label = number(now, DIGITS, scene.language)
        half = width_of(label) / 2
        middle = max(half, min(width - half, x(now)))
        made += rule(x(now), top + 15, x(now), floor)
        made += words(middle, top + 11, label, text_anchor="middle", font_weight="700")
    return made, floor + 38


def stacked(places: Sequence[float], widest: float) -> tuple[float, dict[int, list[int]]]:
    """How wide a dot can be for the highest column to fit, and which dots each column has."""
    dot = widest
    while True:
        columns: dict[int, list[int]] = {}
        for k, place in enumerate(places):
            columns.setdefault(math.floor(place / dot + 0.5), []).append(k)
        if dot <= NARROWEST or dot * max(map(len, columns.values()), default=1) <= TALL:
            return dot, columns
        dot -= 1


def say_dots(rows: Rows, scene: Scene) -> str:
    """Between what nearly all dots lie."""
    if not rows:
        return scene.say("Nothing that this total depends on has a range: how sure it is cannot be said.")
    ends = numbers([rows[TAIL]["value"], rows[-1 - TAIL]["value"]], DIGITS, scene.language)
    high = with_unit(ends[1], scene.data["criteria"][scene.view.criterion]["unit"], scene.language)
    count = str(DOTS - 2 * TAIL)
    if scene.moves:
        return scene.say(
            "Each dot is one chance in fifty, what you moved being held: {count} of them lie between {low} and {high}.",
            count=count, low=ends[0], high=high,
        )  # fmt: skip
    return scene.say(
        "Each dot is one chance in fifty: {count} of them lie between {low} and {high}.",
        count=count, low=ends[0], high=high,
    )  # fmt: skip
