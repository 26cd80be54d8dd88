"""Sweeps: the result of a study as one or two of its inputs go over a range.

Every point is the study with the inputs replaced and all else as it is; where an input is a share of a mix, the others
follow in proportion, so that the mix stays whole. All points of a case are evaluated together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import isfinite
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lca import units
from lca.compile import Model
from lca.graph import Graph, Node
from lca.model import inputs
from lca.model.case import CaseKey, TotalKey
from lca.model.ledger import SLACK, beside
from lca.problems import Problem, Problems
from lca.questions.force import refuse_idle
from lca.samples import Progress, refuse_too_many
from lca.samples import sweep as swept
from lca.units import Unit

Floats = npt.NDArray[np.float64]

MOST_POINTS = 100_000
LONGEST_COUNT = 7  # digits of a number of points
RECORD = 100  # numbers whose room a line of a table, or a record, takes
SCALES = ("log", "lin")
ROUND = 12  # significant digits of a point between two ends


class Axis(NamedTuple):
    """One input and its points, in the unit in which they were written."""

    path: str
    unit: Unit
    points: tuple[float, ...]


class Series(NamedTuple):
    """One figure of a case over all points; `base` is what it is as the study stands. `group` are values of columns."""

    functional_unit: str
    variant: str | None
    criterion: str
    group: tuple[str, ...]
    values: Floats
    base: float

    @property
    def case(self) -> CaseKey:
        """The case that the figure is of."""
        return CaseKey(self.functional_unit, self.variant)

    @property
    def total(self) -> TotalKey:
        """The total that the figure is a part of."""
        return self.case.total(self.criterion)


class Sweep(NamedTuple):
    """Axes, and the figures at every point: of two axes, the second runs faster.

    `at_base` is the value of each axis as the study stands, by case, in the unit of the axis.
    """

    axes: tuple[Axis, ...]
    by: tuple[str, ...]
    series: tuple[Series, ...]
    at_base: dict[CaseKey, tuple[float, ...]]

    @property
    def grid(self) -> list[tuple[float, ...]]:
        """The coordinates of every point."""
        return list(product(*(axis.points for axis in self.axes)))


class Asked(NamedTuple):
    """A range as it was asked for: `path=…`."""

    path: str
    parts: tuple[str, ...]
    steps: int = 0
    log: bool = False


# --- Ranges as written ----------------------------------------------------------------------------------------------


def asked(text: str) -> Asked:
    """A range: `path=first:last:count`, with `:log` for equal ratios, or `path=a,b,c`. Problems where it is neither.

    >>> asked("inference.server.aur=5%:100%:40")
    Asked(path='inference.server.aur', parts=('5%', '100%'), steps=40, log=False)
    >>> asked("sites.lab.pue=1.1,1.2,1.5").parts
    ('1.1', '1.2', '1.5')
    """
    path, sign, rest = text.partition("=")
    parts = tuple(part.strip() for part in rest.split(":" if ":" in rest else ","))
    if not sign or not path.strip() or not all(parts):
        raise _no_range(f"'{text}' is no range of an input")
    if ":" not in rest:
        return Asked(path.strip(), parts)
    first, last, *steps = parts if len(parts) > 1 else (parts[0], "")
    scale = steps[1] if len(steps) == 2 else "lin"
    if len(steps) not in (1, 2) or scale not in SCALES:
        raise _no_range(f"'{rest}' is no range")
    count = int(steps[0]) if steps[0].isascii() and steps[0].isdigit() and len(steps[0]) <= LONGEST_COUNT else 0
    if not 2 <= count <= MOST_POINTS:
        raise _no_range(f"'{steps[0]}' is no number of points from 2 to {MOST_POINTS}")
    return Asked(path.strip(), (first, last), count, scale == "log")


def _no_range(message: str) -> Problems:
    return Problems([Problem(message, (), "as in path=5%:100%:40, path=1e5:1e9:30:log, or path=1.1,1.2,1.5")])


def axis(model: Model, range_: Asked) -> Axis:
    """The points of a range, tested against the bounds of its input. Problems where there is no such input."""
    refuse_idle(model, [range_.path])
    leaves = inputs.leaves(model.facts, range_.path, model.totals.values())
    leaf = model.graph.info[leaves[0]]
    quantities = inputs.numbers(model.graph, leaves, [(part, range_.path) for part in range_.parts])
    unit = next((own for _, own in quantities if own is not units.ONE), leaf.unit)
    ends = [value * (units.scale(own, unit) or 1.0) for value, own in quantities]
    points = tuple(ends) if not range_.steps else tuple(_between(ends[0], ends[1], range_))
    for point in (min(points), max(points)):
        inputs.refuse_outside(model.facts, leaves[0], point * (units.scale(unit, leaf.unit) or 1.0))
    return Axis(leaf.path, unit, points)


def _between(first: float, last: float, range_: Asked) -> Iterator[float]:
    if range_.log and not first * last > 0:
        raise Problems([Problem(f"{range_.path}: equal ratios need two ends above 0", (), "leave out :log")])
    steps = range_.steps - 1
    for k in range(range_.steps):
        t = k / steps
        between = first * (last / first) ** t if range_.log else first + (last - first) * t
        yield (first, last)[k == steps] if k in (0, steps) else float(f"{between:.{ROUND}g}")


# --- Points ---------------------------------------------------------------------------------------------------------


def sweep(model: Model, axes: Sequence[Axis], by: Iterable[str] = (), progress: Progress | None = None) -> Sweep:
    """The totals of a model, or their parts by columns of its lines, at every point.

    Cases that depend on none of the inputs are left out. Problems where a point is impossible.
    """
    columns = tuple(by)
    of_case = {case: _figures(model, case, columns) for case in model.cases}
    _refuse_too_many(axes, sum(map(len, of_case.values())))
    grid = list(product(*(each.points for each in axes)))
    series: list[Series] = []
    at_base: dict[CaseKey, tuple[float, ...]] = {}
    moved: dict[int, Floats] = {}
    for number, (case, figures) in enumerate(of_case.items(), 1):
        leaves = _leaves(model, axes, model.graph.below(figures.values()))
        if leaves:
            at_base[case] = tuple(_base(model, each, leaves) for each in axes)
            values = _values(model, axes, grid, leaves)
            moved |= values
            rows = swept(model.graph, list(figures.values()), values)
            series += [Series(*case, *key, row[:-1], float(row[-1])) for key, row in zip(figures, rows, strict=True)]
        if progress:
            progress(number / len(model.cases))
    _refuse_impossible(model, _reached(model, moved), axes, grid)
    return Sweep(tuple(axes), columns, tuple(series), at_base)


def _refuse_too_many(axes: Sequence[Axis], figures: int) -> None:
    count = 1
    for each in axes:
        count *= len(each.points)
    if count > MOST_POINTS:
        raise Problems([Problem(f"{count:,} points are more than {MOST_POINTS:,}", (), "ask for fewer")])
    refuse_too_many(count, figures * RECORD, "points")
    if len({each.path for each in axes}) < len(axes):
        raise Problems([Problem(f"{axes[0].path} is asked for twice", (), "name two inputs, or one")])


Figures = dict[tuple[str, tuple[str, ...]], int]  # by criterion and group


def _figures(model: Model, case: CaseKey, columns: tuple[str, ...]) -> Figures:
    """The node of each figure of a case."""
    if not columns:
        return {(key, ()): model.totals[case.total(key)] for key in model.criteria}
    impacts: dict[tuple[str, tuple[str, ...]], list[Node]] = {}
    for line in model.lines.of(case):
        group = tuple(str(getattr(line, name)) for name in columns)
        impacts.setdefault((line.criterion, group), []).append(Node(model.graph, line.impact))
    return {key: model.graph.sum(nodes).index for key, nodes in impacts.items()}


Leaves = dict[str, list[int]]  # of each path that is swept and that a case depends on


def _leaves(model: Model, axes: Sequence[Axis], below: Iterable[int]) -> Leaves:
    graph = model.graph
    by_path: Leaves = {}
    wanted = {each.path for each in axes}
    for index in below:
        if graph.op[index] == "input" and graph.info[index].path in wanted:
            by_path.setdefault(graph.info[index].path, []).append(index)
    return by_path


def _base(model: Model, each: Axis, leaves: Leaves) -> float:
    """What an input is as a case stands; where the case does not depend on it, as another one stands."""
    indices = leaves.get(each.path) or inputs.leaves(model.facts, each.path, model.totals.values())
    leaf = model.graph.info[indices[0]]
    return float(leaf.value * (units.scale(leaf.unit, each.unit) or 1.0))


def _values(model: Model, axes: Sequence[Axis], grid: Sequence[tuple[float, ...]], leaves: Leaves) -> dict[int, Floats]:
    """What each leaf that is swept is at every point, and last as the study stands."""
    graph = model.graph
    by_leaf: dict[int, Floats] = {}
    columns = np.array(grid).T
    for points, each in zip(columns, axes, strict=True):
        for index in leaves.get(each.path, ()):
            _refuse_shared_mix(graph, by_leaf, index)
            with np.errstate(divide="ignore"):
                converted = inputs.in_unit_of(graph, index, points, each.unit)
                by_leaf[index] = inputs.given(graph, index, converted)
    return {index: np.append(numbers, graph.info[index].value) for index, numbers in by_leaf.items()}


def _refuse_shared_mix(graph: Graph, others: Iterable[int], leaf: int) -> None:
    path = graph.info[leaf].path
    if any(graph.info[other].path != path and inputs.in_one_mix(graph, other, leaf) for other in others):
        hint = "sweep one of them; the others of the mix follow"
        raise Problems([Problem(f"{path} and the other input are shares of one mix", (), hint)])


def _tested(model: Model) -> list[int]:
    """The derived quantities that have bounds, and the sums of shares that keep their sum by a formula."""
    facts, graph = model.facts, model.graph
    totals = (total.index for total in facts.sums if total.index not in graph.mixes)
    bounded = dict.fromkeys([*(limit.index for limit in facts.limits), *totals])
    return [index for index in bounded if graph.op[index] != "input"]


def _reached(model: Model, values: Mapping[int, Floats]) -> dict[int, Floats]:
    """What each bounded quantity that moves is at every point, by node."""
    tested = _tested(model)
    moving = set(model.graph.above(values, model.graph.below(tested)))
    bounded = [index for index in tested if index in moving]
    rows = swept(model.graph, bounded, values) if bounded else ()
    return {index: row[:-1] for index, row in zip(bounded, rows, strict=True)}


def _refuse_impossible(
    model: Model, reached: Mapping[int, Floats], axes: Sequence[Axis], grid: Sequence[tuple[float, ...]]
) -> None:
    """Problems where a derived quantity leaves its bounds, or shares miss 100 %, at a point."""
    for limit in dict.fromkeys(model.facts.limits) if reached else ():
        for value in _ends(reached.get(limit.index)):
            if not limit.bounds.allows(value * limit.factor):
                where = _where(reached[limit.index], value, axes, grid)
                shown = beside(limit.bounds, value, model.graph.unit[limit.index])
                message = f"{limit.path} is {shown} {where}; it has to be {limit.bounds}"
                raise Problems([Problem(message, (limit.span,), "choose a smaller range")])
    for total in dict.fromkeys(model.facts.sums) if reached else ():
        for value in _ends(reached.get(total.index)):
            if not abs(value - 1) <= SLACK:
                where = _where(reached[total.index], value, axes, grid)
                raise Problems([Problem(f"{total.what} sum to {value * 100:g} % {where}", (total.span,), "")])


def _ends(values: Floats | None) -> tuple[float, ...]:
    return () if values is None else (float(values.min()), float(values.max()))


def _where(values: Floats, value: float, axes: Sequence[Axis], grid: Sequence[tuple[float, ...]]) -> str:
    """The point at which a value is reached, in words."""
    hits = np.flatnonzero(values == value) if isfinite(value) else np.flatnonzero(~np.isfinite(values))
    point = grid[int(hits[0])]
    shown = (f"{each.path} = {x:g} {each.unit}".removesuffix(" 1") for each, x in zip(axes, point, strict=True))
    return f"at {', '.join(shown)}"
