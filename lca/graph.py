"""The tape: every figure is a node, appended after the nodes it is made of.

Building a node checks its dimension, once. A node is interned by operation, arguments and information, so that a
quantity used twice is one node. One loop over the tape then evaluates floats, blocks of samples, derivatives or
formulas; none of them recurses and none checks units again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lca import units
from lca.citations import Citation, Origin
from lca.operations import ROUNDING, TABLE, added, divided
from lca.problems import Problem, Problems, Span
from lca.units import ONE, Unit

Number = Any  # a float, or an array of samples

MOST_PLACES = 4  # in one message
UNFIT = {"pure": "it takes a plain number", "counted": "a whole number of what?"}  # of the rules of operations


class Input:
    """A leaf: the only place where a number comes from outside.

    `path` names the quantity (`inference.server.aur`) and keys its random draws; `address` is where the number in
    force is written (`variants.L.with.inference.server.aur`), which an edit changes. `low` and `high` are in `unit`,
    as `value` is; `law` is a probability law (`lca.model.laws`), or None where the input is held. Inputs of one `draw`
    are drawn from the same random numbers: those of one path, and those that a study declares to go `together`, each at
    the same quantile of its law. `origin` is the row of a pack that it was taken from; None where it is stated.
    """

    __slots__ = (
        "path",
        "value",
        "unit",
        "span",
        "citation",
        "low",
        "high",
        "law",
        "fitted_to",
        "address",
        "group",
        "origin",
        "draw",
        "together",
    )

    def __init__(
        self,
        path: str,
        value: float,
        unit: Unit,
        span: Span,
        citation: Citation = Citation(),
        low: float | None = None,
        high: float | None = None,
        law: Any = None,
        fitted_to: tuple[str, ...] = (),
        address: str = "",
        group: str = "",
        origin: Origin | None = None,
    ) -> None:
        self.path, self.value, self.unit, self.span, self.citation = path, value, unit, span, citation
        self.low, self.high, self.law, self.fitted_to = low, high, law, fitted_to
        self.address, self.group, self.origin = address or path, group, origin
        self.draw, self.together = path, False

    @property
    def quality(self) -> str:
        """The letter of a pack's row; empty where the scenario states the number."""
        return "" if self.origin is None else self.origin.quality

    def __repr__(self) -> str:
        return f"Input({self.path} = {self.value:g} {self.unit})"


class Draw(NamedTuple):
    """What an input is drawn by: a key of random numbers, and whether other paths are drawn by it too."""

    key: str
    together: bool = False


