"""What a chart is drawn of: the data of a page, what stands, and what is looked at; `scripts/scene.js` in Python.

`Machine` is the interpreter of `scripts/core.js` by way of the engine: it takes places on the tape.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, NamedTuple

from lca import samples
from lca.graph import evaluate, extended
from lca.model import inputs
from lca.operations import ROUNDING, divided
from lca.page import draws
from lca.page.data import Data
from lca.questions import grouping
from lca.spoken import said

Column = Sequence[float]
MATTERS = 0.1  # of a total: how far an input has to move one


class Machine:
    """The figures of a page as they stand, with what is moved: `values`, and `stated` as the study has them."""

    def __init__(self, data: Data) -> None:
        self._data, self._graph = data, data.graph
        self._nodes = list(data.tape.place)
        self._free = [index for index in self._nodes if index not in data.frozen]
        self._known = extended(self._graph, data.result.values)
        self.stated = [self._known[index] for index in self._nodes]
        self.values = self.stated
        self._moves: Mapping[int, float] = {}
        self._below: dict[int, Set[int]] = {}

    def settle(self, moves: Mapping[int, float]) -> Sequence[float]:
        """All values with these moves: numbers by place, in the units of the leaves."""
        self._moves, self.values = moves, self._with(moves)
        return self.values

    def with_moves(self, moves: Mapping[int, float], roots: Iterable[int]) -> list[float]:
        """Some values with other moves; what stands stays."""
        values = self._with(moves)
        return [values[root] for root in roots]

    def _with(self, moves: Mapping[int, float]) -> list[float]:
        graph = self._graph
        given = inputs.settled(graph, {self._nodes[place]: value for place, value in moves.items()})
        values = evaluate(graph, given, graph.above(given, self._free), self._known)
        return [values[index] for index in self._nodes]

    def below(self, root: int | None) -> Set[int]:
        """The places of what a node is made of, itself as well; none of no node."""
        if root is None:
            return set()
        if root not in self._below:
            below = self._graph.below([self._nodes[root]], self._data.frozen)
            self._below[root] = {self._data.tape.place[index] for index in below}
        return self._below[root]

    @cached_property
    def drawn(self) -> dict[int, list[float]]:
        """The draws of each uncertain leaf."""
        place, columns = self._data.tape.place, draws.columns(self._graph, self._data.uncertain)
        return {place[leaf]: column.tolist() for leaf, column in columns.items()}

    def columns(self, drawn: Mapping[int, Column], roots: Sequence[int]) -> list[Column | None]:
        """Values over draws of leaves; None of one that varies with none."""
        graph, nodes = self._graph, self._nodes
        free = [index for index in self._free if index not in {nodes[leaf] for leaf in drawn}]
        held = {place: self.values[place] for place, index in enumerate(nodes) if index in self._data.frozen}
        held |= {place: self.values[place] for place in self._moves if place not in drawn}
        given = {nodes[leaf]: column for leaf, column in drawn.items()}
        given |= {nodes[place]: [value] * draws.COUNT for place, value in held.items()}
        varied = {*graph.above([nodes[leaf] for leaf in drawn], free)}
        made = samples.sweep(graph, [nodes[root] for root in roots], given)
        return [row.tolist() if nodes[root] in varied else None for root, row in zip(roots, made, strict=True)]


class View(NamedTuple):
    """What is looked at: places in the lists of the data."""

    unit: int
    variant: int
    criterion: int


class Scene(NamedTuple):
    """A page as it stands. curve: the place of the input that the curve goes over. moves: as in `Machine.settle`."""

    data: Mapping[str, Any]
    machine: Machine
    view: View
    moves: Mapping[int, float]
    curve: int
    language: str

    def say(self, text: str, **places: str) -> str:
        """A string of ours in the language of the page."""
        return said(text, self.language, **places)


def opening(data: Data, language: str) -> Scene:
    """A page as it opens: the first case and criterion, nothing moved."""
    values = data.values
    return Scene(values, Machine(data), View(0, 0, 0), {}, curve_of(values), language)


def curve_of(data: Mapping[str, Any]) -> int:
    """The input that the curve goes over at first: a utilization rate that matters, else that of the widest reach."""
    movable = [(k, each) for k, each in enumerate(data["inputs"]) if is_movable(each)]
    rates = [k for k, each in movable if each["path"].split(".")[-1] == "aur" and each["reach"] >= MATTERS]
    return [*rates, *(k for k, _ in movable), 0][0]


def is_movable(each: Mapping[str, Any]) -> bool:
    """Whether an input may be moved, and has a range in some case."""
    ranges = each["ranges"] or [(each["low"], each["high"])]
    return not each["is_locked"] and any(low is not None for low, _ in ranges)


def total_of(scene: Scene, variant: int, criterion: int) -> int | None:
    """The node of a total of the functional unit in view; None where it has none."""
    total: int | None = scene.data["totals"][scene.view.unit][variant][criterion]
    return total


def total_in_view(scene: Scene) -> int | None:
    """The node of the total that is looked at."""
    return total_of(scene, scene.view.variant, scene.view.criterion)


def other_scene(scene: Scene) -> Scene | None:
    """The study that this one is compared with, by the same functional unit and criterion; None in a page of one."""
    other = scene.data.get("other")
    if other is None:
        return None
    return scene._replace(data={**scene.data, **other}, view=scene.view._replace(variant=0))


def other_in_view(scene: Scene) -> int | None:
    """The node of the total of the other study that is looked at."""
    other = other_scene(scene)
    return None if other is None else total_in_view(other)


def parts_of(scene: Scene, criterion: int, values: Sequence[float]) -> dict[int, dict[int, float]]:
    """What each part and stage adds to a criterion of the case in view, by their places."""
    parts: dict[int, dict[int, float]] = {}
    for unit, variant, of, part, stage, node in scene.data["cells"]:
        if (unit, variant, of) == (scene.view.unit, scene.view.variant, criterion):
            parts.setdefault(part, {})[stage] = values[node]
    return parts


def shown(data: Mapping[str, Any]) -> list[str]:
    """The names under which parts are shown, in the order of their colours."""
    return grouping.ordered(data["names"])


def shares(scene: Scene, criterion: int, values: Sequence[float]) -> list[dict[str, Any]]:
    """What each part adds to a criterion of the case in view, and its share of the sum of absolute values."""
    parts = {part: added(stages.values()) for part, stages in parts_of(scene, criterion, values).items()}
    whole = added(map(abs, parts.values()))
    rows = []
    for place, name in enumerate(shown(scene.data)):
        own = [value for part, value in parts.items() if scene.data["names"][part] == name]
        if own:
            value = added(own)
            rows.append({"part": name, "place": place, "value": value, "share": value / whole if whole else 0.0})
    return rows


def moved(scene: Scene, each: Mapping[str, Any], value: float) -> dict[int, float]:
    """What is moved, and an input besides, to a value in its unit."""
    return {**scene.moves, **{node: value * by for node, by in zip(each["nodes"], each["scales"], strict=True)}}


def leaf_in_view(scene: Scene, each: Mapping[str, Any]) -> int:
    """Which of the leaves of an input the total in view depends on, since cases may state it apart; else the first."""
    below = scene.machine.below(total_in_view(scene))
    return next((k for k, node in enumerate(each["nodes"]) if node in below), 0)


def range_in_view(scene: Scene, each: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The range of an input as the case in view states it, in its unit."""
    if each["ranges"] is None:
        return each["low"], each["high"]
    place = leaf_in_view(scene, each)
    low, high = each["ranges"][place]
    return (None, None) if low is None else (low / each["scales"][place], high / each["scales"][place])


