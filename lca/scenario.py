"""A scenario and its cases: each functional unit in the base case and in each variant, with overlays applied.

Order of the overlays: extends < base < functional unit < variant. Where a functional unit and a variant set one path,
the variant has to say `over: true`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import PurePath
from typing import Any, cast

from lca.language import BLOCKS, OVERLAID, Study, may_add
from lca.model import years
from lca.model.case import Case, CaseKey
from lca.model.criteria import Criterion, key_of
from lca.model.declarations import About
from lca.model.fields import title_at
from lca.model.ledger import Ledger
from lca.model.packs import Factors
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.text.documents import Located
from lca.text.overlay import (
    Edit,
    Path,
    clashes,
    edits,
    entries,
    find,
    items,
    joined,
    keyed,
    leaves,
    merged,
    put,
    split,
)

FIXED = frozenset({"variants", "expect", "extends"})  # what is the same in every case
OF_NO_SUM = frozenset({"demand", "year", "years", "rates"})  # what a functional unit of others does not have
RESERVED = ("base", "all")  # what a command line calls cases
OF_STUDY = ("criteria", "proxies", "not_assessed", "indirect")  # where a study names criteria, besides what it expects
WITH_IMPACTS, IMPACTS = ("factors", "functional_units", "variants"), "impacts"  # criteria as keys
NAMING = ("criteria", "criterion", "from")  # keys whose values are criteria there
MOST_LISTED = 12  # names that a message lists
MOST_PARTS = 1_000  # functional units that one adds up
DEEPEST_SUM = 8  # sums of sums


def several(names: Any) -> tuple[Any, ...]:
    """Names that a caller gives, in a list or alone: a bare text, or a bare path, is that one name.

    >>> several("FU1"), several(["FU1", "FU2"]), several(())
    (('FU1',), ('FU1', 'FU2'), ())
    """
    if names is None:
        return ()
    if isinstance(names, str | PurePath):
        return (names,)
    each = tuple(names) if hasattr(names, "__iter__") else (names,)
    if wrong := [name for name in each if not isinstance(name, str | PurePath | None)]:
        message = f"a name is a text, and no {type(wrong[0]).__name__}: {shortened(repr(wrong[0]))}"
        raise Misnamed([Problem(message, (), "a name, or a list of names")])
    return each


class Scenario:
    """A scenario's text with everything it extends, and what it names."""

    def __init__(self, name: str, tree: Located) -> None:
        self.name, self.tree = name, tree
        self._units = entries(find(tree, ("functional_units",)))
        self._years = {unit: span for unit, at in self._units.items() if (span := years.of_unit(at)) is not None}
        self._in_year = {years.name(unit, year): (unit, year) for unit, of in self._years.items() for year in of.each}
        self.functional_units = tuple(name for unit in self._units for name in (*self.years_of(unit).values(), unit))
        self.variants = tuple(entries(find(tree, ("variants",))))
        self._edits: dict[str, list[Edit]] = {}

    @cached_property
    def study(self) -> Study:
        """All that it says as written, without the overlays of any case. What is wrong is reported to nobody."""
        study: Any = unbound(self.tree, Ledger({}, Factors((), {}, {}, complete=False))).study
        return cast("Study", study)

    @property
    def about(self) -> About:
        """What the study is about: title, criteria, gaps, proxies. Broken where it says nothing."""
        about: About = self.study.need("study")
        return about

    def label(self, variant: str | None) -> str:
        """What a variant is called, or the base case."""
        if variant is None:
            return str(self.about.base or RESERVED[0])
        return str(self.study.variants[variant].title or variant)

    def cases(self, functional_units: Iterable[str] = (), variants: Iterable[str | None] = (None,)) -> list[CaseKey]:
        """The cases asked for, functional unit by functional unit. Problems where a name does not exist.

        A bare name is that one. Of variants `base` is the case without one, as None is, and `all` is every case.
        """
        units = (_meant(name, self.functional_units) for name in several(functional_units))
        wanted = tuple(dict.fromkeys(units)) or self.functional_units
        chosen = self.variants_named(variants)
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
            raise Misnamed(problems)
        return [CaseKey(unit, name) for unit in wanted for name in chosen]

    def variants_named(self, names: str | Iterable[str | None] | None) -> tuple[str | None, ...]:
        """The variants that names mean, each once: `base` or None is the case without one, `all` is every case."""
        given: tuple[str | None, ...] = (None,) if names is None else several(names)
        every = (None, *self.variants)
        known = {"all": every, "base": (None,)}
        written = [name if name is None else _meant(name, (*self.variants, *RESERVED)) for name in given]
        meant = [known.get(name or "base", (name,)) if name not in self.variants else (name,) for name in written]
        return tuple(dict.fromkeys(name for each in meant for name in each))

    def parts(self, functional_unit: str, of: Path = ()) -> tuple[str, ...]:
        """The functional units that one adds up, to the last; itself where it is no sum.

        Problems where one does not exist, or adds itself up.
        """
        given = find(self.tree, ("functional_units", functional_unit, "sum_of"))
        if given is None:
            return tuple(self.years_of(functional_unit).values()) or (functional_unit,)
        chain = (*of, functional_unit)
        summands: list[str] = []
        for item in items(given):
            if not isinstance(item.value, str):
                hint = "name functional units, as in sum_of: [FU1, FU2]"
                raise Problems([Problem(f"the sum_of of {functional_unit} is a list of names", (item.span,), hint)])
            name = item.value
            if name not in self.functional_units:
                raise Problems([_unknown("functional unit", name, self.functional_units, item)])
            if name in chain:
                hint = "take one of them out"
                raise Problems([Problem(f"{name} adds itself up: {' -> '.join((*chain, name))}", (item.span,), hint)])
            if len(chain) >= DEEPEST_SUM or len(summands) >= MOST_PARTS:
                hint = f"at most {MOST_PARTS:,}, and sums inside one another at most {DEEPEST_SUM} deep"
                raise Problems([Problem(f"{functional_unit} adds up too many", (item.span,), hint)])
            summands += self.parts(name, chain)
        return tuple(summands)

    def written(self, functional_unit: str) -> str:
        """Under which name a functional unit is written: that of one of its years under that of them all."""
        return self.year_of(functional_unit)[0]

    def years_of(self, functional_unit: str) -> dict[str, str]:
        """What a functional unit is called in each of its years, by year; nothing where it has none."""
        span = self._years.get(functional_unit)
        return {} if span is None else {year: years.name(functional_unit, year) for year in span.each}

    def year_of(self, functional_unit: str) -> tuple[str, str]:
        """Which year of which functional unit a name is of; the year is empty where it is of none."""
        return self._in_year.get(functional_unit, (functional_unit, ""))

    def in_year(self, functional_unit: str) -> Located:
        """What is written of a functional unit, in the year that its name says."""
        unit, year = self.year_of(functional_unit)
        return years.in_year(self._units[unit], year) if year else self._units[unit]

    def edits(self, variant: str | None) -> list[Edit]:
        """What a variant sets, read once; nothing of the base case. Problems where a path leads nowhere."""
        if variant is None:
            return []
        if variant not in self._edits:
            self._edits[variant] = _variant_edits(self.tree, variant, self._visible)
        return self._edits[variant]

    @cached_property
    def _visible(self) -> Located:
        """The tree in which each functional unit has the blocks that it may set, for paths to lead into."""
        units = entries(self.tree)["functional_units"]
        known = {key: at for key, at in entries(self.tree).items() if key in OVERLAID}
        every = {name: merged(at.with_value(known), at) for name, at in entries(units).items()}
        return put(self.tree, ("functional_units",), units.with_value(every))

    @cached_property
    def is_by_both(self) -> bool:
        """Whether a site, in any case, says what its electricity is bought as: results are then by both bases.

        Problems where a variant sets a path that leads nowhere.
        """
        units = entries(find(self.tree, ("functional_units",))).values()
        sites = [site for at in (self.tree, *units) for site in entries(find(at, ("sites",))).values()]
        edits = [edit for variant in self.variants for edit in self.edits(variant) if "sites" in edit.path]
        said = any("supply" in entries(site) for site in sites)
        return said or any("supply" in edit.path or keyed(edit.value, "supply") for edit in edits)

    def is_sum(self, functional_unit: str) -> bool:
        """Whether a functional unit adds up others."""
        return find(self.tree, ("functional_units", functional_unit, "sum_of")) is not None

    def title(self, functional_unit: str) -> str:
        """What a functional unit is in words; nothing more than its name in one of its years."""
        title = title_at(find(self.tree, ("functional_units", functional_unit, "title")))
        span = self._years.get(functional_unit)
        return title if span is None else f"{title}, {span}".removeprefix(", ")


