"""How often derived quantities leave their bounds where inputs are drawn over their ranges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lca import samples
from lca.compile import Model
from lca.model.ledger import Bounds, in_words
from lca.questions.limits import derived
from lca.samples import Floats
from lca.spoken import N_, later
from lca.wording import percent

DRAWS = 10_000  # that tell how often a bound is left


def beyond(model: Model, seed: int = 0) -> Iterator[str]:
    """In words: which derived quantities leave their bounds where the inputs are drawn, and how often."""
    graph = model.graph
    drawn = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    varying = set(graph.above(drawn, range(len(graph))))
    limits = [limit for limit in derived(model.facts) if limit.index in varying]
    if limits:
        rows = samples.sampled(samples.program(graph, [limit.index for limit in limits], drawn), DRAWS, seed)
        for limit, row in zip(limits, rows, strict=True):
            share = float(_outside(limit.bounds, row * limit.factor).mean())
            if share:
                bounds, part = later(in_words, limit.bounds), later(percent, share)
                yield N_("{path} is not {bounds} in {share} of the draws", path=limit.path, bounds=bounds, share=part)


def _outside(bounds: Bounds, values: Floats) -> npt.NDArray[np.bool_]:
    low, high = (-np.inf if bounds.low is None else bounds.low), (np.inf if bounds.high is None else bounds.high)
    above = -np.inf if bounds.above is None else bounds.above
    return ~((values >= low) & (values <= high) & ((values > above) | (bounds.above is None)))
