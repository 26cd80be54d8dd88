"""A table of 10,000 cases of 20 inputs in Python, against the same tape as straight numpy, as one would write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import lca
from bench.measure import Row, in_turns
from lca.graph import evaluate
from lca.questions.function import written

ROWS, SEED = 10_000, 1
SECOND, MOST = 1.0, 3.0
INPUTS = (
    "functional_units.FU1.demand.visits", "functional_units.FU2.demand.prompts", "sites.host.pue", "terminals.time",
    "terminals.devices.smartphone.power", "terminals.devices.smartphone.lifetime", "terminals.devices.laptop.power",
    "terminals.devices.laptop.lifetime", "network.data", "network.links.fixed.energy", "web_hosting.server.lifetime",
    "web_hosting.fleet.power", "inference.images", "inference.energy", "inference.server.time",
    "inference.server.lifetime", "inference.server.aur", "storage.data", "training.aur",
    "boavizta-2023-11.electricity.use.World.GWP",
)  # fmt: skip
OPERATION = re.compile(r"operation\[\d+\]\(None,\[(.*?),(.*?)\]\)")  # of two arguments: the tape has divisions alone


def cases(study: lca.Study) -> pd.DataFrame:
    """Each input within a tenth of what it is, each at random."""
    random = np.random.default_rng(SEED)
    known = study.inputs.drop_duplicates("path").set_index("path")["value"]
    return pd.DataFrame({path: known[path] * random.uniform(0.9, 1.1, ROWS) for path in INPUTS})


def by_hand(study: lca.Study) -> Callable[..., Any]:
    """The totals of the base case as a function of arrays: a line of numpy for each node that depends on an input."""
    model = study.whole.model.of_cases(study.scenario.cases())
    leaves = [index for path in INPUTS for index in _leaves(model, path)]
    source = written(model.graph, leaves, [(root, {}) for root in model.totals.values()], evaluate(model.graph))
    space: dict[str, Any] = {}
    exec(OPERATION.sub(r"(\1)/(\2)", source), space)  # noqa: S102  our own lines
    scales = [100.0 if str(model.graph.unit[leaf]) == "%" else 1.0 for leaf in leaves]
    return lambda frame: space["function"](
        *(frame[path].to_numpy() * scale for path, scale in zip(INPUTS, scales, strict=True))
    )


def _leaves(model: Any, path: str) -> list[int]:
    below = model.graph.below(model.totals.values())
    return [index for index in below if model.graph.op[index] == "input" and model.graph.info[index].path == path]


def rows() -> list[Row]:
    """The measurements of this file."""
    study = lca.load("stable_diffusion")
    frame, straight = cases(study), by_hand(study)
    apart = np.abs(study.table(frame).to_numpy().T / np.array(straight(frame)) - 1).max()
    ours, theirs = in_turns([lambda: study.table(frame), lambda: straight(frame)])
    said = f"{ours * 1e3:.1f} ms against {theirs * 1e3:.1f} ms, 6 totals"
    return [
        Row("a table of 10,000 cases × 20 inputs, in seconds", ours, SECOND, detail="of the shipped study"),
        Row("the same / the tape as straight numpy", ours / theirs, MOST, detail=said),
        Row("largest relative difference of the two", float(apart), 1e-12, detail=""),
    ]
