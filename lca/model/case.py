"""A case: one functional unit of one variant, read through the fields of the study.

It knows what the work in it is counted in, which year and site are meant, and what a name of its tree leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, NamedTuple

from lca import units
from lca.graph import Input, Node
from lca.model import demand, names, stand_ins, years
from lca.model.declarations import About, FunctionalUnit, Site, StandIn, own_units
from lca.model.demand import NO_RATES, Rates
from lca.model.fields import Record
from lca.model.ledger import SLACK, Allocation, Bounds, Ledger, Limit, Parameters
from lca.model.reader import Asked, Broken, Reader, Slot
from lca.model.regions import WORLD
from lca.model.stand_ins import Substitution
from lca.problems import Problem, Problems, Span, near, shortened
from lca.spoken import N_
from lca.text.documents import Located
from lca.text.overlay import Path, entries, joined, split
from lca.units import Unit

Swaps = tuple[Substitution, ...]


class CaseKey(NamedTuple):
    """One functional unit of one variant (None: the base case)."""

    functional_unit: str
    variant: str | None

    def total(self, criterion: str) -> TotalKey:
        """The key of a total of the case."""
        return TotalKey(*self, criterion)

    def __str__(self) -> str:
        """
        >>> print(CaseKey("FU1", "L"), CaseKey("FU1", None), sep="; ")
        FU1, L; FU1
        """
        return f"{self.functional_unit}, {self.variant}" if self.variant else self.functional_unit


class TotalKey(NamedTuple):
    """What a total is of: a criterion of a case."""

    functional_unit: str
    variant: str | None
    criterion: str

    @property
    def case(self) -> CaseKey:
        """The case that the total is of."""
        return CaseKey(self.functional_unit, self.variant)


class Case:
    """One case: its tree with overlays applied, read as a record `of` the study's class."""

    def __init__(
        self, of: type[Record], ledger: Ledger, tree: Located, key: CaseKey, addresses: dict[Path, str]
    ) -> None:
        self.ledger, self.graph, self.key = ledger, ledger.graph, key
        self.reader = Reader(ledger, self, addresses, own_units(tree))
        self.study = of(self.reader, tree, ())
        self._units = entries(entries(tree).get("functional_units"))
        self._counts = False
        self._written = key.functional_unit if len(self._units) != 1 else next(iter(self._units))

    # --- what the reader asks ---------------------------------------------------------------------------------------

    def named(self, parts: Path) -> Slot | Node:
        """What a name leads to: a flow of the demand, a parameter, or a path from the top of the scenario."""
        return names.resolved(self.study, self._written, parts)

    def whole(self, parts: Path) -> Path:
        """The path from the top of the scenario that a name stands for."""
        return names.whole(self.study, self._written, parts)

    def rate(self, path: Path) -> Slot | None:
        """The yearly rate at which the functional unit changes a quantity."""
        return self._rates.get(path)

    @cached_property
    def _rates(self) -> dict[Path, Slot]:
        rates: dict[Path, Slot] = {}
        above, asked = ("functional_units", self._written, "rates"), FunctionalUnit.rates.entry().asked
        for key, at in entries(entries(self._units.get(self._written)).get("rates")).items():
            with suppress(LookupError):
                rates.setdefault(self.whole(split(key)), Slot(at, (*above, key), asked))
        return rates

    @property
    def passed(self) -> int:
        """How many years have passed since the first that the functional unit goes over."""
        at = entries(self._units.get(self._written)).get("years")
        span = None if at is None else years.years(at.value)
        return 0 if span is None or not self.year else int(self.year) - span.first

    def beside(self, mix: Path, asked: Asked) -> list[Slot]:
        """The shares of a mix."""
        return names.beside(self.study, mix, asked)

    def parameter(self, item: str, name: str, path: Path, region: str) -> tuple[Input, Swaps] | None:
        """What the packs of the study give for an item in the year of the functional unit, and in place of what."""
        packs = self.ledger.packs
        asked = stand_ins.Asked(item, region, self.year)
        declared = self.stand_ins(item, name, *path)
        rows, instead = stand_ins.taken(partial(_parameter, packs, name), asked, declared, WORLD)
        return (packs.parameter_leaf(rows[0], joined(path)), instead) if rows else None

    def stand_ins(self, *names: str) -> Sequence[StandIn]:
        """The stand-ins that the study declares for something of a name."""
        try:
            declared: Iterable[StandIn] = self.about.stand_ins.values()
            return [entry for entry in declared if entry.for_ in names]
        except Broken:
            return []

    def demanded(self) -> Sequence[Unit | None]:
        """The units of the flows of the demand as they are written; None of a formula, which is not worked out."""
        flows = entries(entries(self._units.get(self._written)).get("demand")).values()
        return [self.reader.unit_written(at) for at in flows]

    def counted(self) -> Unit | None:
        """The unit of the first flow of the demand, formulas worked out; None where none is known, or asks for it."""
        if self._counts:
            return None
        self._counts = True
        try:
            return next((flow.unit for flow in self.demand.values() if flow.unit.dims), None)
        except (Broken, Problems):
            return None
        finally:
            self._counts = False

    # --- the study --------------------------------------------------------------------------------------------------

    def block(self, name: str) -> Any:
        """What a block of the scenario says, as its field reads it. Broken where it is wrong."""
        return self.study.get(self.study.fields[name])

    @property
    def about(self) -> About:
        """What the study is about. Broken where it says nothing."""
        about: About = self.study.need("study")
        return about

    @property
    def unit(self) -> FunctionalUnit:
        """The functional unit of the case."""
        known: dict[str, FunctionalUnit] = self.block("functional_units")
        if self._written not in known:
            raise Broken
        return known[self._written]

    @property
    def year(self) -> str:
        """The year of the factors; empty for the newest."""
        try:
            return str(self.unit.year)
        except Broken:
            return ""

    def site(self, user: Record, phase: str) -> Site:
        """The site that a block of the service names."""
        name = user.need("site")
        sites: dict[str, Site] = self.block("sites")
        if name in sites:
            return sites[name]
        if name in entries(entries(self.study.tree).get("sites")):
            raise Broken
        known = f"sites: {', '.join(sites)}" if sites else "describe it under sites: name: {region: …}"
        span = entries(user.tree)["site"].span
        return self.reader.fail(Problem(f"no site '{shortened(name)}'", (span,), near(name, sites, known)))

    def derived_aur(self, where: str, aur: Node, bounds: Bounds, span: Span) -> None:
        """Remember the AUR that a fleet comes to, to be shown and to be tested for being possible."""
        name = f"the AUR of {where}, from its fleet,"
        index = aur.named(name.strip("the ,")).index
        hint = "its servers would work more than all the time: check servers, period, serves and time"
        self.ledger.facts.limits.append(Limit(index, 1.0, bounds, hint, span, name))
        self.ledger.facts.aurs[self.key, where] = index

    def at_most_whole(self, share: Node, name: str, span: Span, hint: str) -> None:
        """Remember a share that must not be more than 100 %; `hint` is the way out."""
        self.ledger.facts.limits.append(Limit(share.to("1").index, 1.0, Bounds("1", high=1), hint, span, name))

    def allocated(self, convention: str, part: str, words: str = "", shown: Node | None = None) -> None:
        """Remember by which convention the case carries a part of the service; `words` are of the number `shown`."""
        index = -1 if shown is None else shown.index
        self.ledger.facts.allocations[Allocation(*self.key, convention, part, words, index)] = None

    def carries_whole(self, part: str, of: Node) -> None:
        """Remember that the case carries all of what is there once; `of` is its node, the same in every case."""
        self.ledger.facts.allocations[Allocation(*self.key, "whole", part, of=of.index)] = None

    def carries(self, share: Node, part: str, of: Node, among: Node, span: Span, beyond: str, whose: str = "") -> None:
        """Remember that the case carries a share of what is there once, by the uses `among` which it is shared.

        The share has to be 100 % or less, but for rounding; `beyond` is the way out. `whose` uses they are, in words.
        """
        words = N_(" over {{}}{whose}", whose=whose)
        allocation = Allocation(*self.key, "per use", part, words, among.index, share.index, of.index)
        self.ledger.facts.allocations[allocation] = None
        path = f"the share of {part} that {self.key} carries"
        self.ledger.facts.limits.append(Limit(share.index, 1 - SLACK, Bounds("1", high=1), beyond, span, path))

    def gap(self, tier: str, phase: str, stage: str, item: str, reason: str, counted_in: str = "") -> None:
        """Remember what the scenario leaves out because it does not state an input.

        `counted_in` is a unit where it concerns no criteria but those that are counted in its dimension.
        """
        self.ledger.gaps[tier, phase, stage, item, reason, counted_in] = None

    # --- demand -----------------------------------------------------------------------------------------------------

    @property
    def demand(self) -> dict[str, Node]:
        """The reference flows of the functional unit; none where nothing needs them."""
        flows: dict[str, Node] = self.unit.demand
        return flows

    def _flows(self, asking: Node, where: str, rates: Rates, wanted: Unit | None = None) -> list[Node]:
        """The reference flows for a quantity that needs one. Problems where the functional unit demands nothing."""
        flows = list(self.demand.values())
        if not flows:
            raise Problems([demand.missing(asking, where, rates, self.key.functional_unit, self.unit.span, wanted)])
        return flows

    def work(self, intensity: Node, target: str | Unit, where: str, rates: Rates = NO_RATES) -> Node:
        """A quantity that is stated for a unit of work, for the whole demand, in the target unit.

        The flow of the demand is the one that the units call for; `rates` lead from it to the work (image/prompt).
        """
        wanted = units.unit(target) if isinstance(target, str) else target
        return demand.driven(self._flows(intensity, where, rates, wanted), intensity, wanted, where, rates)

    def work_of(self, flows: list[Node], intensity: Node, target: str, where: str, rates: Rates = NO_RATES) -> Node:
        """As `work`, for flows that are given."""
        return demand.driven(flows, intensity, units.unit(target), where, rates)

    def done(self, amount: Node, where: str, rates: Rates = NO_RATES) -> Node:
        """The work that the demand asks for, counted in the unit of an amount of work that is stated."""
        return demand.in_unit_of(self._flows(amount, where, rates), amount, where, rates)


def _parameter(packs: Parameters, name: str, item: str, region: str, year: str) -> Sequence[Any]:
    return packs.parameter(item, name, region, year)
