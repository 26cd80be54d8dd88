"""The other study of a comparison, on the tape of the first: what both state alike is one leaf, and moves both.

An input is stated alike where the other has the same number by the same path, with the same range, law, bounds and
draw, as some case of the page of the same functional unit, and so for each of them; shares of a mix only where all of
the mix are. All else stays as the other states it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from lca import units
from lca.citations import Citation, Source
from lca.compile import Model
from lca.graph import Graph, Input, Node
from lca.model.case import CaseKey
from lca.model.ledger import Facts, Limit
from lca.operations import is_same
from lca.page import draws
from lca.page.cells import Group, groups, summed
from lca.page.inputs import bounds
from lca.page.words import brief
from lca.problems import Span
from lca.questions.compare import Comparison
from lca.questions.explain import line_name
from lca.questions.limits import derived
from lca.questions.withheld import withheld
from lca.result import Result
from lca.scenario import Scenario
from lca.units import ONE

NEAR = 1e-5  # relative: how near quantiles of a law have to be, of which six digits are kept


class Against(NamedTuple):
    """What a study is compared with.

    name: as a command calls it. study: what is compared. result: of the cases of the other; None of a saved result.
    pairs: by functional unit and variant of the study. units: all functional units that the other has.
    """

    name: str
    study: Scenario
    result: Result | None
    pairs: Mapping[tuple[str, str | None], Comparison]
    units: tuple[str, ...]

    @property
    def title(self) -> str:
        """What sentences call the other, in the language in force: never as the study itself."""
        if self.result is None:
            return brief(self.name)
        scenario, [variant] = self.result.model.scenario, self.result.variants
        own = str(scenario.about.title or self.name)
        title = own if variant is None else f"{own}, {scenario.label(variant)}"
        return brief(title if title != self.study.about.title else f"{title} ({self.name})")

    def pair(self, unit: str) -> Comparison | None:
        """The first of the comparisons of a functional unit; the other side is the same in all."""
        return next((pair for (own, _), pair in self.pairs.items() if own == unit), None)


class Other(NamedTuple):
    """The other study as the page has it. graph: that of the study, and what the other adds.

    totals: by functional unit and criterion of the study, nodes. cells: by what its lines have in common, under the
    functional units of the study. shared: the paths that move both. kept: the leaves, by path, that the other keeps.
    limits: of its derived quantities.
    """

    against: Against
    graph: Graph
    totals: Mapping[tuple[str, str], int]
    cells: Mapping[Group, int]
    shared: frozenset[str]
    kept: Mapping[str, tuple[Input, ...]]
    limits: tuple[Limit, ...]
    frozen: Mapping[int, float]
    sources: Mapping[str, Source]

    @property
    def models(self) -> list[Model]:
        """What stands behind it; nothing of a saved result."""
        return [] if self.against.result is None else [self.against.result.model]


def beside(first: Model, against: Against, *, with_restricted: bool = False) -> Other:
    """The other study on a tape that begins as that of the first."""
    graph = first.graph.holding({})
    if against.result is None:
        return Other(against, graph, dict(_saved(graph, first, against)), {}, frozenset(), {}, (), {}, {})
    model, values = against.result.model, against.result.values
    hidden = (set[int](), set[int]()) if with_restricted else (withheld(first), withheld(model))
    frozen = {line.impact for line in model.lines}.intersection(model.graph.above(hidden[1], range(len(model.graph))))
    roots = {
        (unit, key): model.totals[total]
        for unit, pair in _paired(first, against)
        for key in first.criteria
        if (total := _case(pair).total(key)) in model.totals
    }
    below = model.graph.below(roots.values())
    twins = _alike(first, model, against, hidden, {*model.graph.below(frozen)})
    new = _replayed(graph, model.graph, below, twins)
    for line in model.lines:
        if line.impact in new:
            graph.names.setdefault(new[line.impact], line_name(line))
    totals = {of: Node(graph, new[root]).to(first.factors.criteria[of[1]].unit).index for of, root in roots.items()}
    for (unit, key), node in totals.items():
        case = next(_case(pair) for own, pair in _paired(first, against) if own == unit)
        graph.names.setdefault(node, f"{first.factors.criteria[key].label} of {case}, {against.name}")
    leaves = [(index, model.graph.info[index]) for index in below if model.graph.op[index] == "input"]
    kept: dict[str, tuple[Input, ...]] = {}
    for index, leaf in leaves:
        if index not in twins:
            kept[leaf.path] = (*kept.get(leaf.path, ()), leaf)
    return Other(
        against,
        graph,
        totals,
        dict(_cells(graph, first, model, against, new)),
        frozenset(model.graph.info[index].path for index in twins if index in new) - {*kept},
        kept,
        tuple(_limits(first, model, against, new)),
        {new[index]: values[index] for index in frozen if index in new},
        model.facts.sources,
    )


def _paired(first: Model, against: Against) -> Iterator[tuple[str, Comparison]]:
    for unit in dict.fromkeys(case.functional_unit for case in first.cases):
        if (pair := against.pair(unit)) is not None:
            yield unit, pair


def _case(pair: Comparison) -> CaseKey:
    return CaseKey(pair.b.functional_unit, pair.b.variant)


def _saved(graph: Graph, first: Model, against: Against) -> Iterator[tuple[tuple[str, str], int]]:
    """The totals of a saved result, each a leaf without a range."""
    for unit, pair in _paired(first, against):
        for of in pair.differences:
            label, target = first.factors.criteria[of.criterion].label, first.factors.criteria[of.criterion].unit
            cited = Citation(basis="derived", source=against.name)
            leaf = Input(f"{label} of {_case(pair)}, {against.name}", of.b, target, Span(against.name, 1, 1), cited)
            yield (unit, of.criterion), graph.input(leaf).index


def _cells(
    graph: Graph, first: Model, model: Model, against: Against, new: Mapping[int, int]
) -> Iterator[tuple[Group, int]]:
    own = {_case(pair): unit for unit, pair in _paired(first, against)}
    for group, impacts in groups(model).items():
        unit = own.get(CaseKey(group.functional_unit, group.variant))
        if unit is not None and group.criterion in first.criteria:
            node = summed(graph, first, group.criterion, (new[index] for index in impacts))
            yield group._replace(functional_unit=unit), node


def _limits(first: Model, model: Model, against: Against, new: Mapping[int, int]) -> Iterator[Limit]:
    """The bounds of derived quantities that the first has not."""
    known = {(limit.index, limit.bounds) for limit in first.facts.limits}
    for limit in derived(model.facts):
        index = new.get(limit.index)
        if index is not None and (index, limit.bounds) not in known:
            yield limit._replace(index=index, path=f"{limit.path}, {against.name}")


# --- what both state alike --------------------------------------------------------------------------------------------


def _alike(
    first: Model, model: Model, against: Against, hidden: tuple[Set[int], Set[int]], held: Set[int]
) -> dict[int, int]:
    """The leaves of the other that are leaves of the first. held: what impacts that stay what they are rest on."""
    known: dict[int, dict[int, None]] = {}
    for unit, pair in _paired(first, against):
        by_path: dict[str, list[int]] = {}
        for index in _leaves(first, (root for total, root in first.totals.items() if total.functional_unit == unit)):
            by_path.setdefault(first.graph.info[index].path, []).append(index)
        for index in _leaves(model, (root for total, root in model.totals.items() if total.case == _case(pair))):
            known.setdefault(index, {}).update(dict.fromkeys(by_path.get(model.graph.info[index].path, ())))
    alike = {
        index: [
            own
            for own in sorted(candidates)
            if (own in hidden[0]) == (index in hidden[1]) and _is_alike(first.facts, own, model.facts, index)
        ]
        for index, candidates in known.items()
        if index not in held
    }
    twins = {index: owns[0] for index, owns in alike.items() if owns}
    while True:
        apart = {model.graph.info[index].path for index in known if index not in twins}
        whole = {index: own for index, own in twins.items() if model.graph.info[index].path not in apart}
        kept = _whole_mixes(first.graph, model.graph, whole, known.keys())
        if len(kept) == len(twins):
            return kept
        twins = kept


def _leaves(model: Model, roots: Iterable[int]) -> list[int]:
    return [index for index in model.graph.below(roots) if model.graph.op[index] == "input"]


def _is_alike(facts: Facts, index: int, others: Facts, other: int) -> bool:
    """Whether two leaves of one path are the same input, in whatever units they are written."""
    a, b = facts.graph.info[index], others.graph.info[other]
    factor = units.scale(a.unit, b.unit)
    if factor is None or a.draw != b.draw or (index in facts.graph.weights) != (other in others.graph.weights):
        return False
    (least, most, may_be), (low, high, may_be_low) = bounds(facts, index), bounds(others, other)
    pairs = ((a.value, b.value), (a.low, b.low), (a.high, b.high), (least, low), (most, high))
    if may_be != may_be_low or not all(_same(x, y, factor) for x, y in pairs):
        return False
    return _one_law(facts.graph, index, others.graph, other, factor)


def _same(a: float | None, b: float | None, factor: float) -> bool:
    return a is b if a is None or b is None else is_same(a * factor, b)


def _one_law(graph: Graph, index: int, others: Graph, other: int, factor: float) -> bool:
    a, b = graph.info[index].law, others.info[other].law
    if a is None or b is None or (a == b and factor == 1):
        return a is b or a == b
    (at, numbers), (also, of_other) = draws.table(graph, index), draws.table(others, other)
    return at == also and all(math.isclose(x * factor, y, rel_tol=NEAR) for x, y in zip(numbers, of_other, strict=True))


def _whole_mixes(graph: Graph, others: Graph, twins: Mapping[int, int], used: Set[int]) -> dict[int, int]:
    """Shares of a mix move together: those of which the first has not the same mix, share for share, are left out."""
    known = {frozenset(_shares(graph, shares)) for shares in graph.mixes.values()}
    every = (_shares(others, shares) for shares in others.mixes.values())
    apart = {
        leaf
        for shares in every
        if used >= {*shares} and not (twins.keys() >= {*shares} and frozenset(twins[leaf] for leaf in shares) in known)
        for leaf in shares
    }
    return {leaf: twin for leaf, twin in twins.items() if leaf not in apart}


def _shares(graph: Graph, shares: Iterable[int]) -> list[int]:
    return [leaf for leaf in map(graph.weight, shares) if graph.op[leaf] == "input"]


# --- one tape ---------------------------------------------------------------------------------------------------------


def _replayed(graph: Graph, of: Graph, nodes: Sequence[int], twins: Mapping[int, int]) -> dict[int, int]:
    """Nodes of another graph, built anew in this one; what is made of the same leaves in the same way is one node."""
    new: dict[int, int] = {}
    for index in nodes:
        op, args, unit, info = of.op[index], of.args[index], of.unit[index], of.info[index]
        if index in twins:
            made = Node(graph, twins[index]).to(unit)
        elif op == "input":
            made = graph.add("input", (), unit, info, ("other", index))
        elif op == "scale":
            made = Node(graph, twins.get(args[0], new[args[0]])).to(unit)
        else:
            made = graph.add(op, tuple(new[arg] for arg in args), unit, info, (info, unit) if op == "const" else None)
        new[index] = made.index
        if index in of.names:
            graph.names.setdefault(made.index, of.names[index])
    for total, shares in of.mixes.items():
        if total in new and new[total] not in graph.mixes:
            made_of = (tuple(new[arg] for arg in of.args[share]) for share in shares)
            graph.mixes[new[total]] = tuple(graph.add("share", args, ONE).index for args in made_of)
            for leaf in _shares(graph, graph.mixes[new[total]]):
                graph.weights[leaf] = [*graph.weights.get(leaf, ()), new[total]]
    return new
