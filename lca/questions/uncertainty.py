"""How sure figures are: every input that has a law varies at once, in all cases together.

Samples are summed first, quantiles come after. Cases share the draws of the inputs they share, so that two variants
are compared draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from lca import samples
from lca.compile import Line, Model
from lca.graph import Graph, Input, Node, evaluate, gradient
from lca.model.demand import is_demanded
from lca.model.laws import Choices, Dirichlet, Law
from lca.model.moments import mean, quantile, variance
from lca.problems import Problem, Problems
from lca.samples import Floats, Pair, Spread
from lca.wording import plural

FEWEST, MOST = 100, 10_000_000  # samples
ROOM = 16_000_000  # samples held at once, of all figures: 128 MB
EXPLAINED = 60  # inputs whose part in the gap between mean and deterministic value is worked out
NEGLIGIBLE = 0.01  # gap between mean and deterministic value that needs no words
SLIGHT = 1e-6  # part of that gap that is not worth a word
STEP, REACH = 0.25, 6.5  # standard deviations: between the points of an integral over a law, and its ends


class Sampled(NamedTuple):
    """A figure to be sampled; `group` are values of columns, none for a total."""

    functional_unit: str
    variant: str | None
    criterion: str
    group: tuple[str, ...]
    node: int


class Cause(NamedTuple):
    """What one input, varied alone, does to the mean of a figure, relative to the deterministic value.

    `shift` is the part that comes of its own mean not being its value; the rest comes of the figure not rising
    straight with it, as where it divides.
    """

    leaf: Input
    effect: float
    shift: float


class Estimate(NamedTuple):
    """What the samples of a figure say, beside its deterministic value. `causes`: the largest first."""

    figure: Sampled
    value: float
    spread: Spread
    causes: tuple[Cause, ...]

    @property
    def gap(self) -> float:
        """How far the mean is from the deterministic value, relative to it."""
        return (self.spread.mean - self.value) / abs(self.value) if self.value else 0.0


class Comparison(NamedTuple):
    """A figure of one variant against the same figure of another, draw by draw: how the first differs."""

    figure: Sampled
    against: str | None
    pair: Pair


class Inputs(NamedTuple):
    """The inputs that the figures depend on, each path once. `assumed`: held, assumed, and without a range."""

    uncertain: tuple[Input, ...]
    held: tuple[Input, ...]
    assumed: tuple[Input, ...]
    mixes: tuple[tuple[str, str], ...]


class Uncertainty(NamedTuple):
    """Estimates of figures, comparisons of variants, and what was varied."""

    samples: int
    seed: int
    by: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]
    inputs: Inputs


def uncertainty(
    model: Model,
    count: int,
    seed: int,
    by: Sequence[str] = (),
    threads: int = samples.THREADS,
    progress: Callable[[float], None] | None = None,
) -> Uncertainty:
    """The spread of every total of a model, or of its parts by columns.

    Problems where there are too few or too many samples, or a figure is not finite in some of them.
    """
    figures = sorted(_figures(model, by), key=_place(model))
    most = _most(figures)
    if not FEWEST <= count <= most:
        hint = f"between {FEWEST} and {most:,} here".replace(",", " ")
        asked = plural(count, "sample is", "samples are")
        raise Problems([Problem(f"{asked} too {'few' if count < FEWEST else 'many'}", (), hint)])
    values = evaluate(model.graph)
    spreads: list[Spread] = []
    pairs: list[Comparison] = []
    passes = list(_passes(figures, max(1, ROOM // count)))
    for number, part in enumerate(passes):
        rows = _sampled(model.graph, part, count, seed, threads, _within(progress, number, len(passes)))
        _refuse_infinite(part, rows)
        pairs += _compared(part, rows)
        spreads += samples.spreads(rows, threads)
    causes = _causes(model, figures, spreads, values)
    estimates = [
        Estimate(figure, values[figure.node], spread, each)
        for figure, spread, each in zip(figures, spreads, causes, strict=True)
    ]
    inputs = _inputs(model.graph, [figure.node for figure in figures])
    return Uncertainty(count, seed, tuple(by), tuple(estimates), tuple(pairs), inputs)


# --- figures --------------------------------------------------------------------------------------------------------


def _figures(model: Model, by: Sequence[str]) -> Iterator[Sampled]:
    if not by:
        for (unit, variant, key), index in model.totals.items():
            if key in model.criteria:
                yield Sampled(unit, variant, key, (), index)
        return
    groups: dict[tuple[str, str | None, str, tuple[str, ...]], list[Line]] = {}
    for line in model.lines:
        group = tuple(str(getattr(line, column)) for column in by)
        groups.setdefault((line.functional_unit, line.variant, line.criterion, group), []).append(line)
    for (unit, variant, key, group), lines in groups.items():
        if key in model.criteria:
            impacts = [Node(model.graph, line.impact) for line in lines]
            total = model.graph.sum(impacts, model.factors.criteria[key].unit)
            yield Sampled(unit, variant, key, group, total.index)


def _place(model: Model) -> Callable[[Sampled], tuple[int, ...]]:
    """Figures that differ in their variant alone stand side by side."""
    units = list(dict.fromkeys(case.functional_unit for case in model.cases))
    variants = list(dict.fromkeys(case.variant for case in model.cases))
    groups: dict[tuple[str, ...], int] = {}

    def place(figure: Sampled) -> tuple[int, ...]:
        group = groups.setdefault(figure.group, len(groups))
        unit, key = units.index(figure.functional_unit), model.criteria.index(figure.criterion)
        return unit, group, key, variants.index(figure.variant)

    return place


def _same(figure: Sampled) -> tuple[object, ...]:
    return figure.functional_unit, figure.criterion, figure.group


def _most(figures: Sequence[Sampled]) -> int:
    """The most samples of which the variants of one figure can be held at once."""
    widest = max((len(list(group)) for _, group in groupby(figures, _same)), default=1)
    return min(MOST, 2 * ROOM // widest)


def _passes(figures: Sequence[Sampled], most: int) -> Iterator[list[Sampled]]:
    """Figures that are sampled together: as many as there is room for, the variants of one never apart."""
    part: list[Sampled] = []
    for _, group in groupby(figures, _same):
        alike = list(group)
        if part and len(part) + len(alike) > most:
            yield part
            part = []
        part += alike
    if part:
        yield part


# --- samples --------------------------------------------------------------------------------------------------------


def _sampled(
    graph: Graph,
    figures: Sequence[Sampled],
    count: int,
    seed: int,
    threads: int,
    progress: Callable[[float], None] | None,
) -> Floats:
    drawn = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    made = samples.program(graph, [figure.node for figure in figures], drawn)
    return samples.sampled(made, count, seed, threads=threads, progress=progress)


def _within(progress: Callable[[float], None] | None, number: int, parts: int) -> Callable[[float], None] | None:
    """The progress of one part as that of the whole."""
    return None if progress is None else lambda done: progress((number + done) / parts)


def _refuse_infinite(figures: Sequence[Sampled], rows: Floats) -> None:
    problems = []
    for figure, part in zip(figures, samples.infinite(rows), strict=True):
        if part:
            case = f"{figure.functional_unit}, {figure.variant}" if figure.variant else figure.functional_unit
            message = f"{figure.criterion} of {case} is not a finite number in {part * 100:.2g} % of the samples"
            problems.append(Problem(message, (), "an input that divides can be 0: narrow its range"))
    if problems:
        raise Problems(problems)


def _compared(figures: Sequence[Sampled], rows: Floats) -> Iterator[Comparison]:
    """Each variant against the first of the cases."""
    start = 0
    for _, group in groupby(figures, _same):
        alike = list(group)
        for place, figure in enumerate(alike[1:], 1):
            yield Comparison(figure, alike[0].variant, samples.pair(rows[start + place], rows[start]))
        start += len(alike)


# --- inputs ---------------------------------------------------------------------------------------------------------


def _inputs(graph: Graph, roots: Sequence[int]) -> Inputs:
    by_path: dict[str, Input] = {}
    below = graph.below(roots)
    for index in below:
        leaf: Input = graph.info[index]
        if graph.op[index] == "input" and (leaf.path not in by_path or leaf.law is not None):
            by_path[leaf.path] = leaf
    uncertain = tuple(leaf for leaf in by_path.values() if leaf.law is not None)
    held = tuple(leaf for leaf in by_path.values() if leaf.law is None)
    assumed = tuple(leaf for leaf in held if leaf.citation.basis == "assumed" and not is_demanded(leaf))
    return Inputs(uncertain, held, assumed, tuple(_methods(graph, below).items()))


def _methods(graph: Graph, below: Sequence[int]) -> dict[str, str]:
    """The mixes that vary, and how they keep their sum."""
    methods: dict[str, str] = {}
    for total in dict.fromkeys(graph.args[index][1] for index in below if graph.op[index] == "share"):
        weights: list[Input] = [graph.info[graph.weight(share)] for share in graph.mixes[total]]
        if any(leaf.law is not None for leaf in weights):
            dirichlet = any(isinstance(leaf.law, Dirichlet) for leaf in weights)
            methods[weights[0].group] = "Dirichlet" if dirichlet else "renormalised"
    return methods


# --- why the mean is not the deterministic value ---------------------------------------------------------------------


def _causes(
    model: Model,
    figures: Sequence[Sampled],
    spreads: Sequence[Spread],
    values: Sequence[float],
) -> list[tuple[Cause, ...]]:
    """What each input does to the mean of each figure whose mean is not its deterministic value."""
    causes: list[list[Cause]] = [[] for _ in figures]
    apart = [
        place
        for place, (figure, spread) in enumerate(zip(figures, spreads, strict=True))
        if values[figure.node] and abs(spread.mean / values[figure.node] - 1) > NEGLIGIBLE
    ]
    if apart:
        _explain(model.graph, [figures[place] for place in apart], apart, values, causes)
    return [tuple(sorted(each, key=lambda cause: -abs(cause.effect))) for each in causes]


def _explain(
    graph: Graph,
    figures: Sequence[Sampled],
    places: Sequence[int],
    values: Sequence[float],
    causes: list[list[Cause]],
) -> None:
    roots = [figure.node for figure in figures]
    slopes = [gradient(graph, root, values) for root in roots]
    groups = _heaviest(graph, roots, slopes)
    rows = samples.sweep(graph, roots, _one_at_a_time(graph, groups)).tolist()
    end = 0
    for leaves in groups:
        points = _points(graph.info[leaves[0]].law)
        start, end = end, end + len(points)
        for row, root, place, slope in zip(rows, roots, places, slopes, strict=True):
            alone = math.fsum(x * weight for x, (_, weight) in zip(row[start:end], points, strict=True))
            effect = (alone - values[root]) / abs(values[root])
            shift = sum(slope.get(i, 0.0) * (mean(graph.info[i].law) - graph.info[i].value) for i in leaves)
            if abs(effect) > SLIGHT:
                causes[place].append(Cause(graph.info[leaves[0]], effect, shift / abs(values[root])))


def _one_at_a_time(graph: Graph, groups: Sequence[Sequence[int]]) -> dict[int, list[float]]:
    """Numbers of each leaf: over its law where it is its turn, else its value."""
    turns = [len(_points(graph.info[leaves[0]].law)) for leaves in groups]
    given: dict[int, list[float]] = {}
    for turn, leaves in enumerate(groups):
        start = sum(turns[:turn])
        for leaf in leaves:
            given[leaf] = [graph.info[leaf].value] * sum(turns)
            given[leaf][start : start + turns[turn]] = [x for x, _ in _points(graph.info[leaf].law)]
    return given


def _heaviest(graph: Graph, roots: Sequence[int], slopes: Sequence[Mapping[int, float]]) -> list[list[int]]:
    """The leaves of each uncertain path, those first whose spread moves a figure most."""
    by_path: dict[tuple[str, int], list[int]] = {}
    weight: dict[tuple[str, int], float] = {}
    for index in graph.below(roots):
        leaf = graph.info[index]
        if graph.op[index] == "input" and leaf.law is not None:
            key = (leaf.path, len(_points(leaf.law)))
            by_path.setdefault(key, []).append(index)
            deviation = math.sqrt(variance(leaf.law))
            own = max(abs(slope.get(index, 0.0)) * deviation for slope in slopes)
            weight[key] = max(weight.get(key, 0.0), own)
    ranked = sorted(by_path, key=lambda key: -weight[key])
    return [by_path[key] for key in ranked[:EXPLAINED]]


@lru_cache(maxsize=1024)
def _points(law: Law) -> list[tuple[float, float]]:
    """Numbers of a law with weights that sum to 1: the trapezoid rule over the normal scores of its quantiles."""
    if isinstance(law, Choices):
        return list(zip(law.values, law.chances, strict=True))
    steps = round(REACH / STEP)
    scores = [step * STEP for step in range(-steps, steps + 1)]
    weights = [math.exp(-z * z / 2) for z in scores]
    total = sum(weights)
    return [(quantile(law, math.erfc(-z / math.sqrt(2)) / 2), w / total) for z, w in zip(scores, weights, strict=True)]
