"""Names: what a formula's `storage.density` leads to, without reading the quantity that stands there.

A name is a flow of the demand, a parameter, or a path from the top of the scenario.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lca.graph import Node
from lca.model.fields import Mix, Quantities, Quantity, Record
from lca.model.reader import Asked, Broken, Slot
from lca.problems import near
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, joined

MOST_LISTED = 12  # names that a message lists


class Slots(NamedTuple):
    """A mapping from names of the user's own to quantities of one kind."""

    at: Located
    path: Path
    asked: Asked


def resolved(study: Record, functional_unit: str, parts: Path) -> Slot | Node:
    """The quantity that a name leads to. LookupError with the way out; Broken where what it leads through is wrong."""
    here: Any = study
    path = whole(study, functional_unit, parts)
    for depth, part in enumerate(path):
        here = _step(here, part, path[:depth])
    if isinstance(here, Node | Slot):
        return here
    raise LookupError(f"'{joined(parts)}' is no quantity", "name one of its fields after a dot")


def beside(study: Record, mix: Path, asked: Asked) -> list[Slot]:
    """The shares of a mix, whether they are entries of a mapping or a field of each record of one."""
    here: Any = study
    for depth, part in enumerate(mix):
        here = _step(here, part, mix[:depth])
    if isinstance(here, Slots):
        return [Slot(at, (*mix, name), asked) for name, at in entries(here.at).items()]
    records = here.items() if isinstance(here, dict) else ()
    written = {name: entries(record.tree).get(asked.name) for name, record in records}
    return [Slot(at, (*mix, name, asked.name), asked) for name, at in written.items() if at is not None]


def whole(study: Record, functional_unit: str, parts: Path) -> Path:
    """The path from the top of the scenario that a name stands for. LookupError where it stands for none."""
    if not parts:
        raise LookupError("this is not a path", "write the parts between single dots, as in inference.energy")
    if parts[0] == "demand" and len(parts) > 1:
        return ("functional_units", functional_unit, *parts)
    return parts if len(parts) > 1 else _bare(study, functional_unit, parts[0])


def _bare(study: Record, functional_unit: str, name: str) -> Path:
    places: tuple[Path, ...] = (("parameters",), ("functional_units", functional_unit, "demand"))
    homes = {path: entries(find(study.tree, path)) for path in places}
    meant = [(*path, name) for path, known in homes.items() if name in known]
    if len(meant) > 1:
        ways = f"it is both a parameter and a flow of the demand; write parameters.{name} or demand.{name}"
        raise LookupError(f"'{name}' has two meanings", ways)
    if not meant:
        known = sorted({key for keys in homes.values() for key in keys})
        listed = ", ".join(known[:MOST_LISTED]) or "none"
        raise _unknown((name,), near(name, known, f"names here: {listed}; a field of a block is named by its path"))
    return meant[0]


def _step(here: Any, part: str, done: Path) -> Any:
    """One part further down a path of names."""
    if isinstance(here, dict) and "" in here:
        here = here[""]
    if isinstance(here, Record):
        return _field(here, part, done)
    if isinstance(here, Slots):
        return Slot(_entry(entries(here.at), part, done), (*here.path, part), here.asked)
    return _entry(here if isinstance(here, dict) else {}, part, done)


def _field(record: Record, part: str, done: Path) -> Any:
    field = record.fields.get(part)
    if field is None:
        _entry(record.fields, part, done)
        raise Broken
    at, path = entries(record.tree).get(part), (*record.path, part)
    if at is not None and isinstance(field, Quantity):
        return Slot(at, path, field.asked)
    if at is not None and isinstance(field, Quantities | Mix) and isinstance(at.value, dict):
        return Slots(at, path, field.entry().asked)
    value = record.get(field)
    if value is None or value in ("", {}, ()):
        raise _unknown((*done, part), f"{joined(done) or 'the scenario'} does not state '{part}'")
    return value


def _entry(known: Any, part: str, done: Path) -> Any:
    if part in known:
        return known[part]
    where = joined(done) or "the scenario"
    listed = f"{', '.join(list(known)[:MOST_LISTED])}{', …' if len(known) > MOST_LISTED else ''}"
    ways = f"{where} has: {listed}" if known else f"{where} has no parts"
    raise _unknown((*done, part), near(part, known, ways))


def _unknown(parts: Path, ways: str) -> LookupError:
    return LookupError(f"no quantity '{joined(parts)}'", ways)
