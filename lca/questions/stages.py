"""Which stages but use the figures of equipment hold: what one side of a study counts and another leaves out.

ISO 14044, 4.2: stages that are left out are said and justified. Equipment whose factors hold manufacture alone is no
equal of equipment whose factors hold its end of life, with credits for what is recovered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lca.model.terms import EMBODIED
from lca.result import Result
from lca.rules.end_of_life import PARTS, TOTAL

EVERY = "all"  # one figure for every stage, use included
RETURNED = ("end of life", "embodied", EVERY)  # stages that may hold credits
INCLUDED = "included"  # credits, as a package says


class Equipment(NamedTuple):
    """Items with figures for the same stages. `credits`: the items of them whose figures hold end-of-life credits."""

    stages: tuple[str, ...]
    items: tuple[str, ...]
    credits: tuple[str, ...]

    @property
    def counted(self) -> tuple[str, ...]:
        """The stages that are counted, whether in one figure or one by one."""
        return PARTS if {TOTAL, EVERY} & {*self.stages} else self.stages


def is_uneven(groups: Iterable[Equipment]) -> bool:
    """Whether some equipment leaves out a stage that other equipment counts."""
    return len({group.counted for group in groups}) > 1


def equipment(result: Result) -> list[Equipment]:
    """The items that are made, those with the same stages together; more than one where the study is uneven."""
    model = result.model
    stages: dict[tuple[str, str], set[str]] = {}
    credited: dict[str, None] = {}
    for line in model.lines:
        if line.stage in (*EMBODIED, EVERY):
            stages.setdefault((line.tier, line.item), set()).add(line.stage)
            if line.stage in RETURNED and (result.values[line.impact] < 0 or _packs_credit(result, line.factor)):
                credited[line.item] = None
    alike: dict[tuple[str, ...], dict[str, None]] = {}
    for (_, item), held in stages.items():
        alike.setdefault(tuple(stage for stage in (*EMBODIED, EVERY) if stage in held), {})[item] = None
    return [Equipment(own, tuple(items), tuple(i for i in items if i in credited)) for own, items in alike.items()]


def _packs_credit(result: Result, factor: int) -> bool:
    graph, packs = result.model.graph, result.model.factors.packs
    origins = (graph.info[i].origin for i in graph.below([factor]) if graph.op[i] == "input")
    return any(origin is not None and packs[origin.pack].credits == INCLUDED for origin in origins)
