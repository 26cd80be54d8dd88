"""Texts of scenarios and packs with their quantities written in other units: what a metamorphic test changes.

A rewriting takes the unit of a quantity and gives another of the same dimension; the number follows exactly as a
person would write it. Prose that happens to look like a quantity is rewritten too, which moves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from lca import units
from lca.units import Namespace, Unit, UnitError, scale, unit

OWN = frozenset({"parcel"})  # what the texts count in besides
Rewrite = Callable[[Unit, int], str]  # the text of another unit for a unit; the number chooses among several

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:/\d+)?"
NAME = r"(?:%|[A-Za-zµ][A-Za-zµ0-9_]*)(?:\^\d)?"
UNIT = rf"(?:1/)?{NAME}(?:[*/]{NAME})*"
STATED = re.compile(rf"(?:(?<=[:\[{{,=] )|(?<=[{{\[(]))(?P<number>{NUMBER}) ?(?P<unit>{UNIT})(?=\s*(?:[,}}\]:\n#]|$))")
IN_FORMULA = re.compile(rf"(?P<number>{NUMBER}) \[(?P<unit>{UNIT})\]")
FORMULA = re.compile(r"\"=[^\"\n]*\"|'=[^'\n]*'|(?<=: )=[^\n]*$", re.MULTILINE)
BARE = re.compile(rf"(?<![\w.#^])(?P<number>{NUMBER})(?![\w.]|\s*\[|\s*%)")
PURE = (
    "value", "low", "high", "share", "pue", "aur", "count", "copies", "idle_power", "gsd", "cv", "concentration",
    "times", "within", "at_least", "at_most", "FRA", "USA", "World", "amount",
)  # fmt: skip
PLAIN = re.compile(rf"(?P<key>\b(?:{'|'.join(PURE)}): )(?P<number>{NUMBER})(?=\s*(?:[,}}\n#]|$))")


class Spot(NamedTuple):
    """A quantity in a text: where its number and unit stand, and how both are written together."""

    start: int
    stop: int
    number: str
    unit: Unit
    within: Namespace | None
    form: str


def in_percent(made: Unit, _chooses: int) -> str:
    """The same unit, times a hundredth."""
    text = made.text
    return "%" if text == "1" else f"%{text[1:]}" if text.startswith("1/") else f"{text}*%"


def in_another(made: Unit, chooses: int) -> str:
    """Each atom of the unit as another of its dimension; a pure number in % or ppm, a count of things in thousands."""
    if made is units.ONE:
        return ("%", "ppm")[chooses % 2]
    parts = [_swapped(name, chooses + place) for place, (name, _) in enumerate(made.atoms)]
    above = [_raised(name, power) for name, (_, power) in zip(parts, made.atoms, strict=True) if power > 0]
    below = [f"/{_raised(name, -power)}" for name, (_, power) in zip(parts, made.atoms, strict=True) if power < 0]
    text = "*".join(above or ["1"]) + "".join(below)
    if len({*parts}) < len(parts):  # h/h is no h/day
        return in_another(made, chooses + 1)
    return f"{text}*kB/B" if text == made.text else text


def _raised(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


@cache
def _alike() -> dict[tuple[tuple[str, int], ...], list[str]]:
    """The names of the table by dimension, those of a usual size."""
    by_dims: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for name, _, _ in units.known():
        made = unit(name)
        if 1e-6 < made.num / made.den < 1e13:
            by_dims.setdefault(made.dims, []).append(name)
    return by_dims


def _swapped(name: str, chooses: int) -> str:
    key, colon, own = name.rpartition(":")
    if colon:
        return _impact(key, own, chooses)
    others = [other for other in _alike()[unit(name).dims] if other != name]
    return others[(len(name) + chooses) % len(others)] if others else name


def _impact(_key: str, own: str, chooses: int) -> str:
    """Another unit of impact: grams for kilograms, kWh for MJ."""
    for known, others in IMPACTS.items():
        if own.startswith(known):
            return others[chooses % len(others)] + own.removeprefix(known)
    return own


IMPACTS = {"kg": ("g", "t", "mg"), "MJ": ("GJ", "kWh", "kJ"), "g": ("kg", "mg"), "GJ": ("MJ",), "kWh": ("MJ",)}
IMPACTS |= {"mg": ("g",), "t": ("kg",), "kJ": ("MJ",), "L": ("mL", "m^3"), "mL": ("L",)}


# --- a text and its quantities ---------------------------------------------------------------------------------------


def spots(text: str, spaces: tuple[Namespace, ...] = ()) -> list[Spot]:
    """Every quantity of a scenario in the order of the text."""
    found = [*_stated(text, spaces), *_in_formulas(text), *_plain(text)]
    taken: list[Spot] = []
    for spot in sorted(found, key=lambda spot: (spot.start, -spot.stop)):
        if not taken or spot.start >= taken[-1].stop:
            taken.append(spot)
    return taken


def _stated(text: str, spaces: tuple[Namespace, ...]) -> Iterator[Spot]:
    for match in STATED.finditer(text):
        for space in (None, *spaces):
            made = _unit(match["unit"], space)
            if made is not None:
                yield Spot(match.start(), match.end(), match["number"], made, space, "{} {}")
                break


def _in_formulas(text: str) -> Iterator[Spot]:
    for formula in FORMULA.finditer(text):
        for match in IN_FORMULA.finditer(text, formula.start(), formula.end()):
            made = _unit(match["unit"], None)
            if made is not None:
                yield Spot(match.start(), match.end(), match["number"], made, None, "{} [{}]")
        for match in BARE.finditer(text, formula.start(), formula.end()):
            if float(match["number"]) not in (0, 1):
                yield Spot(match.start(), match.end(), match["number"], units.ONE, None, "{} [{}]")


def _plain(text: str) -> Iterator[Spot]:
    for match in PLAIN.finditer(text):
        yield Spot(match.start("number"), match.end(), match["number"], units.ONE, None, "{} {}")


def _unit(text: str, space: Namespace | None) -> Unit | None:
    try:
        return unit(text, space, OWN)
    except UnitError:
        return None


def written(spot: Spot, rewrite: Rewrite, chooses: int) -> str:
    """A quantity as it is written in another unit."""
    other = rewrite(spot.unit, chooses)
    factor = scale(spot.unit, unit(other, spot.within, OWN))
    assert factor is not None
    return spot.form.format(f"{_value(spot.number) * factor!r}", other)


def _value(number: str) -> float:
    above, _, under = number.partition("/")
    return float(above) / float(under or 1)


def rewritten(text: str, chosen: list[Spot], rewrite: Rewrite) -> str:
    """The text with the chosen quantities in other units."""
    parts, at = [], 0
    for place, spot in enumerate(_with_bare_ends(text, chosen)):
        parts += [text[at : spot.start], written(spot, rewrite, place)]
        at = spot.stop
    return "".join([*parts, text[at:]])


BARE_ENDS = re.compile(rf"\s*(?:,\s*)?(?:low|high): (?P<number>{NUMBER})(?=\s*(?:[,}}\n#]|$))")


def _with_bare_ends(text: str, chosen: list[Spot]) -> list[Spot]:
    """The quantities with the bare ends of their ranges: beside a value in % a bare number is asked for its unit."""
    spots = {spot.start: spot for spot in chosen}
    for spot in chosen:
        at = spot.stop
        while spot.unit is units.ONE and text[: spot.start].endswith("value: ") and (end := BARE_ENDS.match(text, at)):
            start, at = end.start("number"), end.end()
            spots.setdefault(start, Spot(start, at, end["number"], units.ONE, None, "{} {}"))
    return sorted(spots.values(), key=lambda spot: spot.start)
