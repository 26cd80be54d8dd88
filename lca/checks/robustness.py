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


def check(result: Result, checked: Checked, draws: int, progress: samples.Progress | None = None) -> Checked:
    """The verdicts, each with how often draws meet it."""
    return checked._replace(verdicts=met_by_draws(result, checked.verdicts, draws, progress=progress))


def met_by_draws(
    result: Result, verdicts: Sequence[Verdict], draws: int, seed: int = 0, progress: samples.Progress | None = None
) -> list[Verdict]:
    """The verdicts, each with the share of draws that meets it; a statistic, which is of all draws, has none.

    Problems where there are too many draws.
    """
    drawn = [v for v in verdicts if not v.samples]
    nodes = {case: _nodes(case, drawn) for case in dict.fromkeys(CaseKey(v.of, v.variant) for v in drawn)}
    samples.refuse_too_many(draws, max(map(len, nodes.values()), default=0), "draws")
    met: dict[int, float] = {}  # by the place of a verdict
    for number, (case, own) in enumerate(nodes.items()):
        rows = _rows(result, own, draws, seed, samples.within(progress, number, len(nodes)))
        met |= {
            place: _share(result, v, rows)
            for place, v in enumerate(verdicts)
            if (v.of, v.variant) == case and not v.samples
        }
    return [v._replace(draws_met=met.get(place)) for place, v in enumerate(verdicts)]


def _nodes(case: CaseKey, verdicts: Sequence[Verdict]) -> list[int]:
    """The figures of a case and what they are held against."""
    own = (v for v in verdicts if (v.of, v.variant) == case)
    return list(dict.fromkeys(index for v in own for index in (v.node, v.bound) if index >= 0))


def _rows(
    result: Result, nodes: Sequence[int], draws: int, seed: int, progress: samples.Progress | None
) -> dict[int, Any]:
    """The samples of nodes."""
    graph = result.model.graph
    varying = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    made = samples.program(graph, nodes, varying)
    return dict(zip(nodes, samples.sampled(made, draws, seed, progress=progress), strict=True))


def _share(result: Result, verdict: Verdict, rows: dict[int, Any]) -> float:
    computed, published = rows[verdict.node], verdict.published
    if verdict.bound >= 0:
        unit = result.model.graph.unit
        published = rows[verdict.bound] * (units.scale(unit[verdict.bound], unit[verdict.node]) or 1.0)
    return float(is_met(verdict.relation, computed, published, verdict.within).mean())
