"""By the GHG Protocol: who is taken to control what, and what the scopes of a result do not tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.model.case import CaseKey
from lca.model.fields import Record
from lca.model.terms import CONTROL
from lca.result import Result
from lca.rules.ghg_scope import COUNTED_IN, DEFAULT, NONE, named
from lca.spoken import N_, _, told
from lca.text.overlay import joined

TIERS = {"terminals": "terminals", "network": "network", "sites": "data centre"}  # of the blocks that state it
WHOLE = N_(
    "scope 2 holds all that its factors of electricity hold; what these have of the upstream of fuels and of losses in "
    "grids is category 3, which is not told apart"
)
OUTSIDE = N_("no category holds the making of what others have (Scope 3 Standard, Table 5.4)")
INDIRECT = N_("what others' terminals and networks take is indirect use: category 11 leaves it to who reports")


class Controlled(NamedTuple):
    """A part of the service, who controls it, and whether the scenario says so."""

    path: str
    control: str
    is_stated: bool


def is_by_scope(result: Result, criterion: str) -> bool:
    """Whether a criterion is of the protocol."""
    return result.model.factors.criteria[criterion].space.suffix == COUNTED_IN


def controlled(result: Result) -> list[Controlled]:
    """The sites, terminals and networks of the cases, and who controls each."""
    scenario = result.model.scenario
    keys = (CaseKey(unit, key.variant) for key in result.model.cases for unit in scenario.parts(key.functional_unit))
    found = (_of(record, name) for key in keys for name, record in _records(result, key))
    return list(dict.fromkeys(found))


def _records(result: Result, key: CaseKey) -> Iterator[tuple[str, Record]]:
    case = result.model.read[key]
    for name in TIERS:
        block = case.block(name)
        records = block.values() if isinstance(block, dict) else [block]
        yield from ((name, record) for record in records if record is not None)


def _of(record: Record, name: str) -> Controlled:
    said = record.get(record.fields[CONTROL])
    return Controlled(joined(record.path), said or DEFAULT[TIERS[name]], bool(said))


def said(result: Result) -> Iterator[str]:
    """In words: who controls what, what is not told apart, and which criteria are not of the protocol."""
    parts = controlled(result)
    for stated in (True, False):
        words = [f"{part.path} {_(part.control)}" for part in parts if part.is_stated is stated]
        if words and stated:
            yield ", ".join(words)
        elif words:
            yield _("{parts}, by default: no control is stated", parts=", ".join(words))
    places = {(line.ghg_scope, line.ghg_category) for line in result.model.lines}
    yield from (
        _(text) for place, text in ((named("2"), WHOLE), (NONE, OUTSIDE), (named("3.11"), INDIRECT)) if place in places
    )
    others = [told(criterion.label) for criterion in result.criteria if not is_by_scope(result, criterion.key)]
    if others:
        yield _("{criteria}: not of the protocol", criteria=", ".join(others))
