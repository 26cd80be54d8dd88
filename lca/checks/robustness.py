"""How much an agreement says: the share of draws over the inputs' ranges in which an expected figure is still met.

A figure that nearly every draw meets says little about the inputs that were chosen, and one that few meet says that
they matter. Calibrated inputs stay at their values: nothing is fitted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca import samples, units
from lca.result import Result, Verdict


def met_by_draws(result: Result, verdicts: Sequence[Verdict], draws: int, seed: int = 0) -> list[Verdict]:
    """The verdicts, each with the share of draws that meets it."""
    model = result.model
    varying = {index: samples.drawn(leaf) for index, leaf in model.graph.inputs() if leaf.law is not None}
    nodes = list(dict.fromkeys(index for v in verdicts for index in (v.node, v.bound) if index >= 0))
    if not nodes or not varying:
        return list(verdicts)
    mixes = {
        leaf: simplex
        for case in model.cases
        for leaf, simplex in samples.simplexes(
            model.ledger, model.scenario.parts(case.functional_unit), case.variant
        ).items()
    }
    made = samples.program(model.graph, nodes, varying, list(dict.fromkeys(mixes.values())))
    rows = dict(zip(nodes, samples.sampled(made, draws, seed), strict=True))
    return [v if v.node < 0 else v._replace(draws_met=_share(result, v, rows)) for v in verdicts]


def _share(result: Result, verdict: Verdict, rows: dict[int, Any]) -> float:
    computed, published = rows[verdict.node], verdict.published
    if verdict.bound >= 0:
        unit = result.model.graph.unit
        published = rows[verdict.bound] * (units.scale(unit[verdict.bound], unit[verdict.node]) or 1.0)
    met = {
        "at_least": lambda: computed >= published,
        "at_most": lambda: computed <= published,
        "below": lambda: computed < published,
        "value": lambda: abs(computed - published) <= verdict.within * abs(published),
    }
    return float(met[verdict.relation]().mean())
