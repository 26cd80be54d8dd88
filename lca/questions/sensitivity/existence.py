"""Whether a figure has a mean and a variance, decided from its graph and the laws of its inputs, never from samples.

A mean is infinite where what divides comes to 0 too often (`reach`). Where parts depend on one another the indices are
bounds; then the figure is expanded into products of powers, which settles it, or one draw after another goes to its
ends, which can show that there is none. What is left is not known, and said so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import inf
from typing import NamedTuple

from lca.graph import Graph, Input, evaluate
from lca.model.laws import words as law_words
from lca.model.moments import quantile
from lca.questions.sensitivity.reach import NEVER, Index, Reach, number, of_law, operation, share, total
from lca.questions.sensitivity.signomial import Exponents, Refused, expand
from lca.spoken import N_, Words, _, later
from lca.wording import listed

MIDDLE = 0.4  # of a law: where the other draws stand while one goes to its end; no number that people state
NEAR, NEARER = -60, -80  # powers of 2: how near to 0 a draw goes
BESIDE, CLOSER = -20, -26  # how near to an end that is not 0, where a float keeps fewer digits of the difference
GRID, SLACK = 6, 1e-3  # slopes are whole sixths: of triangular laws halves, of cubes thirds
NAMED = 3  # inputs that a sentence names
LACKS = {
    (True, False): N_("has no finite standard deviation"),
    (True, None): N_("may have no finite standard deviation"),
    (False, False): N_("has no finite mean and no finite standard deviation"),
    (None, None): N_("may have no finite mean and no finite standard deviation"),
    (None, False): N_("has no finite standard deviation, and may have no finite mean"),
}
KNOWN = N_("{inputs} can take it beyond all bounds")
UNKNOWN = N_("it is not known whether {inputs} can take it beyond all bounds")


class Existence(NamedTuple):
    """Whether there is a mean, and a variance: None where that is not known. `why`: which inputs, and how they vary."""

    mean: bool | None = True
    variance: bool | None = True
    why: str = ""

    @property
    def words(self) -> str:
        """What is missing, as said of a figure; empty where nothing is.

        >>> Existence(True, False).words, Existence(None, None).words
        ('has no finite standard deviation', 'may have no finite mean and no finite standard deviation')
        """
        return "" if self.variance else LACKS[self.mean, self.variance]

    @property
    def cause(self) -> str:
        """What makes it so, or may.

        >>> Existence(True, None, "x").cause
        'it is not known whether x can take it beyond all bounds'
        """
        return N_(KNOWN if self.variance is False else UNKNOWN, inputs=self.why)


class Existing:
    """What exists of figures of a graph. `varying`: the leaves that vary; all that have a law where it is not given."""

    def __init__(
        self, graph: Graph, roots: Iterable[int], values: Sequence[float], varying: Iterable[int] | None = None
    ) -> None:
        self.graph, self.values = graph, values
        below = graph.below(roots)
        with_law = [i for i in below if graph.op[i] == "input" and graph.info[i].law is not None]
        self.leaves = [i for i in with_law if i in set(varying)] if varying is not None else with_law
        self.moving = graph.above(self.leaves, below)
        self.reach: dict[int, Reach] = {}
        draws = {draw: 1 << place for place, draw in enumerate(dict.fromkeys(map(self._draw, self.leaves)))}
        for index in self.moving:
            self.reach[index] = self._reach(index, draws)

    def of(self, root: int) -> Existence:
        """Whether a figure has a mean and a variance."""
        far = self.reach[root].far if root in self.reach else NEVER
        if _settled(far, 1) is None or _settled(far, 2) is None:
            far = self._expanded(root) or (far[0], min(far[1], min(self._shown(root).values(), default=inf)))
        mean, variance = _settled(far, 1), _settled(far, 2)
        return Existence(mean, variance, "" if variance else self._why(root))

    def draws(self, root: int) -> set[str]:
        """What a figure is drawn from."""
        below = set(self.graph.below([root]))
        return {self._draw(leaf) for leaf in self.leaves if leaf in below}

    def is_tame(self, root: int) -> bool:
        """Whether a figure has all its moments, however little of what varies does."""
        return root not in self.reach or self.reach[root].far == NEVER

    # --- indices ----------------------------------------------------------------------------------------------------

    def _draw(self, leaf: int) -> str:
        return str(self.graph.info[leaf].draw)

    def _reach(self, index: int, draws: Mapping[str, int]) -> Reach:
        graph = self.graph
        match graph.op[index]:
            case "input":
                return of_law(graph.info[index].law, draws[self._draw(index)])
            case "share":
                own, whole = graph.args[index]
                others = [graph.args[mate][0] for mate in graph.mixes[whole] if mate != index]
                return share(self._known(own), total(map(self._known, others)))
            case op:
                return operation(op, graph.info[index], [self._known(arg) for arg in graph.args[index]])

    def _known(self, index: int) -> Reach:
        return self.reach[index] if index in self.reach else number(self.values[index])

    # --- expanded ---------------------------------------------------------------------------------------------------

    def _expanded(self, root: int) -> Index | None:
        """The index of a figure that is a sum of products of powers of independent inputs: that of its worst term."""
        graph = self.graph
        own = [i for i in self.moving if graph.op[i] == "share" or (i in self.leaves and i not in graph.weights)]
        terms = expand(graph, root, own, self.values)
        if isinstance(terms, Refused):
            return None
        indices = [self._of_term(exponents) for exponents in terms]
        known = [index for index in indices if index is not None]
        if len(known) < len(indices):
            return None
        return min((least for least, _ in known), default=inf), min((most for _, most in known), default=inf)

    def _of_term(self, exponents: Exponents) -> Index | None:
        """The index of a product of powers; None where its inputs depend on one another."""
        drawn = 0
        least, most = NEVER
        for node, power in exponents:
            reach = self.reach[node]
            if drawn & reach.draws and any(power < 0 for _, power in exponents):
                return None
            drawn |= reach.draws
            low, high = reach.zero if power < 0 else reach.far
            least, most = min(least, low / abs(power)), min(most, high / abs(power))
        return least, most

    # --- one draw to its ends ---------------------------------------------------------------------------------------

    def _shown(self, root: int) -> dict[str, float]:
        """By draw, the greatest that the index can be: how the figure grows as the draw goes to one of its ends."""
        graph = self.graph
        below = graph.below([root])
        own = [leaf for leaf in self.leaves if leaf in set(below)]
        middle = {leaf: quantile(graph.info[leaf].law, MIDDLE) for leaf in own}
        known = evaluate(graph, middle, graph.above(own, below), self.values)
        shown: dict[str, float] = {}
        for draw, leaves in groupby(sorted(own, key=self._draw), self._draw):
            together = list(leaves)
            moving = graph.above(together, below)
            for index, near, nearer, doublings in self._approaches(together):
                first, last = (evaluate(graph, middle | at, moving, known)[root] for at in (near, nearer))
                slope = _slope(first, last, doublings)
                if slope > 0:
                    shown[draw] = min(shown.get(draw, inf), index / slope)
        return shown

    def _approaches(self, leaves: Sequence[int]) -> Iterator[tuple[float, dict[int, float], dict[int, float], int]]:
        """Ways to an end: its index, what the leaves are on the way and further on, and by how many halvings."""
        laws = {leaf: self.graph.info[leaf].law for leaf in leaves}
        if len(leaves) > 1:
            for powers, side in (((NEAR, NEARER), 0.0), ((BESIDE, CLOSER), 1.0)):
                near, nearer = ({i: quantile(law, abs(side - 2.0**p)) for i, law in laws.items()} for p in powers)
                yield 1.0, near, nearer, powers[0] - powers[1]
            return
        (leaf,) = leaves
        own = self.reach[leaf]
        size = abs(quantile(laws[leaf], MIDDLE)) or 1.0
        for sign, end in ((1.0, own.high), (-1.0, own.low)):
            if end * sign > 0 and own.low <= 0 <= own.high and own.zero[1] < inf:
                yield own.zero[1], {leaf: sign * size * 2.0**NEAR}, {leaf: sign * size * 2.0**NEARER}, NEAR - NEARER
            if end and math.isfinite(end):
                width = (own.high - own.low if math.isfinite(own.high - own.low) else size) * sign
                near, nearer = ({leaf: end - width * 2.0**power} for power in (BESIDE, CLOSER))
                yield (own.at_high if sign > 0 else own.at_low)[1], near, nearer, BESIDE - CLOSER

    # --- why --------------------------------------------------------------------------------------------------------

    def _why(self, root: int) -> Words:
        """The inputs that take a figure beyond all bounds, with their laws."""
        guilty = [draw for draw, index in self._shown(root).items() if index <= 2]
        leaves = [leaf for leaf in self.leaves if self._draw(leaf) in guilty] or self._below_the_line(root)
        by_path: dict[str, Input] = {self.graph.info[leaf].path: self.graph.info[leaf] for leaf in leaves}
        return later(_guilty, [*by_path.values()])

    def _below_the_line(self, root: int) -> list[int]:
        """What varies in the arguments by which nodes come near 0 or go far out, from those of a root down."""
        suspects = {(root, "far")}
        for index in reversed(self.graph.below([root])):
            for kind in {"far", "zero"} if self.graph.args[index] else ():
                suspects.update(self._suspects(index, kind) if (index, kind) in suspects else ())
        return [leaf for leaf in self.leaves if (leaf, "far") in suspects or (leaf, "zero") in suspects]

    def _suspects(self, index: int, kind: str) -> list[tuple[int, str]]:
        """Arguments, and which of their indices, that give a node a low one: by themselves, else together.

        What is low in no argument is made by the operation, as by an exponential.
        """
        args = [arg for arg in self.graph.args[index] if arg in self.reach]
        low = [(arg, own) for arg in args for own in ("far", "zero") if getattr(self.reach[arg], own)[0] <= 2]
        alone = [(arg, own) for arg, own in low if getattr(self._alone(index, arg, own), kind)[0] <= 2]
        return alone or low or [(arg, "far") for arg in args]

    def _alone(self, index: int, arg: int, kind: str) -> Reach:
        """A node where of all its arguments one has one of its indices."""
        graph, other = self.graph, "zero" if kind == "far" else "far"
        own = self.reach[arg]._replace(**{other: NEVER})  # type: ignore[arg-type]
        if graph.op[index] == "share":
            return own
        args = [own if each == arg else number(self.values[each]) for each in graph.args[index]]
        return operation(graph.op[index], graph.info[index], args)


def _settled(far: Index, power: int) -> bool | None:
    """Whether the mean of a power is finite: an index of more than the power says that it is."""
    return True if far[0] > power else False if far[1] <= power else None


def _slope(first: float, last: float, doublings: int) -> float:
    """The power with which a figure grows on its way; 0 where it is none."""
    if not math.isfinite(last):
        return inf if last == last else 0.0
    if not first or not last:
        return 0.0
    slope = math.log2(abs(last / first)) / doublings
    return round(slope * GRID) / GRID if abs(slope * GRID - round(slope * GRID)) < SLACK * GRID else 0.0


def _guilty(leaves: Sequence[Input]) -> str:
    """Inputs with their laws."""
    if not leaves:
        return _("an input")
    named = listed(f"{leaf.path} ({law_words(leaf.law, str(leaf.unit))})" for leaf in leaves[:NAMED])
    return _("{words} and {count} more", words=named, count=len(leaves) - NAMED) if len(leaves) > NAMED else named
