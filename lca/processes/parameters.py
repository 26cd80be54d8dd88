"""Amounts as expressions of parameters, in Python's syntax with numpy's functions, and the laws that parameters have.

An input is a parameter; so is a step that several expressions take. What may not be passed on is in none of them.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lca.graph import Graph, Input
from lca.model.laws import Lognormal, Normal, Triangular, Uniform
from lca.operations import ATOM, TABLE, Part, written

LONGEST = 2_000  # characters of an expression: a longer one is taken in steps
NO_NAME = re.compile(r"\W+", re.ASCII)


class Parameter(NamedTuple):
    """An input, or a step with its formula. `leaf` is the input; `amount` its value in its own unit."""

    name: str
    amount: float
    formula: str = ""
    leaf: Input | None = None


class Parameters:
    """The expressions of nodes, and the parameters that those asked for are made of.

    withheld: inputs that may not be shown; a node that depends on one has no expression.
    """

    def __init__(self, graph: Graph, values: Sequence[float], roots: Iterable[int], withheld: set[int]) -> None:
        self.graph, self.values = graph, values
        nodes = graph.below(roots)
        self._uses = Counter(child for node in nodes for child in graph.args[node])
        self._parts: dict[int, Part] = {}
        self._parameters: dict[int, Parameter] = {}
        self._names: set[str] = set()
        self._hidden = {*graph.above(withheld, nodes)}
        for node in nodes:
            if node not in self._hidden:
                self._parts[node] = self._part(node)

    def is_hidden(self, node: int) -> bool:
        """Whether a node depends on what may not be shown."""
        return node in self._hidden

    def expression(self, node: int, factor: float = 1.0) -> str:
        """A node times a factor; empty where it has no expression, or is made of no input."""
        if node in self._hidden or not any(self.graph.op[i] == "input" for i in self.graph.below([node])):
            return ""
        part = self._parts[node]
        return part[0] if factor == 1 else written(TABLE["scale"].in_code, [part], repr(factor))[0]

    def taken(self, nodes: Iterable[int]) -> list[Parameter]:
        """The parameters that the expressions of some nodes are made of, each after those that it is made of."""
        return [self._parameters[i] for i in self.graph.below(nodes) if i in self._parameters]

    def _part(self, node: int) -> Part:
        op, info = self.graph.op[node], self.graph.info[node]
        if op == "input":
            return self._refer(node, Parameter(self._name(info.path), info.value, leaf=info))
        if op == "const":
            return (repr(info), ATOM) if info >= 0 else (f"({info!r})", ATOM)
        form = TABLE[op].in_code
        numbers = [repr(value) for _, value, _ in form.numbers]
        parts = [self._parts[child] for child in self.graph.args[node]]
        text, binds = written(form, parts, repr(info) if op == "scale" else info, numbers)
        if (self._uses[node] > 1 and binds != ATOM and not self._is_plain(node)) or len(text) > LONGEST:
            name = self._name(self.graph.names.get(node, "step"))
            return self._refer(node, Parameter(name, self.values[node], text))
        return text, binds

    def _is_plain(self, node: int) -> bool:
        """Whether a node is made of numbers alone, or is one input in another unit."""
        args = self.graph.args[node]
        return all(self.graph.op[child] in ("const", "input") for child in args) and len(args) == 1

    def _refer(self, node: int, parameter: Parameter) -> Part:
        self._parameters[node] = parameter
        return parameter.name, ATOM

    def _name(self, path: str) -> str:
        """A name that Python takes, and no function has; with a number where another has it."""
        name = NO_NAME.sub("_", path).strip("_") or "step"
        name = f"p_{name}" if not name[0].isalpha() or "_" not in name or keyword.iskeyword(name) else name
        found, place = name, 1
        while found in self._names:
            place += 1
            found = f"{name}_{place}"
        self._names.add(found)
        return found


# --- laws -------------------------------------------------------------------------------------------------------------


Spread = Lognormal | Normal | Uniform | Triangular  # the laws that a number has by itself, and other programs know


def scaled(law: Spread, factor: float) -> Spread:
    """The law of what is a positive number of times as large.

    >>> scaled(Triangular(1, 2, 4), 10)
    Triangular(low=10, mode=20, high=40)
    """
    match law:
        case Lognormal():
            return law._replace(median=law.median * factor, least=law.least * factor, most=law.most * factor)
        case Normal(mean, sd, least, most):
            return Normal(mean * factor, sd * factor, least * factor, most * factor)
        case Uniform(low, high):
            return Uniform(low * factor, high * factor)
        case Triangular(low, mode, high):
            return Triangular(low * factor, mode * factor, high * factor)
