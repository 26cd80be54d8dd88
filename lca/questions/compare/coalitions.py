"""Mixtures of two sides: the totals of each, and what each change carries of the difference."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lca import units
from lca.compile import Model
from lca.graph import Graph, evaluate
from lca.model.case import CaseKey
from lca.problems import Problems
from lca.questions.compare.changes import Player, Trees, changed, numbers
from lca.spoken import N_, later, told
from lca.text.documents import Located
from lca.text.overlay import joined

MOST = 12  # players: 4,096 coalitions

Build = Callable[[Located, str], Model]  # a tree of one functional unit, compiled


class TooMany(Exception):
    """More players than can be told apart."""

    def __init__(self, names: Iterable[str]) -> None:
        names = list(names)
        self.words = N_(
            "{count} inputs changed, of which {most} can be told apart; choose with --players: a path stands for all "
            "that is below it, and the rest counts as one. Changed: {inputs}",
            count=len(names), most=MOST, inputs=", ".join(names),
        )  # fmt: skip
        super().__init__(self.words)


class _Structure(NamedTuple):
    """One part of a structure, ready to be evaluated: its nodes, the totals, and the leaves of each player."""

    graph: Graph
    nodes: list[int]
    roots: tuple[int, ...]
    leaves: dict[str, tuple[tuple[int, float], ...]]


class Game:
    """The totals of every mixture of two sides: `worth`, by its bits, the numbers first, then the changes of structure.

    Structures are built, evaluated and dropped one by one, so that memory does not grow with their number.
    """

    def __init__(self, trees: Trees, criteria: tuple[str, ...], players: list[Player], build: Build) -> None:
        self.trees, self.criteria, self.build = trees, criteria, build
        self.numbers = [player for player in players if player.is_number]
        self.structural = [player for player in players if not player.is_number]
        self.known: dict[tuple[str, ...], bool] = {}
        if len(self.structural) > MOST:
            raise TooMany(player.name for player in players)
        self.bundle()
        self.idle = self.without_effect() if len(players) > MOST else ()
        self.numbers = [player for player in self.numbers if player.name not in self.idle]
        if len(self.players) > MOST:
            raise TooMany(player.name for player in self.players)
        try:
            self.worth = self.totals()
        except Problems:
            self.structural = [_joined(self.structural)]
            self.worth = self.totals()

    @property
    def players(self) -> list[Player]:
        return [*self.numbers, *self.structural]

    def without_effect(self) -> tuple[str, ...]:
        """The numbers that no structure makes use of."""
        every = (self.structure(coalition) for coalition in _subsets(self.structural))
        touched = {name for parts in every for part in parts for name in part.leaves}
        return tuple(player.name for player in self.numbers if player.name not in touched)

    # --- structures -------------------------------------------------------------------------------------------------

    def structure(self, coalition: Sequence[Player]) -> tuple[_Structure, ...]:
        """The first side with the structural changes of a coalition made. Problems where that makes no study."""
        return tuple(self.parts(coalition))

    def parts(self, coalition: Sequence[Player]) -> Iterator[_Structure]:
        for part, (name, tree) in enumerate(self.trees):
            made = [change for player in coalition for change in player.changes if change.part == part]
            model = self.build(changed(tree, made), name)
            yield self.prepared(model, name, part)

    def prepared(self, model: Model, name: str, part: int) -> _Structure:
        graph = model.graph
        roots = tuple(model.totals[CaseKey(name, None).total(key)] for key in self.criteria)
        nodes = graph.below(roots)
        by_path = {graph.info[i].path: i for i in nodes if graph.op[i] == "input"}
        leaves = {player.name: tuple(_leaves(graph, by_path, player, part)) for player in self.numbers}
        return _Structure(graph, nodes, roots, {name: each for name, each in leaves.items() if each})

    def works(self, coalition: Sequence[Player]) -> bool:
        """Whether a coalition makes a study."""
        key = tuple(player.name for player in coalition)
        if key not in self.known:
            try:
                self.structure(coalition)
                self.known[key] = True
            except Problems:
                self.known[key] = False
        return self.known[key]

    def bundle(self) -> None:
        """Join the structural changes that make no study without one another, such as a formula and its parameter."""
        while (pair := self.dependent()) is not None:
            together = [player for player in self.structural if player in pair]
            rest = [player for player in self.structural if player not in pair]
            self.structural = [*rest, _joined(together)]

    def dependent(self) -> list[Player] | None:
        """Changes that have to be made together."""
        every = self.structural
        for player in every:
            others = [other for other in every if other is not player]
            for coalition in ([player], others) if others else ():
                if not self.works(coalition):
                    helped = (other for other in others if self.works(_toggled(coalition, other, every)))
                    helper = next(helped, None)
                    return every if helper is None else [player, helper]
        return None

    # --- totals -----------------------------------------------------------------------------------------------------

    def totals(self) -> list[tuple[float, ...]]:
        """The totals of every coalition."""
        subsets = [[player.name for player in subset] for subset in _subsets(self.numbers)]
        return [
            _evaluated(parts, names) for parts in map(self.structure, _subsets(self.structural)) for names in subsets
        ]


def _subsets(players: Sequence[Player]) -> list[list[Player]]:
    """Every subset, in the order of its bits."""
    return [[player for i, player in enumerate(players) if bits >> i & 1] for bits in range(1 << len(players))]


def _toggled(coalition: Sequence[Player], other: Player, every: Sequence[Player]) -> list[Player]:
    """A coalition with one member more, or less."""
    return [player for player in every if (player in coalition) != (player is other)]


def _joined(together: Sequence[Player]) -> Player:
    changes_made = tuple(change for player in together for change in player.changes)
    return Player(later(_names, [player.name for player in together]), changes_made)


def _names(names: Sequence[str]) -> str:
    return " + ".join(map(told, names))


def _leaves(graph: Graph, by_path: dict[str, int], player: Player, part: int) -> Iterator[tuple[int, float]]:
    for change in player.changes:
        new = numbers(change)
        i = by_path.get(joined(change.path))
        if change.part == part and new is not None and i is not None:
            factor = units.scale(new[1], graph.unit[i])
            yield i, new[0] * (1.0 if factor is None else factor)


def _evaluated(parts: Sequence[_Structure], names: Sequence[str]) -> tuple[float, ...]:
    """The totals by criterion, the parts added up, with the numbers of these players set."""
    rows: list[tuple[float, ...]] = []
    for part in parts:
        given = {i: value for name in names for i, value in part.leaves.get(name, ())}
        values = evaluate(part.graph, given, part.nodes)
        rows.append(tuple(float(values[root]) for root in part.roots))
    return tuple(sum(column) for column in zip(*rows, strict=True))


def shapley(worth: Sequence[float], count: int) -> list[float]:
    """The Shapley value of each player. `worth[bits]` is the worth of the coalition of the players whose bits are set.

    >>> shapley([0.0, 1.0, 2.0, 6.0], 2)
    [2.5, 3.5]
    """
    weights = [1 / (count * math.comb(count - 1, size)) for size in range(count)]
    values: list[float] = []
    for i in range(count):
        steps: list[list[float]] = [[] for _ in weights]
        for bits in range(1 << count):
            if not bits >> i & 1:
                steps[bits.bit_count()] += (worth[bits | 1 << i], -worth[bits])
        values.append(math.fsum(weight * math.fsum(step) for weight, step in zip(weights, steps, strict=True)))
    return values
