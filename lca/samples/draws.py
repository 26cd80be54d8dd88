"""Laws as what is drawn and what is done to it."""

from __future__ import annotations

import math
from collections.abc import Callable

from lca.graph import Input
from lca.model.laws import Choices, Dirichlet, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import below, standard
from lca.samples.program import Builder, Form, Linear

FAR = 9.0  # standard deviations beyond which no normal number falls: the chance is 1e-19


def drawn(leaf: Input) -> Callable[[Builder], Form]:
    """How an uncertain leaf comes from the numbers drawn for its path, or for all inputs that it goes together with."""
    normal = _quantile_normal if leaf.together else _normal
    return lambda builder: _form(builder, leaf.draw, leaf.law, normal)


def _form(builder: Builder, path: str, law: object, normal: Callable[[Builder, str, Lognormal | Normal], int]) -> Form:
    match law:
        case Lognormal(median, gsd):
            return median, builder.variable("exp*", (normal(builder, path, law),), math.log(gsd))
        case Normal(mean, sd):
            return Linear({normal(builder, path, law): sd}, mean)
        case Uniform(low, high):
            return Linear({_uniform(builder, path): high - low}, low)
        case Triangular():
            return 1.0, builder.variable("triangular", (_uniform(builder, path),), tuple(law))
        case Choices():
            return 1.0, builder.variable("choice", (_uniform(builder, path),), tuple(law))
        case Dirichlet(share, concentration, whole):
            shape = concentration * share / whole
            return whole / concentration, builder.variable("draw", (), ("gamma", path, shape))
        case _:
            raise TypeError(f"{path} has no law to draw from")


def _uniform(builder: Builder, path: str) -> int:
    return builder.variable("draw", (), ("uniform", path))


def _normal(builder: Builder, path: str, law: Lognormal | Normal) -> int:
    plain = builder.variable("draw", (), ("normal", path))
    low, high = standard(law)
    if low < -FAR and high > FAR:
        return plain
    return builder.variable("redraw", (plain,), (path, low, high))


def _quantile_normal(builder: Builder, draw: str, law: Lognormal | Normal) -> int:
    """A normal number, within the bounds of its law, at the quantile that a uniform number says."""
    low, high = (below(z) for z in standard(law))
    return builder.variable("normal at", (_uniform(builder, draw),), (low, high))
