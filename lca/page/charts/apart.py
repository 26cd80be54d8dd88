"""How sure the difference of two studies is: fifty dots, what both depend on being drawn together."""

from __future__ import annotations

from typing import Any

from lca.page.charts.dots import beads, dotted
from lca.page.scene import Scene, columns_now, other_in_view, total_in_view
from lca.page.svg import PALETTE, drawing, key, square

Rows = list[dict[str, Any]]
INKS = (PALETTE[1], PALETTE[4])  # where this study is lower, and where it is not


def rows_apart(scene: Scene) -> Rows:
    """A row a dot: the other less this one, from the least; none where neither varies."""
    own, other = total_in_view(scene), other_in_view(scene)
    if own is None or other is None:
        return []
    mine, theirs = columns_now(scene, [own, other])
    if mine is None and theirs is None:
        return []
    values = scene.machine.values
    draws = range(len(mine or theirs or ()))
    return dotted([(theirs[k] if theirs else values[other]) - (mine[k] if mine else values[own]) for k in draws])


def draw_apart(rows: Rows, scene: Scene, width: float) -> str:
    """Dots on an axis in two colours, on either side of no difference."""
    own, other = total_in_view(scene), other_in_view(scene)
    if not rows or own is None or other is None:
        return ""
    names = [scene.say("this study is lower"), scene.say("the other is lower, or both are the same")]
    legend, top = key(names, lambda k, x, y: square(x, y, INKS[k]), width)
    now = scene.machine.values[other] - scene.machine.values[own]
    made, tall = beads(rows, now, [0.0], lambda value: INKS[0 if value > 0 else 1], scene, width, top)
    return drawing(width, tall, say_apart(rows, scene), [legend, made])


def say_apart(rows: Rows, scene: Scene) -> str:
    """In how many of the dots this study is lower."""
    if not rows:
        return scene.say("Nothing that either total depends on has a range: how sure the difference is cannot be said.")
    count = str(sum(row["value"] > 0 for row in rows))
    if scene.moves:
        return scene.say(
            "Each dot is one chance in fifty of the difference, what you moved being held: in {count} of them this "
            "study is lower.",
            count=count,
        )  # fmt: skip
    return scene.say(
        "Each dot is one chance in fifty of the difference: in {count} of them this study is lower.", count=count
    )
