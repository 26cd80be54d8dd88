"""Flows × factors: every flow of every case meets its factors and becomes lines of the result.

An impact is a flow times a factor. No criterion is named here. Whatever is missing or does not fit is reported in one
go, and a missing factor is never taken as 0: it is an error unless the scenario declares a proxy or a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, NamedTuple

from lca import units
from lca.blocks import blocks
from lca.declared import misdeclared, of_no_place
from lca.dependence import Dependence, dependence
from lca.graph import Graph, Node
from lca.missing import Elsewhere, Missing, bare_amount, no_amount, uncounted
from lca.model.case import Case, CaseKey, Swaps, TotalKey
from lca.model.criteria import market_key, near_criterion
from lca.model.declarations import Gap, Outside, Proxy
from lca.model.flow import Flow
from lca.model.ledger import Facts, Ledger
from lca.model.own import DEEPEST, Equipment, OwnRow, OwnRows, in_circles, own_rows, repeated
from lca.model.packs import FactorRow, Factors, component
from lca.model.reader import Broken
from lca.model.stand_ins import Asked, taken
from lca.model.terms import EMBODIED, MARKET, TIERS, overlap
from lca.problems import Problem, Problems, shortened
from lca.rules import ghg_scope
from lca.rules.end_of_life import stages_of
from lca.scenario import Scenario, bound, check_declarations
from lca.spoken import N_
from lca.text.overlay import entries, items, joined

WITH_USE = ("use", "all")  # stages of factors that hold use
DEVICE, SERVER = (units.unit(name) for name in ("device", "server"))  # what a thing is, whatever it is made of
PIECES = frozenset(units.unit(name).dims for name in ("device", "server", "GPU", "CPU", "card"))


class Line(NamedTuple):
    """A flow times a factor: one line of the result. Numbers are indices of nodes.

    part: the path of the record of the scenario that causes it. ghg_scope, ghg_category: of the GHG Protocol.
    """

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
    part: str = ""
    ghg_scope: str = ""
    ghg_category: str = ""

    @property
    def case(self) -> CaseKey:
        """The case that the line is of."""
        return CaseKey(self.functional_unit, self.variant)

    @property
    def total(self) -> TotalKey:
        """The total that the line is a part of."""
        return self.case.total(self.criterion)


class Lines(tuple[Line, ...]):
    """The lines of a result, tier by tier, and those of each case."""

    @cached_property
    def _by_case(self) -> dict[CaseKey, list[Line]]:
        of_case: dict[CaseKey, list[Line]] = {}
        for line in self:
            of_case.setdefault(line.case, []).append(line)
        return of_case

    def of(self, case: CaseKey) -> list[Line]:
        """The lines of a case; none where there is no such case."""
        return self._by_case.get(case, [])


class Note(NamedTuple):
    """What a case leaves out or takes from elsewhere.

    kind: `proxy` or `not assessed`, declared by the scenario and made use of; `not stated`, left out because the
    scenario does not give an input that it takes. by: the path of the proxy that was made use of.
    """

    kind: str
    item: str
    tier: str
    phase: str
    stage: str
    criterion: str
    reason: str
    proxy: str = ""
    by: str = ""


class Everything(NamedTuple):
    """All that is compiled: of each case the lines, totals and notes by every criterion, whatever other cases lack.

    lacking: the market-based criteria by which some electricity of a case has no factor, each with why.
    """

    criteria: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: dict[TotalKey, int]
    noted: dict[CaseKey, tuple[Note, ...]]
    lacking: dict[CaseKey, dict[str, Note]]


class Model(NamedTuple):
    """A scenario compiled: one graph, and the lines of every case on it, by the criteria that none of them lacks.

    noted: what each case leaves out or takes from elsewhere. years: those that its functional unit asks for, or the
    units that it adds up; empty where it asks for none. read: what each case that adds up no others says.
    """

    scenario: Scenario
    facts: Facts
    factors: Factors
    criteria: tuple[str, ...]
    cases: tuple[CaseKey, ...]
    lines: Lines
    totals: dict[TotalKey, int]
    noted: dict[CaseKey, tuple[Note, ...]]
    years: dict[CaseKey, tuple[str, ...]]
    read: dict[CaseKey, Case]
    every: Everything

    @property
    def graph(self) -> Graph:
        return self.facts.graph

    @property
    def titles(self) -> dict[str, str]:
        """What each functional unit is in words, in the language in force."""
        return {key.functional_unit: self.scenario.title(key.functional_unit) for key in self.cases}

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the cases leave out or take from elsewhere, each once."""
        return tuple(dict.fromkeys(note for case in self.cases for note in self.noted[case]))

    @property
    def packs(self) -> dict[str, tuple[str, ...]]:
        """The packs that a number of each criterion is from: a factor, a parameter or a part of an assembly."""
        used = {key: self._packs_of(key) for key in self.criteria}
        return {key: tuple(name for name in self.factors.packs if name in names) for key, names in used.items()}

    @property
    def used_packs(self) -> tuple[str, ...]:
        """The packs that a number of any criterion is from, in order of preference."""
        used = {name for names in self.packs.values() for name in names}
        return tuple(name for name in self.factors.packs if name in used)

    def _packs_of(self, criterion: str) -> set[str]:
        roots = (index for total, index in self.totals.items() if total.criterion == criterion)
        return self.packs_among(self.graph.below(roots))

    def packs_among(self, nodes: Iterable[int]) -> set[str]:
        """The packs that inputs among some nodes are from."""
        origins = (self.graph.info[index].origin for index in nodes if self.graph.op[index] == "input")
        return {origin.pack for origin in origins if origin is not None}

    def of_cases(self, cases: Iterable[CaseKey]) -> Model:
        """The model of some of its cases, on the same graph, by the criteria that none of these lacks."""
        kept, every = dict.fromkeys(cases), self.every
        lacked = {key for case in kept for key in every.lacking[case]}
        criteria = tuple(key for key in every.criteria if key not in lacked)
        lines = Lines(line for line in every.lines if line.case in kept and line.criterion not in lacked)
        totals = {key: i for key, i in every.totals.items() if key.case in kept and key.criterion not in lacked}
        met = {case: [note for note in every.noted[case] if note.criterion not in lacked] for case in kept}
        noted = {case: (*notes, *every.lacking[case].values()) for case, notes in met.items()}
        return self._replace(criteria=criteria, cases=tuple(kept), lines=lines, totals=totals, noted=noted)


