"""Reading: located text becomes values and quantities on the graph.

A reader knows what a quantity, a formula and a citation are, and nothing of what they are about. What a name means,
what packs have, and what the work is counted in, it asks its `Context`, a case of the study. What two cases share,
they share in the graph as well: a leaf is interned by its path and the place where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, NoReturn, Protocol, TypeVar

from lca import units
from lca.citations import BASES, Citation, Origin
from lca.graph import Input, Node
from lca.model import law_text, years
from lca.model.criteria import near_criterion
from lca.model.expressions import Expression, OfPack, Scoped, method_of
from lca.model.laws import Law
from lca.model.ledger import Bounds, Ledger, Limit, Place, Total, out_of_bounds
from lca.model.stand_ins import StandIn, Substitution
from lca.operations import is_same
from lca.problems import Problem, Problems, Span, near, printable, shortened
from lca.text import formulas
from lca.text.documents import Located
from lca.text.overlay import Path, by_year, entries, is_quantity, is_year, items, joined, split

T = TypeVar("T")

DETAILS = ("value", "low", "high", "law", "basis", "source", "at", "via", "note", "fitted_to")
RANGE = ("low", "high", "law")
LEAF_ONLY = (*RANGE, "fitted_to")
SHOWN = 40  # characters of a value in a message
LONGEST_CYCLE = 6  # names of a cycle in a message


class Broken(Exception):
    """A value that is wrong was asked for; the problem has been reported already."""


class Asked(NamedTuple):
    """What is asked of a quantity: its meaning, unit and bounds, as the fields of a record state them.

    unit: any unit of its dimension will do; '' takes any dimension. per_work: also divided by a countable of the
    demand. group: it is a share, one of those that sum to 100 %. counted: the countable thing in the unit is an
    example, and any other will do. work: what it is for a unit of, where it is stated without one. by_criterion: an
    impact of a unit of something, of the criterion that it is called; `space` are the units of that.
    """

    name: str
    unit: str
    doc: str
    bounds: Bounds = Bounds()
    per_work: bool = False
    group: bool = False
    counted: bool = False
    work: units.Unit | None = None
    by_criterion: bool = False
    space: units.Namespace | None = None


class Slot(NamedTuple):
    """A quantity as it is written, to be read when it is needed: where, under which path, and what is asked of it."""

    at: Located
    path: Path
    asked: Asked


class Context(Protocol):
    """What a reader asks of the one for whom it reads."""

    def named(self, parts: Path) -> Slot | Node:
        """What a name leads to. LookupError with the way out where there is nothing; Broken where it is wrong."""

    def whole(self, parts: Path) -> Path:
        """The path from the top that a name stands for. LookupError where it stands for none."""

    def rate(self, path: Path) -> Slot | None:
        """The yearly rate at which a quantity changes; None where it stays as it is."""

    @property
    def year(self) -> str:
        """The year of the case; empty where it is of none in particular."""

    @property
    def passed(self) -> int:
        """How many years of rates have passed."""

    def beside(self, mix: Path, asked: Asked) -> list[Slot]:
        """The shares of a mix. LookupError or Broken where one of them is wrong."""

    def parameter(self, item: str, name: str, path: Path, region: str) -> tuple[Input, tuple[Substitution, ...]] | None:
        """What the packs give for an item, and in place of what."""

    def stand_ins(self, *names: str) -> Sequence[StandIn]:
        """The stand-ins that the study declares for something of a name."""

    def demanded(self) -> Sequence[units.Unit | None]:
        """The units of the flows of the demand as they are written; None of a formula, which is not worked out."""

    def counted(self) -> units.Unit | None:
        """The unit of the first flow of the demand, formulas worked out; None where none is known."""


class Reader:
    """Values of one tree of located text, each read once. `own`: the units of the scenario's own that they are in."""

    def __init__(
        self, ledger: Ledger, context: Context, addresses: dict[Path, str], own: units.Own = units.NONE
    ) -> None:
        self.ledger, self.graph, self.context, self.addresses, self.own = ledger, ledger.graph, context, addresses, own
        self._bound: dict[Path, Node | None] = {}
        self._parsed: dict[Path, formulas.Node | Problem] = {}
        self._totals: set[int] = set()

    # --- problems ---------------------------------------------------------------------------------------------------

    def report(self, *problems: Problem) -> None:
        """Remember problems and go on."""
        self.ledger.report(*problems)

    def fail(self, problem: Problem) -> NoReturn:
        """Report and stop reading this value."""
        self.ledger.report(problem)
        raise Broken

    def attempt(self, what: Callable[[], T], span: Span) -> T | None:
        """What a function gives; None where it finds that something is wrong, which is then in the ledger."""
        try:
            return what()
        except Broken:
            return None
        except Problems as raised:
            self.ledger.report(*(p if p.spans else p._replace(spans=(span,)) for p in raised.problems))
        except units.UnitError as error:
            self.ledger.report(Problem(error.message, (span,), error.hint or "check the units"))
        return None

    def going_on(self, each: Iterator[T], span: Span) -> Iterator[T]:
        """What an iterator gives until something is wrong, so that one part's trouble does not hide another's."""
        while (one := self.attempt(lambda: next(each, None), span)) is not None:
            yield one

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

    # --- quantities -------------------------------------------------------------------------------------------------

    def quantity(self, at: Located, path: Path, asked: Asked) -> Node:
        """The node of a quantity, bound once; Broken where it is wrong."""
        if path not in self._bound:
            self._bind_all(Slot(at, path, asked))
        bound = self._bound[path]
        if bound is None:
            raise Broken
        return bound

    def _bind(self, slot: Slot) -> None:
        """Bind a quantity; a share of a mix with all others of it."""
        if slot.path in self._bound:
            return
        if by_year(slot.at):
            self._bound[slot.path] = self.attempt(partial(self._of_the_year, slot), slot.at.span)
            return
        mates = self.attempt(partial(self._mates, slot), slot.at.span)
        if mates is None:
            self._bound[slot.path] = None
            return
        read = [self.attempt(partial(self._read, each), each.at.span) for each in mates or [slot]]
        weights = [node for node in read if node is not None]
        if mates and len(weights) == len(read):
            read = [*self._mixed(slot, weights)]
        for each, node in zip(mates or [slot], read, strict=True):
            self._bound[each.path] = None if node is None else self.for_work(node, each.asked)

    def unit_written(self, at: Located) -> units.Unit | None:
        """The unit of a quantity as it is written; None of a formula, which is not worked out, and of what is wrong."""
        text = stated(at).value
        try:
            return units.quantity(text, own=self.own)[1] if isinstance(text, str) else None
        except units.UnitError:
            return None

    def for_work(self, node: Node, asked: Asked) -> Node:
        """A quantity for a unit of the work: one that is stated without a unit of it is for one of them."""
        if not asked.per_work or asked.work is None or units.over(node.unit, units.unit(asked.unit)).dims:
            return node
        return node / self.graph.one(asked.work)

    def _mixed(self, slot: Slot, weights: list[Node]) -> list[Node]:
        """The shares of the mix of a share, of their weights."""
        problem = law_text.mixed([self.graph.info[weight.index] for weight in weights])
        self.ledger.report(*([problem] if problem else []))
        shares = self.graph.mix(weights)
        if is_year(slot.path[-1]):
            mix = joined(_mix(slot.path, slot.asked.name))
            self.must_total(shares, slot.at.key_span, f"the shares of {mix} in {slot.path[-1]}")
        return shares

    def _mates(self, slot: Slot) -> list[Slot]:
        """All shares of the mix of a share; none where one is a formula, which has to keep the sum itself."""
        try:
            mates = self.context.beside(_mix(slot.path, slot.asked.name), slot.asked) if slot.asked.group else []
        except (LookupError, Broken):
            return []
        if is_year(slot.path[-1]):
            mates = [self._in_year(slot, mate) for mate in mates]
        elif other := next((mate for mate in mates if by_year(mate.at)), None):
            raise Problems([_of_other_years(slot, other)])
        return [] if any(_is_formula(mate.at) for mate in mates) else mates

    def _in_year(self, slot: Slot, mate: Slot) -> Slot:
        """Another share of the mix of a share that is given for a year, in that year."""
        year = slot.path[-1]
        at = by_year(mate.at).get(year)
        if at is None:
            raise Problems([_of_other_years(mate, slot)])
        return mate._replace(at=at, path=(*mate.path, year))

    def _bind_all(self, slot: Slot) -> None:
        """Bind a quantity after those that its formula names, without recursion: chains of names may be long."""
        if not (_is_formula(slot.at) or by_year(slot.at) or self.context.rate(slot.path)):
            self._bind(slot)
            return
        waiting = [(slot, self._needed_by(slot))]
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
                waiting.append((after, self._needed_by(after)))

    def _needed_by(self, slot: Slot) -> Iterator[Slot]:
        """The quantities that a quantity is made of: those that it names, its years and its rate."""
        yield from self._named_in(slot)
        yield from _years_of(slot).values()
        rate = self.context.rate(slot.path)
        if rate is not None:
            yield rate

    def _named_in(self, slot: Slot) -> Iterator[Slot]:
        """The quantities that a formula names."""
        if not _is_formula(slot.at):
            return
        tree = self._parse(stated(slot.at), slot.path)
        for name in formulas.names(tree) if not isinstance(tree, Problem) else ():
            try:
                named = self._leads(stated(slot.at), name.parts)
            except (LookupError, Broken):
                continue
            if isinstance(named, Slot):
                yield named

    def _leads(self, formula: Located, parts: Path) -> Slot | Node:
        """What a name in a formula leads to: one of its method, or of the scenario."""
        named: Slot | Node = formula.names(parts) if isinstance(formula, Scoped) else self.context.named(parts)
        return named

    # --- years ------------------------------------------------------------------------------------------------------

    def _of_the_year(self, slot: Slot) -> Node:
        """What a quantity that is given for some years is in the year of the case."""
        asked, each = self.context.year, _years_of(slot)
        if is_year(slot.path[-1]):
            self.fail(Problem(f"{joined(slot.path)} is given by year again", (slot.at.span,), "write one value for it"))
        if not each:
            hint = f"at most {years.MOST}: leave out what lies on the straight line between two others"
            message = f"{joined(slot.path)} is given for {len(entries(slot.at)):,} years"
            self.fail(Problem(message, (slot.at.key_span,), hint))
        given = {int(year): node for year, at in each.items() if (node := self._found(at)) is not None}
        rate = self.context.rate(slot.path)
        if rate is not None:
            message = f"{joined(slot.path)} is given by year, and has a rate"
            self.fail(Problem(message, (rate.at.key_span, slot.at.key_span), "keep one of the two"))
        if len(given) < len(each):
            raise Broken
        if not asked or not min(given) <= int(asked) <= max(given):
            self.fail(_of_no_year(slot, asked, given))
        node = years.between(given, int(asked))
        return node if str(asked) in each else node.named(f"{joined(slot.path)} in {asked}")

    def _found(self, slot: Slot) -> Node | None:
        return self.attempt(partial(self.quantity, *slot), slot.at.span)

    def _grown(self, path: Path, asked: Asked, node: Node, span: Span) -> Node:
        """A quantity after the years that have passed at its rate, if it has one."""
        rate = self.context.rate(path)
        if rate is None:
            return node
        if asked.group:
            hint = "give all shares of the mix by year, as in {2024: 60 %, 2030: 40 %}: they sum to 100 % in each"
            self.fail(Problem(f"{joined(path)} is a share of a mix, which has no rate", (rate.at.key_span,), hint))
        yearly, name = self.quantity(*rate), f"{joined(path)} in {self.context.year}"
        self.ledger.facts.naming.setdefault((rate.path, stated(rate.at).span), {})[path, span] = None
        if not self.context.passed:
            return node
        grown = years.grown(node, yearly, self.context.passed).named(name)
        return self._bounded(grown, asked, span, name)

    def _refuse_cycle(self, chain: list[Slot], closing: Slot) -> None:
        first = next(place for place, slot in enumerate(chain) if slot.path == closing.path)
        cycle = [joined(slot.path) for slot in (*chain[first:], closing)]
        words = cycle if len(cycle) <= LONGEST_CYCLE else [*cycle[: LONGEST_CYCLE - 2], "…", cycle[-1]]
        spans = tuple(stated(slot.at).span for slot in chain[first:][:LONGEST_CYCLE])
        self.report(
            Problem(
                f"a formula needs its own result: {' -> '.join(words)}", spans, "give one of them without the others"
            )
        )
        self._bound[closing.path] = None

    def _parse(self, at: Located, path: Path) -> formulas.Node | Problem:
        if isinstance(at, Scoped):
            return at.tree
        if path not in self._parsed:
            try:
                self._parsed[path] = formulas.parse(str(at.value)[1:])
            except formulas.FormulaError as error:
                self._parsed[path] = Problem(error.message, (at.column_span(error.offset + 1),), error.hint)
        return self._parsed[path]

    def _read(self, slot: Slot) -> Node:
        """The node of a quantity in the year of the case."""
        slot = self._in_space(slot)
        return self._grown(slot.path, slot.asked, self._read_written(slot), stated(slot.at).span)

    def _read_written(self, slot: Slot) -> Node:
        at, path, asked = slot
        details = entries(at)
        if isinstance(at.value, dict):
            self._check_details(details, at)
        written = stated(at)
        text = self.text(written, joined(path))
        if not text.startswith("="):
            return self._stated(slot, self._leaf(written, text, path, asked, details))
        node = self._formula(written, path, details, asked.space)
        try:
            self._check_dimension(node.unit, asked, written)
        except Problems as raised:
            raise Problems([self._lacking_a_unit(node, asked, each) for each in raised.problems]) from None
        if self.graph.op[node.index] not in ("input", "share"):
            node.named(joined(path))
        return self._stated(slot, self._bounded(node, asked, written.span, joined(path)))

    def _in_space(self, slot: Slot) -> Slot:
        """A slot with the units of the criterion that it is an impact of, be it named alone or by a path."""
        path = years.plain(slot.path)
        *above, key = split(path[-1]) or path[-1:]
        if not slot.asked.by_criterion and (slot.asked.unit or above[-1:] != ["impacts"]):
            return slot
        known = self.ledger.packs.criteria
        if key not in known:
            hint = near_criterion(known, key)
            self.fail(Problem(f"no criterion '{shortened(key)}'", (slot.at.key_span,), hint))
        return slot._replace(asked=slot.asked._replace(space=known[key].space))

    def _stated(self, slot: Slot, node: Node) -> Node:
        """The node itself, which is remembered as what a quantity of the scenario became."""
        at = stated(slot.at)
        address = self._address(slot.path, joined(slot.path))
        self.ledger.facts.state(slot.path, address, at.span, str(at.value), node, method_of(at))
        if self.graph.op[node.index] != "input":
            self.graph.places.setdefault(node.index, at.span)
        return node

    def _check_details(self, details: dict[str, Located], at: Located) -> None:
        for key, child in details.items():
            if key not in DETAILS:
                hint = near(key, DETAILS, f"keys of a quantity: {', '.join(DETAILS)}")
                self.report(Problem(f"unknown key '{shortened(key)}' in a quantity", (child.key_span,), hint))
        if "value" not in details:
            self.fail(Problem("a quantity has no 'value'", (at.span,), "write {value: number unit, …}"))

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _leaf(self, at: Located, text: str, path: Path, asked: Asked, details: dict[str, Located]) -> Node:
        value, unit = self._number(at, text, asked)
        self._check_dimension(unit, asked, at)
        name, group = joined(path), joined(_mix(path, asked.name)) if asked.group else ""
        self._check_bounds(name, value, unit, asked, at)
        if not details:
            leaf = Input(name, value, unit, at.span, address=self._address(path, name), group=group, origin=_origin(at))
            return self._bounded(self.graph.input(leaf), asked, at.span, name)
        ends = (self._end(details, key, name, unit, asked) for key in ("low", "high"))
        low, high = (value if end is not None and is_same(end, value) else end for end in ends)
        self._check_range(value, low, high, at, details)
        cited = self._citation(details, "")
        fitted, address = self._fitted(details, cited, at), self._address(path, name)
        within = law_text.within(asked.bounds, unit)
        law = self._law(details, law_text.Given(value, unit, low, high, within, at.span, group))
        leaf = Input(name, value, unit, at.span, cited, low, high, law, fitted, address, group, _origin(at))
        node = self.graph.input(leaf)
        if cited.basis == "calibrated":
            self.ledger.facts.calibrated[node.index] = leaf
        return self._bounded(node, asked, leaf.span, name)

    def _law(self, details: dict[str, Located], given: law_text.Given) -> Law | None:
        """The probability law of an input; None where it is held."""
        written = law_text.law_text(details["law"]) if "law" in details else None
        return law_text.bound(written, given, self.ledger.pedigree)

    def _bounded(self, node: Node, asked: Asked, span: Span, name: str) -> Node:
        """The node itself, with its bounds to be tested once values are known."""
        if asked.bounds.exist:
            factor = units.leading(node.unit, units.unit(asked.unit))
            self.ledger.facts.limits.append(Limit(node.index, factor, asked.bounds, asked.doc, span, name))
        return node

    def _number(self, at: Located, text: str, asked: Asked) -> tuple[float, units.Unit]:
        try:
            return units.quantity(text, asked.space, self.own)
        except units.UnitError as error:
            wanted = f"needed a number and a unit, such as '1 {asked.unit}'" if asked.unit not in ("", "1") else ""
            raise Problems([Problem(error.message, (at.column_span(error.offset),), error.ways or wanted)]) from None

    def _end(self, details: dict[str, Located], key: str, name: str, unit: units.Unit, asked: Asked) -> float | None:
        if key not in details:
            return None
        at = details[key]
        value, written = self._number(at, self.text(at, key), asked)
        factor = units.scale_stated(written, unit)
        if factor is None:
            missing = written is units.ONE
            hint = f"write '{_written(at)} {unit}'" if missing else f"write it in {unit}, as the value is"
            self.fail(Problem(f"the {key} has no unit" if missing else f"{written} is not {unit}", (at.span,), hint))
        self._check_bounds(f"the {key} of {name}", value, written, asked, at)
        return value * factor

    def _check_bounds(self, name: str, value: float, unit: units.Unit, asked: Asked, at: Located | Input) -> None:
        if not asked.bounds.exist:
            return
        factor = units.leading(unit, units.unit(asked.unit))
        if not asked.bounds.allows(value * factor):
            self.report(out_of_bounds(name, value, unit, asked.bounds, asked.doc, at.span))

    def _check_range(
        self, value: float, low: float | None, high: float | None, at: Located, details: dict[str, Located]
    ) -> None:
        if (low is not None and low > value) or (high is not None and high < value):
            ends = tuple(details[key].span for key in ("low", "high") if key in details)
            self.report(Problem("the value is outside its own range", (at.span, *ends), "low <= value <= high"))

    def _check_dimension(self, unit: units.Unit, asked: Asked, at: Located) -> None:
        if asked.space is not None:
            _check_impact(unit, asked.space, at)
        if not asked.unit:
            return
        wanted = units.unit(asked.unit)
        rest = units.over(wanted, unit)
        is_bare = unit is units.ONE and units.has_name(wanted) and not (asked.per_work and _cancels(at))
        fits = not rest.dims or (asked.per_work and self._may_be_demanded(rest))
        if is_bare or not (fits or (asked.counted and units.recounted(unit, wanted))):
            raise Problems([self._wrong_dimension(unit, asked, wanted, at)])

    def _may_be_demanded(self, made: units.Unit) -> bool:
        """Whether a quantity may be for one of a unit: what is counted, or what the demand is in, such as CPU*h."""
        if len(made.dims) == 1 and made.dims[0][1] == 1:
            return True
        return any(unit is None or unit.dims == made.dims for unit in self.context.demanded())

    def _wrong_dimension(self, unit: units.Unit, asked: Asked, wanted: units.Unit, at: Located) -> Problem:
        said = f"{asked.name or 'this'}: {asked.doc}, in {wanted}"
        if unit is units.ONE:
            example = self._example(wanted, asked)
            number = _written(at)
            hint = f"write it after the number, as in '{number} {example}'" if not number.startswith("=") else said
            return Problem("the unit is missing", (at.span,), f"{hint} ({said})" if hint is not said else said)
        needed = f"{said} for a unit of the demand, such as {self._example(wanted, asked)}" if asked.per_work else said
        hint = f"{needed}; this is {units.dimension_words(unit)}"
        lacks = str(wanted).removeprefix(f"{unit}/")
        if lacks != str(wanted) and not _written(at).startswith("="):
            hint = f"write {_written(at)}/{lacks} ({said})"
        return Problem(f"{unit} is not {wanted}", (at.span,), hint)

    def _lacking_a_unit(self, node: Node, asked: Asked, told: Problem) -> Problem:
        """A formula of a wrong dimension, where one input of it is a plain number: that may lack its unit."""
        named = [leaf for leaf in self.graph.leaves(node.index) if leaf.unit is units.ONE and "#" not in leaf.path]
        if len(named) != 1 or node.unit is units.ONE:
            return told
        leaf, rest = named[0], units.over(node.unit, units.unit(asked.unit))
        counted = next((each for each in (rest, units.over(units.ONE, rest)) if units.is_counted(each)), None)
        if counted is None or asked.per_work:
            way = f"{leaf.path} has no unit: write it after the number, if one is missing"
            return told._replace(spans=(*told.spans, leaf.span), hint=f"{told.hint}\n{way}")
        hint = f"write it after the number, as in '1 {counted}'; without it {told.message} in {asked.name}"
        return Problem(f"{leaf.path} has no unit", (leaf.span, *told.spans), hint)

    def _example(self, wanted: units.Unit, asked: Asked) -> str:
        """A unit that the field takes: of those for a unit of the demand, the first."""
        known = (unit for unit in self.context.demanded() if unit is not None and unit.dims)
        return units.per(wanted, next(known, units.unit("prompt"))) if asked.per_work else str(wanted)

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
        if key not in self.ledger.facts.sources:
            hint = near(key, self.ledger.facts.sources, "describe it under study.sources: key: {title: …}")
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

    def _formula(self, at: Located, path: Path, details: dict[str, Located], space: units.Namespace | None) -> Node:
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
        lookup = partial(self._looked_up, at, (path, at.span))
        return Expression(self.graph, at, joined(path), cited, lookup, space, self.own).node(tree)

    def _looked_up(self, formula: Located, by: Place, parts: Path, span: Span) -> Node:
        """The quantity that a name in a formula leads to."""
        try:
            named = self._leads(formula, parts)
        except LookupError as error:
            message, hint = error.args
            self.fail(Problem(message, (span,), hint))
        if not isinstance(named, Slot):
            return named
        self.ledger.facts.naming.setdefault((named.path, stated(named.at).span), {})[by] = None
        return self.quantity(*named)

    # --- what records ask for ---------------------------------------------------------------------------------------

    def having(self, name: str) -> list[str]:
        """The items for which the packs have a parameter of a name."""
        return self.ledger.packs.having(name)

    def profile(self, item: str, asked: Asked, path: Path, region: str) -> Node | None:
        """A quantity that the packs give for an item; without a path it is one input for all who ask for it."""
        given = self.context.parameter(item, asked.name, path, region) if item else None
        if given is None:
            return None
        leaf, instead = given
        if asked.unit and units.scale_stated(leaf.unit, units.unit(asked.unit)) is None:
            raise Problems([_unfit_row(leaf, asked)])
        self._check_bounds(leaf.path, leaf.value, leaf.unit, asked, leaf)
        node = self.graph.input(leaf)
        self.ledger.facts.replaced(node, instead)
        return self._grown(path, asked, self._bounded(node, asked, leaf.span, leaf.path), leaf.span)

    def is_named(self, path: Path) -> bool:
        """Whether a formula of the tree is made of the quantity at a path, of those that have been read."""
        quantity = self._bound.get(path)
        others = [node.index for other, node in self._bound.items() if node is not None and other != path]
        return quantity is not None and quantity.index in self.graph.below(others)

    def must_total(self, shares: list[Node], span: Span, what: str) -> None:
        """Remember that shares sum to 100 %, as they are written."""
        first = shares[0].index if shares else None
        if first is not None and self.graph.op[first] == "share":
            total = self.graph.args[first][1]
        else:
            total = self.graph.sum([share.to(units.ONE) for share in shares]).index
        if total not in self._totals:
            self._totals.add(total)
            self.ledger.facts.sums.append(Total(total, span, what))


