"""The measured configurations that the law `fitted-2026` is fitted to, as one table.

    python tools/fit/measurements.py LEADERBOARD LEADERBOARD-V2

takes two checkouts, ml-energy/leaderboard (version 3) and ml-energy/leaderboard-v2 (version 2), and writes
factors/fitted-2026/data/measurements.csv. Energy is that of all GPUs for an output token, as measured.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[2] / "factors" / "fitted-2026" / "data" / "measurements.csv"
TASKS = ("lm-arena-chat", "gpqa", "sourcegraph-fim", "image-chat", "video-chat")
BITS = {"bfloat16": 16.0, "fp8": 8.0, "mxfp4": 4.25}  # mxfp4: 32 numbers of 4 bits share a scale of 8 (OCP MX 1.0)
GPUS = {"NVIDIA A100-SXM4-40GB": "a100-40gb", "NVIDIA H100 80GB HBM3": "h100", "H100": "h100", "B200": "b200"}
VENDORS = {"codellama": "meta-llama"}  # one vendor under two names
# Version 2 states total parameters alone; active and total ones of its mixtures of experts, as Mistral AI states them.
MIXTURES = {
    "mistralai/Mixtral-8x7B-Instruct-v0.1": (12.9, 46.7),
    "mistralai/Mixtral-8x22B-Instruct-v0.1": (39.0, 141.0),
}
Row = dict[str, Any]


def version_3(checkout: Path) -> Iterator[Row]:
    """The configurations of the present leaderboard."""
    for task in TASKS:
        read = json.loads((checkout / "public" / "data" / "tasks" / f"{task}.json").read_text(encoding="utf-8"))
        for one in read["configurations"]:
            yield {
                "set": 3,
                "task": task,
                "vendor": vendor(one["model_id"]),
                "model": one["model_id"],
                "gpu": GPUS[one["gpu_model"]],
                "gpus": one["num_gpus"],
                "active": one["activated_params_billions"],
                "total": one["total_params_billions"],
                "bits": BITS[one["weight_precision"]],
                "batch": one["avg_batch_size"],
                "output_tokens": one["avg_output_len"],
                "energy": one["energy_per_token_joules"],
                "power": one["avg_power_watts"],
            }


def version_2(checkout: Path) -> Iterator[Row]:
    """Those of the one before, language models alone."""
    root = checkout / "data" / "llm_text_generation"
    for task in ("chat", "code"):
        models = json.loads((root / task / "models.json").read_text(encoding="utf-8"))
        for path in sorted((root / task).rglob("bs*.json")):
            one = json.loads(path.read_text(encoding="utf-8"))
            total = float(models[one["Model"]]["params"])
            active, total = MIXTURES.get(one["Model"], (total, total))
            energy = one["Energy/req (J)"] / one["Avg Output Tokens"]
            yield {
                "set": 2,
                "task": task,
                "vendor": vendor(one["Model"]),
                "model": one["Model"],
                "gpu": GPUS[one["GPU"]],
                "gpus": one["TP"] * one["PP"],
                "active": active,
                "total": total,
                "bits": BITS["bfloat16"],
                "batch": one["Avg BS (reqs)"],
                "output_tokens": one["Avg Output Tokens"],
                "energy": energy,
                "power": energy * one["Token tput (tok/s)"],
            }


def vendor(model: str) -> str:
    """Who made a model."""
    name = model.split("/", maxsplit=1)[0]
    return VENDORS.get(name, name)


def main(leaderboard: str, leaderboard_2: str) -> None:
    """Write the table."""
    rows = [*version_3(Path(leaderboard)), *version_2(Path(leaderboard_2))]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(
            {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()} for row in rows
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
