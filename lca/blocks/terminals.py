"""Terminals: the share of the users' devices that the time of use takes, and their electricity."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import Each, Mix, One, Quantity, Record, Rivals, Text, Truth, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import CONTROL_DOC, CONTROLS, NOTE
from lca.problems import Problem
from lca.rules.electricity import by_region
from lca.rules.occupancy import hours_on, shared, standby_energy, terminals_consumed
from lca.spoken import N_
from lca.text.overlay import entries, joined

ORDER = 1

UNUSED = "what it draws while it is not in use"
TOO_LONG = "a day has 24 hours: standby_time and daily_use are parts of it"


class Accessory(Record):
    """A device used together with another, such as the monitor of a desktop."""

    device = Text("the item under which packs have its factors; the name where absent")
    count = Quantity("1", "how many of them are used with each device", low=0)
    power = Quantity("W", "electric power in use", low=0, profile=True, required=True)
    lifetime = Quantity("year", "years from purchase to replacement", above=0, profile=True, required=True)
    daily_use = Quantity("h/day", "hours a day in use, for all purposes", above=0, high=24, profile=True, required=True)
    standby = Quantity("W", "electric power on standby, shared by time of use", low=0, profile=True)
    standby_time = Quantity("h/day", "hours a day on standby; all that it is not in use where absent", low=0, high=24)
    always_on = Truth("it draws its power all day, which the hours of use share; then daily_use has to be stated")
    note = Words(NOTE)
    rivals = (
        Rivals(("always_on",), ("standby",), UNUSED, "always on is power all day, standby another power"),
        Rivals(("always_on",), ("standby_time",), UNUSED, "always on is on standby for all the rest of the day"),
    )

    def item(self) -> str:
        return str(self.device) or self.name

    def check(self) -> None:
        super().check()
        if self.has("always_on") and not self.has("daily_use"):
            why = "always_on shares the whole day among the hours of use: state these, such as 6 h/day of a household"
            self.reader.report(self.missing(self.fields["daily_use"], why))
        if self.has("standby_time") and self.reader.attempt(lambda: self.standby, self.span) is None:
            at = entries(self.tree)["standby_time"]
            message = f"{joined(self.path)} has standby_time and no standby"
            self.reader.report(Problem(message, (at.key_span,), "state the power on standby, or take standby_time out"))


class Device(Accessory):
    """A kind of terminal."""

    count = Quantity("1", "how many of them are used at once, each with its accessories", low=0)
    share = Quantity("1", "share of the time of use", low=0, high=1, group=True, required=True)
    shared_by = Quantity("person", "how many people use it at once, accessories included; each has a part", above=0)
    accessories = Each(Accessory, "devices used together with it")


class Terminals(ByMethod):
    """The users' devices: what they use while the service is used, and the share of their making that this consumes."""

    region = Mix("the users' region, or a mix of regions", required=True)
    time = Quantity("h", "time of use", per_work=True, low=0, required=True)
    devices = Each(Device, "kinds of devices", total="share", required=True)
    control = Text(CONTROL_DOC, choices=CONTROLS)
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
    case.allocated("by time", N_("terminals"))
    devices: dict[str, Device] = terminals.devices
    for name, device in devices.items():
        yield from device.going_on(_with_accessories(case, terminals, name, device, time))


def _with_accessories(case: Case, terminals: Terminals, name: str, device: Device, time: Node) -> Iterator[Flow]:
    of_users = (time * device.need("share").to("1")).named(f"time on {name}")
    used = _of_all(device, shared(of_users, device.shared_by))
    if device.shared_by is not None:
        case.allocated("among people", name, " ({})", device.shared_by)
    yield from _device(case, terminals, device, used)
    accessories: dict[str, Accessory] = device.accessories
    for accessory in accessories.values():
        yield from _device(case, terminals, accessory, _of_all(accessory, used))


def _of_all(device: Accessory, used: Node) -> Node:
    """The time for which devices are used, from that of one of them."""
    count: Node | None = device.count
    return used if count is None else used * count.to("1")


def _device(case: Case, terminals: Terminals, device: Accessory, used: Node) -> Iterator[Flow]:
    item = device.item()
    consumed = terminals_consumed(used, device.need("lifetime"), device.need("daily_use"))
    yield Flow("terminals", "access", "embodied", item, item, "", consumed.named(f"{item} consumed"), device)
    energy = (used * device.need("power")).to("kWh").named(f"electricity of {item}")
    yield from _electricity(terminals, device, item, energy)
    standby: Node | None = device.need("power") if device.always_on else device.standby
    if standby is not None:
        name = f"{'idle' if device.always_on else 'standby of'} {item}"
        energy = standby_energy(used, standby, device.standby_time, device.daily_use).to("kWh")
        yield from _electricity(terminals, device, name, energy.named(f"electricity of {name}"))
        _tell_of_standby(case, device, name)


def _electricity(terminals: Terminals, device: Accessory, item: str, energy: Node) -> Iterator[Flow]:
    for region, part in by_region(energy, terminals.need("region")):
        yield Flow("terminals", "access", "use", item, "electricity", region, part, device)


def _tell_of_standby(case: Case, device: Accessory, name: str) -> None:
    """Remember by what the standby is shared, and that it and the use fit into a day."""
    case.allocated("by time", name, N_(" over {} of use"), device.daily_use)
    if device.standby_time is not None:
        part = hours_on(device.standby_time, device.daily_use)
        span = entries(device.tree)["standby_time"].span
        case.at_most_whole(part, f"the part of a day that {joined(device.path)} is on", span, TOO_LONG)
