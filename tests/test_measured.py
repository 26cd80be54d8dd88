"""Measured energy of models: the packs against their sources, and the methods that use them against work on paper."""

# ruff: noqa: E501  a case is one line

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from lca.disk.workspace import Library, Run
from lca.result import Result
from tests.bench_pack import written

FACTORS = Path(__file__).parents[1] / "factors"
CLOSE = 1e-12
OPENED_IN = 0.1  # s, and as much again for a busy machine
STUDY = """\
study: {{title: A request, criteria: [FE, GWP], packs: [{pack}, ecologits-0-11]}}
functional_units: {{one: {{demand: {{requests: 1 request}}}}}}
factors: {{power: {{item: electricity, region: FRA, impacts: {{GWP: 50 gCO2eq/kWh}}}}}}
sites: {{dc: {{region: FRA, pue: {pue}}}}}
inference: {{site: dc, method: {method}, {given}}}
"""


def asked(folder: Path, pack: str, method: str, given: str, pue: float = 1) -> Result:
    return Run(written(folder, STUDY.format(pack=pack, method=method, given=given, pue=pue))).compile()[0]


def electricity(result: Result) -> float:
    """Of a request, in J."""
    return next(result.values[i] for key, i in result.model.totals.items() if key.criterion == "FE") * 3.6e6


def making(result: Result) -> float:
    """Of servers, in kg CO2eq for a request."""
    total = next(result.values[i] for key, i in result.model.totals.items() if key.criterion == "GWP")
    return total - electricity(result) / 3.6e6 * 0.05


