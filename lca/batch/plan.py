"""What of a tape can be summed before it is evaluated: its figures as sums over columns of requests.

A figure of one request is written as a sum of terms: a number that is the same for all requests of a tape, times a
product of what differs from request to request. So the total of any group is each number times the sum of such
products, which an engine makes of whole numbers: exact, whatever the group. What differs is, in this order,

- a column of the log, or a product of two;
- what is rounded: a whole number in each request, worked out by the engine;
- the least or greatest of such sums, a choice: where all requests of a group take the same one, that of the sums;
- anything else: worked out by the engine for each request, and summed as it is.

The numbers before the terms are nodes of the tape, so that they can be drawn as any other figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lca.graph import Graph, Node, evaluate

MOST_TERMS = 64  # of one node; a product of more is worked out in each request
MOST_FACTORS = 2  # of a product of columns, so that it is below 2⁶³
WHOLE = ("ceil", "floor")
CHOICES = {"min": 1.0, "max": -1.0}

Product = tuple[int, ...]  # nodes that are multiplied, in the order of the tape; none for the number of requests
Terms = dict[Product, Node]


class Column(NamedTuple):
    """A column of the log: its name, and how many of it are one of the unit of its leaf."""

    name: str
    per: float = 1.0


class Tape(NamedTuple):
    """What is compiled for requests that differ in their columns alone: figures of one of them by name.

    leaves: the columns by node. units: of the figures. left: columns of the log that it does not take.
    """

    graph: Graph
    roots: Mapping[str, int]
    leaves: Mapping[int, Column]
    units: Mapping[str, str]
    notes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Choice(NamedTuple):
    """The least of some sums (sign 1), or the greatest (sign -1)."""

    node: int
    sign: float
    of: tuple[Terms, ...]


class Plan:
    """How the figures of a tape follow from sums.

    terms: of each figure. choices: that they are made of, each after those that it is made of itself. whole, real:
    nodes that an engine works out in each request, as whole numbers and as they are. products: all that is summed.
    """

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.graph = tape.graph.holding({})
        roots = [*tape.roots.values()]
        self.moving = frozenset(self.graph.above(tape.leaves, self.graph.below(roots)))
        self._terms: dict[int, Terms] = {}
        self._choices: dict[int, Choice] = {}
        self._whole: set[int] = set()
        for index in sorted(self.moving):
            made = None if index in tape.leaves else self._made(index)
            self._terms[index] = self._apart(index) if made is None else made
        self.terms = {name: self._of(root) for name, root in tape.roots.items()}
        self.choices = self._used(self.terms.values())
        found = sorted(
            {product for terms in self._every for product in terms}, key=lambda product: (len(product), product)
        )
        self.products = [product for product in found if product[:1] not in {(c.node,) for c in self.choices}]
        atoms = sorted({node for product in self.products for node in product} - tape.leaves.keys())
        self.whole = [node for node in atoms if node in self._whole]
        self.real = [node for node in atoms if node not in self._whole]

    @property
    def _every(self) -> list[Terms]:
        return [*self.terms.values(), *(terms for choice in self.choices for terms in choice.of)]

    @property
    def numbers(self) -> list[int]:
        """The nodes before all terms."""
        return list(dict.fromkeys(node.index for terms in self._every for node in terms.values()))

    @cached_property
    def values(self) -> list[float]:
        """The value of every node as stated, what differs being any number."""
        return evaluate(self.graph)

    @cached_property
    def drawn(self) -> frozenset[int]:
        """The nodes that draws of what is uncertain move."""
        uncertain = [index for index, leaf in self.graph.inputs() if leaf.law is not None]
        return frozenset(self.graph.above(uncertain, range(len(self.graph))))

    @property
    def binned(self) -> list[int]:
        """The choices between two sums that draws move: which is taken is no matter of the request alone."""
        return [choice.node for choice in self.choices if len(choice.of) == 2 and self._is_moved(choice)]

    @property
    def apart(self) -> list[int]:
        """What is rounded beside choices that draws move."""
        return self.whole if any(map(self._is_moved, self.choices)) else []

    def _is_moved(self, choice: Choice) -> bool:
        inner = {other.node for other in self.choices if self._is_own_moved(other)}
        products = [product for terms in choice.of for product in terms]
        return self._is_own_moved(choice) or any(not inner.isdisjoint(product) for product in products)

    def _is_own_moved(self, choice: Choice) -> bool:
        return any(node.index in self.drawn for terms in choice.of for node in terms.values())

    def name(self, node: int) -> str:
        """What a node is called; one without a name is f(…) of the columns that it is made of."""
        graph = self.graph
        while node not in graph.names and graph.op[node] in {"scale", "neg"}:
            (node,) = graph.args[node]
        if node in graph.names or graph.op[node] == "input":
            return graph.names.get(node) or str(graph.info[node].path)
        below = graph.below([node])
        return f"f({', '.join(column.name for leaf, column in self.tape.leaves.items() if leaf in below)})"

    # --- expanding ------------------------------------------------------------------------------------------------

    def _one(self, index: int) -> Node:
        unit = self.graph.unit[index]
        return self.graph.add("const", (), unit, 1.0, (1.0, unit))

    def _apart(self, index: int) -> Terms:
        """A column, or what is worked out in each request."""
        if self.graph.op[index] in WHOLE:
            self._whole.add(index)
        return {(index,): self._one(index)}

    def _of(self, index: int) -> Terms:
        """The terms of a node; of what does not differ, itself times the number of requests."""
        return self._terms[index] if index in self.moving else {(): Node(self.graph, index)}

    def _made(self, index: int) -> Terms | None:
        """The terms of a node that differs; None where it is no sum of products."""
        graph, args = self.graph, self.graph.args[index]
        unit, parts = graph.unit[index], [self._of(each) for each in args]
        match graph.op[index]:
            case "sum":
                return self._sum(parts, index)
            case "-":
                return self._sum([parts[0], {product: -node for product, node in parts[1].items()}], index)
            case "neg":
                return {product: -node for product, node in parts[0].items()}
            case "scale":
                return {product: node.to(unit) for product, node in parts[0].items()}
            case "*":
                return self._product(parts[0], parts[1])
            case "/" if args[1] not in self.moving:
                by = Node(graph, args[1])
                return {product: node / by for product, node in parts[0].items()}
            case "^" if 0 < graph.info[index] <= MOST_FACTORS:
                return parts[0] if graph.info[index] == 1 else self._product(parts[0], parts[0])
            case "min" | "max":
                self._choices[index] = Choice(index, CHOICES[graph.op[index]], tuple(parts))
                return {(index,): self._one(index)}
        return None

    def _sum(self, parts: Sequence[Terms], index: int) -> Terms | None:
        gathered: dict[Product, list[Node]] = {}
        for terms in parts:
            for product, node in terms.items():
                gathered.setdefault(product, []).append(node)
        unit = self.graph.unit[index]
        summed = {product: self.graph.sum(nodes, unit) for product, nodes in gathered.items()}
        return summed if len(summed) <= MOST_TERMS else None

    def _product(self, left: Terms, right: Terms) -> Terms | None:
        """A product; None where what is chosen, or too much, would be multiplied."""
        gathered: dict[Product, list[Node]] = {}
        for one, x in left.items():
            for other, y in right.items():
                product = tuple(sorted(one + other))
                if len(product) > 1 and not self._may_multiply(product):
                    return None
                gathered.setdefault(product, []).append(x * y)
        if len(gathered) > MOST_TERMS:
            return None
        return {product: self.graph.sum(nodes) for product, nodes in gathered.items()}

    def _may_multiply(self, product: Product) -> bool:
        exact = all(node in self.tape.leaves or node in self._whole for node in product)
        return exact and len(product) <= MOST_FACTORS

    def _used(self, every: Iterable[Terms]) -> list[Choice]:
        """The choices that terms are made of."""
        waiting = {node for terms in every for product in terms for node in product if node in self._choices}
        found: set[int] = set()
        while waiting:
            node = waiting.pop()
            found.add(node)
            of = (inner for terms in self._choices[node].of for product in terms for inner in product)
            waiting |= {inner for inner in of if inner in self._choices} - found
        return [self._choices[node] for node in sorted(found)]
