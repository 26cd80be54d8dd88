"""The variants side by side, and in how many of a hundred draws the one in view is lower than each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lca.page.scene import Scene, case_name, columns_now, total_of
from lca.page.svg import PALETTE, SMALL, SOFT, bar, cut, domain, drawing, scale, width_of, words
from lca.spoken.numbers import DIGITS, numbers, unit_words, with_unit

Rows = list[dict[str, Any]]
STEP = 21  # pixels from one bar to the next
SLACK = 1e-9  # relative: what rounding does to two figures that are the same
WIDE, COLUMN = 480, 66  # pixels from which there is room for what the draws say, and how much that takes


def rows_variants(scene: Scene) -> Rows:
    """A row a criterion and variant; none of a study without variants. lower: the share of the draws in which the
    variant in view is lower than this one; None of itself, and where both are the same in all of them.
    """
    places = [(of, k) for of in range(len(scene.data["criteria"])) for k in range(len(scene.data["variants"]))]
    roots = {place: root for place in places if (root := total_of(scene, place[1], place[0])) is not None}
    if len(scene.data["variants"]) == 1:
        return []
    columns = dict(zip(roots, columns_now(scene, [*roots.values()]), strict=True))
    rows = []
    for (of, k), root in roots.items():
        own, criterion = roots.get((of, scene.view.variant)), scene.data["criteria"][of]
        lower = None
        if own is not None and k != scene.view.variant:
            mine, other = columns[of, scene.view.variant], columns[of, k]
            lower = lower_in(mine or [scene.machine.values[own]], other or [scene.machine.values[root]])
        named = {"of": of, "criterion": criterion["label"], "unit": criterion["unit"]}
        value = scene.machine.values[root]
        rows.append({**named, "place": k, "variant": case_name(scene, k), "value": value, "lower": lower})
    return rows


def lower_in(mine: Sequence[float], others: Sequence[float]) -> float | None:
    """In which share of the draws the first is lower; None where they are never apart.

    >>> lower_in([1, 2], [2, 1]), lower_in([1], [2, 1]), lower_in([1, 1], [1])
    (0.5, 0.5, None)
    """
    draws = max(len(mine), len(others))
    lower, apart = 0, 0
    for draw in range(draws):
        a, b = mine[draw % len(mine)], others[draw % len(others)]
        slack = SLACK * max(abs(a), abs(b))
        lower += b - a > slack
        apart += abs(b - a) > slack
    return lower / draws if apart else None


def draw_variants(rows: Rows, scene: Scene, width: float) -> str:
    """The variants of each criterion as bars on a scale of their own, that in view in colour."""
    if not rows:
        return ""
    heading = scene.say("draws of 100 in which {name} is lower", name=case_name(scene, scene.view.variant))
    made, top = bars(rows, scene.view.variant, heading, scene, width)
    return drawing(width, top, say_variants(rows, scene), [made])


def bars(rows: Rows, at: int, heading: str, scene: Scene, width: float) -> tuple[str, float]:
    """The cases of each criterion as bars, that at a place in colour; and how high they are."""
    left = min(width * 0.45, 10 + max(width_of(row["variant"]) for row in rows))
    column = COLUMN if width >= WIDE else 0
    heading = heading if column else ""
    small: dict[str, Any] = {"text_anchor": "end", "font_size": SMALL, "fill_opacity": SOFT}
    made, top = "", 0.0
    for of in dict.fromkeys(row["of"] for row in rows):
        own = [row for row in rows if row["of"] == of]
        texts = numbers([row["value"] for row in own], DIGITS, scene.language)
        title = f"{own[0]['criterion']}, {unit_words(own[0]['unit'], scene.language)}"
        made += words(0, top + 12, title, font_weight="700")
        made += words(width, top + 12, cut(heading, width - width_of(title) * 1.1 - 12, SMALL), **small)
        right = width - column - 12 - max(map(width_of, texts))
        x = scale(*domain([0.0, *(row["value"] for row in own)]), left, right)
        for row, text in zip(own, texts, strict=True):
            top += STEP
            is_own = row["place"] == at
            weight = "700" if is_own else None
            made += words(0, top + 12, cut(row["variant"], left - 8), font_weight=weight)
            if math.isfinite(row["value"]):
                made += bar(x(0), x(row["value"]), top + 1, 14, PALETTE[0 if is_own else 7])
                made += words(max(x(0), x(row["value"])) + 6, top + 12, text, font_weight=weight)
            if column and not is_own:
                made += words(width, top + 12, of_hundred(row["lower"]) or scene.say("the same"), **small)
        top += STEP + 9
    return made, top


def of_hundred(lower: float | None) -> str:
    """How many of a hundred: none and all of them only where it is none and all.

    >>> of_hundred(0.9996), of_hundred(1), of_hundred(0), of_hundred(None)
    ('99', '100', '0', '')
    """
    if lower is None:
        return ""
    whole = math.floor(lower * 100 + 0.5)
    return str(whole if lower in (0, 1) else max(1, min(99, whole)))


def say_variants(rows: Rows, scene: Scene) -> str:
    """Which variant has the least of the criterion in view; of two, in how many draws."""
    own = [row for row in rows if row["of"] == scene.view.criterion]
    if not own:
        return scene.say("There is nothing to compare this with.")
    other = [row for row in own if row["place"] != scene.view.variant]
    if len(other) == 1 and other[0]["lower"] is not None:
        return scene.say(
            "“{name}” is lower than “{other}” in {count} of 100 draws.", name=case_name(scene, scene.view.variant),
            other=other[0]["variant"], count=of_hundred(other[0]["lower"]),
        )  # fmt: skip
    least, most = own[0], own[0]
    for row in own:
        least = row if row["value"] < least["value"] else least
        most = row if row["value"] > most["value"] else most
    if least["value"] == most["value"]:
        return scene.say("By {criterion}, all are the same.", criterion=own[0]["criterion"])
    ends = numbers([least["value"], most["value"]], DIGITS, scene.language)
    return scene.say(
        "{criterion} is least of “{least}”, {low}, and most of “{most}”, {high}.", criterion=own[0]["criterion"],
        least=least["variant"], low=ends[0], most=most["variant"],
        high=with_unit(ends[1], own[0]["unit"], scene.language),
    )  # fmt: skip
