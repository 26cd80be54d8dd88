"""Occupancy: the share of a device's life that a service takes, and the electricity drawn while nothing is served.

Source: Berthelot, Caron, Jay, Lefèvre (2024), "Estimating the environmental impact of Generative-AI services using an
LCA-based methodology", Procedia CIRP 122, p. 709: manufacture is allocated in proportion to the time used over
lifetime × AUR, the active utilization rate being "the percentage of time in the equipment lifespan during which it is
actively used". A terminal is used for many purposes, so its life is counted in hours of use, and so is what it draws
on standby: the hours of standby of a day go with its hours of use. What is there for one subscriber and on all day is
shared in the same way among all that the subscriber does with it (ISO 14044, 4.3.4.2: by the data or by the time).
"""

from __future__ import annotations

from lca.graph import Node


def terminals_consumed(time: Node, lifetime: Node, daily_use: Node) -> Node:
    """Terminals used up by a time of use: the time over all hours that the terminal is in use during its life."""
    return (time / (lifetime * daily_use)).to("1")


def standby_energy(time: Node, standby: Node, standby_time: Node | None, daily_use: Node) -> Node:
    """Electricity on standby that goes with a time of use: 24 h / daily use - 1 hours of it for an hour of use.

    Where the hours on standby are stated, it is these over the hours of use.
    """
    one = time.graph.constant(1)
    hours = one / daily_use.to("1") - one if standby_time is None else standby_time.to("1") / daily_use.to("1")
    return time * standby * hours.named("hours on standby for an hour of use")


def hours_on(standby_time: Node, daily_use: Node) -> Node:
    """The part of a day that a device is in use or on standby, which is the whole of it at most."""
    return standby_time.to("1") + daily_use.to("1")


def shared(amount: Node, among: Node | None) -> Node:
    """What one of those who share something takes of it."""
    return amount if among is None else amount * (among.graph.one(among.unit) / among).to("1")


def subscribed(work: Node, serves: Node) -> Node:
    """The years of a subscriber's line that a work takes: the work over all that the line serves in a time.

    Either is data (GB, and GB/month) or time (h, and h/day).
    """
    return (work / serves).to("year")


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
