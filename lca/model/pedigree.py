"""The pedigree matrix: five scores of a number's quality to the variance of its logarithm.

The scores, 1 (best) to 5, are for reliability, completeness, and temporal, geographical and further technological
correlation (Weidema and Wesnæs 1996). Each stands for a published uncertainty factor. Their variances and that of a
basic factor add up (Weidema et al. 2013, chapter 10).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from lca.problems import Problem, Problems
from lca.text.sheets import Sheet
from lca.units import number

INDICATORS = (
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
)
SCORES = ("1", "2", "3", "4", "5")
BASIC = "basic"
COLUMNS = "set,indicator,score,value,scale,source,at,note"


class Pedigree(NamedTuple):
    """Variances of ln x by set: of each indicator for each score (inf where the source leaves it open), and the basic.

    The first set is the usual one.
    """

    variances: Mapping[str, tuple[tuple[float, ...], ...]]
    basic: Mapping[str, float]


Table: TypeAlias = Callable[[], Pedigree]


def no_table() -> Pedigree:
    """Where no table is at hand."""
    raise Problems([Problem("there are no pedigree factors", (), "factors/pedigree.csv has the published ones")])


def variance(value: float, scale: str) -> float:
    """The variance of ln x that a printed factor stands for.

    `variance` is that itself, `gsd` a geometric standard deviation, `gsd squared` its square, as in ecoinvent 2.

    >>> round(variance(1.05, "gsd squared"), 4), round(variance(1.5, "gsd squared"), 2)
    (0.0006, 0.04)
    """
    if scale == "variance":
        return value
    return (math.log(value) / (2 if scale == "gsd squared" else 1)) ** 2


def pedigree(sheet: Sheet) -> Pedigree:
    """The factors of a table. Problems where it is not in order."""
    if ",".join(sheet.header) != COLUMNS:
        raise Problems([Problem("the columns of the pedigree factors are others", (), f"write {COLUMNS}")])
    tables: dict[str, dict[tuple[str, str], float]] = {}
    for row in sheet.rows:
        name, indicator, score, value, scale, *_ = row.cells
        try:
            tables.setdefault(name, {})[indicator, score] = variance(number(value), scale) if value else math.inf
        except ValueError:
            hint = "a positive number, or nothing where the source leaves it open"
            raise Problems([Problem(f"'{value}' is no factor", (sheet.span(row, "value"),), hint)]) from None
    variances = {name: tuple(_of(factors, indicator) for indicator in INDICATORS) for name, factors in tables.items()}
    return Pedigree(variances, {name: factors.get((BASIC, ""), 0.0) for name, factors in tables.items()})


def _of(factors: Mapping[tuple[str, str], float], indicator: str) -> tuple[float, ...]:
    return tuple(factors.get((indicator, score), math.inf) for score in SCORES)