def compiled(
    scenario: Scenario, given: Factors, ledger: Ledger, keys: Iterable[CaseKey], elsewhere: Elsewhere | None = None
) -> Model:
    """Every case on one graph. What is wrong is added to the ledger."""
    keys = tuple(keys)
    check_declarations(scenario, ledger)
    single = dict.fromkeys(CaseKey(unit, key.variant) for key in keys for unit in scenario.parts(key.functional_unit))
    cases = bound(scenario, ledger, single)
    with suppress(Problems):  # of variants: those of the cases have been reported
        ledger.by_both = scenario.is_by_both
    compiler = Compiler(given.by_both(given.criteria) if ledger.by_both else given, ledger, dependence(scenario.study))
    of_case = {case.key: compiler.case(case) for case in cases}
    plain = compiler.known
    ledger.report(*compiler.missing.problems(plain, elsewhere))
    lacking = {key: _lacking_in(key, scenario, compiler) for key in keys}
    known = plain.by_both(compiler.of_both(cases, lacking), named=True) if ledger.by_both else plain
    lines = [line for key in keys for line in _of(key, scenario, of_case) if line.criterion in known.criteria]
    lines.sort(key=lambda line: TIERS.index(line.tier))
    lacked = [note for notes in compiler.lacking.values() for note in notes.values()]
    left = [*(note for notes in compiler.notes.values() for note in notes), *lacked]
    if {*scenario.functional_units} <= {key.functional_unit for key in keys}:  # some of them do not meet all entries
        ledger.report(*misdeclared(scenario.study, plain, lines, left))
    if known.complete and not ledger.problems:
        ledger.report(*of_no_place(scenario.tree, known))
    ledger.report(*compiler.dependence.problems(ledger.facts, scenario.tree, known))
    criteria = tuple(dict.fromkeys(key for case in cases for key in compiler.criteria(case) if key in known.criteria))
    totals = _totals(ledger.graph, lines, lacking, criteria, known)
    noted = {key: tuple(_notes_of(key, scenario, compiler)) for key in keys}
    year_of = {case.key: case.year for case in cases}
    years = {key: tuple(_years_of(key, scenario, year_of)) for key in keys}
    read = {case.key: case for case in cases}
    every = Everything(criteria, tuple(lines), totals, noted, lacking)
    whole = Model(scenario, ledger.facts, known, criteria, keys, Lines(), totals, noted, years, read, every)
    return whole.of_cases(keys)


