"""One request in Python beside EcoLogits' own, and a million of them as arrays."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from time import perf_counter

import numpy as np

import lca
from bench.measure import Row

PEER = Path(__file__).parents[1] / ".venv-oracles-ecologits-0-11" / "bin" / "python"
CALLS, ROUNDS, MANY = 2_000, 5, 1_000_000
LEAST, MOST_SECONDS, MOST_MEMORY = 20.0, 2.0, 700.0
THEIRS = """
import logging, time
logging.disable()
from ecologits.tracers.utils import llm_impacts
ask = lambda: llm_impacts("openai", "gpt-4o", 400, 6.0)
for _ in range(20): ask()
start = time.perf_counter()
for _ in range(200): ask()
print((time.perf_counter() - start) / 200)
"""


def rows() -> list[Row]:
    """The measurements of this file."""
    lca.request("openai/gpt-4o", 400, latency=6.0, method="ecologits-0-11")
    pairs = [(_theirs(), _ours()) for _ in range(ROUNDS)]
    theirs, ours = (min(each) for each in zip(*pairs, strict=True))
    said = f"{ours * 1e6:.1f} µs, {theirs * 1e6:.0f} µs"
    before = _peak()
    tokens, latency = np.arange(1.0, MANY + 1), np.linspace(0.1, 60, MANY)
    start = perf_counter()
    lca.request("openai/gpt-4o", tokens, latency=latency, method="ecologits-0-11")
    seconds = perf_counter() - start
    return [
        Row("EcoLogits' llm_impacts / one request, after load", theirs / ours, LEAST, least=True, detail=said),
        Row(
            f"{MANY:,} requests as arrays, in seconds",
            seconds,
            MOST_SECONDS,
            detail="five criteria, three figures each",
        ),
        Row("peak memory of that, in MB", _peak(), MOST_MEMORY, detail=f"{before:.0f} MB before it"),
    ]


def _theirs() -> float:
    done = subprocess.run([PEER, "-P", "-W", "ignore", "-c", THEIRS], capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout.split()[-1])


def _ours() -> float:
    start = perf_counter()
    for _ in range(CALLS):
        _ = lca.request("openai/gpt-4o", 400, latency=6.0, method="ecologits-0-11")["GWP"].high
    return (perf_counter() - start) / CALLS


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