def rows(pack: str, table: str = "parameters") -> list[dict[str, str]]:
    with (FACTORS / pack / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def values(pack: str, name: str) -> dict[str, float]:
    return {row["item"]: float(row["value"]) for row in rows(pack) if row["name"] == name}


# --- ML.ENERGY 3: figures of tasks/*.json as they stand there (commit 0cd52da), with GPUs and throughput -----------------

LANGUAGE = {  # energy_per_token_joules, num_gpus, output_throughput_tokens_per_sec
    "Qwen/Qwen3-14B, B200 x 1, batch 8": (0.6993091867226764, 1, 1086.7107231801174),
    "meta-llama/Llama-3.1-70B-Instruct, H100 x 4, batch 64": (0.797248592193898, 4, 2510.511326146191),
    "Qwen/Qwen3-14B, B200 x 1, gpqa, batch 8": (1.3662634337367148, 1, 234.06050523961807),
    "openai/gpt-oss-20b, H100 x 1, mxfp4, gpqa, batch 96": (0.08762510145959024, 1, 6710.366159095527),
    "openai/gpt-oss-20b, H100 x 1, mxfp4, gpqa, batch 96, run 2": (0.09217403713356308, 1, 6564.525883223105),
    "Qwen/Qwen3-Coder-30B-A3B-Instruct, B200 x 1, sourcegraph-fim, batch 8": (0.8442158286231319, 1, 830.0765795699881),
    "Qwen/Qwen3-Omni-30B-A3B-Instruct, B200 x 1, image-chat, batch 8": (0.7444943727755426, 1, 783.8645061639919),
    "Qwen/Qwen3-Omni-30B-A3B-Instruct, B200 x 1, video-chat, batch 8": (1.227858513789889, 1, 485.4614101597055),
}


@pytest.mark.parametrize("name", LANGUAGE)
def test_a_configuration_has_the_figures_of_its_source(name: str) -> None:
    energy, gpus, throughput = LANGUAGE[name]
    assert values("mlenergy-3", "energy_per_token")[name] == energy
    assert values("mlenergy-3", "gpu_time_per_token")[name] == pytest.approx(gpus / throughput, rel=CLOSE)


def test_every_configuration_is_there_once_and_its_model_spans_them() -> None:
    """838 configurations of 34 models upstream, 1,020 of 12."""
    for pack, things, many in (
        ("mlenergy-3", ("token",), 838),
        ("mlenergy-3-diffusion", ("image", "video"), 638 + 382),
    ):
        models = {row["item"] for row in rows(pack, "models")}
        table = [row for row in rows(pack) if row["name"] in {f"energy_per_{thing}" for thing in things}]
        assert len(table) == many + len(models)
        assert len({row["item"] for row in table}) == len(table)
        for row in table:
            if row["item"] in models:
                own = [float(one["value"]) for one in table if one["item"].startswith(row["item"] + ", ")]
                assert (float(row["low"]), float(row["high"])) == (min(own), max(own))
                assert float(row["value"]) == next(
                    float(one["value"])
                    for one in table
                    if one["item"] == f"{row['item']}, {row['note'].partition(';')[0]}"
                )


def test_a_pack_of_thousands_of_rows_opens_at_once() -> None:
    for pack in ("mlenergy-3", "mlenergy-3-diffusion", "ai-energy-score-2025"):
        begun = time.perf_counter()
        Library().pack(pack)
        assert time.perf_counter() - begun < 2 * OPENED_IN


# --- measured: 400 tokens at 0.69931 J, and 1/8 of 1.2 kW beside the GPU for 400 / 1086.71 s -----------------------------


@pytest.mark.parametrize(
    ("given", "joules", "gpu_seconds"),
    [
        ("configuration: 'Qwen/Qwen3-14B, B200 x 1, batch 8'", 0.6993091867226764, 1 / 1086.7107231801174),
        ("configuration: 'Qwen3-14B, B200 x 1, batch 8'", 0.6993091867226764, 1 / 1086.7107231801174),
        ("configuration: 'Qwen/Qwen3-14B, B200 x 1, gpqa, batch 8'", 1.3662634337367148, 1 / 234.06050523961807),
    ],
)
@pytest.mark.parametrize(
    "tokens", ["output_tokens: 400 token", "output_tokens: 100 token, reasoning_tokens: 300 token"]
)
def test_measured(given: str, joules: float, gpu_seconds: float, tokens: str, tmp_path: Path) -> None:
    result = asked(tmp_path, "mlenergy-3", "measured", f"model: Qwen/Qwen3-14B, {tokens}, {given}")
    assert electricity(result) == pytest.approx(400 * (joules + gpu_seconds * 1200 / 8), rel=CLOSE)
    life, server = 3 * 365 * 86400, 5700 + 8 * 273
    assert making(result) == pytest.approx(400 * gpu_seconds / 8 * server / life, rel=1e-9)


def test_measured_of_a_model_alone_is_its_typical_configuration(tmp_path: Path) -> None:
    """Four H100, 64 at once, with a PUE of 1.2, is the same by the model and by the name of the configuration."""
    (tmp_path / "other").mkdir()
    alone = asked(
        tmp_path, "mlenergy-3", "measured", "model: meta-llama/Llama-3.1-70B-Instruct, output_tokens: 350 token", 1.2
    )
    named = asked(
        tmp_path / "other",
        "mlenergy-3",
        "measured",
        "model: huggingface_hub/meta-llama/Llama-3.1-70B-Instruct, output_tokens: 350 token,"
        " configuration: 'Llama-3.1-70B-Instruct, H100 x 4, batch 64'",
        1.2,
    )
    energy, gpus, throughput = LANGUAGE["meta-llama/Llama-3.1-70B-Instruct, H100 x 4, batch 64"]
    assert electricity(alone) == electricity(named)
    assert electricity(alone) == pytest.approx(1.2 * 350 * (energy + gpus / throughput * 150), rel=CLOSE)


CHAT = """\
study: {title: A chat assistant, criteria: [FE], packs: [ecologits-0-11, mlenergy-3]}
functional_units: {answer: {demand: {prompts: 1 prompt}}}
sites: {dc: {region: FRA, pue: 1.35}}
inference: {site: dc, method: ecologits-0-11, model: meta-llama/Llama-3.1-70B-Instruct, output_tokens: 350 token/prompt}
variants:
  measured: {with: {inference.method: measured, inference.configuration: "llama-3.1-70b, H100 x 4, batch 64"}}
"""


def test_a_variant_measures_what_another_estimates(tmp_path: Path) -> None:
    energy, gpus, throughput = LANGUAGE["meta-llama/Llama-3.1-70B-Instruct, H100 x 4, batch 64"]
    run = Run(written(tmp_path, CHAT))
    estimated, measured = (electricity(run.compile(variants=(name,))[0]) for name in (None, "measured"))
    assert measured == pytest.approx(1.35 * 350 * (energy + gpus / throughput * 150), rel=CLOSE)
    assert estimated > measured


# --- images and videos ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "given", "joules"),
    [
        # the first of text-to-image.json: 341.98 J and 1 / 1.55138 s on one B200
        ("image", "model: SANA1.5_1.6B_1024px_diffusers, configuration: 'SANA1.5_1.6B_1024px_diffusers, B200 x 1, batch 1'",
         341.98237500339746 + 150 / 1.551376561967435),
        ("image", "made: 4 image, model: SANA1.5_1.6B_1024px_diffusers, configuration: 'SANA1.5_1.6B_1024px_diffusers, B200 x 1, batch 1'",
         4 * (341.98237500339746 + 150 / 1.551376561967435)),
        # the first of text-to-video.json: 61,491 J in 74 s
        ("video", "model: Wan2.1-T2V-1.3B-Diffusers, configuration: 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers, B200 x 1, batch 1'",
         61491.41150003672 + 150 / 0.013509188750235488),
    ],
)  # fmt: skip
def test_images_and_videos(method: str, given: str, joules: float, tmp_path: Path) -> None:
    result = asked(tmp_path, "mlenergy-3-diffusion", method, given)
    assert electricity(result) == pytest.approx(joules, rel=CLOSE)