def _years_of(key: CaseKey, scenario: Scenario, year_of: dict[CaseKey, str]) -> dict[str, None]:
    parts = (CaseKey(part, key.variant) for part in scenario.parts(key.functional_unit))
    return {year: None for part in parts if (year := year_of.get(part, ""))}


def _notes_of(key: CaseKey, scenario: Scenario, compiler: Compiler) -> Iterator[Note]:
    for part in scenario.parts(key.functional_unit):
        yield from compiler.notes.get(CaseKey(part, key.variant), ())


def _lacking_in(key: CaseKey, scenario: Scenario, compiler: Compiler) -> dict[str, Note]:
    """The market-based criteria that a case lacks, or one that it adds up."""
    parts = (compiler.lacking.get(CaseKey(part, key.variant), {}) for part in scenario.parts(key.functional_unit))
    return {criterion: note for part in parts for criterion, note in part.items()}


def _of(key: CaseKey, scenario: Scenario, of_case: dict[CaseKey, list[Line]]) -> Iterator[Line]:
    for part in scenario.parts(key.functional_unit):
        for line in of_case.get(CaseKey(part, key.variant), ()):
            yield line if part == key.functional_unit else line._replace(functional_unit=key.functional_unit)


def _totals(
    graph: Graph,
    lines: list[Line],
    lacking: dict[CaseKey, dict[str, Note]],
    criteria: tuple[str, ...],
    factors: Factors,
) -> dict[TotalKey, int]:
    keys = [case.total(key) for case, lacked in lacking.items() for key in criteria if key not in lacked]
    impacts: dict[TotalKey, list[int]] = {key: [] for key in keys}
    for line in lines:
        if line.total in impacts:
            impacts[line.total].append(line.impact)
    totals = {}
    for key, terms in impacts.items():
        node = graph.sum([Node(graph, index) for index in terms], factors.criteria[key.criterion].unit)
        totals[key] = node.named(f"{key.criterion} of {key.case}").index
    return totals


class Resolution(NamedTuple):
    """What a flow meets by one criterion: a factor for each stage that counts, what is to be noted, what is missing."""

    factors: tuple[Met, ...]
    notes: tuple[Note, ...]
    missing: bool = False


class Met(NamedTuple):
    """A factor that a flow meets, and the criterion that stands in, if one does."""

    stage: str
    factor: Node
    proxy: str


class Part(NamedTuple):
    """How much of an item is in one of a thing; `path` where the study itself says so."""

    name: str
    amount: Node
    path: tuple[str, ...] = ()


