"""The tables of the pack ai-energy-score-2025, from two files of the AI Energy Score leaderboard.

    python tools/packs/ai_energy_score.py FOLDER factors

FOLDER has text_generation.csv and reasoning.csv. What names and rows mean is in the description of the pack.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

Line = tuple[str, ...]

PARAMETERS = ["item", "region", "year", "name", "value", "unit", "low", "high", "law", "at", "quality", "note"]
MODELS = ["item", "provider", "architecture", "aliases", "released", "at", "quality", "note"]
EFFORTS = "low", "medium", "high"
HAND = "second hand"
NOW = {"meta-llama/Meta-Llama-3.1-8B": "meta-llama/Llama-3.1-8B"}  # what is called otherwise on the hub today
MANY = 0.5  # Wh for ten tokens: no single GPU draws as much
CAUTION = f"caution: {HAND}; "
SEVERAL = CAUTION + "on several GPUs that mostly wait, it seems: Llama 2 70B is 33 times R1 Distill Llama 70B"
NO_REASON = CAUTION + "as little as without reasoning: it does not seem to have reasoned"


def rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """The models of a table, with their energy in Wh for a query and the month of the test."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            model = row["model"].replace("*", "")
            yield NOW.get(model, model), row["total_gpu_energy"], row["test date"]


def generation(path: Path) -> Iterator[Line]:
    """Ten tokens of text."""
    for model, energy, month in rows(path):
        weak = float(energy) > MANY
        yield line(model, "energy_per_query", energy, "", "", month, "text_generation.csv", SEVERAL if weak else "")


def reasoning(path: Path) -> Iterator[Line]:
    """An answer that is reasoned about; of a model with several efforts each, and the middle one for the model."""
    every = [*rows(path)]
    energies = {model: energy for model, energy, _ in every}
    for model, energy, month in every:
        name, _, effort = model.partition(" ")
        note = NO_REASON if float(energy) < MANY else ""
        if effort == "medium":
            low, high = (energies[f"{name} {end}"] for end in (EFFORTS[0], EFFORTS[-1]))
            note = f"{HAND}; effort medium; low and high: the other two efforts"
            yield line(name, "energy_per_reasoned_query", energy, low, high, month, path.name, note)
            note = ""
        item = f"{name}, effort {effort}" if effort else name
        yield line(item, "energy_per_reasoned_query", energy, "", "", month, path.name, note)


def line(item: str, name: str, value: str, low: str, high: str, month: str, file: str, note: str) -> Line:
    """A row of the table of parameters."""
    quality = "D" if note.startswith("caution") else "C"
    at = f"data/energy/{file}, {month}"
    return item, "", "2025", name, value, "Wh/query", low, high, "", at, quality, note or HAND


def models(items: Iterable[str]) -> Iterator[Line]:
    """The table of models."""
    for item in sorted({item for item in items if ", " not in item}):
        aliases = [f"huggingface_hub/{item}", *(old for old, now in NOW.items() if now == item)]
        yield item, "huggingface_hub", "unknown", " ".join(aliases), "", "data/energy", "C", HAND


def main(folder: Path, factors: Path) -> None:
    """Write the tables of the pack."""
    table = [*generation(folder / "text_generation.csv"), *reasoning(folder / "reasoning.csv")]
    known = models(row[0] for row in table)
    for name, header, lines in (("parameters", PARAMETERS, table), ("models", MODELS, known)):
        path = factors / "ai-energy-score-2025" / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *lines])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
