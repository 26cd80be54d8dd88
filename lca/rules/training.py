"""Training: which runs count for a model in service, the machine time of a run, and how much of it a case carries.

Scope, after Berthelot et al. (2024): the standard scenario (S) counts the runs of the versions in service; the full
legacy scenario (L) adds the runs that those started from. A scenario names the runs that count.

Machine time: nodes times duration, or the computation of a run over what a machine does in a second: its peak speed
times its utilisation (Patterson et al. 2021, arXiv 2104.10350; Chowdhery et al. 2022, arXiv 2204.02311, section 4.1).

Allocation, three conventions: `whole` (the period assessed carries each run in full), `per use` (a run is shared
equally by the uses over which it is amortised, so that a functional unit of n uses carries n shares; ISO 14044,
4.3.4.2, allocation by a relation of use), and `repeated` (a run is done anew for each so many uses).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lca import units
from lca.graph import Node

HOUR = units.unit("h")


def in_scope(named: Iterable[str], started_from: Mapping[str, str], with_ancestors: bool) -> tuple[str, ...]:  # noqa: FBT001
    """The runs that count, each once: those named, and with ancestors the runs before them that they started from.

    >>> in_scope(["b", "c"], {"a": "", "b": "a", "c": "a"}, True)
    ('a', 'b', 'c')
    """
    counted: dict[str, None] = {}
    for name in named:
        above = lineage(name, started_from, counted) if with_ancestors else [name]
        counted |= dict.fromkeys(reversed(above))
    return tuple(counted)


def lineage(name: str, started_from: Mapping[str, str], known: Iterable[str] = ()) -> list[str]:
    """A run and those that it started from, back to the first, to one that is known, or until one comes again."""
    chain: dict[str, None] = {}
    while name and name not in known and name not in chain:
        chain[name] = None
        name = started_from.get(name, "")
    return [*chain]


def circles(started_from: Mapping[str, str]) -> Iterator[list[str]]:
    """The lineages that come back to where they began, each once, from the newest run of it that stands first."""
    seen: dict[str, None] = {}
    for name in started_from:
        chain = lineage(name, started_from, seen)
        back = started_from.get(chain[-1], "") if chain else ""
        if back in chain:
            yield chain[chain.index(back) :]
        seen |= dict.fromkeys(chain)


def time_of_nodes(nodes: Node, duration: Node) -> Node:
    """Machine time of machines that are used for a time."""
    return in_hours(nodes * duration)


def time_of_computation(compute: Node, speed: Node, utilisation: Node) -> Node:
    """Machine time of a computation, at a speed of one machine that is reached to a share."""
    return in_hours(compute / (speed * utilisation.to("1")))


def in_hours(time: Node) -> Node:
    """Machine time in hours of the machine: h*server, h*GPU."""
    return time.to(units.times(HOUR, machine(time)))


def machine(time: Node) -> units.Unit:
    """What a machine time is counted in: one server, one GPU."""
    return units.coherent(units.over(time.unit, HOUR))


def with_experiments(amount: Node, experiments: Node | None) -> Node:
    """What a run takes together with the failed and exploratory runs that go with it, a share of it."""
    return amount if experiments is None else amount * (amount.graph.constant(1) + experiments.to("1"))


def per_use(uses: Node, amortised_over: Node) -> Node:
    """The share of a run that a number of uses carries: 100 % where they are all that share it.

    Never more, but for a run that is done anew for each so many uses.
    """
    return (uses / amortised_over).to("1")
