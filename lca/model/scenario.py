"""A scenario and its cases: each functional unit in the base case and in each variant, with overlays applied.

Order of the overlays: extends < base < functional unit < variant. Where a functional unit and a variant set one path,
the variant has to say `over: true`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lca.model import blocks
from lca.model.binding import Ledger, Scope
from lca.model.fields import Each, Field, Listed, OneOrEach, Quantities, Record
from lca.problems import Problem, Problems, near
from lca.text.documents import Located
from lca.text.overlay import Edit, Path, clashes, edits, entries, find, items, joined, leaves, merged, put
from lca.text.source import shortened

OVERLAID = frozenset(blocks.BLOCKS) - {"study"}
FIXED = frozenset({"variants", "expect", "extends"})  # what is the same in every case
MOST_LISTED = 12  # names that a message lists
MOST_PARTS = 1_000  # functional units that one adds up
DEEPEST_SUM = 8  # sums of sums


class Case(NamedTuple):
    """One functional unit of one variant (None: the base case)."""

    functional_unit: str
    variant: str | None


class Scenario(NamedTuple):
    """A scenario's text with everything it extends, and what it names."""

    name: str
    tree: Located
    functional_units: tuple[str, ...]
    variants: tuple[str, ...]

    def cases(self, functional_units: Iterable[str] = (), variants: Iterable[str | None] = (None,)) -> list[Case]:
        """The cases asked for, functional unit by functional unit. Problems where a name does not exist."""
        wanted = tuple(functional_units) or self.functional_units
        chosen = tuple(variants)
        problems = [
            _unknown("functional unit", unit, self.functional_units)
            for unit in wanted
            if unit not in self.functional_units
        ]
        problems += [
            _unknown("variant", name, self.variants)
            for name in chosen
            if name is not None and name not in self.variants
        ]
        if problems:
            raise Problems(problems)
        return [Case(unit, name) for unit in wanted for name in chosen]

    def parts(self, functional_unit: str, of: Path = ()) -> tuple[str, ...]:
        """The functional units that one adds up, to the last; itself where it is no sum.

        Problems where one does not exist, or adds itself up.
        """
        given = find(self.tree, ("functional_units", functional_unit, "sum_of"))
        if given is None:
            return (functional_unit,)
        chain = (*of, functional_unit)
        found: list[str] = []
        for item in items(given):
            name = str(item.value)
            if name not in self.functional_units:
                raise Problems([_unknown("functional unit", name, self.functional_units, item)])
            if name in chain:
                hint = "take one of them out"
                raise Problems([Problem(f"{name} adds itself up: {' -> '.join((*chain, name))}", (item.span,), hint)])
            if len(chain) >= DEEPEST_SUM or len(found) >= MOST_PARTS:
                hint = f"at most {MOST_PARTS:,}, and sums inside one another at most {DEEPEST_SUM} deep"
                raise Problems([Problem(f"{functional_unit} adds up too many", (item.span,), hint)])
            found += self.parts(name, chain)
        return tuple(found)

    def is_sum(self, functional_unit: str) -> bool:
        """Whether a functional unit adds up others."""
        return find(self.tree, ("functional_units", functional_unit, "sum_of")) is not None

    def title(self, functional_unit: str) -> str:
        """What a functional unit is in words."""
        given = find(self.tree, ("functional_units", functional_unit, "title"))
        return given.value if given is not None and isinstance(given.value, str) else ""


def scenario(tree: Located, name: str) -> Scenario:
    """The scenario of a tree."""
    units, variants = (find(tree, (key,)) for key in ("functional_units", "variants"))
    if not entries(units):
        hint = "say what the impacts are for, as in functional_units: {FU1: {demand: {prompts: 1 prompt}}}"
        raise Problems([Problem("the scenario has no functional unit", ((units or tree).span,), hint)])
    return Scenario(name, tree, tuple(entries(units)), tuple(entries(variants)))


def scopes(scenario: Scenario, ledger: Ledger, cases: Iterable[Case]) -> list[Scope]:
    """The bound cases; what is wrong with them is in the ledger."""
    return [scope for case in cases if (scope := _scope(scenario, ledger, case)) is not None]


def check_declarations(scenario: Scenario, ledger: Ledger) -> None:
    """Report what is wrong with variants, and with functional units that add up others."""
    sums = {name: at for name, at in entries(scenario.tree)["functional_units"].value.items() if scenario.is_sum(name)}  # type: ignore[union-attr]
    for name, at in sums.items():
        for key, child in entries(at).items():
            if key in OVERLAID or key == "demand":
                message = f"{name} adds up others and has a {key} of its own"
                ledger.report(Problem(message, (child.key_span,), f"take {key} or sum_of away"))
    plain = {name: at.with_value(_without(at, OVERLAID | {"demand"})) for name, at in sums.items()}
    declared = {key: at for key, at in entries(scenario.tree).items() if key == "variants"}
    declared["functional_units"] = entries(scenario.tree)["functional_units"].with_value(plain)
    scope = Scope(ledger, scenario.tree.with_value(declared), "", None, {})
    for key in declared if plain else ("variants",):
        scope.study.check_field(key, scope.study.fields[key])


