"""Training: which runs count for a model in service, and how much of them a functional unit carries.

Scope, after Berthelot et al. (2024): the standard scenario (S) counts the runs of the versions in service; the full
legacy scenario (L) adds the runs that those versions started from. A scenario names the versions that count.

Allocation, two conventions: `whole` (the period assessed carries each run in full) and `per use` (a run is shared
equally by the uses over which it is amortised, so that a functional unit of n uses carries n shares; ISO 14044,
4.3.4.2, allocation by a relation of use).
"""

from __future__ import annotations

from lca.graph import Node


def in_scope(include: tuple[str, ...], versions: tuple[str, ...]) -> tuple[str, ...]:
    """The versions that count: those named, or all."""
    return include or versions


def per_use(uses: Node, amortised_over: Node) -> Node:
    """The share of a run that a number of uses carries: 100 % where they are all that share it, and never more."""
    return (uses / amortised_over).to("1")
