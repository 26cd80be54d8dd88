"""What forms of others ask of a case, as far as its scenario says it: electricity by AI phase, place, machines, model.

Forms: model cards of the Hugging Face hub, BoAmps reports, the Model Documentation Form of the EU's Code of Practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from lca import units
from lca.compile import Line
from lca.graph import Node, evaluate
from lca.model.case import Case, CaseKey
from lca.model.terms import MARKET
from lca.problems import Misnamed, Problem, Problems
from lca.questions.quantity import quantity
from lca.questions.selection import Selection, node
from lca.result import Result
from lca.rules.training import in_scope, with_experiments
from lca.text.overlay import entries
from lca.wording import quantity as in_words

TRAINING, INFERENCE = "training", "inference"
AI_PHASES = ("data", TRAINING, INFERENCE)
ELECTRICITY = "electricity"
CO2, GRAMS = "CO2eq", "gCO2eq"


class Machine(NamedTuple):
    """A kind of machine: its item, what it is counted in, and how many, or the share of one; None where unknown."""

    item: str
    kind: str
    number: float | None = None
    share: float | None = None


class Disclosed(NamedTuple):
    """What is known of a case; empty or None where the scenario does not say it.

    kwh: electricity by AI phase. no_training: why there are no figures of the training as a whole, in words; empty
    where there are. training_grams: CO2 equivalents of its electricity. flop: its computation, all runs.
    places: regions of the electricity of training, of inference where there is no training. machines: of training, in
    words. fleet: machines of training and inference. models: as inference names them. flows: tokens or images in and
    out of a request: (input or output, kind, how many). requests: of inference.
    """

    kwh: dict[str, float]
    no_training: str
    training_grams: float | None
    flop: float | None
    places: tuple[str, ...]
    machines: tuple[str, ...]
    fleet: tuple[Machine, ...]
    models: tuple[str, ...]
    flows: tuple[tuple[str, str, float], ...]
    requests: float | None
    grams_per_kwh: float | None


def one_case(result: Result, form: str) -> CaseKey:
    """The one case of a result. Problems where there are several: a report of a form is of one."""
    if len(result.model.cases) != 1:
        hint = "choose one: --fu NAME --variant base, or the name of a variant"
        raise Misnamed([Problem(f"{form} is of one case, and there are {len(result.model.cases)}", (), hint)])
    return result.model.cases[0]


def disclosed(result: Result) -> Disclosed:
    """What is known of the one case of a result."""
    case = one_case(result, "what a form asks")
    read = result.model.read.get(case)
    kwh = {phase: value for phase in AI_PHASES if (value := _kwh(result, case, phase)) is not None}
    why = _no_training(result, case, kwh)
    lines = [line for line in result.model.lines.of(case) if line.flow == ELECTRICITY]
    phase = TRAINING if TRAINING in kwh else INFERENCE
    runs = [] if read is None else [*_runs(read)]
    fleet = [*_trainers(result, runs)], [] if read is None else [*_servers(result, read)]
    said = [_value(result, _flop(run)) for run in runs if run.compute is not None]
    return Disclosed(
        kwh,
        why,
        None if why else _grams(result, case, (("phase", TRAINING), ("flow", ELECTRICITY), ("stage", "use"))),
        sum(said) if said and len(said) == len(runs) and not why else None,
        tuple(dict.fromkeys(line.region for line in lines if line.phase == phase and line.region)),
        tuple(_hardware(result, runs)),
        tuple(machine for of in fleet for machine in of),
        () if read is None else tuple(_models(read)),
        () if read is None else tuple(_flows(result, case, read)),
        None if read is None else _requests(result, read),
        _intensity(result, case, lines, sum(kwh.values())),
    )


# --- electricity ------------------------------------------------------------------------------------------------------


def _kwh(result: Result, case: CaseKey, phase: str) -> float | None:
    """Electricity of an AI phase in the data centre; None where there is none."""
    where = (("tier", "data centre"), ("phase", phase))
    with suppress(Problems):
        return _value(result, node(result.model, Selection(*case, flow=ELECTRICITY, where=where)).to("kWh"))
    return None


def _value(result: Result, of: Node) -> float:
    """A number that may have been asked for after the result was evaluated."""
    graph = result.model.graph
    return float(evaluate(graph, None, graph.below([of.index]))[of.index])


def _no_training(result: Result, case: CaseKey, kwh: dict[str, float]) -> str:
    shared = {
        each.part: each.convention
        for each in result.model.facts.allocations
        if (each.functional_unit, each.variant) == case and each.part.startswith(TRAINING)
    }
    if TRAINING not in kwh:
        return "the functional unit takes no electricity of training"
    if any(convention != "whole" for convention in shared.values()):
        return "the functional unit carries a share of the training, and not all of it"
    return ""


def _grams(result: Result, case: CaseKey, where: tuple[tuple[str, str], ...]) -> float | None:
    """CO2 equivalents of some lines, by the first criterion of the study that is in them; None where none is."""
    for criterion in result.criteria:
        if criterion.space.suffix == CO2 and criterion.basis != MARKET:
            grams = units.unit(GRAMS, criterion.space)
            with suppress(Problems):
                return _value(result, node(result.model, Selection(*case, criterion.key, where=where)).to(grams))
    return None


def _intensity(result: Result, case: CaseKey, lines: list[Line], kwh: float) -> float | None:
    """CO2 equivalents of a kWh, where all electricity of the case is of one region and in AI phases."""
    if len({line.region for line in lines}) != 1 or any(line.phase not in AI_PHASES for line in lines) or not kwh:
        return None
    grams = _grams(result, case, (("flow", ELECTRICITY), ("stage", "use")))
    return None if grams is None else grams / kwh


# --- machines ---------------------------------------------------------------------------------------------------------


def _runs(read: Case) -> Iterator[Any]:
    """The runs of training that count."""
    for training in read.block("training").values():
        runs = training.runs
        for name in in_scope(training.include or runs, training.started_from, training.with_ancestors):
            if name in runs and (runs[name] if runs[name].has("phase") else training).phase == TRAINING:
                yield runs[name]


def _flop(run: Any) -> Node:
    """The operations of a run, with those of failed and exploratory ones, as its electricity has them."""
    experiments = run.experiments if run.experiments is not None else run.parent.experiments
    operations: Node = with_experiments(run.compute.to("FLOP"), experiments)
    return operations


def _device(run: Any) -> str:
    return str(run.device or run.parent.device)


def _trainers(result: Result, runs: Iterable[Any]) -> Iterator[Machine]:
    for run in runs:
        kind = "gpu" if run.time is not None and "GPU" in str(run.time.unit) else "server"
        if device := _device(run):
            yield Machine(device, kind, None if run.nodes is None else result.values[run.nodes.index])


def _hardware(result: Result, runs: Iterable[Any]) -> Iterator[str]:
    """The devices of training, each with how many of them or their time, as far as the run states it."""
    for run in runs:
        if device := _device(run):
            stated = [each for each in (run.nodes, run.time) if each is not None]
            words = " ".join(in_words(result.values[each.index], str(each.unit)) for each in stated)
            yield f"{device}: {words}" if words else device


def _servers(result: Result, read: Case) -> Iterator[Machine]:
    for service in read.block("inference").values():
        if service.server is not None:
            share = service.server.share
            yield Machine(service.server.device, "server", None, None if share is None else result.values[share.index])


# --- requests ---------------------------------------------------------------------------------------------------------


def _models(read: Case) -> Iterator[str]:
    for service in read.block("inference").values():
        model = entries(service.tree).get("model")
        if model is not None and isinstance(model.value, str):
            yield model.value


INPUT, OUTPUT = ("input", "token"), ("output", "token")
FLOWS = {
    "input_tokens": INPUT, "cache_write_tokens": INPUT, "cache_read_tokens": INPUT,
    "reasoning_tokens": OUTPUT, "output_tokens": OUTPUT, "tokens": OUTPUT, "images": ("output", "image"),
}  # fmt: skip


def _flows(result: Result, case: CaseKey, read: Case) -> Iterator[tuple[str, str, float]]:
    """What goes in and out for a unit of the work, classes of tokens together, where one service alone states it."""
    services, totals = [*read.block("inference").values()], dict[tuple[str, str], float]()
    for service in services if len(services) == 1 else ():
        for key, flow in FLOWS.items():
            if service.has(key):
                with suppress(Problems):
                    of = quantity(result.model, case, ".".join((*service.path, key)))
                    if str(of.unit).startswith(f"{flow[1]}/"):
                        totals[flow] = totals.get(flow, 0.0) + _value(result, of)
    yield from ((*flow, value) for flow, value in totals.items())


def _requests(result: Result, read: Case) -> float | None:
    """How many requests or prompts the functional unit demands."""
    flows = (node for node in read.demand.values() if str(node.unit) in ("request", "prompt"))
    return next((result.values[flow.index] for flow in flows), None)
