"""Training: electricity active and idle of the runs that count, and the share of the servers that they take."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import Each, Names, One, Quantity, Record, Rivals, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import NOTE
from lca.problems import Problem, near
from lca.rules.electricity import by_region, of_site
from lca.rules.occupancy import idle_energy, servers_consumed
from lca.rules.training import in_scope, per_use
from lca.text.documents import Located
from lca.text.overlay import entries, in_a_formula, items, keyed

ORDER = 6

BEYOND = "more uses than share the run: check the demand and amortised_over; allocation: whole carries the run once"


class Version(ByMethod):
    """A training run."""

    energy = Quantity("kWh", "measured electricity of the run", low=0)
    nodes = Quantity("server", "servers used", low=0)
    duration = Quantity("h", "how long they were used", low=0)
    power = Quantity("W/server", "electric power of one server, where no energy was measured", low=0)
    amortised_over = Quantity("", "uses that share the run, such as 31e6 prompt", above=0)
    note = Words(NOTE)
    rivals = (
        Rivals(
            ("energy",),
            ("power",),
            "the electricity of the run",
            "power × nodes × duration is energy; nodes and duration may stay, they say which servers the run takes",
        ),
    )


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
    energy = _energy(version)
    share = _share(case, training, version, energy)
    active = _carried(energy, share).named(f"active electricity of {name}")
    yield from _electricity(case, training, version, name, active)
    if training.idle_power is not None:
        idle = idle_energy(active, training.idle_power, training.need("aur", "idle_power needs the AUR of the servers"))
        named = idle.named(f"idle electricity of {name}")
        yield from _electricity(case, training, version, f"idle {name}", named)
    else:
        reason = "training states no idle_power"
        case.gap("data centre", "training", "use", "idle electricity of training", reason)
    if training.device:
        yield _servers(case, training, version, name, share)
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


def _servers(case: Case, training: Training, version: Version, name: str, share: Node | None) -> Flow:
    if training.aur is None:
        reason = "training has no aur: its servers count as active all their life"
        case.gap("data centre", "training", "embodied", training.device, reason)
    hours = _node_time(version) / case.graph.one(version.nodes.unit)
    life = training.need("lifetime", "the servers of a run are counted by their share of a lifetime")
    amount = _carried(servers_consumed(hours.to("h"), life, training.aur), share)
    consumed = amount.named(f"{training.device} consumed by {name}")
    return Flow("data centre", "training", "embodied", training.device, training.device, "", consumed, version)


def _carried(amount: Node, share: Node | None) -> Node:
    return amount if share is None else amount * share


def _share(case: Case, training: Training, version: Version, run: Node) -> Node | None:
    """The share of a run that the case carries; None for the whole of it."""
    part = f"training {version.name}"
    if version.has("amortised_over") and not training.has("allocation"):
        hint = "write allocation: per use in training, or whole to carry every run in full"
        version.fail(f"{version.name} states the uses that share it, and training no allocation", hint)
    if training.allocation == "whole":
        case.carries_whole(part, run)
        return None
    amortised = version.need("amortised_over", "allocation per use needs the uses that share the run, as in 1e6 prompt")
    uses = case.done(amortised, f"training.versions.{version.name}.amortised_over")
    share = per_use(uses, amortised).named(f"share of {part}")
    case.carries(share, part, run, amortised, entries(version.tree)["amortised_over"].span, BEYOND)
    return share


def contradictions(tree: Located) -> Iterator[Problem]:
    """Uses that share a run where no case of the study shares any: all of them carry each run whole."""
    stated = {at.value: at for at in keyed(tree, "allocation") if isinstance(at.value, str)}
    if "whole" not in stated or "per use" in stated or in_a_formula(tree, "amortised_over"):
        return
    for at in keyed(tree, "amortised_over"):
        message = "every case carries each run whole, and here are uses that share one"
        hint = "take amortised_over out, or write allocation: per use where the uses share it"
        yield Problem(message, (at.key_span, stated["whole"].key_span), hint)
