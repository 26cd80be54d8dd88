"""Derived quantities that have bounds, such as the share of a run that a demand carries, where inputs are moved.

As the study stands they are tested when it is compiled, and in sweeps at each point; `beyond` tests them where inputs
are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lca.graph import evaluate
from lca.model import inputs
from lca.model.ledger import Facts, Limit, out_of_bounds
from lca.problems import Problem


def derived(facts: Facts) -> list[Limit]:
    """The bounds of quantities that are no inputs, each once."""
    op = facts.graph.op
    return [limit for limit in dict.fromkeys(facts.limits) if op[limit.index] not in ("input", "share")]


def refused(facts: Facts, given: Mapping[int, float], path: str) -> Iterator[Problem]:
    """What derived quantities leave their bounds where leaves, by index, have other numbers."""
    graph = facts.graph
    moving = set(graph.above(given, range(len(graph))))
    limits = [limit for limit in derived(facts) if limit.index in moving]
    if not limits:
        return
    numbers = {leaf: inputs.given(graph, leaf, value) for leaf, value in given.items()}
    values = evaluate(graph, numbers, graph.below(limit.index for limit in limits))
    for limit in limits:
        value = values[limit.index]
        if not limit.bounds.allows(value * limit.factor):
            unit = graph.unit[limit.index]
            message = out_of_bounds(limit.path, value, unit, limit.bounds, limit.doc, limit.span).message
            yield Problem(f"with another {path}, {message}", (), limit.doc)
