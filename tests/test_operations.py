"""One operation, one row: a row agrees with itself however it is read, and one that is added needs nothing else."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from lca import operations, samples
from lca.graph import Graph, Input, Node, elasticities, evaluate, gradient
from lca.model.laws import Uniform
from lca.operations import ATOM, PRODUCT, SUM, TABLE, Form, Operation, written
from lca.problems import Problems, Span
from lca.questions.explain import explain
from lca.questions.sensitivity.signomial import Refused, expand
from lca.samples.steps import Sources, operation
from lca.text import formulas
from lca.units import ONE, Unit, unit
from lca.workbook import writing as workbook
from tests.bench_pack import run

INLINE = {"*": (3.0, 7.0), "/": (3.0, 7.0), "sum": (3.0, 7.0, 2.0), "scale": (3.0,)}
INFO = {"^": -2, "scale": 0.01}
NUMBERS = (1.3, 2.4, 0.7)
POINTS = {"interp": (1.3, 0.9, 4.0, 1.4, 2.0, 2.1, 5.0)}


def a_leaf(graph: Graph, value: float, of: Unit = ONE, *, varies: bool = False) -> Node:
    law = Uniform(value / 2, value * 2) if varies else None
    return graph.input(Input(f"x{len(graph)}", value, of, Span("s", len(graph) + 1, 1), law=law))


def one_of_each(row: Operation, *, varies: bool = False) -> tuple[Graph, int, list[int]]:
    """A graph of one operation on as many leaves as it takes, three where it takes any number."""
    graph = Graph()
    values = POINTS.get(row.name) or NUMBERS[: row.arity[1] or 3]
    leaves = [a_leaf(graph, value, varies=varies).index for value in values]
    return graph, graph.add(row.name, tuple(leaves), ONE, INFO.get(row.name)).index, leaves


def rows() -> list[Operation]:
    return list(TABLE.values())


# --- every row -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", sorted(INLINE))
@pytest.mark.parametrize("zero", [False, True])
def test_what_is_inline_in_the_evaluator_is_its_row(op: str, zero: bool) -> None:
    numbers = [*INLINE[op][:-1], 0.0 if zero else INLINE[op][-1]]
    graph = Graph()
    leaves = tuple(a_leaf(graph, number).index for number in numbers)
    index = graph.add(op, leaves, ONE, INFO.get(op)).index
    assert evaluate(graph)[index] == TABLE[op].value(INFO.get(op), numbers)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_a_slope_is_the_limit_of_differences(row: Operation) -> None:
    graph, root, leaves = one_of_each(row)
    slopes, step = gradient(graph, root, evaluate(graph)), 1e-6
    for leaf in leaves:
        value = graph.info[leaf].value
        up, down = (evaluate(graph, {leaf: value + s})[root] for s in (step, -step))
        assert slopes.get(leaf, 0.0) == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_arrays_are_as_numbers(row: Operation) -> None:
    graph, root, leaves = one_of_each(row, varies=True)
    laws = {leaf: samples.drawn(graph.info[leaf]) for leaf in leaves}
    found = samples.sampled(samples.program(graph, [root, *leaves], laws), 50, 1)
    for point in found.T.tolist():
        plain = evaluate(graph, dict(zip(leaves, point[1:], strict=True)))[root]
        assert point[0] == pytest.approx(plain, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_a_row_is_a_sum_of_products_or_says_what_it_is(row: Operation) -> None:
    graph, root, leaves = one_of_each(row)
    found = expand(graph, root, leaves, evaluate(graph))
    assert isinstance(found, Refused) == bool(row.bent)
    assert not isinstance(found, Refused) or found.reason == row.bent


def test_functions_of_formulas_are_those_rows_that_are_called() -> None:
    assert {name: row.arity for name, row in operations.functions().items()} == {
        "min": (1, None), "max": (1, None), "ceil": (1, 1), "floor": (1, 1), "round_up": (2, 2), "log2": (1, 1),
        "ln": (1, 1), "exp": (1, 1), "exp2": (1, 1), "sqrt": (1, 1), "interp": (5, 65),
    }  # fmt: skip


LINE = (1.0, 10.0, 2.0, 30.0, 4.0, 20.0)  # points (1, 10), (2, 30), (4, 20)
BY_HAND = [
    ("exp2", (10.0,), 1024.0),
    ("exp2", (-1.0,), 0.5),
    ("exp2", (5000.0,), math.inf),
    ("ln", (math.e**3,), 3.0),
    ("ln", (0.0,), math.nan),
    ("sqrt", (2.25,), 1.5),
    ("sqrt", (-1.0,), math.nan),
    ("**", (4.0, 1.5), 8.0),
    ("**", (4.0, -0.5), 0.5),
    ("**", (2.0, 10.0), 1024.0),
    ("**", (-8.0, 11.0), -(8.0**11)),
    ("**", (0.0, -0.5), math.inf),
    ("**", (-8.0, 0.5), math.nan),
    ("**", (-1e200, 3.0), -math.inf),
    ("floor", (2.999,), 2.0),
    ("floor", (-2.1,), -3.0),
    ("floor", (1.1 / 0.1 - 3.6e-15,), 11.0),  # 11 but for rounding
    ("floor", (0.3 / 0.1,), 3.0),  # 2.9999999999999996
    ("floor", (math.inf,), math.inf),
    ("round_up", (13.2, 1.0), 14.0),
    ("round_up", (13.2, 5.0), 15.0),
    ("round_up", (1.1, 0.1), 1.1),  # 11.000000000000002 times
    ("round_up", (-13.2, 5.0), -10.0),
    ("round_up", (0.0, 5.0), 0.0),
    ("round_up", (13.2, 0.0), math.nan),
    ("round_up", (13.2, -5.0), math.nan),
    ("interp", (1.0, *LINE), 10.0),
    ("interp", (1.25, *LINE), 15.0),
    ("interp", (2.0, *LINE), 30.0),
    ("interp", (3.0, *LINE), 25.0),
    ("interp", (4.0, *LINE), 20.0),
    ("interp", (0.0, *LINE), 10.0),  # before the first point
    ("interp", (99.0, *LINE), 20.0),  # after the last
    ("interp", (math.inf, *LINE), 20.0),
    ("interp", (math.nan, *LINE), math.nan),
    ("interp", (1.0, 1.0, 10.0, 1.0, 20.0), math.nan),  # an x twice
    ("interp", (1.0, 2.0, 10.0, 1.0, 20.0), math.nan),
]


@pytest.mark.parametrize(("name", "numbers", "value"), BY_HAND)
def test_values_by_hand(name: str, numbers: tuple[float, ...], value: float) -> None:
    """In plain numbers, and as arrays of samples have it."""
    assert TABLE[name].value(None, numbers) == pytest.approx(value, rel=1e-12, nan_ok=True)
    out = np.empty(1)
    sources = Sources({}, {}, np.empty(1))
    with np.errstate(all="ignore"):
        operation(name)(out, [np.array([number]) for number in numbers], None, sources)
    assert out[0] == pytest.approx(value, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("x", [0.5, 1.0, 1.5, 2.0, 3.9, 4.0, 7.0])
def test_slopes_of_a_line(x: float) -> None:
    """Nothing moves beyond the ends; on a point it is the line after it."""
    first, *_ = TABLE["interp"].slope(None, (x, *LINE), TABLE["interp"].value(None, (x, *LINE)))
    assert first == (20.0 if 1 <= x < 2 else -5.0 if 2 <= x < 4 else 0.0)


def test_why_there_is_no_number() -> None:
    """Where an operation gives no number of finite ones, its row says why."""
    for name, numbers, value in BY_HAND:
        if math.isnan(value) and all(map(math.isfinite, numbers)):
            assert TABLE[name].outside(numbers), name
        elif math.isfinite(value) and name != "**":
            assert not TABLE[name].outside(numbers), name


@pytest.mark.parametrize("name", operations.functions())
def test_the_page_lists_every_function(name: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert f"`{name}" in page


# --- brackets --------------------------------------------------------------------------------------------------------

A, SUM_, PRODUCT_ = ("a", ATOM), ("b + c", SUM), ("d × e", PRODUCT)


@pytest.mark.parametrize(
    ("op", "parts", "text"),
    [
        ("*", (A, SUM_), "a × (b + c)"),
        ("*", (A, PRODUCT_), "a × d × e"),
        ("/", (PRODUCT_, A), "d × e / a"),
        ("/", (A, PRODUCT_), "a / (d × e)"),
        ("-", (SUM_, A), "b + c - a"),
        ("-", (A, SUM_), "a - (b + c)"),
        ("sum", (A, SUM_, PRODUCT_), "a + b + c + d × e"),
        ("neg", (SUM_,), "-(b + c)"),
        ("^", (PRODUCT_,), "(d × e)^2"),
        ("ceil", (SUM_,), "ceil(b + c)"),
        ("**", (PRODUCT_, SUM_), "(d × e)^(b + c)"),
        ("interp", (SUM_, A, A, A, A), "interp(b + c, a, a, a, a)"),
        ("min", (SUM_, A), "min(b + c, a)"),
    ],
)
def test_brackets_stand_where_they_have_to(op: str, parts: tuple[operations.Part, ...], text: str) -> None:
    assert written(TABLE[op].words, parts, 2)[0] == text


def test_a_sign_before_a_power_of_excel() -> None:
    """Excel reads -a^2 as (-a)^2."""
    power = written(TABLE["^"].excel, [A], 2)
    assert written(TABLE["neg"].excel, [power])[0] == "-(a^2)"


# --- a row more ------------------------------------------------------------------------------------------------------

TWICE_THE_ROOT = Operation(
    "toy", (2, 2), "pure", lambda i, a: 2 * math.sqrt(a[0]) + a[1], lambda i, a, v: (1 / math.sqrt(a[0]), 1.0),
    Form("({n0}*SQRT({0})+{1})", numbers=(("the_two_of_toy", 2.0, "a factor of toy"),)), Form("toy({all})"),
    bent="a toy",
)  # fmt: skip

SCENARIO = """\
    study: {title: Toy, criteria: [GWP], packs: [tiny]}
    functional_units: {year: {year: 2020, demand: {visits: 1 visit}}}
    parameters: {side: {value: 900 %, low: 400 %, high: 1600 %, law: uniform}}
    activities:
      - item: electricity
        tier: data centre
        stage: use
        region: FRA
        amount: "= toy(parameters.side, 4) * 10 [kWh/visit]"
