"""The total in view over the range of one input, a line for each variant, as `lca plot sweep` has them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lca.page.scene import Scene, case_name, input_name, moved, range_in_view, total_in_view, total_of, value_now
from lca.page.svg import (
    PALETTE,
    SMALL,
    SOFT,
    across,
    domain,
    drawing,
    key,
    px,
    rule,
    scale,
    tag,
    upward,
    width_of,
    words,
)  # fmt: skip
from lca.spoken.numbers import DIGITS, axis_unit, input_quantity, numbers, ticks, with_unit

Rows = list[dict[str, Any]]
STEPS, TALL = 40, 190  # between points, and pixels of the height
COLOURS = (PALETTE[0], PALETTE[3], *PALETTE[5:], PALETTE[4])
DASHES = (None, "7 3", "2 2", "9 3 2 3", "12 4", "4 2 1 2", "1 3", "6 6")


def rows_curve(scene: Scene) -> Rows:
    """A row a variant and point, from the least to the greatest."""
    if not scene.data["inputs"]:
        return []
    each = scene.data["inputs"][scene.curve]
    low, high = range_of(scene, each)
    roots = {k: total_of(scene, k, scene.view.criterion) for k in range(len(scene.data["variants"]))}
    known = {k: root for k, root in roots.items() if root is not None}
    points = [low + (high - low) * k / STEPS for k in range(STEPS + 1)]
    made = [scene.machine.with_moves(moved(scene, each, x), list(known.values())) for x in points]
    return [
        {"of": of, "variant": case_name(scene, of), "x": x, "value": values[line]}
        for line, of in enumerate(known)
        for x, values in zip(points, made, strict=True)
    ]


def range_of(scene: Scene, each: Mapping[str, Any]) -> tuple[float, float]:
    """From where to where a curve goes: the range of the input, and where it stands; half around where it has none."""
    now = value_now(scene, each)
    start, end = range_in_view(scene, each)
    if start is not None and end is not None:
        return min(start, now), max(end, now)
    least = -math.inf if each["least"] is None else each["least"]
    most = math.inf if each["most"] is None else each["most"]
    low, high = domain([now])
    return max(low, least), min(high, most)


def draw_curve(rows: Rows, scene: Scene, width: float) -> str:
    """Lines from nothing up, that of the variant in view the thickest, and a point where the input stands."""
    if not rows:
        return ""
    each, unit = scene.data["inputs"][scene.curve], scene.data["criteria"][scene.view.criterion]["unit"]
    lines = list(dict.fromkeys(row["of"] for row in rows))
    low, high = domain([0.0, *(row["value"] for row in rows)])
    marks = ticks(low, high, 4, scene.language)
    left = 10 + max([0.0, *(width_of(label, SMALL) for label in marks.labels)])
    names = [case_name(scene, of) for of in lines]
    made, top = key(names, lambda k, x, y: swatch(lines[k], x, y), width) if len(lines) > 1 else ("", 0.0)
    floor = top + 22 + TALL
    first, last = domain([row["x"] for row in rows])
    x, y = scale(first, last, left, width - 8), scale(low, high, floor, top + 22)
    over = ticks(first, last, max(2, math.floor((width - left) / 80)), scene.language)
    made += words(0, top + 10, axis_unit(unit, marks.power, scene.language), font_size=SMALL, fill_opacity=SOFT)
    made += upward(marks, y, left, width - 8) + across(over, x, floor, floor, width, named(scene, each, over.power))
    for of in [*(of for of in lines if of != scene.view.variant), *(of for of in lines if of == scene.view.variant)]:
        points = [(x(row["x"]), y(row["value"])) for row in rows if row["of"] == of]
        wide = 3 if of == scene.view.variant else 1.6
        made += path(points, of, wide)
    now = scene.machine.values[total_in_view(scene) or 0]
    if math.isfinite(now):
        at = x(value_now(scene, each))
        made += rule(at, y(now), at, floor, ".5")
        made += tag("circle", cx=at, cy=y(now), r=5, fill=colour(scene.view.variant))
    return drawing(width, floor + 38, say_curve(rows, scene), [made])


def named(scene: Scene, each: Mapping[str, Any], power: int) -> str:
    """The name of an input with what its axis is in."""
    unit = axis_unit(each["unit"], power, scene.language)
    return f"{input_name(scene, each)}, {unit}" if unit else input_name(scene, each)


def path(points: Sequence[tuple[float, float]], of: int, wide: float) -> str:
    """A line through points, with gaps where there is no number."""
    made, is_on = "", False
    for x, y in points:
        made += f"{'L' if is_on else 'M'}{px(x)},{px(y)}" if math.isfinite(y) else ""
        is_on = math.isfinite(y)
    dash = DASHES[of % 8]
    return tag("path", d=made, fill="none", stroke=colour(of), stroke_width=wide, stroke_dasharray=dash)


def swatch(of: int, x: float, y: float) -> str:
    """The mark of a line in the key."""
    return path([(x, y + 6), (x + 13, y + 6)], of, 2.5)


def colour(of: int) -> str:
    """That of the line of a variant."""
    return COLOURS[of % 6]


def say_curve(rows: Rows, scene: Scene) -> str:
    """What the total in view goes from and to."""
    own = [row for row in rows if row["of"] == scene.view.variant]
    if not own:
        return scene.say("This criterion is not assessed here.")
    each, criterion = scene.data["inputs"][scene.curve], scene.data["criteria"][scene.view.criterion]
    low, high = (input_quantity(row["x"], each["unit"], scene.language) for row in (own[0], own[-1]))
    ends = numbers([own[0]["value"], own[-1]["value"]], DIGITS, scene.language)
    return scene.say(
        "{input} from {low} to {high} takes {criterion} from {first} to {last}.", input=input_name(scene, each),
        low=low, high=high, criterion=criterion["label"], first=ends[0],
        last=with_unit(ends[1], criterion["unit"], scene.language),
    )  # fmt: skip