class Graph:
    """Nodes in the order in which they were built: `op`, `args`, `info` and `unit` of node i are at index i."""

    __slots__ = (
        "op",
        "args",
        "info",
        "unit",
        "names",
        "told",
        "context",
        "places",
        "mixes",
        "weights",
        "draws",
        "_seen",
    )

    def __init__(self) -> None:
        self.op: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.info: list[Any] = []
        self.unit: list[Unit] = []
        self.names: dict[int, str] = {}
        self.told: dict[int, dict[tuple[Any, str], None]] = {}  # every name of a node, with the context that gave it
        self.context: Any = None  # who is building: cases share nodes, and call them by different names
        self.places: dict[int, Span] = {}  # where formulas stand that are made of no input
        self.mixes: dict[int, tuple[int, ...]] = {}  # the shares of each total of weights
        self.weights: dict[int, list[int]] = {}  # the totals that each weight of a mix is counted in
        self.draws: Mapping[str, Draw] = {}  # of paths that are drawn otherwise than each by itself
        self._seen: dict[tuple[str, tuple[int, ...], Any], int] = {}

    def __len__(self) -> int:
        return len(self.op)

    def add(self, op: str, args: tuple[int, ...], unit: Unit, info: Any = None, key: Any = None) -> Node:
        """Append a node, or find the one that says the same."""
        known = (op, args, info if key is None else key)
        index = self._seen.get(known)
        if index is None:
            index = self._seen[known] = len(self.op)
            self.op.append(op)
            self.args.append(args)
            self.info.append(info)
            self.unit.append(unit)
        return Node(self, index)

    def input(self, leaf: Input) -> Node:
        """A leaf. Two leaves of one path, unit, place and draw are one node."""
        if leaf.path in self.draws:
            leaf.draw, leaf.together = self.draws[leaf.path]
        return self.add("input", (), leaf.unit, leaf, (leaf.path, leaf.unit, leaf.span[:3], leaf.draw))

    def constant(self, value: float) -> Node:
        """A number of a formula of ours: the 1 of `1 / aur - 1`."""
        return self._number(value, ONE)

    def one(self, unit: Unit) -> Node:
        """The 1 server that a count is of: always of the coherent unit, whatever unit of servers is asked for."""
        return self._number(1, units.coherent(unit))

    def year(self) -> Node:
        """The year over which a yearly rate acts, whatever unit the rate is written in."""
        return self._number(1, units.unit("year"))

    def each(self, unit: Unit) -> Node:
        """The 1 by which a counted flow counts as it is, in a unit of scale 1 as it is written: 1 kWh per kWh."""
        return self._number(1, unit if unit.num == unit.den else units.coherent(unit))

    def _number(self, value: float, unit: Unit) -> Node:
        return self.add("const", (), unit, float(value), (value, unit))

    def sum(self, nodes: Sequence[Node], unit: Unit | None = None) -> Node:
        """The sum of any number of nodes in the unit of the first, or in `unit`. Of none: 0."""
        if not nodes:
            return self._number(0, unit or ONE)
        target = unit or nodes[0].unit
        terms = tuple(node.to(target).index for node in nodes)
        return Node(self, terms[0]) if len(terms) == 1 else self.add("sum", terms, target)

    def mix(self, weights: Sequence[Node]) -> list[Node]:
        """The share that each weight has of all: whatever the weights become, the shares sum to 100 %."""
        plain = [weight.to(ONE) for weight in weights]
        total = self.sum(plain)
        shares = [self.add("share", (node.index, total.index), ONE) for node in plain]
        if total.index not in self.mixes:
            self.mixes[total.index] = tuple(share.index for share in shares)
            for weight in weights:
                self.weights.setdefault(weight.index, []).append(total.index)
        return shares

    def weight(self, share: int) -> int:
        """The leaf that is the own weight of a share."""
        own = self.args[share][0]
        return self.args[own][0] if self.op[own] == "scale" else own

    def made_of(self, index: int) -> tuple[int, ...]:
        """The arguments that say what a node is: of a share its own weight, not the others of its mix."""
        args = self.args[index]
        return args[:1] if self.op[index] == "share" else args

    def inputs(self) -> Iterator[tuple[int, Input]]:
        """Every leaf with its index."""
        return ((i, self.info[i]) for i, op in enumerate(self.op) if op == "input")

    def below(self, roots: Iterable[int], stops: Collection[int] = ()) -> list[int]:
        """The nodes that the roots depend on, themselves included, in the order of the tape.

        Of nodes in `stops` it is not looked at what they depend on.
        """
        args = self.args
        return self._below(roots, (lambda i: () if i in stops else args[i]) if stops else args.__getitem__)

    def _below(self, roots: Iterable[int], args: Callable[[int], tuple[int, ...]]) -> list[int]:
        waiting = list(roots)
        needed = set(waiting)
        while waiting:
            for child in args(waiting.pop()):
                if child not in needed:
                    needed.add(child)
                    waiting.append(child)
        return sorted(needed)

    def above(self, leaves: Iterable[int], nodes: Iterable[int]) -> list[int]:
        """Those of `nodes`, in the order of the tape, that are or depend on one of the leaves."""
        moving = bytearray(len(self.op))
        for leaf in leaves:
            moving[leaf] = 1
        args = self.args
        depending = []
        for index in nodes:
            if moving[index]:
                depending.append(index)
                continue
            for child in args[index]:
                if moving[child]:
                    moving[index] = 1
                    depending.append(index)
                    break
        return depending

    def replaced(self, root: int, by: Mapping[int, Node]) -> Node:
        """A node as it is with others in place of some that it is made of; what depends on them is built anew."""
        new = {index: node.index for index, node in by.items()}
        for index in self.below([root]):
            args = tuple(new.get(child, child) for child in self.args[index])
            if index not in new and args != self.args[index]:
                op, unit, info = self.op[index], self.unit[index], self.info[index]
                new[index] = self.add(op, args, unit, info, (info, unit) if op == "scale" else None).index
                if index in self.names:
                    self.names.setdefault(new[index], self.names[index])
                    self.told.setdefault(new[index], {}).update(self.told[index])
        return Node(self, new.get(root, root))

    def holding(self, leaves: Mapping[int, Input]) -> Graph:
        """The same nodes with other leaves in place of some; what is added to either is not in the other."""
        made = Graph()
        for name in self.__slots__:
            own = getattr(self, name)
            setattr(made, name, own.copy() if hasattr(own, "copy") else own)
        for index, leaf in leaves.items():
            made.info[index] = leaf
        return made

    def leaves(self, root: int) -> list[Input]:
        """The inputs that a node is made of, in the order of the tape; of the shares of a mix, the own weight alone."""
        return [self.info[i] for i in self._below([root], self.made_of) if self.op[i] == "input"]


