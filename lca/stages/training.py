"""Training: electricity active and idle of the runs that count, and the share of the servers that they take."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Training, Version
from lca.model.flow import Flow
from lca.problems import Problem, near
from lca.rules.electricity import by_region, of_site
from lca.rules.occupancy import idle_energy, servers_consumed
from lca.rules.training import in_scope, per_use


def flows(scope: Scope) -> Iterator[Flow]:
    training: Training | None = scope.study.training
    if training is None:
        return
    for version in _included(scope, training):
        yield from _run(scope, training, version)


def _included(scope: Scope, training: Training) -> Iterator[Version]:
    versions: dict[str, Version] = training.need("versions")
    for name in in_scope(training.include, tuple(versions)):
        if name not in versions:
            hint = near(name, versions, f"versions: {', '.join(versions)}")
            scope.fail(Problem(f"no training version '{name}'", (training.tree.value["include"].span,), hint))
        yield versions[name]


def _run(scope: Scope, training: Training, version: Version) -> Iterator[Flow]:
    name = f"training {version.name}"
    site = scope.site(training)
    active = _allocated(scope, training, version, _energy(scope, version)).named(f"active electricity of {name}")
    energies = [(name, active)]
    if training.idle_power is not None:
        idle = idle_energy(active, training.idle_power, training.need("aur", "idle_power needs the AUR"))
        energies.append((f"idle {name}", idle.named(f"idle electricity of {name}")))
    for item, energy in energies:
        for region, part in by_region(of_site(energy, site.pue), site.region):
            yield Flow("data centre", "training", "use", item, "electricity", region, part, version)
    if training.device:
        yield _servers(scope, training, version, name)


def _energy(scope: Scope, version: Version) -> Node:
    if version.energy is not None:
        energy: Node = version.energy
    elif version.power is not None:
        energy = version.power * _node_time(version)
    else:
        hint = "give its measured energy, or nodes, duration and power"
        scope.fail(Problem(f"training version {version.name} has no electricity", (version.span,), hint))
    return energy.to("kWh")


def _node_time(version: Version) -> Node:
    why = f"training version {version.name} needs nodes and duration for its servers"
    return (version.need("nodes", why) * version.need("duration", why)).to("h*server")


def _servers(scope: Scope, training: Training, version: Version, name: str) -> Flow:
    hours = _node_time(version) / scope.graph.constant(1, version.nodes.unit)
    consumed = servers_consumed(hours.to("h"), training.need("lifetime", "servers need a lifetime"), training.aur)
    amount = _allocated(scope, training, version, consumed).named(f"{training.device} consumed by {name}")
    return Flow("data centre", "training", "embodied", training.device, training.device, "", amount, version)


def _allocated(scope: Scope, training: Training, version: Version, amount: Node) -> Node:
    if training.allocation == "whole":
        return amount
    amortised = version.need("amortised_over", "allocation per use needs the uses that share the run")
    uses = scope.done(amortised.unit, f"training.versions.{version.name}.amortised_over")
    return per_use(amount, uses, amortised)
