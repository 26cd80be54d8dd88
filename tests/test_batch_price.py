"""A log priced is the sum of its requests: by every method that ships, by draws, and by a case on paper."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca
from lca import samples
from lca.batch import parts
from lca.batch.engines.duckdb import DuckDB
from lca.batch.parts import Draws
from lca.batch.plan import Column, Plan, Tape
from lca.batch.price import Priced, in_each, price, quantiles
from lca.batch.pricers import ByMethod
from lca.batch.shapes import MAY_LACK, TOKENS, Key
from lca.disk.requests import CLASSES, Requests, opened
from lca.graph import Graph, Input, Node
from lca.model.laws import Law, Triangular
from lca.problems import Problems, Span
from lca.units import unit

Row = tuple[Any, ...]  # model, region, tokens of each class, microseconds or None

REGIONS = ("FRA", "USA")
TOKENS_OF = st.one_of(st.just(0), st.integers(1, 20), st.integers(0, 200_000))
LATENCY = st.one_of(st.none(), st.just(0), st.integers(1, 3_000_000_000))
REQUEST = st.tuples(st.integers(0, 2), st.sampled_from(REGIONS), *[TOKENS_OF] * len(TOKENS), LATENCY)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(memory=300_000_000, threads=2) as made:
        yield made


@pytest.fixture(scope="module")
def requests() -> Requests:
    return opened(())


def written(engine: DuckDB, rows: Sequence[Row]) -> None:
    """The canonical table of some requests."""
    columns = ", ".join(f"{name} bigint" for name in ("ms", *TOKENS, MAY_LACK))
    engine.query(f"create or replace table requests (model varchar, provider varchar, region varchar, {columns})")
    texts = [
        f"({DuckDB.dialect.text(model)}, '', '{region}', 0, {str(numbers)[1:-1].replace('None', 'null')})"
        for model, region, *numbers in rows
    ]
    engine.query(f"insert into requests values {', '.join(texts)}")  # noqa: S608  names of ours


def models(requests: Requests, method: str, most: int = 3) -> list[str]:
    """Some models that a method answers of."""
    pricer, found = ByMethod(requests, method), []
    for name in requests.form(method).factors.catalogue.names:
        try:
            pricer.tape(Key(name, "", REGIONS[0]))
        except Problems:
            continue
        found.append(name)
        if len(found) == most:
            break
    return found


def one_by_one(rows: Sequence[Row], method: str) -> dict[tuple[str, str], float]:
    """What `lca.request` says of each request, summed by region and criterion."""
    total: dict[tuple[str, str], float] = {}
    for model, region, *tokens, latency in rows:
        stated = dict(zip(CLASSES, tokens, strict=True)) | ({} if latency is None else {"latency": latency / 1e6})
        answer = lca.request(model, region=region, method=method, **stated)
        for criterion in answer:
            key = (region, criterion)
            total[key] = total.get(key, 0.0) + answer[criterion].value
    return total


def figures(priced: Priced) -> dict[tuple[str, str], float]:
    return {(group.by[0], name): figure.value for group in priced.groups for name, figure in group.totals.items()}


METHODS = (
    "ecologits-0-11", "ecologits-0-9", "ecologits-0-8", "fitted-2026", "token-rates", "measured", "measured-batch-1",
    "reasoning-batch-1", "image", "video",
)  # fmt: skip


def test_every_method_of_a_request_is_proven(requests: Requests) -> None:
    needs_more = {key for key in requests.forms() if not models(requests, key, 1)}
    assert {*requests.forms()} - needs_more == {*METHODS}
    assert needs_more == {"ecologits-video-0-11"}, "the length of a video is in no log"


@pytest.mark.parametrize("method", METHODS)
def test_a_log_is_the_sum_of_its_requests(engine: DuckDB, requests: Requests, method: str) -> None:
    named = models(requests, method, 2)
    pricer = ByMethod(requests, method)

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(st.lists(REQUEST, min_size=1, max_size=60))
    def held(some: list[Row]) -> None:
        rows = [(named[model % len(named)], *rest) for model, *rest in some]
        written(engine, rows)
        priced = price(engine, pricer, ["region"])
        expected = one_by_one(rows, method)
        made = figures(priced)
        assert made.keys() == expected.keys()
        for key, value in expected.items():
            assert made[key] == pytest.approx(value, rel=1e-9, abs=1e-300), key
        assert sum(group.requests for group in priced.groups) == len(rows)

    held()


# --- on paper ---------------------------------------------------------------------------------------------------------


class OnPaper:
    """Energy of a request: 2 J for each token that comes out, and 10 W for its time, which is the least of 0.5 s for a
    token and its latency; and 3 J for each started block of 100 tokens that go in, times the seconds of latency.
    """

    def __init__(self, pace: Law | None = None) -> None:
        graph, where = Graph(), Span("paper", 1, 1)

        def leaf(name: str, value: float, in_: str, law: Law | None = None) -> Node:
            return graph.input(Input(name, value, unit(in_), where, law=law))

        out, read, latency = leaf("output", 1, "token"), leaf("input", 1, "token"), leaf("latency", 1, "s")
        time = (out * leaf("pace", 0.5, "s/token", pace)).apply("min", latency)
        blocks = (read / leaf("block", 100, "token")).apply("ceil")
        energy = graph.sum(
            [
                (out * leaf("each", 2, "J/token")).to("J"),
                (time * leaf("power", 10, "W")).to("J"),
                (blocks * latency * leaf("held", 3, "W")).to("J"),
            ]
        )
        leaves = {out.index: Column("output"), read.index: Column("input"), latency.index: Column("latency", 1e6)}
        self.made = Tape(graph, {"energy": energy.index}, leaves, {"energy": "J"})

    def tape(self, key: Key) -> Tape:
        return self.made


def test_a_case_on_paper(engine: DuckDB) -> None:
    # 4 tokens at 0.5 s are 2 s: below a latency of 3 s, above one of 1 s. 250 tokens are 3 blocks, 100 are 1, 0 none.
    # 4 × 2 + 10 × 2 + 3 × 3 × 3 = 55;  4 × 2 + 10 × 1 + 1 × 1 × 3 = 21;  0 + 0 + 0 = 0;  55 + 21 = 76 J
    written(engine, [
        ("m", "FRA", 250, 0, 0, 0, 4, 3_000_000),
        ("m", "FRA", 100, 0, 0, 0, 4, 1_000_000),
        ("m", "USA", 0, 0, 0, 0, 0, 0),
    ])  # fmt: skip
    priced = price(engine, OnPaper(), ["region"])
    assert figures(priced) == pytest.approx({("FRA", "energy"): 76.0, ("USA", "energy"): 0.0}, abs=1e-12)
    assert [group.sums["input"] for group in sorted(priced.groups)] == [350, 0]
    assert [group.sums["latency"] for group in sorted(priced.groups)] == [4_000_000, 0]


def test_plain_sums_of_that_case_would_be_wrong() -> None:
    plan = Plan(OnPaper().made)
    assert len(plan.choices) == 1
    assert len(plan.whole) == 1
    assert not plan.real
    # 8 tokens at 0.5 s are 4 s, as is the latency of both: min(4, 4) × 10 W is 40 J, and it is 30 J
    assert min(8 * 0.5, 4.0) * 10 == 40
    assert (min(4 * 0.5, 3.0) + min(4 * 0.5, 1.0)) * 10 == 30
    assert math.isfinite(sum(plan.values[node] for node in plan.numbers))


# --- row by row -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["ecologits-0-11", "ecologits-0-8", "fitted-2026", "image"])
def test_row_by_row_is_the_tape(engine: DuckDB, requests: Requests, method: str) -> None:
    named = [*models(requests, method, 2), "it's \\ no model"]
    chosen = random.Random(1)  # noqa: S311
    rows = [
        (
            chosen.choice(named),
            chosen.choice((*REGIONS, "nowhere")),
            *(chosen.choice((0, chosen.randrange(5000))) for _ in TOKENS),
            late,
        )
        for late in (None, 0, 1, 50_000, 3_000_000, 200_000_000) * 10
    ]  # fmt: skip
    written(engine, rows)
    columns = ["model", "region", *TOKENS, MAY_LACK]
    made = in_each(engine, ByMethod(requests, method), columns)
    found = engine.query(f"select * from {made.relation}")  # noqa: S608  names of ours
    without = 0
    for model, region, *each in zip(*found.values(), strict=True):
        tokens, latency, figures_of = each[: len(TOKENS)], each[len(TOKENS)], each[len(TOKENS) + 1 :]
        stated = dict(zip(CLASSES, tokens, strict=True)) | ({} if latency is None else {"latency": latency / 1e6})
        try:
            answer = requests.request(model, region, method, stated)
        except Problems:
            assert figures_of == [None] * len(made.columns)
            without += 1
            continue
        assert figures_of == [pytest.approx(answer[name].value, rel=1e-12, abs=1e-300) for name in made.columns]
    assert 0 < without < len(rows)


def test_quantiles_are_of_single_requests(engine: DuckDB, requests: Requests) -> None:
    named = models(requests, "measured", 1)[0]
    written(engine, [(named, "FRA", 0, 0, 0, 0, tokens, None) for tokens in (100, 200, 300, 400)])
    one = requests.request(named, "FRA", "measured", {"output_tokens": 100})["GWP"].value
    found = quantiles(engine, ByMethod(requests, "measured"), (0.5, 1.0), ["region"])
    assert found[("FRA",)]["GWP"] == pytest.approx((2.5 * one, 4 * one), rel=1e-12)


# --- draws ------------------------------------------------------------------------------------------------------------


def drawn_one_by_one(pricer: Any, rows: Sequence[Row], count: int) -> dict[tuple[str, str], Any]:
    """Every request sampled for itself, by the same random numbers, and summed draw by draw."""
    total: dict[tuple[str, str], Any] = {}
    for model, region, *tokens, latency in rows:
        tape = pricer.tape(Key(model, "", region, latency is None))
        own = dict(zip(TOKENS, tokens, strict=True)) | {MAY_LACK: latency}
        leaves = {node: tape.graph.info[node] for node in tape.leaves}
        put = {
            node: Input(leaf.path, own[tape.leaves[node].name] / tape.leaves[node].per, leaf.unit, leaf.span)
            for node, leaf in leaves.items()
        }
        graph = tape.graph.holding(put)
        laws = {index: samples.drawn(parts.by_row(leaf)) for index, leaf in graph.inputs() if leaf.law is not None}
        drawn = samples.sampled(samples.program(graph, [*tape.roots.values()], laws), count, 0)
        for name, row in zip(tape.roots, drawn, strict=True):
            total[region, name] = total.get((region, name), 0.0) + row
    return total


@pytest.mark.parametrize("pace", [None, Triangular(0.2, 0.5, 1.1)])
def test_draws_are_those_of_each_request_within_the_bound(engine: DuckDB, pace: Triangular | None) -> None:
    chosen = random.Random(5)  # noqa: S311
    rows = [
        (
            "m",
            chosen.choice(REGIONS),
            chosen.randrange(900),
            0,
            0,
            0,
            chosen.randrange(40),
            chosen.randrange(30_000_000),
        )
        for _ in range(400)
    ]
    written(engine, rows)
    pricer = OnPaper(pace)
    priced = price(engine, pricer, ["region"], draws=Draws(300))
    exact = drawn_one_by_one(pricer, rows, 300)
    for group in priced.groups:
        figure, own = group.totals["energy"], exact[group.by[0], "energy"]
        assert figure.low is not None
        assert figure.high is not None
        for end, part in ((figure.low, 0.025), (figure.high, 0.975)):
            assert abs(end - np.quantile(own, part)) <= figure.bound + 1e-9 * figure.value
        if pace is None:
            assert figure.bound == 0
            assert figure.low == pytest.approx(figure.high, rel=1e-12)
        else:
            assert 0 < figure.bound < 3e-3 * figure.value
            assert figure.low < 0.95 * figure.value < 1.05 * figure.value < figure.high
    assert any("bins" in line for line in priced.how) == (pace is not None)


def test_an_input_of_several_models_is_drawn_once_for_all_groups(engine: DuckDB, requests: Requests) -> None:
    named = models(requests, "fitted-2026", 2)
    rows = [(model, region, 300, 0, 0, 0, 500, None) for model in named for region in REGIONS]
    written(engine, rows)
    pricer = ByMethod(requests, "fitted-2026")
    exact = drawn_one_by_one(pricer, rows, 200)
    for group in price(engine, pricer, ["region"], draws=Draws(200)).groups:
        for name, figure in group.totals.items():
            ends = np.quantile(exact[group.by[0], name], (0.025, 0.975))
            assert (figure.low, figure.high) == pytest.approx(tuple(ends), rel=1e-9)
            assert figure.bound == 0


# --- what is refused --------------------------------------------------------------------------------------------------


def test_unknown_models_are_counted_and_never_dropped(engine: DuckDB, requests: Requests) -> None:
    named = models(requests, "measured", 1)[0]
    written(engine, [(named, "FRA", 1, 0, 0, 0, 2, None), ("x'; drop table t; --\n", "FRA", 3, 0, 0, 0, 4, 5)] * 2)
    priced = price(engine, ByMethod(requests, "measured"))
    (group,) = priced.groups
    assert (group.requests, group.unpriced, group.sums["output"]) == (4, 2, 12)
    (unknown,) = priced.unpriced
    assert (unknown.requests, unknown.tokens) == (2, 14)
    assert "no model" in unknown.why
    assert priced.how == ("sums of whole numbers, which any group has exactly",)


def test_too_many_groups_lacking_tokens_and_sums_beyond_their_type_are_said(engine: DuckDB, requests: Requests) -> None:
    pricer = ByMethod(requests, "measured")
    named = models(requests, "measured", 1)[0]
    written(engine, [(named, "FRA", tokens, 0, 0, 0, 2, None) for tokens in range(20)])
    with pytest.raises(Problems, match="more than 10 groups"):
        price(engine, pricer, ["input"], most=10)
    engine.query("update requests set output = null where input = 3")
    with pytest.raises(Problems, match="1 request has no number of tokens"):
        price(engine, pricer)
    written(engine, [(named, "FRA", 2**62, 0, 0, 0, 2, None)] * 3)
    with pytest.raises(Problems, match="beyond 2⁶³"):
        price(engine, pricer)
