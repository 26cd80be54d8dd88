"""Figures as a function of some inputs: compiled once, then asked as often as one likes, for a number or for arrays.

The tape below the figures is written out as a few lines of Python, in its own order, so that a number is equal to that
of `lca.graph.evaluate` to the bit. Nothing of a scenario's text is in those lines: places of nodes, operations, and
numbers as Python writes them.

The ends are those of `lca.questions.ends`, which the ranges of the other inputs lead to. Where these are at the same
ends whatever the inputs asked for, they are written out too; otherwise they are looked for at each point.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lca.graph import Graph, evaluate
from lca.operations import TABLE, Range
from lca.problems import Problem, Problems
from lca.questions.ends.search import Search

MOST = 1e15  # in its own unit: what an input that is asked for is not beyond
LARGEST = sys.float_info.max
BLOCK = 32_768  # points that are worked out together
SIGNS = (0.0, -1.0, 1.0)  # as stated, the least, the greatest

Numbers = Callable[..., Any]


class Bound(NamedTuple):
    """What a number has to be at least, whether it may be that, at most, and whether it may be infinite."""

    least: float
    may_be_least: bool = True
    most: float = LARGEST
    may_be_endless: bool = False

    @property
    def words(self) -> str:
        side = "not below" if self.may_be_least else "above"
        most = f", and not above {self.most:g}" if self.most < LARGEST else ""
        return f"a number {'' if self.may_be_endless else 'that is finite and '}{side} {self.least:g}{most}"


class Function:
    """Figures of a graph as a function of some of its leaves, in their own units."""

    def __init__(self, graph: Graph, roots: Sequence[int], leaves: Sequence[int]) -> None:
        self.graph, self.roots, self.leaves = graph, roots, leaves
        self._values = evaluate(graph)
        self._searches = [Search(graph, root, self._values) for root in roots]
        over = {leaf: Range(min(0.0, self._values[leaf]), MOST) for leaf in leaves}
        self._at = [[search.settled(sign, over) if sign else {} for sign in SIGNS] for search in self._searches]
        self.is_written = all(at is not None for ends in self._at for at in ends)
        wanted = [(root, at or {}) for root, ends in zip(roots, self._at, strict=True) for at in ends]
        self.source = written(graph, leaves, wanted if self.is_written else wanted[:: len(SIGNS)], self._values)
        self.of_numbers: Numbers = _made(self.source, _on_numbers)
        self._of_arrays: Numbers | None = None

    def __call__(self, *numbers: float) -> tuple[float, ...]:
        """Of each figure its value, its least and its greatest, for a number of each leaf."""
        made: tuple[float, ...] = self.of_numbers(*numbers)
        return made if self.is_written else self._searched(made, numbers)

    def arrays(self, numbers: Sequence[Any]) -> tuple[Any, ...]:
        """The same for arrays of one length."""
        import numpy as np

        size = max((np.size(each) for each in numbers), default=1)
        given = [np.broadcast_to(np.asarray(each, dtype=np.float64), size) for each in numbers]
        out = np.empty((len(SIGNS) * len(self.roots), size))
        if not self.is_written:
            for place, point in enumerate(zip(*(each.tolist() for each in given), strict=True)):
                out[:, place] = self(*point)
            return tuple(out)
        if self._of_arrays is None:
            self._of_arrays = _made(self.source, _on_arrays)
        with np.errstate(all="ignore"):
            for start in range(0, size, BLOCK):
                part = self._of_arrays(*(each[start : start + BLOCK] for each in given))
                for row, values in zip(out, part, strict=True):
                    row[start : start + BLOCK] = values
        return tuple(out)

    def checked(self, names: Sequence[str], numbers: Sequence[Any], bounds: Sequence[Bound]) -> tuple[Any, ...]:
        """The same for numbers or arrays that anybody gives, in their shape. Problems where one cannot be."""
        import numpy as np

        try:
            arrays = [np.asarray(each, dtype=np.float64) for each in numbers]
            shape = np.broadcast_shapes(*(each.shape for each in arrays))
        except (TypeError, ValueError, OverflowError):
            hint = f"{', '.join(names)}: numbers, or arrays of one shape"
            raise Problems([Problem("these are no numbers that go together", (), hint)]) from None
        for name, each, bound in zip(names, arrays, bounds, strict=True):
            fits = (each >= bound.least) if bound.may_be_least else (each > bound.least)
            fits &= (each <= bound.most) | (bound.may_be_endless & np.isinf(each))
            if not fits.all():
                raise Problems([Problem(f"{name} is {each[~fits].flat[0]:g}", (), bound.words)])
        rows = self.arrays([np.broadcast_to(each, shape).ravel() for each in arrays])
        if not all(np.isfinite(row).all() for row in rows):
            raise Problems([Problem("some figures are not finite", (), "smaller numbers have figures")])
        return tuple(row.reshape(shape) if shape else float(row[0]) for row in rows)

    def _searched(self, values: Sequence[float], numbers: Sequence[float]) -> tuple[float, ...]:
        """The values with their ends, looked for at a point."""
        known = evaluate(self.graph, dict(zip(self.leaves, numbers, strict=True)))
        made: list[float] = []
        for root, value in zip(self.roots, values, strict=True):
            search = Search(self.graph, root, known)
            made += [value, search.end(-1.0).bound, search.end(1.0).bound]
        return tuple(made)


# --- the tape as lines of Python --------------------------------------------------------------------------------------

PLAIN = {"*": "{0}*{1}", "-": "{0}-{1}", "neg": "-{0}"}
WRITTEN = (*PLAIN, "scale", "sum")  # as text; all else is called


def written(
    graph: Graph,
    leaves: Sequence[int],
    wanted: Iterable[tuple[int, Mapping[int, float]]],
    values: Sequence[float],
) -> str:
    """A function of leaves that returns nodes, each where other leaves have values of their own."""
    lines: dict[str, str] = {}
    out: list[str] = []
    for root, at in wanted:
        below = graph.below([root])
        known = evaluate(graph, at, graph.above(at, below), values) if at else values
        words = {leaf: f"x{place}" for place, leaf in enumerate(leaves)}
        for i in graph.above(leaves, below):
            if i not in words:
                args = [words.get(a) or _number(known[a]) for a in graph.args[i]]
                text = _text(graph.op[i], graph.info[i], args)
                words[i] = lines.setdefault(text, f"v{len(lines)}")
        out.append(words.get(root) or _number(known[root]))
    head = f"def function({', '.join(f'x{place}' for place in range(len(leaves)))}):"
    body = [f" {name} = {text}" for text, name in lines.items()]
    return "\n".join([head, *body, f" return ({', '.join(out)},)"])


def _text(op: str, info: Any, args: Sequence[str]) -> str:
    """An operation on words and numbers."""
    if op in PLAIN:
        return PLAIN[op].format(*args)
    if op == "scale":
        return f"{args[0]}*{_number(info)}"
    if op == "sum":
        return "+".join(["0", *args])
    if op == "/" and args[1][0].isdigit() and float(args[1]):
        return f"{args[0]}/{args[1]}"
    place = [*TABLE].index(op)
    return f"operation[{place}]({'None' if info is None else _number(info)},[{','.join(args)}])"


def _number(value: float) -> str:
    """A number as Python reads it, brackets around what begins with a sign."""
    text = repr(value)
    if value != value or value in (float("inf"), float("-inf")):
        return f'float("{text}")'
    return f"({text})" if value < 0 or text.startswith("-") else text


def _made(source: str, operation: Callable[[str], Callable[[Any, Sequence[Any]], Any]]) -> Numbers:
    """The function that lines of Python make."""
    called = [None if name in WRITTEN else operation(name) for name in TABLE]
    space: dict[str, Any] = {"operation": called, "float": float, "__builtins__": {}}
    exec(source, space)  # noqa: S102  our own lines, see above
    return space["function"]  # type: ignore[no-any-return]


def _on_numbers(name: str) -> Callable[[Any, Sequence[float]], float]:
    return TABLE[name].value


def _on_arrays(name: str) -> Callable[[Any, Sequence[Any]], Any]:
    """An operation on arrays and numbers, as samples have it."""
    import numpy as np

    from lca.samples.steps import Sources, operation

    step = operation(name)

    def value(info: Any, args: Sequence[Any]) -> Any:
        arrays = [np.array(each, dtype=np.float64) for each in np.broadcast_arrays(*args)]
        out = np.empty_like(arrays[0])
        step(out, arrays, info, Sources({}, {}, np.empty_like(out)))
        return out

    return value
