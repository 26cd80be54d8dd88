"""Invariants of every result: parts sum to totals by whatever column they are cut, and shares sum to 100 %."""

from __future__ import annotations

from collections.abc import Iterator

from lca.problems import Problem
from lca.result import COLUMNS, Result

CLOSE = 1e-9  # relative to the sum of absolute values: sums are taken in another order
BUG = "this is a fault of lca; please report it with the scenario"
Sums = dict[tuple[str, str | None, str], float]


def broken(result: Result) -> list[Problem]:
    """What does not hold; nothing where all is well."""
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    return [problem for column in COLUMNS for problem in _by(result, column, totals)]


def _by(result: Result, column: str, totals: Sums) -> Iterator[Problem]:
    sums: Sums = dict.fromkeys(totals, 0.0)
    sizes: Sums = dict.fromkeys(totals, 0.0)
    shares: Sums = dict.fromkeys(totals, 0.0)
    for record in result.records((column,)):
        case = (record["functional_unit"], record["variant"], record["criterion"])
        sums[case] += record["value"]
        sizes[case] += abs(record["value"])
        shares[case] += abs(record["share"])
    for case, total in totals.items():
        if not abs(sums[case] - total) <= CLOSE * sizes[case]:
            yield Problem(f"the parts of {_words(case)} by {column} sum to {sums[case]!r}, not to {total!r}", (), BUG)
        if sizes[case] and not abs(shares[case] - 1) <= CLOSE:
            yield Problem(f"the shares of {_words(case)} by {column} sum to {shares[case]!r}", (), BUG)


def _words(case: tuple[str, str | None, str]) -> str:
    unit, variant, criterion = case
    return f"{criterion} of {unit}, {variant}" if variant else f"{criterion} of {unit}"
