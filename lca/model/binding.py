"""Binding: the located text of one case, read through the fields, becomes quantities on the graph.

A case is one functional unit of one variant. What two cases share, they share in the graph as well: a leaf is
interned by its path and the place where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NoReturn, TypeVar

from lca import units
from lca.citations import BASES, Citation
from lca.graph import Input, Node
from lca.model import blocks, demand, law_text, names
from lca.model.expressions import Expression
from lca.model.fields import Broken, Quantity, Record
from lca.model.laws import Law
from lca.model.ledger import Bounds, Ledger, Limit, Total, out_of_bounds
from lca.model.names import Slot
from lca.problems import Problem, Problems, Span, near, printable
from lca.text import formulas
from lca.text.documents import Located
from lca.text.overlay import Path, entries, is_quantity, items, joined
from lca.text.source import shortened

__all__ = ["Ledger", "Limit", "Scope", "Total"]

Each = TypeVar("Each")

DETAILS = ("value", "low", "high", "law", "basis", "source", "at", "via", "note", "fitted_to")
RANGE = ("low", "high", "law")
LEAF_ONLY = (*RANGE, "fitted_to")
SHOWN = 40  # characters of a value in a message
LONGEST_CYCLE = 6  # names of a cycle in a message


class Scope:
    """One case: its tree with overlays applied, and what its names mean."""

    def __init__(
        self, ledger: Ledger, tree: Located, functional_unit: str, variant: str | None, addresses: dict[Path, str]
    ) -> None:
        self.ledger, self.graph = ledger, ledger.graph
        self.functional_unit, self.variant, self.addresses = functional_unit, variant, addresses
        self._bound: dict[Path, Node | None] = {}
        self._parsed: dict[Path, formulas.Node | Problem] = {}
        self.study = blocks.Study(self, tree, ())

    # --- problems ---------------------------------------------------------------------------------------------------

    def report(self, problem: Problem) -> None:
        """Remember a problem and go on."""
        self.ledger.report(problem)

    def fail(self, problem: Problem) -> NoReturn:
        """Report and stop reading this value."""
        self.ledger.report(problem)
        raise Broken

    def attempt(self, what: Callable[[], Each], at: Located | Record) -> Each | None:
        """What a function gives; None where it finds that something is wrong, which is then in the ledger."""
        try:
            return what()
        except Broken:
            return None
        except Problems as found:
            self.ledger.report(*found.problems)
        except units.UnitError as error:
            self.ledger.report(Problem(error.message, (at.span,), error.hint or "check the units"))
        return None

    def going_on(self, found: Iterator[Each], at: Located | Record) -> Iterator[Each]:
        """What an iterator gives until something is wrong, so that one part's trouble does not hide another's."""
        while (each := self.attempt(lambda: next(found, None), at)) is not None:
            yield each

    # --- plain values -----------------------------------------------------------------------------------------------

    def text(self, at: Located, what: str) -> str:
        """A plain value that is not empty."""
        if isinstance(at.value, str) and at.value:
            return at.value
        if at.value == "":
            self.fail(Problem(f"{what} has no value", (at.span,), "write one after the colon, or delete the line"))
        return self.fail(Problem(f"{what} is a plain value, not a {_shape(at)}", (at.span,), "write it on one line"))

    def mapping(self, at: Located, what: str) -> dict[str, Located]:
        """The entries of a mapping."""
        if isinstance(at.value, dict):
            return at.value
        if at.value == "":
            hint = "write `key: value` lines below it, indented, or delete the line"
            self.fail(Problem(f"{what} has nothing below it", (at.key_span,), hint))
        hint = "write `key: value` lines below it"
        return self.fail(Problem(f"{what} is a mapping, not a {_shape(at)}", (at.span,), hint))

    def record(self, of: type[Record], at: Located, path: Path, parent: Record) -> Record:
        """A mapping with fields of its own."""
        self.mapping(at, joined(path))
        return of(self, at, path, parent)

    # --- quantities -------------------------------------------------------------------------------------------------

    def quantity(self, at: Located, path: Path, field: Quantity) -> Node:
        """The node of a quantity, bound once; Broken where it is wrong."""
        if path not in self._bound:
            self._bind_all(Slot(at, path, field))
        bound = self._bound[path]
        if bound is None:
            raise Broken
        return bound

    def _bind(self, slot: Slot) -> None:
        """Bind a quantity; a share of a mix with all others of it."""
        if slot.path in self._bound:
            return
        mates = self._mates(slot)
        read = [self.attempt(partial(self._read, each), each.at) for each in mates or [slot]]
        weights = [node for node in read if node is not None]
        if mates and len(weights) == len(read):
            problem = law_text.mixed([self.graph.info[weight.index] for weight in weights])
            self.ledger.report(*([problem] if problem else []))
            read = [*self.graph.mix(weights)]
        self._bound |= {each.path: node for each, node in zip(mates or [slot], read, strict=True)}

    def _mates(self, slot: Slot) -> list[Slot]:
        """All shares of the mix of a share; none where one is a formula, which has to keep the sum itself."""
        try:
            mates = names.beside(self, _mix(slot.path, slot.field.name), slot.field) if slot.field.group else []
        except (LookupError, Broken):
            return []
        return [] if any(_is_formula(mate.at) for mate in mates) else mates

    def _bind_all(self, slot: Slot) -> None:
        """Bind a quantity after those that its formula names, without recursion: chains of names may be long."""
        if not _is_formula(slot.at):
            self._bind(slot)
            return
        waiting = [(slot, self._named_in(slot))]
        open_: dict[Path, Slot] = {slot.path: slot}
        while waiting:
            here, needed = waiting[-1]
            after = next((slot for slot in needed if slot.path not in self._bound), None)
            if after is None:
                waiting.pop()
                del open_[here.path]
                self._bind(here)
            elif after.path in open_:
                self._refuse_cycle([*open_.values()], after)
            else:
                open_[after.path] = after
                waiting.append((after, self._named_in(after)))

    def _named_in(self, slot: Slot) -> Iterator[Slot]:
        """The quantities that a formula names."""
        if not _is_formula(slot.at):
            return
        tree = self._parse(_value(slot.at), slot.path)
        for name in formulas.names(tree) if not isinstance(tree, Problem) else ():
            try:
                found = names.found(self, name.parts)
            except (LookupError, Broken):
                continue
            if isinstance(found, Slot):
                yield found

    def _refuse_cycle(self, chain: list[Slot], closing: Slot) -> None:
        first = next(place for place, slot in enumerate(chain) if slot.path == closing.path)
        cycle = [joined(slot.path) for slot in (*chain[first:], closing)]
        words = cycle if len(cycle) <= LONGEST_CYCLE else [*cycle[: LONGEST_CYCLE - 2], "…", cycle[-1]]
        spans = tuple(_value(slot.at).span for slot in chain[first:][:LONGEST_CYCLE])
        self.report(
            Problem(
                f"a formula needs its own result: {' -> '.join(words)}", spans, "give one of them without the others"
            )
        )
        self._bound[closing.path] = None

    def _parse(self, at: Located, path: Path) -> formulas.Node | Problem:
        if path not in self._parsed:
            try:
                self._parsed[path] = formulas.parse(str(at.value)[1:])
            except formulas.FormulaError as error:
                self._parsed[path] = Problem(error.message, (at.column_span(error.offset + 1),), error.hint)
        return self._parsed[path]

    def _read(self, slot: Slot) -> Node:
        at, path, field = slot.at, slot.path, slot.field
        details = entries(at)
        if isinstance(at.value, dict):
            self._check_details(details, at)
        written = _value(at)
        text = self.text(written, joined(path))
        if not text.startswith("="):
            return self._leaf(written, text, path, field, details)
        node = self._formula(written, path, details)
        self._check_dimension(node.unit, field, written)
        if self.graph.op[node.index] not in ("input", "share"):
            node.named(joined(path))
        return self._bounded(node, field, written.span, joined(path))

    def _check_details(self, details: dict[str, Located], at: Located) -> None:
        for key, child in details.items():
            if key not in DETAILS:
                hint = near(key, DETAILS, f"keys of a quantity: {', '.join(DETAILS)}")
                self.report(Problem(f"unknown key '{shortened(key)}' in a quantity", (child.key_span,), hint))
        if "value" not in details:
            self.fail(Problem("a quantity has no 'value'", (at.span,), "write {value: number unit, …}"))

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _leaf(self, at: Located, text: str, path: Path, field: Quantity, details: dict[str, Located]) -> Node:
        value, unit = self._number(at, text, field)
        self._check_dimension(unit, field, at)
        name, group = joined(path), joined(_mix(path, field.name)) if field.group else ""
        self._check_bounds(name, value, unit, field, at)
        if not details:
            leaf = Input(name, value, unit, at.span, address=self._address(path, name), group=group)
            return self._bounded(self.graph.input(leaf), field, at.span, name)
        low, high = (self._end(details, key, name, unit, field) for key in ("low", "high"))
        self._check_range(value, low, high, at, details)
        cited = self._citation(details, "")
        fitted, address = self._fitted(details, cited, at), self._address(path, name)
        within = law_text.within(field.bounds, unit)
        law = self._law(details, law_text.Given(value, unit, low, high, within, at.span, group))
        leaf = Input(name, value, unit, at.span, cited, low, high, law, fitted, address, group)
        node = self.graph.input(leaf)
        if cited.basis == "calibrated":
            self.ledger.calibrated[node.index] = leaf
        return self._bounded(node, field, leaf.span, name)

    def _law(self, details: dict[str, Located], given: law_text.Given) -> Law | None:
        """The probability law of an input; None where it is held."""
        written = law_text.written(details["law"]) if "law" in details else None
        return law_text.bound(written, given, self.ledger.pedigree)

    def _bounded(self, node: Node, field: Quantity, span: Span, name: str) -> Node:
        """The node itself, with its bounds to be tested once values are known."""
        if field.bounds.exist:
            factor = units.scale(node.unit, unit_of(field)) or 1.0
            self.ledger.limits.append(Limit(node.index, factor, field.bounds, field.doc, span, name))
        return node

    def _number(self, at: Located, text: str, field: Quantity) -> tuple[float, units.Unit]:
        try:
            return units.quantity(text)
        except units.UnitError as error:
            wanted = f"needed a number and a unit, such as '1 {field.unit}'" if field.unit not in ("", "1") else ""
            raise Problems([Problem(error.message, (at.column_span(error.offset),), error.hint or wanted)]) from None

    def _end(self, details: dict[str, Located], key: str, name: str, unit: units.Unit, field: Quantity) -> float | None:
        if key not in details:
            return None
        at = details[key]
        value, written = self._number(at, self.text(at, key), field)
        factor = units.scale(written, unit)
        if factor is None:
            missing = written is units.ONE
            hint = f"write '{_written(at)} {unit}'" if missing else f"write it in {unit}, as the value is"
            self.fail(Problem(f"the {key} has no unit" if missing else f"{written} is not {unit}", (at.span,), hint))
        self._check_bounds(f"the {key} of {name}", value, written, field, at)
        return value * factor

    def _check_bounds(self, name: str, value: float, unit: units.Unit, field: Quantity, at: Located | Input) -> None:
        if not field.bounds.exist:
            return
        factor = units.scale(unit, unit_of(field)) or 1.0
        if not field.bounds.allows(value * factor):
            self.report(out_of_bounds(name, value, unit, field.bounds, field.doc, at.span))

    def _check_range(
        self, value: float, low: float | None, high: float | None, at: Located, details: dict[str, Located]
    ) -> None:
        if (low is not None and low > value) or (high is not None and high < value):
            ends = tuple(details[key].span for key in ("low", "high") if key in details)
            self.report(Problem("the value is outside its own range", (at.span, *ends), "low <= value <= high"))

    def _check_dimension(self, unit: units.Unit, field: Quantity, at: Located) -> None:
        if not field.unit:
            return
        wanted = unit_of(field)
        remainder = units.over(unit, wanted).dims
        if remainder and not (field.per_work and len(remainder) == 1 and remainder[0][1] == -1):
            raise Problems([self._wrong_dimension(unit, field, wanted, at)])

    def _wrong_dimension(self, unit: units.Unit, field: Quantity, wanted: units.Unit, at: Located) -> Problem:
        said = f"{field.name or 'this'}: {field.doc}, in {wanted}"
        if unit is units.ONE:
            example = self._example(wanted, field)
            number = _written(at)
            hint = f"write it after the number, as in '{number} {example}'" if not number.startswith("=") else said
            return Problem("the unit is missing", (at.span,), f"{hint} ({said})" if hint is not said else said)
        asked = f"{said} for a unit of the demand, such as {self._example(wanted, field)}" if field.per_work else said
        return Problem(f"{unit} is not {wanted}", (at.span,), f"{asked}; this is {units.dimension_words(unit)}")

    def _example(self, wanted: units.Unit, field: Quantity) -> str:
        """A unit that the field takes: of those for a unit of the demand, the first."""
        flows = entries(entries(entries(self.study.tree).get("functional_units")).get(self.functional_unit))
        for at in entries(flows.get("demand")).values() if field.per_work else ():
            written = str(_value(at).value).strip().rpartition(" ")[2]
            if written.isalpha():
                return f"{wanted}/{written}"
        return f"{wanted}/prompt" if field.per_work else str(wanted)

    # --- where numbers come from ------------------------------------------------------------------------------------

    def _citation(self, details: dict[str, Located], default: str) -> Citation:
        given = {key: details[key] for key in ("basis", "source", "at", "via", "note") if key in details}
        words = {key: self.text(at, key) for key, at in given.items()}
        basis = words.get("basis") or default or ("published" if "source" in words else "assumed")
        if basis not in BASES:
            hint = near(basis, BASES, f"one of: {', '.join(BASES)}")
            self.report(Problem(f"'{shortened(basis)}' is no basis", (details["basis"].span,), hint))
        for key in ("source", "via"):
            if key in words:
                self._check_source(words[key], given[key])
        if ("basis" in words and basis == "published" and "source" not in words) or (
            basis == "measured" and not {"source", "note"} & set(words)
        ):
            more = " or, if you measured it, a note that says how" if basis == "measured" else ""
            hint = f"name the source{more}; a judgement is basis: assumed, with a range and a note"
            self.report(Problem(f"basis {basis} without a source", (details["basis"].span,), hint))
        return Citation(basis, *(words.get(key, "") for key in ("source", "at", "via", "note")))

    def _check_source(self, key: str, at: Located) -> None:
        if key not in self.ledger.sources:
            hint = near(key, self.ledger.sources, "describe it under study.sources: key: {title: …}")
            self.report(Problem(f"no source '{shortened(printable(key))}'", (at.span,), hint))

    def _fitted(self, details: dict[str, Located], citation: Citation, at: Located) -> tuple[str, ...]:
        given = details.get("fitted_to")
        if (citation.basis == "calibrated") != (given is not None):
            said = "a calibrated value" if given is None else "a value with fitted_to"
            lacks = "does not say what it was fitted to" if given is None else "is not marked as calibrated"
            hint = "write basis: calibrated and fitted_to: [keys of expect]; both or neither"
            self.report(Problem(f"{said} {lacks}", (at.span,), hint))
        return tuple(self.text(item, "fitted_to") for item in items(given))

    def _address(self, path: Path, name: str) -> str:
        for length in range(len(path), 0, -1) if self.addresses else ():
            if path[:length] in self.addresses:
                rest = path[length:]
                return f"{self.addresses[path[:length]]}{'.' if rest else ''}{joined(rest)}"
        return name

    # --- formulas and names -----------------------------------------------------------------------------------------

    def _formula(self, at: Located, path: Path, details: dict[str, Located]) -> Node:
        for key in LEAF_ONLY:
            if key in details:
                hint = (
                    "it has the range of its inputs: write it there" if key in RANGE else "calibrate one of its inputs"
                )
                self.fail(Problem(f"a formula has no {key} of its own", (details[key].key_span,), hint))
        tree = self._parse(at, path)
        if isinstance(tree, Problem):
            self.fail(tree)
        cited = self._citation(details, "derived")
        return Expression(self.graph, at, joined(path), cited, self._looked_up).node(tree)

    def _looked_up(self, parts: Path, span: Span) -> Node:
        try:
            return self.lookup(parts)
        except LookupError as error:
            message, hint = error.args
            self.fail(Problem(message, (span,), hint))

    def lookup(self, parts: Path) -> Node:
        """The quantity that a name leads to. LookupError with message and way out where there is none."""
        found = names.found(self, parts)
        return self.quantity(found.at, found.path, found.field) if isinstance(found, Slot) else found

    # --- what records ask for ---------------------------------------------------------------------------------------

    def profile(self, item: str, field: Quantity, path: Path, region: str) -> Node | None:
        """A quantity that a pack's parameters give for an item."""
        name = joined(path)
        leaf = self.ledger.profile(item, field.name, name, region, self.year) if item else None
        if leaf is None:
            return None
        if field.unit and units.scale(leaf.unit, unit_of(field)) is None:
            hint = f"{field.name}: {field.doc}, in {field.unit}"
            raise Problems([Problem(f"{leaf.unit} is not {field.unit}", (leaf.span,), hint)])
        self._check_bounds(name, leaf.value, leaf.unit, field, leaf)
        return self._bounded(self.graph.input(leaf), field, leaf.span, name)

    def must_total(self, shares: list[Node], span: Span, what: str) -> None:
        """Remember that shares sum to 100 %, as they are written."""
        index = self.graph.args[shares[0].index][1:] if self.graph.op[shares[0].index] == "share" else ()
        total = index[0] if index else self.graph.sum([share.to(units.ONE) for share in shares]).index
        self.ledger.totals.append(Total(total, span, what))

    def site(self, service: Record, phase: str) -> blocks.Site:
        """The site that a part of the service names."""
        name = service.need("site")
        sites: dict[str, blocks.Site] = self.study.sites
        if name in sites:
            if sites[name].pue is None:
                reason = f"sites.{name} has no pue: cooling and power supply are left out"
                self.gap("data centre", phase, "use", name, reason)
            return sites[name]
        if name in entries(entries(self.study.tree).get("sites")):
            raise Broken
        known = f"sites: {', '.join(sites)}" if sites else "describe it under sites: name: {region: …}"
        span = entries(service.tree)["site"].span
        return self.fail(Problem(f"no site '{shortened(name)}'", (span,), near(name, sites, known)))

    def derived_aur(self, where: str, aur: Node, span: Span) -> None:
        """Remember the AUR that a fleet comes to, to be shown and to be tested for being possible."""
        name = f"the AUR of {where}, from its fleet,"
        field = blocks.Server.fields["aur"]
        index = aur.named(name.strip("the ,")).index
        hint = "its servers would work more than all the time: check servers, period, serves and time"
        bounds = field.bounds if isinstance(field, Quantity) else Bounds()
        self.ledger.limits.append(Limit(index, 1.0, bounds, hint, span, name))
        self.ledger.aurs[where] = index

    def gap(self, tier: str, phase: str, stage: str, item: str, reason: str) -> None:
        """Remember what the scenario leaves out because it does not state an input."""
        self.ledger.gaps[tier, phase, stage, item, reason] = None

    # --- demand -----------------------------------------------------------------------------------------------------

    @property
    def unit(self) -> blocks.FunctionalUnit:
        """The functional unit of the case."""
        known: dict[str, blocks.FunctionalUnit] = self.study.functional_units
        if self.functional_unit not in known:
            raise Broken
        return known[self.functional_unit]

    @property
    def year(self) -> str:
        """The year of the factors; empty for the newest."""
        try:
            return str(self.unit.year)
        except Broken:
            return ""

    @property
    def demand(self) -> dict[str, Node]:
        """The reference flows of the functional unit."""
        flows: dict[str, Node] = self.unit.demand
        if not flows:
            raise Broken
        return flows

    def work(self, intensity: Node, target: str, where: str, *rates: Node | None) -> Node:
        """A quantity that is stated for a unit of work, for the whole demand, in the target unit.

        The flow of the demand is the one that the units call for; `rates` lead from it to the work (image/prompt).
        """
        return self.work_of(list(self.demand.values()), intensity, target, where, *rates)

    def work_of(self, flows: list[Node], intensity: Node, target: str, where: str, *rates: Node | None) -> Node:
        """As `work`, for flows that are given."""
        return demand.driven(flows, intensity, units.unit(target), where, rates)

    def done(self, stated: Node, where: str, *rates: Node | None) -> Node:
        """The work that the demand asks for, counted in the unit of an amount of work that is stated."""
        return demand.counted(list(self.demand.values()), stated, where, rates)


def _mix(path: Path, field: str) -> Path:
    """What a share is a share of: `terminals.devices` of `terminals.devices.laptop.share`, or the mix it stands in.

    >>> _mix(("terminals", "devices", "laptop", "share"), "share"), _mix(("sites", "lab", "region", "FRA"), "")
    (('terminals', 'devices'), ('sites', 'lab', 'region'))
    """
    return path[:-2] if path[-1] == field else path[:-1]


def unit_of(field: Quantity) -> units.Unit:
    """The unit in which a field is asked."""
    return units.unit(field.unit)


def _value(at: Located) -> Located:
    """The value of a quantity, which may stand alone or in a mapping."""
    return entries(at)["value"] if is_quantity(at) else at


def _is_formula(at: Located) -> bool:
    text = _value(at).value
    return isinstance(text, str) and text.startswith("=")


def _shape(at: Located) -> str:
    return "list" if isinstance(at.value, list) else "mapping" if isinstance(at.value, dict) else "plain value"


def _written(at: Located) -> str:
    return printable(at.value)[:SHOWN] if isinstance(at.value, str) else "1"
