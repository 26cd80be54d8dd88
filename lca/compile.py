"""Flows × factors: every flow of every case meets its factors and becomes lines of the result.

An impact is a flow times a factor. No criterion is named here. Whatever is missing or does not fit is reported in one
go, and a missing factor is never taken as 0: it is an error unless the scenario declares a proxy or a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from lca import stages, units
from lca.graph import Graph, Node, mismatch
from lca.model.binding import Ledger, Scope
from lca.model.blocks import TIERS, About, Gap, Proxy
from lca.model.fields import Broken
from lca.model.flow import Flow
from lca.model.packs import Factors, Row, component
from lca.model.scenario import Case, Scenario, scopes
from lca.problems import Problem, Problems, near
from lca.rules.end_of_life import counted

DEEPEST = 8  # assemblies inside one another
PIECES = frozenset(units.unit(name).dims for name in ("device", "server", "GPU", "CPU", "card"))
Elsewhere = Callable[[str, str, str], list[str]]


class Line(NamedTuple):
    """A flow times a factor: one line of the result. Numbers are indices of nodes."""

    functional_unit: str
    variant: str | None
    tier: str
    phase: str
    stage: str
    item: str
    flow: str
    region: str
    criterion: str
    impact: int
    amount: int
    factor: int
    proxy: str = ""


class Note(NamedTuple):
    """A proxy or a gap that the scenario declares and that a case has made use of."""

    kind: str
    item: str
    tier: str
    phase: str
    stage: str
    criterion: str
    reason: str
    proxy: str = ""


class Model(NamedTuple):
    """A scenario compiled: one graph, and the lines of every case on it."""

    scenario: Scenario
    ledger: Ledger
    factors: Factors
    criteria: tuple[str, ...]
    cases: tuple[Case, ...]
    lines: tuple[Line, ...]
    totals: dict[tuple[str, str | None, str], int]
    notes: tuple[Note, ...]
    packs: dict[str, tuple[str, ...]]
    titles: dict[str, str]

    @property
    def graph(self) -> Graph:
        return self.ledger.graph


def parts() -> list[Callable[[Scope], Iterator[Flow]]]:
    """The parts of the service: one file of `stages/` each."""
    return [import_module(f"lca.stages.{module.name}").flows for module in iter_modules(stages.__path__)]


def compiled(
    scenario: Scenario, factors: Factors, ledger: Ledger, cases: Iterable[Case], elsewhere: Elsewhere | None = None
) -> Model:
    """Every case on one graph. What is wrong is added to the ledger."""
    cases = tuple(cases)
    single = dict.fromkeys(Case(unit, case.variant) for case in cases for unit in scenario.parts(case.functional_unit))
    compiler = Compiler(factors, ledger, elsewhere or (lambda item, criterion, region: []))
    bound = scopes(scenario, ledger, single)
    of_case = {(scope.functional_unit, scope.variant): compiler.case(scope) for scope in bound}
    lines = [line for case in cases for line in _of(case, scenario, of_case)]
    lines.sort(key=lambda line: TIERS.index(line.tier))
    criteria = tuple(dict.fromkeys(key for scope in bound for key in compiler.criteria(scope)))
    totals = _totals(ledger.graph, lines, cases, criteria, factors)
    titles = {scope.functional_unit: _title(scope) for scope in bound}
    used = {key: tuple(packs) for key, packs in compiler.packs.items()}
    return Model(scenario, ledger, factors, criteria, cases, tuple(lines), totals, tuple(compiler.notes), used, titles)


def _of(case: Case, scenario: Scenario, of_case: dict[tuple[str, str | None], list[Line]]) -> Iterator[Line]:
    for part in scenario.parts(case.functional_unit):
        for line in of_case.get((part, case.variant), ()):
            yield line if part == case.functional_unit else line._replace(functional_unit=case.functional_unit)


def _title(scope: Scope) -> str:
    try:
        return str(scope.study.functional_units[scope.functional_unit].title)
    except Broken:
        return ""


def _totals(
    graph: Graph, lines: list[Line], cases: tuple[Case, ...], criteria: tuple[str, ...], factors: Factors
) -> dict[tuple[str, str | None, str], int]:
    impacts: dict[tuple[str, str | None, str], list[int]] = {(*case, key): [] for case in cases for key in criteria}
    for line in lines:
        impacts[line.functional_unit, line.variant, line.criterion].append(line.impact)
    totals = {}
    for (unit, variant, key), found in impacts.items():
        node = graph.sum([Node(graph, index) for index in found], factors.criteria[key].unit)
        case = f"{unit}, {variant}" if variant else unit
        totals[unit, variant, key] = node.named(f"{key} of {case}").index
    return totals


class Compiler:
    """Flows to lines, with what has been looked up once."""

    def __init__(self, factors: Factors, ledger: Ledger, elsewhere: Elsewhere) -> None:
        self.factors, self.ledger, self.elsewhere = factors, ledger, elsewhere
        self.notes: dict[Note, None] = {}
        self.packs: dict[str, dict[str, None]] = {}
        self._found: dict[tuple[str, ...], tuple[tuple[str, Node, str], ...] | None] = {}
        self._leaves: dict[tuple[Any, ...], Node] = {}
        self._missing: set[tuple[str, ...]] = set()

    def criteria(self, scope: Scope) -> tuple[str, ...]:
        """The criteria that the scenario asks for and that exist."""
        try:
            study = about(scope)
            asked = tuple(study.need("criteria"))
        except Broken:
            return ()
        unknown = [key for key in asked if key not in self.factors.criteria]
        for key in unknown:
            hint = near(key, self.factors.criteria, f"criteria: {', '.join(self.factors.criteria)}")
            self.ledger.problems.append(Problem(f"no criterion '{key}'", (study.tree.value["criteria"].span,), hint))
        return tuple(dict.fromkeys(key for key in asked if key not in unknown))

    def case(self, scope: Scope) -> list[Line]:
        """The lines of one case."""
        scope.study.check()
        criteria = self.criteria(scope)
        lines: list[Line] = []
        for part in parts():
            try:
                for flow in part(scope):
                    lines += self.flow(scope, flow, criteria, 0)
            except Broken:
                continue
            except Problems as found:
                self.ledger.problems += found.problems
        return lines

    def flow(self, scope: Scope, flow: Flow, criteria: tuple[str, ...], depth: int) -> Iterator[Line]:
        """A flow's lines: directly, or through the components of an assembly."""
        through = [key for key in criteria if self._is_assembly(flow, key)]
        if through and depth < DEEPEST:
            for row in self.factors.assembly(flow.flow):
                yield from self.flow(scope, self._component(flow, row), tuple(through), depth + 1)
        for key in criteria:
            if key not in through:
                yield from self._lines(scope, flow, key)

    def _is_assembly(self, flow: Flow, key: str) -> bool:
        return flow.stage != "use" and not self._rows(flow, key, "") and bool(self.factors.assembly(flow.flow))

    def _component(self, flow: Flow, row: Row) -> Flow:
        leaf = component(row)
        per = self._leaf(leaf.path, lambda: self.ledger.graph.input(leaf))
        name = row["component"]
        per_item = units.unit(str(per.unit).rsplit("/", 1)[-1])
        amount = self._counted(flow.amount, per_item) * per
        return flow._replace(item=name, flow=name, amount=amount.named(f"{name} in {flow.flow}"))

    def _lines(self, scope: Scope, flow: Flow, key: str) -> Iterator[Line]:
        for stage, factor, proxy in self._resolved(scope, flow, key):
            try:
                impact = self._impact(scope, flow, factor, key)
            except Problems as found:
                self.ledger.problems += found.problems
                continue
            yield Line(
                scope.functional_unit, scope.variant, flow.tier, flow.phase, stage, flow.item, flow.flow, flow.region,
                key, impact.index, flow.amount.index, factor.index, proxy,
            )  # fmt: skip

    def _impact(self, scope: Scope, flow: Flow, factor: Node, key: str) -> Node:
        criterion = self.factors.criteria[key].unit
        per = units.over(criterion, factor.unit)
        amount = self._counted(flow.amount, per)
        if units.scale(amount.unit, per) is None:
            try:
                amount = scope.work(amount, str(_plain(factor)), f"the amount of {flow.item}")
            except Problems:
                hint = f"the factor of {flow.flow} is in {factor.unit}"
                raise Problems([mismatch(flow.amount, _plain(factor), hint)]) from None
        return (amount * factor).to(criterion)

    def _counted(self, amount: Node, unit: units.Unit) -> Node:
        """A pure number of pieces as a count of them, where the factor is per piece."""
        if amount.unit.dims or unit.dims not in PIECES:
            return amount
        return amount.to("1") * self.ledger.graph.constant(1, unit)

    def _resolved(self, scope: Scope, flow: Flow, key: str) -> tuple[tuple[str, Node, str], ...]:
        """Each stage that counts for a criterion, its factor, and the criterion that stands in, if one does."""
        year = _year(scope)
        known = (flow.tier, flow.phase, flow.stage, flow.item, flow.flow, flow.region, key, year, scope.variant or "")
        if known not in self._found:
            self._found[known] = self._resolve(scope, flow, key, year)
        return self._found[known] or ()

    def _resolve(self, scope: Scope, flow: Flow, key: str, year: str) -> tuple[tuple[str, Node, str], ...]:
        study = about(scope)
        for gap in study.not_assessed.values():
            if _left_out(gap, flow, key):
                self._note(Note("not assessed", flow.item, flow.tier, flow.phase, flow.stage, key, gap.reason))
                return ()
        rows = self._rows(flow, key, year)
        if rows:
            return tuple(self._factor(row, key, "") for row in rows)
        for proxy in study.proxies.values():
            if _stands_in(proxy, flow, key):
                rows = self._rows(flow, proxy.from_, year)
                if rows:
                    note = Note("proxy", flow.item, flow.tier, flow.phase, flow.stage, key, proxy.reason, proxy.from_)
                    self._note(note)
                    return tuple(self._factor(row, key, proxy.from_) for row in rows)
        self._report_missing(flow, key)
        return ()

    def _rows(self, flow: Flow, key: str, year: str) -> list[Row]:
        rows = self.factors.rows(flow.flow, key, flow.region, year)
        if flow.stage in ("embodied", "all"):
            stages = counted({row.stage for row in rows})
            return [row for row in rows if row.stage in stages or (flow.stage == "all" and row.stage == "use")]
        return [row for row in rows if row.stage == flow.stage]

    def _factor(self, row: Row, key: str, proxy: str) -> tuple[str, Node, str]:
        self.packs.setdefault(key, {})[row.pack] = None
        known = (row.pack, id(row.cells), key)
        try:
            node = self._leaf(known, lambda: self.ledger.graph.input(self.factors.leaf(row, key)))
        except Problems as found:
            self.ledger.problems += found.problems
            raise Broken from None
        return row.stage, node, proxy

    def _leaf(self, key: Any, make: Callable[[], Node]) -> Node:
        if key not in self._leaves:
            self._leaves[key] = make()
        return self._leaves[key]

    def _note(self, note: Note) -> None:
        self.notes[note] = None

    def _report_missing(self, flow: Flow, key: str) -> None:
        known = (flow.flow, flow.stage, flow.region, key)
        if known not in self._missing:
            self._missing.add(known)
            self.ledger.problems.append(self._missing_factor(flow, key))

    def _missing_factor(self, flow: Flow, key: str) -> Problem:
        region = f" in {flow.region}" if flow.region else ""
        message = f"no {key} factor for '{flow.flow}' ({flow.stage}{region})"
        return Problem(message, (flow.origin.span,), "; ".join(self._ways_out(flow, key)))

    def _ways_out(self, flow: Flow, key: str) -> Iterator[str]:
        regions = [region for region in self.factors.regions(flow.flow, key) if region]
        if flow.region and flow.region not in regions and regions:
            yield near(flow.region, regions, f"regions: {', '.join(regions[:8])}{', …' if len(regions) > 8 else ''}")
        elif flow.flow not in self.factors.items():
            yield near(flow.flow, self.factors.items(), "")
        packs = self.elsewhere(flow.flow, key, flow.region)
        if packs:
            yield f"the pack {' or '.join(packs)} has one: add it to study.factors"
        yield "or declare it under study.proxies or study.not_assessed, or add a row to a pack of your own"


def _left_out(gap: Gap, flow: Flow, key: str) -> bool:
    item = gap.item
    wanted = ((gap.tier, flow.tier), (gap.phase, flow.phase), (gap.criterion, key))
    stage = gap.stage
    return (
        (item in ("", "*", flow.item, flow.flow, flow.tier))
        and all(not given or given == own for given, own in wanted)
        and (not stage or stage == flow.stage or (flow.stage in ("embodied", "all") and stage != "use"))
    )


def _stands_in(proxy: Proxy, flow: Flow, key: str) -> bool:
    return proxy.criterion == key and proxy.for_ in (flow.tier, flow.phase, flow.item, flow.flow)


def _plain(factor: Node) -> units.Unit:
    """What a factor is per."""
    return units.unit("*".join(str(factor.unit).split("/")[1:]) or "1")


def about(scope: Scope) -> About:
    """What the study is about. Broken where it says nothing."""
    found = scope.study.need("study")
    return found  # type: ignore[no-any-return]


def _year(scope: Scope) -> str:
    try:
        return str(scope.study.functional_units[scope.functional_unit].year)
    except Broken:
        return ""
