"""The law fitted-2026: its files are what its script writes, it is the same law in lca, and what it reaches is held."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.disk.workspace import Run
from tests.bench_pack import written
from tests.whole import WHOLE
from tools.fit import fitted_2026 as script

RECORD: dict[str, Any] = json.loads(script.RECORD.read_text(encoding="utf-8"))
LAW: dict[str, float] = RECORD["law"]
J = 3.6e6  # in a kWh


@dataclass(frozen=True)
class Configuration:
    """One configuration, as the script's columns and as a scenario states it."""

    active: float
    total: float
    batch: float = 64
    output: float = 400
    input: float = 250
    bits: float = 16
    gpus: float = 1
    power: float = 700

    def rows(self) -> script.Rows:
        row = {
            "active": self.active,
            "total": self.total,
            "batch": self.batch,
            "output_tokens": self.output,
            "bits": self.bits,
            "gpus": self.gpus,
            "energy": 1,
            "power": 1,
            "set": 3,
            "vendor": "",
            "gpu": "h100",
            "task": "chat",
        }
        rows = script.Rows([{name: str(value) for name, value in row.items()}])
        rows.input, rows.power = np.array([self.input]), np.array([self.power])
        return rows

    def ruled(self) -> Configuration:
        """The same on as many H100 as the method takes where nobody says."""
        [gpus] = script.gpus_by_rule(np.array([self.total]), np.array([self.bits]), np.array([80.0]))
        return Configuration(self.active, self.total, self.batch, self.output, self.input, self.bits, float(gpus))

    @property
    def per_token(self) -> float:
        """J."""
        [value] = script.energy(LAW, self.rows())
        return float(value)

    @property
    def stated(self) -> str:
        return (
            f"active: {self.active!r} Gparameter, total: {self.total!r} Gparameter, batch: {self.batch!r}, "
            f"output_tokens: {self.output!r} token, input_tokens: {self.input!r} token, "
            f"bits: {self.bits!r} bit/parameter, gpus: {self.gpus!r} GPU, power: {self.power!r} W/GPU"
        )


def asked(folder: Path, given: str) -> dict[str, float]:
    """What a request comes to by lca, by the names of the nodes."""
    text = f"""\
study: {{title: A request, criteria: [FE], packs: [fitted-2026, ecologits-0-11]}}
functional_units: {{one: {{demand: {{requests: 1 request}}}}}}
sites: {{dc: {{region: USA, pue: 1}}}}
inference: {{site: dc, method: fitted-2026, model: any, {given}}}
"""
    result = Run(written(folder, text)).compile()[0]
    return {name: result.values[index] for index, name in result.model.graph.names.items()}


# --- the files


def test_the_method_is_what_the_script_writes() -> None:
    at = script.fit(script.read())
    assert script.rounded(at) == LAW
    assert script.method(RECORD) == (script.PACK / "fitted-2026.yaml").read_text(encoding="utf-8")


@pytest.mark.skipif(not WHOLE, reason="fits some hundred times; make test-all does")
def test_the_record_is_what_the_script_finds() -> None:
    found = script.judged(script.read())
    for name, got in RECORD["reached"].items():
        assert found["reached"][name] == pytest.approx(got, abs=3e-4), name
    assert found["width"] == pytest.approx(RECORD["width"], abs=0.01)
    assert found["held"]["of all"] == pytest.approx(RECORD["held"]["of all"], abs=0.01)


def test_the_documentation_prints_what_is_recorded() -> None:
    text = (script.ROOT / "docs" / "fitted_2026.md").read_text(encoding="utf-8")
    assert script.table(RECORD) in text


# --- one law in two places


