"""The law `fitted-2026`: energy of language-model inference, fitted to measured configurations.

    python tools/fit/fitted_2026.py

reads factors/fitted-2026/data/measurements.csv, fits, judges the fit on what it leaves out, and writes the method
(factors/fitted-2026/fitted-2026.yaml) and its record (tests/recorded/fitted-2026.json). Same table, same files.
docs/fitted_2026.md explains the form and what it reaches.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ROOT = Path(__file__).parents[2]
PACK = ROOT / "factors" / "fitted-2026"
RECORD = ROOT / "tests" / "recorded" / "fitted-2026.json"

# Prompts of the tasks. The sets do not print them; so they are assumed, and `sensitivity` says what that matters.
PROMPTS = {
    "lm-arena-chat": 250.0,  # a question, and what came before it in a third of the talks
    "gpqa": 250.0,  # a question with four answers
    "sourcegraph-fim": 3000.0,  # a file of code; the benchmark allows for 18 432
    "image-chat": 1200.0,  # an image of one megapixel is about 1 000 tokens of 32 x 32 pixels
    "video-chat": 5000.0,  # 32 frames, two of them a patch of some 300 tokens
    "chat": 250.0,
    "code": 200.0,
}
BIG = 200.0  # Gparameter
SIZE = 10.0  # Gparameter, at which `step`, `each` and `attention` are stated
H100 = 700.0  # W
POWER = {"a100-40gb": 400.0, "h100": 700.0, "b200": 1000.0}  # W, as in parameters.csv
MEMORY = {"a100-40gb": 40.0, "h100": 80.0, "b200": 180.0}  # GB
OVERHEAD = 1.2  # memory beyond the parameters, as EcoLogits 0.11
WIDTH = 0.12  # of the logarithm, within which an error counts squared; beyond it counts as it is
COVERAGE = 0.9
DIGITS = 4

# One GPU at its rated power: what physics expects before any measurement, and by which factor it may be wrong. The
# expectations weigh as one row each, beside 1,152 that are measured.
BYTE = H100 / 3350.0  # J/GB, at the memory bandwidth of an H100, 3.35 TB/s
FLOP = 2.0 * H100 / 989e3  # J/Gparameter, two operations for a parameter, at 989 TFLOP/s


class Expected(NamedTuple):
    """What is expected of a number: a value, and one standard deviation (of its logarithm, where it is positive)."""

    value: float
    deviation: float
    exponent: bool = False


EXPECTED = {
    "step": Expected(2.5e-3 * H100, 1.0),  # 2.5 ms of launching and waiting for a step
    "each": Expected(20e-6 * H100, 1.5),  # 20 us of them for a token
    "reading": Expected(BYTE / 0.75, 0.4),  # three quarters of the bandwidth
    "compute": Expected(FLOP / 0.5, 1.0),  # half of the operations that the data sheet prints
    "prefill": Expected(FLOP / 0.5, 1.0),
    "attention": Expected(BYTE * 1e-4, 0.7),  # 100 kB of keys and values for a token
    "depth": Expected(0.33, 0.15, exponent=True),  # layers grow with the cube root of the parameters
    "cache": Expected(0.35, 0.15, exponent=True),  # 131 kB (Llama 3.1 8B) to 516 kB (405B) for a token
    "rated": Expected(0.5, 0.5, exponent=True),  # 0: rated power does not matter; 1: energy is proportional to it
    "earlier": Expected(1.0, 1.0),  # the older software of version 2; no part of the law
}
NAMES = tuple(EXPECTED)
Law = Mapping[str, float]


class Rows:
    """Measured configurations, as columns."""

    def __init__(self, rows: Sequence[Mapping[str, str]], prompts: Mapping[str, float] = PROMPTS) -> None:
        self.rows = rows
        self.active, self.total, self.bits, self.batch, self.gpus, self.output = (
            self._numbers(name) for name in ("active", "total", "bits", "batch", "gpus", "output_tokens")
        )
        self.energy, self.drawn = self._numbers("energy"), self._numbers("power")
        self.earlier = self._numbers("set") == 2
        self.vendor, self.gpu, self.task = (np.array([row[name] for row in rows]) for name in ("vendor", "gpu", "task"))
        self.power = np.array([POWER[row["gpu"]] for row in rows])
        self.input = np.array([prompts[row["task"]] for row in rows])

    def _numbers(self, name: str) -> Array:
        return np.array([float(row[name]) for row in self.rows])

    def where(self, mask: npt.NDArray[np.bool_]) -> Rows:
        kept = Rows([row for row, keep in zip(self.rows, mask, strict=True) if keep])
        kept.input = self.input[mask]
        return kept

    def by_rule(self) -> Rows:
        """The same with as many GPUs as the method takes where nobody says."""
        other = self.where(np.ones(len(self.rows), dtype=bool))
        memory = np.array([MEMORY[gpu] for gpu in self.gpu])
        other.gpus = gpus_by_rule(self.total, self.bits, memory)
        return other


def read(prompts: Mapping[str, float] = PROMPTS) -> Rows:
    """The table of this pack."""
    with (PACK / "data" / "measurements.csv").open(encoding="utf-8", newline="") as file:
        return Rows(list(csv.DictReader(file)), prompts)


def gpus_by_rule(total: Array, bits: Array, memory: Array) -> Array:
    """The power of two that holds the parameters and a fifth more."""
    return np.exp2(np.ceil(np.log2(np.ceil(OVERHEAD * total * bits / 8 / memory))))


# --- the law


def terms(law: Law, rows: Rows) -> dict[str, Array]:
    """J for an output token, by cause, on GPUs of 700 W. Each is proportional to the number it is named for."""
    size = rows.active / SIZE
    layers = rows.gpus * size ** law["depth"]
    share = np.minimum(1.0, rows.active / rows.total)  # of the parameters, for one token
    touched = rows.total * (1 - (1 - share) ** rows.batch)  # of all, by a batch whose tokens choose their experts
    context = rows.output / 2 + rows.input
    return {
        "step": law["step"] * layers / rows.batch,
        "each": law["each"] * layers,
        "reading": law["reading"] * touched * rows.bits / 8 / rows.batch,
        "compute": law["compute"] * rows.active,
        "prefill": law["prefill"] * rows.active * rows.input / rows.output,
        "attention": law["attention"] * size ** law["cache"] * context,
    }


def energy(law: Law, rows: Rows) -> Array:
    """J for an output token, of all GPUs."""
    return sum(terms(law, rows).values(), np.zeros(len(rows.rows))) * (rows.power / H100) ** law["rated"]


def logarithm(at: Array, rows: Rows) -> tuple[Array, Array]:
    """Of the energy, with its slopes by the coordinates of the fit."""
    law = named(at)
    parts = terms(law, rows)
    total = sum(parts.values(), np.zeros(len(rows.rows)))
    size = np.log(rows.active / SIZE)
    rated = np.log(rows.power / H100)
    slopes = {name: part / total for name, part in parts.items()}
    slopes["depth"] = (parts["step"] + parts["each"]) / total * size
    slopes["cache"] = parts["attention"] / total * size
    slopes["rated"] = rated
    slopes["earlier"] = rows.earlier.astype(float)
    value = np.log(total) + law["rated"] * rated + math.log(law["earlier"]) * rows.earlier
    return value, np.column_stack([slopes[name] for name in NAMES])


def named(at: Array) -> dict[str, float]:
    """Numbers as they are named from the coordinates of the fit: exponents as they are, all else as logarithms."""
    return {
        name: float(x if EXPECTED[name].exponent else math.exp(x)) for name, x in zip(NAMES, at.tolist(), strict=True)
    }


def coordinates(law: Law) -> Array:
    """The other way round."""
    return np.array([law[name] if EXPECTED[name].exponent else math.log(law[name]) for name in NAMES])


# --- the fit: errors of the logarithm, squared within WIDTH and absolute beyond, by Gauss-Newton steps

FIRST = coordinates({name: expected.value for name, expected in EXPECTED.items()})
DEVIATIONS = np.array([expected.deviation for expected in EXPECTED.values()])


def fit(rows: Rows) -> Array:
    """The coordinates at which the cost is least."""
    at, damping = FIRST.copy(), 1e-3
    measured = np.log(rows.energy)

    def cost(point: Array) -> float:
        error = (logarithm(point, rows)[0] - measured) / WIDTH
        return float(np.sum(np.sqrt(1 + error**2) - 1) + np.sum(((point - FIRST) / DEVIATIONS) ** 2) / 2)

    def slopes(point: Array) -> tuple[Array, Array]:
        """Of the cost, first and second; of the second, what Gauss and Newton keep."""
        value, slope = logarithm(point, rows)
        error, slope = (value - measured) / WIDTH, slope / WIDTH
        weight = 1 / np.sqrt(1 + error**2)
        first = slope.T @ (weight * error) + (point - FIRST) / DEVIATIONS**2
        return first, slope.T @ (weight[:, None] * slope) + np.diag(DEVIATIONS**-2)

    def nearer(point: Array, damping: float) -> Array:
        first, second = slopes(point)
        return point - np.linalg.solve(second + damping * np.diag(np.diag(second)), first)

    now = cost(at)
    while damping < 1e6:
        next_ = nearer(at, damping)
        then = cost(next_)
        if then < now - 1e-12 * now:
            at, now, damping = next_, then, damping / 3
        else:
            damping *= 4
    for _ in range(500):  # to the last digit, which the cost does not show
        next_ = nearer(at, 0.5)
        if np.linalg.norm(slopes(next_)[0]) >= np.linalg.norm(slopes(at)[0]):
            break
        at = next_
    return at


def rounded(at: Array) -> dict[str, float]:
    """A law as it is printed."""
    return {name: float(f"{value:.{DIGITS}g}") for name, value in named(at).items()}


def errors(at: Array, rows: Rows) -> Array:
    """Logarithms of measured over estimated."""
    return np.log(rows.energy / energy(named(at), rows))


# --- what it reaches on what it leaves out


class Reached(NamedTuple):
    """How far estimates are from what is measured; parts of one."""

    rows: int
    median: float
    within_1_5: float
    within_2: float
    within_3: float
    ratio: float

    @classmethod
    def by(cls, error: Array) -> Reached:
        """From logarithms of measured over estimated. An error is relative to what is measured."""
        off = np.abs(error)
        low, middle, high = (float(np.mean(off <= math.log(times))) for times in (1.5, 2, 3))
        relative = float(np.median(np.abs(np.exp(-error) - 1)))
        return cls(len(error), relative, low, middle, high, float(np.exp(np.median(error))))

    def said(self) -> dict[str, float]:
        return {name: round(value, DIGITS) for name, value in self._asdict().items()}


Mask = npt.NDArray[np.bool_]


def left_out(rows: Rows, groups: Sequence[Mask], fitted_to: Mask | None = None) -> tuple[Array, Array]:
    """Errors on each group by a fit to all other rows (of a part), in order of the rows, and those fits."""
    usable = np.ones(len(rows.rows), dtype=bool) if fitted_to is None else fitted_to
    found, fits = np.full(len(rows.rows), np.nan), []
    for group in groups:
        at = fit(rows.where(usable & ~group))
        found[group] = errors(at, rows.where(group))
        fits.append(at)
    return found, np.array(fits)


def each(column: npt.NDArray[Any]) -> list[Mask]:
    """One mask for each of its words, in their order."""
    return [column == name for name in sorted(set(column.tolist()))]


def ecologits(rows: Rows, batch: Array | float = 64.0) -> Array:
    """J for an output token of all GPUs by EcoLogits 0.11.3 (llm.py:8-31, 59-62, 120-139)."""
    gpus = gpus_by_rule(rows.total, np.full(len(rows.rows), 16.0), np.full(len(rows.rows), 80.0))
    each_gpu = 1.1665273170451914e-06 * np.exp(-0.011205921025579175 * batch) * rows.active + 4.052928146734005e-05
    return 3600 * gpus * each_gpu


def widths(error: Array, vendor: npt.NDArray[Any]) -> tuple[float, dict[str, float]]:
    """The factor that holds COVERAGE of each vendor's errors, and the part of each that the others' factor holds."""
    off = np.abs(error)
    quantiles = {name: conformal(off[vendor == name]) for name in sorted(set(vendor.tolist()))}
    held = {
        name: float(np.mean(off[vendor == name] <= max(x for other, x in quantiles.items() if other != name)))
        for name in quantiles
    }
    return math.exp(max(quantiles.values())), held


def conformal(off: Array) -> float:
    """The quantile that holds COVERAGE of what comes next, counted as one row more."""
    rank = math.ceil(COVERAGE * (len(off) + 1))
    return float(np.sort(off)[min(rank, len(off)) - 1])


def sensitivity(factor: float) -> dict[str, Reached]:
    """The vendors left out anew, with the prompts of one kind of task that many times as long."""
    kinds = {
        "chat": ("lm-arena-chat", "gpqa", "chat", "code"),
        "code completion": ("sourcegraph-fim",),
        "images": ("image-chat",),
        "videos": ("video-chat",),
    }
    found = {}
    for kind, tasks in kinds.items():
        rows = read({task: length * factor if task in tasks else length for task, length in PROMPTS.items()})
        error, _ = left_out(rows, each(rows.vendor))
        found[kind] = Reached.by(error[~rows.earlier])
    return found


def judged(rows: Rows) -> dict[str, Any]:
    """The law fitted to all rows, and what fits to parts of them reach on the rest."""
    new, at = ~rows.earlier, fit(rows)
    vendor, fits = left_out(rows, each(rows.vendor))
    gpu, _ = left_out(rows, each(rows.gpu))
    big, _ = left_out(rows, [rows.total > BIG])
    task, _ = left_out(rows, each(rows.task))
    alone = fit(rows.where(new))
    before = errors(alone, rows.where(rows.earlier))
    by_rule = np.full(len(rows.rows), np.nan)
    for mine, one in zip(each(rows.vendor), fits, strict=True):
        by_rule[mine] = errors(one, rows.where(mine).by_rule())
    odd = np.array([row["model"] == "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8" for row in rows.rows])
    width, held = widths(vendor[new], rows.vendor[new])
    spread = np.sqrt((len(fits) - 1) * np.mean((fits - fits.mean(axis=0)) ** 2, axis=0))
    utilised = np.quantile((rows.drawn / rows.gpus / rows.power)[new], [0.05, 0.5, 0.95])
    time = vendor + np.log(utilised[1] * rows.gpus * rows.power / rows.drawn)
    other = Reached.by(np.log(rows.energy / ecologits(rows))[new])
    other_batch = Reached.by(np.log(rows.energy / ecologits(rows, np.minimum(rows.batch, 512.0)))[new])
    reached = {
        "nothing left out": Reached.by(errors(at, rows)[new]),
        "a vendor": Reached.by(vendor[new]),
        **{f"a vendor: {name}": Reached.by(vendor[new & (rows.vendor == name)]) for name in sorted(held)},
        "a vendor, without Qwen3-Coder-480B-FP8": Reached.by(vendor[new & ~odd]),
        "models above 200 B": Reached.by(big[new & (rows.total > BIG)]),
        "a GPU: B200": Reached.by(gpu[rows.gpu == "b200"]),
        "a GPU: H100": Reached.by(gpu[new & (rows.gpu == "h100")]),
        "a GPU: A100 (version 2)": Reached.by(gpu[rows.gpu == "a100-40gb"] - math.log(named(at)["earlier"])),
        "a task": Reached.by(task[new]),
        "a vendor, GPUs by the rule": Reached.by(by_rule[new]),
        "a vendor, time of the GPUs": Reached.by(time[new]),
        "version 2, all of it": Reached.by(before - np.median(before)),
        "EcoLogits 0.11": other,
        "EcoLogits 0.11, batch as measured": other_batch,
        **{f"a vendor, prompts of {kind} halved": got for kind, got in sensitivity(0.5).items()},
        **{f"a vendor, prompts of {kind} doubled": got for kind, got in sensitivity(2.0).items()},
    }
    return {
        "law": rounded(at),
        "standard_errors": {name: float(f"{x:.2g}") for name, x in zip(NAMES, spread.tolist(), strict=True)},
        "utilisation": [round(float(x), 2) for x in utilised],
        "width": round(width, 2),
        "held": {"of each vendor": {name: round(x, DIGITS) for name, x in held.items()}}
        | {"of all": round(float(sum(held[name] for name in rows.vendor[new].tolist()) / new.sum()), DIGITS)},
        "reached": {name: got.said() for name, got in reached.items()},
    }


# --- what is written


def method(record: Mapping[str, Any]) -> str:
    """The file of the method."""
    reached = record["reached"]["a vendor"]
    low, used, high = record["utilisation"]
    template = Template((Path(__file__).parent / "method.yaml.in").read_text(encoding="utf-8"))
    return template.substitute(
        {name: repr(value) for name, value in record["law"].items()},
        **{f"se_{name}": error for name, error in record["standard_errors"].items()},
        median=f"{reached['median'] * 100:.0f}",
        within_2=f"{reached['within_2'] * 100:.0f}",
        low=float(f"{1 / record['width']:.3g}"),
        high=record["width"],
        overhead=OVERHEAD,
        used=used,
        used_low=low,
        used_high=high,
    )


def table(record: Mapping[str, Any]) -> str:
    """What it reaches, for people."""
    lines = [
        "| left out | rows | median error | within 1.5 × | 2 × | 3 × | measured / estimated |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, got in record["reached"].items():
        within = " | ".join(f"{got[f'within_{times}']:.1%}" for times in ("1_5", "2", "3"))
        lines.append(f"| {name} | {got['rows']} | {got['median']:.1%} | {within} | {got['ratio']:.2f} |")
    return "\n".join(lines).replace("%", " %") + "\n"


def main() -> None:
    """Fit, judge, write."""
    record = judged(read())
    (PACK / "fitted-2026.yaml").write_text(method(record), encoding="utf-8")
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(table(record))


if __name__ == "__main__":
    main()
