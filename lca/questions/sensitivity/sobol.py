"""Variance-based sensitivity indices: exact for a signomial in independent inputs, estimated from samples otherwise.

The first-order index of an input is the share of the variance of a figure that goes when the input is known; its
total index is the share that stays when all but the input is known (Sobol', Mathematics and Computers in Simulation
55, 2001, 271-280; Homma and Saltelli, Reliability Engineering and System Safety 52, 1996, 1-17). docs/sensitivity.md
proves the closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lca.questions.sensitivity.signomial import Exponents, Terms, merged

Floats = npt.NDArray[np.float64]
Moment = Callable[[Exponents], float]  # E[Π x^a] over leaves of one group; not finite where there is none

NIL_MEAN = 1e12  # a mean square this many times the squared mean: the mean is 0 but for rounding


class Index(NamedTuple):
    """First-order and total index of an input, with their standard errors where they are estimates."""

    first: float
    total: float
    first_error: float = 0.0
    total_error: float = 0.0


class Indices(NamedTuple):
    """Mean and variance of a figure, and the indices of its inputs by group: an input alone, or a mix."""

    mean: float
    variance: float
    of: dict[int, Index]


class NoMoment(NamedTuple):
    """A product of powers that has no finite mean, or none beside its spread: the closed form does not hold."""

    exponents: Exponents


class _Powers(NamedTuple):
    """Where a group stands in the terms: the rows, and which of its powers each row has; its moments."""

    rows: npt.NDArray[np.intp]
    which: npt.NDArray[np.intp]
    means: Floats
    spread: Floats  # of powers p and q: E[p q] / (E[p] E[q]) - 1


def closed(terms: Terms, moment: Moment, groups: Mapping[int, int] | None = None) -> Indices | NoMoment:
    """The exact indices of a signomial in independent groups of inputs.

    `groups` gives the group of each leaf that is not one of its own.
    """
    by_group: dict[int, _Powers] = {}
    for group, by_power in _by_group(terms, groups or {}).items():
        powers = _powers(by_power, moment)
        if isinstance(powers, NoMoment):
            return powers
        by_group[group] = powers
    sizes = np.fromiter(terms.values(), float, len(terms))
    joint = np.zeros((len(terms), len(terms)))  # of terms k and l: E[k l] / (E[k] E[l]) - 1
    for powers in by_group.values():
        sizes[powers.rows] *= powers.means[powers.which]
        block = np.ix_(powers.rows, powers.rows)
        spread = powers.spread[np.ix_(powers.which, powers.which)]
        joint[block] += spread + joint[block] * spread
    variance = float(sizes @ joint @ sizes)
    of = {group: _index(powers, sizes, joint, variance) for group, powers in by_group.items()}
    return Indices(float(sizes.sum()), variance, of)


def _by_group(terms: Terms, groups: Mapping[int, int]) -> dict[int, dict[Exponents, list[int]]]:
    """For each group, the rows of the terms that it stands in, by its part of the term."""
    by_group: dict[int, dict[Exponents, list[int]]] = {}
    for row, exponents in enumerate(terms):
        parts: dict[int, Exponents] = {}
        for leaf, power in exponents:
            group = groups.get(leaf, leaf)
            parts[group] = (*parts.get(group, ()), (leaf, power))
        for group, part in parts.items():
            by_group.setdefault(group, {}).setdefault(part, []).append(row)
    return by_group


def _powers(by_power: Mapping[Exponents, list[int]], moment: Moment) -> _Powers | NoMoment:
    means = {power: moment(power) for power in by_power}
    spread = np.empty((len(means), len(means)))
    for i, (a, mean) in enumerate(means.items()):
        for j, (b, other) in enumerate(list(means.items())[: i + 1]):
            product = mean * other
            spread[i, j] = spread[j, i] = moment(merged(a, b)) / product - 1 if product else np.inf
        if not (np.isfinite(mean) and abs(spread[i, i]) < NIL_MEAN):
            return NoMoment(a)
    np.fill_diagonal(spread, np.maximum(spread.diagonal(), 0))
    rows = np.concatenate([np.array(rows, dtype=np.intp) for rows in by_power.values()])
    which = np.repeat(np.arange(len(by_power)), [len(rows) for rows in by_power.values()])
    return _Powers(rows, which, np.array(list(means.values())), spread)


def _index(powers: _Powers, sizes: Floats, joint: Floats, variance: float) -> Index:
    if not variance > 0:
        return Index(0.0, 0.0)
    own = sizes[powers.rows]
    by_power = np.bincount(powers.which, own, len(powers.means))
    first = float(by_power @ powers.spread @ by_power)
    spread = powers.spread[np.ix_(powers.which, powers.which)]
    rest = (1 + joint[np.ix_(powers.rows, powers.rows)]) / (1 + spread)
    total = float(own @ (rest * spread) @ own)
    return Index(first / variance, total / variance)


class Jansen:
    """Estimates of the indices of a figure from two independent samples of the inputs.

    Jansen, Computer Physics Communications 117, 1999, 35-43.
    """

    def __init__(self, plain: Floats, other: Floats) -> None:
        self.plain, self.other = plain, other
        self.mean = float(plain.mean() + other.mean()) / 2
        self._square = ((plain - self.mean) ** 2 + (other - self.mean) ** 2) / 2
        self.variance = float(self._square.mean())

    def index(self, swapped: Floats) -> Index:
        """The indices of an input; `swapped` is the first sample with that input from the second."""
        if not self.variance > 0:
            return Index(0.0, 0.0)
        kept, rest = self._share((self.other - swapped) ** 2 / 2)
        moved, total = self._share((self.plain - swapped) ** 2 / 2)
        return Index(1 - kept, moved, rest, total)

    def _share(self, part: Floats) -> tuple[float, float]:
        """A mean over the variance, and its standard error: that of a ratio of means, to first order."""
        share = float(part.mean()) / self.variance
        spread = float((part - share * self._square).std())
        return share, spread / (self.variance * math.sqrt(len(part)))
