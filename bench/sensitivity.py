"""Sobol' indices of 60 lines in 40 inputs: the closed form against SALib at 4,096 samples, in time and in figures."""

from __future__ import annotations

import math
import random
from typing import Any, NamedTuple

import numpy as np
from SALib.analyze import sobol as analyse
from SALib.sample import sobol as sample

from bench.measure import Row, in_turns
from lca.graph import Graph, Input, Node, evaluate
from lca.model.laws import Law, Lognormal, Triangular
from lca.model.moments import mean
from lca.problems import Span
from lca.questions.sensitivity import Decomposition
from lca.questions.sensitivity.variance import Variances, groups
from lca.samples import sweeper
from lca.units import ONE

LINES, LOGNORMAL, TRIANGULAR = 60, 28, 12
SAMPLES = 4_096
SEED = 1
Dist = tuple[str, list[float]]


class Study(NamedTuple):
    """A generated total, and its inputs as SALib takes them."""

    root: Node
    problem: dict[str, Any]


def study() -> Study:
    """Lines that are a number times one to four inputs, some of them divided by or squared."""
    chance = random.Random(SEED)  # noqa: S311  no secret
    graph = Graph()
    inputs, dists = [], []
    for k in range(LOGNORMAL + TRIANGULAR):
        law, dist = _law(chance, k)
        inputs.append(graph.input(Input(f"x{k}", mean(law), ONE, Span("study.yaml", k + 1, 1), law=law)))
        dists.append(dist)
    lines = [_line(chance, graph, inputs, line) for line in range(LINES)]
    names = [f"x{k}" for k in range(len(inputs))]
    bounds, kinds = [bound for _, bound in dists], [kind for kind, _ in dists]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds, "dists": kinds}
    return Study(graph.sum(lines), problem)


def _law(chance: random.Random, place: int) -> tuple[Law, Dist]:
    middle = chance.uniform(0.5, 3)
    if place < LOGNORMAL:
        sigma = chance.uniform(0.05, 0.4)
        return Lognormal(middle, math.exp(sigma)), ("lognorm", [math.log(middle), sigma])
    low, high = middle * chance.uniform(0.5, 0.9), middle * chance.uniform(1.1, 2)
    return Triangular(low, middle, high), ("triang", [low, high, (middle - low) / (high - low)])


def _line(chance: random.Random, graph: Graph, inputs: list[Node], place: int) -> Node:
    product = inputs[place % len(inputs)] * graph.constant(chance.uniform(0.1, 2))
    for other in chance.sample(inputs, chance.randint(0, 3)):
        power = chance.choice((1, 1, 1, 2, -1))
        product = product * other**power
    return product


def closed_form(made: Study) -> Decomposition:
    """The indices by our closed form, from the graph on."""
    graph, root = made.root.graph, made.root.index
    below = graph.below([root])
    found = Variances(graph, groups(graph, below), evaluate(graph)).exact(root)
    if isinstance(found, str):
        raise TypeError(found)
    return found


def salib(made: Study, samples: int = SAMPLES) -> dict[str, Any]:
    """The indices by SALib: sample, evaluate (by our own evaluation on arrays, which is quick), analyse."""
    graph, root = made.root.graph, made.root.index
    leaves = [index for index, _ in graph.inputs()]
    points = sample.sample(made.problem, samples, calc_second_order=False, seed=SEED)
    columns = {leaf: np.ascontiguousarray(points[:, place]) for place, leaf in enumerate(leaves)}
    figures = sweeper(graph, [root], leaves)(columns)[0]
    found: dict[str, Any] = analyse.analyze(made.problem, figures, calc_second_order=False, seed=SEED)
    return found


def inside_salib(samples: int = SAMPLES) -> float:
    """The part of SALib's 95 % intervals, of first-order and total indices, that hold the closed form."""
    made = study()
    ours, theirs = closed_form(made).of, salib(made, samples)
    inside = []
    for place, name in enumerate(made.problem["names"]):
        for own, key in ((ours[name].first, "S1"), (ours[name].total, "ST")):
            inside.append(bool(abs(own - theirs[key][place]) <= theirs[f"{key}_conf"][place]))
    return sum(inside) / len(inside)


def rows() -> list[Row]:
    """The measurements of this file."""
    made = study()
    ours, theirs = in_turns([lambda: closed_form(made), lambda: salib(made)], rounds=3)
    detail = f"{LINES} lines, {LOGNORMAL + TRIANGULAR} inputs: {ours * 1e3:.1f} ms against {theirs:.2f} s"
    intervals = f"{2 * (LOGNORMAL + TRIANGULAR)} intervals, of which one in twenty may miss"
    return [
        Row("closed-form Sobol' indices / SALib at N = 4,096", ours / theirs, 1 / 200, detail=detail),
        Row("SALib's 95 % intervals that hold the closed form", inside_salib(), 0.95, least=True, detail=intervals),
    ]
