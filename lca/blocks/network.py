"""Network: the data carried over each kind of network, its electricity, its equipment, and what a subscriber has."""

from __future__ import annotations

from collections.abc import Iterator

from lca import units
from lca.graph import Node, leaf_spans
from lca.model.case import Case
from lca.model.fields import Each, Mix, One, Quantity, Record, Rivals, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import CONTROL_DOC, CONTROLS, NOTE
from lca.problems import Problem
from lca.rules.electricity import by_region
from lca.rules.occupancy import shared, subscribed
from lca.spoken import N_
from lca.text.overlay import entries, joined

ORDER = 2


class AlwaysOn(Record):
    """What one subscriber has, in use or not: a router, a line's part of the access network."""

    device = Text("the item under which packs have factors of a device")
    equipment = Text("the item under which packs have a factor per subscriber and year, in place of a device")
    count = Quantity("1", "how many of them a subscriber has", low=0)
    power = Quantity("W", "electric power all day, or energy in a time such as 40 kWh/year", low=0, profile=True)
    lifetime = Quantity("year", "years from purchase to replacement of the device", above=0, profile=True)
    note = Words(NOTE)
    rivals = (
        Rivals(("device",), ("equipment",), "what it is", "a factor is per device, or per subscriber and year"),
        Rivals(("equipment",), ("lifetime",), "how much of it a year takes", "a factor per subscriber and year has it"),
    )

    def item(self) -> str:
        return self.device or self.equipment or self.name


class Link(Record):
    """A kind of network."""

    share = Quantity("1", "share of the data, and of the time", low=0, high=1, group=True, required=True)
    energy = Quantity("kWh/GB", "electricity of the network", low=0, profile=True)
    equipment = Text("the item under which packs have a factor per GB")
    always_on = Each(AlwaysOn, "what is there for one subscriber, on all day")
    serves = Quantity(
        "", "all that it serves, by which the service takes its share: data (220 GB/month) or time (6 h/day)", above=0
    )
    shared_by = Quantity("person", "people who share it, where what it serves is that of one of them", above=0)
    note = Words(NOTE)

    def item(self) -> str:
        return self.equipment or self.name

    def check(self) -> None:
        super().check()
        for name in ("serves", "shared_by"):
            if self.has(name) and not self.has("always_on"):
                message = f"{joined(self.path)} has {name} and nothing that is always_on"
                hint = f"name what a subscriber has, as in always_on: {{router: {{device: box}}}}, or take {name} out"
                self.reader.report(Problem(message, (entries(self.tree)[name].key_span,), hint))


class Network(ByMethod):
    """The networks between the users and the site."""

    region = Mix("the region of the networks' electricity, or a mix of regions", required=True)
    data = Quantity("GB", "data transferred", per_work=True, low=0, required=True)
    time = Quantity("h", "time for which users are connected, where a line is shared by time", per_work=True, low=0)
    links = Each(Link, "kinds of networks", total="share", required=True)
    control = Text(CONTROL_DOC, choices=CONTROLS)
    note = Words(NOTE)


