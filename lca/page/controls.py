"""The controls of the page: which inputs can be moved, how far a slider goes, and where a scenario states each."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lca.graph import Input
from lca.model.case import CaseKey
from lca.model.inputs import is_whole
from lca.page.data import Data
from lca.page.inputs import Moved
from lca.questions import controls as declared
from lca.spoken import ENGLISH
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, is_quantity, joined, split
from lca.text.writing import Keys, dumped
from lca.units import ONE
from lca.workbook.review.writing import literal, places

MOST = 12  # controls where the study names none
OF_A_MIX = 2  # shares of one mix that have one: two say what the others are
DECADES = 100  # from an end to the other, beyond which a slider goes by powers
BEYOND = 0.15  # of its range that a slider goes further, at either end
KEPT = ("low", "high", "law")  # of a quantity, where it is written anew

Places = Mapping[tuple[str, int, int], Keys]


class Track(NamedTuple):
    """Where a slider begins and ends, in the unit of its input, and whether it goes by powers."""

    start: float
    end: float
    by_powers: bool

    def part(self, value: float) -> float:
        """How far along a value stands, 0 to 1.

        >>> Track(0, 100, False).part(40), Track(1, 10000, True).part(100)
        (0.4, 0.5)
        """
        if self.by_powers:
            return math.log(value / self.start) / math.log(self.end / self.start) if value > 0 else 0.0
        return (value - self.start) / (self.end - self.start)


class Control(NamedTuple):
    """An input that readers can move: its place in the data, what it is called, and what it is."""

    place: int
    moved: Moved
    label: str
    doc: str
    track: Track


def controls(data: Data, language: str = ENGLISH) -> list[Control]:
    """Those that the study names, in its order; else the stated inputs of the widest reach."""
    known = dict(places(data.result.model.scenario.tree))
    at: dict[str, int] = {}  # where cases state it in several dimensions, that of the first case
    for place, each in sorted(enumerate(data.inputs), key=lambda numbered: numbered[1].leaves[0]):
        at.setdefault(each.path, place)
    named = declared.controls(data.result.model)
    whole = all_of_a_mix(data)
    chosen = [at[path] for path in named if path in at and path not in whole] or [*_widest(data, known, {*at.values()})]
    return [_control(data, place, language) for place in chosen]


def locked(data: Data) -> list[str]:
    """The inputs of the scenario that have no control, since figures that may not be worked out anew depend on them."""
    return [each.path for each in data.inputs if each.is_stated and each.path in data.locked]


def all_of_a_mix(data: Data) -> list[str]:
    """The shares that the study names, of which no other of their mix is more than nothing and could take the rest."""
    graph, named = data.result.model.graph, {*declared.controls(data.result.model)}
    stuck = (each for each in data.inputs if each.path in named and all(is_whole(graph, leaf) for leaf in each.leaves))
    return [each.path for each in stuck]


def _widest(data: Data, known: Places, first: Collection[int]) -> Iterator[int]:
    mixes: dict[int, int] = {}
    left = MOST
    for place, each in enumerate(data.inputs):
        crowded = any(mixes.get(mix, 0) >= OF_A_MIX for mix in each.mixes)
        if left and each.reach and place in first and not crowded and is_movable(data, each, known):
            left -= 1
            mixes |= {mix: mixes.get(mix, 0) + 1 for mix in each.mixes}
            yield place


def is_movable(data: Data, each: Moved, known: Places) -> bool:
    """Whether a scenario can state an input by its keys, and all figures can follow it."""
    leaves = (data.result.model.graph.info[index] for index in each.leaves)
    return each.is_stated and each.path not in data.locked and all(_keys(leaf, known) for leaf in leaves)


def _keys(leaf: Input, known: Places) -> tuple[str, ...]:
    """The keys under which a number is written; none where a list is on the way, which would be replaced whole."""
    keys = known.get(leaf.span[:3], ())
    return tuple(key for key in keys if isinstance(key, str)) if all(isinstance(key, str) for key in keys) else ()


def _control(data: Data, place: int, language: str) -> Control:
    each = data.inputs[place]
    words = data.called(each.path)
    docs = {limit.index: limit.doc for limit in data.result.model.facts.limits}
    label = words.get(language) or words[""]
    return Control(place, each, label, docs.get(each.leaves[0], ""), track(each))


def track(each: Moved) -> Track:
    """A slider over the range of an input and a little more, within its bounds; of a share over all of it."""
    value = each.leaf.value
    ends = [end for end in (each.low, each.high, value) if end is not None]
    low, high = min(ends), max(ends)
    if each.least == 0 and each.most is not None and each.unit == "%":
        return Track(0.0 if each.may_be_least else each.most / 100, each.most, by_powers=False)
    if low == high:
        low, high = sorted((value / 2, value * 2)) if value else (0.0, 1.0)
    if low > 0 and high / low >= DECADES:
        return Track(low, high, by_powers=True)
    return Track(*_widened(each, low, high), by_powers=False)


def _widened(each: Moved, low: float, high: float) -> tuple[float, float]:
    """Round ends a little further apart, within what the input may be, and on the side of nothing where it is."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    start = math.floor((low - (high - low) * BEYOND) / step) * step
    end = math.ceil((high + (high - low) * BEYOND) / step) * step
    floor = max(-math.inf if each.least is None else each.least, 0.0 if low >= 0 else -math.inf)
    start = max(floor, start)
    if start == each.least and not each.may_be_least:
        start = low / 2
    return _short(start), _short(min(math.inf if each.most is None else each.most, end))


