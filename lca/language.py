"""The scenario language: all that a file may say, from the declarations and from the blocks that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.blocks import blocks
from lca.inventory import Activity
from lca.model.declarations import About, Expectation, FunctionalUnit, OwnUnits, Site, Variant
from lca.model.fields import Each, Field, Listed, One, OneOrEach, Quantities, Record, Text, held
from lca.model.methods import ByMethod, Method
from lca.model.own import Equipment, OwnFactor
from lca.text.demands import with_demands
from lca.text.documents import Located
from lca.text.inventories import with_inventories
from lca.text.overlay import Path, entries, joined, split
from lca.text.tables import Opened, names_tables

BLOCKS = ("study", "parameters", "methods", "factors", "equipment", "sites", *blocks())
OVERLAID = frozenset(BLOCKS) - {"study"}  # what a functional unit may set for itself


class Study(Record):
    """A scenario with its overlays applied: one functional unit of one variant."""

    study = One(About, "what is assessed, by which criteria and factors", required=True)
    extends = held(Text("another scenario that this one changes"))
    functional_units = Each(FunctionalUnit, "what the impacts are for", required=True)
    units = held(OwnUnits("things of the scenario's own to count in, such as order or student"))
    parameters = Quantities("", "quantities of the scenario's own, for formulas")
    methods = Each(
        Method, "formulas that give what a block does not state, of the scenario's own or changed from a pack's"
    )
    factors = Each(OwnFactor, "factors of the study's own, tried before those of its packs")
    equipment = Each(Equipment, "things described by their parts, to be named wherever a device is")
    sites = Each(Site, "places where servers stand")
    variants = Each(Variant, "what the paper calls scenarios")
    expect = Each(Expectation, "figures that the study should meet")


def _with_blocks(fields: dict[str, Field]) -> dict[str, Field]:
    """The fields of a study, those of the blocks after the sites."""
    made: dict[str, Field] = {}
    for name, field in fields.items():
        made[name] = field
        if name == "sites":
            for key, block in blocks().items():
                made[key] = block.FIELD
                block.FIELD.name = key
    return made


Study.fields = _with_blocks(Study.fields)
FunctionalUnit.overlaid = tuple(name for name in Study.fields if name in OVERLAID)


def records(top: type[Record] = Study) -> Iterator[type[Record]]:
    """A record and all that may stand below it, each once."""
    pending, seen = [top], {top}
    while pending:
        current = pending.pop()
        yield current
        below = {field.of for field in current.fields.values() if isinstance(field, One)}
        pending += below - seen
        seen |= below


def is_known(at: Located, record: type[Record] = Study) -> bool:
    """Whether a text has keys of the language alone, down to where names and quantities are the user's own."""
    if not isinstance(at.value, dict):
        return at.value == ""
    fields = fields_of(record)
    free = issubclass(record, ByMethod) and "method" in at.value  # which takes what keys it likes
    return all(_is_held(fields[key], child) if key in fields else free for key, child in at.value.items())


def _is_held(field: Field, at: Located) -> bool:
    if not isinstance(field, One):
        return True
    if isinstance(field, Listed) and field.table and names_tables(at):
        return True
    below = at.value if isinstance(at.value, list) else [*at.mapping.values()]
    alone = not isinstance(field, Each | Listed) or isinstance(field, OneOrEach)
    several = isinstance(field, Each | Listed) and below and all(is_known(child, field.of) for child in below)
    return bool(several) or (is_known(at, field.of) if alone else not below and not at.value)


def with_tables(tree: Located, table: Opened) -> Located:
    """The tree with what stands in the tables that it names in place of their names. Problems where one is wrong."""
    return with_inventories(with_demands(tree, table), table, tuple(Activity.fields))


class Here(NamedTuple):
    """A place in the language.

    record: what the keys here are fields of; None below quantities. named: a name of the user's own comes next; either:
    it may come, as where a block stands alone or several times. kind: of the field that led here. by_path: the keys are
    paths from the top of the scenario.
    """

    record: type[Record] | None = Study
    named: bool = False
    either: bool = False
    kind: type[Field] | None = None
    by_path: bool = False


TOP, NOWHERE = Here(), Here(None)


def followed(parts: Path, here: Here = TOP) -> tuple[Path, Here]:
    """The parts of a path by the names that fields have now, and where it leads.

    >>> followed(("study", "factors"))[0]
    ('study', 'packs')
    """
    made: list[str] = []
    for part in parts:
        name, here = _step(part, here)
        made.append(name)
    return tuple(made), here


def _step(part: str, here: Here) -> tuple[str, Here]:
    if here.by_path and "." in part:
        now, there = followed(split(part))
        return joined(now), there
    if here.record is None or here.named:
        return part, Here(here.record)
    fields = fields_of(here.record)
    name = part if part in fields else next((now for now, field in fields.items() if part in field.was), part)
    field = fields.get(name)
    if field is None:
        return part, Here(here.record) if here.either else NOWHERE
    if field.by_path:
        return name, TOP._replace(by_path=True)
    record, named = _below(field)
    return name, Here(record, named and record is not None, isinstance(field, OneOrEach), type(field))


def fields_of(record: type[Record]) -> dict[str, Field]:
    """The fields of a record; a functional unit has those of the blocks that it may set for itself."""
    return {**(Study.fields if record is FunctionalUnit else {}), **record.fields}


def may_add(tree: Located, path: Path) -> bool:
    """Whether the scenario language knows a field at a path that a scenario has not written, or a method takes it."""
    here: type[Record] | None = Study
    named = either = False
    for depth, part in enumerate(path, 1):
        if here is None:
            return named
        if named or (either and part not in here.fields and depth < len(path)):
            named = either = False
            continue
        field = here.fields.get(part)
        if field is None and issubclass(here, ByMethod):
            return part in taken(tree)
        if field is None:
            return part in fields_of(here)
        either = isinstance(field, OneOrEach)
        here, named = _below(field)
    return not named


def taken(tree: Located) -> set[str]:
    """What the methods of a scenario take of blocks: keys that a block which names one of them may have."""
    every = entries(entries(tree).get("methods")).values()
    return {name for method in every for name in entries(entries(method).get("takes"))}


def _below(field: Field) -> tuple[type[Record] | None, bool]:
    """The records under a field, and whether a name of the user's own has to come first."""
    if isinstance(field, OneOrEach):
        return field.of, False
    if isinstance(field, Each | Listed):
        return field.of, True
    if isinstance(field, Quantities):
        return None, True
    return getattr(field, "of", None), False
