"""Two ways to one number: the graph's arithmetic, checked once and then plain floats, against quantities of plain pint.

The workbook and the report follow in `test_four_ways`, for every shipped scenario. Derivatives are held against
differences.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import units
from lca.disk.workspace import Library, Run
from lca.graph import Graph, Input, Node, elasticities, evaluate, gradient
from lca.problems import Problems, Span
from lca.units import Namespace, Unit, unit
from tests.bench_pack import write_pack, written
from tests.test_fuzz import GOOD

NEAR = 1e-12
CRITERIA = Library().criteria
GWP = Namespace("GWP", "CO2eq", "kgCO2eq")
PE = Namespace("PE", "", "MJ")


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """pint as it comes, with our definitions on top, and a dimension for each criterion."""
    made: pint.UnitRegistry[Any] = pint.UnitRegistry(None, on_redefinition="ignore")
    made.load_definitions(str(files("pint") / "default_en.txt"))
    made.load_definitions(units.DEFINITIONS.read_text(encoding="utf-8").splitlines())
    for key in CRITERIA:
        made.define(f"impact_{key} = [impact_{key}]")
    return made


def atom(name: str) -> Any:
    """One factor of a unit: an impact is a number of its criterion's own unit, whatever stands before its suffix."""
    key, colon, text = name.rpartition(":")
    if not key:
        if colon and text not in registry():  # a unit of a scenario's own
            registry().define(f"{text} = [{text}]")
        return registry().Quantity(1.0, text)
    plain = text.removesuffix(CRITERIA[key].space.suffix)
    return registry().Quantity(1.0, plain).to_base_units().magnitude * registry().Quantity(1.0, f"impact_{key}")


@functools.cache
def in_pint(made: Unit) -> Any:
    """One of a unit as a quantity of pint."""
    return functools.reduce(
        operator.mul, (atom(name) ** power for name, power in made.atoms), registry().Quantity(1.0, "")
    )


def in_quantities(graph: Graph, nodes: Iterable[int]) -> dict[int, Any]:
    """Nodes of a graph as quantities of pint, which keeps units through all of its arithmetic."""
    found: dict[int, Any] = {}
    for index in sorted(nodes):
        terms = [found[a] for a in graph.args[index]]
        found[index] = _step(graph.op[index], terms, graph.info[index], graph.unit[index])
    return found


def _step(op: str, a: Sequence[Any], info: Any, made: Unit) -> Any:  # noqa: C901, PLR0912  one case an operation
    one = in_pint(made)
    match op:
        case "input":
            return info.value * one
        case "const":
            return info * one
        case "scale":
            return a[0]
        case "sum":
            return functools.reduce(operator.add, a)
        case "-":
            return a[0] - a[1]
        case "neg":
            return -a[0]
        case "*":
            return a[0] * a[1]
        case "/" | "share":
            return a[0] / a[1]
        case "^":
            return a[0] ** info
        case "min":
            return min(a)
        case "max":
            return max(a)
        case "ceil":
            return math.ceil((a[0] / one).to("").magnitude) * one
        case "floor":
            return math.floor((a[0] / one).to("").magnitude) * one
        case "round_up":
            return math.ceil((a[0] / a[1]).to("").magnitude) * a[1]
        case "interp":
            x, *line = (each.to_base_units() for each in a)
            xs, ys = ([each.magnitude for each in points] for points in (line[::2], line[1::2]))
            return np.interp(x.magnitude, xs, ys) * line[1].units
        case "ln" | "sqrt" | "exp2":
            of = {"ln": math.log, "sqrt": math.sqrt, "exp2": lambda number: 2**number}[op]
            return registry().Quantity(of(a[0].to("").magnitude), "")
        case "**":
            return registry().Quantity(math.exp(a[1].to("").magnitude * math.log(a[0].to("").magnitude)), "")
        case "log2":
            return registry().Quantity(math.log2(a[0].to("").magnitude), "")
        case "exp":
            return registry().Quantity(math.exp(a[0].to("").magnitude), "")
    raise AssertionError(op)


def agree(graph: Graph, nodes: Iterable[int]) -> None:
    """Each node's float, in its unit, is pint's quantity."""
    values = evaluate(graph)
    for index, quantity in in_quantities(graph, nodes).items():
        ratio = (quantity / in_pint(graph.unit[index])).to("").magnitude
        assert ratio == pytest.approx(values[index], rel=NEAR), (index, graph.op[index], str(graph.unit[index]))


# --- random graphs -------------------------------------------------------------------------------------------------------

