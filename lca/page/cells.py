"""The lines of a study by the parts and stages that its page tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lca.compile import Model
from lca.graph import Graph, Node
from lca.questions.grouping import part_name


class Group(NamedTuple):
    """What lines have in common: their total, their part of the service and their stage."""

    functional_unit: str
    variant: str | None
    criterion: str
    part: str
    stage: str


def groups(model: Model) -> Mapping[Group, list[int]]:
    """The impacts of the lines of each group."""
    made: dict[Group, list[int]] = {}
    for line in model.lines:
        part = part_name((line.tier, line.phase))
        group = Group(line.functional_unit, line.variant, line.criterion, part, line.stage)
        made.setdefault(group, []).append(line.impact)
    return made


def summed(graph: Graph, model: Model, criterion: str, impacts: Iterable[int]) -> int:
    """The sum of impacts by a criterion of a model, as a node."""
    return graph.sum([Node(graph, index) for index in impacts], model.factors.criteria[criterion].unit).index