def by_keys(tree: Located, known: Mapping[str, Criterion]) -> Located:
    """The tree with its criteria named by their keys, where it names them by their labels, or in another case."""
    below = {"study": tuple(OF_STUDY), "expect": ()}
    children = {name: _by_keys(at, known, below[name]) if name in below else at for name, at in entries(tree).items()}
    children |= {name: _impacts_by_keys(at, known) for name, at in children.items() if name in WITH_IMPACTS}
    return tree.with_value(children)


def _impacts_by_keys(at: Located, known: Mapping[str, Criterion], above: str = "") -> Located:
    """The same for keys that are criteria: those of `impacts`, and the last part of a path that leads to one."""
    children: dict[str, Located] = {}
    for name, child in entries(at).items():
        *before, last = split(name) or (name,)
        found = key_of(known, last) if (before or [above])[-1] == IMPACTS else ""
        key = joined((*before, found)) if found and before else found or name
        if key in children:
            spans = (child.key_span, children[key].key_span)
            raise Problems([Problem(f"{key} is stated twice", spans, "keep one of the two")])
        children[key] = _impacts_by_keys(child, known, last)
    return at.with_value(children) if children else at


def _by_keys(at: Located, known: Mapping[str, Criterion], only: Iterable[str] = (), key: str = "") -> Located:
    if isinstance(at.value, str):
        found = key_of(known, at.value) if key in NAMING else ""
        return at.with_value(found) if found else at
    if isinstance(at.value, list):
        return at.with_value([_by_keys(each, known, (), key) for each in at.value])
    children = {name: _by_keys(child, known, (), name) for name, child in at.value.items() if not only or name in only}
    return at.with_value({**at.value, **children})


