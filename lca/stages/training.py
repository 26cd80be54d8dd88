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
from lca.text.overlay import entries, items


def flows(scope: Scope) -> Iterator[Flow]:
    """Electricity and servers of each run that counts."""
    training: Training | None = scope.study.training
    if training is None:
        return
    for version in _included(scope, training):
        yield from scope.going_on(_run(scope, training, version), version)


def _included(scope: Scope, training: Training) -> Iterator[Version]:
    versions: dict[str, Version] = training.need("versions")
    written = entries(training.tree)
    for name in in_scope(training.include, tuple(versions)):
        if name in versions:
            yield versions[name]
        elif name not in entries(written.get("versions")):
            hint = near(name, versions, f"versions: {', '.join(versions)}")
            span = next(at.span for at in items(written.get("include")) if at.value == name)
            scope.report(Problem(f"no training version '{name}'", (span,), hint))


def _run(scope: Scope, training: Training, version: Version) -> Iterator[Flow]:
    name = f"training {version.name}"
    scope.site(training, "training")
    active = _allocated(scope, training, version, _energy(scope, version)).named(f"active electricity of {name}")
    yield from _electricity(scope, training, version, name, active)
    if training.idle_power is not None:
        idle = idle_energy(active, training.idle_power, training.need("aur", "idle_power needs the AUR of the servers"))
        named = idle.named(f"idle electricity of {name}")
        yield from _electricity(scope, training, version, f"idle {name}", named)
    if training.device:
        yield _servers(scope, training, version, name)
    else:
        scope.gap("data centre", "training", "embodied", name, "training names no device")


def _electricity(scope: Scope, training: Training, version: Version, item: str, energy: Node) -> Iterator[Flow]:
    site = scope.site(training, "training")
    for region, part in by_region(of_site(energy, site.pue), site.need("region")):
        yield Flow("data centre", "training", "use", item, "electricity", region, part, version)


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
    why = "the servers that the run takes are nodes times duration"
    nodes: Node = version.need("nodes", why)
    duration: Node = version.need("duration", why)
    return (nodes * duration).to("h*server")


def _servers(scope: Scope, training: Training, version: Version, name: str) -> Flow:
    if training.aur is None:
        reason = "training has no aur: its servers count as active all their life"
        scope.gap("data centre", "training", "embodied", training.device, reason)
    hours = _node_time(version) / scope.graph.one(version.nodes.unit)
    life = training.need("lifetime", "the servers of a run are counted by their share of a lifetime")
    amount = _allocated(scope, training, version, servers_consumed(hours.to("h"), life, training.aur))
    consumed = amount.named(f"{training.device} consumed by {name}")
    return Flow("data centre", "training", "embodied", training.device, training.device, "", consumed, version)


def _allocated(scope: Scope, training: Training, version: Version, amount: Node) -> Node:
    if version.has("amortised_over") and not training.has("allocation"):
        hint = "write allocation: per use in training, or whole to carry every run in full"
        scope.fail(
            Problem(f"{version.name} states the uses that share it, and training no allocation", (version.span,), hint)
        )
    if training.allocation == "whole":
        return amount
    amortised = version.need("amortised_over", "allocation per use needs the uses that share the run, as in 1e6 prompt")
    uses = scope.done(amortised, f"training.versions.{version.name}.amortised_over")
    return per_use(amount, uses, amortised)
