"""The pack models-2026: `python tools/packs/models.py mlenergy_v3_llm.csv factors`.

All models of the packs of EcoLogits, and those that ML.ENERGY measured, which its table of configurations names with
their parameters. The newest source of a model stands; a name is that of one model. Models of no text are named without
parameters, so that no law of text answers of them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]

PACKS = ("ecologits-0-11", "ecologits-0-9", "ecologits-0-8")  # the newest first
MEASURED = 1  # the place of ML.ENERGY among them: 0.11.3 is newer, 0.9.1 is older
COUNTS = ("active_parameters", "total_parameters")
MODELS = ["item", "provider", "architecture", "aliases", "released", "at", "quality", "note"]
PARAMETERS = ["item", "region", "year", "name", "value", "unit", "low", "high", "law", "at", "quality", "note"]
HUB = "huggingface_hub"
ARCHITECTURES = {
    "Dense Transformer": "dense",
    "MoE": "mixture of experts",
    "Mamba-Transformer Hybrid": "hybrid of Mamba and transformer",
}
CAUTION = "caution: it is of sound or images"  # how the packs of EcoLogits mark those that write no text
NO_METHOD = "no method of our own is of {}, and no measurement of one could be cited"
OF_NO_TEXT = "sound or images"
UNMEASURED = {
    "openai/text-embedding-3-small": "embeddings",
    "openai/text-embedding-3-large": "embeddings",
    "openai/text-embedding-ada-002": "embeddings",
    "openai/whisper-1": "speech to text",
    "openai/tts-1": "text to speech",
    "openai/tts-1-hd": "text to speech",
    "cohere/embed-v4.0": "embeddings",
    "cohere/rerank-v3.5": "reranking",
    "mistralai/mistral-embed": "embeddings",
    "mistralai/codestral-embed": "embeddings",
    "google_genai/gemini-embedding-001": "embeddings",
}
LISTED = "LiteLLM 1.110.2, model_prices_and_context_window.json, mode"
AT = "ML.ENERGY Benchmark v3 (2026-02-16), {}"


class Model(NamedTuple):
    """A model as a source has it."""

    row: Row
    counts: list[Row]

    @property
    def names(self) -> list[str]:
        """Its key and its aliases."""
        return [self.row["item"], *self.row["aliases"].split()]


def of_pack(pack: Path) -> list[Model]:
    """The models of a release of EcoLogits of which it has parameters."""
    counts: dict[str, list[Row]] = {}
    for row in table(pack / "parameters.csv"):
        if row["name"] in COUNTS:
            counts.setdefault(row["item"], []).append(row)
    return [Model(row, counts[row["item"]]) for row in table(pack / "models.csv") if row["item"] in counts]


def measured(file: Path) -> list[Model]:
    """The models that ML.ENERGY measured."""
    return [of_measured(row) for row in {row["model_id"]: row for row in table(file)}.values()]


def of_measured(row: Row) -> Model:
    """A model by one of the configurations that it was measured in."""
    item, at, quality = row["model_id"], AT.format("models"), "B"
    kind = ARCHITECTURES[row["architecture"]]
    model = dict(zip(MODELS, (item, HUB, kind, f"{HUB}/{item}", "", at, quality, ""), strict=True))
    note = "in whole billions, as in the name of the model"
    counts = []
    for name, column in zip(COUNTS, ("activated_params_billions", "total_params_billions"), strict=True):
        value = f"{float(row[column]):g}"
        cells = (item, "", "2026", name, value, "Gparameter", "", "", "", AT.format(column), "C", note)
        counts.append(dict(zip(PARAMETERS, cells, strict=True)))
    return Model(model, counts)


def union(sources: Iterable[list[Model]]) -> Iterator[Model]:
    """Each model once, by the newest source; an older one gives it the names that it has besides."""
    owner: dict[str, str] = {}
    made: dict[str, Model] = {}
    for models in sources:
        for model in models:
            item = next((owner[name] for name in model.names if name in owner), model.row["item"])
            made.setdefault(item, model)
            for name in model.names:
                owner.setdefault(name, item)
    for item, model in made.items():
        aliases = " ".join(name for name, of in owner.items() if of == item != name)
        yield model._replace(row={**model.row, "aliases": aliases})


def silenced(model: Model) -> Model:
    """A model without its parameters, where it is of no text."""
    if not any(row["note"].startswith(CAUTION) for row in model.counts):
        return model
    return Model({**model.row, "architecture": OF_NO_TEXT, "note": NO_METHOD.format(OF_NO_TEXT)}, [])


def unmeasured() -> Iterator[Model]:
    """Models that no method here answers of, so that the answer says why."""
    for item, kind in UNMEASURED.items():
        provider = item.partition("/")[0]
        cells = (item, provider, kind, "", "", LISTED, "B", NO_METHOD.format(kind))
        yield Model(dict(zip(MODELS, cells, strict=True)), [])


def table(file: Path) -> list[Row]:
    """The rows of a table."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def write(file: Path, columns: list[str], rows: Iterable[Row]) -> None:
    """A table with its header."""
    with file.open("w", encoding="utf-8", newline="") as text:
        out = csv.DictWriter(text, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main(file: Path, factors: Path) -> None:
    """Write the tables of the pack."""
    sources = [of_pack(factors / name) for name in PACKS]
    sources.insert(MEASURED, measured(file))
    models = [*map(silenced, union(sources)), *unmeasured()]
    pack = factors / "models-2026"
    write(pack / "models.csv", MODELS, (model.row for model in models))
    write(pack / "parameters.csv", PARAMETERS, (row for model in models for row in model.counts))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