def _short(value: float) -> float:
    """
    >>> _short(1.6500000000000001)
    1.65
    """
    return float(f"{value:.6g}")


# --- what a downloaded scenario says ----------------------------------------------------------------------------------


def written(data: Data) -> dict[str, dict[str, Any]]:
    """Where each leaf that a control moves, or that shares a mix with one, is written: by its place on the tape.

    keys: those that lead to it. unit: its own, and low and high in it. kept: what else is said of it and stays true.
    """
    tree = data.result.model.scenario.tree
    known = dict(places(tree))
    moving = {leaf for control in controls(data) for leaf in control.moved.leaves}
    moving |= {leaf for _mix, shares in _mixes(data) if moving & {*shares} for leaf in shares}
    leaves = ((leaf, data.result.model.graph.info[leaf]) for leaf in sorted(moving))
    return {
        str(data.tape.place[index]): {
            "keys": keys, "unit": "" if leaf.unit is ONE else str(leaf.unit), "low": leaf.low, "high": leaf.high,
            "kept": _kept(tree, keys),
        }
        for index, leaf in leaves
        if (keys := _keys(leaf, known))
    }  # fmt: skip


def homes(data: Data) -> list[dict[str, Any]]:
    """Where a share stands that several mixes have, in all of these but the first: in the overlay that has the mix.

    A variant that states some of the shares of a mix itself has the others in common with the base case; what they come
    to there is to be stated in the variant.
    """
    model, known = data.result.model, dict(places(data.result.model.scenario.tree))
    seen: set[int] = set()
    made = []
    for number, (mix, shares) in enumerate(_mixes(data)):
        roots = {total: root for total, root in model.totals.items() if mix in {*model.graph.below([root])}}
        cases = list(dict.fromkeys(total.case for total in roots))
        for leaf in shares:
            info: Input = model.graph.info[leaf]
            if leaf in seen and _keys(info, known):
                where = [*_overlays(model.scenario.tree, split(info.path), cases)]
                made.append({"mix": number, "leaf": data.tape.place[leaf], "keys": where})
            seen.add(leaf)
    return made


def _overlays(tree: Located, path: Path, cases: Iterable[CaseKey]) -> Iterator[tuple[str, ...]]:
    """The keys under which the overlays of cases have a path, or may have it."""
    for variant in dict.fromkeys(case.variant for case in cases):
        if variant is not None:
            overlay = find(tree, ("variants", variant, "with"))
            own = None if overlay is None else literal(overlay, path)
            yield ("variants", variant, "with", *(own or (joined(path),)))
    for unit in dict.fromkeys(case.functional_unit for case in cases if case.variant is None):
        yield ("functional_units", unit, *path)


def _mixes(data: Data) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The mixes of the tape, in its order: the total of each, and its leaves."""
    graph, place = data.result.model.graph, data.tape.place
    for total, shares in graph.mixes.items():
        if total in place:
            yield total, tuple(leaf for leaf in map(graph.weight, shares) if graph.op[leaf] == "input")


def _kept(tree: Located, keys: Iterable[str]) -> dict[str, Any]:
    at = find(tree, tuple(keys))
    return {
        name: dumped(entries(at)[name]) for name in KEPT if at is not None and is_quantity(at) and name in entries(at)
    }
