"""What making the equipment of each part adds to the total in view, and what using it adds."""

from __future__ import annotations

from typing import Any

from lca.page.scene import Scene, added, parts_of, shown
from lca.page.svg import PALETTE, domain, drawing, ends_of, heading, key, scale, segment, square, stack
from lca.spoken import N_
from lca.spoken.numbers import DIGITS, numbers, percent, with_unit

Rows = list[dict[str, Any]]
KINDS = ("making", "use", "undivided")
COLOURS = (0, 4, 7)  # places in the palette


def rows_making(scene: Scene) -> Rows:
    """A row a part. Making is all but use, from manufacture to end of life; some factors do not tell them apart."""
    parts, rows = parts_of(scene, scene.view.criterion, scene.machine.values), []
    for name in shown(scene.data):
        of_name = [stages for part, stages in parts.items() if scene.data["names"][part] == name]
        if of_name:
            own = [(kind_of(scene, stage), value) for stages in of_name for stage, value in stages.items()]
            sums = {kind: added(value for of, value in own if of == kind) for kind in KINDS}
            rows.append({"part": name, **sums})
    return rows


def kind_of(scene: Scene, stage: int) -> str:
    """Of which kind a stage is."""
    name = scene.data["stages"][stage]
    return "use" if name == "use" else "undivided" if name == "all" else "making"


def draw_making(rows: Rows, scene: Scene, width: float) -> str:
    """A bar a part, from nothing outwards to either side."""
    if not rows:
        return ""
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    names = dict(zip(KINDS, (scene.say("making"), scene.say("use"), scene.say("not told apart")), strict=True))
    kinds = [kind for kind in KINDS if any(row[kind] for row in rows)]
    fills = [COLOURS[KINDS.index(kind)] for kind in kinds]
    made, top = key([names[kind] for kind in kinds], lambda k, x, y: square(x, y, PALETTE[fills[k]]), width)
    x = scale(*domain([end for row in rows for end in ends_of([row[kind] for kind in kinds])]), 0, width)
    totals = numbers([added(row[kind] for kind in kinds) for row in rows], DIGITS, scene.language)
    for row, total in zip(rows, totals, strict=True):
        made += heading(top + 12, width, scene.say(row["part"]), with_unit(total, unit, scene.language))
        whole = added(abs(row[kind]) for kind in kinds)
        stacked = stack([row[kind] for kind in kinds])
        for kind, fill, ends in zip(kinds, fills, stacked, strict=True):
            share = percent(row[kind] / whole if whole else 0.0, scene.language)
            made += segment(ends, x, top + 17, 18, fill, [f"{names[kind]} {share}", share])
        top += 44
    return drawing(width, top, say_making(rows, scene), [made])


def say_making(rows: Rows, scene: Scene) -> str:
    """The shares of making and use of the total."""
    sums = {kind: added(row[kind] for row in rows) for kind in KINDS}
    whole = added(abs(row[kind]) for row in rows for kind in KINDS)
    if not rows:
        return scene.say("This criterion is not assessed here.")
    about = scene.data["criteria"][scene.view.criterion]
    if not whole:
        return scene.say("{criterion} is 0 here: no part adds anything.", criterion=about["label"])
    if any(row[kind] < 0 for row in rows for kind in KINDS):
        texts = numbers([*sums.values()], DIGITS, scene.language)
        made, used, _ = (with_unit(text, about["unit"], scene.language) for text in texts)
        return scene.say("Making the equipment comes to {making}, using it to {use}.", making=made, use=used)
    making, use, rest = (percent(sums[kind] / whole, scene.language) for kind in KINDS)
    criterion = about["label"]
    if sums["undivided"]:
        text = N_("Making the equipment is {making} of {criterion}, using it {use}; of {rest} it is not told apart.")
        return scene.say(text, making=making, criterion=criterion, use=use, rest=rest)
    text = N_("Making the equipment is {making} of {criterion}, using it {use}.")
    return scene.say(text, making=making, criterion=criterion, use=use)
