"""Break-even: the value of an input at which two figures weigh the same.

The range is searched on a grid of equal ratios, and every change of sign between two neighbours on ever finer grids
between them, each evaluated at once. Two crossings between two neighbours of the first grid are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import inf, isfinite
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lca import units
from lca.model import inputs
from lca.model.ledger import Facts
from lca.problems import Problem, Problems, near
from lca.questions import limits
from lca.samples import sweeper
from lca.spoken import N_, later
from lca.units import Unit
from lca.wording import significant, with_unit

DIGITS = 6  # of a crossing in words
POINTS = 400  # of the grid
FINER = 64  # points of each finer grid
REACH = 1_000.0  # how far to search, as a ratio to the value in force
LEAP = 1e-6  # a difference that stays, relative to the figures, is a leap and no meeting

Floats = npt.NDArray[np.float64]
Pair = tuple[float, float]
Figures = Callable[[Floats], tuple[Floats, Floats]]  # both figures at each value of the input


class Crossing(NamedTuple):
    """Where the two figures meet, or pass each other at a leap; and what they are there."""

    value: float
    first: float
    second: float
    leap: bool = False


class BreakEven(NamedTuple):
    """Two figures over the range of an input. `at` is in `unit`; `ends` holds both figures at both ends.

    refused: where they would meet, but something leaves its bounds.
    """

    path: str
    unit: Unit
    base: float
    at_base: Pair
    low: float
    high: float
    ends: tuple[Pair, Pair]
    crossings: tuple[Crossing, ...]
    same: bool = False
    refused: tuple[str, ...] = ()


# --- What is compared -----------------------------------------------------------------------------------------------

COLUMNS = ("phase", "tier", "stage", "item")
CASE = ("of=", "variant=")
ALL = ("total", "all")
BETWEEN = re.compile(r" = ")
BEFORE_NAMED = re.compile(rf"\s+(?=(?:{'|'.join((*COLUMNS, *(name.rstrip('=') for name in CASE)))})=)")
Where = tuple[tuple[str, str], ...]


def sides(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words before and after the `=` that stands alone, or that joins two names.

    >>> sides(["training", "=", "tier=terminals", "stage=use"])
    (['training'], ['tier=terminals', 'stage=use'])
    >>> sides(["training=inference"])
    (['training'], ['inference'])
    >>> sides([" tier=data centre  stage=use = training "])
    (['tier=data centre', 'stage=use'], ['training'])
    """
    parts = [part for word in words for part in _apart(word)]
    if "=" not in parts and len(parts) == 1 and parts[0].partition("=")[0] not in COLUMNS:
        parts = [part for name in parts[0].partition("=") for part in [name] if part]
    if parts.count("=") != 1 or parts[0] == "=" or parts[-1] == "=":
        hint = "as in: training = inference, or: tier=terminals = phase=training stage=use"
        raise Problems([Problem("name two figures with = between them", (), hint)])
    middle = parts.index("=")
    return parts[:middle], parts[middle + 1 :]


def _apart(word: str) -> Iterator[str]:
    """The words of one argument: those around a `=` between blanks, and those that name a column or a case."""
    for number, side in enumerate(BETWEEN.split(f" {word} ")):
        yield from ["="] if number else []
        yield from (part.strip() for part in BEFORE_NAMED.split(side) if part.strip())


def case(words: Sequence[str], functional_unit: str, variant: str | None) -> tuple[str, str | None]:
    """The case that words ask for with `of=` and `variant=`; else the one given.

    >>> case(["tier=terminals", "variant=L"], "FU2", None)
    ('FU2', 'L')
    """
    named = dict(word.split("=", 1) for word in words if word.startswith(CASE))
    return named.get("of", functional_unit), named.get("variant", variant)


def where(words: Sequence[str], values: Mapping[str, Sequence[str]]) -> Where:
    """Columns and the values that words ask for; `values` holds what stands in each column, such as the phases.

    >>> where(["training", "stage=use"], {"phase": ["training"], "stage": ["use"]})
    (('phase', 'training'), ('stage', 'use'))
    """
    return tuple(pair for word in words if not word.startswith(CASE) for pair in _wanted(word, values))


