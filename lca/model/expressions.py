"""Formulas to nodes: the tree of a formula, with its names looked up, on the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from lca import units
from lca.citations import Citation, Origin
from lca.graph import Graph, Input, Node, leaf_spans
from lca.operations import TABLE
from lca.problems import Problem, Problems, Span
from lca.text import formulas
from lca.text.documents import Located
from lca.text.overlay import Path

Lookup: TypeAlias = "Callable[[Path, Span], Node]"


class Scoped(Located):
    """A formula of a method: its names are those of the method, seen from one block.

    tree: what is left of it where something optional is not stated. names: what a name leads to. method: its key.
    """

    __slots__ = ("method", "names", "tree")
    tree: formulas.Node
    names: Callable[[Path], Any]
    method: str

    @classmethod
    def of(cls, at: Located, tree: formulas.Node, names: Callable[[Path], Any], method: str) -> Scoped:
        """A formula as a block reads it."""
        made = cls(at.value, at.document, at.line, at.column, at.key_line, at.key_column, at.plain)
        made.tree, made.names, made.method = tree, names, method
        return made


class OfPack(Located):
    """A number of a method that is written in the file of a pack."""

    __slots__ = ("origin",)
    origin: Origin

    @classmethod
    def of(cls, at: Located, origin: Origin) -> OfPack:
        """The number of a row, so to speak: `origin` says of which method it is."""
        made = cls(at.value, at.document, at.line, at.column, at.key_line, at.key_column, at.plain)
        made.origin = origin
        return made


def method_of(at: Located) -> str:
    """The method that a value belongs to; empty where a scenario states it."""
    return at.method if isinstance(at, Scoped) else at.origin.item if isinstance(at, OfPack) else ""


class Expression:
    """One formula of a scenario: its numbers become inputs called `path#1`, `path#2`, … in the order of the text."""

    __slots__ = ("at", "citation", "graph", "lookup", "numbers", "own", "path", "space")

    def __init__(
        self,
        graph: Graph,
        at: Located,
        path: str,
        citation: Citation,
        lookup: Lookup,
        space: units.Namespace | None = None,
        own: units.Own = units.NONE,
    ) -> None:
        self.graph, self.at, self.path, self.citation, self.lookup = graph, at, path, citation, lookup
        self.space, self.own = space, own
        self.numbers = 0

    def node(self, tree: formulas.Node) -> Node:
        """The node of a tree. Problems where dimensions do not fit."""
        try:
            return self._node(tree)
        except units.UnitError as error:
            raise Problems([Problem(error.message, (self.place(tree),), error.hint or "shorten the formula")]) from None

    def place(self, tree: formulas.Node) -> Span:
        """Where a part of the formula begins."""
        return self.at.column_span(tree.offset + 1)

    def _node(self, tree: formulas.Node) -> Node:
        match tree:
            case formulas.Number():
                return self._number(tree)
            case formulas.Name():
                return self.lookup(tree.parts, self.place(tree))
            case formulas.Negative():
                return -self._node(tree.of)
            case formulas.Power():
                return self._power(tree)
            case formulas.Additive():
                return self._sum(tree)
            case formulas.Product():
                return self._product(tree)
            case formulas.Call():
                return self._call(tree)

    def _number(self, tree: formulas.Number) -> Node:
        if tree.unit_text is None and tree.value in (0, 1):
            return self.graph.constant(tree.value)
        self.numbers += 1
        try:
            unit = units.unit_in(tree.unit_text or "", self.space, self.own)
        except units.UnitError as error:
            place = self.at.column_span(tree.unit_offset + 1 + error.offset)
            raise Problems([Problem(error.message, (place,), error.ways)]) from None
        if tree.value == 1 and isinstance(self.at, Scoped) and units.coherent(unit) is unit:
            return self.graph.one(unit)
        cited = self.citation if self.citation.source else self.citation._replace(basis="assumed")
        return self.graph.input(Input(f"{self.path}#{self.numbers}", tree.value, unit, self.place(tree), cited))

    def _product(self, tree: formulas.Product) -> Node:
        (_, first), *rest = tree.factors
        node = self._node(first)
        for op, factor in rest:
            node = node * self._node(factor) if op == "*" else node / self._node(factor)
        return node

    def _sum(self, tree: formulas.Additive) -> Node:
        """One n-ary node where all terms are added, else from left to right."""
        terms = [term for _, term in tree.terms]
        nodes = [self._node(term) for term in terms]
        self._alike(terms, nodes, "added to")
        if all(sign == "+" for sign, _ in tree.terms):
            return self.graph.sum(nodes)
        total = nodes[0]
        for (sign, _), node in zip(tree.terms[1:], nodes[1:], strict=True):
            total = total - node if sign == "-" else total + node
        return total

    def _power(self, tree: formulas.Power) -> Node:
        base = self._node(tree.base)
        if isinstance(tree.exponent, int):
            return base**tree.exponent
        exponent = self._node(tree.exponent)
        for part, node, what in ((tree.base, base, "a power"), (tree.exponent, exponent, "an exponent")):
            if node.unit.dims:
                hint = f"divide it by one {node.unit}; a quantity takes whole powers from -9 to 9, as in size^2"
                raise Problems([Problem(f"{what} of {node.unit}: it takes a plain number", (self.place(part),), hint)])
        return base.apply("**", exponent)

    def _call(self, tree: formulas.Call) -> Node:
        rule, trees = TABLE[tree.name].rule, list(tree.args)
        nodes = [self._node(arg) for arg in trees]
        if rule == "paired":
            self._alike([trees[0], *trees[1::2]], [nodes[0], *nodes[1::2]], "compared with")
            self._alike(trees[2::2], nodes[2::2], "mixed with")
        elif rule == "alike":
            self._alike(trees, nodes, "compared with")
        try:
            return nodes[0].apply(tree.name, *nodes[1:])
        except Problems as wrong:
            raise Problems([problem._replace(spans=(self.place(tree),)) for problem in wrong.problems]) from None

    def _alike(self, trees: list[formulas.Node], nodes: list[Node], verb: str) -> None:
        """Problems where nodes are not of one dimension."""
        first = nodes[0]
        for tree, node in zip(trees, nodes, strict=True):
            if units.scale(node.unit, first.unit) is None:
                words = f"{units.dimension_words(node.unit)} and {units.dimension_words(first.unit)}"
                message = f"{node.unit} cannot be {verb} {first.unit}"
                spans = tuple(dict.fromkeys((self.place(tree), *leaf_spans(node)[:2])))
                raise Problems([Problem(message, spans, f"these are {words}")])
