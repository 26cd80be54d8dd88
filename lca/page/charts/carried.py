"""What carries the difference of two studies as both are stated: the contributions that `lca compare` gives."""

from __future__ import annotations

from typing import Any

from lca.page.scene import Scene, added
from lca.page.svg import PALETTE, bar, domain, drawing, heading, rule, scale
from lca.spoken.numbers import DIGITS, NONE, numbers, percent, with_unit

Rows = list[dict[str, Any]]
MOST, STEP = 12, 36  # bars that are drawn, and pixels from one to the next


def rows_carried(scene: Scene) -> Rows:
    """A row a change that carries some of the difference in view, the largest first; whatever is moved in the page."""
    if "other" not in scene.data:
        return []
    unit, of = scene.data["criteria"][scene.view.criterion]["unit"], scene.view.criterion
    every = scene.data["other"]["carried"][scene.view.unit][scene.view.variant]
    own = [(scene.data["other"]["changes"][at], carries[of]) for at, *carries in every if carries[of]]
    whole = added(value for _, value in own)
    rows = [
        {"input": name, "old": old, "new": new, "value": value, "unit": unit, "share": value / whole if whole else None}
        for (name, old, new), value in own
    ]
    return sorted(rows, key=lambda row: -abs(row["value"]))


def draw_carried(rows: Rows, scene: Scene, width: float) -> str:
    """A bar a change, to either side of nothing."""
    if not rows:
        return ""
    drawn, unit = rows[:MOST], rows[0]["unit"]
    x = scale(*domain([0.0, *(row["value"] for row in drawn)]), 0, width)
    made, top = "", 0.0
    for row, text in zip(drawn, numbers([row["value"] for row in drawn], DIGITS, scene.language), strict=True):
        share = NONE if row["share"] is None else percent(row["share"], scene.language)
        value = with_unit(f"+{text}" if row["value"] > 0 else text, unit, scene.language)
        made += heading(top + 12, width, row["input"], f"{value} · {share}")
        made += bar(x(0), x(row["value"]), top + 17, 12, PALETTE[0 if row["value"] < 0 else 3])
        made += rule(x(0), top + 15, x(0), top + 31)
        top += STEP
    return drawing(width, top, say_carried(rows, scene), [made])


def say_carried(rows: Rows, scene: Scene) -> str:
    """What carries most of the difference."""
    if not rows:
        return scene.say("What carries the difference is not known.")
    unit, whole = rows[0]["unit"], added(row["value"] for row in rows)
    value, difference = numbers([rows[0]["value"], whole], DIGITS, scene.language)
    return scene.say(
        "As both studies stand before anything is moved, {input} carries most of the difference: {value} of "
        "{difference}.",
        input=rows[0]["input"], value=value, difference=with_unit(difference, unit, scene.language),
    )  # fmt: skip