def _without(at: Located, keys: frozenset[str]) -> dict[str, Located]:
    return {key: child for key, child in entries(at).items() if key not in keys}


def _scope(scenario: Scenario, ledger: Ledger, case: Case) -> Scope | None:
    try:
        tree, addresses = overlaid(scenario.tree, case)
    except Problems as found:
        ledger.report(*found.problems)
        return None
    return Scope(ledger, tree, case.functional_unit, case.variant, addresses)


def overlaid(tree: Located, case: Case) -> tuple[Located, dict[Path, str]]:
    """The tree of a case, and where the values are written that an overlay has set."""
    of_variant = _variant_edits(tree, case)
    for edit in of_variant:
        if edit.path[0] == "functional_units":
            tree = put(tree, edit.path, edit.value)
    of_unit = _unit_edits(tree, case, {edit.path: edit.address for edit in of_variant})
    _refuse_clashes(tree, of_unit, of_variant, case)
    addresses: dict[Path, str] = {}
    for edit in (*of_unit, *(edit for edit in of_variant if edit.path[0] != "functional_units")):
        tree = put(tree, edit.path, edit.value)
        addresses[edit.path] = edit.address
    addresses |= {edit.path: edit.address for edit in of_variant if edit.path[0] == "functional_units"}
    return _only(tree, case), addresses


def _variant_edits(tree: Located, case: Case) -> list[Edit]:
    if case.variant is None:
        return []
    given = find(tree, ("variants", case.variant, "with"))
    found = [] if given is None else edits(given, f"variants.{case.variant}.with", _visible(tree), may_add)
    hint = f"a variant changes functional_units and blocks: {', '.join(blocks.BLOCKS)}"
    fixed = [
        Problem(f"a variant cannot change {e.path[0]}", (e.value.key_span,), hint) for e in found if e.path[0] in FIXED
    ]
    if fixed:
        raise Problems(fixed)
    return found


def misdirected(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with the paths of the variants, whether or not one of them is asked for."""
    for variant in scenario.variants:
        try:
            _variant_edits(scenario.tree, Case("", variant))
        except Problems as found:
            yield from found.problems


def _visible(tree: Located) -> Located:
    """The tree in which each functional unit has the blocks that it may set, for paths to lead into."""
    units = entries(tree)["functional_units"]
    known = {key: at for key, at in entries(tree).items() if key in OVERLAID}
    every = {name: merged(at.with_value(known), at) for name, at in entries(units).items()}
    return put(tree, ("functional_units",), units.with_value(every))


def _unit_edits(tree: Located, case: Case, of_variant: dict[Path, str]) -> list[Edit]:
    """What the functional unit sets; a variant may have written some of it, `of_variant` says where."""
    unit = find(tree, ("functional_units", case.functional_unit))
    if unit is None or not isinstance(unit.value, dict):
        return []
    address = f"functional_units.{case.functional_unit}"
    above = ("functional_units", case.functional_unit)
    return [
        edit._replace(address=of_variant.get((*above, *edit.path), edit.address))
        for block in unit.value
        if block in OVERLAID
        for edit in leaves(unit.value[block], (block,), f"{address}.{block}")
    ]


def _refuse_clashes(tree: Located, of_unit: list[Edit], of_variant: list[Edit], case: Case) -> None:
    if case.variant is None:
        return
    allowed = find(tree, ("variants", case.variant, "over"))
    if allowed is not None and allowed.value == "true":
        return
    hint = f"write `over: true` in variants.{case.variant} if the variant is to win"
    problems = [
        Problem(
            f"variant {case.variant} and {case.functional_unit} both set {joined(a.path)}",
            (b.value.key_span, a.value.key_span),
            hint,
        )
        for a, b in clashes(of_unit, of_variant)
    ]
    if problems:
        raise Problems(problems)


def _only(tree: Located, case: Case) -> Located:
    """The tree as this case sees it: its own functional unit alone, without what belongs to no case."""
    children = _without(tree, FIXED)
    units = children["functional_units"]
    own = entries(units)[case.functional_unit]
    if isinstance(own.value, dict):
        own = own.with_value(_without(own, OVERLAID))
    children["functional_units"] = units.with_value({case.functional_unit: own})
    return tree.with_value(children)


def may_add(path: Path) -> bool:
    """Whether the scenario language knows a field at a path that a scenario has not written."""
    here: type[Record] | None = blocks.Study
    named = False
    for part in path:
        if here is None:
            return named
        if named:
            named = False
            continue
        field = here.fields.get(part)
        if field is None:
            return here is blocks.FunctionalUnit and part in blocks.Study.fields
        here, named = _below(field)
    return not named


def _below(field: Field) -> tuple[type[Record] | None, bool]:
    """The records under a field, and whether a name of the user's own comes first."""
    if isinstance(field, OneOrEach):
        return field.of, False
    if isinstance(field, Each | Listed):
        return field.of, True
    if isinstance(field, Quantities):
        return None, True
    return getattr(field, "of", None), False


def _unknown(what: str, name: str, known: tuple[str, ...], at: Located | None = None) -> Problem:
    hint = near(name, known, f"{what}s: {', '.join(known[:MOST_LISTED]) or 'none'}")
    return Problem(f"no {what} '{shortened(name)}'", () if at is None else (at.span,), hint)
