"""The tables of the packs mlenergy-3 and mlenergy-3-diffusion, from the data of the ML.ENERGY leaderboard.

    python tools/packs/mlenergy.py LEADERBOARD/public/data factors

LEADERBOARD is a checkout of github.com/ml-energy/leaderboard. What names and rows mean is in the descriptions of packs.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]
Line = tuple[str, ...]

PARAMETERS = ["item", "region", "year", "name", "value", "unit", "low", "high", "law", "at", "quality", "note"]
MODELS = ["item", "provider", "architecture", "aliases", "released", "at", "quality", "note"]
YEAR, TYPICAL = "2026", 64
BARE = "lm-arena-chat", "text-to-image", "text-to-video"  # tasks that a name does not say
SHORT = {
    "meta-llama/Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "meta-llama/Llama-3.1-70B-Instruct": "llama-3.1-70b",
    "meta-llama/Llama-3.1-405B-Instruct": "llama-3.1-405b",
    "meta-llama/Llama-3.3-70B-Instruct": "llama-3.3-70b",
}
ARCHITECTURES = {"Dense Transformer": "dense", "MoE": "mixture of experts", "Mamba-Transformer Hybrid": "hybrid"}

SIZES = {"active_parameters": "activated_params_billions", "total_parameters": "total_params_billions"}


class Kind(NamedTuple):
    """What is measured of a kind of task: columns upstream, and what they are called here."""

    tasks: tuple[str, ...]  # the main one first
    thing: str
    energy: str
    rate: str
    batch: str


LANGUAGE = Kind(
    ("lm-arena-chat", "gpqa", "sourcegraph-fim", "image-chat", "video-chat"),
    "token",
    "energy_per_token_joules",
    "output_throughput_tokens_per_sec",
    "max_num_seqs",
)
IMAGE = Kind(("text-to-image",), "image", "energy_per_image_joules", "throughput_images_per_sec", "batch_size")
VIDEO = Kind(("text-to-video",), "video", "energy_per_video_joules", "throughput_videos_per_sec", "batch_size")
PACKS = {"mlenergy-3": (LANGUAGE,), "mlenergy-3-diffusion": (IMAGE, VIDEO)}


class Measured(NamedTuple):
    """A configuration, its energy in J and the time of its GPUs in GPU s, each for one token, image or video."""

    name: str
    task: str
    row: Row
    energy: float
    time: float


def measured(data: Path, kind: Kind) -> Iterator[Measured]:
    """The configurations of a kind; one that was run again is a second of its name."""
    seen: dict[str, int] = {}
    for task in kind.tasks:
        for row in json.loads((data / "tasks" / f"{task}.json").read_text(encoding="utf-8"))["configurations"]:
            name = named(row, task, kind)
            seen[name] = seen.get(name, 0) + 1
            again = f", run {seen[name]}" if seen[name] > 1 else ""
            yield Measured(name + again, task, row, row[kind.energy], row["num_gpus"] / row[kind.rate])


def named(row: Row, task: str, kind: Kind) -> str:
    """The canonical name of a configuration."""
    parts = [row["model_id"], f"{row['gpu_model']} x {row['num_gpus']}"]
    parts += [row["weight_precision"]] if row["weight_precision"] != "bfloat16" else []
    parts += [task] if task not in BARE else []
    parts += [f"batch {row[kind.batch]}"]
    if row.get("ulysses_degree", 1) * row.get("ring_degree", 1) > 1:
        parts.append(f"ulysses {row['ulysses_degree']} ring {row['ring_degree']}")
    return ", ".join(parts)


def typical(ones: list[Measured], kind: Kind) -> Measured:
    """The configuration that stands for a model: its main task, an H100 if there is one, nearly 64 at once, few GPUs.

    Of images and videos one at a time, which is what batches hardly change.
    """
    wanted = TYPICAL if kind is LANGUAGE else 1

    def rank(one: Measured) -> tuple[int, bool, int, int, float]:
        row = one.row
        away = abs(row[kind.batch] - wanted)
        return kind.tasks.index(one.task), row["gpu_model"] != "H100", away, row["num_gpus"], one.energy

    return min(ones, key=rank)


def lines(name: str, kind: Kind, one: Measured, ends: list[Measured] | None = None, note: str = "") -> Iterator[Line]:
    """The two parameters of a configuration, or of a model with the ends of what was measured of it."""
    at = f"tasks/{one.task}.json"
    for parameter, unit, value, values in (
        (f"energy_per_{kind.thing}", f"J/{kind.thing}", one.energy, [each.energy for each in ends or ()]),
        (f"gpu_time_per_{kind.thing}", f"GPU*s/{kind.thing}", one.time, [each.time for each in ends or ()]),
    ):
        low, high = (digits(min(values)), digits(max(values))) if values else ("", "")
        yield name, "", YEAR, parameter, digits(value), unit, low, high, "lognormal" if low else "", at, "A", note


def digits(value: float) -> str:
    """A number as upstream writes it."""
    return repr(value)


def of_model(model: str, ones: list[Measured], kind: Kind) -> Iterator[Line]:
    """What stands for a model where no configuration is named."""
    one = typical(ones, kind)
    tail = one.name.removeprefix(f"{model}, ")
    batches = sorted({each.row[kind.batch] for each in ones})
    note = f"{tail}; low and high: of {len(ones)} configurations, {batches[0]} to {batches[-1]} at once"
    yield from lines(model, kind, one, ones, note)
    if kind is LANGUAGE:
        for name, column in SIZES.items():
            shared = (model, "", YEAR, name, f"{one.row[column]:g}", "Gparameter", "", "", "")
            yield (*shared, "index.json", "B", "as the benchmark rounds it")


def shape(row: Row) -> str:
    """What an image or a video of a row is, or nothing."""
    if "image_height" in row:
        return f"{row['image_width']} x {row['image_height']} pixels, {row['inference_steps']} steps"
    if "video_height" in row:
        size = f"{row['video_width']} x {row['video_height']} pixels, {row['num_frames']} frames"
        return f"{size}, {row['inference_steps']} steps"
    return ""


def models(ones: Iterable[Measured]) -> Iterator[Line]:
    """The table of models."""
    first: dict[str, Row] = {}
    for one in ones:
        first.setdefault(one.row["model_id"], one.row)
    for model, row in sorted(first.items()):
        aliases = " ".join([f"huggingface_hub/{model}", *([SHORT[model]] if model in SHORT else [])])
        architecture = ARCHITECTURES[row["architecture"]] if "architecture" in row else "diffusion"
        yield model, "huggingface_hub", architecture, aliases, "", "index.json", "B", shape(row)


def written(path: Path, header: list[str], rows: Iterable[Line]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main(data: Path, factors: Path) -> None:
    """Write the tables of both packs."""
    for pack, kinds in PACKS.items():
        every: list[Measured] = []
        table: list[Line] = []
        for kind in kinds:
            ones = [*measured(data, kind)]
            every += ones
            by_model: dict[str, list[Measured]] = {}
            for one in ones:
                by_model.setdefault(one.row["model_id"], []).append(one)
            for model, own in sorted(by_model.items()):
                table += of_model(model, own, kind)
                table += (line for one in own for line in lines(one.name, kind, one))
        written(factors / pack / "parameters.csv", PARAMETERS, table)
        written(factors / pack / "models.csv", MODELS, models(every))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
