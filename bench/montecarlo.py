"""Samples: against the drawing of their numbers alone, against Brightway's own Monte Carlo, and sweeps."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import SFC64, Generator, SeedSequence

from bench.measure import Row, in_turns
from lca import samples
from lca.compile import Model
from lca.disk.workspace import Run
from lca.graph import Graph, Input, evaluate
from lca.problems import Span
from lca.questions.uncertainty import Uncertainty, uncertainty
from lca.units import ONE

SAMPLES = 1_000_000
LINES, CRITERIA, NORMALS, UNIFORMS = 60, 6, 28, 12
ITEMS, STAGES = 12, ("manufacture", "distribution", "use", "end of life")
GSD = 1.2
UNITS = {
    "ADPe": "kgSbeq",
    "GWP": "kgCO2eq",
    "PE": "MJ",
    "ADPf": "MJ",
    "AP": "molHeq",
    "IR": "kBqU235eq",
    "PM": "incidence",
    "EPf": "kgPeq",
    "EPm": "kgNeq",
    "EPt": "molNeq",
}
PACKAGE = {
    "name": "generated",
    "title": "Generated",
    "version": "1",
    "licenses": [{"name": "CC0-1.0"}],
    "sources": [{"title": "generated"}],
    "citation": "Generated for timing",
    "accessed": "2026-01-01",
    "redistributable": True,
    "resources": [{"path": "factors.csv", "role": "factors"}],
}
HEADER = "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note"
MEGABYTE = 1 << 20
POINTS = 1000
ROUNDS = 5


def rows() -> Iterator[Row]:
    """What is measured."""
    yield from _against_the_floor()
    yield from _memory()
    yield from _against_brightway()
    yield from _sweeps()


# --- one million samples of a study ----------------------------------------------------------------------------------


def study() -> Model:
    """60 lines × 6 criteria × 40 uncertain inputs: each amount is a product of one to four of them."""
    pick = random.Random(1)  # noqa: S311  not for secrets
    inputs = {f"p{k}": _lognormal(2) if k < NORMALS else _triangular() for k in range(NORMALS + UNIFORMS)}
    amounts = {f"i{k}": " * ".join(pick.sample(list(inputs), pick.randint(1, 4))) for k in range(LINES)}
    factors = {(f"i{k}", "manufacture", key): pick.random() for k in range(LINES) for key in list(UNITS)[:CRITERIA]}
    lines = [(item, "manufacture", f"= 1 [device] * {amount}") for item, amount in amounts.items()]
    return _compiled(inputs, lines, factors, list(UNITS)[:CRITERIA])


def _lognormal(median: float) -> str:
    return f"{{value: {median}, law: {{lognormal: {{gsd: {GSD}}}}}}}"


def _triangular() -> str:
    return "{value: 2, low: 1, high: 4}"


def _compiled(
    inputs: dict[str, str],
    lines: list[tuple[str, str, str]],
    factors: dict[tuple[str, str, str], float],
    keys: list[str],
) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "generated"
        pack.mkdir()
        (pack / "datapackage.json").write_text(json.dumps(PACKAGE))
        table = [f"{i},{s},,2020,{key},{x!r},{UNITS[key]},device,,,,p. 1,B," for (i, s, key), x in factors.items()]
        (pack / "factors.csv").write_text("\n".join([HEADER, *table, ""]))
        text = [f"study: {{title: t, criteria: [{', '.join(keys)}], packs: [generated]}}", "functional_units:"]
        text += ["  FU1: {demand: {visits: 1 visit}}", "parameters:", *(f"  {k}: {v}" for k, v in inputs.items())]
        text += ["activities:"]
        text += [f'  - {{item: {i}, tier: data centre, stage: {s}, amount: "{a}"}}' for i, s, a in lines]
        (Path(folder) / "a.yaml").write_text("\n".join(text) + "\n")
        return Run(Path(folder) / "a.yaml", [folder]).compile(with_expectations=False)[0].model


def floor() -> None:
    """The same numbers drawn and nothing else: one thread, one stream a block, the block in the cache."""
    block = 8192
    for start in range(0, SAMPLES, block):
        generator = Generator(SFC64(SeedSequence(1, spawn_key=(start // block,))))
        size = min(block, SAMPLES - start)
        generator.standard_normal((NORMALS, size))
        generator.random((UNIFORMS, size))


def _against_the_floor() -> Iterator[Row]:
    model = study()

    def sampled(threads: int) -> Callable[[], Uncertainty]:
        return lambda: uncertainty(model, SAMPLES, 1, threads=threads)

    alone, one, two = in_turns([floor, sampled(1), sampled(2)], ROUNDS)
    detail = f"{SAMPLES:,} samples, {LINES} lines × {CRITERIA} criteria × 40 inputs, quantiles and histograms included"
    yield Row("uncertainty on two threads / drawing the numbers alone", two / alone, 1.8, detail=detail)
    yield Row("uncertainty on one thread / drawing the numbers alone", one / alone, 3.0, detail="the same")


def _memory() -> Iterator[Row]:
    code = "import bench.montecarlo as m, resource; m.uncertainty(m.study(), m.SAMPLES, 1);"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    peak = int(done.stdout) * (1 if sys.platform == "darwin" else 1024) / MEGABYTE
    yield Row("peak memory of that, in MB", peak, 250, detail="the whole process, Python and numpy included")


# --- against Brightway -----------------------------------------------------------------------------------------------


def equipment() -> dict[tuple[str, str, str], float]:
    """The factors of 12 items in 4 stages for 10 criteria."""
    pick = random.Random(2)  # noqa: S311
    return {(f"i{k}", stage, key): pick.random() for k in range(ITEMS) for stage in STAGES for key in UNITS}


def equipped() -> Model:
    """12 items × 4 stages × 10 criteria, the 12 quantities lognormal."""
    inputs = {f"q{k}": _lognormal(k + 1) for k in range(ITEMS)}
    lines = [(f"i{k}", stage, f"= 1 [device] * q{k}") for k in range(ITEMS) for stage in ("embodied", "use")]
    return _compiled(inputs, lines, equipment(), list(UNITS))


def brightway() -> Any:
    """The same as a Brightway study: a functional unit that takes 12 items, each with 4 stages, each with 10 flows.

    The characterisation factors are 1, so that the scores are the sums of the flows and cost nothing more.
    """
    warnings.filterwarnings("ignore")
    import bw2calc  # type: ignore[import-untyped]
    import bw_processing  # type: ignore[import-untyped]

    factors, keys = equipment(), list(UNITS)
    stages = [(f"i{k}", stage) for k in range(ITEMS) for stage in STAGES]
    item, stage = {f"i{k}": 1 + k for k in range(ITEMS)}, {pair: 100 + n for n, pair in enumerate(stages)}
    flow = {key: 1000 + n for n, key in enumerate(keys)}
    package = bw_processing.create_datapackage()
    ends = [(0, 0), *((x, x) for x in (*item.values(), *stage.values()))]
    takes = [(stage[pair], item[pair[0]]) for pair in stages]
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array([*ends, *takes], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.ones(len(ends) + len(takes)),
        flip_array=np.array([False] * len(ends) + [True] * len(takes)),
    )
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array([(x, 0) for x in item.values()], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.arange(1.0, ITEMS + 1),
        flip_array=np.array([True] * ITEMS),
        distributions_array=np.array(
            [(2, np.log(k + 1), np.log(GSD), np.nan, np.nan, np.nan, False) for k in range(ITEMS)],
            dtype=bw_processing.UNCERTAINTY_DTYPE,
        ),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array([(flow[key], stage[i, s]) for i, s, key in factors], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.array(list(factors.values())),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(x, 0) for x in flow.values()], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.ones(len(flow)),
        global_index=0,
    )
    found = bw2calc.LCA({0: 1}, data_objs=[package], use_distributions=True, seed_override=1)
    found.lci()
    return found


def scores(found: Any) -> Any:
    """The next sample: a score for each criterion."""
    next(found)
    return np.asarray(found.inventory.sum(axis=1)).ravel()


def _against_brightway() -> Iterator[Row]:
    model, peer = equipped(), brightway()
    few = 1000

    def theirs() -> object:
        return [scores(peer) for _ in range(few)]

    ours, others = in_turns([lambda: uncertainty(model, SAMPLES, 1), theirs], ROUNDS)
    speed, other = SAMPLES / ours, few / others
    detail = "12 items × 4 stages × 10 criteria, 12 lognormal quantities"
    yield Row("iterations a second, in 100,000", speed / 1e5, 5, least=True, detail=detail)
    peers = f"bw2calc: {other:,.0f} a second"
    yield Row("the same / bw2calc in the same run", speed / other, 300, least=True, detail=peers)
    yield Row("means: apart, in standard errors", _apart(model, peer), 5, detail="the largest of 10 criteria")


def _apart(model: Model, peer: Any, count: int = 4000) -> float:
    theirs = np.array([scores(peer) for _ in range(count)])
    own = {estimate.figure.criterion: estimate.spread for estimate in uncertainty(model, SAMPLES, 1).estimates}
    rows_ = {key: theirs[:, peer.dicts.biosphere[1000 + n]] for n, key in enumerate(UNITS)}
    return max(float(abs(row.mean() - own[key].mean) / (row.std() / count**0.5)) for key, row in rows_.items())


# --- sweeps ----------------------------------------------------------------------------------------------------------


def _sweeps() -> Iterator[Row]:
    for lines in (100, 10_000):
        graph, root, aur = occupied(lines)
        points, below = np.linspace(0.05, 1, POINTS), graph.below([root])
        plain, swept = partial(evaluate, graph, {aur: 0.5}, below), partial(samples.sweep, graph, [root], {aur: points})
        one, many = in_turns([plain, swept], ROUNDS)
        what = f"a sweep of 1,000 points / one point, {lines:,} lines"
        yield Row(what, many / one, 20, detail="every line depends on it")


def occupied(lines: int) -> tuple[Graph, int, int]:
    """Lines that share an active utilization rate: equipment and electricity while active and while idle."""
    graph = Graph()

    def leaf(path: str, value: float) -> Any:
        return graph.input(Input(path, value, ONE, Span("generated", len(graph) + 1, 1)))

    aur, idle, total = leaf("aur", 0.4), leaf("idle", 0.6), []
    for k in range(lines):
        share, life, factor = leaf(f"share{k}", 0.1), leaf(f"life{k}", 5.0), leaf(f"factor{k}", 30.0)
        active = share * (graph.constant(1) + idle * (graph.constant(1) / aur - graph.constant(1)))
        total.append((active + share / (life * aur)) * factor)
    return graph, graph.sum(total).index, aur.index


if __name__ == "__main__":
    begin = time.perf_counter()
    for each in rows():
        sys.stdout.write(f"{each.what}: {each.ratio:.3g} ({each.limit:g}) {each.detail}\n")
    sys.stdout.write(f"{time.perf_counter() - begin:.0f} s\n")