def _check_impact(unit: units.Unit, space: units.Namespace, at: Located) -> None:
    """Problems unless a unit is one of a criterion for a unit of something."""
    per = units.over(unit, units.unit(space.unit, space)).dims
    if any(name == space.key for name, _ in per):
        hint = f"an impact of a unit of it, as in 1 {space.unit}/kWh"
        raise Problems([Problem(f"{unit} is no {space.shown} of a unit of something", (at.span,), hint)])
    if not per:
        hint = f"write what it is for after a stroke, as in {_written(at)}/device"
        raise Problems([Problem(f"{unit} of {space.shown} is for no unit of anything", (at.span,), hint)])


def _unfit_row(leaf: Input, asked: Asked) -> Problem:
    """A row of a pack in a unit that its field does not take."""
    said = f"{asked.name}: {asked.doc}, in {asked.unit}"
    if leaf.unit is units.ONE:
        return Problem("the unit is missing", (leaf.span,), f"write {asked.unit} in the column unit ({said})")
    return Problem(f"{leaf.unit} is not {asked.unit}", (leaf.span,), said)


def _mix(path: Path, asked: str) -> Path:
    """What a share is a share of: `terminals.devices` of `terminals.devices.laptop.share`, or the mix it stands in.

    >>> _mix(("terminals", "devices", "laptop", "share"), "share"), _mix(("sites", "lab", "region", "FRA"), "")
    (('terminals', 'devices'), ('sites', 'lab', 'region'))
    """
    path = years.plain(path)
    return path[:-2] if path[-1] == asked else path[:-1]


