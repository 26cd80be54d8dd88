"""The strip of the parts of the total in view, over those of the study's own total, and of the other study's."""

from __future__ import annotations

from typing import Any

from lca.page.scene import Scene, other_in_view, other_scene, shares, total_in_view
from lca.page.svg import PALETTE, Scale, bar, domain, drawing, ends_of, scale, stack
from lca.spoken.numbers import change, quantity

Rows = list[dict[str, Any]]


def rows_strip(scene: Scene) -> Rows:
    """A row a part: what it is, what it is in the study, and what it is in the other study, where that has parts."""
    own = shares(scene, scene.view.criterion, scene.machine.values)
    stated = shares(scene, scene.view.criterion, scene.machine.stated)
    rows = [{**row, "stated": before["value"]} for row, before in zip(own, stated, strict=True)]
    other = other_scene(scene)
    return (
        rows
        if other is None or not other.data["cells"]
        else beside(rows, shares(other, scene.view.criterion, scene.machine.values))
    )


def beside(rows: Rows, others: Rows) -> Rows:
    """The parts of both studies, 0 where one has no such part."""
    none = {"value": 0.0, "share": 0.0, "stated": 0.0}
    mine, theirs = ({row["place"]: row for row in each} for each in (rows, others))
    return [
        {"part": (mine.get(place) or theirs[place])["part"], "place": place}
        | {key: mine.get(place, none)[key] for key in none}
        | {"other": theirs.get(place, none)["value"]}
        for place in sorted({*mine, *theirs})
    ]


def draw_strip(rows: Rows, scene: Scene, width: float) -> str:
    """A thick strip of what stands, and a thin one of the study, on one scale, as wide as there is room."""
    now, stated = [row["value"] for row in rows], [row["stated"] for row in rows]
    place, parts = other_in_view(scene), [row["other"] for row in rows if "other" in row]
    other = parts or ([] if place is None else [scene.machine.values[place]])
    x = scale(*domain([end for values in (now, stated, other) for end in ends_of(values)]), 0, width)
    made = strip(rows, now, x, 0, 11) + strip(rows, stated, x, 13, 4)
    made += (
        strip(rows, parts, x, 20, 8) if parts else "".join(bar(x(0), x(whole), 20, 8, PALETTE[7]) for whole in other)
    )
    tall = 28 if "other" in scene.data else 17
    return drawing(width, tall, say_strip(rows, scene), [made], preserveAspectRatio="none")


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
    total, study = quantity(now, unit, scene.language), quantity(stated, unit, scene.language)
    if now == stated:
        return scene.say("{total}, as in the study.", total=total)
    if not stated:
        return scene.say("{total}, {stated} in the study.", total=total, stated=study)
    words = change((now - stated) / abs(stated), scene.language)
    return scene.say("{total}, {change} from the {stated} of the study.", total=total, change=words, stated=study)