def at_end(scene: Scene, each: Mapping[str, Any], end: int) -> dict[int, float]:
    """What is moved, and an input besides, to the low (0) or the high end (1) of its range in every case."""
    if each["ranges"] is None:
        return moved(scene, each, (each["low"], each["high"])[end])
    ends = zip(each["nodes"], (range_[end] for range_ in each["ranges"]), strict=True)
    return {**scene.moves, **{node: value for node, value in ends if value is not None}}


def value_now(scene: Scene, each: Mapping[str, Any]) -> float:
    """What an input stands at in the case in view, in its unit."""
    place = leaf_in_view(scene, each)
    node = each["nodes"][place]
    now: float = scene.moves.get(node, scene.machine.stated[node]) / each["scales"][place]
    return now


def draws_now(scene: Scene) -> dict[int, Column]:
    """The draws of what is not moved; and of shares that are moved the weights that keep them, whatever others are."""
    every, moves = scene.machine.drawn, scene.moves
    now: dict[int, Column] = {leaf: column for leaf, column in every.items() if leaf not in moves}
    for mix in scene.data["tape"]["mixes"]:
        scales = dict(zip(mix["of"], mix["scales"], strict=True))
        put = [leaf for leaf in mix["of"] if leaf in moves]
        others = [leaf for leaf in mix["of"] if leaf not in moves]
        if not put or not any(leaf in every for leaf in others):
            continue
        left = mix["whole"]
        for leaf in put:
            left -= moves[leaf] * scales[leaf]
        if abs(left) <= mix["whole"] * ROUNDING:  # nothing is left to others
            now = {leaf: column for leaf, column in now.items() if leaf not in others}
            continue
        columns = [(every.get(leaf) or [scene.machine.stated[leaf]] * draws.COUNT, scales[leaf]) for leaf in others]
        rest = [added(column[draw] * scale for column, scale in columns) for draw in range(draws.COUNT)]
        for leaf in put:
            now[leaf] = [moves[leaf] * divided(of_others, left) for of_others in rest]
    return now


def columns_now(scene: Scene, roots: Sequence[int]) -> list[Column | None]:
    """Values over the draws, what is moved held; None of one that varies with none."""
    return scene.machine.columns(draws_now(scene), roots)


def added(values: Iterable[float]) -> float:
    """One number after the other: the sum of Python 3.12 rounds otherwise."""
    total = 0.0
    for value in values:
        total += value
    return total


def is_number(value: float | None) -> bool:
    """Whether there is a number, and it is finite."""
    return value is not None and math.isfinite(value)


def case_name(scene: Scene, variant: int) -> str:
    """What a variant is called."""
    title: str = scene.data["variants"][variant]["title"]
    return title


def input_name(scene: Scene, each: Mapping[str, Any]) -> str:
    """What an input is called: the label of the study in this language or in any, else its path."""
    label = each.get("label") or {}
    name: str = label.get(scene.language) or label.get("") or each["path"]
    return name
