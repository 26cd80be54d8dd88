"""Flows × factors: every flow of every case meets its factors and becomes lines of the result.

An impact is a flow times a factor. No criterion is named here. Whatever is missing or does not fit is reported in one
go, and a missing factor is never taken as 0: it is an error unless the scenario declares a proxy or a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from lca import stages, units
from lca.graph import Graph, Node, mismatch
from lca.model.binding import Ledger, Scope
from lca.model.blocks import EMBODIED, TIERS, About, Gap, Proxy
from lca.model.fields import Broken
from lca.model.flow import Flow
from lca.model.packs import Factors, Row, component
from lca.model.scenario import Case, Scenario, check_declarations, scopes
from lca.problems import Problem, Problems, Span, near
from lca.rules.end_of_life import counted
from lca.text.overlay import entries, find, items
from lca.text.source import shortened

DEEPEST = 8  # assemblies inside one another
MOST_LISTED = 8  # names that a message lists
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
    """What a case leaves out or takes from elsewhere.

    kind: `proxy` or `not assessed`, declared by the scenario and made use of; `not stated`, left out because the
    scenario does not give an input that it takes.
    """

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


@cache
def parts() -> list[Callable[[Scope], Iterator[Flow]]]:
    """The parts of the service: one file of `stages/` each."""
    return [import_module(f"lca.stages.{module.name}").flows for module in iter_modules(stages.__path__)]


def compiled(
    scenario: Scenario, factors: Factors, ledger: Ledger, cases: Iterable[Case], elsewhere: Elsewhere | None = None
) -> Model:
    """Every case on one graph. What is wrong is added to the ledger."""
    cases = tuple(cases)
    check_declarations(scenario, ledger)
    single = dict.fromkeys(Case(unit, case.variant) for case in cases for unit in scenario.parts(case.functional_unit))
    compiler = Compiler(factors, ledger, elsewhere or (lambda item, criterion, region: []))
    bound = scopes(scenario, ledger, single)
    of_case = {(scope.functional_unit, scope.variant): compiler.case(scope) for scope in bound}
    compiler.report_missing()
    lines = [line for case in cases for line in _of(case, scenario, of_case)]
    lines.sort(key=lambda line: TIERS.index(line.tier))
    criteria = tuple(dict.fromkeys(key for scope in bound for key in compiler.criteria(scope)))
    totals = _totals(ledger.graph, lines, cases, criteria, factors)
    titles = {case.functional_unit: scenario.title(case.functional_unit) for case in cases}
    used = {key: tuple(packs) for key, packs in compiler.packs.items()}
    return Model(scenario, ledger, factors, criteria, cases, tuple(lines), totals, tuple(compiler.notes), used, titles)


def _of(case: Case, scenario: Scenario, of_case: dict[tuple[str, str | None], list[Line]]) -> Iterator[Line]:
    for part in scenario.parts(case.functional_unit):
        for line in of_case.get((part, case.variant), ()):
            yield line if part == case.functional_unit else line._replace(functional_unit=case.functional_unit)


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
        self.gaps: tuple[DeclaredGap, ...] = ()
        self.packs: dict[str, dict[str, None]] = {}
        self._found: dict[tuple[str, ...], tuple[tuple[str, Node, str], ...] | None] = {}
        self._leaves: dict[tuple[Any, ...], Node] = {}
        self._missing: dict[tuple[str, ...], tuple[Flow, list[str]]] = {}

    def criteria(self, scope: Scope) -> tuple[str, ...]:
        """The criteria that the scenario asks for and that exist."""
        try:
            study = about(scope)
            asked = tuple(study.need("criteria"))
        except Broken:
            return ()
        for at in items(entries(study.tree)["criteria"]):
            if at.value not in self.factors.criteria:
                hint = self.factors.near_criterion(str(at.value))
                self.ledger.report(Problem(f"no criterion '{shortened(str(at.value))}'", (at.span,), hint))
        return tuple(key for key in asked if key in self.factors.criteria)

    def case(self, scope: Scope) -> list[Line]:
        """The lines of one case."""
        scope.study.check()
        criteria = self.criteria(scope)
        self.gaps = declared_gaps(scope)
        self.ledger.gaps.clear()
        lines: list[Line] = []
        for part in parts():
            for flow in scope.going_on(part(scope), scope.study):
                lines += self.flow(scope, flow, criteria, 0)
        self._note_unstated(criteria)
        self._refuse_nothing(scope, criteria, lines)
        return lines

    def _note_unstated(self, criteria: tuple[str, ...]) -> None:
        """What is left out for want of an input, unless the scenario declares it as not assessed."""
        for tier, phase, stage, item, reason in self.ledger.gaps:
            for key in criteria:
                of = [gap for gap in self.gaps if gap.leaves_out(key, stage, tier, phase, item)]
                kind, why = ("not assessed", of[0].reason) if of else ("not stated", reason)
                self.notes[Note(kind, item, tier, phase, stage, key, why)] = None

    def _refuse_nothing(self, scope: Scope, criteria: tuple[str, ...], lines: list[Line]) -> None:
        """Missing is not zero: a total of no line at all is refused."""
        if self.ledger.problems or self._missing:
            return
        for key in sorted({*criteria} - {line.criterion for line in lines}, key=criteria.index):
            case = f"{scope.functional_unit}, {scope.variant}" if scope.variant else scope.functional_unit
            hint = (
                "take it out of study.criteria, or narrow study.not_assessed" if self.gaps else "describe a part of it"
            )
            what = f"by {key}: all of it is declared as not assessed" if self.gaps else "of the service"
            self.ledger.report(Problem(f"{case} assesses nothing {what}", (scope.unit.span,), hint))

    def flow(self, scope: Scope, flow: Flow, criteria: tuple[str, ...], depth: int) -> Iterator[Line]:
        """A flow's lines: directly, or through the components of an assembly."""
        counted = [key for key in criteria if not self._is_left_out(flow, key)]
        through = [key for key in counted if depth < DEEPEST and self._is_assembly(flow, key, scope.year)]
        for row in self.factors.assembly(flow.flow) if through else ():
            part = scope.attempt(partial(self._component, flow, row), flow.origin)
            if part is not None:
                yield from self.flow(scope, part, tuple(through), depth + 1)
        for key in counted:
            if key not in through:
                yield from scope.going_on(self._lines(scope, flow, key), flow.origin)

    def _is_left_out(self, flow: Flow, key: str) -> bool:
        """Whether the scenario declares all of a flow as not assessed; the first gap that does is noted."""
        for gap in self.gaps:
            if gap.leaves_out(key, flow.stage, flow.tier, flow.phase, flow.item, flow.flow):
                self._note(Note("not assessed", flow.item, flow.tier, flow.phase, flow.stage, key, gap.reason))
                return True
        return False

    def _is_assembly(self, flow: Flow, key: str, year: str) -> bool:
        return flow.stage != "use" and bool(self.factors.assembly(flow.flow)) and not self._rows(flow, key, year)

    def _component(self, flow: Flow, row: Row) -> Flow:
        leaf = component(row)
        per = self._leaf(leaf.path, lambda: self.ledger.graph.input(leaf))
        name = row["component"]
        amount = self._counted(flow.amount, units.denominator(per.unit)) * per
        return flow._replace(flow=name, amount=amount.named(f"{name} in {flow.flow}"))

    def _lines(self, scope: Scope, flow: Flow, key: str) -> Iterator[Line]:
        for stage, factor, proxy in self._resolved(scope, flow, key):
            impact = self._impact(scope, flow, factor, key)
            yield Line(
                scope.functional_unit, scope.variant, flow.tier, flow.phase, stage, flow.item, flow.flow, flow.region,
                key, impact.index, flow.amount.index, factor.index, proxy,
            )  # fmt: skip

    def _impact(self, scope: Scope, flow: Flow, factor: Node, key: str) -> Node:
        criterion = self.factors.criteria[key].unit
        per = units.over(criterion, factor.unit)
        amount = self._counted(flow.amount, per)
        if units.scale(amount.unit, per) is None:
            asked = units.denominator(factor.unit)
            try:
                amount = scope.work(amount, str(asked), f"the amount of {flow.item}")
            except Problems:
                raise Problems([_no_amount(flow, asked, factor, scope)]) from None
        return (amount * factor).to(criterion)

    def _counted(self, amount: Node, unit: units.Unit) -> Node:
        """A pure number of pieces as a count of them, where the factor is per piece."""
        if amount.unit.dims or unit.dims not in PIECES:
            return amount
        return amount.to("1") * self.ledger.graph.one(unit)

    def _resolved(self, scope: Scope, flow: Flow, key: str) -> tuple[tuple[str, Node, str], ...]:
        """Each stage that counts for a criterion, its factor, and the criterion that stands in, if one does."""
        year = scope.year
        known = (flow.tier, flow.phase, flow.stage, flow.item, flow.flow, flow.region, key, year, scope.variant or "")
        if known not in self._found:
            self._found[known] = self._resolve(scope, flow, key, year)
        return self._found[known] or ()

    def _resolve(self, scope: Scope, flow: Flow, key: str, year: str) -> tuple[tuple[str, Node, str], ...]:
        rows, stands_in = self._rows(flow, key, year), ""
        proxies = [proxy for proxy in about(scope).proxies.values() if _stands_in(proxy, flow, key)]
        for proxy in proxies if not rows else ():
            rows, stands_in = self._rows(flow, proxy.from_, year), proxy.from_
            if rows:
                self._note(Note("proxy", flow.item, flow.tier, flow.phase, flow.stage, key, proxy.reason, proxy.from_))
                break
        if not rows:
            self._missing.setdefault((flow.flow, flow.stage, flow.region), (flow, []))[1].append(key)
        if flow.stage == "all" and rows and not any(row.stage == "use" for row in rows):
            reason = f"the factors of {flow.flow} hold no use, and no energy is given"
            self._note(Note("not stated", flow.item, flow.tier, flow.phase, "use", key, reason))
        counted = [row for row in rows if not self._is_left_out(flow._replace(stage=row.stage), key)]
        return tuple(self._factor(row, key, stands_in) for row in counted)

    def _rows(self, flow: Flow, key: str, year: str) -> list[Row]:
        rows = self.factors.rows(flow.flow, key, flow.region, year)
        if flow.stage in ("embodied", "all"):
            stages = counted({row.stage for row in rows})
            return [row for row in rows if row.stage in stages or (flow.stage == "all" and row.stage == "use")]
        return [row for row in rows if row.stage == flow.stage]

    def _factor(self, row: Row, key: str, proxy: str) -> tuple[str, Node, str]:
        self.packs.setdefault(key, {})[row.pack] = None
        known = (row.pack, id(row.cells), key)
        return row.stage, self._leaf(known, lambda: self.ledger.graph.input(self.factors.leaf(row, key))), proxy

    def _leaf(self, key: Any, make: Callable[[], Node]) -> Node:
        if key not in self._leaves:
            self._leaves[key] = make()
        return self._leaves[key]

    def _note(self, note: Note) -> None:
        self.notes[note] = None

    def report_missing(self) -> None:
        """Report every factor that was looked for in vain, those of one item together."""
        for flow, keys in self._missing.values() if self.factors.complete else ():
            criteria = tuple(dict.fromkeys(keys))
            words = f"of {flow.item} " if flow.item != flow.flow else ""
            region = f" in {flow.region}" if flow.region else ""
            stage = {"all": "any stage", "use": "use"}.get(flow.stage, f"{flow.stage} stage")
            message = f"no {' nor '.join(criteria)} factor for '{shortened(flow.flow)}' {words}({stage}{region})"
            spans = tuple(dict.fromkeys((*self._region_of(flow, criteria[0]), flow.origin.span)))
            self.ledger.report(Problem(message, spans, "\n".join(self._ways_out(flow, criteria))))

    def _region_of(self, flow: Flow, key: str) -> Iterator[Span]:
        """Where the region is written, if it is the region that has no factor."""
        if not flow.region or flow.region in self.factors.regions(flow.flow, key):
            return
        for record in filter(None, (flow.origin, flow.origin.parent)):
            written = entries(record.tree)
            site = (
                entries(find(record.scope.study.tree, ("sites", str(written["site"].value))))
                if "site" in written
                else {}
            )
            at = written.get("region") or site.get("region")
            if at is not None:
                yield entries(at)[flow.region].key_span if flow.region in entries(at) else at.span
                return

    def _ways_out(self, flow: Flow, criteria: tuple[str, ...]) -> Iterator[str]:
        known, regions = self.factors.items(), [name for name in self.factors.regions(flow.flow, criteria[0]) if name]
        stages = [row.stage for row in self.factors.rows(flow.flow, criteria[0], flow.region)]
        if flow.flow not in known:
            yield near(flow.flow, known)
        elif flow.region and flow.region not in regions and (others := self._elsewise(flow, criteria)):
            yield f"{flow.region} has factors by {_listed(others)}, and none by {_listed(criteria)}"
        elif flow.region not in regions and regions:
            code = self.factors.places().code(flow.region)
            listing = f"it has a factor in: {_listed(regions)}"
            yield f"did you mean '{code}'?" if code in regions else near(flow.region, regions, listing)
        elif stages == ["use"] and flow.stage == "embodied":
            yield "its factor covers use as well: state the equipment or the energy of the network, not both"
        elif stages:
            yield f"it has a factor for: {_listed(stages)}"
        else:
            yield f"it has a factor by: {_listed(self.factors.criteria_of(flow.flow))}"
        packs = [pack for pack in self.elsewhere(flow.flow, criteria[0], flow.region) if pack not in self.factors.packs]
        if packs:
            yield f"another pack has one by {criteria[0]}, add it to study.factors: {' or '.join(packs[:MOST_LISTED])}"
        yield "or declare it under study.not_assessed or study.proxies, or add a row to a pack of your own"

    def _elsewise(self, flow: Flow, criteria: tuple[str, ...]) -> list[str]:
        """The other criteria by which a flow has a factor in its region."""
        known = (key for key in self.factors.criteria_of(flow.flow) if key not in criteria)
        return [key for key in known if flow.region in self.factors.regions(flow.flow, key)]


