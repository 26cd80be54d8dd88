"""Network: the data carried over each kind of network, its electricity, and its equipment."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import Each, Mix, One, Quantity, Record, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import NOTE
from lca.rules.electricity import by_region

ORDER = 2


class Link(Record):
    """A kind of network."""

    share = Quantity("1", "share of the data", low=0, high=1, group=True, required=True)
    energy = Quantity("kWh/GB", "electricity of the network", low=0, profile=True)
    equipment = Text("the item under which packs have a factor per GB")
    note = Words(NOTE)

    def item(self) -> str:
        return self.equipment or self.name


class Network(ByMethod):
    """The networks between the users and the site."""

    region = Mix("the region of the networks' electricity, or a mix of regions", required=True)
    data = Quantity("GB", "data transferred", per_work=True, low=0, required=True)
    links = Each(Link, "kinds of networks", total="share", required=True)
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
    case.allocated("by data", "network")
    links: dict[str, Link] = network.links
    for name, link in links.items():
        yield from link.going_on(_link(case, network, name, link, data))


def _link(case: Case, network: Network, name: str, link: Link, data: Node) -> Iterator[Flow]:
    carried = (data * link.need("share").to("1")).named(f"data over {name}")
    if link.energy is None and not link.equipment:
        hint = "give its electricity (kWh/GB), or the equipment whose factors per GB a pack has"
        link.fail(f"network.links.{name} has neither energy nor equipment", f"{hint}\n{link.elsewhere(Link.energy)}")
    if link.energy is not None:
        energy = (carried * link.energy).to("kWh").named(f"electricity of {name}")
        for region, part in by_region(energy, network.need("region")):
            yield Flow("network", "access", "use", name, "electricity", region, part, link)
    if not link.equipment:
        case.gap("network", "access", "embodied", name, f"network.links.{name} names no equipment")
        return
    stage = "all" if link.energy is None else "embodied"
    for region, part in by_region(carried, network.need("region")):
        yield Flow("network", "access", stage, name, link.equipment, region, part, link)