class Node:
    """A node of a graph as something to calculate with."""

    __slots__ = ("graph", "index")

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph, self.index = graph, index

    @property
    def unit(self) -> Unit:
        return self.graph.unit[self.index]

    def __mul__(self, other: Node) -> Node:
        graph = self.graph
        unit = units.times(graph.unit[self.index], graph.unit[other.index])
        return graph.add("*", (self.index, other.index), unit)

    def __truediv__(self, other: Node) -> Node:
        graph = self.graph
        unit = units.over(graph.unit[self.index], graph.unit[other.index])
        return graph.add("/", (self.index, other.index), unit)

    def __add__(self, other: Node) -> Node:
        return self.graph.sum((self, other))

    def __sub__(self, other: Node) -> Node:
        return self.graph.add("-", (self.index, other.to(self.unit).index), self.unit)

    def __neg__(self) -> Node:
        return self.graph.add("neg", (self.index,), self.unit)

    def __pow__(self, exponent: int) -> Node:
        return self.graph.add("^", (self.index,), units.power(self.unit, exponent), exponent)

    def __repr__(self) -> str:
        return f"Node({self.index}: {self.graph.op[self.index]} in {self.unit})"

    def apply(self, op: str, *others: Node) -> Node:
        """An operation by its name, on this node and others. Problems where they are not what it takes.

        Plain and counted numbers are seen in their coherent unit, so that it does not matter in which one they were
        written; quantities that have to be alike in that of the first, points in that of the value and the first point.
        """
        rule, nodes = TABLE[op].rule, (self, *others)
        for node in nodes if rule in UNFIT else ():
            if node.unit.dims and not (rule == "counted" and units.is_counted(node.unit)):
                message = f"{op} of {node.unit}: {UNFIT[rule]}"
                raise Problems([Problem(message, leaf_spans(node), f"divide it by one {node.unit}")])
        target = units.coherent(self.unit) if rule in UNFIT else self.unit
        last = others[1].unit if rule == "paired" else target
        placed = ((node, last if place and place % 2 == 0 else target) for place, node in enumerate(nodes))
        return self.graph.add(op, tuple(node.to(unit).index for node, unit in placed), last)

    def to(self, target: Unit | str) -> Node:
        """The same quantity in another unit of its dimension. Problems where the dimensions differ."""
        if isinstance(target, str):
            target = units.unit(target)
        graph = self.graph
        source = graph.unit[self.index]
        if source is target:
            return self
        factor = units.scale(source, target)
        if factor is None:
            raise Problems([mismatch(self, target)])
        return graph.add("scale", (self.index,), target, factor, (factor, target))

    def named(self, name: str) -> Node:
        """The same node with a name for explanations and workbooks, which keep the first; the others are told too."""
        self.graph.names.setdefault(self.index, name)
        self.graph.told.setdefault(self.index, {})[self.graph.context, name] = None
        return self


def leaf_spans(node: Node) -> tuple[Span, ...]:
    """Where the first of the inputs of a node are written; of a node without inputs, where its formula stands."""
    graph = node.graph
    places = tuple(dict.fromkeys(leaf.span for leaf in graph.leaves(node.index)))[:MOST_PLACES]
    below = () if places else graph.below([node.index])
    return places or tuple(graph.places[index] for index in reversed(below) if index in graph.places)[:1]


