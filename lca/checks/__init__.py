"""Checks of a result, one file each, found by its name and imported on use.

A check has `check(result, checked, draws)`: what has been found so far, with what it finds. One that declares
`DRAWS = True` is asked only where inputs are to be drawn, and told `progress` as well; one that declares
`STRICT = True` only where strictness is asked for; ORDER is its place in the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from lca import discovery
from lca.result import tally
from lca.spoken import n_
from lca.wording import deviation, percent

if TYPE_CHECKING:
    from lca.problems import Problem
    from lca.result import Result, Verdict


class Invariant(NamedTuple):
    """What has to hold of every result, in words, and what breaks it; nothing where it holds."""

    name: str
    broken: tuple[Problem, ...] = ()


class Checked(NamedTuple):
    """One scenario checked: its verdicts, the labels of its criteria, and its problems.

    problems: what is wrong with its files, so that no figure stands. invariants: what was looked at beside the
    figures. findings: what strictness asks for and the scenario lacks.
    """

    scenario: str
    verdicts: list[Verdict]
    labels: dict[str, str]
    problems: tuple[Problem, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    findings: tuple[Problem, ...] = ()

    @property
    def wrong(self) -> tuple[Problem, ...]:
        """The problems, and what breaks invariants: no figure of the scenario can be trusted."""
        return (*self.problems, *(problem for each in self.invariants for problem in each.broken))

    @property
    def missed(self) -> bool:
        """Whether a figure is missed, or strictness found something."""
        return bool(self.findings) or any(v.is_missed for v in self.verdicts)


SIGNS = {"value": "", "at_least": "at least ", "at_most": "at most ", "below": "below "}


def checked(
    scenario: str,
    result: Result,
    draws: int = 0,
    *,
    strict: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Checked:
    """What all checks find. `draws`: how many times inputs are drawn; `progress` is told how far that is."""
    so_far = Checked(scenario, [], {criterion.key: criterion.label for criterion in result.criteria})
    for name, declared in discovery.files("checks", "DRAWS", "STRICT").items():
        if (draws or not declared.get("DRAWS")) and (strict or not declared.get("STRICT")):
            told = {"progress": progress} if declared.get("DRAWS") else {}
            so_far = discovery.module("checks", name).check(result, so_far, draws, **told)
    return so_far


def summarised(checked: Iterable[Checked]) -> str:
    """How many of each verdict; how many problems and findings of strictness, if any."""
    every = list(checked)
    words = tally(v for one in every for v in one.verdicts)
    wrong, findings = sum(len(one.wrong) for one in every), sum(len(one.findings) for one in every)
    texts = (
        n_("{count} problem", "{count} problems", wrong) if wrong else "",
        n_("{count} strict finding", "{count} strict findings", findings) if findings else "",
    )
    return ", ".join(text for text in (words, *texts) if text)


def outcome(v: Verdict) -> str:
    """The computed figure beside what is expected of it, in words and in six digits."""
    apart = f" ({deviation(v.deviation)})" if v.relation == "value" else ""
    drawn = "" if v.draws_met is None else f", met in {percent(v.draws_met)} of the draws"
    return f"{_shown(v.computed, v.unit)}, {v.said} {SIGNS[v.relation]}{_shown(v.published, v.unit)}{apart}{drawn}"


def _shown(value: float, unit: str) -> str:
    """A figure with its unit; a pure number as a share, unless it is more than the whole."""
    if unit in ("", "1"):
        return percent(value) if abs(value) <= 1 else f"{value:.6g}"
    return f"{value:.6g} {unit}"