def scenario(tree: Located, name: str) -> Scenario:
    """The scenario of a tree."""
    units = find(tree, ("functional_units",))
    if not entries(units):
        hint = "say what the impacts are for, as in functional_units: {FU1: {demand: {prompts: 1 prompt}}}"
        raise Problems([Problem("the scenario has no functional unit", ((units or tree).span,), hint)])
    made = Scenario(name, tree)
    problems = [*_wrong_years(made, entries(units))]
    if problems:
        raise Problems(problems)
    return made


def _wrong_years(scenario: Scenario, written: dict[str, Located]) -> Iterator[Problem]:
    """Functional units of a year and years, those called as a year of another, and too many years in all."""
    if len(scenario.functional_units) - len(written) > MOST_PARTS:
        spans = tuple(at.key_span for at in written.values() if "years" in entries(at))[:MOST_LISTED]
        yield Problem(f"more than {MOST_PARTS:,} years of functional units in all", spans, "end some of them earlier")
    for name, at in written.items():
        one, several = entries(at).get("year"), entries(at).get("years")
        if one is not None and several is not None:
            hint = "take one of them out: years holds each year, and all of them together"
            yield Problem(f"{name} has a year and years", (one.key_span, several.key_span), hint)
        unit = scenario.written(name)
        if unit != name:
            spans = (at.key_span, written[unit].key_span)
            yield Problem(f"{name} is what {unit} is called in a year of it", spans, "give it another name")