FIELD = One(Network, "the networks between the users and the site")
EXAMPLE = """\
network:
  region: FRA
  data: {value: 2 MB/visit, low: 1 MB/visit, high: 5 MB/visit, basis: assumed, note: read it in the browser's tools}
  links:
    fixed:
      share: {value: 80 %, low: 50 %, high: 100 %, basis: assumed, note: the shares sum to 100 %}
      energy: {value: 0.05 kWh/GB, low: 0.01 kWh/GB, high: 0.1 kWh/GB, basis: assumed, note: order of magnitude}
    mobile:
      share: {value: 20 %, low: 0 %, high: 50 %, basis: assumed, note: the shares sum to 100 %}
      energy: {value: 0.12 kWh/GB, low: 0.05 kWh/GB, high: 0.3 kWh/GB, basis: assumed, note: order of magnitude}
"""


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and equipment of each kind of network."""
    network: Network | None = case.block("network")
    if network is None:
        return
    data = case.work(network.need("data"), "GB", "network.data").named("data transferred")
    case.allocated("by data", N_("network"))
    links: dict[str, Link] = network.links
    for name, link in links.items():
        yield from link.going_on(_link(case, network, name, link, data))


def _link(case: Case, network: Network, name: str, link: Link, data: Node) -> Iterator[Flow]:
    carried = (data * link.need("share").to("1")).named(f"data over {name}")
    parts: dict[str, AlwaysOn] = link.always_on
    if link.energy is None and not link.equipment and not parts:
        hint = "give its electricity (kWh/GB), or the equipment whose factors per GB a pack has"
        link.fail(f"network.links.{name} has neither energy nor equipment", f"{hint}\n{link.elsewhere(Link.energy)}")
    if link.energy is not None:
        energy = (carried * link.energy).to("kWh").named(f"electricity of {name}")
        yield from _of_regions(network, "use", name, "electricity", energy, link)
    if link.equipment:
        yield from _of_regions(network, _stage(link.energy), name, link.equipment, carried, link)
    elif not any(part.equipment for part in parts.values()):
        case.gap("network", "access", "embodied", name, N_("network.links.{name} names no equipment", name=name))
        if link.energy is None:
            case.gap("network", "access", "use", name, f"network.links.{name} states no energy for its data")
    if parts:
        years = _years(case, network, link, carried)
        for part in parts.values():
            yield from part.going_on(_always_on(case, network, part, years))


def _stage(electricity: Node | None) -> str:
    """The stages that a factor of equipment is for, which are all where it is the only thing that is said."""
    return "all" if electricity is None else "embodied"


def _of_regions(network: Network, stage: str, item: str, flow: str, amount: Node, origin: Record) -> Iterator[Flow]:
    for region, part in by_region(amount, network.need("region")):
        yield Flow("network", "access", stage, item, flow, region, part, origin)


# --- what one subscriber has ----------------------------------------------------------------------------------------


def _years(case: Case, network: Network, link: Link, carried: Node) -> Node:
    """The years of a subscriber's line that the service takes, by the data or by the time."""
    line = N_("the line of {name}", name=link.name)
    serves = link.need("serves", "what is on all day is shared by all that it serves: 220 GB/month, or 6 h/day")
    work, convention = _work(case, network, link, carried, serves)
    case.allocated(convention, line, N_(" over {}"), serves)
    if link.shared_by is not None:
        case.allocated("among people", line, " ({})", link.shared_by)
    return shared(subscribed(work, serves), link.shared_by).named(f"years of {line}")


def _work(case: Case, network: Network, link: Link, carried: Node, serves: Node) -> tuple[Node, str]:
    """What the service does on a line, in what the line's work is stated in, and by which convention it is shared."""
    if units.scale(serves.unit, units.unit("GB/year")) is not None:
        return carried, "by data"
    if units.scale(serves.unit, units.unit("h/day")) is None:
        message = f"{joined(link.path)}.serves is in {serves.unit}, which is neither data nor time in a time"
        case.reader.fail(Problem(message, leaf_spans(serves), "write data, as in 220 GB/month, or time, as in 6 h/day"))
    why = f"{joined(link.path)} is shared by time: give the time for which users are connected, in h per unit of work"
    time = case.work(network.need("time", why), "h", "network.time").named("time connected")
    name = f"the part of a day that {joined(link.path)} serves"
    case.at_most_whole(serves, name, entries(link.tree)["serves"].span, "a day has 24 hours: write time, as in 6 h/day")
    return time * link.need("share").to("1"), "by time"


def _always_on(case: Case, network: Network, part: AlwaysOn, years: Node) -> Iterator[Flow]:
    name = part.name
    taken = years if part.count is None else years * part.count.to("1")
    power: Node | None = part.power if part.equipment else part.need("power")
    if power is not None:
        energy = (taken * power).to("kWh").named(f"electricity of {name}")
        yield from _of_regions(network, "use", name, "electricity", energy, part)
    if part.equipment:
        amount = (taken * case.graph.one(units.unit("subscriber"))).named(f"{part.equipment} taken by {name}")
        yield from _of_regions(network, _stage(power), name, part.equipment, amount, part)
    elif part.device:
        life = part.need("lifetime", "the years that a device lasts: without them there is no share of it")
        consumed = (taken / life).to("1").named(f"{part.device} consumed by {name}")
        yield Flow("network", "access", "embodied", part.device, part.device, "", consumed, part)
    else:
        reason = f"{joined(part.path)} names neither device nor equipment"
        case.gap("network", "access", "embodied", name, reason)
