"""What published figures say about inputs: which they can tell apart, how far each would have to move, and a fit.

A figure y and an input x that goes over half of its range, h, in logarithms where it is above 0: the figure moves by
A = dln y/dln x · h, in tolerances B = A / within. The singular values of B above 1 are the combinations of inputs that
the figures see at all; the degrees of freedom for signal, the sum of s² / (1 + s²), how many numbers they determine
beside the ranges (Rodgers 2000, Inverse Methods for Atmospheric Sounding, chapter 2.4). What is left of a range is the
deviation of an input given the figures over that without them, both normal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from lca.compile import Model
from lca.graph import Graph, Input, elasticities, evaluate, gradient
from lca.model import inputs
from lca.model.ledger import Facts
from lca.operations import divided
from lca.problems import Problem, Problems, near, shortened
from lca.questions.limits import refused
from lca.questions.sensitivity import range_of
from lca.result import Verdict
from lca.samples import Floats, sweep
from lca.wording import listed, plural, some

ALIKE = 0.99  # correlation of what two inputs do, beyond which figures cannot tell them apart
LEAST = 1e-3  # tolerance of a figure that states none
POINTS = 257  # of a range, on which it is looked for where a figure is met
CLOSE = 10.0  # a fit meets figures to a part of their tolerance
STEPS, HALVINGS, NUDGE = 60, 30, 1e-6
DONE = 1e-12
DIGITS, SHOWN = 6, 8
MOVES = 1e-9  # relative: less is rounding


class Seen(NamedTuple):
    """An input that figures depend on.

    leaf: the first of its leaves. value, low, high: in its unit. slopes: by how many percent each figure moves for one
    percent of it. reaches: by how many tolerances each moves, as far as it is straight, when it goes over half of its
    range. needs: the value at which each figure is met by it alone; None where that is at no value of its
    range. left: of its range, given all figures, 0 to 1.
    """

    path: str
    leaf: Input
    low: float
    high: float
    slopes: tuple[float, ...]
    reaches: tuple[float, ...]
    needs: tuple[float | None, ...]
    left: float

    @property
    def value(self) -> float:
        """The stated number."""
        return self.leaf.value

    @property
    def unit(self) -> str:
        """The unit of its numbers as it is written, 1 for pure numbers."""
        return str(self.leaf.unit)


class Diagnosis(NamedTuple):
    """What figures can say about inputs; those of which most is learnt first.

    strengths: the singular values, in tolerances; rank: how many are not 0. determined: the degrees of freedom for
    signal. alike: groups of inputs that move all figures in one proportion as the first of them does. held: inputs
    without a range that the figures depend on.
    """

    targets: tuple[Verdict, ...]
    seen: tuple[Seen, ...]
    strengths: tuple[float, ...]
    rank: int
    determined: float
    alike: tuple[tuple[str, ...], ...]
    held: tuple[str, ...]

    @property
    def told(self) -> int:
        """How many combinations of inputs the figures can tell from what is stated, within tolerance and ranges."""
        return sum(strength > 1 for strength in self.strengths)


class Fitted(NamedTuple):
    """An input as a fit leaves it. at_end: whether its range stopped it. moved: of the way to the end of its range."""

    seen: Seen
    value: float
    moved: float
    at_end: bool


class Fit(NamedTuple):
    """The smallest change of some inputs that meets figures: the inputs, and each figure before and after."""

    inputs: tuple[Fitted, ...]
    targets: tuple[Verdict, ...]
    after: tuple[float, ...]

    @property
    def met(self) -> tuple[bool, ...]:
        """Whether each figure is met."""
        pairs = zip(self.targets, self.after, strict=True)
        return tuple(abs(after / one.published - 1) <= max(one.within, LEAST) for one, after in pairs)


def chosen(verdicts: Iterable[Verdict], keys: Sequence[str]) -> tuple[Verdict, ...]:
    """The figures to learn from: values above 0 that are not drawn. Problems where a key is none."""
    known = {verdict.key: verdict for verdict in verdicts}
    values = usable(known.values())
    problems = []
    for key in keys:
        why = _unusable(known[key]) if key in known else "is no figure that the study expects"
        if why:
            hint = near(key, values, f"figures with a value: {some(values, SHOWN) or 'none'}")
            problems.append(Problem(f"{shortened(key)} {why}", (), hint))
    if not keys:
        hint = "give the scenario figures with a value under expect"
        problems.append(Problem("the study expects no figure with a value", (), hint))
    if problems:
        raise Problems(problems)
    return tuple(known[key] for key in dict.fromkeys(keys))


def usable(verdicts: Iterable[Verdict]) -> list[str]:
    """The figures that have a value to learn from."""
    return [one.key for one in verdicts if not _unusable(one)]


def _unusable(one: Verdict) -> str:
    if one.relation != "value":
        return "is a bound and no value"
    if one.statistic:
        return "is a statistic of draws"
    return "" if one.published > 0 and one.computed > 0 else "is not above 0"


def diagnosis(model: Model, targets: Sequence[Verdict]) -> Diagnosis:
    """What figures say about the inputs that they depend on. Problems where none of these has a range."""
    graph, values = model.graph, evaluate(model.graph)
    by_leaf = [elasticities(graph, one.node, values) for one in targets]
    paths: dict[str, list[int]] = {}
    for leaf in sorted({leaf for slopes in by_leaf for leaf in slopes}):
        paths.setdefault(graph.info[leaf].path, []).append(leaf)
    ranged = {path: own for path, own in paths.items() if _range(graph, own[0])}
    if not ranged:
        raise Problems([Problem("no input of these figures has a range", (), "give some inputs `low` and `high`")])
    slopes = np.array([[sum(own.get(leaf, 0.0) for leaf in each) for each in ranged.values()] for own in by_leaf])
    halves = np.array([_half(graph.info[own[0]]) for own in ranged.values()])
    moved = slopes * halves
    for place, leaves in enumerate(ranged.values()):
        if not graph.info[leaves[0]].value:  # no percent of it is anything
            moved[:, place] = _of_nothing(graph, leaves, targets, values)
    seen = moved / np.array([[_within(one)] for one in targets])
    strengths = np.linalg.svd(seen, compute_uv=False)
    known = np.linalg.inv(np.eye(len(ranged)) + seen.T @ seen)
    made = [
        _seen(model.facts, path, own, targets, slopes[:, place], seen[:, place], math.sqrt(known[place, place]))
        for place, (path, own) in enumerate(ranged.items())
    ]
    return Diagnosis(
        (*targets,),
        tuple(sorted(made, key=lambda one: (one.left, one.path))),
        tuple(map(float, strengths)),
        _rank(seen),
        float((strengths**2 / (1 + strengths**2)).sum()),
        tuple(_alike(list(ranged), seen)),
        tuple(path for path in paths if path not in ranged),
    )


def _rank(seen: Floats) -> int:
    """How many combinations of inputs move figures at all, rounding left out."""
    strengths = np.linalg.svd(seen, compute_uv=False)
    return int((strengths > MOVES * max(1.0, strengths[0])).sum())


def _within(one: Verdict) -> float:
    return max(one.within, LEAST)


def _range(graph: Graph, leaf: int) -> tuple[float, float] | None:
    """The range of an input, where it has one and can be moved."""
    info: Input = graph.info[leaf]
    if (info.law is None and info.low is None and info.high is None) or inputs.is_whole(graph, leaf):
        return None
    low, high = range_of(info)
    return (low, high) if low < high else None


def _half(leaf: Input) -> float:
    """Half of a range, relative to the value; in logarithms where all of it is above 0."""
    low, high = range_of(leaf)
    return math.log(high / low) / 2 if low > 0 else divided(high - low, 2 * leaf.value) if leaf.value else 0.0


def _of_nothing(
    graph: Graph, leaves: Sequence[int], targets: Sequence[Verdict], values: Sequence[float]
) -> list[float]:
    """By which part each figure moves when an input that is stated as 0 goes over half of its range."""
    low, high = range_of(graph.info[leaves[0]])
    slopes = (gradient(graph, one.node, values) for one in targets)
    sums = (sum(own.get(leaf, 0.0) for leaf in leaves) for own in slopes)
    return [each * (high - low) / 2 / values[one.node] for each, one in zip(sums, targets, strict=True)]


def _seen(
    facts: Facts, path: str, leaves: Sequence[int], targets: Sequence[Verdict], slopes: Floats, reaches: Floats,
    left: float,
) -> Seen:  # fmt: skip
    leaf: Input = facts.graph.info[leaves[0]]
    low, high = range_of(leaf)
    needs = _needs(facts.graph, leaves, targets, low, high)
    return Seen(path, leaf, low, high, tuple(map(float, slopes)), tuple(map(float, reaches)), needs, left)


def _needs(
    graph: Graph, leaves: Sequence[int], targets: Sequence[Verdict], low: float, high: float
) -> tuple[float | None, ...]:
    """The value nearest to the stated one at which an input alone meets each figure; straight lines between points."""
    points = np.geomspace(low, high, POINTS) if low > 0 else np.linspace(low, high, POINTS)
    first: Input = graph.info[leaves[0]]
    own = {leaf: inputs.in_unit_of(graph, leaf, points, first.unit) for leaf in leaves}
    with np.errstate(all="ignore"):
        given = {leaf: inputs.given(graph, leaf, numbers) for leaf, numbers in own.items()}
        rows = sweep(graph, [one.node for one in targets], given)
    return tuple(_met(points, row - one.published, first.value) for row, one in zip(rows, targets, strict=True))


def _met(points: Floats, gaps: Floats, stated: float) -> float | None:
    places = np.flatnonzero(gaps[:-1] * gaps[1:] <= 0)
    places = places[gaps[places] != gaps[places + 1]]
    if not places.size:
        return None
    before, after = gaps[places], gaps[places + 1]
    crossings = points[places] + (points[places + 1] - points[places]) * before / (before - after)
    return float(crossings[np.argmin(np.abs(crossings - stated))])


def _alike(paths: Sequence[str], seen: Floats) -> Iterable[tuple[str, ...]]:
    """Inputs that move the figures in one proportion, so that no figure can tell them apart; the strongest first."""
    size = np.sqrt((seen**2).sum(axis=0))
    moving = [place for place in np.argsort(-size, kind="stable").tolist() if size[place] > MOVES]
    groups: list[list[int]] = []
    for place in moving if len(seen) > 1 else []:
        near_ = (
            each for each in groups if abs(seen[:, each[0]] @ seen[:, place]) > ALIKE * size[each[0]] * size[place]
        )
        group = next(near_, None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return (tuple(paths[place] for place in group) for group in groups if len(group) > 1)


# --- a fit -----------------------------------------------------------------------------------------------------------


def fit(model: Model, found: Diagnosis, paths: Sequence[str]) -> Fit:
    """The smallest change of some inputs, in halves of their ranges, that meets the figures as well as they can be met.

    By Gauss and Newton, on the squares of the moves and of the gaps in tolerances; an input stays within its range.
    Problems where there are more inputs than figures, one is unknown, has no range, is stated in several places, by a
    pack or as a share of a mix, or a quantity that follows from them leaves its bounds.
    """
    knobs = [_Knob(model.facts, one, found.targets) for one in _asked(found, paths)]
    gaps = partial(_gaps, model.graph, found.targets, knobs)
    moves: Floats = np.zeros(len(knobs))
    ends = np.array([knob.ends for knob in knobs])
    for _ in range(STEPS):
        nudges = NUDGE * np.eye(len(knobs))
        slopes = np.column_stack([(gaps(moves + nudge) - gaps(moves - nudge)) / (2 * NUDGE) for nudge in nudges])
        nearer = _nearer(moves, slopes, ends, gaps)
        if nearer is None:
            break
        moves = nearer
    return _fitted(model.facts, found.targets, knobs, moves)


class _Knob:
    """An input on its way: 0 where it is stated, 1 half a range further, in logarithms where its range is above 0."""

    def __init__(self, facts: Facts, seen: Seen, targets: Sequence[Verdict]) -> None:
        leaves = inputs.leaves(facts, seen.path, [one.node for one in targets])
        if len(leaves) > 1:
            spans = tuple(facts.graph.info[leaf].span for leaf in leaves)
            raise Problems(
                [Problem(f"{seen.path} is stated in several places", spans, "learn from figures of one case")]
            )
        self.seen, self.leaf = seen, leaves[0]
        self.is_log = seen.low > 0
        self.half = (math.log(seen.high / seen.low) if self.is_log else seen.high - seen.low) / 2
        self.ends = self._place(seen.low), self._place(seen.high)

    def _place(self, value: float) -> float:
        stated = self.seen.value
        return (math.log(value / stated) if self.is_log else value - stated) / self.half

    def value(self, move: float) -> float:
        """The number at a place, to six digits: what is written is what is meant."""
        stated, way = self.seen.value, move * self.half
        return stated * math.exp(way) if self.is_log else stated + way


def _asked(found: Diagnosis, paths: Sequence[str]) -> list[Seen]:
    known = {one.path: one for one in found.seen}
    wanted = [*dict.fromkeys(map(inputs.written_out, paths))]
    problems = []
    for path in wanted:
        if path in found.held:
            problems.append(Problem(f"{path} has no range to be fitted in", (), "give it `low` and `high`"))
        elif path in known and known[path].leaf.origin is not None:
            problems.append(Problem(f"{path} is a number of a pack", (), "state it in the scenario, with a range"))
        elif path in known and known[path].leaf.group:
            hint = "fit another input: the other shares would have to make room for it, without being fitted"
            problems.append(Problem(f"{path} is a share of a mix", (), hint))
        elif path not in known:
            problems.append(
                Problem(
                    f"the figures depend on no input '{shortened(path)}'",
                    (),
                    near(path, known, f"inputs: {some(known, SHOWN)}"),
                )
            )
    if len(wanted) > len(found.targets):
        message = f"{plural(len(wanted), 'input')} to {plural(len(found.targets), 'figure')} fit anything"
        problems.append(Problem(message, (), "fit at most as many inputs as there are figures"))
    elif len(wanted) > found.rank:
        told = plural(found.rank, "number")
        message = f"{plural(len(found.targets), 'figure')} that tell {told} fit no {plural(len(wanted), 'input')}"
        problems.append(Problem(message, (), "some of the figures move in one proportion: they count once"))
    elif not problems and _rank(np.array([known[path].reaches for path in wanted])) < len(wanted):
        message = f"no figure tells {listed(wanted)} apart"
        problems.append(Problem(message, (), "they move all figures in one proportion: fit fewer of them"))
    if problems:
        raise Problems(problems)
    return [known[path] for path in wanted]


def _given(graph: Graph, knobs: Sequence[_Knob], moves: Floats) -> dict[int, float]:
    values = (knob.value(float(move)) for knob, move in zip(knobs, moves, strict=True))
    return {knob.leaf: inputs.given(graph, knob.leaf, value) for knob, value in zip(knobs, values, strict=True)}


def _gaps(graph: Graph, targets: Sequence[Verdict], knobs: Sequence[_Knob], moves: Floats) -> Floats:
    """How far each figure is from what is published, in parts of its tolerance; no number where it is not above 0."""
    nodes = [one.node for one in targets]
    values = evaluate(graph, _given(graph, knobs, moves), graph.below(nodes))
    ratios = [values[one.node] / one.published for one in targets]
    logs = [math.log(ratio) if 0 < ratio < math.inf else math.nan for ratio in ratios]
    return CLOSE * np.array([log / _within(one) for log, one in zip(logs, targets, strict=True)])


def _nearer(moves: Floats, slopes: Floats, ends: Floats, gaps: Callable[[Floats], Floats]) -> Floats | None:
    """The next moves; None where no step makes them better. What is at an end, and would leave, stays."""
    now = gaps(moves)
    downhill = -(moves + slopes.T @ now)
    free = ~(((moves <= ends[:, 0]) & (downhill < 0)) | ((moves >= ends[:, 1]) & (downhill > 0)))
    step = np.zeros_like(moves)
    step[free] = np.linalg.solve((np.eye(len(moves)) + slopes.T @ slopes)[np.ix_(free, free)], downhill[free])
    for halving in range(HALVINGS):
        further = np.clip(moves + 0.5**halving * step, ends[:, 0], ends[:, 1])
        if _cost(further, gaps(further)) < _cost(moves, now) * (1 - DONE):
            return further
    return None


def _cost(moves: Floats, gaps: Floats) -> float:
    return float(moves @ moves + gaps @ gaps)


def _fitted(facts: Facts, targets: Sequence[Verdict], knobs: Sequence[_Knob], moves: Floats) -> Fit:
    graph, nodes = facts.graph, [one.node for one in targets]
    made = [
        Fitted(
            knob.seen,
            float(f"{knob.value(float(move)):.{DIGITS}g}"),
            float(move),
            bool(min(abs(move - end) for end in knob.ends) < MOVES),
        )
        for knob, move in zip(knobs, moves, strict=True)
    ]
    own = {knob.leaf: one.value for knob, one in zip(knobs, made, strict=True)}
    left = [*refused(facts, own, listed(one.seen.path for one in made))]
    if left:
        raise Problems(left)
    given = {leaf: inputs.given(graph, leaf, value) for leaf, value in own.items()}
    values = evaluate(graph, given, graph.below(nodes))
    return Fit(tuple(made), (*targets,), tuple(values[node] for node in nodes))