def bound(scenario: Scenario, ledger: Ledger, keys: Iterable[CaseKey]) -> list[Case]:
    """The bound cases; what is wrong with them is in the ledger."""
    return [case for key in keys if (case := _bound(scenario, ledger, key)) is not None]


def check_declarations(scenario: Scenario, ledger: Ledger) -> None:
    """Report what is wrong with variants, and with functional units that add up others."""
    sums = {name: at for name, at in entries(scenario.tree)["functional_units"].value.items() if scenario.is_sum(name)}  # type: ignore[union-attr]
    for name, at in sums.items():
        for key, child in entries(at).items():
            if key in OVERLAID or key in OF_NO_SUM:
                message = f"{name} adds up others and has a {key} of its own"
                ledger.report(Problem(message, (child.key_span,), f"take {key} or sum_of away"))
    plain = {name: at.with_value(_without(at, OVERLAID | OF_NO_SUM)) for name, at in sums.items()}
    declared = {key: at for key, at in entries(scenario.tree).items() if key == "variants"}
    for name, at in entries(declared.get("variants")).items():
        if name in RESERVED:
            hint = "give it another name: `base` is the case without a variant, `all` is every case"
            ledger.report(Problem(f"a variant cannot be called {name}", (at.key_span,), hint))
    declared["functional_units"] = entries(scenario.tree)["functional_units"].with_value(plain)
    study = unbound(scenario.tree.with_value(declared), ledger).study
    for key in declared if plain else ("variants",):
        study.check_field(key, study.fields[key])


def _without(at: Located, keys: frozenset[str]) -> dict[str, Located]:
    return {key: child for key, child in entries(at).items() if key not in keys}


def unbound(tree: Located, ledger: Ledger) -> Case:
    """A tree as it is written, without the overlays of any case."""
    return Case(Study, ledger, tree, CaseKey("", None), {})


def _bound(scenario: Scenario, ledger: Ledger, key: CaseKey) -> Case | None:
    try:
        tree, addresses = overlaid(scenario, key)
    except Problems as wrong:
        ledger.report(*wrong.problems)
        return None
    return Case(Study, ledger, tree, key, addresses)


def overlaid(scenario: Scenario, case: CaseKey) -> tuple[Located, dict[Path, str]]:
    """The tree of a case, and where the values are written that an overlay has set."""
    unit = scenario.written(case.functional_unit)
    of_variant = [edit for edit in scenario.edits(case.variant) if _is_of(edit, unit)]
    tree = _alone(scenario.tree, unit, scenario.in_year(case.functional_unit))
    for edit in of_variant:
        if edit.path[0] == "functional_units":
            tree = put(tree, edit.path, edit.value)
    of_unit = _unit_edits(tree, unit, {edit.path: edit.address for edit in of_variant})
    _refuse_clashes(tree, of_unit, of_variant, case._replace(functional_unit=unit))
    addresses: dict[Path, str] = {}
    for edit in (*of_unit, *(edit for edit in of_variant if edit.path[0] != "functional_units")):
        tree = put(tree, edit.path, edit.value)
        addresses[edit.path] = edit.address
    addresses |= {edit.path: edit.address for edit in of_variant if edit.path[0] == "functional_units"}
    return _only(tree, unit), addresses


def _is_of(edit: Edit, functional_unit: str) -> bool:
    """Whether an edit changes a case of a functional unit: what it sets of another one does not."""
    return edit.path[0] != "functional_units" or edit.path[1:2] in ((), (functional_unit,))


def _alone(tree: Located, functional_unit: str, at: Located) -> Located:
    """The tree without the other functional units."""
    units = entries(tree)["functional_units"].with_value({functional_unit: at})
    return tree.with_value({**entries(tree), "functional_units": units})