"""


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "toy", TWICE_THE_ROOT)


@pytest.mark.usefixtures("toy")
def test_a_row_is_all_that_an_operation_needs(tmp_path: Path) -> None:
    result, verdicts = run(tmp_path, SCENARIO)
    model, graph = result.model, result.model.graph
    root = model.totals["year", None, "GWP"]
    assert result.values[root] == pytest.approx(10.0)  # (2 * 3 + 4) * 10 kWh at 0.1 kg
    (leaf,) = (i for i, each in graph.inputs() if each.path == "parameters.side")
    assert elasticities(graph, root, result.values)[leaf] == pytest.approx(0.3)  # sqrt(9) of 10
    assert np.allclose(samples.sweep(graph, [root], {leaf: [400.0, 1600.0]}), [[8.0, 12.0]], rtol=1e-12)
    refused = expand(graph, root, [leaf], result.values)
    assert isinstance(refused, Refused)
    assert refused.reason == "a toy"
    assert "op='toy'" in repr(explain(model, root, "GWP", "year"))
    assert written(TABLE["toy"].words, [("a + b", SUM), ("c", ATOM)]) == ("toy(a + b, c)", ATOM)
    book = openpyxl.load_workbook(io.BytesIO(workbook.export(result, verdicts)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("the_two_of_toy*SQRT(" in cell for cell in cells)
    assert "the_two_of_toy" in book.defined_names


@pytest.mark.usefixtures("toy")
def test_formulas_know_a_row_and_its_arity() -> None:
    assert isinstance(formulas.parse("toy(a, b)"), formulas.Call)
    for text in ("toy(a)", "toy(a, b, c)"):
        with pytest.raises(formulas.FormulaError, match="toy takes 2 values"):
            formulas.parse(text)
    with pytest.raises(Problems, match="toy of kWh: it takes a plain number"):
        a_leaf(Graph(), 1.0, unit("kWh")).apply("toy", a_leaf(Graph(), 1.0))
