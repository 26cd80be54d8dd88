"""Network: the data carried over each kind of network, its electricity, and its equipment."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Link, Network
from lca.model.flow import Flow
from lca.problems import Problem
from lca.rules.electricity import by_region


def flows(scope: Scope) -> Iterator[Flow]:
    """Electricity and equipment of each kind of network."""
    network: Network | None = scope.study.network
    if network is None:
        return
    data = scope.work(network.need("data"), "GB", "network.data").named("data transferred")
    links: dict[str, Link] = network.links
    for name, link in links.items():
        yield from scope.going_on(_link(scope, network, name, link, data), link)


def _link(scope: Scope, network: Network, name: str, link: Link, data: Node) -> Iterator[Flow]:
    carried = (data * link.need("share").to("1")).named(f"data over {name}")
    if link.energy is None and not link.equipment:
        hint = "give its electricity (kWh/GB), or the equipment whose factors per GB a pack has"
        scope.fail(Problem(f"network.links.{name} has neither energy nor equipment", (link.span,), hint))
    if link.energy is not None:
        energy = (carried * link.energy).to("kWh").named(f"electricity of {name}")
        for region, part in by_region(energy, network.need("region")):
            yield Flow("network", "access", "use", name, "electricity", region, part, link)
    if not link.equipment:
        scope.gap("network", "access", "embodied", name, f"network.links.{name} names no equipment")
        return
    stage = "all" if link.energy is None else "embodied"
    for region, part in by_region(carried, network.need("region")):
        yield Flow("network", "access", stage, name, link.equipment, region, part, link)
