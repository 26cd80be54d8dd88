"""A log priced by Spark, as `make test-all` recorded it: what DuckDB says of the same log is held to it.

Sums are the same to the bit, whatever the engine. Figures are not, since each adds what it worked out in an order of
its own.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from lca.batch.plan import Plan
from tests.oracles import spark

RECORDED = Path(__file__).parent / "recorded" / "spark.json"
WITHIN = 1e-12


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    return dict(said["answers"])


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return spark.answers()


def test_the_same_was_asked(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert {name: each.keys() for name, each in ours.items()} == {name: each.keys() for name, each in theirs.items()}
    assert len(ours) == (len(spark.METHODS) + 1) * len(spark.BY) + 1


def test_sums_are_the_same_to_the_bit_and_figures_to_12_digits(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name in ours.keys() - {"quantiles"}:
        assert sum(group["requests"] for group in ours[name].values()) == spark.ROWS
        for key, group in ours[name].items():
            other = theirs[name][key]
            assert all(group[each] == other[each] for each in ("requests", "unpriced", "sums")), (name, key)
            assert group["totals"].keys() == other["totals"].keys()
            for criterion, figure in group["totals"].items():
                assert math.isclose(figure, other["totals"][criterion], rel_tol=WITHIN), (name, key, criterion)


def test_figures_of_every_kind_are_asked_for(ours: dict[str, Any]) -> None:
    plan = Plan(spark.OnPaper().made)
    assert (len(plan.choices), len(plan.whole), len(plan.real)) == (1, 1, 1)
    assert max(map(len, plan.products)) == 2
    for name in ours.keys() - {"quantiles"}:
        assert any(any(group["totals"].values()) for group in ours[name].values()), name


def test_quantiles_of_requests_are_the_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for region, figures in ours["quantiles"].items():
        for name, ends in figures.items():
            assert ends == pytest.approx(theirs["quantiles"][region][name], rel=WITHIN)
