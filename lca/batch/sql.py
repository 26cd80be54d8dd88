"""A part of the tape as SQL, which DuckDB and Spark read alike.

Numbers have an exponent, else engines take them for decimals. What is worked out once and used several times gets a
name in a subselect. What does not differ from request to request is a place to be filled, `{0}`, so that one text
serves all keys whose tapes have one shape: what depends on the key alone is evaluated by the tape, never by an engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from lca.graph import Graph
from lca.operations import TABLE

REPEATED = 2  # times that the text of an operation has an argument, from which on it is a name


def as_sql(number: float) -> str:
    """A number as SQL has it: with an exponent, in brackets where a sign would meet another.

    >>> as_sql(0.1), as_sql(1e-7), as_sql(-2)
    ('0.1e0', '1e-07', '(-2.0e0)')
    """
    if not math.isfinite(number):
        name = "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
        return f"cast('{name}' as double)"
    text = repr(float(number))
    text = text if "e" in text else f"{text}e0"
    return f"({text})" if text.startswith("-") else text


Level = tuple[tuple[str, str], ...]  # names and texts that are worked out together


class Written(NamedTuple):
    """Nodes in SQL. levels: names and texts, each level of those before it. words: the text of each node asked for.

    slots: the nodes whose numbers fill the places.
    """

    levels: tuple[Level, ...]
    words: Mapping[int, str]
    slots: tuple[int, ...]


class _Writer:
    """The nodes that differ, in the order of the tape."""

    def __init__(self, graph: Graph, values: Sequence[float], prefix: str, columns: Mapping[int, str]) -> None:
        self.graph, self.values, self.prefix = graph, values, prefix
        self.text = dict(columns)
        self.depth = dict.fromkeys(columns, 0)
        self.slots: dict[int, int] = {}
        self.levels: list[list[tuple[str, str]]] = []

    def number(self, index: int) -> str:
        """The place of a number that is the same in each request."""
        return f"{{{self.slots.setdefault(index, len(self.slots))}}}"

    def add(self, index: int, *, named: bool) -> None:
        graph = self.graph
        row, info = TABLE[graph.op[index]], graph.info[index]
        args = graph.args[index]
        form = row.sql if isinstance(row.sql, str) else row.sql(len(args))
        if row.name == "/" and args[1] not in self.text and self.values[args[1]]:
            form = "{0} / {1}"  # by a number that is known, and not 0
        words = [self.text[each] if each in self.text else self.number(each) for each in args]
        text = f"({form.format(*words, info='' if info is None else as_sql(info))})"
        depth = max((self.depth.get(each, 0) for each in args), default=0)
        if named:
            while len(self.levels) <= depth:
                self.levels.append([])
            name = f"{self.prefix}{sum(map(len, self.levels))}"
            self.levels[depth].append((name, text))
            text, depth = name, depth + 1
        self.text[index], self.depth[index] = text, depth


def written(
    graph: Graph,
    values: Sequence[float],
    roots: Sequence[int],
    columns: Mapping[int, str],
    moving: Collection[int],
    prefix: str = "n",
) -> Written:
    """Nodes in SQL, over columns by node: names or numbers, that are doubles.

    values: of all nodes. moving: those that differ from request to request.
    """
    need = [index for index in graph.below(roots, columns) if index in moving or index in roots]
    uses: dict[int, int] = dict.fromkeys(roots, REPEATED)
    for index in need:
        for child in graph.args[index] if index not in columns else ():
            uses[child] = uses.get(child, 0) + _repeats(graph, index)(graph.args[index].index(child))
    writer = _Writer(graph, values, prefix, columns)
    for index in need:
        if index in moving and index not in columns:
            writer.add(index, named=uses[index] >= REPEATED)
    words = {root: writer.text[root] if root in writer.text else writer.number(root) for root in roots}
    return Written(tuple(map(tuple, writer.levels)), words, tuple(writer.slots))


def _repeats(graph: Graph, index: int) -> Callable[[int], int]:
    """How often the text of a node has each of its arguments."""
    form = TABLE[graph.op[index]].sql
    text = form if isinstance(form, str) else form(len(graph.args[index]))
    return lambda place: text.count(f"{{{place}}}")


def nested(table: str, levels: Sequence[Level]) -> str:
    """A relation with columns more, level by level."""
    for level in levels:
        more = ", ".join(f"{text} as {name}" for name, text in level)
        table = f"(select *, {more} from {table}) as t" if level else table
    return table
