"""Samples: the uncertain part of a graph evaluated on arrays. The only package of the core that knows numpy."""

from lca.samples.draws import drawn
from lca.samples.program import Linear, Program, program
from lca.samples.room import most, refuse_too_many
from lca.samples.run import BLOCK, THREADS, Progress, empty, sampled, sweep, sweeper, within
from lca.samples.streams import CHUNK, Floats, stream
from lca.samples.summary import TAIL, Pair, Spread, infinite, lowest, pair, pairs, quantile, spread, spreads
from lca.samples.threads import each

__all__ = [
    "BLOCK",
    "CHUNK",
    "TAIL",
    "THREADS",
    "Floats",
    "Linear",
    "Pair",
    "Program",
    "Progress",
    "Spread",
    "drawn",
    "each",
    "empty",
    "infinite",
    "lowest",
    "most",
    "pair",
    "pairs",
    "program",
    "quantile",
    "refuse_too_many",
    "sampled",
    "spread",
    "spreads",
    "stream",
    "sweep",
    "sweeper",
    "within",
]
