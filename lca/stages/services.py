"""Servers that answer, web hosting and inference alike: electricity active and idle, and the share of the servers."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Fleet, Server, Service
from lca.model.fields import Record
from lca.model.flow import Flow
from lca.problems import Problem
from lca.rules.electricity import by_region, of_site
from lca.rules.occupancy import fleet_aur, fleet_consumed, fleet_share, idle_energy, servers_consumed
from lca.text.overlay import entries

PHASE = {"web_hosting": "access", "inference": "inference"}
IN_FLEET = {"energy": "fleet.energy", "idle_power": "fleet.energy, which holds the idle hours"}
IN_FLEET_SERVER = {"power": "fleet.power", "aur": "the fleet itself: its AUR follows from server.time"}


def flows(scope: Scope) -> Iterator[Flow]:
    """Electricity and servers of each service."""
    for block, phase in PHASE.items():
        services: dict[str, Service] = getattr(scope.study, block)
        for name, service in services.items():
            where = f"{block}.{name}" if name else block
            part = _of_fleet if service.has("fleet") else _of_work
            yield from scope.going_on(part(scope, service, where, phase), service)


# --- from a measurement for a unit of work --------------------------------------------------------------------------


def _of_work(scope: Scope, service: Service, where: str, phase: str) -> Iterator[Flow]:
    scope.site(service, phase)
    server: Server | None = service.server
    active = _active_energy(scope, service, where)
    yield from _electricity(scope, service, phase, "electricity", active)
    if service.idle_power is not None:
        why = "idle_power needs the server's AUR: how much of its life the server is active"
        aur = service.need("server", why).need("aur", why)
        idle = idle_energy(active, service.idle_power, aur).named(f"idle electricity of {where}")
        yield from _electricity(scope, service, phase, "idle electricity", idle)
    if server is None or server.time is None:
        lack = f"{where} has no {'server' if server is None else 'server.time'}"
        scope.gap("data centre", phase, "embodied", server.device if server is not None else where, lack)
        return
    if server.aur is None:
        reason = f"{where}.server has no aur: it counts as active all its life"
        scope.gap("data centre", phase, "embodied", server.need("device"), reason)
    busy = _busy_time(scope, service, server, where)
    consumed = servers_consumed(busy, server.need("lifetime"), server.aur)
    yield _servers(service, phase, server.need("device"), consumed.named(f"{server.device} consumed by {where}"))


def _active_energy(scope: Scope, service: Service, where: str) -> Node:
    server: Server | None = service.server
    if service.energy is not None:
        energy = scope.work(service.energy, "kWh", f"{where}.energy", service.images, service.tokens)
    elif server is not None and server.power is not None and server.time is not None:
        energy = (_busy_time(scope, service, server, where) * server.power).to("kWh")
    else:
        hint = "measure its energy, or give server.power and server.time, or a fleet"
        scope.fail(Problem(f"{where} has no electricity", (service.span,), hint))
    return energy.named(f"active electricity of {where}")


def _busy_time(scope: Scope, service: Service, server: Server, where: str) -> Node:
    time = scope.work(server.time, "h", f"{where}.server.time", service.images, service.tokens)
    return (time if server.share is None else time * server.share.to("1")).named(f"server time of {where}")


# --- from the capacity in place -------------------------------------------------------------------------------------


def _of_fleet(scope: Scope, service: Service, where: str, phase: str) -> Iterator[Flow]:
    scope.site(service, phase)
    fleet: Fleet = service.need("fleet")
    server: Server = service.need("server", "a fleet needs its server: device and lifetime")
    _refuse_both(scope, service, where, IN_FLEET)
    _refuse_both(scope, server, f"{where}.server", IN_FLEET_SERVER)
    served = scope.done(fleet.need("serves"), f"{where}.fleet.serves", service.images, service.tokens)
    share = fleet_share(served, fleet.serves, fleet.share).named(f"share of the fleet of {where}")
    energy = (_fleet_energy(scope, fleet, where) * share).named(f"electricity of {where}")
    yield from _electricity(scope, service, phase, "electricity", energy)
    used_up = fleet_consumed(fleet.need("servers"), fleet.need("period"), server.need("lifetime"))
    device = server.need("device")
    yield _servers(service, phase, device, (used_up * share).named(f"{device} consumed by {where}"))
    if server.time is not None:
        busy = scope.work_of([fleet.serves], server.time, "h", f"{where}.server.time", service.images, service.tokens)
        busy = busy if server.share is None else busy * server.share.to("1")
        scope.derived_aur(where, fleet_aur(busy, fleet.servers, fleet.period, fleet.share), fleet.span)


def _refuse_both(scope: Scope, record: Record, where: str, instead: dict[str, str]) -> None:
    for key, other in instead.items():
        if record.has(key):
            hint = f"take {where}.{key} or the fleet away; with a fleet it comes from {other}"
            message = f"{where} has {key}, and a fleet that stands in its place"
            scope.report(Problem(message, (entries(record.tree)[key].key_span,), hint))


def _fleet_energy(scope: Scope, fleet: Fleet, where: str) -> Node:
    if fleet.energy is not None:
        energy: Node = fleet.energy
    elif fleet.power is not None:
        energy = fleet.power * fleet.need("servers") * fleet.need("period")
    else:
        hint = "give its energy over the period, or the mean power of a server"
        scope.fail(Problem(f"{where}.fleet has no electricity", (fleet.span,), hint))
    return energy.to("kWh")


# --- flows ----------------------------------------------------------------------------------------------------------


def _electricity(scope: Scope, service: Service, phase: str, item: str, energy: Node) -> Iterator[Flow]:
    site = scope.site(service, phase)
    for region, part in by_region(of_site(energy, site.pue), site.need("region")):
        yield Flow("data centre", phase, "use", item, "electricity", region, part, service)


def _servers(service: Service, phase: str, device: str, consumed: Node) -> Flow:
    return Flow("data centre", phase, "embodied", device, device, "", consumed, service)