@pytest.mark.parametrize(
    "one",
    [
        Configuration(8, 8),
        Configuration(8, 8, batch=1, output=1, input=0),
        Configuration(70, 70, batch=95.8, gpus=4),
        Configuration(405, 405, batch=255.3, bits=8, gpus=8),
        Configuration(3, 30, batch=511.9, output=9000),
        Configuration(22, 235, batch=7.99, bits=8, gpus=4),
        Configuration(37, 671, batch=1023, bits=8, gpus=8, power=1000),
        Configuration(5, 117, batch=2048, bits=4.25, output=1700, power=1000),
        Configuration(12.9, 46.7, batch=319, gpus=4, power=400),
        Configuration(30, 400, batch=64, input=120_000, output=2000, gpus=16),
        Configuration(200, 2000, batch=1000, gpus=64, output=100_000),
        Configuration(0.5, 0.5, batch=1000, input=20),
    ],
    ids=str,
)
def test_lca_and_the_script_agree(one: Configuration, tmp_path: Path) -> None:
    nodes = asked(tmp_path, one.stated)
    assert nodes["inference.gpu_energy"] == pytest.approx(one.per_token * one.output, rel=1e-9)


@pytest.mark.parametrize("one", [Configuration(8, 8), Configuration(22, 235), Configuration(352, 1760)], ids=str)
def test_the_rule_for_gpus_is_the_same(one: Configuration, tmp_path: Path) -> None:
    ruled = one.ruled()
    sizes = f"active: {one.active!r} Gparameter, total: {one.total!r} Gparameter"
    nodes = asked(tmp_path, f"{sizes}, output_tokens: 400 token")
    assert nodes["inference.gpu_energy"] == pytest.approx(ruled.per_token * 400, rel=1e-9)


def test_a_request_by_hand(tmp_path: Path) -> None:
    """Llama 3.1 8B on one H100, 64 at once, 250 tokens read and 400 generated."""
    layers = 0.8 ** LAW["depth"]
    step = LAW["step"] * layers / 64
    weights = LAW["reading"] * 16 / 64  # 16 GB for 64 tokens
    before = LAW["attention"] * (400 / 2 + 250) * 0.8 ** LAW["cache"]
    token = step + weights + LAW["each"] * layers + LAW["compute"] * 8 + before
    gpus = 400 * token + 250 * LAW["prefill"] * 8
    assert 0.1 < gpus / 400 < 0.16  # J: ML.ENERGY measured 0.119 of Qwen 3 8B and of Llama 3.1 8B
    time = gpus / (700 * RECORD["utilisation"][1])  # s, of the GPU
    nodes = asked(tmp_path, "active: 8 Gparameter, total: 8 Gparameter, output_tokens: 400 token")
    assert nodes["inference.gpu_energy"] == pytest.approx(gpus, rel=1e-12)
    assert nodes["active electricity of inference"] == pytest.approx((gpus + time * 1200 / 8) / J, rel=1e-12)


def test_what_was_kept_of_a_prompt_is_attended_to_and_not_read(tmp_path: Path) -> None:
    sizes = "active: 8 Gparameter, total: 8 Gparameter, output_tokens: 400 token"
    plain, kept, written_, reasoned = (
        asked(tmp_path, f"{sizes}, input_tokens: 250 token{more}")["inference.gpu_energy"]
        for more in (
            "",
            ", cache_read_tokens: 1000 token",
            ", cache_write_tokens: 1000 token",
            ", reasoning_tokens: 100 token",
        )
    )
    attended = 400 * LAW["attention"] * 1000 * 0.8 ** LAW["cache"]
    assert kept - plain == pytest.approx(attended, rel=1e-9)
    assert written_ - plain == pytest.approx(attended + 1000 * LAW["prefill"] * 8, rel=1e-9)
    assert reasoned == pytest.approx(Configuration(8, 8, output=500).per_token * 500, rel=1e-9)


# --- its shape

PARAMETERS = st.floats(math.log(0.5), math.log(2000)).map(math.exp)
SHARES = st.floats(0.03, 1)
BATCHES = st.floats(0, math.log(1000)).map(math.exp)
LENGTHS = st.floats(0, math.log(1e5)).map(math.exp)
BITS = st.sampled_from([4.25, 8.0, 16.0])


