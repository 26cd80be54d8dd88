"""Invariants of every result: parts sum to totals by whatever column they are cut, and shares sum to 100 %."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Checked, Invariant
from lca.model.case import TotalKey
from lca.problems import Problem
from lca.result import COLUMNS, Result

ORDER = 1
CLOSE = 1e-9  # relative to the sum of absolute values: sums are taken in another order
BUG = "this is a fault of lca; please report it with the scenario"
Sums = dict[TotalKey, float]


def check(result: Result, checked: Checked, _draws: int) -> Checked:
    """What has been found so far, with each invariant and what breaks it."""
    return checked._replace(invariants=(*checked.invariants, *invariants(result)))


def invariants(result: Result) -> Iterator[Invariant]:
    """The invariants of a result, one for each column that it is cut by."""
    totals = {key: result.values[index] for key, index in result.model.totals.items()}
    for column in COLUMNS:
        yield Invariant(f"parts sum to totals, and shares to 100 %, by {column}", tuple(_by(result, column, totals)))


def _by(result: Result, column: str, totals: Sums) -> Iterator[Problem]:
    sums: Sums = dict.fromkeys(totals, 0.0)
    sizes: Sums = dict.fromkeys(totals, 0.0)
    shares: Sums = dict.fromkeys(totals, 0.0)
    for record in result.records((column,)):
        key = TotalKey(record["functional_unit"], record["variant"], record["criterion"])
        sums[key] += record["value"]
        sizes[key] += abs(record["value"])
        shares[key] += abs(record["share"])
    for key, total in totals.items():
        if not abs(sums[key] - total) <= CLOSE * sizes[key]:
            yield Problem(f"the parts of {_words(key)} by {column} sum to {sums[key]!r}, not to {total!r}", (), BUG)
        if sizes[key] and not abs(shares[key] - 1) <= CLOSE:
            yield Problem(f"the shares of {_words(key)} by {column} sum to {shares[key]!r}", (), BUG)


def _words(key: TotalKey) -> str:
    return f"{key.criterion} of {key.case}"
