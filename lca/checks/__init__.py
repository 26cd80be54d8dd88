"""Checks of a result, one file each, found by its name and imported on use.

A check has `check(result, checked, draws)`: what has been found so far, with what it finds. One that declares
`DRAWS = True` is asked only where inputs are to be drawn, and told `progress` as well; ORDER is its place in the order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from lca import discovery

if TYPE_CHECKING:
    from lca.problems import Problem
    from lca.result import Result, Verdict


class Checked(NamedTuple):
    """One scenario checked: its verdicts, the labels of its criteria, and its problems."""

    scenario: str
    verdicts: list[Verdict]
    labels: dict[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.problems) or any(v.verdict == "missed" for v in self.verdicts)


def checked(scenario: str, result: Result, draws: int = 0, progress: Callable[[float], None] | None = None) -> Checked:
    """What all checks find. `draws`: how many times inputs are drawn; `progress` is told how far that is."""
    so_far = Checked(scenario, [], {criterion.key: criterion.label for criterion in result.criteria})
    for name, declared in discovery.files("checks", "DRAWS").items():
        if draws or not declared.get("DRAWS"):
            told = {"progress": progress} if declared.get("DRAWS") else {}
            so_far = discovery.module("checks", name).check(result, so_far, draws, **told)
    return so_far
