"""Servers that answer, web hosting and inference alike: electricity active and idle, and the share of the servers."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.expressions import Scoped
from lca.model.fields import One, Quantity, Record, Rivals, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.reader import stated
from lca.model.terms import METERED, METERS, NOTE
from lca.problems import Problem
from lca.rules.electricity import flows_of, water_of
from lca.rules.occupancy import fleet_aur, fleet_consumed, fleet_part, fleet_share, idle_energy, servers_consumed
from lca.spoken import N_
from lca.text.overlay import entries, find, joined

BEYOND = "more work than the fleet serves: check the demand and serves, or give the fleet that serves all of it"
SHARE_BY = ("time", "requests", "revenue")
FOR_WORK = (("images",), ("tokens",), ("server", "share"))  # what a fleet makes use of only to count its own work


class Server(Record):
    """The equipment, of which the service takes a share for a time."""

    device = Text("the item under which packs have its factors", required=True)
    share = Quantity("1", "share of one device while it works, such as one GPU of eight", above=0)
    time = Quantity("h", "time that a unit of work takes", per_work=True, low=0)
    power = Quantity("W", "electric power of the whole device while it works, where no energy was measured", low=0)
    lifetime = Quantity("year", "years from purchase to replacement", above=0, required=True)
    aur = Quantity(
        "1",
        "active utilization rate: share of its lifetime that the device is actively used "
        "(Berthelot et al. 2024, p. 709)",
        above=0,
        high=1,
    )
    note = Words(NOTE)


class Fleet(Record):
    """Capacity in place of a measurement: the servers of a period, and what they served in it."""

    servers = Quantity("server", "servers in place", above=0, required=True)
    period = Quantity("year", "for how long", above=0, required=True)
    energy = Quantity("kWh", "electricity of all of them over the period", low=0)
    power = Quantity("W/server", "mean electric power of one, where no energy is known", low=0)
    serves = Quantity(
        "", "work that this service did on them in the period, such as 75e6 visit", above=0, required=True
    )
    share = Quantity("1", "share of the fleet that is this service's", above=0, high=1)
    share_by = Text("what the share is by", choices=SHARE_BY)
    note = Words(NOTE)
    rivals = (Rivals(("energy",), ("power",), "its electricity", "power × servers × period is energy"),)

    def check(self) -> None:
        super().check()
        if self.has("share") and not self.has("share_by"):
            hint = f"share_by: {', '.join(SHARE_BY[:-1])} or {SHARE_BY[-1]}"
            self.reader.report(self.missing(self.fields["share_by"], f"say what the share is by; {hint}"))
        if self.has("share_by") and not self.has("share"):
            at = entries(self.tree)["share_by"]
            message, hint = f"{joined(self.path)} has share_by and no share", "state the share, or take share_by out"
            self.reader.report(Problem(message, (at.key_span,), hint))


class Service(ByMethod):
    """Servers that answer: web hosting or inference."""

    site = Text("the name of the site", required=True)
    images = Quantity("image", "images for a unit of the demand", per_work=True, low=0, rate=True)
    tokens = Quantity("token", "tokens for a unit of the demand", per_work=True, low=0, rate=True)
    energy = Quantity("kWh", "measured electricity while active", per_work=True, low=0)
    water = Quantity("L", "water taken on site while active, beside what the site's wue says", per_work=True, low=0)
    metered = Text(METERED, choices=METERS)
    idle_power = Quantity("1", "power while idle, as a share of the active power", low=0, high=1)
    server = One(Server, "the equipment")
    fleet = One(Fleet, "capacity in place of a measurement")
    note = Words(NOTE)
    rivals = (
        Rivals(("energy",), ("server", "power"), "its electricity", "server.power × server.time is energy"),
        Rivals(("fleet",), ("energy",), "its electricity", "with a fleet it is fleet.energy or fleet.power"),
        Rivals(("fleet",), ("server", "power"), "its electricity", "with a fleet it is fleet.energy or fleet.power"),
        Rivals(("fleet",), ("idle_power",), "its idle hours", "the electricity of a fleet holds them"),
        Rivals(("fleet",), ("water",), "its water", "the wue of the site has that of a fleet"),
        Rivals(("fleet",), ("server", "aur"), "how busy it is", "the AUR of a fleet follows from server.time"),
    )

    @property
    def rates(self) -> dict[str, Node | None]:
        """What leads from the demand to the work that is measured, by name."""
        return {name: self.get(field) for name, field in self.fields.items() if getattr(field, "rate", False)}


def served(case: Case, block: str, phase: str) -> Iterator[Flow]:
    """Electricity and servers of each service of a block."""
    services: dict[str, Service] = case.block(block)
    for name, service in services.items():
        where = f"{block}.{name}" if name else block
        part = _of_fleet if service.has("fleet") else _of_work
        yield from service.going_on(part(case, service, where, phase))


# --- from a measurement for a unit of work --------------------------------------------------------------------------


def _of_work(case: Case, service: Service, where: str, phase: str) -> Iterator[Flow]:
    case.site(service, phase)
    server: Server | None = service.server
    active = _active_energy(case, service, where)
    yield from _electricity(case, service, phase, "electricity", active)
    yield from _water(case, service, where, phase)
    if service.idle_power is not None:
        why = "idle_power needs the server's AUR: how much of its life the server is active"
        aur = service.need("server", why).need("aur", why)
        idle = idle_energy(active, service.idle_power, aur).named(f"idle electricity of {where}")
        yield from _electricity(case, service, phase, "idle electricity", idle)
    else:
        case.gap(
            "data centre",
            phase,
            "use",
            N_("idle electricity of {name}", name=where),
            N_("{name} states no idle_power", name=where),
        )
    if server is None or server.time is None:
        lack = N_("{name} has no {field}", name=where, field="server" if server is None else "server.time")
        case.gap("data centre", phase, "embodied", server.device if server is not None else where, lack)
        return
    if server.aur is None:
        reason = N_("{name}.server has no aur: it counts as active all its life", name=where)
        case.gap("data centre", phase, "embodied", server.need("device"), reason)
    busy = _busy_time(case, service, server, where)
    shared = "" if server.share is None else N_(" ({{}} of a {device})", device=server.need("device"))
    case.allocated("by time", where, shared, server.share)
    consumed = servers_consumed(busy, server.need("lifetime"), server.aur)
    yield _servers(service, phase, server.need("device"), consumed.named(f"{server.device} consumed by {where}"))


def _active_energy(case: Case, service: Service, where: str) -> Node:
    server: Server | None = service.server
    if service.energy is not None:
        energy = case.work(service.energy, "kWh", f"{where}.energy", service.rates)
    elif server is not None and server.power is not None and server.time is not None:
        energy = (_busy_time(case, service, server, where) * server.power).to("kWh")
    else:
        hint = "measure its energy, or give server.power and server.time, or a fleet"
        service.fail(f"{where} has no electricity", hint)
    return energy.named(f"active electricity of {where}")


def _busy_time(case: Case, service: Service, server: Server, where: str) -> Node:
    time = case.work(server.time, "h", f"{where}.server.time", service.rates)
    return (time if server.share is None else time * server.share.to("1")).named(f"server time of {where}")


# --- from the capacity in place -------------------------------------------------------------------------------------


def _of_fleet(case: Case, service: Service, where: str, phase: str) -> Iterator[Flow]:
    case.site(service, phase)
    fleet: Fleet = service.need("fleet")
    done = case.done(fleet.need("serves"), f"{where}.fleet.serves", service.rates)
    part = fleet_part(done, fleet.serves)
    case.carries(
        part,
        N_("the fleet of {name}", name=where),
        fleet.need("servers"),
        fleet.serves,
        entries(fleet.tree)["serves"].span,
        BEYOND,
    )
    if fleet.share is not None:
        by = N_(" ({{}} of it, by {what})", what=fleet.share_by)
        case.allocated("per use", N_("the share of {name} in its fleet", name=where), by, fleet.share)
    share = fleet_share(part, fleet.share).named(f"share of the fleet of {where}")
    made = [share]
    energy = (_fleet_energy(fleet, where) * share).named(f"electricity of {where}")
    yield from _electricity(case, service, phase, "electricity", energy)
    server: Server | None = service.server
    if server is None:
        case.gap(
            "data centre", phase, "embodied", where, N_("{name} has no server: its device and lifetime", name=where)
        )
    else:
        used_up = fleet_consumed(fleet.need("servers"), fleet.need("period"), server.need("lifetime"))
        device = server.need("device")
        yield _servers(service, phase, device, (used_up * share).named(f"{device} consumed by {where}"))
    if server is not None and server.time is not None:
        busy = case.work_of([fleet.serves], server.time, "h", f"{where}.server.time", service.rates)
        busy = busy if server.share is None else busy * server.share.to("1")
        aur = fleet_aur(busy, fleet.servers, fleet.period, fleet.share)
        case.derived_aur(where, aur, Server.aur.bounds, fleet.span)
        made.append(aur)
    _refuse_unused(case, service, where, made)


def _refuse_unused(case: Case, service: Service, where: str, made: list[Node]) -> None:
    """Report what says how work is measured, beside a fleet that makes no use of it to count its own."""
    used = {*case.graph.below(node.index for node in made)}
    for path in FOR_WORK:
        at = find(service.tree, path)
        if (
            at is None
            or isinstance(stated(at), Scoped)
            or used.issuperset(node.index for node in service.numbers(path))
        ):
            continue
        if not case.reader.is_named((*service.path, *path)):
            message = f"{where} has {joined(path)}, and a fleet that stands in its place"
            hint = f"take {where}.{joined(path)} or {where}.fleet out: the fleet counts its work by what it serves"
            case.reader.report(Problem(message, (at.key_span, entries(service.tree)["fleet"].key_span), hint))


def _fleet_energy(fleet: Fleet, where: str) -> Node:
    if fleet.energy is not None:
        energy: Node = fleet.energy
    elif fleet.power is not None:
        energy = fleet.power * fleet.need("servers") * fleet.need("period")
    else:
        hint = "give its energy over the period, or the mean power of a server"
        fleet.fail(f"{where}.fleet has no electricity", hint)
    return energy.to("kWh")


# --- flows ----------------------------------------------------------------------------------------------------------


def _electricity(case: Case, service: Service, phase: str, item: str, energy: Node) -> Iterator[Flow]:
    yield from flows_of(case, service, phase, item, energy, service)


def _water(case: Case, service: Service, where: str, phase: str) -> Iterator[Flow]:
    """Water of the active servers that the site does not count by their electricity."""
    if service.water is not None:
        water = case.work(service.water, "L", f"{where}.water", service.rates)
        beside = water.named(f"water of {where} beside that of its site")
        yield from water_of(case.site(service, phase), phase, beside, service)


def _servers(service: Service, phase: str, device: str, consumed: Node) -> Flow:
    return Flow("data centre", phase, "embodied", device, device, "", consumed, service)
