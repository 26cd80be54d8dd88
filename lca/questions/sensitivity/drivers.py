"""What matters: how figures follow their inputs, one at a time, by derivatives, and by shares of their variance.

Three questions, three answers. A tornado says how far a figure goes when one input goes over its own range; an
elasticity, by how many percent it changes for one percent of an input; a Sobol' index (variance.py), which share of
the variance comes from an input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.compile import Model
from lca.graph import Graph, Input, elasticities, evaluate
from lca.model import inputs, moments
from lca.model.case import CaseKey
from lca.questions.sensitivity.sobol import Index
from lca.questions.sensitivity.variance import Decomposition, Group, Variances, groups, leaves_of
from lca.samples import Progress, within

DRAWS = 8_192  # of each of the two samples of the estimator
TAIL = 0.025  # of a law outside the range that a tornado takes where no low and high are stated
INPUT, MIX, SHARE, TOGETHER, MEMBER = "input", "mix", "share", "together", "one of several"
Ends = Mapping[str, tuple[Mapping[int, float], Mapping[int, float]]]  # figures at both ends of a range, by path


class Driver(NamedTuple):
    """What a figure depends on and is uncertain. `low` and `high` are a range, `at_low` and `at_high` the figure there.

    kind: `input`; `mix` or inputs that go `together`, which have indices alone; or a `share` of a mix, or one of
    several inputs that go together, which has none of its own. `mix`: what it is a part of.
    """

    path: str
    kind: str
    sobol: Index | None
    value: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    at_low: float | None = None
    at_high: float | None = None
    elasticity: float | None = None
    mix: str = ""

    @property
    def swing(self) -> float:
        """How far the figure moves over the range."""
        return abs(self.at_high - self.at_low) if self.at_low is not None and self.at_high is not None else 0.0


class Sensitivity(NamedTuple):
    """A figure and what drives it. `held`: the inputs that have no law, and their elasticities, the largest first."""

    functional_unit: str
    variant: str | None
    criterion: str
    unit: str
    value: float
    drivers: tuple[Driver, ...]
    held: tuple[tuple[str, float], ...]
    indices: Decomposition


def sensitivities(
    model: Model, draws: int = DRAWS, seed: int = 0, progress: Progress | None = None
) -> list[Sensitivity]:
    """Every total of a model with what drives it: what matters most first, the shares of a mix after the mix."""
    analysed: list[Sensitivity] = []
    for number, case in enumerate(model.cases):
        analysed += _of_case(model, case, draws, seed, within(progress, number, len(model.cases)))
    return analysed


def range_of(leaf: Input) -> tuple[float, float]:
    """The range of an input: its low and high, or the middle 95 % of its law."""
    if leaf.low is None and leaf.high is None:
        return moments.quantile(leaf.law, TAIL), moments.quantile(leaf.law, 1 - TAIL)
    return (leaf.value if leaf.low is None else leaf.low), (leaf.value if leaf.high is None else leaf.high)


def _of_case(model: Model, case: CaseKey, draws: int, seed: int, progress: Progress | None) -> Iterator[Sensitivity]:
    graph = model.graph
    roots = [model.totals[case.total(key)] for key in model.criteria]
    below = graph.below(roots)
    values = evaluate(graph, None, below)
    varying = groups(graph, below)
    ends = _ends(model, varying, below, values, roots)
    of_roots = Variances(graph, varying, values).indices(roots, draws, seed, progress)
    for key, root, indices in zip(model.criteria, roots, of_roots, strict=True):
        slopes = _by_path(model, elasticities(graph, root, values))
        drivers = tuple(_drivers(model, root, varying, ends, slopes, indices))
        known = {driver.path for driver in drivers}
        held = sorted(((p, s) for p, s in slopes.items() if p not in known), key=lambda each: -abs(each[1]))
        unit = model.factors.criteria[key].unit_label
        yield Sensitivity(*case, key, unit, values[root], drivers, tuple(held), indices)


def _by_path(model: Model, by_leaf: Mapping[int, float]) -> dict[str, float]:
    slopes: dict[str, float] = {}
    for index, slope in by_leaf.items():
        path = model.graph.info[index].path
        slopes[path] = slopes.get(path, 0.0) + slope
    return slopes


def _ends(
    model: Model, varying: Sequence[Group], below: Sequence[int], values: Sequence[float], roots: Sequence[int]
) -> Ends:
    """The figures with each uncertain input at either end of its range, the other shares of a mix following."""
    graph = model.graph
    parents = _parents(graph, below)
    by_path: dict[str, list[int]] = {}
    for leaf in (leaf for group in varying for leaf in leaves_of(graph, group) if graph.info[leaf].law is not None):
        by_path.setdefault(graph.info[leaf].path, []).append(leaf)

    def at_end(leaves: Sequence[int], end: int) -> dict[int, float]:
        free = [leaf for leaf in leaves if not inputs.is_whole(graph, leaf)]
        changed = {leaf: inputs.given(graph, leaf, range_of(graph.info[leaf])[end]) for leaf in free}
        moved = evaluate(graph, changed, _moving(parents, changed), values)
        return {root: moved[root] for root in roots}

    return {path: (at_end(leaves, 0), at_end(leaves, 1)) for path, leaves in by_path.items()}


def _parents(graph: Graph, below: Iterable[int]) -> dict[int, list[int]]:
    """The nodes that each node is an argument of."""
    parents: dict[int, list[int]] = {}
    for index in below:
        for child in graph.args[index]:
            parents.setdefault(child, []).append(index)
    return parents


def _moving(parents: Mapping[int, Sequence[int]], leaves: Iterable[int]) -> list[int]:
    """What depends on leaves, in the order of the tape."""
    waiting = list(leaves)
    moving = set(waiting)
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in moving:
                moving.add(parent)
                waiting.append(parent)
    return sorted(moving)


def _drivers(
    model: Model, root: int, varying: Sequence[Group], ends: Ends, slopes: Mapping[str, float], indices: Decomposition
) -> Iterator[Driver]:
    """What is uncertain below a root: by the total index, then by how far the figure goes."""
    below = set(model.graph.below([root]))
    ranked: list[tuple[float, float, list[Driver]]] = []
    for group in varying:
        leaves = {model.graph.info[leaf].path: leaf for leaf in leaves_of(model.graph, group) if leaf in below}
        if leaves:
            index = indices.of[group.name]
            each = [_driver(model, root, path, leaf, group, ends, slopes, index) for path, leaf in leaves.items()]
            each.sort(key=lambda driver: -driver.swing)
            top = [Driver(group.name, _kinds(group)[0], index)] if _kinds(group)[0] != INPUT else []
            ranked.append((-index.total if index else 0.0, -each[0].swing, top + each))
    for *_, drivers in sorted(ranked, key=lambda each: each[:2]):
        yield from drivers


def _kinds(group: Group) -> tuple[str, str]:
    """What a group is, and what each of its inputs."""
    return (MIX, SHARE) if group.mix is not None else (TOGETHER, MEMBER) if group.together else (INPUT, INPUT)


def _driver(
    model: Model,
    root: int,
    path: str,
    leaf: int,
    group: Group,
    ends: Ends,
    slopes: Mapping[str, float],
    index: Index | None,
) -> Driver:
    known: Input = model.graph.info[leaf]
    slope = slopes.get(path, 0.0)
    whole, kind = _kinds(group)
    sobol, mix = (index, "") if whole == INPUT else (None, group.name)
    if path not in ends:
        return Driver(path, kind, sobol, known.value, str(known.unit), elasticity=slope, mix=mix)
    (low, high), (at_low, at_high) = range_of(known), ends[path]
    return Driver(path, kind, sobol, known.value, str(known.unit), low, high, at_low[root], at_high[root], slope, mix)
