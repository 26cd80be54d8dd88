"""Asks EcoLogits for requests and writes what it answers: `python -P tests/oracles/ecologits.py FILE [videos]`.

`make test-all` runs it in an environment of its own for each release (-P: this file bears its name). The file holds the
version, what was asked, and for each question the number of its answer: both ends of energy, and of the use and the
making by each criterion, in kWh, kg, MJ and L. Answers that are the same stand once.
"""

from __future__ import annotations

import json
import logging
import math
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

Asked = tuple[Any, ...]

PLAIN = 400  # tokens that every model is asked for
TOKENS = (1, 50, 400, 5000, 100_000)
LATENCIES = (None, 0.5, 30.0)  # s; None where none was measured
ZONES = (None, "WOR", "FRA", "POL", "SGP", "USA", "AFG", "CAF")  # AFG and CAF have the world's figures in 0.11
MODELS, EVERY = 13, 7  # models that are asked for more, and each so many of their questions
SIZES = ("720p", "1080p", "640x352", "4k")
DURATIONS = (2.0, 5.0, 8.04, 10)
DIGITS = 11
PHASES = [("usage", "energy"), *((phase, key) for key in ("gwp", "adpe", "pe") for phase in ("usage", "embodied"))]
PHASES += [("usage", "wcf")]


def requests() -> Iterator[Asked]:
    """Every model at one number of tokens; some at many, in many places, with and without a measured time."""
    models = [
        (one.provider.value, one.name) for one in import_module("ecologits.model_repository").models.list_models()
    ]
    yield from ((*model, PLAIN, None, None) for model in models)
    known = import_module("ecologits.electricity_mix_repository").electricity_mixes
    zones = [zone for zone in ZONES if zone is None or known.find_electricity_mix(zone)]
    some = models[:: len(models) // MODELS]
    yield from ((*model, *rest) for model, *rest in [*product(some, TOKENS, zones, LATENCIES)][::EVERY])


def videos() -> Iterator[Asked]:
    """Every model of videos, in several sizes and lengths, with and without sound."""
    models = import_module("ecologits.estimations.video")._MODELS_INFO
    every = [*product(models, SIZES, DURATIONS, (True, False), (None, "WOR", "FRA"))]
    yield from every[::EVERY]


def of_request(provider: str, model: str, tokens: int, zone: str | None, latency: float | None) -> Any:
    """What EcoLogits says of a request."""
    ask = import_module("ecologits.tracers.utils").llm_impacts
    where = {} if zone is None else {"electricity_mix_zone": zone}
    return ask(provider, model, tokens, math.inf if latency is None else latency, **where)


def of_video(model: str, size: str, duration: float, sound: bool, zone: str | None) -> Any:
    """What EcoLogits says of a video."""
    ask = import_module("ecologits.estimations.video").video_impacts
    return ask(model, size, duration, with_audio=sound, datacenter_location=zone)


def answer(impacts: Any) -> Iterator[float | list[float]]:
    """The figures of an answer: a number, or both ends."""
    for phase, key in PHASES:
        found = getattr(getattr(impacts, phase), key, None)
        if found is not None:
            yield ends(found.value)


def ends(value: Any) -> float | list[float]:
    """A number, or both ends of a range, to eleven digits."""
    low, high = (value.min, value.max) if hasattr(value, "min") else (value, value)
    low, high = (float(f"{end:.{DIGITS}g}") for end in (low, high))
    return low if low == high else [low, high]


def main(path: Path, *, of_videos: bool) -> None:
    """Write the questions and the answers, one a line."""
    logging.disable(logging.WARNING)  # it warns of each model and zone
    answers: dict[str, int] = {}
    asked = []
    for question in videos() if of_videos else requests():
        said = json.dumps([*answer((of_video if of_videos else of_request)(*question))], separators=(",", ":"))
        asked.append(json.dumps([*question, answers.setdefault(said, len(answers))]))
    names = json.dumps([" ".join(phase) for phase in PHASES])
    head = f'"of": "ecologits", "version": "{version("ecologits")}", "figures": {names}'
    tables = [f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in (("asked", asked), ("answers", answers))]
    path.write_text("{" + ",\n".join([head, *tables]) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), of_videos="videos" in sys.argv)