# --- AI Energy Score: one at a time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "given", "watt_hours"),
    [
        # Llama 3.1 8B: 0.017376 Wh for ten tokens, so 40 of them for 400
        ("measured-batch-1", "model: Meta-Llama-3.1-8B, output_tokens: 400 token", 40 * 0.017376),
        ("reasoning-batch-1", "model: openai/gpt-oss-120b", 6.5863),
        ("reasoning-batch-1", "model: 'gpt-oss-20b, effort high', queries: 2 query", 2 * 5.51201),
    ],
)
def test_one_at_a_time(method: str, given: str, watt_hours: float, tmp_path: Path) -> None:
    result = asked(tmp_path, "ai-energy-score-2025", method, given)
    assert electricity(result) == pytest.approx(watt_hours * 3600, rel=CLOSE)
    assert making(result) == 0


def test_no_pack_mixes_one_at_a_time_with_many() -> None:
    names = {pack: {row["name"] for row in rows(pack)} for pack in ("mlenergy-3", "ai-energy-score-2025")}
    assert not names["mlenergy-3"] & names["ai-energy-score-2025"]


# --- rates by class of tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "watt_hours"),
    [
        # a million of each class
        ("input_tokens: 1e6 token", 390),
        ("cache_write_tokens: 1e6 token", 490),
        ("cache_read_tokens: 1e6 token", 39),
        ("output_tokens: 1e6 token", 1950),
        ("reasoning_tokens: 1e6 token", 1950),
        # of all together
        ("input_tokens: 2000 token, cache_write_tokens: 8000 token, cache_read_tokens: 90000 token, output_tokens: 500 token, reasoning_tokens: 500 token",
         0.78 + 3.92 + 3.51 + 1.95),
    ],
)  # fmt: skip
def test_token_rates(given: str, watt_hours: float, tmp_path: Path) -> None:
    """The rates have a PUE of 1.2 in them: at a site with as much they are what the source has."""
    result = asked(tmp_path, "couch-2026", "token-rates", f"model: anthropic/claude-opus-4-5, {given}", 1.2)
    assert electricity(result) == pytest.approx(watt_hours * 3600, rel=CLOSE)
