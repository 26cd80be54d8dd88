"""What matters: ranges one at a time, elasticities, and shares of the variance. docs/sensitivity.md has the proofs."""

from lca.questions.sensitivity.drivers import (
    DRAWS,
    INPUT,
    MEMBER,
    MIX,
    SHARE,
    TOGETHER,
    Driver,
    Sensitivity,
    range_of,
    sensitivities,
)
from lca.questions.sensitivity.sobol import Index
from lca.questions.sensitivity.variance import EXACT, SAMPLED, Decomposition

__all__ = [
    "DRAWS",
    "EXACT",
    "INPUT",
    "MEMBER",
    "MIX",
    "SAMPLED",
    "SHARE",
    "TOGETHER",
    "Decomposition",
    "Driver",
    "Index",
    "Sensitivity",
    "range_of",
    "sensitivities",
]
