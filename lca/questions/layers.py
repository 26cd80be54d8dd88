"""The layers of training that a case carries, from the base model to its last user: each with its own uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.blocks.training import Run, Training, called
from lca.model.case import CaseKey
from lca.problems import Problem, Problems
from lca.questions.allocation import uses_of
from lca.result import Result
from lca.rules.training import lineage
from lca.text.overlay import joined

REST = "all but training"


class Layer(NamedTuple):
    """What one run of training adds to one criterion of a case; of `REST`, what all else does.

    from_: the run that it started from. uses: over what it is shared, in words. cumulative: with all layers before it.
    share: of the total.
    """

    case: CaseKey
    criterion: str
    name: str
    from_: str
    uses: str
    value: float
    cumulative: float
    unit: str
    share: float


class _Known(NamedTuple):
    """A run that a case may carry: how far it is from its base model, its path, and what is said of it."""

    depth: int
    path: str
    name: str
    from_: str
    uses: str


def layers(result: Result) -> list[Layer]:
    """The layers of each case by each criterion, base models first. Problems where no case carries a run."""
    found = [layer for case in result.model.cases for layer in _of_case(result, case)]
    if not found:
        hint = "describe the runs under training, and choose functional units that carry some with --fu"
        raise Problems([Problem("no case that is meant carries a run of training", (), hint)])
    return found


def _of_case(result: Result, case: CaseKey) -> Iterator[Layer]:
    runs = sorted({run.path: run for run in _runs(result, case)}.values(), key=lambda run: run.depth)
    sums: dict[tuple[str, str], float] = {}
    for line in result.model.lines.of(case):
        sums[line.part, line.criterion] = sums.get((line.part, line.criterion), 0.0) + result.values[line.impact]
    for key in result.model.criteria:
        total, unit, so_far = result.total(case.functional_unit, key, case.variant), result.unit(key), 0.0
        there = [(run, sums[run.path, key]) for run in runs if (run.path, key) in sums]
        for run, value in there:
            so_far += value
            yield Layer(case, key, run.name, run.from_, run.uses, value, so_far, unit, _share(value, total))
        if there:
            yield Layer(case, key, REST, "", "", total - so_far, total, unit, _share(total - so_far, total))


def _share(value: float, total: float) -> float:
    return value / total if total else 0.0


def _runs(result: Result, case: CaseKey) -> Iterator[_Known]:
    """Every run of a case, or of those that it adds up."""
    for unit in result.model.scenario.parts(case.functional_unit):
        key = CaseKey(unit, case.variant)
        trainings: dict[str, Training] = result.model.read[key].block("training")
        for training in trainings.values():
            runs: dict[str, Run] = training.runs
            for name, run in runs.items():
                depth = len(lineage(name, training.started_from))
                uses = uses_of(result, key, called(run))
                yield _Known(depth, joined(run.path), run.title or name, training.started_from.get(name, ""), uses)
