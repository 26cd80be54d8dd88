"""Terminals: the share of the users' devices that the time of use takes, and their electricity."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import Each, Mix, One, Quantity, Record, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import NOTE
from lca.rules.electricity import by_region
from lca.rules.occupancy import terminals_consumed

ORDER = 1


class Accessory(Record):
    """A device used together with another, such as the monitor of a desktop."""

    device = Text("the item under which packs have its factors; the name where absent")
    count = Quantity("1", "how many of them are used with each device", low=0)
    power = Quantity("W", "electric power in use", low=0, profile=True, required=True)
    lifetime = Quantity("year", "years from purchase to replacement", above=0, profile=True, required=True)
    daily_use = Quantity("h/day", "hours a day in use, for all purposes", above=0, high=24, profile=True, required=True)
    note = Words(NOTE)

    def item(self) -> str:
        return str(self.device) or self.name


class Device(Accessory):
    """A kind of terminal."""

    count = Quantity("1", "how many of them are used at once, each with its accessories", low=0)
    share = Quantity("1", "share of the time of use", low=0, high=1, group=True, required=True)
    accessories = Each(Accessory, "devices used together with it")


class Terminals(ByMethod):
    """The users' devices: what they use while the service is used, and the share of their making that this consumes."""

    region = Mix("the users' region, or a mix of regions", required=True)
    time = Quantity("h", "time of use", per_work=True, low=0, required=True)
    devices = Each(Device, "kinds of devices", total="share", required=True)
    note = Words(NOTE)


FIELD = One(Terminals, "the users' devices")
EXAMPLE = """\
terminals:
  region: FRA
  time: {value: 10 min/visit, low: 3 min/visit, high: 20 min/visit, basis: assumed, note: length of a visit}
  devices:
    smartphone:
      share: {value: 50 %, low: 30 %, high: 70 %, basis: assumed, note: the shares sum to 100 %}
    laptop:
      share: {value: 50 %, low: 30 %, high: 70 %, basis: assumed, note: the shares sum to 100 %}
"""


def flows(case: Case) -> Iterator[Flow]:
    """Making and electricity of each device and of what is used together with it."""
    terminals: Terminals | None = case.block("terminals")
    if terminals is None:
        return
    time = case.work(terminals.need("time"), "h", "terminals.time").named("time of use")
    case.allocated("by time", "terminals")
    devices: dict[str, Device] = terminals.devices
    for name, device in devices.items():
        yield from device.going_on(_with_accessories(terminals, name, device, time))


def _with_accessories(terminals: Terminals, name: str, device: Device, time: Node) -> Iterator[Flow]:
    used = _of_all(device, (time * device.need("share").to("1")).named(f"time on {name}"))
    yield from _device(terminals, device, used)
    accessories: dict[str, Accessory] = device.accessories
    for accessory in accessories.values():
        yield from _device(terminals, accessory, _of_all(accessory, used))


def _of_all(device: Accessory, used: Node) -> Node:
    """The time for which devices are used, from that of one of them."""
    count: Node | None = device.count
    return used if count is None else used * count.to("1")


def _device(terminals: Terminals, device: Accessory, used: Node) -> Iterator[Flow]:
    item = device.item()
    consumed = terminals_consumed(used, device.need("lifetime"), device.need("daily_use"))
    yield Flow("terminals", "access", "embodied", item, item, "", consumed.named(f"{item} consumed"), device)
    energy = (used * device.need("power")).to("kWh").named(f"electricity of {item}")
    for region, part in by_region(energy, terminals.need("region")):
        yield Flow("terminals", "access", "use", item, "electricity", region, part, device)