UNITS = [
    unit(text)
    for text in ("kWh", "MJ", "W", "h", "year", "%", "1", "GB", "MiB/s", "prompt", "image/prompt", "kg", "ppm")
]
UNITS += [unit("kgCO2eq/kWh", GWP), unit("gCO2eq/MJ", GWP), unit("MJ/kWh", PE), unit("kWh/kg", PE)]
ROUNDINGS, CURVES, LINES = ("ceil", "floor"), ("log2", "ln", "exp", "exp2", "sqrt", "**"), ("round_up", "interp")
numbers = st.floats(1e-3, 1e3)
leaves = st.lists(st.tuples(numbers, st.sampled_from(UNITS)), min_size=2, max_size=8)
steps = st.lists(
    st.tuples(
        st.sampled_from(["*", "/", "+", "-", "neg", "^", "min", "max", "to", *ROUNDINGS, *CURVES, *LINES]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    max_size=25,
)


def build(given_leaves: list[tuple[float, Unit]], given_steps: list[tuple[str, int, int]]) -> tuple[Graph, list[Node]]:
    """A graph of the steps that dimensions allow."""
    graph = Graph()
    nodes = [graph.input(Input(f"p{i}", value, u, Span("s", i, 1))) for i, (value, u) in enumerate(given_leaves)]
    for op, i, j in given_steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        try:
            node = _made(graph, op, a, b, j)
        except (Problems, units.UnitError):
            continue
        if _is_stable(graph, node.index, evaluate(graph)):
            nodes.append(node)
    return graph, nodes


def _is_stable(graph: Graph, index: int, values: Sequence[float]) -> bool:
    """Whether a node is a number of which rounding leaves all digits but the last few: no terms that cancel."""
    value, terms = values[index], [values[a] for a in graph.args[index]]
    if not math.isfinite(value) or not 1e-9 < abs(value) < 1e9:
        return False
    match graph.op[index]:
        case "sum" | "-":
            return abs(value) > 0.1 * max(map(abs, terms))
        case "log2" | "ln":
            return abs(value) > 0.1
        case "exp" | "exp2":
            return abs(terms[0]) < 20
        case "**":
            return terms[0] > 0 and abs(terms[1] * math.log(terms[0])) < 20
        case "ceil" | "floor":
            return abs(terms[0] - round(terms[0])) > 1e-6
        case "round_up":
            return abs(terms[0] / terms[1] - round(terms[0] / terms[1])) > 1e-6
        case "interp":
            return abs(value) > 0.1 * max(map(abs, terms[2::2])) and min(abs(terms[0] - x) for x in terms[1::2]) > 1e-3
    return True


def _made(graph: Graph, op: str, a: Node, b: Node, number: int) -> Node:
    match op:
        case "*":
            return a * b
        case "/":
            return a / b
        case "+":
            return graph.sum((a, b, a))
        case "-":
            return a - b
        case "neg":
            return -a
        case "^":
            return a ** (number % 5 - 2)
        case "min" | "max" | "round_up" | "**":
            return a.apply(op, b)
        case "interp":
            two, four = (graph.constant(number) for number in (2, 4))
            return a.apply(op, a * two / four, b, a * two, b / four, a * four, b * two)
        case "to":
            return a.to(next((u for u in UNITS[number % len(UNITS) :] if u.dims == a.unit.dims), a.unit))
        case _:
            return a.apply(op)


@given(leaves, steps)
@settings(max_examples=150, deadline=None)
def test_random_graphs(given_leaves: list[tuple[float, Unit]], given_steps: list[tuple[str, int, int]]) -> None:
    graph, nodes = build(given_leaves, given_steps)
    agree(graph, {index for node in nodes for index in graph.below([node.index])})


# --- whole scenarios --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("three_ways")
    path = written(folder, GOOD)
    result, _ = Run(path, [write_pack(folder)]).compile((), (None, "L", "M"), every_case=True)
    return result.model.graph


def test_a_scenario_of_every_block(everything: Graph) -> None:
    assert set(everything.op) >= {"*", "/", "-", "sum", "scale", "ceil", "max", "log2"}
    agree(everything, range(len(everything)))


# --- derivatives --------------------------------------------------------------------------------------------------------------


def difference(graph: Graph, root: int, leaf: int, values: Sequence[float]) -> float:
    """The slope of a root by a leaf, from a step up and a step down."""
    step = 1e-5 * abs(values[leaf]) or 1e-9
    nodes = graph.below([root])
    up, down = (evaluate(graph, {leaf: values[leaf] + s}, nodes)[root] for s in (step, -step))
    return (up - down) / (2 * step)


@given(
    leaves,
    st.lists(
        st.tuples(
            st.sampled_from(["*", "/", "+", "-", "neg", "^", *CURVES, "interp"]), st.integers(0, 99), st.integers(0, 99)
        ),
        min_size=1,
        max_size=12,
    ),
)
@settings(max_examples=100, deadline=None)
def test_gradient_of_random_graphs(
    given_leaves: list[tuple[float, Unit]], given_steps: list[tuple[str, int, int]]
) -> None:
    graph, nodes = build(given_leaves, given_steps)
    values = evaluate(graph)
    root = nodes[-1].index
    slopes = gradient(graph, root, values)
    for leaf in (i for i in graph.below([root]) if graph.op[i] == "input"):
        scale = abs(values[root] / values[leaf])
        assert slopes.get(leaf, 0.0) == pytest.approx(
            difference(graph, root, leaf, values), rel=1e-4, abs=1e-4 * scale + 1e-9
        )


def test_gradient_and_elasticities_of_a_scenario(tmp_path: Path) -> None:
    result, _ = Run(written(tmp_path, GOOD), [write_pack(tmp_path)]).compile()
    graph, values = result.model.graph, result.values
    for root in result.model.totals.values():
        slopes, relative = gradient(graph, root, values), elasticities(graph, root, values)
        for leaf, slope in slopes.items():
            assert slope == pytest.approx(difference(graph, root, leaf, values), rel=1e-6, abs=1e-9 * abs(values[root]))
            if leaf not in graph.weights:
                assert relative[leaf] == pytest.approx(slope * values[leaf] / values[root])


def test_elasticities_of_a_product_are_its_exponents() -> None:
    graph = Graph()
    a, b = (graph.input(Input(name, 3.0, unit("kWh"), Span("s", 1, i))) for i, name in enumerate("ab"))
    root = (a**2 / b).index
    assert elasticities(graph, root, evaluate(graph)) == pytest.approx({a.index: 2, b.index: -1})


def test_constants_of_a_graph_stop_the_gradient_and_zero_has_no_elasticity() -> None:
    graph = Graph()
    a = graph.input(Input("a", 0.0, unit("kWh"), Span("s", 1, 1)))
    root = (a * graph.constant(2)).index
    assert gradient(graph, root, evaluate(graph)) == {a.index: 2}
    assert elasticities(graph, root, evaluate(graph)) == {}
