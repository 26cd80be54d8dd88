"""Names: what a formula's `storage.density` leads to, without reading the quantity that stands there.

A name is a flow of the demand, a parameter, or a path from the top of the scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from lca.graph import Node
from lca.model.fields import Broken, Mix, Quantities, Quantity, Record
from lca.problems import near
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, joined

if TYPE_CHECKING:
    from lca.model.binding import Scope


MOST_LISTED = 12  # names that a message lists


class Slot:
    """A quantity as it is written, to be read when it is needed: where, under which path, by which field."""

    __slots__ = ("at", "field", "path")

    def __init__(self, at: Located, path: Path, field: Quantity) -> None:
        self.at, self.path, self.field = at, path, field


class Slots(Slot):
    """A mapping from names of the user's own to quantities of one kind."""

    __slots__ = ()


Found: TypeAlias = "Slot | Node"


def found(scope: Scope, parts: Path) -> Found:
    """The quantity of a name. LookupError with the way out where there is none."""
    here: Any = scope.study
    whole = _whole(scope, parts)
    for depth, part in enumerate(whole):
        here = _step(here, part, whole[:depth])
    if isinstance(here, Node) or type(here) is Slot:
        return here
    raise LookupError(f"'{joined(parts)}' is no quantity", "name one of its fields after a dot")


def beside(scope: Scope, mix: Path, field: Quantity) -> list[Slot]:
    """The shares of a mix, whether they are entries of a mapping or a field of each record of one."""
    here: Any = scope.study
    for depth, part in enumerate(mix):
        here = _step(here, part, mix[:depth])
    if isinstance(here, Slots):
        return [Slot(at, (*mix, name), field) for name, at in entries(here.at).items()]
    stated = {name: entries(record.tree).get(field.name) for name, record in here.items()}
    return [Slot(at, (*mix, name, field.name), field) for name, at in stated.items() if at is not None]


def _whole(scope: Scope, parts: Path) -> Path:
    """The path from the top of the scenario."""
    if parts[0] == "demand" and len(parts) > 1:
        return ("functional_units", scope.functional_unit, *parts)
    return parts if len(parts) > 1 else _bare(scope, parts[0])


def _bare(scope: Scope, name: str) -> Path:
    places: tuple[Path, ...] = (("parameters",), ("functional_units", scope.functional_unit, "demand"))
    homes = {path: entries(find(scope.study.tree, path)) for path in places}
    found = [(*path, name) for path, known in homes.items() if name in known]
    if len(found) > 1:
        ways = f"it is both a parameter and a flow of the demand; write parameters.{name} or demand.{name}"
        raise LookupError(f"'{name}' has two meanings", ways)
    if not found:
        known = sorted({key for keys in homes.values() for key in keys})
        listed = ", ".join(known[:MOST_LISTED]) or "none"
        raise _unknown((name,), near(name, known, f"names here: {listed}; a field of a block is named by its path"))
    return found[0]


def _step(here: Any, part: str, done: Path) -> Any:
    """One part further down a path of names."""
    if isinstance(here, dict) and "" in here:
        here = here[""]
    if isinstance(here, Record):
        return _field(here, part, done)
    if isinstance(here, Slots):
        return Slot(_entry(entries(here.at), part, done), (*here.path, part), here.field)
    return _entry(here if isinstance(here, dict) else {}, part, done)


def _field(record: Record, part: str, done: Path) -> Any:
    field = record.fields.get(part)
    if field is None:
        _entry(record.fields, part, done)
        raise Broken
    at, path = entries(record.tree).get(part), (*record.path, part)
    if at is not None and isinstance(field, Quantity):
        return Slot(at, path, field)
    if at is not None and isinstance(field, Quantities | Mix) and isinstance(at.value, dict):
        return Slots(at, path, field.entry())
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
