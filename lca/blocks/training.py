"""Training: electricity active and idle of the runs that count, and the share of the machines that they take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import units
from lca.graph import Node, leaf_spans
from lca.model.case import Case
from lca.model.fields import Each, Names, OneOrEach, Quantity, Record, Rivals, Text, Title, Truth, Words, renamed
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import METERED, METERS, NOTE
from lca.problems import Problem, near, shortened
from lca.rules import training as rule
from lca.rules.electricity import flows_of
from lca.rules.occupancy import idle_energy, servers_consumed
from lca.spoken import N_
from lca.text.documents import Located
from lca.text.overlay import entries, find, in_a_formula, items, joined, keyed

ORDER = 6

BEYOND = "more uses than share the run: check the demand and amortised_over; allocation: whole carries the run once"
SHARED = "per use", "repeated"  # the allocations that take the uses of a run
TIMES = "nodes × duration is the machine time, and so is compute over speed × utilisation: state one of them"
KWH = units.unit("kWh")


class OfRuns(ByMethod):
    """What a training says of all its runs, and a run of itself where it differs."""

    site = Text("the name of the site")
    metered = Text(METERED, choices=METERS)
    device = Text("the item under which packs have factors of a server, or of the GPU that time is counted in")
    gpus = Quantity("GPU/server", "GPUs of a server, where some are counted and not the other", above=0, counted=True)
    lifetime = Quantity("year", "years from purchase to replacement of the device", above=0)
    aur = Quantity("1", "active utilization rate of the training servers", above=0, high=1)
    power = Quantity("W/GPU", "electric power of one GPU or server, where no energy was measured", low=0, counted=True)
    idle_power = Quantity("1", "power while idle, as a share of the active power", low=0, high=1)
    speed = Quantity("FLOP/s/GPU", "peak speed of one GPU or server, such as 312 TFLOP/s/GPU", above=0, counted=True)
    utilisation = Quantity("1", "share of that speed which is reached; 100 % of a measured speed", above=0, high=1)
    experiments = Quantity("1", "failed and exploratory runs, as a share of what the run takes itself", low=0)
    allocation = Text(
        "`whole`: all of each run; `per use`: each run over the uses that share it; "
        "`repeated`: done anew for each so many uses, such as a fine-tuning for a user",
        choices=("whole", "per use", "repeated"),
        default="whole",
    )
    phase = Text("`data` where data are collected, cleaned or made", choices=("training", "data"), default="training")
    note = Words(NOTE)


class Run(OfRuns, ByMethod):
    """A run of training, of fine-tuning or of work on data. What it leaves out, its training says."""

    title = Title("what it is in words, such as the base model")
    from_ = Text("the run that it started from")
    energy = Quantity("kWh", "measured electricity of the run", low=0)
    idle_energy = Quantity("kWh", "measured electricity of the idle hours that go with it", low=0)
    nodes = Quantity("server", "machines used", low=0, counted=True)
    duration = Quantity("h", "how long they were used", low=0)
    time = Quantity(
        "GPU*h", "machine time, such as 1e5 GPU*h or 900 server*h, for nodes × duration", low=0, counted=True
    )
    compute = Quantity("FLOP", "floating-point operations of the run, in place of its time", low=0)
    amortised_over = Quantity("", "uses that share the run, such as 31e6 prompt", above=0)
    uses_of = Words("whose uses these are, where others share the run, such as all customers of a hosted model")
    rivals = (
        Rivals(
            ("energy",),
            ("power",),
            "the electricity of the run",
            "power × machine time is energy; nodes and duration may stay, they say which servers the run takes",
        ),
        Rivals(("idle_energy",), ("idle_power",), "its idle hours", "idle_power is of what was not measured"),
        *(Rivals((one,), (other,), "its machine time", TIMES) for one, other in (
            ("time", "nodes"), ("time", "duration"), ("time", "compute"), ("compute", "nodes"), ("compute", "duration"),
        )),
    )  # fmt: skip

    def check(self) -> None:
        super().check()
        if self.has("uses_of") and not self.has("amortised_over"):
            at = entries(self.tree)["uses_of"]
            message, hint = f"{joined(self.path)} says whose uses share it, and not how many", "state amortised_over"
            self.reader.report(Problem(message, (at.key_span,), hint))


class Training(OfRuns):
    """The training of a model: which runs count, and whole or shared among uses."""

    include = Names("the runs that count; all where absent")
    with_ancestors = Truth("whether the runs that these started from count as well")
    runs = renamed(Each(Run, "the runs", required=True), "versions")

    @property
    def froms(self) -> dict[str, Located]:
        """Where the runs say what they started from."""
        runs = entries(entries(self.tree).get("runs"))
        return {name: entries(run)["from"] for name, run in runs.items() if "from" in entries(run)}

    @property
    def started_from(self) -> dict[str, str]:
        """What the runs started from, by name."""
        return {name: at.value for name, at in self.froms.items() if isinstance(at.value, str)}

    def check(self) -> None:
        super().check()
        runs, froms = entries(entries(self.tree).get("runs")), self.froms
        for at in (*items(entries(self.tree).get("include")), *froms.values()):
            if isinstance(at.value, str) and at.value and at.value not in runs:
                hint = near(at.value, runs, f"runs: {', '.join(runs)}")
                self.reader.report(Problem(f"no run '{shortened(at.value)}' in {joined(self.path)}", (at.span,), hint))
        for circle in rule.circles(self.started_from):
            message = f"{circle[0]} started from itself: {' -> '.join((*circle, circle[0]))}"
            hint = "a run has one run at most that it started from, which was there before"
            self.reader.report(Problem(message, tuple(froms[name].span for name in circle), hint))


FIELD = OneOrEach(Training, "the training of the model, or of several models by name")


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and machines of each run that counts."""
    trainings: dict[str, Training] = case.block("training")
    for training in trainings.values():
        yield from training.going_on(_of_training(case, training))


