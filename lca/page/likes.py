"""Figures in things that people know: words for what they are as much as; `scripts/likes.js` says the same.

They are shown on request, one at a time. Without scripts they stand in a section that is folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import units
from lca.operations import ROUNDING
from lca.page.pages import Page
from lca.page.scene import Scene
from lca.page.sections import linked
from lca.page.svg import escape
from lca.page.words import plain
from lca.questions.equivalences import Equivalence
from lca.spoken import N_
from lca.spoken.numbers import DIGITS, is_one, number, quantity, stated

AMOUNTS = {  # of each unit: of one, and of several
    "km": (N_("{number} km"), N_("{number} km")),
    "m": (N_("{number} m"), N_("{number} m")),
    "year": (N_("{number} year"), N_("{number} years")),
    "day": (N_("{number} day"), N_("{number} days")),
    "hour": (N_("{number} hour"), N_("{number} hours")),
    "minute": (N_("{number} minute"), N_("{number} minutes")),
    "1": (N_("{number} times"), N_("{number} times")),
    "%": (N_("{number}\u202f% of"), N_("{number}\u202f% of")),
}


def messages(page: Page) -> Iterator[str]:
    """What the script says of equivalences, in English."""
    for like in page.likes:
        yield from (like.name, like.said, like.of)
    yield from (message for pair in AMOUNTS.values() for message in pair)


def data(page: Page) -> list[dict[str, Any]]:
    """The equivalences for the script. units: of each how many make one of the first, and its words. factors, at: by
    the place of each criterion, null where there is none. source: HTML.
    """
    return [
        {
            "key": like.key,
            "name": like.name,
            "said": like.said,
            "of": like.of,
            "life": like.life,
            "units": [[_many(like, unit), *AMOUNTS[unit]] for unit in like.units],
            "factors": [factor and factor.value for factor in factors],
            "at": [factor and plain("; ".join(factor.at)) for factor in factors],
            "source": " ".join(linked(pack.citation) for pack in like.sources),
        }
        for like in page.likes
        for factors in [[like.factors.get(criterion.key) for criterion in page.result.criteria]]
    ]


def _many(like: Equivalence, unit: str) -> float:
    return units.scale(units.unit(like.units[0]), units.unit(unit)) or 1.0


def choice(page: Page) -> str:
    """What the reader asks for one of them by, beside the answer; nothing where there is none."""
    if not page.likes:
        return ""
    options = "".join(f'<option value="{each.key}">{page.say(each.name)}</option>' for each in page.likes)
    every = f'<option value="">{page.say("none")}</option>{options}'
    return (
        f'<span class="like" hidden><label>{page.say("Equivalence")} <select id="like">{every}</select></label> '
        '<span id="like-said"></span></span>'
    )


def section(page: Page, scene: Scene) -> str:
    """All of them for the case that the page opens with, each folded; nothing where there is none."""
    made = "".join(_folded(page, scene, place, each) for place, each in enumerate(data(page)))
    if not made:
        return ""
    words = page.say(
        "What figures are as much as, in things that people know, for {variant}. Each rests on a published factor.",
        variant=plain(scene.data["variants"][0]["title"]),
    )
    title = page.say("Equivalences")
    return (
        f'<section id="likes"><details class="deep"><summary><h2>{title}</h2></summary>'
        f"<p>{words}</p>{made}</details></section>"
    )


def _folded(page: Page, scene: Scene, place: int, like: dict[str, Any]) -> str:
    """One of them, with every functional unit; to open it closes the others."""
    shown = [c for c, factor in enumerate(like["factors"]) if factor is not None]
    items = "".join(
        f"<li>{_item(page, scene, unit, criterion, like)}</li>"
        for unit in range(len(scene.data["functional_units"]))
        for criterion in shown
        if _value(scene, unit, criterion) is not None
    )
    of = "".join(f"<p>{escape(of_what(like, scene, c))} <small>{escape(like['at'][c])}</small></p>" for c in shown)
    name, source = page.say(page.likes[place].name), f'<p class="sub">{like["source"]}</p>'
    return f'<details class="deep" name="like"><summary>{name}</summary><ul>{items}</ul>{of}{source}</details>'


def _item(page: Page, scene: Scene, unit: int, criterion: int, like: dict[str, Any]) -> str:
    """A total, and what it is as much as."""
    named, of, value = (
        scene.data["functional_units"][unit],
        scene.data["criteria"][criterion],
        _value(scene, unit, criterion),
    )
    total = plain(f"{named['key']} {named['title']}, {of['label']} {quantity(value or 0.0, of['unit'], page.language)}")
    return page.say("{what}: {reason}", what=total, reason=words(like, scene, value, criterion))


def _value(scene: Scene, unit: int, criterion: int) -> float | None:
    node = scene.data["totals"][unit][0][criterion]
    return None if node is None else scene.machine.values[node]


def words(like: dict[str, Any], scene: Scene, value: float | None, criterion: int) -> str:
    """What a total is as much as, or why that cannot be said."""
    factor = like["factors"][criterion]
    if factor is None:
        return scene.say("there is no factor by {criterion}", criterion=scene.data["criteria"][criterion]["label"])
    if value is None or not value >= 0:
        return scene.say("only a figure that is not below 0 has one")
    return scene.say("as much as {amount}", amount=scene.say(like["said"], amount=amount(like, scene, value / factor)))


def amount(like: dict[str, Any], scene: Scene, value: float) -> str:
    """A number of the first unit, in the largest unit in which it is 1 or more."""
    scale, one, several = next((each for each in like["units"] if value * each[0] >= 1 - ROUNDING), like["units"][-1])
    words = one if is_one(value * scale, scene.language) else several
    return scene.say(words, number=number(value * scale, DIGITS, scene.language))


def of_what(like: dict[str, Any], scene: Scene, criterion: int) -> str:
    """What the factor is of."""
    factor = quantity(like["factors"][criterion], scene.data["criteria"][criterion]["unit"], scene.language)
    _scale, _one, several = like["units"][0]
    life = scene.say(several, number=stated(like["life"], scene.language)) if like["life"] else ""
    return scene.say(like["of"], factor=factor, life=life)