def _years_of(slot: Slot) -> dict[str, Slot]:
    """The quantities of a quantity that is given for some years; none where there are too many."""
    each = by_year(slot.at) if len(entries(slot.at)) <= years.MOST else {}
    return {year: slot._replace(at=at, path=(*slot.path, year)) for year, at in each.items()}


def _of_other_years(slot: Slot, other: Slot) -> Problem:
    """What to say of a share that is not given for a year of which another of its mix is."""
    message = f"{joined(slot.path)} is not given for the years of {joined(years.plain(other.path))}"
    return Problem(message, (slot.at.span, other.at.span), "give every share of a mix for the same years")


def _of_no_year(slot: Slot, asked: str, given: Iterable[int]) -> Problem:
    """What to say of a quantity that is given by year, where no year is asked for, or one that lies outside."""
    named = f"{joined(slot.path)} is given for {min(given)} to {max(given)}"
    if not asked:
        hint = "say of which year the functional unit is: year: 2024, or years: 2024..2030"
        return Problem(f"{named}, and the functional unit has no year", (slot.at.key_span,), hint)
    return Problem(f"{named}, and not for {asked}", (slot.at.key_span,), f"add {asked}, or ask for years between")


def stated(at: Located) -> Located:
    """The value of a quantity, which may stand alone or in a mapping."""
    return entries(at)["value"] if is_quantity(at) else at


def _cancels(at: Located) -> bool:
    """Whether a text has a unit though it is a plain number, as 1 h/h is."""
    return not _is_formula(at) and any(map(str.isalpha, str(at.value)))


def _origin(at: Located) -> Origin | None:
    return at.origin if isinstance(at, OfPack) else None


def _is_formula(at: Located) -> bool:
    text = stated(at).value
    return isinstance(text, str) and text.startswith("=")


def _shape(at: Located) -> str:
    return "list" if isinstance(at.value, list) else "mapping" if isinstance(at.value, dict) else "plain value"


def _written(at: Located) -> str:
    return printable(at.value)[:SHOWN] if isinstance(at.value, str) else "1"
