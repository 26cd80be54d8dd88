"""Electricity: from the plug of a device to the grids it is taken from, and what a site takes with it.

The PUE (ISO/IEC 30134-2) is the electricity of a data centre over that of its IT equipment; it multiplies each kWh of
IT equipment once, and none that was metered at the site's own meter. The WUE (ISO/IEC 30134-9) is the water of the site
over the electricity of its IT equipment. The mix is attributional (ISO 14044, 4.3.4): the average of the regions named,
by their shares.

Where a site says what its electricity is bought as, results are by both bases of the GHG Protocol's Scope 2 Guidance
(2015), section 7.1 (chapter 7, p. 58): location-based by the mix of the region, market-based by the contracts. A site
without contracts then has the residual mix of its region, which a pack has as region `residual-FRA` (chapter 6,
Table 6.3); where none has one, nothing is taken in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from lca.graph import Node
from lca.model.case import Case
from lca.model.declarations import Site
from lca.model.fields import Record
from lca.model.flow import Flow
from lca.model.ledger import Taken
from lca.model.terms import LOCATION, MARKET
from lca.spoken import N_
from lca.text.overlay import joined

Mix = tuple[tuple[str, "Node | None"], ...]

TIER = "data centre"
WATER, COOLING = "water", "cooling water"  # the flow, and the item that takes it
RESIDUAL = "residual-{}"


def of_site(energy: Node, pue: Node | None) -> Node:
    """Electricity that the site takes for the electricity that its equipment uses."""
    return energy if pue is None else energy * pue.to("1")


def of_equipment(metered: Node, pue: Node | None) -> Node | None:
    """Electricity that equipment uses of what the site's own meter counts; None where the PUE is not known."""
    return None if pue is None else metered / pue.to("1")


def by_region(energy: Node, mix: Mix) -> Iterator[tuple[str, Node]]:
    """The electricity of each region of a mix."""
    for region, share in mix:
        yield region, energy if share is None else energy * share.to("1")


def flows_of(
    case: Case, user: Record, phase: str, item: str, energy: Node, origin: Record, meter: Record | None = None
) -> Iterator[Flow]:
    """All that a site takes for the electricity of equipment: electricity, water, and a share of the building.

    user: what names the site. origin: the part of the scenario that the flows are of. meter: what says where the energy
    was metered, if not the user.
    """
    site = case.site(user, phase)
    at_site = (meter or user).get(user.fields["metered"]) == "site"
    yield from _electricity(case, site, phase, item, energy if at_site else of_site(energy, site.pue), origin)
    used = of_equipment(energy, site.pue) if at_site else energy
    _say_what_is_left_out(case, site, phase, at_site=at_site)
    if site.wue is not None and used is not None:
        water = (used * site.wue).to("L").named(f"water of {site.name} for {item} of {joined(origin.path)}")
        yield from water_of(site, phase, water, origin)
    if site.building and used is not None:
        yield Flow(TIER, phase, "embodied", site.building, site.building, "", used, origin)


def water_of(site: Site, phase: str, water: Node, origin: Record) -> Iterator[Flow]:
    """Water that is taken at a site, by its regions."""
    for region, part in by_region(water, site.need("region")):
        yield Flow(TIER, phase, "use", COOLING, WATER, region, part, origin, counted_in="L")


def _electricity(case: Case, site: Site, phase: str, item: str, taken: Node, origin: Record) -> Iterator[Flow]:
    """The electricity of a site by its regions and, where the study is by both bases, by its contracts."""
    both = case.ledger.by_both
    for region, part in by_region(taken, site.need("region")):
        yield Flow(TIER, phase, "use", item, "electricity", region, part, origin, basis=LOCATION if both else "")
    for region, part in by_region(taken, _bought(site)) if both else ():
        yield Flow(TIER, phase, "use", item, "electricity", region, part, origin, basis=MARKET)


def _bought(site: Site) -> Mix:
    """What the electricity of a site is bought as: its contracts, else the residual mix of each of its regions."""
    contracts: Mix | None = site.supply
    if contracts is not None:
        return contracts
    residual = tuple((RESIDUAL.format(region), share) for region, share in site.need("region"))
    names = reduce(lambda first, last: N_("{first} and {last}", first=first, last=last), (name for name, _ in residual))
    words = N_("{names}, since no contract is stated ({basis})", names=names, basis=MARKET)
    site.reader.ledger.facts.taken[Taken(joined((*site.path, "supply")), words, site.span)] = None
    return residual


def _say_what_is_left_out(case: Case, site: Site, phase: str, *, at_site: bool) -> None:
    """Remember what the flows of a site do not hold, because it does not state it."""
    where = f"sites.{site.name}"
    if site.pue is None and not at_site:
        reason = N_("{name} has no pue: cooling and power supply are left out", name=where)
        case.gap(TIER, phase, "use", site.name, reason)
    if site.wue is None:
        reason = N_("the water that {name} takes itself is left out", name=where)
        case.gap(TIER, phase, "use", COOLING, reason, counted_in="L")
    elif site.pue is None and at_site:
        reason = N_(
            "the water of {name} is for a kWh of its equipment, which needs its pue where the site is metered",
            name=where,
        )
        case.gap(TIER, phase, "use", COOLING, reason, counted_in="L")
    if site.building and site.pue is None and at_site:
        reason = N_(
            "the building of {name} is for a kWh of its equipment, which needs its pue where the site is metered",
            name=where,
        )
        case.gap(TIER, phase, "embodied", site.building, reason)
