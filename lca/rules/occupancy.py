"""Occupancy: the share of a device's life that a service takes, and the electricity drawn while nothing is served.

Source: Berthelot, Caron, Jay, Lefèvre (2024), "Estimating the environmental impact of Generative-AI services using an
LCA-based methodology", Procedia CIRP 122, p. 709: manufacture is allocated in proportion to the time used over
lifetime × AUR, the active utilization rate being "the percentage of time in the equipment lifespan during which it is
actively used". A terminal is used for many purposes, so its life is counted in hours of use.
"""

from __future__ import annotations

from lca.graph import Node


def terminals_consumed(time: Node, lifetime: Node, daily_use: Node) -> Node:
    """Terminals used up by a time of use: the time over all hours that the terminal is in use during its life."""
    return (time / (lifetime * daily_use)).to("1")


def servers_consumed(time: Node, lifetime: Node, aur: Node | None) -> Node:
    """Servers used up by a time of activity: the time over the active part of the server's life.

    Without an AUR the server counts as active all its life.
    """
    active_life = lifetime if aur is None else lifetime * aur
    return (time / active_life).to("1")


def idle_energy(active: Node, idle_power: Node, aur: Node) -> Node:
    """Electricity of the idle hours that go with the active ones.

    An active hour goes with 1/AUR - 1 idle hours, each at `idle_power`, a share of the power while active.
    """
    one = active.graph.constant(1)
    idle_hours = (one / aur.to("1") - one).named("idle hours for an active hour")
    return active * idle_power.to("1") * idle_hours


def fleet_part(served: Node, serves: Node) -> Node:
    """The part of a service's fleet that a demand takes: what it is served over all that the service is served."""
    return (served / serves).to("1")


def fleet_share(part: Node, share: Node | None) -> Node:
    """The part of the whole fleet, where a share of it is the service's."""
    return part if share is None else part * share.to("1")


def fleet_consumed(servers: Node, period: Node, lifetime: Node) -> Node:
    """Servers used up by keeping a number of them in place for a period, as a pure number."""
    return (servers * period / lifetime / _one_server(servers)).to("1")


def fleet_aur(busy: Node, servers: Node, period: Node, share: Node | None) -> Node:
    """The active utilization rate that a fleet has: time busy over time in place."""
    in_place = servers * period / _one_server(servers)
    return (busy / (in_place if share is None else in_place * share.to("1"))).to("1")


def _one_server(servers: Node) -> Node:
    return servers.graph.one(servers.unit)
