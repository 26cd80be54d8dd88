"""Strictness: what a study that is passed on or kept in CI should have, and may lack elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Checked
from lca.problems import Problem
from lca.result import Result
from lca.text.overlay import find

ORDER = 3
STRICT = True


def check(result: Result, checked: Checked, _draws: int) -> Checked:
    """What has been found so far, with a finding for each thing that strictness asks for and the study lacks."""
    return checked._replace(findings=(*checked.findings, *findings(result)))


def findings(result: Result) -> Iterator[Problem]:
    """What strictness asks for and a study lacks, each with its place and the way out."""
    yield from _no_figure(result)


def _no_figure(result: Result) -> Iterator[Problem]:
    """A check of a study that expects nothing cannot fail."""
    if not result.verdicts:
        tree = result.model.scenario.tree
        hint = "say under expect what a figure comes to, or what it stays below"
        yield Problem("the study expects no figure", ((find(tree, ("study",)) or tree).span,), hint)
