"""How sure figures are: every input that has a law varies at once, in all cases together.

Samples are summed first, quantiles come after. Cases share the draws of the inputs they share, so that two variants
are compared draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeVar

from lca import samples
from lca.compile import Line, Model
from lca.graph import Graph, Input, Node, evaluate, gradient
from lca.model.demand import is_demanded
from lca.model.laws import Choices, Dirichlet, Law
from lca.model.moments import mean, quantile, variance
from lca.problems import Problem, Problems
from lca.questions.beyond import beyond
from lca.questions.sensitivity.existence import Existence, Existing
from lca.samples import Floats, Pair, Spread
from lca.spoken import N_
from lca.wording import plural

Name = TypeVar("Name", bound=Hashable)

FEWEST = 100  # samples
DIRICHLET, RENORMALISED = "Dirichlet", N_("renormalised")  # how shares of a mix keep their sum
ROOM = 16_000_000  # samples held at once where figures are sampled in turns: 128 MB
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
    """What one draw, varied alone, does to the mean of a figure, relative to the deterministic value.

    It moves an input, or several that go together. `shift` is the part that comes of its own mean not being its value;
    the rest comes of the figure not rising straight with it, as where it divides.
    """

    leaves: tuple[Input, ...]
    effect: float
    shift: float

    @property
    def leaf(self) -> Input:
        """The first of the inputs."""
        return self.leaves[0]

    @property
    def name(self) -> str:
        """The paths of the inputs."""
        return ", ".join(dict.fromkeys(leaf.path for leaf in self.leaves))


class Estimate(NamedTuple):
    """What the samples of a figure say, beside its deterministic value. `causes`: the largest first.

    draws: how many vary, those that go together being one. lowest: the part of the samples in which it is the lowest of
    its rivals, None where it is none of them. A mean or a deviation that does not exist, or of which that is not known,
    is None.
    """

    figure: Sampled
    value: float
    spread: Spread
    causes: tuple[Cause, ...]
    existence: Existence = Existence()
    draws: int = 0
    lowest: float | None = None

    @property
    def gap(self) -> float:
        """How far the mean is from the deterministic value, relative to it."""
        return _gap(self.spread, self.value)


def _gap(spread: Spread, value: float) -> float:
    return (spread.mean - value) / abs(value) if value and spread.mean is not None else 0.0


class Comparison(NamedTuple):
    """A figure of one variant against the same figure of another, draw by draw: how the first differs."""

    figure: Sampled
    against: str | None
    pair: Pair


class Inputs(NamedTuple):
    """The inputs that the figures depend on, each path once. `assumed`: held, assumed, and without a range.

    together: paths that are one draw. apart: those that have a draw of their own in each variant.
    """

    uncertain: tuple[Input, ...]
    held: tuple[Input, ...]
    assumed: tuple[Input, ...]
    mixes: tuple[tuple[str, str], ...]
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[str, ...] = ()


class Uncertainty(NamedTuple):
    """Estimates of figures, comparisons of variants, what was varied, and which bounds were left, in words."""

    samples: int
    seed: int
    by: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]
    inputs: Inputs
    beyond: tuple[str, ...] = ()


def uncertainty(
    model: Model,
    count: int,
    seed: int,
    by: Sequence[str] = (),
    threads: int = samples.THREADS,
    progress: Callable[[float], None] | None = None,
    rivals: Container[str | None] = (),
) -> Uncertainty:
    """The spread of every total of a model, or of its parts by columns.

    rivals: variants of which it is counted in how many samples each is the lowest.

    Problems where there are too few or too many samples, or a figure is not finite in some of them.
    """
    figures = sorted(_figures(model, by), key=_place(model))
    if count < FEWEST:
        raise Problems([Problem(f"{plural(count, 'sample is', 'samples are')} too few", (), f"at least {FEWEST}")])
    samples.refuse_too_many(count, _widest(figures), "samples")
    values = evaluate(model.graph)
    existing = Existing(model.graph, [figure.node for figure in figures], values)
    exist = {figure: existing.of(figure.node) for figure in figures}
    spreads: list[Spread] = []
    pairs: list[Comparison] = []
    lowest: dict[Sampled, float] = {}
    passes = list(_passes(figures, max(1, ROOM // count)))
    for number, part in enumerate(passes):
        rows = _sampled(model.graph, part, count, seed, threads, samples.within(progress, number, len(passes)))
        _refuse_infinite(exist, part, rows)
        pairs += _compared(part, rows, threads)
        lowest |= _lowest(part, rows, rivals)
        spreads += samples.spreads(rows, threads)
    spreads = [_existing(spread, exist[figure]) for figure, spread in zip(figures, spreads, strict=True)]
    causes = _causes(existing, figures, spreads)
    estimates = [
        Estimate(
            figure,
            values[figure.node],
            spread,
            each,
            exist[figure],
            len(existing.draws(figure.node)),
            lowest.get(figure),
        )
        for figure, spread, each in zip(figures, spreads, causes, strict=True)
    ]
    inputs = varied(model.graph, [figure.node for figure in figures])
    left = tuple(beyond(model, seed))
    return Uncertainty(count, seed, tuple(by), tuple(estimates), tuple(pairs), inputs, left)


def _existing(spread: Spread, existence: Existence) -> Spread:
    """What samples say, without what they only seem to say: a mean that does not exist, or its deviation."""
    if existence.variance:
        return spread
    return spread._replace(mean=spread.mean if existence.mean else None, sd=None, error=None)


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
    units = _numbered(case.functional_unit for case in model.cases)
    variants = _numbered(case.variant for case in model.cases)
    groups: dict[tuple[str, ...], int] = {}

    def place(figure: Sampled) -> tuple[int, ...]:
        group = groups.setdefault(figure.group, len(groups))
        unit, key = units[figure.functional_unit], model.criteria.index(figure.criterion)
        return unit, group, key, variants[figure.variant]

    return place


def _numbered(names: Iterable[Name]) -> dict[Name, int]:
    """The place of each name."""
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _same(figure: Sampled) -> tuple[object, ...]:
    return figure.functional_unit, figure.criterion, figure.group


def _widest(figures: Sequence[Sampled]) -> int:
    """How many numbers of a draw are kept at once: those of the variants of one figure."""
    return max((len(list(group)) for _, group in groupby(figures, _same)), default=1)


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


def is_wild(existence: Existence, infinite: float) -> bool:
    """Whether a part of the samples may not be infinite: the ends of a histogram hold less, or there is a mean."""
    return infinite >= samples.TAIL or (infinite > 0 and existence.mean is not False)


def _refuse_infinite(exist: Mapping[Sampled, Existence], figures: Sequence[Sampled], rows: Floats) -> None:
    """Problems where samples are no numbers: more than the ends of a histogram hold, or where there is to be a mean."""
    problems = []
    for figure, part in zip(figures, samples.infinite(rows), strict=True):
        if is_wild(exist[figure], part):
            case = f"{figure.functional_unit}, {figure.variant}" if figure.variant else figure.functional_unit
            message = f"{figure.criterion} of {case} is not a finite number in {part * 100:.2g} % of the samples"
            problems.append(Problem(message, (), "an input that divides can be 0: narrow its range"))
    if problems:
        raise Problems(problems)


def _compared(figures: Sequence[Sampled], rows: Floats, threads: int) -> list[Comparison]:
    """Each variant against the first of the cases."""
    against: list[tuple[int, int]] = []
    for _, group in groupby(range(len(figures)), lambda place: _same(figures[place])):
        first, *others = group
        against += [(place, first) for place in others]
    pairs = samples.pairs(rows, against, threads)
    return [
        Comparison(figures[place], figures[first].variant, pair)
        for (place, first), pair in zip(against, pairs, strict=True)
    ]


def _lowest(figures: Sequence[Sampled], rows: Floats, rivals: Container[str | None]) -> dict[Sampled, float]:
    """In what part of the samples each of the rivals is the lowest of those of one figure."""
    found: dict[Sampled, float] = {}
    for _, group in groupby(range(len(figures)), lambda place: _same(figures[place])):
        places = [place for place in group if figures[place].variant in rivals]
        parts = samples.lowest(rows[places]) if places else []
        found |= {figures[place]: part for place, part in zip(places, parts, strict=True)}
    return found


# --- inputs ---------------------------------------------------------------------------------------------------------


def varied(graph: Graph, roots: Sequence[int]) -> Inputs:
    """What figures depend on that varies, how, and what is held."""
    by_path: dict[str, Input] = {}
    below = graph.below(roots)
    for index in below:
        leaf: Input = graph.info[index]
        if graph.op[index] == "input" and (leaf.path not in by_path or leaf.law is not None):
            by_path[leaf.path] = leaf
    uncertain = tuple(leaf for leaf in by_path.values() if leaf.law is not None)
    held = tuple(leaf for leaf in by_path.values() if leaf.law is None)
    assumed = tuple(leaf for leaf in held if leaf.citation.basis == "assumed" and not is_demanded(leaf))
    varying = [graph.info[i] for i in below if graph.op[i] == "input" and graph.info[i].law is not None]
    return Inputs(
        uncertain,
        held,
        assumed,
        tuple(_methods(graph, below).items()),
        tuple(_together(varying)),
        tuple(_apart(varying)),
    )


def _together(leaves: Sequence[Input]) -> Iterator[tuple[str, ...]]:
    by_draw: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        by_draw.setdefault(leaf.draw, {})[leaf.path] = None
    return (tuple(paths) for paths in by_draw.values() if len(paths) > 1)


def _apart(leaves: Sequence[Input]) -> dict[str, None]:
    """Paths that are drawn by more than one key."""
    draws = {(leaf.path, leaf.draw) for leaf in leaves}
    return {leaf.path: None for leaf in leaves if len([path for path, _ in draws if path == leaf.path]) > 1}


def _methods(graph: Graph, below: Sequence[int]) -> dict[str, str]:
    """The mixes that vary, and how they keep their sum."""
    methods: dict[str, str] = {}
    for total in dict.fromkeys(graph.args[index][1] for index in below if graph.op[index] == "share"):
        weights: list[Input] = [graph.info[graph.weight(share)] for share in graph.mixes[total]]
        if any(leaf.law is not None for leaf in weights):
            dirichlet = any(isinstance(leaf.law, Dirichlet) for leaf in weights)
            methods[weights[0].group] = DIRICHLET if dirichlet else RENORMALISED
    return methods


# --- why the mean is not the deterministic value ---------------------------------------------------------------------


def _causes(existing: Existing, figures: Sequence[Sampled], spreads: Sequence[Spread]) -> list[tuple[Cause, ...]]:
    """What each input does to the mean of each figure whose mean is not its deterministic value."""
    causes: list[list[Cause]] = [[] for _ in figures]
    apart = [
        place
        for place, (figure, spread) in enumerate(zip(figures, spreads, strict=True))
        if abs(_gap(spread, existing.values[figure.node])) > NEGLIGIBLE
    ]
    if apart:
        _explain(existing, [figures[place].node for place in apart], [causes[place] for place in apart])
    return [tuple(sorted(each, key=lambda cause: -abs(cause.effect))) for each in causes]


def _explain(existing: Existing, roots: Sequence[int], causes: Sequence[list[Cause]]) -> None:
    """The causes of each root, of the draws that weigh most; none of a mean that does not exist."""
    graph, values = existing.graph, existing.values
    slopes = [gradient(graph, root, values) for root in roots]
    draws = _heaviest(graph, roots, slopes)
    points = [_points_of([graph.info[leaf].law for leaf in leaves]) for leaves in draws]
    rows = samples.sweep(graph, roots, _one_at_a_time(graph, draws, points)).tolist()
    wild = [root for root in roots if not existing.is_tame(root)]
    end = 0
    for leaves, (weights, _) in zip(draws, points, strict=True):
        start, end = end, end + len(weights)
        alone = Existing(graph, wild, values, leaves)
        for row, root, slope, found in zip(rows, roots, slopes, causes, strict=True):
            moved = math.fsum(x * weight for x, weight in zip(row[start:end], weights, strict=True))
            effect = (moved - values[root]) / abs(values[root])
            shift = sum(slope.get(i, 0.0) * (mean(graph.info[i].law) - graph.info[i].value) for i in leaves)
            if abs(effect) > SLIGHT and (root not in wild or alone.of(root).mean):
                found.append(Cause(tuple(graph.info[leaf] for leaf in leaves), effect, shift / abs(values[root])))


def _one_at_a_time(graph: Graph, draws: Sequence[Sequence[int]], points: Sequence[Points]) -> dict[int, list[float]]:
    """Numbers of each leaf: over its law where it is its turn, else its value."""
    turns = [len(weights) for weights, _ in points]
    given: dict[int, list[float]] = {}
    for turn, (leaves, (_, numbers)) in enumerate(zip(draws, points, strict=True)):
        start = sum(turns[:turn])
        for leaf, over in zip(leaves, numbers, strict=True):
            given[leaf] = [graph.info[leaf].value] * sum(turns)
            given[leaf][start : start + turns[turn]] = over
    return given


def _heaviest(graph: Graph, roots: Sequence[int], slopes: Sequence[Mapping[int, float]]) -> list[list[int]]:
    """The leaves of each draw, those first whose spread moves a figure most."""
    by_draw: dict[str, list[int]] = {}
    weight: dict[str, float] = {}
    for index in graph.below(roots):
        leaf = graph.info[index]
        if graph.op[index] == "input" and leaf.law is not None:
            by_draw.setdefault(leaf.draw, []).append(index)
            deviation = math.sqrt(variance(leaf.law))
            own = max(abs(slope.get(index, 0.0)) * deviation for slope in slopes)
            weight[leaf.draw] = max(weight.get(leaf.draw, 0.0), own)
    ranked = sorted(by_draw, key=lambda draw: -weight[draw])
    return [by_draw[draw] for draw in ranked[:EXPLAINED]]


Points = tuple[Sequence[float], Sequence[Sequence[float]]]  # weights that sum to 1, and numbers of each law


def _points_of(laws: Sequence[Law]) -> Points:
    """Points of laws of one draw: those of choices that have the same chances, else quantiles of all."""
    chances = {law.chances if isinstance(law, Choices) else () for law in laws}
    if len(chances) == 1 and chances != {()}:
        return next(iter(chances)), [law.values for law in laws if isinstance(law, Choices)]
    return _weights(), [_quantiles(law) for law in laws]


@lru_cache(maxsize=1)
def _weights() -> list[float]:
    """Of the trapezoid rule over the normal scores of quantiles."""
    weights = [math.exp(-z * z / 2) for z in _scores()]
    total = sum(weights)
    return [weight / total for weight in weights]


def _scores() -> list[float]:
    steps = round(REACH / STEP)
    return [step * STEP for step in range(-steps, steps + 1)]


@lru_cache(maxsize=1024)
def _quantiles(law: Law) -> list[float]:
    return [quantile(law, math.erfc(-z / math.sqrt(2)) / 2) for z in _scores()]