class Compiler:
    """Flows to lines, with what has been looked up once."""

    def __init__(self, factors: Factors, ledger: Ledger, dependence: Dependence) -> None:
        self.factors, self.ledger, self.dependence = factors, ledger, dependence
        self.notes: dict[CaseKey, dict[Note, None]] = {}
        self.missing = Missing()
        self._plain, self._beside = factors, dict[tuple[Any, ...], Factors]()
        self.equipment: dict[str, Equipment] = {}
        self.bought: set[str] = set()  # market-based criteria by which some electricity counts
        self.lacking: dict[CaseKey, dict[str, Note]] = {}  # market-based criteria without a factor, each with why
        self._resolutions: dict[tuple[Any, ...], Resolution] = {}
        self._leaves: dict[Any, Node] = {}

    def criteria(self, case: Case) -> tuple[str, ...]:
        """The criteria that the scenario asks for and that exist."""
        try:
            study = case.about
            asked = tuple(study.need("criteria"))
        except Broken:
            return ()
        for at in items(entries(study.tree)["criteria"]):
            if at.value not in self.factors.criteria:
                hint = near_criterion(self.factors.criteria, str(at.value))
                self.ledger.report(Problem(f"no criterion '{shortened(str(at.value))}'", (at.span,), hint))
        every = (each for key in asked for each in (key, market_key(key)) if self._is_asked(each, asked))
        return tuple(every)

    def _is_asked(self, key: str, asked: tuple[str, ...]) -> bool:
        """Whether the study is by a criterion: one that it names, or the market-based like of one."""
        known = self.factors.criteria.get(key)
        return known is not None and (key in asked or (known.of in asked and known.counts != "electricity"))

    def of_both(self, cases: Iterable[Case], lacking: Mapping[CaseKey, Container[str]]) -> set[str]:
        """The criteria by which electricity counts on both bases, in some case in full."""
        known = self.factors.criteria
        every = {key for case in cases for key in self.criteria(case) if known[key].basis == MARKET}
        in_full = (key for key in every & self.bought if any(key not in lacked for lacked in lacking.values()))
        return {known[key].of for key in in_full}

    def case(self, case: Case) -> list[Line]:
        """The lines of one case."""
        self._draw_for(case.key.variant)
        case.study.check()
        self.ledger.facts.demands[case.key] = demanded(case)
        criteria = self.criteria(case)
        attempt, span = case.reader.attempt, case.study.span
        stated, equipment = (attempt(partial(case.block, name), span) or {} for name in ("factors", "equipment"))
        written = {name: len(entries(entries(case.study.tree).get(name))) for name in ("factors", "equipment")}
        self.equipment = self._sound(equipment)
        own = own_rows(stated, written["factors"])
        self._try_first(own._replace(complete=own.complete and len(self.equipment) == written["equipment"]))
        gaps = declared_gaps(case)
        self.ledger.gaps.clear()
        lines: list[Line] = []
        with self.ledger.asked():
            for name, block in blocks().items():
                self.ledger.graph.context = (case.key, name)
                for flow in case.study.going_on(block.flows(case)):
                    lines += self.flow(case, flow, criteria, gaps)
        self.ledger.graph.context = None
        self._note_unstated(case, criteria, gaps)
        self._refuse_nothing(case, criteria, gaps, lines)
        return lines

    @property
    def known(self) -> Factors:
        """The factors of the packs with all that some case has of its own."""
        every = self._beside.values()
        rows = [row for factors in every for row in factors.own]
        return self._plain.beside(rows, complete=all(factors.complete for factors in every))

    def _try_first(self, own: OwnRows) -> None:
        """Put the factors of a case's own before those of the packs."""
        self.ledger.report(*repeated(own.rows))
        key = (own.complete, *((row.stage, *row.key, row.node.index) for row in own.rows))
        if key not in self._beside:
            self._beside[key] = self._plain.beside(own.rows, complete=own.complete)
        self.factors = self._beside[key]

    def _sound(self, equipment: dict[str, Equipment]) -> dict[str, Equipment]:
        """The equipment whose parts are in order; none where some is made of itself. What is wrong is said."""
        problems = list(in_circles(equipment))
        self.ledger.report(*problems)
        read = {name: one.reader.attempt(partial(one.need, "parts"), one.span) for name, one in equipment.items()}
        return {} if problems else {name: one for name, one in equipment.items() if read[name] is not None}

    def _draw_for(self, variant: str | None) -> None:
        """What is drawn together, and what is drawn anew in a variant: an input of its own there."""
        draws = self.dependence.draws(variant)
        if draws != self.ledger.graph.draws:
            self.ledger.graph.draws = draws
            self._leaves.clear()
            self._resolutions.clear()

    def _note_unstated(self, case: Case, criteria: tuple[str, ...], gaps: Gaps) -> None:
        """What is left out for want of an input, unless the scenario declares it as not assessed or out of scope."""
        outside = out_of_scope(case)
        for tier, phase, stage, item, reason, counted_in in self.ledger.gaps:
            for key in self._counted_in(counted_in, [key for key in criteria if self._is_of(key, stage)]):
                of = [gap for gap in (*gaps, *outside) if gap.leaves_out(key, stage, tier, phase, "", item)]
                kind, why = ("not assessed", of[0].reason) if of else ("not stated", reason)
                self._note(case, Note(kind, item, tier, phase, stage, key, why))

    def _is_of(self, key: str, stage: str) -> bool:
        """Whether a criterion is of a stage: of all, but for those that say of which one."""
        own = self.factors.criteria[key].stages
        return not own or stage in (own, "all")

    def _is_on_basis(self, key: str, basis: str) -> bool:
        """Whether a criterion counts electricity that is location-based, market-based, or of no basis."""
        return not basis or (basis == MARKET) == (self.factors.criteria[key].basis == MARKET)

    def _counted_in(self, unit: str, criteria: Sequence[str]) -> tuple[str, ...]:
        """The criteria that are counted in the dimension of a unit, weighted or not; all where none is said."""
        asked = units.unit(unit)
        plain = {key: self.factors.criteria[key].space for key in criteria}
        texts = {key: space.unit.removesuffix(space.suffix) for key, space in plain.items()}
        return tuple(key for key, text in texts.items() if not unit or units.unit(text).dims == asked.dims)

    def _refuse_nothing(self, case: Case, criteria: tuple[str, ...], gaps: Gaps, lines: list[Line]) -> None:
        """Missing is not zero: a total of no line at all is refused."""
        if self.ledger.problems or self.missing:
            return
        own = {key for key in criteria if self.factors.criteria[key].basis != MARKET}
        for key in sorted(own - {line.criterion for line in lines}, key=criteria.index):
            hint = "take it out of study.criteria, or narrow study.not_assessed" if gaps else "describe a part of it"
            what = f"by {key}: all of it is declared as not assessed" if gaps else "of the service"
            self.ledger.report(Problem(f"{case.key} assesses nothing {what}", (case.unit.span,), hint))

    def flow(self, case: Case, flow: Flow, criteria: Sequence[str], gaps: Gaps, depth: int = 0) -> Iterator[Line]:
        """A flow's lines: directly, or through the components of an assembly."""
        criteria = [key for key in criteria if self._is_of(key, flow.stage) and self._is_on_basis(key, flow.basis)]
        of_gaps = {key: left_out(flow, key, gaps) for key in criteria}
        self._note(case, *(note for note in of_gaps.values() if note is not None))
        assessed = [key for key in criteria if of_gaps[key] is None]
        through = [key for key in assessed if depth < DEEPEST and self._is_assembly(case, flow, key)]
        for part in flow.origin.going_on(self._made_of(flow)) if through else ():
            yield from self.flow(case, part, through, gaps, depth + 1)
        for key in assessed:
            if key not in through:
                yield from flow.origin.going_on(self._lines(case, flow, key, gaps))

    def _is_assembly(self, case: Case, flow: Flow, key: str) -> bool:
        """Whether a flow is counted by its parts: what the study says itself comes before what packs have."""
        if flow.stage == "use" or not self._parts(flow.flow):
            return False
        rows: Sequence[FactorRow | OwnRow] = self._rows(case, flow, key)[0]
        own = [row for row in rows if isinstance(row, OwnRow)]
        return not (own if flow.flow in self.equipment else rows)

    def _made_of(self, flow: Flow) -> Iterator[Flow]:
        """The parts of a flow, each as a flow."""
        parts = self._parts(flow.flow)
        count = self._count(flow, parts)
        for part in parts:
            self.ledger.facts.asked.add(part.path)
            amount = (count * part.amount).named(f"{part.name} in {flow.flow}")
            yield flow._replace(flow=part.name, amount=amount)

    def _parts(self, item: str) -> list[Part]:
        """What one of an item is made of, as the study says itself, or the first pack that does."""
        if item in self.equipment:
            of = self.equipment[item]
            return [Part(name, node, (*of.path, "parts", name)) for name, node in of.parts.items()]
        return [self._part_of_pack(row) for row in self.factors.assembly(item)]

    def _part_of_pack(self, row: FactorRow) -> Part:
        leaf = component(row)
        return Part(row["component"], self._leaf(leaf.path, lambda: self.ledger.graph.input(leaf)))

    def _count(self, flow: Flow, parts: Sequence[Part]) -> Node:
        """How many of a thing a flow is: stated as such, or by one of its parts, as one GPU of a server of eight."""
        amount, whole = flow.amount, units.denominator(parts[0].amount.unit)
        counted = _counted_in(amount.unit)
        inside = [part for part in parts if _counted_in(part.amount.unit) == counted]
        if not counted or counted == whole.dims:
            return self._counted(amount, whole)
        if counted == DEVICE.dims or (counted == SERVER.dims and not inside):
            plain = amount / self.ledger.graph.one(DEVICE if counted == DEVICE.dims else SERVER)
            return plain * self.ledger.graph.one(whole) if whole.dims in PIECES else plain
        if len(inside) != 1:
            raise Problems([uncounted(flow, [part.name for part in inside or parts], several=bool(inside))])
        return amount / inside[0].amount

    def _lines(self, case: Case, flow: Flow, key: str, gaps: Gaps) -> Iterator[Line]:
        met = self._resolved(case, flow, key, gaps)
        self._note(case, *met.notes)
        if met.missing:
            self._miss(case, flow, key, gaps)
        if flow.basis == MARKET and met.factors:
            self.bought.add(key)
        for stage, factor, proxy in met.factors:
            amount, impact = self._impact(case, flow, factor, key)
            yield Line(
                *case.key, flow.tier, flow.phase, stage, flow.item, flow.flow, flow.region,
                key, impact.index, amount.index, factor.index, proxy, joined(flow.origin.path),
                *self._place(case, flow, stage, key),
            )  # fmt: skip

    def _place(self, case: Case, flow: Flow, stage: str, key: str) -> ghg_scope.Place:
        """Where a line by a criterion stands by the GHG Protocol."""
        if self.factors.criteria[key].space.suffix != ghg_scope.COUNTED_IN:
            return ghg_scope.NOT_OF_IT
        return ghg_scope.of_flow(flow, stage, case.block("sites"))

    def _miss(self, case: Case, flow: Flow, key: str, gaps: Gaps) -> None:
        """Remember a flow without a factor: as not assessed where the criterion or the flow is of an inventory."""
        criterion = self.factors.criteria[key]
        where = N_(" in {region}", region=flow.region) if flow.region else ""
        reason = N_("no pack of the study has a factor of {flow}{where}", flow=flow.flow, where=where)
        if flow.basis == MARKET:
            bought = flow._replace(item=f"{MARKET} {flow.flow}")
            made = left_out(bought, key, gaps) or _noted("not stated", bought, key, reason)
            self.lacking.setdefault(case.key, {}).setdefault(key, made._replace(criterion=criterion.of))
        elif flow.counted_in and not self._counted_in(flow.counted_in, (key,)):
            return
        elif flow.counted_in or criterion.counts:
            own = flow.stage == "use" or flow.item == flow.flow
            self._note(case, _noted("not stated", flow, key, reason if own else N_("a part of it has no factor")))
        else:
            self.missing.add(flow, key)

    def _impact(self, case: Case, flow: Flow, factor: Node, key: str) -> tuple[Node, Node]:
        """How much of a flow the whole demand takes, in whatever unit of it, and the impact."""
        whole, criterion = flow.amount, self.factors.criteria[key].unit
        per = units.over(criterion, factor.unit)
        amount = self._counted(flow.amount, per)
        if units.scale(amount.unit, per) is None:
            asked = units.denominator(factor.unit)
            if not amount.unit.dims:
                raise Problems([bare_amount(flow, asked, factor, case)])
            try:
                amount = case.work(amount, asked, f"the amount of {flow.item}")
            except Problems:
                raise Problems([no_amount(flow, asked, factor, case)]) from None
            whole = _unconverted(amount)
        return whole, (amount * factor).to(criterion)

    def _counted(self, amount: Node, unit: units.Unit) -> Node:
        """A pure number of pieces as a count of them, where the factor is per piece; a server is a device."""
        if amount.unit.dims == SERVER.dims and unit.dims == DEVICE.dims:
            amount = amount / self.ledger.graph.one(amount.unit)
        if amount.unit.dims or unit.dims not in PIECES:
            return amount
        return amount.to("1") * self.ledger.graph.one(unit)

    def _resolved(self, case: Case, flow: Flow, key: str, gaps: Gaps) -> Resolution:
        """What a flow meets, looked up once."""
        place = (flow.tier, flow.phase, flow.stage, flow.item, flow.flow, flow.region)
        known = (*place, key, case.year, id(self.factors))
        if known not in self._resolutions:
            self._resolutions[known] = self._resolve(case, flow, key, gaps)
        return self._resolutions[known]

    def _resolve(self, case: Case, flow: Flow, key: str, gaps: Gaps) -> Resolution:
        criterion = self.factors.criteria[key]
        if flow.flow == criterion.counts:
            return Resolution((Met(flow.stage, self.ledger.graph.each(criterion.each), ""),), ())
        rows, instead, proxy = self._rows_or_proxy(case, flow, key)
        notes = [] if proxy is None else [_noted("proxy", flow, key, proxy.reason, proxy.from_, joined(proxy.path))]
        lacking = self._lacking(case, flow, key if proxy is None else proxy.from_, key, rows)
        notes += [left_out(flow._replace(stage=note.stage), key, gaps) or note for note in lacking]
        of_gaps = [left_out(flow._replace(stage=row.stage), key, gaps) for row in rows]
        notes += [note for note in of_gaps if note is not None]
        assessed = [row for row, note in zip(rows, of_gaps, strict=True) if note is None]
        stands_in = "" if proxy is None else proxy.from_
        return Resolution(tuple(self._met(row, key, stands_in, instead) for row in assessed), tuple(notes), not rows)

    def _lacking(self, case: Case, flow: Flow, used: str, key: str, rows: Sequence[FactorRow]) -> Iterator[Note]:
        """Stages of a flow for which the packs have nothing, nothing in the region, or nothing by the criterion."""
        if flow.stage == "all" and rows and not any(row.stage in WITH_USE for row in rows):
            reason = N_("the factors of {item} hold no use, and no energy is given", item=flow.flow)
            yield _noted("not stated", flow._replace(stage="use"), key, reason)
        stages = {row.stage for row in rows}
        lacking = self.factors.elsewhere(flow.flow, used, flow.region, stages) if rows else {}
        here = (
            N_("the packs have a factor of {item} for {regions} alone, none for {region}")
            if flow.region
            else N_("the packs have a factor of {item} for {regions} alone")
        )
        by = N_("the packs have a factor of {item} by {criteria}, none by {criterion}")
        given = {"item": flow.flow, "region": flow.region, "criterion": used}
        reasons = {stage: N_(here, regions=", ".join(regions), **given) for stage, regions in lacking.items()}
        others = self._by_others(case, flow, key) if rows else {}
        reasons |= {stage: N_(by, criteria=", ".join(keys), **given) for stage, keys in others.items()} | reasons
        for stage, reason in reasons.items():
            wanted = flow.stage in (stage, "all") or (flow.stage == "embodied" and stage in EMBODIED)
            if wanted and not any(overlap(own, stage) for own in stages):
                yield _noted("not stated", flow._replace(stage=stage), key, reason)

    def _by_others(self, case: Case, flow: Flow, key: str) -> dict[str, list[str]]:
        """The stages of a flow that have a factor by other criteria of the study, each with those criteria."""
        stages: dict[str, list[str]] = {}
        for other in self.criteria(case):
            for row in self.factors.rows(flow.flow, other, flow.region, case.year) if other != key else ():
                stages.setdefault(row.stage, []).append(other)
        return stages

    def _rows_or_proxy(self, case: Case, flow: Flow, key: str) -> tuple[list[FactorRow], Swaps, Proxy | None]:
        """The rows of a flow, or those of the first declared proxy that has some; in place of what they are."""
        rows, instead = self._rows(case, flow, key)
        declared: Iterable[Proxy] = () if rows else case.about.proxies.values()
        for proxy in declared:
            if _stands_in(proxy, flow, key):
                others, swaps = self._rows(case, flow, proxy.from_)
                if others:
                    return others, swaps, proxy
        return rows, instead, None

    def _rows(self, case: Case, flow: Flow, key: str) -> tuple[list[FactorRow], Swaps]:
        find = partial(self._of_stage, flow.stage, key)
        names = (flow.tier, flow.phase, flow.item, flow.flow)
        rows, instead = taken(find, Asked(flow.flow, flow.region, case.year), case.stand_ins(*names))
        return list(rows), instead

    def _of_stage(self, stage: str, key: str, item: str, region: str, year: str) -> list[FactorRow]:
        rows = self.factors.rows(item, key, region, year)
        if stage in ("embodied", "all"):
            stages = stages_of({row.stage for row in rows})
            return [row for row in rows if row.stage in stages or (stage == "all" and row.stage in WITH_USE)]
        return [row for row in rows if row.stage == stage]

    def _met(self, row: FactorRow | OwnRow, key: str, proxy: str, instead: Swaps) -> Met:
        if isinstance(row, OwnRow):
            return self._met_own(row, key, proxy, instead)
        known = (row.pack, id(row.cells), key)
        leaf = self._leaf(known, lambda: self.ledger.graph.input(self.factors.leaf(row, key)))
        self.ledger.facts.replaced(leaf, (swap for swap in instead if swap.is_of(row.origin)))
        return Met(row.stage, leaf, proxy)

    def _met_own(self, row: OwnRow, key: str, proxy: str, instead: Swaps) -> Met:
        factor = row.node if row.criterion in (key, self.factors.criteria[key].of) else self._in_place_of(row, key)
        self.ledger.facts.asked.add(row.path)
        self.ledger.facts.replaced(row.node, (swap for swap in instead if swap.is_of(row.origin)))
        return Met(row.stage, factor, proxy)

    def _in_place_of(self, row: OwnRow, key: str) -> Node:
        """An own factor of one criterion as one of another that is counted in the same units."""
        one, other = (self.factors.criteria[name] for name in (row.criterion, key))
        if one.plain_unit is not other.plain_unit:
            hint = f"a proxy needs a factor in a unit like {other.space.unit}"
            raise Problems([Problem(f"{one.space.unit} is no unit of {key}", (row.record.span,), hint)])
        return row.node * self.ledger.graph.one(units.over(other.unit, one.unit))

    def _leaf(self, key: Any, make: Callable[[], Node]) -> Node:
        if key not in self._leaves:
            self._leaves[key] = make()
        return self._leaves[key]

    def _note(self, case: Case, *notes: Note) -> None:
        self.notes.setdefault(case.key, {}).update(dict.fromkeys(notes))


