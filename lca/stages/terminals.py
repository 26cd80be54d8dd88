"""Terminals: the share of the users' devices that the time of use takes, and their electricity."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Accessory, Terminals
from lca.model.flow import Flow
from lca.rules.electricity import by_region
from lca.rules.occupancy import terminals_consumed


def flows(scope: Scope) -> Iterator[Flow]:
    terminals: Terminals | None = scope.study.terminals
    if terminals is None:
        return
    time = scope.work(terminals.time, "h", "terminals.time").named("time of use")
    for name, device in terminals.devices.items():
        used = (time * device.share.to("1")).named(f"time on {name}")
        yield from _device(terminals, device, used)
        for accessory in device.accessories.values():
            count = accessory.count
            yield from _device(terminals, accessory, used if count is None else used * count.to("1"))


def _device(terminals: Terminals, device: Accessory, used: Node) -> Iterator[Flow]:
    item = device.item()
    consumed = terminals_consumed(used, device.need("lifetime"), device.need("daily_use"))
    yield Flow("terminals", "access", "embodied", item, item, "", consumed.named(f"{item} consumed"), device)
    energy = (used * device.need("power")).to("kWh").named(f"electricity of {item}")
    for region, part in by_region(energy, terminals.region):
        yield Flow("terminals", "access", "use", item, "electricity", region, part, device)
