"""Samples: the uncertain part of a graph evaluated on arrays. The only package of the core that knows numpy."""

from lca.samples.draws import drawn
from lca.samples.program import Linear, Program, program
from lca.samples.run import BLOCK, THREADS, Progress, empty, sampled, sweep, sweeper
from lca.samples.streams import CHUNK, Floats, stream
from lca.samples.summary import Pair, Spread, infinite, pair, spread, spreads

__all__ = [
    "BLOCK",
    "CHUNK",
    "THREADS",
    "Floats",
    "Linear",
    "Pair",
    "Program",
    "Progress",
    "Spread",
    "drawn",
    "empty",
    "infinite",
    "pair",
    "program",
    "sampled",
    "spread",
    "spreads",
    "stream",
    "sweep",
    "sweeper",
]