def mismatch(node: Node, target: Unit, hint: str = "") -> Problem:
    """What to say where a quantity has another dimension than the one that is needed."""
    words = f"needed {units.dimension_words(target)}, this is {units.dimension_words(node.unit)}"
    return Problem(f"{node.unit} is not {target}", leaf_spans(node), hint or words)


# --- Interpreters over the tape: plain numbers and exact derivatives -----------------------------------------------


def evaluate(
    graph: Graph,
    values: Mapping[int, Number] | None = None,
    nodes: Iterable[int] | None = None,
    known: Sequence[Number] | None = None,
) -> list[Number]:
    """The value of every node (or of `nodes` only, which must be closed downwards, as `Graph.below` gives them).

    `values` replaces leaves by other numbers, keyed by index. Nodes that are not evaluated are as in `known`: give the
    values of an earlier evaluation, and only what `Graph.above` the changed leaves has to be evaluated again.
    """
    op, args, info = graph.op, graph.args, graph.info
    out: list[Number] = [None] * len(op) if known is None else list(known)
    given = values or {}
    for i in range(len(op)) if nodes is None else nodes:
        kind = op[i]
        if kind == "*":
            a, b = args[i]
            out[i] = out[a] * out[b]
        elif kind == "scale":
            out[i] = out[args[i][0]] * info[i]
        elif kind == "input":
            out[i] = given[i] if i in given else info[i].value
        elif kind == "/":
            a, b = args[i]
            out[i] = divided(out[a], out[b])
        elif kind == "sum":
            out[i] = added([out[a] for a in args[i]])
        elif kind == "const":
            out[i] = info[i]
        else:
            out[i] = TABLE[kind].value(info[i], [out[a] for a in args[i]])
    return out


def extended(graph: Graph, values: Sequence[Number]) -> list[Number]:
    """The values of all nodes, those of the first ones known."""
    rest = range(len(values), len(graph))
    return evaluate(graph, None, rest, [*values, *(None for _ in rest)])


def gradient(graph: Graph, root: int, values: Sequence[float], stops: Container[int] = ()) -> dict[int, float]:
    """The derivative of a root by each leaf it depends on, by index: one backward pass over what is below it.

    Nodes in `stops` count as leaves. What is rounded counts as locally constant; `min` and `max` follow the argument
    that is taken.
    """
    op, args, info = graph.op, graph.args, graph.info
    below = graph.below([root])
    slope = dict.fromkeys(below, 0.0)
    slope[root] = 1.0
    leaves: dict[int, float] = {}
    for i in reversed(below):
        s, kind = slope[i], op[i]
        if not s or kind == "const":
            continue
        if kind == "input" or i in stops:
            leaves[i] = s
        elif kind == "*":
            a, b = args[i]
            slope[a] += s * values[b]
            slope[b] += s * values[a]
        else:
            partials = TABLE[kind].slope(info[i], [values[a] for a in args[i]], values[i])
            for child, partial in zip(args[i], partials, strict=True):
                slope[child] += s * partial
    return leaves


def elasticities(graph: Graph, root: int, values: Sequence[float], stops: Container[int] = ()) -> dict[int, float]:
    """The relative change of a root for a relative change of each leaf: (x / y) dy/dx. Empty where the root is 0.

    Nodes in `stops` count as leaves. Where a leaf is a share of a mix, the others make room for it in proportion: where
    that moves the root by rounding alone, as where all parts of the mix count alike, it moves nothing.
    """
    total = values[root]
    if not total:
        return {}
    slopes = gradient(graph, root, values, stops)
    found = {i: slope * values[i] / total / _left(graph, i) for i, slope in slopes.items()}
    return {i: 0.0 if i in graph.weights and abs(each) < ROUNDING else each for i, each in found.items()}


def _left(graph: Graph, leaf: int) -> float:
    """What a share leaves to the others: its weight w = v / (1 - v) of theirs goes 1 / (1 - v) as fast as itself, v."""
    if leaf not in graph.weights:
        return 1.0
    return 1 - graph.info[leaf].value * (units.scale(graph.unit[leaf], ONE) or 1.0) or 1.0
