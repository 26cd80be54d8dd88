"""Servers that answer, web hosting and inference alike: electricity active and idle, and the share of the servers."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Fleet, Server, Service
from lca.model.flow import Flow
from lca.problems import Problem
from lca.rules.electricity import by_region, of_site
from lca.rules.occupancy import fleet_aur, fleet_consumed, fleet_share, idle_energy, servers_consumed

PHASE = {"web_hosting": "access", "inference": "inference"}


def flows(scope: Scope) -> Iterator[Flow]:
    for block, phase in PHASE.items():
        services: dict[str, Service] = getattr(scope.study, block)
        for name, service in services.items():
            where = f"{block}.{name}" if name else block
            part = _of_fleet if service.fleet is not None else _of_work
            yield from part(scope, service, where, phase)


def _of_work(scope: Scope, service: Service, where: str, phase: str) -> Iterator[Flow]:
    server: Server | None = service.server
    active = _active_energy(scope, service, where)
    yield from _electricity(scope, service, phase, "electricity", active)
    if server is None:
        return
    if service.idle_power is not None:
        idle = idle_energy(active, service.idle_power, server.need("aur", "idle_power needs the server's AUR"))
        yield from _electricity(scope, service, phase, "idle electricity", idle.named(f"idle electricity of {where}"))
    if server.time is not None:
        busy = _busy_time(scope, service, server, where)
        consumed = servers_consumed(busy, server.need("lifetime"), server.aur)
        yield _servers(service, phase, server.device, consumed.named(f"{server.device} consumed by {where}"))


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


def _of_fleet(scope: Scope, service: Service, where: str, phase: str) -> Iterator[Flow]:
    fleet: Fleet = service.fleet
    server: Server = service.need("server", "a fleet needs its server: device and lifetime")
    served = scope.done(fleet.need("serves").unit, f"{where}.fleet.serves", service.images, service.tokens)
    share = fleet_share(served, fleet.serves, fleet.share).named(f"share of the fleet of {where}")
    energy = (_fleet_energy(scope, fleet, where) * share).named(f"electricity of {where}")
    yield from _electricity(scope, service, phase, "electricity", energy)
    used_up = fleet_consumed(fleet.need("servers"), fleet.need("period"), server.need("lifetime"))
    yield _servers(service, phase, server.device, (used_up * share).named(f"{server.device} consumed by {where}"))
    if server.time is not None:
        busy = scope.drive([fleet.serves], server.time, "h", f"{where}.server.time", service.images, service.tokens)
        busy = busy if server.share is None else busy * server.share.to("1")
        scope.derived_aur(where, fleet_aur(busy, fleet.servers, fleet.period, fleet.share), fleet.span)


def _fleet_energy(scope: Scope, fleet: Fleet, where: str) -> Node:
    if fleet.energy is not None:
        energy: Node = fleet.energy
    elif fleet.power is not None:
        energy = fleet.power * fleet.need("servers") * fleet.need("period")
    else:
        hint = "give its energy over the period, or the mean power of a server"
        scope.fail(Problem(f"{where}.fleet has no electricity", (fleet.span,), hint))
    return energy.to("kWh")


def _electricity(scope: Scope, service: Service, phase: str, item: str, energy: Node) -> Iterator[Flow]:
    site = scope.site(service)
    for region, part in by_region(of_site(energy, site.pue), site.region):
        yield Flow("data centre", phase, "use", item, "electricity", region, part, service)


def _servers(service: Service, phase: str, device: str, consumed: Node) -> Flow:
    return Flow("data centre", phase, "embodied", device, device, "", consumed, service)
