"""Requests in scenarios of each kind: by a method with a model, by one of one's own, among other blocks, of a fleet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lca
from lca.batch.engines.duckdb import DuckDB
from lca.batch.in_scenario import InScenario
from lca.batch.price import price
from lca.batch.pricers import as_logged
from lca.batch.shapes import MAY_LACK, TOKENS
from lca.disk.workspace import Run
from lca.problems import Problems

Row = tuple[Any, ...]

HEAD = """
study: {title: A service, criteria: [GWP], packs: [ecologits-0-11, fitted-2026, models-2026]}
functional_units:
  work: {title: work, demand: {%(demand)s}}
sites:
  dc: {region: %(region)s, pue: {value: 1.2, basis: assumed}}
"""
BY_METHOD = """
inference:
  site: dc
  method: ecologits-0-11
  model: %(model)s
%(takes)s
"""
FITTED = """
inference:
  chat:
    site: dc
    method: fitted-2026
    model: %(model)s
%(takes)s
  search:
    site: dc
    energy: {value: 1 Wh/request, basis: assumed}
"""
OF_OUR_OWN = """
inference:
  site: dc
  method: ours
%(takes)s
  server: {device: server-ecologits-0-11, lifetime: {value: 4 year, basis: assumed}}
methods:
  ours:
    title: Energy of our own server
    takes:
      input_tokens: {unit: token, per_work: true, low: 0, text: read}
      output_tokens: {unit: token, per_work: true, low: 0, text: written}
      latency: {unit: s, per_work: true, low: 0, optional: true, text: how long it took}
    parameters:
      each: {value: 2 J/token, basis: assumed}
      block: {value: 100 token/request, basis: assumed, note: the cache is handed out in blocks}
      start: {value: 3 J/request, basis: assumed, note: of a block}
      idle: {value: 50 W, basis: assumed}
      most: {value: 5 s/request, basis: assumed, note: then the server does something else}
    equations:
      blocks: = ceil(input_tokens / block)
      waits: = min(latency, most)
    gives:
      energy: = output_tokens * each + blocks * start + waits * idle
      server: {share: 1/8, time: = waits}
"""
CLASSES = tuple(f"{name}_tokens" for name in TOKENS)
KINDS = {  # what is demanded, the blocks, and what is taken of a request
    "a method and a model": ("requests: 1 request", BY_METHOD, ("output_tokens", "reasoning_tokens", "latency")),
    "a million requests": ("requests: 1000000 request", BY_METHOD, ("output_tokens", "reasoning_tokens", "latency")),
    "one of two blocks": ("requests: 1 request", FITTED, CLASSES),
    "a method of our own": ("requests: 1 request", OF_OUR_OWN, ("input_tokens", "output_tokens", "latency")),
}
ROWS: list[Row] = [
    ("openai/gpt-oss-20b", "", "USA", 0, 250, 0, 10, 5, 40, 3_000_000),
    ("openai/gpt-oss-120b", "", "FRA", 0, 100, 30, 0, 0, 400, 9_000_000),
    ("openai/gpt-oss-20b", "", "FRA", 0, 0, 0, 0, 0, 0, 0),
    ("openai/gpt-oss-120b", "", "USA", 0, 4_321, 0, 900, 77, 1, 100_000),
    ("openai/gpt-oss-120b", "", "USA", 0, 17, 0, 0, 300, 1_000, 60_000_000),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(memory=200_000_000, threads=1) as made:
        columns = ", ".join(f"{name} bigint" for name in ("ms", *TOKENS, MAY_LACK))
        made.query(f"create table requests (model varchar, provider varchar, region varchar, {columns})")
        made.query(f"insert into requests values {', '.join(map(str, ROWS))}")  # noqa: S608  numbers of ours
        yield made


def written(path: Path, kind: str, row: Row) -> Path:
    """The scenario of a kind, with the numbers of a request."""
    demand, text, takes = KINDS[kind]
    numbers = dict(zip((*CLASSES, "latency"), row[4:], strict=True)) | {"latency": row[-1] / 1e6}
    indent = "    " if "chat:" in text else "  "
    lines = (f"{indent}{take}: {numbers[take]} {'s' if take == 'latency' else 'token'}/request" for take in takes)
    own = {"demand": demand, "region": row[2], "model": row[0], "takes": "\n".join(lines)}
    path.write_text(HEAD % own + text % own, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_log_in_a_scenario_is_the_sum_of_its_requests(engine: DuckDB, tmp_path: Path, kind: str) -> None:
    scenario = written(tmp_path / "service.yaml", kind, ROWS[0])
    priced = price(engine, InScenario(Run(scenario), as_logged))
    assert not priced.unpriced
    count = 1e6 if "million" in kind else 1.0
    each = [lca.load(written(tmp_path / f"{place}.yaml", kind, row)) for place, row in enumerate(ROWS)]
    expected = sum(study.run().total("work", "GWP") / count for study in each)
    assert priced.groups[0].totals["GWP"].value == pytest.approx(expected, rel=1e-9)
    is_said = "inference takes no model: all requests are to what it is" in priced.notes
    assert is_said == ("own" in kind)


def test_a_block_that_takes_neither_is_no_block_for_requests(tmp_path: Path) -> None:
    scenario = tmp_path / "service.yaml"
    block = "inference: {site: dc, energy: {value: 1 Wh/request, basis: assumed}}\n"
    scenario.write_text(HEAD % {"demand": "requests: 1 request", "region": "USA"} + block, encoding="utf-8")
    with pytest.raises(Problems, match="no block of the scenario takes a model"):
        InScenario(Run(scenario), as_logged)


def test_what_is_wrong_with_the_scenario_is_no_model_without_figures(tmp_path: Path) -> None:
    scenario = written(tmp_path / "service.yaml", "a method of our own", ROWS[0])
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("50 W", "50 kg"), encoding="utf-8")
    with pytest.raises(Problems, match="50 kg"):
        InScenario(Run(scenario), as_logged)
