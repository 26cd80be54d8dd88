"""Hostile texts: the time in which each is refused, over that of reading as many ordinary characters."""

from __future__ import annotations

from collections.abc import Callable

from bench.measure import Row, in_turns
from lca import units
from lca.problems import Problems
from lca.text import documents, formulas

SIZE = 200_000  # characters
LIMIT = 10
BOMB = "".join(f"k{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9) if i else 'x'}]\n" for i in range(9))
TEXTS = {
    "200 KB of [": "a: " + "[" * SIZE,
    "an alias bomb": BOMB,
    "equal keys": "a: 1\n" * (SIZE // 5),
    "commas": "a: [" + "," * SIZE,
    "one long line": "a: " + "x" * SIZE + ": y: z",
}
UNITS = ("10**10**10", "kWh^999999", "a" * 10_000, "m**-9**9")
FORMULAS = ("(" * 2000, "1+" * 1000, "min(" * 500, "a." * 1000)


def rows() -> list[Row]:
    """The measurements of this file."""
    ordinary = "a:\n" + "- {item: disk, amount: 3 min/visit}\n" * (SIZE // 36)
    works = [lambda: documents.parse(ordinary, "good.yaml"), *map(_reading, TEXTS.values())]
    floor, *times = in_turns(works, rounds=3)
    worst = max(zip(times, TEXTS, strict=True))
    unit, *refused = in_turns([_unit("kWh/image"), *map(_unit, UNITS)], rounds=5)
    ordinary_formula = " + ".join(["a * (b + 2 [kWh]) / c"] * 80)
    formula, *told = in_turns([_formula(ordinary_formula), *map(_formula, FORMULAS)], rounds=5)
    return [
        Row("refusing the worst YAML / reading as much", worst[0] / floor, LIMIT, detail=worst[1]),
        Row("refusing the worst unit / reading one", max(refused) / unit, LIMIT, detail="without pint"),
        Row("refusing the worst formula / reading as much", max(told) / formula, LIMIT),
    ]


def _reading(text: str) -> Callable[[], object]:
    return lambda: _refused(lambda: documents.parse(text, "bad.yaml"), Problems)


def _unit(text: str) -> Callable[[], object]:
    def read() -> object:
        units.unit.cache_clear()
        return _refused(lambda: units.unit(text), units.UnitError)

    return read


def _formula(text: str) -> Callable[[], object]:
    return lambda: _refused(lambda: formulas.parse(text), formulas.FormulaError)


def _refused(work: Callable[[], object], error: type[Exception]) -> object:
    try:
        return work()
    except error as told:
        return told
