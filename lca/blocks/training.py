"""Training: electricity active and idle of the runs that count, and the share of the servers that they take."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import Each, Names, One, Quantity, Record, Text, Words
from lca.model.flow import Flow
from lca.model.terms import NOTE
from lca.problems import Problem, near
from lca.rules.electricity import by_region, of_site
from lca.rules.occupancy import idle_energy, servers_consumed
from lca.rules.training import in_scope, per_use
from lca.text.overlay import entries, items

ORDER = 6


class Version(Record):
    """A training run."""

    energy = Quantity("kWh", "measured electricity of the run", low=0)
    nodes = Quantity("server", "servers used", low=0)
    duration = Quantity("h", "how long they were used", low=0)
    power = Quantity("W/server", "electric power of one server, where no energy was measured", low=0)
    amortised_over = Quantity("", "uses that share the run, such as 31e6 prompt", above=0)
    note = Words(NOTE)


class Training(Record):
    """The training of the model: which versions count, and whole or shared among uses."""

    site = Text("the name of the site", required=True)
    device = Text("the item under which packs have factors of a server")
    lifetime = Quantity("year", "years from purchase to replacement of a server", above=0)
    aur = Quantity("1", "active utilization rate of the training servers", above=0, high=1)
    idle_power = Quantity("1", "power while idle, as a share of the active power", low=0, high=1)
    allocation = Text(
        "`whole`: all of each run; `per use`: each run over the uses that share it",
        choices=("whole", "per use"),
        default="whole",
    )
    include = Names("the versions that count; all where absent")
    versions = Each(Version, "training runs", required=True)
    note = Words(NOTE)


FIELD = One(Training, "the training of the model")


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and servers of each run that counts."""
    training: Training | None = case.block("training")
    if training is None:
        return
    for version in _included(training):
        yield from version.going_on(_run(case, training, version))


def _included(training: Training) -> Iterator[Version]:
    versions: dict[str, Version] = training.need("versions")
    written = entries(training.tree)
    for name in in_scope(training.include, tuple(versions)):
        if name in versions:
            yield versions[name]
        elif name not in entries(written.get("versions")):
            hint = near(name, versions, f"versions: {', '.join(versions)}")
            span = next(at.span for at in items(written.get("include")) if at.value == name)
            training.reader.report(Problem(f"no training version '{name}'", (span,), hint))


def _run(case: Case, training: Training, version: Version) -> Iterator[Flow]:
    name = f"training {version.name}"
    case.site(training, "training")
    active = _allocated(case, training, version, _energy(version)).named(f"active electricity of {name}")
    yield from _electricity(case, training, version, name, active)
    if training.idle_power is not None:
        idle = idle_energy(active, training.idle_power, training.need("aur", "idle_power needs the AUR of the servers"))
        named = idle.named(f"idle electricity of {name}")
        yield from _electricity(case, training, version, f"idle {name}", named)
    if training.device:
        yield _servers(case, training, version, name)
    else:
        case.gap("data centre", "training", "embodied", name, "training names no device")


def _electricity(case: Case, training: Training, version: Version, item: str, energy: Node) -> Iterator[Flow]:
    site = case.site(training, "training")
    for region, part in by_region(of_site(energy, site.pue), site.need("region")):
        yield Flow("data centre", "training", "use", item, "electricity", region, part, version)


def _energy(version: Version) -> Node:
    if version.energy is not None:
        energy: Node = version.energy
    elif version.power is not None:
        energy = version.power * _node_time(version)
    else:
        hint = "give its measured energy, or nodes, duration and power"
        version.fail(f"training version {version.name} has no electricity", hint)
    return energy.to("kWh")


def _node_time(version: Version) -> Node:
    why = "the servers that the run takes are nodes times duration"
    nodes: Node = version.need("nodes", why)
    duration: Node = version.need("duration", why)
    return (nodes * duration).to("h*server")


def _servers(case: Case, training: Training, version: Version, name: str) -> Flow:
    if training.aur is None:
        reason = "training has no aur: its servers count as active all their life"
        case.gap("data centre", "training", "embodied", training.device, reason)
    hours = _node_time(version) / case.graph.one(version.nodes.unit)
    life = training.need("lifetime", "the servers of a run are counted by their share of a lifetime")
    amount = _allocated(case, training, version, servers_consumed(hours.to("h"), life, training.aur))
    consumed = amount.named(f"{training.device} consumed by {name}")
    return Flow("data centre", "training", "embodied", training.device, training.device, "", consumed, version)


def _allocated(case: Case, training: Training, version: Version, amount: Node) -> Node:
    if version.has("amortised_over") and not training.has("allocation"):
        hint = "write allocation: per use in training, or whole to carry every run in full"
        version.fail(f"{version.name} states the uses that share it, and training no allocation", hint)
    if training.allocation == "whole":
        return amount
    amortised = version.need("amortised_over", "allocation per use needs the uses that share the run, as in 1e6 prompt")
    uses = case.done(amortised, f"training.versions.{version.name}.amortised_over")
    return per_use(amount, uses, amortised)
