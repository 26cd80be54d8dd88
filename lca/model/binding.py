"""Binding: the located text of one case, read through the fields, becomes quantities on the graph.

A case is one functional unit of one variant. What two cases share, they share in the graph as well: a leaf is
interned by its path and the place where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple, NoReturn

from lca import units
from lca.citations import BASES, Citation
from lca.graph import Graph, Input, Node, mismatch
from lca.model import blocks
from lca.model.fields import Broken, Field, Quantities, Quantity, Record, unit_of
from lca.problems import Problem, Problems, Span, near, printable
from lca.text import formulas
from lca.text.documents import Located
from lca.text.overlay import Path, is_quantity, joined

DETAILS = ("value", "low", "high", "law", "basis", "source", "at", "via", "note", "fitted_to")
CITED = ("measured", "published")
Profile = Callable[[str, str, str], "Input | None"]


class Limit(NamedTuple):
    """A bound on a node, tested once values are known."""

    index: int
    field: Quantity
    span: Span
    path: str


class Total(NamedTuple):
    """Shares that have to sum to 100 %."""

    index: int
    span: Span
    what: str


class Ledger:
    """What the cases of a scenario have in common: the graph, the problems found, the tests still to be made."""

    def __init__(self, sources: dict[str, Any], profile: Profile) -> None:
        self.graph = Graph()
        self.sources, self.profile = sources, profile
        self.problems: list[Problem] = []
        self.limits: list[Limit] = []
        self.totals: list[Total] = []
        self.calibrated: dict[int, Input] = {}
        self.aurs: dict[str, int] = {}


class Scope:
    """One case: its tree with overlays applied, and what its names mean."""

    def __init__(
        self, ledger: Ledger, tree: Located, functional_unit: str, variant: str | None, addresses: dict[Path, str]
    ) -> None:
        self.ledger, self.graph = ledger, ledger.graph
        self.functional_unit, self.variant, self.addresses = functional_unit, variant, addresses
        self._bound: dict[Path, Node | None] = {}
        self._binding: list[Path] = []
        self.study = blocks.Study(self, tree, ())

    # --- problems ---------------------------------------------------------------------------------------------------

    def report(self, problem: Problem) -> None:
        self.ledger.problems.append(problem)

    def fail(self, problem: Problem) -> NoReturn:
        """Report and stop reading this value."""
        self.report(problem)
        raise Broken

    # --- plain values -----------------------------------------------------------------------------------------------

    def text(self, at: Located, what: str) -> str:
        """A plain value that is not empty."""
        if not isinstance(at.value, str):
            self.fail(Problem(f"{what} is a plain value, not a {_shape(at)}", (at.span,), "write it on one line"))
        if not at.value:
            self.fail(Problem(f"{what} has no value", (at.span,), "write one after the colon, or delete the line"))
        return str(at.value)

    def mapping(self, at: Located, what: str) -> dict[str, Located]:
        if not isinstance(at.value, dict):
            hint = "write `key: value` lines below it"
            self.fail(Problem(f"{what} is a mapping, not a {_shape(at)}", (at.span,), hint))
        entries: dict[str, Located] = at.value
        return entries

    def record(self, of: type[Record], at: Located, path: Path, parent: Record) -> Record:
        self.mapping(at, joined(path))
        return of(self, at, path, parent)

    # --- quantities -------------------------------------------------------------------------------------------------

    def quantity(self, at: Located, path: Path, field: Quantity) -> Node:
        """The node of a quantity, bound once; Broken where it is wrong."""
        if path not in self._bound:
            self._enter(at, path)
            node: Node | None = None
            try:
                node = self._read(at, path, field)
                self._check_dimension(node, at, field)
            except Problems as found:
                self.ledger.problems += found.problems
                node = None
            except Broken:
                node = None
            finally:
                self._binding.pop()
                self._bound[path] = node
        bound = self._bound[path]
        if bound is None:
            raise Broken
        return bound

    def _enter(self, at: Located, path: Path) -> None:
        if path in self._binding:
            cycle = [*self._binding[self._binding.index(path) :], path]
            words = " -> ".join(joined(step) for step in cycle)
            self.fail(Problem(f"a formula needs its own result: {words}", (at.span,), "break the cycle at one of them"))
        self._binding.append(path)

    def _read(self, at: Located, path: Path, field: Quantity) -> Node:
        details = at.value if isinstance(at.value, dict) else {}
        if details:
            self._check_details(details, at)
        value = details.get("value", at)
        text = self.text(value, joined(path))
        if text.startswith("="):
            for key in ("low", "high", "law"):
                if key in details:
                    hint = "a formula has the range of its inputs; give those one"
                    self.fail(Problem(f"a formula has no {key} of its own", (details[key].key_span,), hint))
            node = self._formula(value, text, path, self._citation(details, "derived"))
        else:
            node = self._leaf(value, text, path, field, details)
        if field.low is not None or field.high is not None or field.above is not None:
            self.ledger.limits.append(Limit(node.index, field, value.span, joined(path)))
        return node if node.graph.op[node.index] == "input" else node.named(joined(path))

    def _check_details(self, details: dict[str, Located], at: Located) -> None:
        for key, child in details.items():
            if key not in DETAILS:
                hint = near(key, DETAILS, f"keys of a quantity: {', '.join(DETAILS)}")
                self.report(Problem(f"unknown key '{key}' in a quantity", (child.key_span,), hint))
        if "value" not in details:
            self.fail(Problem("a quantity has no 'value'", (at.span,), "write {value: number unit, …}"))

    def _leaf(self, at: Located, text: str, path: Path, field: Quantity, details: dict[str, Located]) -> Node:
        value, unit = self._number(at, text, field)
        low, high = (self._end(details, key, unit, field) for key in ("low", "high"))
        self._check_range(value, low, high, at, details)
        citation = self._citation(details, "")
        fitted = self._fitted(details, citation, at)
        law = details.get("law")
        group = joined(path[:-1]) if field.group and len(path) > 1 else ""
        leaf = Input(joined(path), value, unit, at.span, citation, low, high, law, fitted, self._address(path), group)
        node = self.graph.input(leaf)
        if citation.basis == "calibrated":
            self.ledger.calibrated[node.index] = leaf
        return node

    def _number(self, at: Located, text: str, field: Quantity) -> tuple[float, units.Unit]:
        try:
            return units.quantity(text)
        except units.UnitError as error:
            wanted = f"needed a number and a unit, such as '1 {field.unit}'" if field.unit not in ("", "1") else ""
            raise Problems([Problem(str(error.message), (at.column_span(error.offset),), error.hint or wanted)]) from None

    def _end(self, details: dict[str, Located], key: str, unit: units.Unit, field: Quantity) -> float | None:
        if key not in details:
            return None
        at = details[key]
        value, written = self._number(at, self.text(at, key), field)
        if written is units.ONE and unit is not units.ONE and unit.dims:
            written = unit
        factor = units.scale(written, unit)
        if factor is None:
            hint = f"write it in a unit of {units.dimension_words(unit)}"
            self.fail(Problem(f"{written} is not {unit}", (at.span,), hint))
        return value * (factor or 1.0)

    def _check_range(
        self, value: float, low: float | None, high: float | None, at: Located, details: dict[str, Located]
    ) -> None:
        if (low is not None and low > value) or (high is not None and high < value):
            ends = tuple(details[key].span for key in ("low", "high") if key in details)
            hint = "low <= value <= high"
            self.report(Problem("the value is outside its own range", (at.span, *ends), hint))

    def _citation(self, details: dict[str, Located], default: str) -> Citation:
        words = {key: self.text(details[key], key) for key in ("basis", "source", "at", "via", "note") if key in details}
        basis = words.get("basis") or default or ("published" if "source" in words else "assumed")
        if basis not in BASES:
            hint = near(basis, BASES, f"one of: {', '.join(BASES)}")
            self.report(Problem(f"'{basis}' is no basis", (details["basis"].span,), hint))
        for key in ("source", "via"):
            if key in words and words[key] not in self.ledger.sources:
                hint = near(words[key], self.ledger.sources, "add it under study.sources")
                self.report(Problem(f"no source '{printable(words[key])}'", (details[key].span,), hint))
        if basis in CITED and "source" not in words:
            span = details["basis"].span if "basis" in details else None
            hint = "name the source, or write basis: assumed with a range and a note"
            self.report(Problem(f"basis {basis} without a source", (span,) if span else (), hint))
        return Citation(basis, *(words.get(key, "") for key in ("source", "at", "via", "note")))

    def _fitted(self, details: dict[str, Located], citation: Citation, at: Located) -> tuple[str, ...]:
        given = details.get("fitted_to")
        if (citation.basis == "calibrated") != (given is not None):
            hint = "name the keys of `expect` it was fitted to: fitted_to: [key]"
            self.report(Problem("basis: calibrated and fitted_to go together", (at.span,), hint))
        if given is None:
            return ()
        items = given.value if isinstance(given.value, list) else [given]
        return tuple(self.text(item, "fitted_to") for item in items)

    def _address(self, path: Path) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.addresses:
                rest = path[length:]
                return ".".join([self.addresses[path[:length]], joined(rest)] if rest else [self.addresses[path[:length]]])
        return joined(path)

    def _check_dimension(self, node: Node, at: Located, field: Quantity) -> None:
        if not field.unit:
            return
        wanted = unit_of(field)
        remainder = units.over(node.unit, wanted).dims
        per_work = field.per_work and len(remainder) == 1 and remainder[0][1] == -1
        if not remainder or per_work:
            return
        where = at.value["value"] if is_quantity(at) else at
        asked = f"{wanted} per unit of the demand" if field.per_work else str(wanted)
        hint = f"{field.name or 'this'}: {field.doc}, in {asked}; this is {units.dimension_words(node.unit)}"
        if node.unit is units.ONE and not field.per_work:
            hint = f"the unit is missing; write it after the number, as in '{_written(where)} {wanted}'"
        raise Problems([Problem(f"{node.unit} is not {wanted}", (where.span,), hint)])

    def profile(self, item: str, name: str, path: Path) -> Node | None:
        """A quantity that a pack's parameters give for an item."""
        leaf = self.ledger.profile(item, name, joined(path)) if item else None
        return None if leaf is None else self.graph.input(leaf)

    def must_total(self, shares: list[Node], span: Span, what: str) -> None:
        """Remember that shares sum to 100 %."""
        total = self.graph.sum([share.to(units.ONE) for share in shares])
        self.ledger.totals.append(Total(total.index, span, what))

    def site(self, service: Record) -> blocks.Site:
        """The site that a part of the service names."""
        name = service.need("site")
        sites: dict[str, blocks.Site] = self.study.sites
        if name not in sites:
            hint = near(name, sites, f"sites: {', '.join(sites)}" if sites else "add it under `sites`")
            self.fail(Problem(f"no site '{name}'", (service.tree.value["site"].span,), hint))
        return sites[name]

    def derived_aur(self, where: str, aur: Node, span: Span) -> None:
        """Remember the AUR that a fleet comes to, to be shown and to be tested for being possible."""
        name = f"AUR of {where}, from its fleet"
        self.ledger.limits.append(Limit(aur.named(name).index, blocks.Server.fields["aur"], span, name))  # type: ignore[arg-type]
        self.ledger.aurs[name] = aur.index

    # --- formulas ---------------------------------------------------------------------------------------------------

    def _formula(self, at: Located, text: str, path: Path, citation: Citation) -> Node:
        body = text[1:]
        try:
            tree = formulas.parse(body)
        except formulas.FormulaError as error:
            raise Problems([Problem(error.message, (at.column_span(error.offset + 1),), error.hint)]) from None
        return self._build(tree, at, joined(path), count(1), citation)

    def _build(self, tree: Any, at: Located, path: str, number: Iterator[int], citation: Citation) -> Node:
        def build(part: Any) -> Node:
            return self._build(part, at, path, number, citation)

        match tree:
            case formulas.Number():
                return self._literal(tree, at, f"{path}#{next(number)}", citation)
            case formulas.Name():
                return self._lookup(tree.parts, at.column_span(tree.at + 1))
            case formulas.Negative():
                return -build(tree.of)
            case formulas.Power():
                return build(tree.base) ** tree.exponent
            case formulas.Additive():
                return _additive([(sign, build(term)) for sign, term in tree.terms])
            case formulas.Product():
                (_, first), *rest = tree.factors
                node = build(first)
                for op, factor in rest:
                    node = node * build(factor) if op == "*" else node / build(factor)
                return node
            case formulas.Call():
                nodes = [build(argument) for argument in tree.args]
                return self.graph.extreme(tree.name, nodes) if tree.name in ("min", "max") else nodes[0].apply(tree.name)
        raise AssertionError(tree)

    def _literal(self, tree: Any, at: Located, path: str, citation: Citation) -> Node:
        if tree.unit_text is None and tree.value in (0, 1):
            return self.graph.constant(tree.value)
        try:
            unit = units.unit(tree.unit_text or "")
        except units.UnitError as error:
            place = at.column_span((tree.unit_at or 0) + 1 + error.offset)
            raise Problems([Problem(error.message, (place,), error.hint)]) from None
        cited = citation if citation.source else citation._replace(basis="assumed")
        return self.graph.input(Input(path, tree.value, unit, at.column_span(tree.at + 1), cited))

    def _lookup(self, parts: Path, span: Span) -> Node:
        try:
            found = self.lookup(parts)
        except LookupError as error:
            self.fail(Problem(f"no quantity '{joined(parts)}'", (span,), str(error.args[0])))
        if not isinstance(found, Node):
            self.fail(Problem(f"'{joined(parts)}' is no quantity", (span,), "name one of its fields after a dot"))
        return found  # type: ignore[return-value]

    def lookup(self, parts: Path) -> Any:
        """What a name means here: a flow of the demand, a parameter, or a path from the top of the scenario.

        LookupError with the way out where it means nothing.
        """
        if parts[0] == "demand" and len(parts) > 1:
            parts = ("functional_units", self.functional_unit, *parts)
        elif len(parts) == 1:
            parts = self._bare(parts[0])
        here: Any = self.study
        for depth, part in enumerate(parts):
            here = _step(here, part, parts[:depth])
        return here

    def _bare(self, name: str) -> Path:
        homes: dict[str, Path] = {}
        for path in (("parameters",), ("functional_units", self.functional_unit, "demand")):
            tree: Any = self.study.tree
            for part in path:
                tree = tree.value.get(part) if tree is not None and isinstance(tree.value, dict) else None
            for key in tree.value if tree is not None and isinstance(tree.value, dict) else ():
                if key == name and name in homes:
                    raise LookupError(f"it is both a parameter and a flow of the demand; write demand.{name}")
                homes[key] = (*path, key)
        if name not in homes:
            raise LookupError(near(name, homes, f"names here: {', '.join(sorted(homes)) or 'none'}; other fields by their path"))
        return homes[name]

    # --- demand -----------------------------------------------------------------------------------------------------

    @property
    def demand(self) -> dict[str, Node]:
        """The reference flows of the functional unit."""
        unit = self.study.functional_units[self.functional_unit]
        flows: dict[str, Node] = unit.demand
        return flows

    def work(self, intensity: Node, target: str, where: str, *rates: Node | None) -> Node:
        """A quantity that is stated for a unit of work, for the whole demand, in the target unit.

        The flow of the demand is the one that the units call for; `rates` lead from it to the work (image/prompt).
        """
        return self.drive(list(self.demand.values()), intensity, target, where, *rates)

    def done(self, unit: units.Unit, where: str, *rates: Node | None) -> Node:
        """The work that the demand asks for, counted in a unit."""
        return self.drive(list(self.demand.values()), self.graph.constant(1), str(unit), where, *rates)

    def drive(self, flows: list[Node], intensity: Node, target: str, where: str, *rates: Node | None) -> Node:
        """As `work`, for flows that are given."""
        wanted = units.unit(target)
        chains: list[tuple[Node, ...]] = [(), *((rate,) for rate in rates if rate is not None)]
        products = [(flow, *chain, intensity) for flow in flows for chain in chains]
        found = [nodes for nodes in products if units.scale(_unit_of_product(nodes), wanted) is not None]
        if len(found) != 1:
            raise Problems([self._no_work(flows, intensity, target, where, bool(found))])
        total, *factors = found[0]
        for factor in factors:
            total = total if self.graph.op[factor.index] == "const" else total * factor
        return total.to(wanted)

    def _no_work(self, flows: list[Node], intensity: Node, target: str, where: str, several: bool) -> Problem:
        per = sorted({str(flow.unit) for flow in flows})
        if several:
            hint = f"the demand has several flows that it fits ({', '.join(per)}); write it with a formula"
            return mismatch(intensity, units.unit(target), hint)._replace(message=f"{where} is ambiguous")
        asked = " or ".join(f"{target}/{unit}" for unit in per) or target
        block = where.split(".")[0]
        hint = (
            f"needed {units.dimension_words(units.unit(target))} per {' or per '.join(per)}; multiply by "
            f"{block}.images or {block}.tokens, or write it per {' or per '.join(per)}"
        )
        return mismatch(intensity, units.unit(target), hint)._replace(message=f"{intensity.unit} is not {asked}")