def _counted_in(unit: units.Unit) -> units.Powers:
    """What an amount is counted in, whatever it is for: the GPU of GPU/prompt."""
    return tuple((name, power) for name, power in unit.dims if power > 0)


def _unconverted(node: Node) -> Node:
    """The quantity behind a conversion: one, in whatever unit the factors of several criteria ask for it."""
    graph, index = node.graph, node.index
    while graph.op[index] == "scale":
        (index,) = graph.args[index]
    return Node(graph, index)


class DeclaredGap(NamedTuple):
    """An entry of study.not_assessed; what is empty stands for all."""

    item: str
    tier: str
    phase: str
    stage: str
    criterion: str
    reason: str
    region: str = ""

    def leaves_out(self, criterion: str, stage: str, tier: str, phase: str, region: str, *items: str) -> bool:
        """Whether it covers the whole of a stage of an item: `embodied` stands for every stage but use."""
        wanted = ((self.tier, tier), (self.phase, phase), (self.region, region))
        return (
            self.item in ("", "*", tier, phase, *items)
            and (not self.criterion or criterion in (self.criterion, market_key(self.criterion)))
            and all(given in ("", own) for given, own in wanted)
            and (self.stage in ("", stage) or (self.stage == "embodied" and stage in EMBODIED))
        )


