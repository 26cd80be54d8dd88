"""What matters: the total in view with each input alone at the ends of its range, as `lca plot tornado` has them."""

from __future__ import annotations

import math
from typing import Any

from lca.page.scene import Scene, at_end, input_name, is_movable, range_in_view, total_in_view
from lca.page.svg import (
    PALETTE,
    SMALL,
    SOFT,
    across,
    bar,
    cut,
    domain,
    drawing,
    key,
    rule,
    scale,
    square,
    width_of,
    words,
)  # fmt: skip
from lca.spoken.numbers import DIGITS, axis_unit, input_quantity, numbers, stated, ticks, unit_words, with_unit

Rows = list[dict[str, Any]]
MOST, STEP = 12, 36  # bars that are drawn, and pixels from one to the next
ENDS = (PALETTE[1], PALETTE[3])


def rows_tornado(scene: Scene) -> Rows:
    """A row an input that moves the total, the widest answer first."""
    root = total_in_view(scene)
    if root is None or not math.isfinite(scene.machine.values[root]):
        return []
    rows, base = [], scene.machine.values[root]
    for each in filter(is_movable, scene.data["inputs"]):
        low_end, high_end = range_in_view(scene, each)
        low, high = (scene.machine.with_moves(at_end(scene, each, end), [root])[0] for end in (0, 1))
        if low_end is not None and low != high and math.isfinite(low) and math.isfinite(high):
            named = {"input": each["path"], "name": input_name(scene, each), "input_unit": each["unit"]}
            rows.append({**named, "low_end": low_end, "high_end": high_end, "low": low, "base": base, "high": high})
    return sorted(rows, key=lambda row: (-abs(row["high"] - row["low"]), row["input"]))


def draw_tornado(rows: Rows, scene: Scene, width: float) -> str:
    """A bar an input, on either side of the total as it stands; what the input is there stands at the ends."""
    if not rows:
        return ""
    unit, drawn = scene.data["criteria"][scene.view.criterion]["unit"], rows[:MOST]
    labels = [ends_of_input(row, width / 4 - 8, scene) for row in drawn]
    room = 8 + max(width_of(text, SMALL) for _, *pair in labels for text in pair)
    base = rows[0]["base"]
    low, high = domain([value for row in drawn for value in (row["low"], row["high"], base)])
    x = scale(low, high, room, width - room)
    made, top = key(
        [scene.say("at its low end"), scene.say("at its high end")], lambda k, x, y: square(x, y, ENDS[k]), width
    )
    floor = top + STEP * len(drawn)
    marks = ticks(low, high, max(2, math.floor(width / 110)), scene.language)
    made += across(marks, x, floor, floor, width, axis_unit(unit, marks.power, scene.language))
    made += rule(0, floor, width, floor, ".3")
    for row, (name, at_low, at_high) in zip(drawn, labels, strict=True):
        made += words(0, top + 11, cut(name, width))
        made += bar(x(base), x(row["low"]), top + 16, 13, ENDS[0]) + bar(x(base), x(row["high"]), top + 16, 13, ENDS[1])
        made += rule(x(base), top + 14, x(base), top + 31)
        left, right = (at_low, at_high) if row["low"] <= row["high"] else (at_high, at_low)
        start, end = min(row["low"], row["high"], base), max(row["low"], row["high"], base)
        quiet: dict[str, Any] = {"font_size": SMALL, "fill_opacity": SOFT}
        made += words(x(start) - 5, top + 27, left, text_anchor="end", **quiet)
        made += words(x(end) + 5, top + 27, right, **quiet)
        top += STEP
    return drawing(width, floor + 38, say_tornado(rows, scene), [made])


def ends_of_input(row: dict[str, Any], room: float, scene: Scene) -> tuple[str, str, str]:
    """The name of an input, and what it is at both ends; where there is little room its unit is with its name."""
    ends = [input_quantity(row[end], row["input_unit"], scene.language) for end in ("low_end", "high_end")]
    if all(width_of(text, SMALL) <= room for text in ends):
        return row["name"], ends[0], ends[1]
    low, high = (cut(stated(row[end], scene.language), room, SMALL) for end in ("low_end", "high_end"))
    return f"{row['name']}, {unit_words(row['input_unit'], scene.language)}", low, high


def say_tornado(rows: Rows, scene: Scene) -> str:
    """The input that moves the total most."""
    if not rows:
        return scene.say("No input that this total depends on has a range.")
    first, criterion = rows[0], scene.data["criteria"][scene.view.criterion]
    ends = numbers([first["low"], first["high"]], DIGITS, scene.language)
    return scene.say(
        "{input} moves {criterion} most: from {low} at {low_end} to {high} at {high_end}.",
        input=first["name"], criterion=criterion["label"], low=ends[0],
        low_end=input_quantity(first["low_end"], first["input_unit"], scene.language),
        high=with_unit(ends[1], criterion["unit"], scene.language),
        high_end=input_quantity(first["high_end"], first["input_unit"], scene.language),
    )  # fmt: skip
