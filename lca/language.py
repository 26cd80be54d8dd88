"""The scenario language: all that a file may say, from the declarations and from the blocks that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.blocks import blocks
from lca.model.declarations import About, Expectation, FunctionalUnit, OwnUnits, Site, Variant
from lca.model.fields import Each, Field, Listed, One, OneOrEach, Quantities, Record, Text, held
from lca.model.methods import ByMethod, Method
from lca.problems import Problem
from lca.text.documents import Located
from lca.text.overlay import Path, entries, joined

BLOCKS = ("study", "parameters", "methods", "sites", *blocks())
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
    fields = {**(Study.fields if record is FunctionalUnit else {}), **record.fields}
    free = issubclass(record, ByMethod) and "method" in at.value  # which takes what keys it likes
    return all(_is_held(fields[key], child) if key in fields else free for key, child in at.value.items())


def _is_held(field: Field, at: Located) -> bool:
    if not isinstance(field, One):
        return True
    below = at.value if isinstance(at.value, list) else [*at.mapping.values()]
    alone = not isinstance(field, Each | Listed) or isinstance(field, OneOrEach)
    several = isinstance(field, Each | Listed) and below and all(is_known(child, field.of) for child in below)
    return bool(several) or (is_known(at, field.of) if alone else not below and not at.value)


class Renamed(NamedTuple):
    """A key of a scenario that is called otherwise now: its place, its path as it is written, and its name now."""

    at: Located
    path: Path
    name: str

    @property
    def problem(self) -> Problem:
        hint = "write the new name, or let `lca upgrade FILE` rewrite the file"
        return Problem(f"{joined(self.path)} is called {self.name} now", (self.at.key_span,), hint)


def renamed(tree: Located, record: type[Record] = Study, path: Path = ()) -> Iterator[Renamed]:
    """The keys of a scenario that had their name before a field was renamed, at any depth."""
    fields = {**(Study.fields if record is FunctionalUnit else {}), **record.fields}
    for key, child in entries(tree).items():
        name = key if key in fields else record.called(key)
        if name != key:
            yield Renamed(child, (*path, key), name)
        for below, at in _under(fields.get(name), child):
            yield from renamed(at, fields[name].of, (*path, key, *below))  # type: ignore[attr-defined]


def _under(field: Field | None, at: Located) -> Iterator[tuple[Path, Located]]:
    """The records that stand under a field, each with the names of the user's own that lead to it."""
    if not isinstance(field, One):
        return
    known = {*field.of.fields} | {name for each in field.of.fields.values() for name in each.was}
    alone = not isinstance(field, Each | Listed) or (isinstance(field, OneOrEach) and known & {*entries(at)})
    if alone:
        yield (), at
    else:
        yield from (((name,), child) for name, child in entries(at).items())
        yield from (((), child) for child in (at.value if isinstance(at.value, list) else ()))


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
            return here is FunctionalUnit and part in Study.fields
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
