"""The thin strip of the parts of the total in view, over those of the study's own total."""

from __future__ import annotations

from typing import Any

from lca.page.scene import Scene, shares, total_in_view
from lca.page.svg import PALETTE, Scale, bar, domain, drawing, ends_of, scale, stack
from lca.spoken.numbers import change, quantity

Rows = list[dict[str, Any]]


def rows_strip(scene: Scene) -> Rows:
    """A row a part: what it is, and what it is in the study."""
    own = shares(scene, scene.view.criterion, scene.machine.values)
    stated = shares(scene, scene.view.criterion, scene.machine.stated)
    return [{**row, "stated": before["value"]} for row, before in zip(own, stated, strict=True)]


def draw_strip(rows: Rows, scene: Scene, width: float) -> str:
    """A thick strip of what stands, and a thin one of the study, on one scale, as wide as there is room."""
    now, stated = [row["value"] for row in rows], [row["stated"] for row in rows]
    (low, high), (left, right) = ends_of(now), ends_of(stated)
    x = scale(*domain([low, high, left, right]), 0, width)
    made = strip(rows, now, x, 0, 11) + strip(rows, stated, x, 13, 4)
    return drawing(width, 17, say_strip(rows, scene), [made], preserveAspectRatio="none")


def strip(rows: Rows, values: list[float], x: Scale, top: float, tall: float) -> str:
    """Values one after the other, from nothing outwards to either side."""
    pairs = zip(rows, stack(values), strict=True)
    return "".join(bar(x(start), x(end), top, tall, PALETTE[row["place"] % 8]) for row, (start, end) in pairs)


def say_strip(_rows: Rows, scene: Scene) -> str:
    """The total, and how far it is from the study's."""
    place = total_in_view(scene)
    if place is None:
        return scene.say("This criterion is not assessed here.")
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    now, stated = scene.machine.values[place], scene.machine.stated[place]
    if now == stated or not stated:
        return scene.say("{total}, as in the study.", total=quantity(now, unit, scene.language))
    return scene.say(
        "{total}, {change} from the {stated} of the study.", total=quantity(now, unit, scene.language),
        change=change((now - stated) / abs(stated), scene.language), stated=quantity(stated, unit, scene.language),
    )  # fmt: skip
