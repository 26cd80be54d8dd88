"""How much an agreement says: the share of draws over the inputs' ranges in which an expected figure is still met.

A figure that nearly every draw meets says little about the inputs that were chosen, and one that few meet says that
they matter. Calibrated inputs stay at their values: nothing is fitted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca import samples, units
from lca.checks import Checked
from lca.model.case import CaseKey
from lca.result import Result, Verdict, is_met

ORDER = 2  # it draws for the verdicts
DRAWS = True


def check(result: Result, checked: Checked, draws: int) -> Checked:
    """The verdicts, each with how often draws meet it."""
    return checked._replace(verdicts=met_by_draws(result, checked.verdicts, draws))


def met_by_draws(result: Result, verdicts: Sequence[Verdict], draws: int, seed: int = 0) -> list[Verdict]:
    """The verdicts, each with the share of draws that meets it."""
    cases = dict.fromkeys(CaseKey(v.of, v.variant) for v in verdicts)
    rows = {case: _rows(result, case, verdicts, draws, seed) for case in cases}
    return [v._replace(draws_met=_share(result, v, rows[CaseKey(v.of, v.variant)])) for v in verdicts]


def _rows(result: Result, case: CaseKey, verdicts: Sequence[Verdict], draws: int, seed: int) -> dict[int, Any]:
    """The samples of the figures of a case and of what they are held against, by node."""
    graph = result.model.graph
    varying = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    own = (v for v in verdicts if (v.of, v.variant) == case)
    nodes = list(dict.fromkeys(index for v in own for index in (v.node, v.bound) if index >= 0))
    made = samples.program(graph, nodes, varying)
    return dict(zip(nodes, samples.sampled(made, draws, seed), strict=True))


def _share(result: Result, verdict: Verdict, rows: dict[int, Any]) -> float:
    computed, published = rows[verdict.node], verdict.published
    if verdict.bound >= 0:
        unit = result.model.graph.unit
        published = rows[verdict.bound] * (units.scale(unit[verdict.bound], unit[verdict.node]) or 1.0)
    return float(is_met(verdict.relation, computed, published, verdict.within).mean())
