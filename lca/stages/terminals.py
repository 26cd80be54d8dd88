"""Terminals: the share of the users' devices that the time of use takes, and their electricity."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Accessory, Device, Terminals
from lca.model.flow import Flow
from lca.rules.electricity import by_region
from lca.rules.occupancy import terminals_consumed


def flows(scope: Scope) -> Iterator[Flow]:
    """Making and electricity of each device and of what is used together with it."""
    terminals: Terminals | None = scope.study.terminals
    if terminals is None:
        return
    time = scope.work(terminals.need("time"), "h", "terminals.time").named("time of use")
    devices: dict[str, Device] = terminals.devices
    for name, device in devices.items():
        yield from scope.going_on(_with_accessories(terminals, name, device, time), device)


def _with_accessories(terminals: Terminals, name: str, device: Device, time: Node) -> Iterator[Flow]:
    used = (time * device.need("share").to("1")).named(f"time on {name}")
    yield from _device(terminals, device, used)
    accessories: dict[str, Accessory] = device.accessories
    for accessory in accessories.values():
        count: Node | None = accessory.count
        yield from _device(terminals, accessory, used if count is None else used * count.to("1"))


def _device(terminals: Terminals, device: Accessory, used: Node) -> Iterator[Flow]:
    item = device.item()
    consumed = terminals_consumed(used, device.need("lifetime"), device.need("daily_use"))
    yield Flow("terminals", "access", "embodied", item, item, "", consumed.named(f"{item} consumed"), device)
    energy = (used * device.need("power")).to("kWh").named(f"electricity of {item}")
    for region, part in by_region(energy, terminals.need("region")):
        yield Flow("terminals", "access", "use", item, "electricity", region, part, device)