def _of_training(case: Case, training: Training) -> Iterator[Flow]:
    runs: dict[str, Run] = training.need("runs")
    for name in rule.in_scope(training.include or runs, training.started_from, training.with_ancestors):
        if name in runs:
            yield from runs[name].going_on(_run(case, runs[name]))


def _run(case: Case, run: Run) -> Iterator[Flow]:
    name = called(run)
    case.site(_stating(run, "site"), _said(run, "phase"))
    energy = rule.with_experiments(_energy(run), _said(run, "experiments"))
    share = _share(case, run, name, energy)
    active = _carried(energy, share).named(f"active electricity of {name}")
    yield from _electricity(case, run, name, active)
    idle = _idle(case, run, active, share)
    if idle is not None:
        yield from _electricity(case, run, f"idle {name}", idle.named(f"idle electricity of {name}"))
    yield from _machines(case, run, name, share)


def called(run: Run) -> str:
    """What lines and allocations call a run."""
    return " ".join((_said(run, "phase"), *_of(run).path[1:], run.name))


def _electricity(case: Case, run: Run, item: str, energy: Node) -> Iterator[Flow]:
    stating, meter = (_stating(run, name) for name in ("site", "metered"))
    yield from flows_of(case, stating, _said(run, "phase"), item, energy, run, meter)


# --- what a run says, or its training for it --------------------------------------------------------------------------


def _of(run: Run) -> Record:
    """The training that a run is of."""
    return run.parent or run


def _stating(run: Run, name: str) -> Record:
    """The training of a run, where it states what the run does not; else the run, and what a method gives it."""
    of = _of(run)
    return of if of.has(name) and find(of.tree, ("runs", run.name, name)) is None else run


def _said(run: Run, name: str) -> Any:
    return _stating(run, name).get(run.fields[name])


def _lacking(run: Run, *names: str) -> str:
    """Where something is not stated: in the training, or in a run of it where another run states it."""
    runs: dict[str, Run] = _of(run).need("runs")
    others = any(other.has(name) for other in runs.values() for name in names)
    return joined(run.path if others else _of(run).path)


def _need(run: Run, name: str, why: str) -> Any:
    return _stating(run, name).need(name, why)


# --- electricity ------------------------------------------------------------------------------------------------------


def _energy(run: Run) -> Node:
    if run.energy is not None:
        energy: Node = run.energy
    elif (power := _said(run, "power")) is not None:
        energy = power * _time_by(power, run)
    else:
        hint = "give its measured energy, or the power of a machine with nodes and duration, time, or compute and speed"
        run.fail(f"training run {run.name} has no electricity", hint)
    return energy.to("kWh")


def _idle(case: Case, run: Run, active: Node, share: Node | None) -> Node | None:
    """The electricity of the idle hours, as measured or by a share of the power; None where neither is stated."""
    if run.idle_energy is not None:
        return _carried(rule.with_experiments(run.idle_energy.to("kWh"), _said(run, "experiments")), share)
    power = _said(run, "idle_power")
    if power is not None:
        return idle_energy(active, power, _need(run, "aur", "idle_power needs the AUR of the servers"))
    where = _lacking(run, "idle_power", "idle_energy")
    case.gap(
        "data centre",
        _said(run, "phase"),
        "use",
        N_("idle electricity of {name}", name=where),
        N_("{name} states no idle_power", name=where),
    )
    return None


