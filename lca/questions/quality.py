"""What figures rest on: inputs that were measured, published, derived, assumed or calibrated, and how good factors are.

Three readings of one total:

- by the weakest input: each line of the result counts, by its share of the total, for the weakest basis among all of
  its inputs, in the order measured, published, derived, assumed, calibrated. A calibrated input is last, since it was
  set so that a printed figure is met: what rests on it is no evidence for that figure.
- by weight: each input counts by its elasticity, the change of the total in percent for one percent of the input; the
  sizes are summed by basis and shown as shares of their sum.
- by factor: each line counts, by its share of the total, for the quality letter of its factor.

Shares of a total of mixed sign are shares of the sum of absolute values. What a functional unit demands is its
definition and no datum: it counts for no basis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.citations import BASES
from lca.compile import Line, Model
from lca.graph import Graph, elasticities, evaluate
from lca.model.case import CaseKey
from lca.model.demand import is_demanded
from lca.model.packs import QUALITIES
from lca.spoken import N_

READINGS = (N_("weakest input"), N_("weight of inputs"), N_("quality of factors"))
NO_INPUT, NO_LETTER = N_("none"), N_("none")
ORDER = (NO_INPUT, *BASES)
WEAK = ("D", "E")


class Quality(NamedTuple):
    """What one total rests on: the share of each basis by the weakest input and by weight, and of each letter."""

    functional_unit: str
    variant: str | None
    criterion: str
    weakest: dict[str, float]
    weight: dict[str, float]
    factors: dict[str, float]


class Weak(NamedTuple):
    """How much of a total rests on factors of a weak letter, and on which things."""

    case: CaseKey
    criterion: str
    share: float
    flows: tuple[str, ...]


def weak(model: Model, values: Sequence[float]) -> Iterator[Weak]:
    """Of each criterion the case that rests most on factors of quality D or E, which are proxies or weak guesses."""
    for key in model.criteria:
        yield max((_weak(model, case, key, values) for case in model.cases), key=lambda one: one.share)


def _weak(model: Model, case: CaseKey, key: str, values: Sequence[float]) -> Weak:
    lines = [line for line in model.lines.of(case) if line.criterion == key]
    sizes: dict[str, float] = {}
    for line in lines:
        if _letter(model.graph, line) in WEAK:
            sizes[line.flow] = sizes.get(line.flow, 0.0) + abs(values[line.impact])
    whole = sum(abs(values[line.impact]) for line in lines)
    return Weak(case, key, sum(sizes.values()) / whole if whole else 0.0, tuple(sorted(sizes, key=lambda f: -sizes[f])))


def quality(model: Model) -> list[Quality]:
    """What each total of a model rests on."""
    values = evaluate(model.graph)
    weakest = _weakest(model.graph)
    return [_quality(model, case, key, values, weakest) for case in model.cases for key in model.criteria]


def _quality(model: Model, case: CaseKey, key: str, values: Sequence[float], weakest: Sequence[int]) -> Quality:
    lines = [line for line in model.lines.of(case) if line.criterion == key]
    return Quality(
        *case,
        key,
        _shares(((ORDER[weakest[line.impact]], values[line.impact]) for line in lines), ORDER),
        _weights(model.graph, model.totals[case.total(key)], values),
        _shares(((_letter(model.graph, line), values[line.impact]) for line in lines), (*QUALITIES, NO_LETTER)),
    )


def _weakest(graph: Graph) -> list[int]:
    """The place in `ORDER` of the weakest basis below each node."""
    ranks: list[int] = []
    for index, op in enumerate(graph.op):
        if op == "input":
            leaf = graph.info[index]
            ranks.append(0 if is_demanded(leaf) else ORDER.index(leaf.citation.basis))
        else:
            ranks.append(max((ranks[arg] for arg in graph.made_of(index)), default=0))
    return ranks


def _weights(graph: Graph, root: int, values: Sequence[float]) -> dict[str, float]:
    slopes = elasticities(graph, root, values)
    inputs = {index: graph.info[index] for index in slopes}
    return _shares(((leaf.citation.basis, slopes[i]) for i, leaf in inputs.items() if not is_demanded(leaf)), ORDER)


def _letter(graph: Graph, line: Line) -> str:
    letters = [leaf.quality for leaf in graph.leaves(line.factor) if leaf.quality]
    return max(letters, default=NO_LETTER)


def _shares(parts: Iterable[tuple[str, float]], names: Iterable[str]) -> dict[str, float]:
    """The share of each name in the sum of absolute values, in an order; names without a part are left out."""
    sums: dict[str, float] = {}
    for name, value in parts:
        sums[name] = sums.get(name, 0.0) + abs(value)
    whole = sum(sums.values())
    return {name: sums[name] / whole for name in names if sums.get(name)}


def reading(quality: Quality, name: str) -> Mapping[str, float]:
    """The shares of one of the `READINGS`."""
    return {READINGS[0]: quality.weakest, READINGS[1]: quality.weight, READINGS[2]: quality.factors}[name]