def _variant_edits(tree: Located, variant: str, visible: Located) -> list[Edit]:
    given = find(tree, ("variants", variant, "with"))
    made = [] if given is None else edits(given, f"variants.{variant}.with", visible, partial(may_add, tree))
    hint = f"a variant changes functional_units and blocks: {', '.join(block for block in BLOCKS if block in OVERLAID)}"
    wrong = [
        Problem(f"a variant cannot change {e.path[0]}", (e.value.key_span,), hint)
        for e in made
        if e.path[0] in FIXED | {"study", "units"}
    ]
    wrong += [_of_a_sum(edit) for edit in made if _is_of_a_sum(edit, tree)]
    wrong += [_of_years(edit) for edit in made if _is_of_years(edit, tree)]
    if wrong:
        raise Problems(wrong)
    return made


def _is_of_a_sum(edit: Edit, tree: Located) -> bool:
    """Whether an edit concerns what a functional unit adds up, or one that adds up others; words may change."""
    if edit.path[0] != "functional_units" or len(edit.path) < 3:
        return False
    unit = find(tree, edit.path[:2])
    return edit.path[2] == "sum_of" or ("sum_of" in entries(unit) and edit.path[2] not in ("title", "note"))


def _of_a_sum(edit: Edit) -> Problem:
    hint = "add another functional unit that sums others, or change those that are summed"
    return Problem(f"a variant cannot change {joined(edit.path)}, of a sum", (edit.value.key_span,), hint)


def _is_of_years(edit: Edit, tree: Located) -> bool:
    """Whether an edit concerns the years that a functional unit goes over: they are the same in every variant."""
    path = edit.path
    if path[0] != "functional_units" or len(path) < 3:
        return False
    return path[2] == "years" or (path[2] == "year" and "years" in entries(find(tree, path[:2])))


def _of_years(edit: Edit) -> Problem:
    hint = "years are the same in every variant: write another functional unit with years of its own"
    return Problem(f"a variant cannot change {joined(edit.path)}, of years", (edit.value.key_span,), hint)


def misdirected(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with the paths of the variants, whether or not one of them is asked for."""
    for variant in scenario.variants:
        try:
            scenario.edits(variant)
        except Problems as raised:
            yield from raised.problems


def _unit_edits(tree: Located, name: str, of_variant: dict[Path, str]) -> list[Edit]:
    """What the functional unit sets; a variant may have written some of it, `of_variant` says where."""
    above = ("functional_units", name)
    unit = find(tree, above)
    if unit is None or not isinstance(unit.value, dict):
        return []
    address = f"functional_units.{name}"
    return [
        edit._replace(address=of_variant.get((*above, *edit.path), edit.address))
        for block in unit.value
        if block in OVERLAID
        for edit in leaves(unit.value[block], (block,), f"{address}.{block}")
    ]


def _refuse_clashes(tree: Located, of_unit: list[Edit], of_variant: list[Edit], case: CaseKey) -> None:
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


def _only(tree: Located, functional_unit: str) -> Located:
    """The tree as this case sees it: without what belongs to no case, or is in its blocks now."""
    children = _without(tree, FIXED)
    units = children["functional_units"]
    own = entries(units)[functional_unit]
    if isinstance(own.value, dict):
        own = own.with_value(_without(own, OVERLAID))
    children["functional_units"] = units.with_value({functional_unit: own})
    return tree.with_value(children)


def _meant(name: str, known: tuple[str, ...]) -> str:
    """The one of some names that is written so, else the only one that is but for upper and lower case."""
    alike = [own for own in known if own.casefold() == name.casefold()]
    return alike[0] if name not in known and len(alike) == 1 else name


def _unknown(what: str, name: str, known: tuple[str, ...], at: Located | None = None) -> Problem:
    hint = near(name, known, f"{what}s: {', '.join(known[:MOST_LISTED]) or 'none'}")
    return Problem(f"no {what} '{shortened(name)}'", () if at is None else (at.span,), hint)
