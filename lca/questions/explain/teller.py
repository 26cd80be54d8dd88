"""Which quantities of a graph are steps of an explanation, and how they are made of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from lca import units
from lca.compile import Line, Model
from lca.graph import Graph, Input, evaluate
from lca.model.case import CaseKey
from lca.questions.explain.formulas import Conversion, Term, formula_text, referred
from lca.questions.explain.steps import Folded, Origin, Reference, Step
from lca.scenario import overlaid
from lca.spoken import N_, _
from lca.text.documents import Located
from lca.text.overlay import find, is_quantity, split

WIDEST = 12  # quantities in one formula, before a part of it becomes a step of its own
NAME = 60  # characters of a name that is made from a formula
FOREIGN = 5  # how far a name of another case is
NO_REASON = N_("no reason given")


def line_name(line: Line) -> str:
    """A line of the inventory in words: what, where, at which stage, for which phase."""
    flow = line.item if line.flow in line.item else _("{what}: {reason}", what=line.item, reason=line.flow)
    region = f", {line.region}" if line.region else ""
    proxy = f", {_('by {proxy} as proxy', proxy=line.proxy)}" if line.proxy else ""
    return f"{flow}{region} ({_(line.stage)}, {_(line.phase)}{proxy})"


def factor_name(line: Line) -> str:
    """The factor of a line in words."""
    stage = "" if line.stage == "use" else f", {_(line.stage)}"
    region = f", {line.region}" if line.region else ""
    flow = f"{line.flow}{region}{stage}"
    return _("{criterion} factor of {flow}", criterion=line.proxy or line.criterion, flow=flow)


class Teller:
    """Builds the steps of one figure, in the order in which they are read."""

    def __init__(self, model: Model, root: int, name: str, case: CaseKey, fold: float) -> None:
        self.graph: Graph = model.graph
        self.fold = fold
        self.below = self.graph.below([root])
        self.values: Sequence[Any] = evaluate(self.graph, nodes=self.below)
        parts = model.scenario.parts(case.functional_unit)
        self.trees = [overlaid(model.scenario, CaseKey(part, case.variant))[0] for part in parts]
        self.cases = {CaseKey(part, case.variant) for part in parts}
        lines = model.lines.of(case)
        self.lines = _named_lines(lines)
        self.parts = {line.impact: line.part for line in reversed(lines)}
        self.part_of = ""  # the part of the service that is being told of
        self.factors = {line.factor: factor_name(line) for line in reversed(lines)}
        self.own = {root: name}
        self.numbers: dict[int, int] = {}
        self.nodes: list[int] = []
        self.told: set[int] = set()
        self.cited: dict[str, None] = {}
        self.bases = _bases(self.graph, self.below)
        self.widths: dict[int, int] = {}
        for i in self.below:
            self.widths[i] = 1 if self.stands_alone(i) else max(1, sum(self.width(a) for a in self.graph.made_of(i)))

    # --- what is a step ---------------------------------------------------------------------------------------------

    def stands_alone(self, i: int) -> bool:
        """Whether a node has a name of its own."""
        return self.graph.op[i] == "input" or i in self.own or i in self.lines or bool(self.given_name(i))

    def given_name(self, i: int) -> str:
        """What the part that is being told of calls a node, else another part of the case, else nobody in particular.

        Cases and parts share nodes: what is the fleet's share for one may be for another as well, under its own name.
        """
        block = split(self.part_of)[:1]
        told = [(self._strange(context, name, block), name) for context, name in self.graph.told.get(i, ())]
        return min((one for one in told if one[0] < FOREIGN), key=lambda one: one[0], default=(0, ""))[1]

    def _strange(self, context: Any, name: str, block: tuple[str, ...]) -> int:
        """How far a name is from the part that is being told of; `FOREIGN` where another case gave it."""
        if context is None:
            return FOREIGN - 1
        case, own = context
        if case not in self.cases:
            return FOREIGN
        if (own,) != block:
            return FOREIGN - 2
        return 0 if self.part_of in name else 1

    def width(self, i: int) -> int:
        """How many quantities a node brings into the formula that it stands in."""
        return 1 if self.widths[i] > WIDEST else self.widths[i]

    def is_step(self, i: int) -> bool:
        return self.stands_alone(i) or self.widths[i] > WIDEST

    def number(self, i: int) -> int:
        if i not in self.numbers:
            self.nodes.append(i)
            self.numbers[i] = len(self.nodes) - 1
        return self.numbers[i]

    def name(self, i: int) -> str:
        leaf = self.graph.info[i]
        for names in (self.own, self.lines, self.factors):
            if i in names:
                return names[i]
        named = leaf.path if isinstance(leaf, Input) else self.given_name(i)
        if named:
            return named
        text = self.wording(self.formula(i))
        return text if len(text) <= NAME else f"{text[: NAME - 1].rstrip()}…"

    def wording(self, term: Term) -> str:
        return formula_text(term, lambda number: self.name(self.nodes[number]))

    # --- steps ------------------------------------------------------------------------------------------------------

    def step(self, i: int, depth: int, share: float | None) -> Step:
        """A step and those that it is made of, each by the name that its part of the service gives it."""
        before, self.part_of = self.part_of, self.parts.get(i, self.part_of)
        try:
            return self._step(i, depth, share)
        finally:
            self.part_of = before

    def _step(self, i: int, depth: int, share: float | None) -> Step:
        number, value, unit = self.number(i), self.values[i], str(self.graph.unit[i])
        if self.graph.op[i] == "input":
            self.told.add(i)
            return Step(number, self.name(i), value, unit, self.leaf_origin(self.graph.info[i]), share=share)
        origin, formula = self.origin(i), self.formula(i)
        if depth <= 0:
            return Step(number, self.name(i), value, unit, origin, formula, share=share, cut=True)
        self.told.add(i)
        children = tuple(self.children(i, formula, depth - 1))
        return Step(number, self.name(i), value, unit, origin, formula, children, share)

    def children(self, i: int, formula: Term, depth: int) -> Iterator[Step | Reference | Folded]:
        """The parts of a step: the terms of a sum with their shares, else the quantities of the formula."""
        shares = self.shares(i)
        for part in self.refs(formula):
            yield self.branch(part, depth, shares.get(part))
        _kept, folded = self.terms(i)
        if folded:
            share = sum(shares.get(self.core(a), 0.0) for a in folded) if shares else None
            yield Folded(len(folded), self.total(folded), str(self.graph.unit[i]), share)

    def branch(self, i: int, depth: int, share: float | None) -> Step | Reference:
        if i in self.told:
            return Reference(self.number(i), self.name(i), self.values[i], str(self.graph.unit[i]), share)
        return self.step(i, depth, share)

    def refs(self, formula: Term) -> list[int]:
        """The nodes that a formula refers to, in its order, each once."""
        return [self.nodes[number] for number in dict.fromkeys(referred(formula))]

    # --- sums -------------------------------------------------------------------------------------------------------

    def terms(self, i: int) -> tuple[list[int], tuple[int, ...]]:
        """The terms of a sum, the largest first, and those to be folded; nothing where it is no sum."""
        if self.graph.op[i] != "sum":
            return [], ()
        terms = sorted(self.graph.args[i], key=lambda a: -abs(self.values[a]))
        limit = self.fold * sum(abs(self.values[a]) for a in terms)
        kept, small = len(terms), 0.0
        while kept > 1 and small + abs(self.values[terms[kept - 1]]) <= limit and self.fold > 0:
            kept -= 1
            small += abs(self.values[terms[kept]])
        kept = len(terms) if len(terms) - kept == 1 else kept
        return terms[:kept], tuple(terms[kept:])

    def shares(self, i: int) -> dict[int, float]:
        """Each term of a sum over the sum of the absolute values; nothing where it is no sum."""
        terms = self.graph.args[i] if self.graph.op[i] == "sum" else ()
        whole = sum(abs(self.values[a]) for a in terms)
        by_core: dict[int, float] = {}
        for a in terms if whole else ():
            by_core[self.core(a)] = by_core.get(self.core(a), 0.0) + self.values[a] / whole
        return by_core

    def total(self, nodes: Iterable[int]) -> float:
        return float(sum(self.values[a] for a in nodes))

    def core(self, i: int) -> int:
        """The quantity behind conversions and shares that have no name."""
        while self.graph.op[i] in ("scale", "share") and not self.stands_alone(i):
            (i,) = self.graph.made_of(i)
        return i

    # --- formulas ---------------------------------------------------------------------------------------------------

    def formula(self, i: int) -> Term:
        """What a node is made of, in steps. The terms of a sum are steps, whatever they are."""
        if self.graph.op[i] == "share":
            return self.part(i)
        if self.graph.op[i] != "sum":
            return Term(self.graph.op[i], tuple(self.part(a) for a in self.graph.args[i]), self.info(i))
        kept, folded = self.terms(i)
        tail = (Term("folded", (), (self.total(folded), str(self.graph.unit[i]))),) if folded else ()
        return Term("sum", (*(self.part(a, self.core(a)) for a in kept), *tail))

    def part(self, i: int, step: int = -1) -> Term:
        """A node inside a formula; `step` is one even if it has no name. A share is what it is written as."""
        if self.graph.op[i] == "share":
            return self.part(self.graph.args[i][0], step)
        if self.graph.op[i] != "const" and (i == step or self.is_step(i)):
            return Term("ref", (), self.number(i))
        return Term(self.graph.op[i], tuple(self.part(a, step) for a in self.graph.args[i]), self.info(i))

    def info(self, i: int) -> Any:
        unit = self.graph.unit[i]
        if self.graph.op[i] == "scale":
            source = self.graph.unit[self.graph.args[i][0]]
            return Conversion(self.graph.info[i], str(source), str(unit), units.conversion(source, unit))
        return (self.graph.info[i], str(unit)) if self.graph.op[i] == "const" else self.graph.info[i]

    # --- origins ----------------------------------------------------------------------------------------------------

    def leaf_origin(self, leaf: Input) -> Origin:
        cited = leaf.citation
        self.cited.update(dict.fromkeys(key for key in (cited.source, cited.via) if key))
        note = cited.note
        if not note and not cited.source:
            note = NO_REASON
        return Origin(
            f"{leaf.span.file}:{leaf.span.line}", cited.basis, cited.source, cited.at, cited.via, note, leaf.path,
            leaf.low, leaf.high, leaf.fitted_to,
        )  # fmt: skip

    def origin(self, i: int) -> Origin:
        basis = ", ".join(sorted(self.bases[i]))
        path = self.given_name(i)
        at = self.place(path)
        if at is None:
            return Origin(basis=basis)
        details = at.value if isinstance(at.value, dict) else {}
        value = details.get("value", at)
        source, at_, via, note = (
            str(details[key].value) if key in details else "" for key in ("source", "at", "via", "note")
        )
        self.cited.update(dict.fromkeys(key for key in (source, via) if key))
        return Origin(f"{value.span.file}:{value.span.line}", basis, source, at_, via, note, path)

    def place(self, path: str) -> Located | None:
        """Where the formula of a quantity is written, if the scenario has one."""
        keys = split(path)
        located = [at for tree in self.trees if keys and (at := find(tree, keys)) is not None]
        return next((at for at in located if is_quantity(at) or isinstance(at.value, str)), None)


def _named_lines(lines: Iterable[Line]) -> dict[int, str]:
    """The names of the lines by their impact; those of one impact together."""
    names: dict[int, dict[str, None]] = {}
    for line in lines:
        names.setdefault(line.impact, {})[line_name(line)] = None
    return {impact: _every(own) for impact, own in names.items()}


def _every(names: Iterable[str]) -> str:
    """
    >>> _every("abc")
    'a and b and c'
    """
    return reduce(lambda first, last: _("{first} and {last}", first=first, last=last), names)


def _bases(graph: Graph, below: list[int]) -> dict[int, frozenset[str]]:
    bases: dict[int, frozenset[str]] = {}
    for i in below:
        leaf = graph.info[i]
        basis = frozenset([leaf.citation.basis]) if isinstance(leaf, Input) else frozenset()
        bases[i] = basis.union(*(bases[a] for a in graph.made_of(i)))
    return bases
