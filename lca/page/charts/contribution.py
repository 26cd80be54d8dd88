"""What each part contributes to each criterion of the case in view: bars of 100 %, as `lca plot contribution` has them.

Where parts have both signs, a share is of the sum of absolute values, and what is below nothing extends to the left.
"""

from __future__ import annotations

from typing import Any

from lca.page.scene import Scene, shares, shown, total_of
from lca.page.svg import PALETTE, drawing, ends_of, heading, key, rule, scale, segment, square, stack
from lca.spoken import N_
from lca.spoken.numbers import percent, quantity

Rows = list[dict[str, Any]]


def rows_contribution(scene: Scene) -> Rows:
    """A row a criterion and part."""
    return [
        {"of": of, "criterion": criterion["label"], "unit": criterion["unit"], **row}
        for of, criterion in enumerate(scene.data["criteria"])
        for row in shares(scene, of, scene.machine.values)
    ]


def draw_contribution(rows: Rows, scene: Scene, width: float) -> str:
    """A bar a criterion."""
    every = shown(scene.data)
    names = [name for name in every if any(row["part"] == name for row in rows)]
    colours = [PALETTE[every.index(name) % 8] for name in names]
    made, top = key([scene.say(name) for name in names], lambda k, x, y: square(x, y, colours[k]), width)
    criteria = list(dict.fromkeys(row["of"] for row in rows))
    sides = [ends_of([row["share"] for row in rows if row["of"] == of]) for of in criteria]
    low, high = min([0.0, *(down for down, _ in sides)]), max([0.0, *(up for _, up in sides)]) or 1.0
    x = scale(low, high, 0, width)
    for of in criteria:
        own = [row for row in rows if row["of"] == of]
        total = scene.machine.values[total_of(scene, scene.view.variant, of) or 0]
        value = quantity(total, own[0]["unit"], scene.language)
        made += heading(top + 12, width, own[0]["criterion"], value, strong=of == scene.view.criterion)
        for row, ends in zip(own, stack([row["share"] for row in own]), strict=True):
            share = percent(row["share"], scene.language)
            texts = [f"{scene.say(row['part'])} {share}", share]
            asked = {"data_of": row["of"], "data_part": row["place"]}  # what a click on it explains
            made += segment(ends, x, top + 18, 24, row["place"] % 8, texts, **asked)
        if low < 0:
            made += rule(x(0), top + 15, x(0), top + 45)
        top += 50
    return drawing(width, top, say_contribution(rows, scene), [made])


def say_contribution(rows: Rows, scene: Scene) -> str:
    """The largest part of the criterion in view."""
    own = [row for row in rows if row["of"] == scene.view.criterion]
    if not own:
        return scene.say("This criterion is not assessed here.")
    if not any(row["value"] for row in own):
        return scene.say("{criterion} is 0 here: no part adds anything.", criterion=own[0]["criterion"])
    largest = own[0]
    for row in own:
        largest = row if abs(row["share"]) > abs(largest["share"]) else largest
    mixed = N_("The largest part of {criterion} is {part}: {share} of all that is added or taken away.")
    plain = N_("The largest part of {criterion} is {part}: {share}.")
    text = mixed if any(row["share"] < 0 for row in own) else plain
    part, share = scene.say(largest["part"]), percent(largest["share"], scene.language)
    return scene.say(text, criterion=largest["criterion"], part=part, share=share)
