"""Controls: the inputs that a study lets the readers of its report move (`study.controls`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from lca.compile import Model
from lca.graph import Input
from lca.model import declarations
from lca.model.inputs import is_whole, nothing, written_out
from lca.model.reader import Broken
from lca.problems import Problem
from lca.text.overlay import entries


def controls(model: Model) -> Mapping[str, Mapping[str, str]]:
    """The paths that a study names, in its order, each with its label by language ('': in any)."""
    declared: dict[str, declarations.Control] = {}
    with suppress(Broken):
        declared = model.scenario.about.controls
    return {written_out(control.input): control.label for control in declared.values()}


def misread(model: Model) -> Iterator[Problem]:
    """What is wrong with the controls of a study, of which every case has to be in the model."""
    with suppress(Broken):
        below: list[int] = []
        for control in model.scenario.about.controls.values():
            below = below or model.graph.below(model.totals.values())
            yield from _wrong(model, control, below)


def _wrong(model: Model, control: declarations.Control, below: list[int]) -> Iterator[Problem]:
    graph, path = model.graph, written_out(control.input)
    span = entries(control.tree)["input"].span
    leaves = [i for i in below if graph.op[i] == "input" and graph.info[i].path == path]
    if not leaves:
        told = nothing(model.facts, control.input, below)
        yield told._replace(spans=(span,))
        return
    leaf: Input = graph.info[leaves[0]]
    if leaf.origin is not None:
        hint = "state it in the scenario, and it can be moved"
        yield Problem(f"{path} is a number of the pack {leaf.origin.pack}", (span,), hint)
    elif (
        all(is_whole(graph, index) for index in leaves) and leaf.span[0] == span[0]
    ):  # else a reader of it put it there
        hint = "name another, or give another share more than 0 %"
        yield Problem(f"{path} is 100 % of its mix, and no other share can make up for it", (span,), hint)