def _wanted(word: str, values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    column, sign, value = word.partition("=")
    if sign and column in COLUMNS:
        if value not in values[column]:
            raise Problems([_unknown(value, values[column], column)])
        yield column, value
    elif word not in ALL:
        name = next((name for name in COLUMNS if word in values[name]), "")
        if not name:
            raise Problems([_unknown(word, chain.from_iterable(values.values()), "part")])
        yield name, word


def _unknown(word: str, known: Iterable[str], column: str) -> Problem:
    every = list(dict.fromkeys(known))
    return Problem(f"no {column} '{word}' here", (), near(word, every, f"there are: {', '.join(every[:20])}"))


# --- Where they meet ------------------------------------------------------------------------------------------------


def break_even(facts: Facts, first: int, second: int, path: str, start: str = "", stop: str = "") -> BreakEven:
    """Where two figures (nodes of one unit) meet as an input goes from `start` to `stop`, quantities as written.

    Without them, from a thousandth to a thousand times its value, within its bounds. Problems where the input is
    unknown or the range impossible.
    """
    leaves = inputs.leaves(facts, path, [first, second])
    leaf = facts.graph.info[leaves[0]]
    low, high, unit = _range(facts, leaves, start, stop)
    figures = _figures(facts, first, second, leaves, unit)
    base = leaf.value * (units.scale(leaf.unit, unit) or 1.0)
    at_low, at_high, at_base = (_pair(figures, x) for x in (low, high, base))
    crossings, same = meetings(figures, low, high)
    beyond = {crossing: _beyond(facts, leaves, crossing.value, unit) for crossing in crossings}
    possible = tuple(crossing for crossing in crossings if not beyond[crossing])
    refused = tuple(_refused(crossing.value, unit, words) for crossing, words in beyond.items() if words)
    return BreakEven(leaf.path, unit, base, at_base, low, high, (at_low, at_high), possible, same, refused)


def _refused(value: float, unit: Unit, words: str) -> str:
    return N_("not at {value}: {why}", value=later(_in_unit, value, unit), why=words)


def _in_unit(value: float, unit: Unit) -> str:
    return with_unit(significant(value, DIGITS), str(unit))


def _beyond(facts: Facts, leaves: Sequence[int], value: float, unit: Unit) -> str:
    """What leaves its bounds where the input has a value; nothing where all is possible."""
    own = {leaf: float(inputs.in_unit_of(facts.graph, leaf, value, unit)) for leaf in leaves}
    problems = limits.refused(facts, own, facts.graph.info[leaves[0]].path)
    return next((problem.message for problem in problems), "")


def _figures(facts: Facts, first: int, second: int, leaves: Sequence[int], unit: Unit) -> Figures:
    """Both figures as functions of the input, the other shares of its mix following."""
    graph = facts.graph
    swept = sweeper(graph, [first, second], leaves)

    def figures(x: Floats) -> tuple[Floats, Floats]:
        with np.errstate(divide="ignore"):
            own = {leaf: inputs.in_unit_of(graph, leaf, x, unit) for leaf in leaves}
            rows = swept({leaf: inputs.given(graph, leaf, numbers) for leaf, numbers in own.items()})
        return rows[0], rows[1]

    return figures


def _pair(figures: Figures, x: float) -> Pair:
    one, other = figures(np.array([x]))
    return float(one[0]), float(other[0])


def _range(facts: Facts, leaves: Sequence[int], start: str, stop: str) -> tuple[float, float, Unit]:
    index = leaves[0]
    leaf = facts.graph.info[index]
    low, high = _usual(facts, index)
    read = iter(
        inputs.numbers(facts.graph, leaves, [(t, name) for t, name in ((start, "--from"), (stop, "--to")) if t])
    )
    written = [next(read) if text else None for text in (start, stop)]
    unit = next((quantity[1] for quantity in written if quantity), leaf.unit)
    for place, quantity in enumerate(written):
        if quantity:
            value = quantity[0] * (units.scale(quantity[1], leaf.unit) or 1.0)
            inputs.refuse_outside(facts, index, value)
            low, high = (value, high) if place == 0 else (low, value)
    if not (isfinite(low) and isfinite(high) and low < high):
        hint = "give --from and --to, the first below the second"
        raise Problems([Problem(f"{leaf.path} has no range to search", (), hint)])
    factor = units.scale(leaf.unit, unit) or 1.0
    return low * factor, high * factor, unit


def _usual(facts: Facts, index: int) -> Pair:
    """A thousandth to a thousand times the value, within the bounds; nothing where the value is not above 0."""
    value = facts.graph.info[index].value
    if not value > 0:
        return inf, -inf
    low, high = value / REACH, value * REACH
    for limit in inputs.bounds(facts, index):
        least = limit.bounds.low if limit.bounds.low is not None else limit.bounds.above
        low = max(low, -inf if least is None else least / limit.factor)
        high = min(high, inf if limit.bounds.high is None else limit.bounds.high / limit.factor)
    return low, high


def meetings(figures: Figures, low: float, high: float) -> tuple[list[Crossing], bool]:
    """Every meeting on a grid from low to high, in rising order, and whether the figures are the same all over."""
    grid = _grid(low, high, POINTS)
    first, second = figures(grid)
    gaps = first - second
    if not gaps.any():
        return [], True
    crossings = [Crossing(float(grid[k]), float(first[k]), float(second[k])) for k in _edges(gaps)]
    crossings += [_closed_in(figures, float(grid[k]), float(grid[k + 1])) for k in _changes(gaps)]
    return sorted(crossings), False


def _grid(low: float, high: float, count: int) -> Floats:
    """Points of equal ratios where all are above 0, of equal distances otherwise."""
    grid = np.geomspace(low, high, count + 1) if low > 0 else np.linspace(low, high, count + 1)
    grid[0], grid[-1] = low, high
    return grid


def _edges(gaps: Floats) -> list[int]:
    """The places where the gap is 0 and a neighbour's is not: where figures touch, or are equal from there on."""
    padded = np.pad(gaps, 1, mode="edge")
    places: list[int] = np.flatnonzero((gaps == 0) & ((padded[:-2] != 0) | (padded[2:] != 0))).tolist()
    return places


def _changes(gaps: Floats) -> list[int]:
    """The places from which to the next the gap changes its sign."""
    places: list[int] = np.flatnonzero(np.sign(gaps[:-1]) * np.sign(gaps[1:]) < 0).tolist()
    return places


def _closed_in(figures: Figures, low: float, high: float) -> Crossing:
    """The crossing between two points, to the last digit."""
    while True:
        grid = _grid(low, high, FINER)
        first, second = figures(grid)
        gaps = first - second
        level, changes = np.flatnonzero(gaps == 0), _changes(gaps)
        if level.size or not changes:  # no change is left where the last digits of a figure are noise
            k = int(level[0]) if level.size else 0
            return Crossing(float(grid[k]), float(first[k]), float(second[k]))
        k = changes[0]
        if (float(grid[k]), float(grid[k + 1])) == (low, high) or np.nextafter(grid[k], inf) >= grid[k + 1]:
            far = abs(float(gaps[k + 1])) > LEAP * max(abs(float(first[k + 1])), abs(float(second[k + 1])))
            return Crossing(float(grid[k + 1]), float(first[k + 1]), float(second[k + 1]), far)
        low, high = float(grid[k]), float(grid[k + 1])
