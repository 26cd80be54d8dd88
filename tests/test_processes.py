"""The study as activities and exchanges: expressions give what the engine gives, laws are those that are drawn there.

Each case is worked out on paper, or by stats_arrays and bw2calc, which know nothing of this program.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.disk.workspace import Run
from lca.graph import evaluate
from lca.model import moments
from lca.model.laws import Lognormal, Normal, Triangular, Uniform
from lca.operations import ATOM, TABLE, written
from lca.outputs import Study, brightway
from lca.processes import Book, activities
from lca.report import Look
from lca.result import Result
from tests.bench_pack import lay
from tests.command import Lca
from tests.test_brightway import HEADER, read

TOP = Path(__file__).parent.parent
UNCERTAIN = """\
study: {title: Cables, criteria: [GWP], packs: [wires]}
functional_units:
  one: {demand: {visits: 10 visit}}
parameters:
  per_visit: {value: 2 m/visit, low: 1 m/visit, high: 3 m/visit, law: uniform}
activities:
  cable: {item: cable, tier: network, stage: embodied, amount: = parameters.per_visit}
  rope: {item: rope, tier: network, stage: embodied, amount: 3 m/visit}
  wire: {item: wire, tier: network, stage: embodied, amount: 4 m/visit}
  fibre: {item: fibre, tier: network, stage: embodied, amount: 5 m/visit}
  tape: {item: cable, tier: terminals, stage: embodied, amount: "= parameters.per_visit * ceil(2.2) * max(1, 0.5)"}
