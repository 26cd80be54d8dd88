"""Break-even: the value of an input at which two figures weigh the same.

The range is searched on a grid of equal ratios, and every change of sign between two neighbours is closed in on by
bisection. Two crossings between two neighbours of the grid are not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import inf, isfinite, sqrt
from typing import NamedTuple

from lca import inputs, units
from lca.graph import evaluate
from lca.model.ledger import Ledger
from lca.problems import Problem, Problems, near
from lca.units import Unit

POINTS = 400  # of the grid
REACH = 1_000.0  # how far to search, as a ratio to the value in force
STEPS = 200  # of a bisection: more than a float has bits
LEAP = 1e-6  # a difference that stays, relative to the figures, is a leap and no meeting

Pair = tuple[float, float]
Word = tuple[str, str]
Figures = Callable[[float], Pair]


class Crossing(NamedTuple):
    """Where the two figures meet, or pass each other at a leap; and what they are there."""

    at: float
    first: float
    second: float
    leap: bool = False


class BreakEven(NamedTuple):
    """Two figures over the range of an input. `at` is in `unit`; `ends` holds both figures at both ends."""

    path: str
    unit: Unit
    base: float
    at_base: Pair
    low: float
    high: float
    ends: tuple[Pair, Pair]
    crossings: tuple[Crossing, ...]
    same: bool = False


# --- What is compared -----------------------------------------------------------------------------------------------

COLUMNS = ("phase", "tier", "stage", "item")
CASE = ("of=", "variant=")
ALL = ("total", "all")
Where = tuple[tuple[str, str], ...]


def sides(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words before and after the `=` that stands alone, or that joins two names.

    >>> sides(["training", "=", "tier=terminals", "stage=use"])
    (['training'], ['tier=terminals', 'stage=use'])
    >>> sides(["training=inference"])
    (['training'], ['inference'])
    """
    parts = list(words)
    if "=" not in parts and len(parts) == 1 and parts[0].partition("=")[0] not in COLUMNS:
        parts = [part for name in parts[0].partition("=") for part in [name] if part]
    if parts.count("=") != 1 or parts[0] == "=" or parts[-1] == "=":
        hint = "as in: training = inference, or: tier=terminals = phase=training stage=use"
        raise Problems([Problem("name two figures with = between them", (), hint)])
    middle = parts.index("=")
    return parts[:middle], parts[middle + 1 :]


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


def break_even(ledger: Ledger, first: int, second: int, path: str, start: str = "", stop: str = "") -> BreakEven:
    """Where two figures (nodes of one unit) meet as an input goes from `start` to `stop`, quantities as written.

    Without them, from a thousandth to a thousand times its value, within its bounds. Problems where the input is
    unknown or the range impossible.
    """
    leaves = inputs.found(ledger, path, [first, second])
    graph = ledger.graph
    leaf = graph.info[leaves[0]]
    low, high, unit = _range(ledger, leaves[0], start, stop)
    nodes = graph.below([first, second])
    known = evaluate(graph, None, nodes)

    def figures(x: float) -> Pair:
        values: dict[int, float] = {}
        for index in leaves:
            value = x * (units.scale(unit, graph.unit[index]) or 1.0)
            values |= {index: value, **inputs.rescaled(ledger, index, value, nodes)}
        found = evaluate(graph, values, graph.above(values, nodes), known)
        return found[first], found[second]

    ends = figures(low), figures(high)
    crossings, same = meetings(figures, low, high)
    base = leaf.value * (units.scale(leaf.unit, unit) or 1.0)
    return BreakEven(leaf.path, unit, base, (known[first], known[second]), low, high, ends, tuple(crossings), same)


def _range(ledger: Ledger, index: int, start: str, stop: str) -> tuple[float, float, Unit]:
    leaf = ledger.graph.info[index]
    low, high = _usual(ledger, index)
    written = [
        inputs.number(text, leaf.unit, name) if text else None for text, name in ((start, "--from"), (stop, "--to"))
    ]
    unit = next((given[1] for given in written if given), leaf.unit)
    for place, given in enumerate(written):
        if given:
            value = given[0] * (units.scale(given[1], leaf.unit) or 1.0)
            inputs.refuse_outside(ledger, index, value)
            low, high = (value, high) if place == 0 else (low, value)
    if not (isfinite(low) and isfinite(high) and low < high):
        hint = "give --from and --to, the first below the second"
        raise Problems([Problem(f"{leaf.path} has no range to search", (), hint)])
    factor = units.scale(leaf.unit, unit) or 1.0
    return low * factor, high * factor, unit


def _usual(ledger: Ledger, index: int) -> Pair:
    """A thousandth to a thousand times the value, within the bounds; nothing where the value is not above 0."""
    value = ledger.graph.info[index].value
    if not value > 0:
        return inf, -inf
    low, high = value / REACH, value * REACH
    for limit in inputs.bounds(ledger, index):
        least = limit.bounds.low if limit.bounds.low is not None else limit.bounds.above
        low = max(low, -inf if least is None else least / limit.factor)
        high = min(high, inf if limit.bounds.high is None else limit.bounds.high / limit.factor)
    return low, high


def meetings(figures: Figures, low: float, high: float) -> tuple[list[Crossing], bool]:
    """Every meeting on a grid from low to high, in rising order, and whether the figures are the same all over."""
    grid = list(_grid(low, high))
    gaps = [_gap(figures(x)) for x in grid]
    if not any(gaps):
        return [], True
    found = [Crossing(grid[k], *figures(grid[k])) for k in _edges(gaps)]
    for (a, left), (b, right) in pairwise(zip(grid, gaps, strict=True)):
        if left * right < 0:
            found.append(_closed_in(figures, a, b, left))
    return sorted(found), False


def _gap(pair: Pair) -> float:
    return pair[0] - pair[1]


def _grid(low: float, high: float) -> Iterator[float]:
    """Points of equal ratios where all are above 0, of equal distances otherwise."""
    for k in range(POINTS + 1):
        t = k / POINTS
        yield low if k == 0 else high if k == POINTS else low * (high / low) ** t if low > 0 else low + (high - low) * t


def _edges(gaps: Sequence[float]) -> Iterator[int]:
    """The places where the gap is 0 and a neighbour's is not: where figures touch, or are equal from there on."""
    for k, gap in enumerate(gaps):
        if gap == 0 and any(gaps[other] for other in (k - 1, k + 1) if 0 <= other < len(gaps)):
            yield k


def _closed_in(figures: Figures, a: float, b: float, left: float) -> Crossing:
    for _ in range(STEPS):
        middle = sqrt(a) * sqrt(b) if a > 0 else (a + b) / 2
        if not a < middle < b:
            break
        gap = _gap(figures(middle))
        if gap == 0:
            return Crossing(middle, *figures(middle))
        a, b = (middle, b) if (gap < 0) == (left < 0) else (a, middle)
    first, second = figures(b)
    return Crossing(b, first, second, abs(first - second) > LEAP * max(abs(first), abs(second)))
