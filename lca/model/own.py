"""What a study states itself in place of packs: factors, and equipment by its parts.

A factor is a row whose value is a quantity of the scenario; it is tried before those of the packs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lca.citations import Origin
from lca.graph import Node
from lca.model.fields import Impacts, Quantities, Record, Text, Words, Year
from lca.model.methods import ByMethod
from lca.model.reader import Broken
from lca.model.terms import NOTE, STAGES, overlap
from lca.problems import Problem
from lca.text.overlay import Path, entries

USED = "electricity"  # what has its impacts by being used
DEEPEST = 8  # equipment inside one another
MOST_PARTS = 1_000  # of one piece of equipment, those of its parts included


class OwnFactor(Record):
    """The impacts of a unit of an item, as the study itself states them; they are tried before the packs."""

    item_ = Text("what it is for; the name where absent")
    stage = Text("the life-cycle stage; use for electricity, embodied for all else where absent", choices=STAGES)
    region = Text("the region that it holds for, of the packs or of the study's own; every region where absent")
    year = Year("the year that it is of")
    impacts = Impacts("the impacts of a unit of it, by criterion, as GWP: 57 gCO2eq/kWh", required=True)
    note = Words(NOTE)

    def item(self) -> str:
        return str(self.item_) or self.name

    def of_stage(self) -> str:
        """Its stage."""
        return str(self.stage) or ("use" if self.item() == USED else "embodied")


class OwnRow:
    """An own factor by one criterion, with what a row of a pack has."""

    pack = ""
    columns = ("item", "stage", "region", "year", "criterion")

    def __init__(self, record: OwnFactor, criterion: str, node: Node) -> None:
        self.record, self.criterion, self.node = record, criterion, node
        self.stage = record.of_stage()

    def __getitem__(self, column: str) -> str:
        known = {"item": self.record.item(), "stage": self.stage, "criterion": self.criterion}
        return known[column] if column in known else str(getattr(self.record, column))

    @property
    def year(self) -> int:
        return int(self["year"] or 0)

    @property
    def path(self) -> Path:
        """Where its value stands."""
        return (*self.record.path, "impacts", self.criterion)

    @property
    def origin(self) -> Origin:
        return Origin("", self["item"], self.criterion, self.stage, self["region"], self["year"], "")

    @property
    def key(self) -> tuple[str, ...]:
        """What no other factor may be for."""
        return tuple(self[column] for column in ("item", "region", "year", "criterion"))


class OwnRows(NamedTuple):
    """The rows of a study's own factors; not `complete` where one of them is wrong, which has been said."""

    rows: tuple[OwnRow, ...]
    complete: bool


def own_rows(factors: dict[str, OwnFactor], written: int) -> OwnRows:
    """The rows of factors, of which so many are written."""
    rows: list[OwnRow] = []
    complete = len(factors) == written
    for record in factors.values():
        try:
            made = [OwnRow(record, key, node) for key, node in record.impacts.items()]
            rows += [row for row in made if row.key]  # which reads all that says what it is for
        except Broken:
            complete = False
    return OwnRows(tuple(rows), complete)


def repeated(rows: Iterable[OwnRow]) -> Iterator[Problem]:
    """Two factors for one thing: of one stage, or one of a whole and one of a part of it."""
    first: dict[tuple[str, ...], list[OwnRow]] = {}
    for row in rows:
        for other in first.setdefault(row.key, []):
            if overlap(other.stage, row.stage):
                region = f" in {row['region']}" if row["region"] else ""
                message = f"two factors for {row['item']} by {row.criterion} ({_stages(other, row)}{region})"
                hint = "keep one, or say of each which region, year or stage it is for"
                yield Problem(message, (row.record.span, other.record.span), hint)
        first[row.key].append(row)


def _stages(one: OwnRow, other: OwnRow) -> str:
    return " and ".join(dict.fromkeys((one.stage, other.stage)))


class Equipment(ByMethod):
    """A thing described by what one of it is made of: amounts of items, which may be equipment themselves."""

    parts = Quantities("", "how much of each item is in one of it, as our-gpu: 8 GPU", required=True, low=0)
    note = Words(NOTE)


def in_circles(equipment: dict[str, Equipment]) -> Iterator[Problem]:
    """Equipment that is made of itself, is too deep, or has too many parts: each with the way out."""
    counts: dict[str, int] = {}
    for name in equipment:
        yield from _measured(equipment, (name,), counts)


def _measured(equipment: dict[str, Equipment], chain: Path, counts: dict[str, int]) -> Iterator[Problem]:
    """Count the parts of the last of a chain, and of what they are made of."""
    name = chain[-1]
    if name in counts:
        return
    counts[name] = 1
    for part in entries(entries(equipment[name].tree).get("parts")) if name in equipment else ():
        if part in chain:
            circle = " -> ".join((*chain[chain.index(part) :], part))
            yield Problem(f"equipment is made of itself: {circle}", (equipment[name].span,), "take one of them out")
        elif len(chain) > DEEPEST:
            hint = f"at most {DEEPEST} inside one another"
            yield Problem(f"equipment is too deep: {' -> '.join(chain)}", (equipment[name].span,), hint)
        else:
            yield from _measured(equipment, (*chain, part), counts)
            counts[name] += counts.get(part, 1)
    if counts[name] > MOST_PARTS:
        hint = f"at most {MOST_PARTS:,}, those of its parts included: describe less of it"
        yield Problem(f"{name} has too many parts", (equipment[name].span,), hint)
        counts[name] = 1