def _unit_of_product(nodes: tuple[Node, ...]) -> units.Unit:
    unit = units.ONE
    for node in nodes:
        unit = units.times(unit, node.unit)
    return unit


def _additive(terms: list[tuple[str, Node]]) -> Node:
    """A sum of signed terms as one n-ary node where all are added, else from left to right."""
    signs = {sign for sign, _ in terms}
    if signs == {"+"}:
        return terms[0][1].graph.sum([node for _, node in terms])
    sign, total = terms[0]
    total = -total if sign == "-" else total
    for sign, node in terms[1:]:
        total = total - node if sign == "-" else total + node
    return total


def _step(here: Any, part: str, done: Path) -> Any:
    """One part further down a path of names."""
    where = joined(done) or "the scenario"
    if isinstance(here, dict) and "" in here:
        here = here[""]
    if isinstance(here, tuple):
        holder, field, at, path = here
        if part not in at.value:
            raise LookupError(near(part, at.value, f"{where} has: {', '.join(at.value)}"))
        return field.one(holder, at, path, part)
    if isinstance(here, dict):
        if part not in here:
            raise LookupError(near(part, here, f"{where} has: {', '.join(here) or 'nothing'}"))
        return here[part]
    if not isinstance(here, Record):
        raise LookupError(f"{where} has no parts")
    field: Field | None = here.fields.get(part)
    if field is None:
        raise LookupError(near(part, here.fields, f"{where} has: {', '.join(here.fields)}"))
    at = here.tree.value.get(part)
    if isinstance(field, Quantities) and at is not None and isinstance(at.value, dict):
        return here, field, at, (*here.path, part)
    value = here.get(field)
    if value is None:
        raise LookupError(f"{where} does not state '{part}'")
    return value


def _shape(at: Located) -> str:
    return "list" if isinstance(at.value, list) else "mapping" if isinstance(at.value, dict) else "plain value"


def _written(at: Located) -> str:
    return printable(at.value)[:40] if isinstance(at.value, str) else "1"