"""
ROWS = """\
cable,embodied,,2024,GWP,3,kgCO2eq,km,2,5,,p. 1,B,
rope,embodied,,2024,GWP,4,kgCO2eq,km,,,lognormal gsd=1.5,p. 1,B,
wire,embodied,,2024,GWP,5,kgCO2eq,km,,,normal sd=2,p. 1,B,
fibre,embodied,,2024,GWP,6,kgCO2eq,km,5,8,uniform,p. 1,B,
"""


@pytest.fixture
def cables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    laid(tmp_path, redistributable=True)
    monkeypatch.chdir(tmp_path)
    return Run("cables.yaml", ["packs"]).compile()[0]


def laid(folder: Path, *, redistributable: bool) -> None:
    about = {
        "name": "wires", "title": "Wires", "version": "1", "citation": "The test", "accessed": "2024-01-01",
        "redistributable": redistributable, "licenses": [{"name": "X"}], "sources": [{"title": "X"}],
        "resources": [{"path": "factors.csv", "role": "factors"}],
    }  # fmt: skip
    (folder / "packs" / "wires").mkdir(parents=True)
    lay(folder / "packs" / "wires", about, factors=HEADER + ROWS)
    (folder / "cables.yaml").write_text(UNCERTAIN, encoding="utf-8")


def numbers(book: Book, given: dict[str, float]) -> dict[str, Any]:
    """The values of all parameters where inputs are given others, each expression by numpy."""
    known: dict[str, Any] = {**vars(np)}
    for one in book.parameters:
        known[one.name] = eval(one.formula, known) if one.formula else given.get(one.name, one.amount)  # noqa: S307
    return known


@pytest.mark.parametrize("name", ["stable_diffusion", "cables"])
def test_an_expression_gives_what_the_engine_gives(name: str, cables: Result) -> None:
    """As stated, and with every input that is a parameter 3, 6, 9, … % higher."""
    result = cables if name == "cables" else Run(name).compile((), (None, "L"))[0]
    graph, book = result.model.graph, activities(result)
    leaves = {one.name: one.leaf for one in book.parameters if one.leaf is not None}
    for step in (0, 0.03):
        higher = {name: leaf.value * (1 + step * (place % 7)) for place, (name, leaf) in enumerate(leaves.items())}
        given = {i: higher[own] for own, leaf in leaves.items() for i, one in graph.inputs() if one is leaf}
        values = evaluate(graph, given)
        moved = Result(result.model)
        moved.values = values
        again = activities(moved)
        known = numbers(book, higher)
        for activity, other in zip(book.activities, again.activities, strict=True):
            for exchange, expected in zip(activity.exchanges, other.exchanges, strict=True):
                amount = eval(exchange.formula, known) if exchange.formula else exchange.amount  # noqa: S307
                assert amount == pytest.approx(expected.amount, rel=1e-12), (activity.name, exchange)


@pytest.mark.parametrize("op", [name for name, row in TABLE.items() if name not in ("interp", "^", "scale")])
def test_every_operation_is_written_for_numpy(op: str) -> None:
    """On numbers and on arrays of them."""
    row = TABLE[op]
    count = row.arity[0] if row.arity[1] == row.arity[0] else 3
    args = [2.3, 0.7, 1.9][:count]
    text, _ = written(
        row.in_code, [(name, ATOM) for name in "abc"[:count]], None, [repr(n) for _, n, _ in row.in_code.numbers]
    )
    known = {**vars(np)} | {name: np.array([value, value]) for name, value in zip("abc", args, strict=False)}
    assert list(eval(text, known)) == pytest.approx([row.value(None, args)] * 2, rel=1e-12)  # noqa: S307


@pytest.mark.parametrize("x", [0.0, 1.0, 1.5, 2.0, 5.0])
def test_a_line_is_written_for_numpy(x: float) -> None:
    """Through (1, 10), (2, 30): 10 before, 20 half way, 30 beyond."""
    text, _ = written(TABLE["interp"].in_code, [(part, ATOM) for part in ("x", "1.0", "10.0", "2.0", "30.0")])
    assert eval(text, {**vars(np), "x": x}) == min(30, max(10, 10 + 20 * (x - 1)))  # noqa: S307


def test_what_is_one_input_carries_its_law_and_all_else_is_an_expression(cables: Result) -> None:
    """Factors are per km, exchanges per m: 3 kg/km from 2 to 5 is 0.003 kg/m from 0.002 to 0.005."""
    by_name = {a.name: a for a in activities(cables).activities}
    laws = {name: by_name[f"{name}, embodied"].exchanges[1].law for name in ("cable", "rope", "wire", "fibre")}
    triangular, lognormal, normal, uniform = laws.values()
    assert isinstance(triangular, Triangular)
    assert triangular == pytest.approx((0.002, 0.003, 0.005))
    assert isinstance(lognormal, Lognormal)
    assert lognormal[:4] == pytest.approx((0.004, 1.5, 0, math.inf))
    assert isinstance(normal, Normal)
    assert normal == pytest.approx((0.005, 0.002, 0, math.inf))
    assert isinstance(uniform, Uniform)
    assert uniform == pytest.approx((0.005, 0.008))
    amounts = {e.comment.partition(":")[0]: e for e in by_name["one"].exchanges}
    assert amounts["cable"].law is None
    assert "parameters_per_visit" in amounts["cable"].formula


def test_stats_arrays_has_the_moments_of_our_laws(cables: Result) -> None:
    """By its own draws: mean and standard deviation of each factor, cut off where ours are."""
    stats = pytest.importorskip("stats_arrays")
    _, datasets, _ = read(brightway.render(Study(cables), Look()))
    drawn = {}
    for dataset in datasets:
        for exchange in dataset.exchanges:
            if exchange.get("uncertainty type"):
                about = {key.replace(" ", "_"): value for key, value in exchange.items() if value is not None}
                law = stats.uncertainty_choices[about["uncertainty_type"]]
                wanted = ("loc", "scale", "minimum", "maximum", "uncertainty_type")
                params = law.from_dicts({key: about[key] for key in wanted if key in about})
                rng = np.random.RandomState(1)
                drawn[dataset.about["name"]] = law.bounded_random_variables(params, 100_000, rng).ravel()
    spread = {name: (float(row.mean()), float(row.std())) for name, row in drawn.items()}
    s = math.log(1.5)
    z, phi, above = 2.5, math.exp(-(2.5**2) / 2) / math.sqrt(2 * math.pi), 0.5 * (1 + math.erf(2.5 / math.sqrt(2)))
    cut = phi / above  # of a normal law of mean 5 and deviation 2, cut off at 0
    expected = {
        "cable, embodied": (10 / 3, math.sqrt((4 + 9 + 25 - 6 - 10 - 15) / 18)),
        "rope, embodied": (4 * math.exp(s * s / 2), 4 * math.exp(s * s / 2) * math.sqrt(math.exp(s * s) - 1)),
        "wire, embodied": (5 + 2 * cut, 2 * math.sqrt(1 - z * cut - cut * cut)),
        "fibre, embodied": (6.5, 3 / math.sqrt(12)),
    }
    for name, (mean, deviation) in expected.items():
        assert spread[name] == pytest.approx((mean / 1000, deviation / 1000), rel=0.015), name


def test_bw2calc_draws_what_lca_uncertainty_draws(cables: Result, lca_: Lca) -> None:
    """Factors alone: 20 m + 60 m of cable, 30 m of rope, 40 m of wire and 50 m of fibre, each by its own law."""
    bc, bwp = pytest.importorskip("bw2calc"), pytest.importorskip("bw_processing")
    name, datasets, _ = read(brightway.render(Study(cables), Look()))
    ids = {(name, dataset.about["code"]): i for i, dataset in enumerate(datasets, 1)}
    package = bwp.create_datapackage()
    rows: dict[str, list[tuple[Any, ...]]] = {"technosphere_matrix": [], "biosphere_matrix": []}
    for dataset in datasets:
        column = ids[name, dataset.about["code"]]
        for e in dataset.exchanges:
            law = [float("nan") if e[key] is None else e[key] for key in ("loc", "scale", "minimum", "maximum")]
            kind = e["uncertainty type"] or 0
            loc, scale, low, high = law if kind else (e["amount"], *law[1:])
            about = (kind, loc, scale, float("nan"), low, high, False)
            entry = ((ids[tuple(e["input"].split("::"))], column), e["amount"], e["type"] == "technosphere", about)
            rows["biosphere_matrix" if e["type"] == "biosphere" else "technosphere_matrix"].append(entry)
    (flow,) = (own for (_, code), own in ids.items() if code == "criterion GWP")
    rows["characterization_matrix"] = [((flow, 1), 1.0, False, (0, 1.0, *[float("nan")] * 4, False))]
    for matrix, entries in rows.items():
        package.add_persistent_vector(
            matrix=matrix, name=matrix, indices_array=np.array([one[0] for one in entries], dtype=bwp.INDICES_DTYPE),
            data_array=np.array([one[1] for one in entries]), flip_array=np.array([one[2] for one in entries]),
            distributions_array=np.array([one[3] for one in entries], dtype=bwp.UNCERTAINTY_DTYPE),
            **({"global_index": 1} if matrix.startswith("char") else {}),
        )  # fmt: skip
    lca = bc.LCA({ids[name, "case one"]: 1}, data_objs=[package], use_distributions=True, seed_override=7)
    lca.lci()
    lca.lcia()
    scores = np.array([lca.score for _ in zip(range(400), lca, strict=False)])
    held = Path("cables.yaml").read_text(encoding="utf-8").replace("law: uniform", "law: held")
    Path("held.yaml").write_text(held, encoding="utf-8")
    told = lca_("uncertainty", "held.yaml", "--packs", "packs", "--samples", "100000", "--format", "json")
    (record,) = json.loads(told.out)
    assert scores.mean() == pytest.approx(record["mean"], abs=4 * record["sd"] / math.sqrt(scores.size))
    assert scores.std() == pytest.approx(record["sd"], rel=0.2)


def test_what_may_not_be_passed_on_is_in_no_expression(
    tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path, redistributable=False)
    monkeypatch.chdir(tmp_path)
    told = lca_("export", "cables.yaml", "--packs", "packs", "-o", "cables.xlsx", "--format", "brightway")
    assert "left out: parameters and laws of 5 amounts made of values that may not be passed on" in " ".join(
        told.err.split()
    )
    result = Run("cables.yaml", ["packs"]).compile()[0]
    book = activities(result)
    assert not [e for a in book.activities for e in a.exchanges if e.law or e.formula]
    assert not book.parameters


@pytest.mark.usefixtures("cables")
def test_an_input_of_two_exchanges_is_a_parameter() -> None:
    """The factor of cable is that of a flow here and of one in France: drawn twice it would be two factors."""
    text = UNCERTAIN.replace(
        "activities:",
        "activities:\n  far: {item: cable, tier: network, region: FRA, stage: embodied, amount: 1 m/visit}",
    )
    Path("far.yaml").write_text(text, encoding="utf-8")
    book = activities(Run("far.yaml", ["packs"]).compile()[0])
    factors = [a.exchanges[1] for a in book.activities if a.name.startswith("cable,")]
    assert [bool(e.law) for e in factors] == [False, False]
    assert len({e.formula for e in factors}) == 1


# --- what bw2io makes of it, as `make test-all` recorded it ---------------------------------------------------------

RECORDED = json.loads((TOP / "tests/recorded/brightway.json").read_text(encoding="utf-8"))


def every_variant(name: str) -> Result:
    """What `lca export` writes."""
    run = Run(name)
    return run.compile((), (None, *run.scenario.variants))[0]


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("name", ["stable_diffusion", "chat_assistant"])
def test_bw2io_reads_it_and_recalculates_it(name: str, moved: bool) -> None:
    """As stated, and with each input that is a parameter 5 % higher, recalculated there; in single precision."""
    result = every_variant(name)
    recorded = RECORDED["files"][name]
    leaves = {one.name: one.leaf for one in activities(result).parameters if one.leaf is not None}
    assert set(recorded["inputs"]) == set(leaves)
    given = (
        {i: leaf.value * 1.05 for i, leaf in result.model.graph.inputs() if leaf in leaves.values()} if moved else {}
    )
    values = evaluate(result.model.graph, given)
    expected = {
        f"{total.functional_unit}{f', {total.variant}' if total.variant else ''}: {total.criterion}": values[node]
        for total, node in result.model.totals.items()
    }
    assert recorded["moved" if moved else "stated"] == pytest.approx(expected, rel=1e-6)


def test_bw2parameters_draws_the_laws_of_inputs() -> None:
    """Mean and standard deviation of each uncertain input, of 20,000 draws, beside those of its law."""
    result = every_variant("stable_diffusion")
    drawn = RECORDED["files"]["stable_diffusion"]["drawn"]
    leaves = {one.name: one.leaf for one in activities(result).parameters if one.leaf is not None and one.leaf.law}
    assert set(drawn) == set(leaves)
    for name, leaf in leaves.items():
        law = [moments.mean(leaf.law), math.sqrt(moments.variance(leaf.law))]
        assert drawn[name] == pytest.approx(law, rel=0.03), name