@settings(max_examples=300, deadline=None)
@given(PARAMETERS, SHARES, BATCHES, LENGTHS, BITS, st.floats(1.001, 4))
def test_the_shape(total: float, share: float, batch: float, output: float, bits: float, more: float) -> None:
    one = Configuration(share * total, total, batch, output, 250, bits).ruled()
    assert 1e-3 < one.per_token < 1e6
    assert math.isfinite(one.per_token)
    active = Configuration(min(total, share * total * more), total, batch, output, 250, bits).ruled()
    whole = Configuration(share * total, total * more, batch, output, 250, bits).ruled()
    wider = Configuration(share * total, total, batch, output, 250, bits * more).ruled()
    fuller = Configuration(share * total, total, batch * more, output, 250, bits).ruled()
    assert active.per_token >= one.per_token * (1 - 1e-12)
    assert whole.per_token >= one.per_token * (1 - 1e-12)
    assert wider.per_token > one.per_token
    assert fuller.per_token < one.per_token


@settings(max_examples=300, deadline=None)
@given(PARAMETERS, SHARES, BATCHES, LENGTHS, BITS)
def test_no_cliff_but_for_the_number_of_gpus(
    total: float, share: float, batch: float, output: float, bits: float
) -> None:
    one = Configuration(share * total, total, batch, output, 250, bits, 8)
    step = 1.001
    for near in (
        Configuration(min(total, share * total * step), total, batch, output, 250, bits, 8),
        Configuration(share * total, total * step, batch, output, 250, bits, 8),
        Configuration(share * total, total, batch * step, output, 250, bits, 8),
        Configuration(share * total, total, batch, output * step, 250, bits, 8),
        Configuration(share * total, total, batch, output, 250, bits * step, 8),
    ):
        assert near.per_token == pytest.approx(one.per_token, rel=2 * (step - 1))


# --- what it reaches, with a vendor left out

REACHED = RECORD["reached"]


def test_half_of_a_vendor_that_is_left_out_is_met_within_18_percent() -> None:
    assert REACHED["a vendor"]["median"] <= 0.18
    assert REACHED["a vendor"]["within_3"] >= 0.98


def test_what_falls_short_of_its_goal_is_known() -> None:
    """95 % within a factor of two was the goal, and 18 % for big models and a GPU that was left out."""
    assert 0.93 <= REACHED["a vendor"]["within_2"] < 0.95
    assert 0.94 <= REACHED["a vendor, without Qwen3-Coder-480B-FP8"]["within_2"] < 0.95
    assert 0.18 < REACHED["models above 200 B"]["median"] <= 0.24
    assert 0.18 < REACHED["a GPU: B200"]["median"] <= 0.21
    assert REACHED["a GPU: H100"]["median"] <= 0.18


def test_it_is_nearer_than_ecologits_wherever_it_is_judged() -> None:
    other = min(got["median"] for name, got in REACHED.items() if name.startswith("EcoLogits"))
    assert all(got["median"] < other / 1.7 for name, got in REACHED.items() if not name.startswith("EcoLogits"))


def test_its_interval_holds_nine_in_ten_of_vendors_that_were_left_out() -> None:
    assert RECORD["held"]["of all"] >= 0.9
    assert min(RECORD["held"]["of each vendor"].values()) >= 0.86


# --- an outside check: one request at once, by other software, of which nothing was fitted

SIZE = re.compile(r"(?<![\d.x])(\d+(?:\.\d+)?)[bB](?![a-z])")
MIXTURE = re.compile(r"\dx\d|A\d+[bB]|oe")


def queries() -> list[tuple[float, float]]:
    """Of AI Energy Score: dense models whose name says their size, in Gparameter, and J for ten tokens."""
    with (script.ROOT / "factors/ai-energy-score-2025/parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["name"] == "energy_per_query"]
    named = [(SIZE.search(row["item"]), row) for row in rows if not MIXTURE.search(row["item"])]
    found = [(float(size[1]), float(row["value"]) * 3600) for size, row in named if size]
    return [one for one in found if one[0] <= 34]


def test_one_request_at_once_is_of_the_size_of_what_others_measured() -> None:
    ratios = {
        (size, energy): energy / (10 * Configuration(size, size, batch=1, output=10, input=369).ruled().per_token)
        for size, energy in queries()
    }
    assert float(np.median(list(ratios.values()))) == pytest.approx(1.69, abs=0.02)
    large = [ratio for (size, _), ratio in ratios.items() if size >= 7]
    assert 0.79 < min(large) < max(large) < 1.78