# --- machines ---------------------------------------------------------------------------------------------------------


def _time(run: Run) -> Node:
    """The machine time of a run, in hours of a machine: as stated, by its computation, or nodes × duration."""
    if run.time is not None:
        return rule.in_hours(run.time)
    if run.compute is not None:
        why = "the machine time of a run is compute over speed × utilisation; 100 % where the speed is the one reached"
        return rule.time_of_computation(run.compute, _need(run, "speed", why), _need(run, "utilisation", why))
    why = "the machine time of a run is nodes × duration; or state its time, such as 1000 GPU*h, or its compute in FLOP"
    return rule.time_of_nodes(run.need("nodes", why), run.need("duration", why))


def _time_by(power: Node, run: Run) -> Node:
    """The machine time of a run, counted in the machine that its power is per, by the GPUs of a server."""
    time, gpus = _time(run), _said(run, "gpus")
    ways = [time] if gpus is None else [time, time * gpus, time / gpus]
    for way in ways:
        if units.scale(units.times(way.unit, power.unit), KWH) is not None:
            return way
    counted, per = rule.machine(time), units.denominator(power.unit)
    message = f"{joined(run.path)} counts its time in {counted} and its power per {per}"
    hint = "write both for the same machine, or say how many GPUs a server has, as in gpus: 8 GPU/server"
    return run.reader.fail(Problem(message, (*leaf_spans(power)[:1], *leaf_spans(time)[:2]), hint))


def _time_of_device(run: Run) -> Node:
    """Machine time in servers, where it is said how many GPUs one has; else in the machine that it is stated in."""
    time, gpus = _time(run), _said(run, "gpus")
    fits = gpus is not None and units.scale(rule.machine(time), units.denominator(gpus.unit)) is None
    return rule.in_hours(time / gpus) if fits else time


def _machines(case: Case, run: Run, name: str, share: Node | None) -> Iterator[Flow]:
    phase, device, aur = (_said(run, key) for key in ("phase", "device", "aur"))
    if not device:
        case.gap("data centre", phase, "embodied", name, N_("{name} names no device", name=_lacking(run, "device")))
        return
    if aur is None:
        reason = N_("{name} has no aur: its servers count as active all their life", name=_lacking(run, "aur"))
        case.gap("data centre", phase, "embodied", device, reason)
    time = rule.with_experiments(_time_of_device(run), _said(run, "experiments"))
    one = case.graph.one(rule.machine(time))
    life = _need(run, "lifetime", "the machines of a run are counted by their share of a lifetime")
    amount = _carried(servers_consumed((time / one).to("h"), life, aur), share) * one
    yield Flow("data centre", phase, "embodied", device, device, "", amount.named(f"{device} consumed by {name}"), run)


# --- what a case carries of a run -------------------------------------------------------------------------------------


def _carried(amount: Node, share: Node | None) -> Node:
    return amount if share is None else amount * share


def _share(case: Case, run: Run, part: str, whole: Node) -> Node | None:
    """The share of a run that the case carries; None for the whole of it."""
    allocation = _said(run, "allocation")
    if run.has("amortised_over") and not _stating(run, "allocation").has("allocation"):
        hint = f"write allocation: per use in {joined(_of(run).path)}, or whole to carry every run in full"
        run.fail(f"{run.name} states the uses that share it, and training no allocation", hint)
    if allocation == "whole":
        case.carries_whole(part, whole)
        return None
    why = f"allocation {allocation} needs the uses that share the run, as in 1e6 prompt"
    amortised = run.need("amortised_over", why)
    uses = case.done(amortised, joined((*run.path, "amortised_over")))
    share = rule.per_use(uses, amortised).named(f"share of {part}")
    of = N_(" of {uses}", uses=run.uses_of) if run.uses_of else ""
    if allocation == "repeated":
        case.allocated("repeated", part, N_(" for each {{}}{of}", of=of), amortised)
    else:
        case.carries(share, part, whole, amortised, entries(run.tree)["amortised_over"].span, BEYOND, of)
    return share


def contradictions(tree: Located) -> Iterator[Problem]:
    """Uses that share a run where no case of the study shares any: all of them carry each run whole."""
    stated = {at.value: at for at in keyed(tree, "allocation") if isinstance(at.value, str)}
    if "whole" not in stated or not stated.keys().isdisjoint(SHARED) or in_a_formula(tree, "amortised_over"):
        return
    for at in keyed(tree, "amortised_over"):
        message = "every case carries each run whole, and here are uses that share one"
        hint = "take amortised_over out, or write allocation: per use where the uses share it"
        yield Problem(message, (at.key_span, stated["whole"].key_span), hint)