Gaps = tuple[DeclaredGap, ...]


def demanded(case: Case) -> dict[int, str]:
    """The reference flows of a case, by node; none where they are wrong."""
    try:
        return {node.index: name for name, node in case.demand.items()}
    except Broken:
        return {}


def declared_gaps(case: Case) -> Gaps:
    """What a case declares as not assessed."""
    try:
        gaps: Iterable[Gap] = case.about.not_assessed.values()
        return tuple(DeclaredGap(*(getattr(gap, name) for name in DeclaredGap._fields)) for gap in gaps)
    except Broken:
        return ()


def out_of_scope(case: Case) -> Gaps:
    """What a case leaves out on purpose, of impacts of its own."""
    try:
        entries_: Iterable[Outside] = case.about.out_of_scope.values()
        own = [entry for entry in entries_ if entry.impacts != "indirect"]
        return tuple(DeclaredGap(e.item, e.tier, e.phase, e.stage, "", e.reason) for e in own)
    except Broken:
        return ()


def left_out(flow: Flow, key: str, gaps: Gaps) -> Note | None:
    """A note of the first declared gap that leaves out all of a flow; None where it is assessed."""
    names = (flow.item, flow.flow)
    of = next(
        (gap for gap in gaps if gap.leaves_out(key, flow.stage, flow.tier, flow.phase, flow.region, *names)), None
    )
    return None if of is None else _noted("not assessed", flow, key, of.reason)


def _noted(kind: str, flow: Flow, key: str, reason: str, proxy: str = "", by: str = "") -> Note:
    return Note(kind, flow.item, flow.tier, flow.phase, flow.stage, key, reason, proxy, by)


def _stands_in(proxy: Proxy, flow: Flow, key: str) -> bool:
    of_part = proxy.for_ in (flow.tier, flow.phase, flow.item, flow.flow)
    return of_part and key in (proxy.criterion, market_key(proxy.criterion))
