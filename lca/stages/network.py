"""Network: the data carried over each kind of network, its electricity, and its equipment."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.binding import Scope
from lca.model.blocks import Network
from lca.model.flow import Flow
from lca.problems import Problem
from lca.rules.electricity import by_region


def flows(scope: Scope) -> Iterator[Flow]:
    network: Network | None = scope.study.network
    if network is None:
        return
    data = scope.work(network.data, "GB", "network.data").named("data transferred")
    for name, link in network.links.items():
        carried = (data * link.share.to("1")).named(f"data over {name}")
        if link.energy is None and not link.equipment:
            hint = "give its electricity (kWh/GB), or the equipment whose factors per GB a pack has"
            scope.fail(Problem(f"network.links.{name} has neither energy nor equipment", (link.span,), hint))
        if link.energy is not None:
            energy = (carried * link.energy).to("kWh").named(f"electricity of {name}")
            for region, part in by_region(energy, network.region):
                yield Flow("network", "access", "use", name, "electricity", region, part, link)
        if link.equipment:
            stage = "all" if link.energy is None else "embodied"
            for region, part in by_region(carried, network.region):
                yield Flow("network", "access", stage, name, link.equipment, region, part, link)
