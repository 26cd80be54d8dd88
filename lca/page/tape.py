"""The tape below some figures as data, for the interpreter in the page, and the script of that interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lca import units
from lca.graph import Graph
from lca.operations import TABLE, Operation
from lca.units import ONE

HERE = Path(__file__).parent / "scripts"
LEAVES = ("input", "const")  # before the operations: each is its number
CODES = {name: code for code, name in enumerate((*LEAVES, *TABLE))}


class Tape(NamedTuple):
    """What figures are made of.

    data: for each node its operation, its arguments and its number (of a leaf its value; an exponent, or a factor), and
    the leaves of each mix, with what leads from their units to that of the first, and what is 100 % in it. place: of
    each node of the graph its place on the tape.
    """

    data: dict[str, Any]
    place: Mapping[int, int]


def tape(graph: Graph, roots: Iterable[int], frozen: Mapping[int, float]) -> Tape:
    """The nodes that figures are made of, in the order of the graph; `frozen` ones are numbers, whatever is moved."""
    below = graph.below(roots, frozen)
    place = {index: at for at, index in enumerate(below)}
    return Tape(
        {
            "op": [CODES["const" if index in frozen else graph.op[index]] for index in below],
            "args": [[place[arg] for arg in graph.args[index]] if index not in frozen else [] for index in below],
            "info": [frozen[index] if index in frozen else _number(graph, index) for index in below],
            "mixes": [*_mixes(graph, place)],
        },
        place,
    )


def _number(graph: Graph, index: int) -> float:
    info = graph.info[index]
    number = info.value if graph.op[index] == "input" else info
    return 0 if number is None else number


def _mixes(graph: Graph, place: Mapping[int, int]) -> Iterable[dict[str, Any]]:
    """The mixes of which a share is on the tape; all their shares are, since a share is of the total of all."""
    for total, shares in graph.mixes.items():
        if total in place:
            weights = [graph.weight(share) for share in shares]
            leaves = [weight for weight in weights if graph.op[weight] == "input"]
            unit = graph.unit[leaves[0]]
            scales = [units.scale(graph.unit[leaf], unit) or 1.0 for leaf in leaves]
            yield {"of": [place[leaf] for leaf in leaves], "scales": scales, "whole": units.scale(ONE, unit) or 1.0}


def core() -> str:
    """The interpreter in JavaScript: the same for every study."""
    return f"{(HERE / 'core.js').read_text(encoding='utf-8')}\n{_one()}\n{_many()}"


def _one() -> str:
    """What an operation comes to, of values."""
    cases = "".join(
        f"    case {CODES[name]}: return {_script(row, 'v[a[0]]', 'v[a[1]]', 'v, a')};\n" for name, row in TABLE.items()
    )
    return f"const one = (op, a, x, v) => {{\n  switch (op) {{\n{cases}  }}\n  return x;\n}};\n"


def _many() -> str:
    """The same of columns of values; what takes any number of arguments is worked out draw by draw, but for sums."""
    each = "for (let j = 0; j < o.length; j++)"
    cases = "".join(
        f"    case {CODES[name]}: {each} o[j] = {_script(row, 'p[j]', 'q[j]', '')}; return;\n"
        for name, row in TABLE.items()
        if "{all}" not in row.script
    )
    cases += (
        f"    case {CODES['sum']}: o.fill(0); for (const b of a) {{ const r = c[b]; {each} o[j] += r[j]; }} return;\n"
    )
    rest = f"  {each} {{\n    for (const b of a) t[b] = c[b][j];\n    o[j] = one(op, a, x, t);\n  }}\n"
    head = "const many = (op, a, x, c, o, t) => {\n  const p = c[a[0]], q = c[a[1]];\n"
    return f"{head}  switch (op) {{\n{cases}  }}\n{rest}}};\n"


def _script(row: Operation, first: str, second: str, every: str) -> str:
    return row.script.format(first, second, info="x", all=every)
