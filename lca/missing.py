"""Missing factors: what to say where a flow meets none, and the ways out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lca import units
from lca.graph import Node, leaf_spans, mismatch
from lca.model.case import Case
from lca.model.demand import NO_RATES, missing
from lca.model.flow import Flow
from lca.model.packs import Factors
from lca.model.regions import is_aggregate
from lca.problems import Problem, Span, near, shortened
from lca.text.overlay import entries, find

LONGEST_CODE = 3  # letters of the code of a country
MOST_LISTED = 8  # names that a message lists
MEANT_REGION = "did you mean the region"  # so begins the way out of a region that is a slip of another
Elsewhere = Callable[[str, str, str, str], list[str]]  # item, criterion, region, stage: the packs that have a factor


class Missing:
    """The factors that were looked for in vain, those of one item together."""

    def __init__(self) -> None:
        self._flows: dict[tuple[str, str, str], tuple[Flow, dict[str, None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._flows)

    def add(self, flow: Flow, criterion: str) -> None:
        """Remember a flow that meets no factor by a criterion; the first of its kind says where it is written."""
        self._flows.setdefault((flow.flow, flow.stage, flow.region), (flow, {}))[1][criterion] = None

    def problems(self, factors: Factors, elsewhere: Elsewhere | None = None) -> Iterator[Problem]:
        """A problem for each; none where a pack could not be read, which has been said."""
        for flow, keys in self._flows.values() if factors.complete else ():
            criteria = tuple(keys)
            words = f"of {flow.item} " if flow.item != flow.flow else ""
            region = f" in {flow.region}" if flow.region else ""
            stage = {"all": "any stage", "use": "use"}.get(flow.stage, f"{flow.stage} stage")
            message = f"no {' nor '.join(criteria)} factor for '{shortened(flow.flow)}' {words}({stage}{region})"
            spans = tuple(dict.fromkeys((*_region_of(factors, flow, criteria[0]), flow.origin.span)))
            yield Problem(message, spans, "\n".join(_ways_out(factors, elsewhere, flow, criteria)))


UNMET = re.compile(r"no (?P<criteria>.+?) factor for '")


def unmet(problem: Problem) -> tuple[str, ...]:
    """The criteria by which something meets no factor, where that is what a problem says; none of any other.

    >>> unmet(Problem("no GWP nor PE factor for 'x' (use)")), unmet(Problem("no tier"))
    (('GWP', 'PE'), ())
    """
    found = UNMET.match(problem.message)
    return tuple(found["criteria"].split(" nor ")) if found else ()


def _region_of(factors: Factors, flow: Flow, key: str) -> Iterator[Span]:
    """Where the region is written, if it is the region that has no factor."""
    if not flow.region or flow.region in factors.regions(flow.flow, key):
        return
    for record in filter(None, (flow.origin, flow.origin.parent)):
        own = entries(record.tree)
        site = entries(find(record.top.tree, ("sites", str(own["site"].value)))) if "site" in own else {}
        at = own.get("region") or site.get("region")
        if at is not None:
            yield entries(at)[flow.region].key_span if flow.region in entries(at) else at.span
            return


def _ways_out(factors: Factors, elsewhere: Elsewhere | None, flow: Flow, criteria: tuple[str, ...]) -> Iterator[str]:
    yield from _reason(factors, flow, criteria)
    packs = elsewhere(flow.flow, criteria[0], flow.region, flow.stage) if elsewhere else ()
    others = [pack for pack in packs if pack not in factors.packs][:MOST_LISTED]
    if others:
        yield f"another pack has one by {criteria[0]}, add it to study.packs: {' or '.join(others)}"
    stage = "" if flow.stage == "all" else f", stage: {flow.stage}"
    gap = f"{{item: {shortened(flow.item)}, criterion: {criteria[0]}{stage}, reason: …}}"
    yield f"or declare it under study.not_assessed: [{gap}], study.proxies or study.stand_ins"
    yield f"or state it yourself, under factors: {{{shortened(flow.flow)}: {{impacts: {{{criteria[0]}: …}}}}}}"
    yield "or add a row to a pack of your own"


def _reason(factors: Factors, flow: Flow, criteria: tuple[str, ...]) -> Iterator[str]:
    """Why there is none: no such item, no such region, another criterion or stage."""
    known, regions = factors.items(), [name for name in factors.regions(flow.flow, criteria[0]) if name]
    projections = factors.projections(flow.flow, criteria[0], flow.region)
    aggregates = [name for name in regions if is_aggregate(name)]
    stages = [row.stage for row in factors.rows(flow.flow, criteria[0], flow.region)]
    if flow.flow not in known:
        yield near(flow.flow, known)
    elif projections:
        yield f"its factors are projections, for {_listed(projections)}: give the functional unit a year"
    elif is_aggregate(flow.region) and aggregates:
        yield f"of groups of countries it has a factor for: {_listed(aggregates)}"
    elif flow.region and flow.region not in regions and (others := _elsewise(factors, flow, criteria)):
        yield f"{flow.region} has factors by {_listed(others)}, and none by {_listed(criteria)}"
    elif flow.region not in regions and regions:
        code = factors.places().code(flow.region)
        listing = f"it has a factor in: {_listed(regions)}"
        if code == flow.region:
            yield listing
        else:
            yield f"{MEANT_REGION} '{code}'?" if code in regions else _near_region(flow.region, regions, listing)
    elif stages in (["use"], ["all"]) and flow.stage == "embodied":
        yield "its factor covers use as well: state the equipment or the energy of the network, not both"
    elif stages:
        yield f"it has a factor for: {_listed(stages)}"
    else:
        yield f"it has a factor by: {_listed(factors.criteria_of(flow.flow))}"


def _near_region(word: str, regions: list[str], listing: str) -> str:
    """A region that a word may be a slip of: codes of two or three letters are near to any short word, and no guess."""
    long = [name for name in regions if len(name) > LONGEST_CODE]
    swapped = [name for name in regions if word.isupper() and sorted(name) == sorted(word)]
    found = near(word, [*swapped, *long] if len(word) > LONGEST_CODE or swapped else [])
    return found.replace("did you mean", MEANT_REGION, 1) or listing


def _elsewise(factors: Factors, flow: Flow, criteria: tuple[str, ...]) -> list[str]:
    """The other criteria by which a flow has a factor in its region."""
    known = (key for key in factors.criteria_of(flow.flow) if key not in criteria)
    return [key for key in known if flow.region in factors.regions(flow.flow, key)]


def _listed(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    return f"{', '.join(every[:MOST_LISTED])}{', …' if every[MOST_LISTED:] else ''}"


def no_amount(flow: Flow, asked: units.Unit, factor: Node, case: Case) -> Problem:
    """What to say where an amount is neither in the unit of its factor nor in it for a unit of the demand."""
    by_demand = units.over(asked, flow.amount.unit).dims
    if not case.demand and [power for _, power in by_demand] == [1]:
        where = f"the amount of {flow.item}"
        return missing(flow.amount, where, NO_RATES, case.key.functional_unit, case.unit.span)
    per = " or ".join(sorted({units.per(asked, demanded.unit) for demanded in case.demand.values()}))
    hint = (
        f"the factor of {flow.flow} is in {factor.unit}, so the amount is in {asked}{f', or in {per}' if per else ''}"
    )
    if "gpus" in flow.origin.fields and not flow.origin.has("gpus"):
        hint += "\nor say how many GPUs a server has, as in gpus: 8 GPU/server"
    return mismatch(flow.amount, asked, hint)


def bare_amount(flow: Flow, asked: units.Unit, factor: Node, case: Case) -> Problem:
    """What to say where an amount has no unit, and might be meant in all or for each unit of the demand."""
    for_each = next((name for name, node in case.demand.items() if units.scale(node.unit, asked) is not None), "")
    ways = f"the factor of {flow.flow} is in {factor.unit}: write '1 {asked}' for one in all"
    ways += f", '= 1 * {for_each}' for one for each {asked} of the demand" if for_each else ""
    return Problem(f"the amount of {flow.item} has no unit", leaf_spans(flow.amount) or (flow.origin.span,), ways)


def uncounted(flow: Flow, parts: list[str], *, several: bool) -> Problem:
    """What to say where an amount of a thing is in a unit that none of its parts is counted in, or several are."""
    listed = _listed(parts)
    message = f"the amount of {flow.flow} is in {flow.amount.unit}, and "
    message += f"several parts of it are: {listed}" if several else "neither it nor a part of it is"
    hint = "write it in server or device" + ("" if several else f"; its parts are: {listed}")
    return Problem(message, leaf_spans(flow.amount)[:1] or (flow.origin.span,), hint)
