"""A report of energy in the data model BoAmps of Boavizta, version 1.1.0 (github.com/Boavizta/BoAmps, CC BY 4.0).

It holds what the scenario knows of one case. What the model requires and the scenario does not say is left out, and
named in `taskDescription`: nothing is put in its place. A computed amount is no measurement, and it is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lca import __version__
from lca.outputs import Study
from lca.problems import Misnamed, Problem
from lca.questions.citing import inputs
from lca.questions.disclosed import INFERENCE, Disclosed, Machine, disclosed, one_case
from lca.report import Look
from lca.wording import legible

WRITES = ("study",)
ORDER = 11
HEEDS = ("with_restricted",)
METHOD = "lca, computed from a scenario and not metered"


def render(study: Study, _look: Look) -> str:
    """The report. Problems where the study is of several cases, or its case takes no electricity of AI."""
    case = one_case(study.result, "a BoAmps report")
    told = disclosed(study.result)
    if not told.kwh:
        hint = "choose a functional unit with training or inference: --fu NAME"
        raise Misnamed([Problem(f"{case} takes no electricity of data, training or inference", (), hint)])
    blank = [*_blank(told)]
    report = {
        "task": _task(study, told, blank),
        "measures": [
            {"measurementMethod": METHOD, "version": __version__, "powerConsumption": sum(told.kwh.values())},
        ],
        "infrastructure": {"components": [_component(machine) for machine in told.fleet]} if told.fleet else {},
        **_environment(study, told),
    }  # fmt: skip
    return legible(json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


def _task(study: Study, told: Disclosed, blank: list[str]) -> dict[str, Any]:
    data = [{"dataUsage": usage, "dataType": kind, "dataQuantity": many} for usage, kind, many in told.flows]
    requests = {"nbRequest": told.requests} if INFERENCE in told.kwh and told.requests is not None else {}
    return {
        "taskStage": "+".join("datacreation" if phase == "data" else phase for phase in told.kwh),
        **requests,
        "algorithms": [{"foundationModelName": name} for name in told.models] or [{}],
        **({"dataset": data} if data else {}),
        "taskDescription": _description(study, blank),
    }


def _description(study: Study, blank: list[str]) -> str:
    model, case = study.result.model, study.result.model.cases[0]
    title = model.scenario.about.title or model.scenario.name
    unit = model.titles.get(case.functional_unit) or case.functional_unit
    left = f" Left blank, since the scenario does not say it: {', '.join(blank)}." if blank else ""
    return f"{title}, {case}: {unit}. Inputs of SHA-256 {inputs(model)}.{left}"


def _component(machine: Machine) -> dict[str, Any]:
    whole = machine.number is not None and machine.number == int(machine.number)
    number: dict[str, float] = {"nbComponent": int(machine.number)} if whole and machine.number is not None else {}
    if machine.share is not None and 0 < machine.share <= 1:
        number = {"nbComponent": 1, "share": machine.share}
    return {"componentName": machine.item, "componentType": machine.kind, **number}


def _environment(study: Study, told: Disclosed) -> dict[str, Any]:
    """The country, where there is one, with the intensity of its electricity, which is a factor of a pack."""
    if len(told.places) != 1:
        return {}
    model = study.result.model
    may_be_told = study.with_restricted or all(model.factors.packs[name].redistributable for name in model.used_packs)
    known = told.grams_per_kwh is not None and may_be_told
    intensity = {"powerSourceCarbonIntensity": told.grams_per_kwh} if known else {}
    return {"environment": {"country": told.places[0], **intensity}}


def _blank(told: Disclosed) -> Iterator[str]:
    """What the data model requires of a report, or is for, and the scenario does not say."""
    yield from ("header", "task.taskFamily")
    if not told.models:
        yield "task.algorithms"
    if not told.flows:
        yield "task.dataset"
    yield "infrastructure.infraType"
    if not told.fleet:
        yield "infrastructure.components"
    elif any("nbComponent" not in _component(machine) for machine in told.fleet):
        yield "infrastructure.components.nbComponent"
    if len(told.places) != 1:
        yield "environment.country"
