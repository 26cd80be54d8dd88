"""Two studies side by side: the totals of both, how far apart they are, and in how many draws this one is lower."""

from __future__ import annotations

from typing import Any

from lca.page.charts.variants import bars, lower_in, of_hundred
from lca.page.scene import Scene, columns_now
from lca.page.svg import drawing
from lca.spoken.numbers import change, quantity

Rows = list[dict[str, Any]]


def rows_against(scene: Scene) -> Rows:
    """A row a functional unit and criterion that both have, for the variant in view. difference: the other less this
    one; relative to this one, None where that is 0. lower: the share of the draws in which this one is lower; None
    where none varies.
    """
    if "other" not in scene.data:
        return []
    data, values, at = scene.data, scene.machine.values, scene.view.variant
    pairs = {
        (unit, of): (own, other)
        for unit in range(len(data["functional_units"]))
        for of in range(len(data["criteria"]))
        if (own := data["totals"][unit][at][of]) is not None
        and (other := data["other"]["totals"][unit][0][of]) is not None
    }
    columns = columns_now(scene, [node for pair in pairs.values() for node in pair])
    rows = []
    for k, ((unit, of), (own, other)) in enumerate(pairs.items()):
        mine, theirs, criterion = columns[2 * k], columns[2 * k + 1], data["criteria"][of]
        a, b = values[own], values[other]
        lower = None if mine is None and theirs is None else lower_in(mine or [a], theirs or [b])
        named = {"unit_at": unit, "of": of, "functional_unit": data["functional_units"][unit]["key"]}
        named |= {"criterion": criterion["label"], "unit": criterion["unit"]}
        relative = (b - a) / abs(a) if a else None
        rows.append({**named, "value": a, "other": b, "difference": b - a, "relative": relative, "lower": lower})
    return rows


def in_view(rows: Rows, scene: Scene) -> Rows:
    """The rows of the functional unit that is looked at."""
    return [row for row in rows if row["unit_at"] == scene.view.unit]


def draw_against(rows: Rows, scene: Scene, width: float) -> str:
    """Both totals of each criterion of the case in view as bars on a scale of their own."""
    own = in_view(rows, scene)
    if not own:
        return ""
    sides: Rows = []
    for row in own:
        here = {"place": 0, "variant": scene.say("This study"), "value": row["value"], "lower": None}
        there = {"place": 1, "variant": scene.data["other"]["title"], "value": row["other"], "lower": row["lower"]}
        sides += [{**row, **here}, {**row, **there}]
    varies = any(row["lower"] is not None for row in own)
    heading = scene.say("draws of 100 in which this study is lower") if varies else ""
    made, top = bars(sides, 0, heading, scene, width)
    return drawing(width, top, say_against(rows, scene), [made])


def say_against(rows: Rows, scene: Scene) -> str:
    """How far the other is from this one by the criterion in view, and in how many draws this one is lower."""
    row = next((row for row in in_view(rows, scene) if row["of"] == scene.view.criterion), None)
    if row is None:
        return scene.say("There is nothing to compare this with.")
    if row["value"] == row["other"] and row["lower"] is None:
        return scene.say("By {criterion}, both are the same.", criterion=row["criterion"])
    names = {"other": scene.data["other"]["title"], "criterion": row["criterion"]}
    names |= {
        key: quantity(row[of], row["unit"], scene.language) for key, of in (("own", "value"), ("theirs", "other"))
    }
    if row["relative"] is None:
        said = scene.say("By {criterion}, “{other}” comes to {theirs}, and this study to {own}.", **names)
    else:
        said = scene.say(
            "By {criterion}, “{other}” comes to {theirs}, {change} from the {own} of this study.",
            change=change(row["relative"], scene.language), **names,
        )  # fmt: skip
    if row["lower"] is None:
        return said
    count, held = of_hundred(row["lower"]), "This study is lower in {count} of 100 draws, what you moved being held."
    drawn = scene.say(held if scene.moves else "This study is lower in {count} of 100 draws.", count=count)
    return f"{said} {drawn}"
