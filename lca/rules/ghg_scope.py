"""Scopes of the GHG Protocol: where a line of a result stands in the inventory of the organisation that reports.

Corporate Accounting and Reporting Standard (2004), chapter 4: scope 1 is what sources emit that the reporter owns or
controls, scope 2 the generation of the electricity that it purchases and consumes, scope 3 all else of its value chain.
Corporate Value Chain (Scope 3) Standard (2011), Table 5.4, has fifteen categories of it, with what each has to hold at
least. So a scope hangs on who controls a thing, which sites, terminals, networks and free lines state as `control`:

- `own`: owned or operated. Its electricity is scope 2. Making it is category 2, moving it there 4, its end of life as
  waste of the reporter 5, what else it takes in use (water) 1.
- `rented`: an asset of others in the reporter's use that is in no scope 1 or 2 of it: category 8. The making of it is
  optional there.
- `let`: an asset of the reporter in the use of others: category 13 while it is used, as `own` before and after.
- `sold`: category 1 before it is sold, 9 on its way to the buyer, 11 while it is used, 12 at its end.
- `purchased`: a service of others, cloud or carriage of data or a model trained by others: category 1, cradle to gate.
- `others`: what those who use the service have themselves. Electricity that the service makes it take is category 11:
  indirect emissions in use, which the standard leaves to the reporter. The making of it is in no category.

By default the reporter provides the service, on what it purchases: terminals and networks are of `others`, and a data
centre is `purchased`. A free line may state its category itself, as the fuel of a generator (1) or a journey (3.6).

Two things cannot be told apart by factors as packs have them: factors of electricity over the life cycle hold, in scope
2, the upstream of fuels and the losses of grids, which are category 3; and one figure for all stages but use counts as
making, one for all stages as use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lca.model.fields import Record
from lca.model.flow import Flow
from lca.model.terms import CATEGORIES, CONTROL, CONTROLS
from lca.spoken import N_

COUNTED_IN = "CO2eq"  # what criteria that are of the protocol end their unit in
ELECTRICITY = "electricity"
MAKING, TRANSPORT, END, ALL = ("manufacture", "embodied"), "distribution", "end of life", "all"


class Place(NamedTuple):
    """A scope and, within it, the category or what it is of."""

    scope: str
    category: str


NONE = Place("no scope", N_("making of what others have"))
NOT_OF_IT = Place("not of the protocol", N_("other criteria"))
OWN, RENTED, LET, SOLD, PURCHASED, OTHERS = CONTROLS
USED = {OWN: "3.1", RENTED: "3.8", LET: "3.13", SOLD: "3.11", PURCHASED: "3.1", OTHERS: "3.11"}
MADE = {OWN: "3.2", RENTED: "3.8", LET: "3.2", SOLD: "3.1", PURCHASED: "3.1"}
MOVED = {OWN: "3.4", RENTED: "3.8", LET: "3.4", SOLD: "3.9", PURCHASED: "3.1"}
ENDED = {OWN: "3.5", RENTED: "3.8", LET: "3.5", SOLD: "3.12", PURCHASED: "3.1"}
TAKEN = USED | {OWN: "2"}  # electricity
DEFAULT = {"terminals": OTHERS, "network": OTHERS, "data centre": PURCHASED}  # who sells a service, and rents a cloud


def place(control: str, stage: str, flow: str) -> Place:
    """Where a flow of a life-cycle stage stands, by who controls what takes it.

    >>> place("own", "use", "electricity"), place("others", "embodied", "laptop").scope
    (Place(scope='scope 2', category='purchased electricity'), 'no scope')
    """
    return named(_rule(stage, flow).get(control, ""))


def _rule(stage: str, flow: str) -> Mapping[str, str]:
    if stage in MAKING:
        return MADE
    if stage in (TRANSPORT, END):
        return MOVED if stage == TRANSPORT else ENDED
    return TAKEN if flow == ELECTRICITY and stage != ALL else USED


def named(number: str) -> Place:
    """The scope and category of a number such as 2 or 3.11; none for what is in no scope.

    >>> named("3.11")
    Place(scope='scope 3', category='11 use of sold products')
    """
    if not number:
        return NONE
    scope, _, category = number.partition(".")
    return Place(f"scope {scope}", f"{category} {CATEGORIES[number]}".strip())


def control_of(flow: Flow, sites: Mapping[str, Record]) -> str:
    """Who controls what takes a flow: as its site says, its block, or the free line; by its tier where none does."""
    record: Record | None = flow.origin
    while record is not None:
        field = record.fields.get("site")
        holder = sites.get(record.get(field)) if field is not None else record if CONTROL in record.fields else None
        if holder is not None:
            return holder.get(holder.fields[CONTROL]) or DEFAULT[flow.tier]
        record = record.parent
    return DEFAULT[flow.tier]


def of_flow(flow: Flow, stage: str, sites: Mapping[str, Record]) -> Place:
    """Where a stage of a flow stands: as a free line states itself, else by who controls what takes it."""
    said = flow.origin.fields.get("ghg_category")
    number = flow.origin.get(said) if said is not None else ""
    return named(number) if number else place(control_of(flow, sites), stage, flow.flow)
