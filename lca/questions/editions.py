"""Newer editions of the packs of a study, among the packs that are here, and what each would move.

Which packs are editions of one source is what they say themselves (`edition_of`); the numbers of their versions order
them. A newer edition stands in the place of the older, and the older behind it, for what the newer does not have: that
is named, since what rests on it has not moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lca.model.case import TotalKey
from lca.model.packs import Pack, numbers
from lca.result import Result
from lca.scenario import Scenario
from lca.text.documents import Located
from lca.text.overlay import find, items

METHOD = "method"


class Edition(NamedTuple):
    """A pack of a study, and the newest edition of its source."""

    old: Pack
    new: Pack


class Moved(NamedTuple):
    """What an edition would move: every total before and after it, and what is still of the older pack.

    after: None where the newer pack leaves a total without a figure. refused: why nothing can be said, in words.
    """

    edition: Edition
    totals: dict[TotalKey, tuple[float, float | None]]
    kept: tuple[str, ...] = ()
    refused: str = ""


def newest(pack: Pack, packs: Iterable[Pack]) -> Edition | None:
    """The newest of some packs that is a newer edition of the source of one; None where there is none."""
    alike = [other for other in packs if pack.edition_of and other.edition_of == pack.edition_of]
    last = max(alike, key=lambda other: numbers(other.version), default=pack)
    return Edition(pack, last) if numbers(last.version) > numbers(pack.version) else None


def with_edition(scenario: Scenario, edition: Edition) -> Scenario:
    """The scenario with the newer pack before the older, and with its method where one is called as the older pack."""
    old, new = (pack.name for pack in edition)
    named = find(scenario.tree, ("study", "packs"))
    tree = scenario.tree
    if named is not None:
        tree = _replaced(tree, ("study", "packs"), named.with_value([*_before(items(named), old, new)]))
    if old in edition.old.formulas and new in edition.new.formulas:
        tree = _renamed(tree, old, new)
    return Scenario(scenario.name, tree)


def moved(edition: Edition, before: Result, after: Result) -> Moved:
    """What the newer pack does to the totals of a result."""
    totals = {
        key: (before.values[index], after.values[after.model.totals[key]] if key in after.model.totals else None)
        for key, index in before.model.totals.items()
    }
    graph, roots = after.model.graph, after.model.totals.values()
    origins = (graph.info[node].origin for node in graph.below(roots) if graph.op[node] == "input")
    kept = {f"{of.item} ({of.name})": None for of in origins if of is not None and of.pack == edition.old.name}
    return Moved(edition, totals, tuple(kept))


def _before(named: Iterable[Located], old: str, new: str) -> Iterator[Located]:
    for item in named:
        if item.value == old:
            yield item.with_value(new)
        if item.value != new:
            yield item


def _replaced(at: Located, path: tuple[str, ...], value: Located) -> Located:
    if not path:
        return value
    return at.with_value({**at.mapping, path[0]: _replaced(at.mapping[path[0]], path[1:], value)})


def _renamed(at: Located, old: str, new: str, key: str = "") -> Located:
    """The same with another method wherever blocks, or the paths of variants, name one."""
    if isinstance(at.value, dict):
        return at.with_value({name: _renamed(child, old, new, name) for name, child in at.value.items()})
    if isinstance(at.value, list):
        return at.with_value([_renamed(child, old, new) for child in at.value])
    return at.with_value(new) if at.value == old and key.rpartition(".")[2] == METHOD else at