def _listed(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    return f"{', '.join(every[:MOST_LISTED])}{', …' if every[MOST_LISTED:] else ''}"


class DeclaredGap(NamedTuple):
    """An entry of study.not_assessed; what is empty stands for all."""

    item: str
    tier: str
    phase: str
    stage: str
    criterion: str
    reason: str

    def leaves_out(self, criterion: str, stage: str, tier: str, phase: str, *items: str) -> bool:
        """Whether it covers the whole of a stage of an item: `embodied` stands for every stage but use."""
        wanted = ((self.tier, tier), (self.phase, phase), (self.criterion, criterion))
        return (
            self.item in ("", "*", tier, *items)
            and all(given in ("", own) for given, own in wanted)
            and (self.stage in ("", stage) or (self.stage == "embodied" and stage in EMBODIED))
        )


def declared_gaps(scope: Scope) -> tuple[DeclaredGap, ...]:
    """What a case declares as not assessed."""
    try:
        gaps: Iterable[Gap] = about(scope).not_assessed.values()
        return tuple(DeclaredGap(*(getattr(gap, name) for name in DeclaredGap._fields)) for gap in gaps)
    except Broken:
        return ()


def _stands_in(proxy: Proxy, flow: Flow, key: str) -> bool:
    return proxy.criterion == key and proxy.for_ in (flow.tier, flow.phase, flow.item, flow.flow)


def _no_amount(flow: Flow, asked: units.Unit, factor: Node, scope: Scope) -> Problem:
    """What to say where an amount is neither in the unit of its factor nor in it for a unit of the demand."""
    per = " or ".join(sorted({f"{asked}/{demanded.unit}" for demanded in scope.demand.values()}))
    hint = (
        f"the factor of {flow.flow} is in {factor.unit}, so the amount is in {asked}{f', or in {per}' if per else ''}"
    )
    return mismatch(flow.amount, asked, hint)


def about(scope: Scope) -> About:
    """What the study is about. Broken where it says nothing."""
    found: About = scope.study.need("study")
    return found
