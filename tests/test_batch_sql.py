"""The tape in SQL: every operation, and tapes of any make, are what the tape itself says of each request."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.batch.engines.duckdb import DuckDB
from lca.batch.plan import Column, Plan, Tape
from lca.batch.price import in_each, price
from lca.batch.shapes import MAY_LACK, TOKENS, Key
from lca.batch.sql import as_sql
from lca.graph import Graph, Input, Node, evaluate
from lca.operations import TABLE
from lca.problems import Problems, Span
from lca.units import ONE

COLUMNS = ("input", "output", MAY_LACK)
NUMBERS = (-2.5, -1.0, 0.0, 1e-9, 0.3, 1.0, 2.0, 3.000000000000001, 7.5, 2.0**29, 1e12, math.inf, math.nan)
CONSTANTS = st.sampled_from([-3.0, -0.5, 0.0, 0.25, 1.0, 2.0, 100.0])
MODELS = ("a", "b")


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(memory=300_000_000, threads=1) as made:
        yield made


def same(one: float, other: float) -> bool:
    if math.isfinite(one) and math.isfinite(other):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)
    return one == other or (one != one and other != other)


# --- each operation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLE)
def test_an_operation_in_sql_is_its_value(engine: DuckDB, name: str) -> None:
    row = TABLE[name]
    count = 5 if name == "interp" else 3 if row.arity[1] is None else row.arity[1] or 1
    info = {"scale": 2.5, "^": 3}.get(name)
    chosen = [[a, *rest] for a in NUMBERS for rest in _others(count - 1)]
    texts = [_text(name, [as_sql(a) for a in args], info) for args in chosen]
    found = engine.query(f"select unnest([{', '.join(texts)}]) as x")["x"]
    for args, made in zip(chosen, found, strict=True):
        if row.outside(args) and name == "interp":
            assert made != made
        elif not any(a != a for a in args):
            assert same(made, row.value(info, args)), (args, made)


def _others(count: int) -> list[list[float]]:
    if count == 4:
        return [[0.0, 1.0, 2.0, 5.0], [1.0, 3.0, 1.0, 4.0], [-1.0, 2.0, 1e12, 2.5]]
    if count == 2:
        return [[1.0, 2.0], [5.0, -1.0], [0.3, math.inf]]
    return [[a] for a in NUMBERS if a == a] if count else [[]]


def _text(name: str, words: Sequence[str], info: float | None) -> str:
    form = TABLE[name].sql
    text = form if isinstance(form, str) else form(len(words))
    return f"cast({text.format(*words, info='' if info is None else as_sql(info))} as double)"


# --- tapes of any make ------------------------------------------------------------------------------------------------

Shape = tuple[object, ...]  # an operation and its arguments, a column, or a number and which model's it is


def shapes(depth: int) -> st.SearchStrategy[Shape]:
    leaf = st.one_of(
        st.sampled_from(COLUMNS).map(lambda name: ("column", name)), CONSTANTS.map(lambda c: ("number", c))
    )
    if not depth:
        return leaf
    below = shapes(depth - 1)
    two = st.sampled_from(["*", "*", "/", "-", "sum", "min", "max", "round_up", "**"])
    one = st.sampled_from(["ceil", "floor", "neg", "log2", "ln", "exp", "exp2", "sqrt", "^"])
    return st.one_of(leaf, st.tuples(two, below, below), st.tuples(two, below, below), st.tuples(one, below))


class OfShape:
    """Tapes of one shape; those of the second model have other numbers."""

    def __init__(self, shape: Shape, also: Shape) -> None:
        self.made = {model: self._made(place, (shape, also)) for place, model in enumerate(MODELS)}

    def _made(self, place: int, shape: Sequence[Shape]) -> Tape:
        graph, where = Graph(), Span("shape", 1, 1)
        leaves = {name: graph.input(Input(name, 1.0, ONE, where)) for name in COLUMNS}

        def node(at: Shape) -> Node:
            match at:
                case ("column", str(name)):
                    return leaves[name]
                case ("number", float(number)):
                    return graph.input(Input(f"number {number}", number * (1 + place / 2), ONE, where))
            made = [node(each) for each in at[1:] if isinstance(each, tuple)]
            match at[0]:
                case "*":
                    return made[0] * made[1]
                case "/":
                    return made[0] / made[1]
                case "-":
                    return made[0] - made[1]
                case "sum":
                    return graph.sum(made)
                case "neg":
                    return -made[0]
                case "^":
                    return made[0] ** 2
            return made[0].apply(str(at[0]), *made[1:])

        roots = {f"x{k}": node(each).index for k, each in enumerate(shape)}
        columns = {leaves[name].index: Column(name, 1e6 if name == MAY_LACK else 1.0) for name in COLUMNS}
        return Tape(graph, roots, columns, dict.fromkeys(roots, "1"))

    def tape(self, key: Key) -> Tape:
        if key.lacks:
            raise Problems([])
        return self.made[key.model]


REQUEST = st.tuples(
    st.sampled_from(MODELS), st.sampled_from([0, 1, 2, 100, 101]), st.integers(0, 300), st.integers(0, 9_000_000)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(shapes(3), shapes(2), st.lists(REQUEST, min_size=1, max_size=8))
def test_any_tape_is_summed_and_written_as_it_is_evaluated(
    engine: DuckDB, shape: Shape, also: Shape, rows: list[tuple[str, int, int, int]]
) -> None:
    pricer = OfShape(shape, also)
    columns = ", ".join(f"{name} bigint" for name in (*TOKENS, MAY_LACK))
    engine.query(f"create or replace table requests (model varchar, provider varchar, region varchar, {columns})")
    texts = [f"('{model}', '', '', {read}, 0, 0, 0, {out}, {late})" for model, read, out, late in rows]
    engine.query(f"insert into requests values {', '.join(texts)}")  # noqa: S608  numbers of ours
    each = [evaluated(pricer.made[model], read, out, late / 1e6) for model, read, out, late in rows]
    largest = max(abs(x) for row in each for x in row)
    if all(math.isfinite(x) for row in each for x in row) and largest < 1e200:
        relation = in_each(engine, pricer, ["model", "input", "output", MAY_LACK]).relation
        found = engine.query(f"select * from {relation}")  # noqa: S608  names of ours
        made = sorted(zip(*found.values(), strict=True))
        for own, (row, values) in zip(made, sorted(zip(rows, each, strict=True)), strict=True):
            assert own[:4] == row
            for one, other in zip(own[4:], values, strict=True):
                assert one == pytest.approx(other, rel=1e-9, abs=1e-9 * spread(pricer.made[row[0]], row))
    try:
        priced = price(engine, pricer)
    except Problems as wrong:
        said = str(wrong)
        assert "finite" in said or "beyond 2⁶³" in said, said
        return
    for name, figure in priced.groups[0].totals.items():
        values = [row[int(name[1:])] for row in each]
        scale = sum(spread(pricer.made[row[0]], row) for row in rows)
        assert figure.value == pytest.approx(math.fsum(values), rel=1e-9, abs=1e-9 * scale), name


def evaluated(tape: Tape, read: int, out: int, late: float) -> list[float]:
    """The figures of a request by the tape itself."""
    own = {"input": float(read), "output": float(out), MAY_LACK: late}
    values = evaluate(tape.graph, {node: own[column.name] for node, column in tape.leaves.items()})
    return [float(values[root]) for root in tape.roots.values()]


def spread(tape: Tape, row: tuple[str, int, int, int]) -> float:
    """The largest number on the way to a figure: what rounding is relative to."""
    own = {"input": float(row[1]), "output": float(row[2]), MAY_LACK: row[3] / 1e6}
    values = evaluate(tape.graph, {node: own[column.name] for node, column in tape.leaves.items()})
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def test_a_product_of_three_columns_is_worked_out_in_each_request() -> None:
    shape: Shape = ("*", ("*", ("column", "input"), ("column", "output")), ("column", MAY_LACK))
    plan = Plan(OfShape(shape, ("number", 1.0)).made["a"])
    assert len(plan.real) == 1
    assert not plan.whole
    assert not plan.choices
