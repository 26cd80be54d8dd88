"""A comparison for its readers: both totals, the differences, and what carries them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lca.questions.compare import Comparison, Contribution, Difference, Side
from lca.questions.statements import EQUIVALENT
from lca.report import GAP, Block, Column, Entries, Entry, Grid, Heading, Prose, Report, Row, row
from lca.spoken import _, told
from lca.wording import deviation, figure, percent, unit_words, with_unit

COLUMNS = (
    "kind", "functional_unit", "variant", "functional_unit_b", "variant_b", "criterion", "unit", "a", "b", "difference",
    "relative", "input", "old", "new", "place",
)  # fmt: skip


def report(comparisons: Sequence[Comparison], missing: Sequence[str], labels: Mapping[str, str]) -> Report:
    """Every pair of cases; `missing` says which have no partner, `labels` what tables call the criteria."""
    blocks: list[Block] = []
    for comparison in comparisons:
        blocks += _pair(comparison, labels)
    blocks += [Prose(told(words), "faint") for words in (*missing, *_unlike(comparisons), EQUIVALENT)]
    records = tuple(record for comparison in comparisons for record in _records(comparison))
    return Report(tuple(blocks), COLUMNS, records)


def _unlike(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """What is compared though it has not the same function."""
    for a, b in dict.fromkeys((each.a.functional_unit, each.b.functional_unit) for each in comparisons):
        if a != b:
            yield _("{a} and {b} are two functional units: neither is better than the other.", a=a, b=b)


def _pair(comparison: Comparison, labels: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(f"{name(comparison.a)} → {name(comparison.b)}")
    yield _totals(comparison.differences, labels)
    if comparison.contributions:
        yield Heading(_("What carries the differences"), 3)
        yield _carried(comparison, labels)
        yield Entries(tuple(_entry(contribution) for contribution in comparison.contributions))
    elif not comparison.note:
        yield Prose(_("Nothing that moves a figure has changed."))
    if comparison.idle:
        yield Prose(_("Changed without effect: {inputs}", inputs=", ".join(map(told, comparison.idle))), "faint")
    if comparison.note:
        yield Prose(told(comparison.note), "fair")


def name(side: Side) -> str:
    """A side in words."""
    case = f"{side.functional_unit}, {side.variant}" if side.variant else side.functional_unit
    return f"{side.label} {case}".strip()


def _totals(differences: Sequence[Difference], labels: Mapping[str, str]) -> Grid:
    columns = (Column(), *(Column(head, right=True) for head in ("A", "B", _("B - A"), "")), Column(_("unit")))
    return Grid(columns, tuple(_total(difference, labels) for difference in differences))


def _total(d: Difference, labels: Mapping[str, str]) -> Row:
    values = (figure(d.a), figure(d.b), signed(d.difference), deviation(d.relative))
    return row(_label(d, labels), *values, unit_words(d.unit))


def _label(d: Difference, labels: Mapping[str, str]) -> str:
    return told(labels.get(d.criterion, d.criterion))  # type: ignore[no-any-return]


def signed(value: float) -> str:
    """
    >>> signed(0.00123), signed(-4.0), signed(0.0)
    ('+1.23e-03', '-4.00e+00', '0')
    """
    return f"+{figure(value)}" if value > 0 else figure(value)


def _carried(comparison: Comparison, labels: Mapping[str, str]) -> Grid:
    named = [(f"{_label(d, labels)}\n{unit_words(d.unit)}", "") for d in comparison.differences]
    heads = [column for pair in named for column in pair]
    columns = [Column(fold=True), *(Column(head, right=True, tied=not head) for head in heads)]
    rows = [row(told(c.name), *_cells(c, comparison.differences)) for c in comparison.contributions]
    whole = [
        text
        for d in comparison.differences
        for text in (signed(d.difference), with_unit("100", "%") if d.difference else "")
    ]
    return Grid(tuple(columns), (*rows, GAP, row(_("sum"), *whole, tone="strong")))


def _cells(contribution: Contribution, differences: Sequence[Difference]) -> Iterator[str]:
    for d in differences:
        value = contribution.carries[d.criterion]
        yield signed(value)
        yield percent(value / d.difference) if d.difference else ""


def _entry(contribution: Contribution) -> Entry:
    old, new = told(contribution.old), told(contribution.new)
    return Entry(told(contribution.name), (f"{old} → {new} ({contribution.place})",))


# --- records --------------------------------------------------------------------------------------------------------


def _records(comparison: Comparison) -> Iterator[dict[str, Any]]:
    a, b = comparison.a, comparison.b
    cases = {
        "functional_unit": a.functional_unit, "variant": a.variant, "functional_unit_b": b.functional_unit,
        "variant_b": b.variant,
    }  # fmt: skip
    for d in comparison.differences:
        own = {"criterion": d.criterion, "unit": d.unit}
        total = {"kind": "total", "a": d.a, "b": d.b, "difference": d.difference, "relative": d.relative}
        yield {**cases, **own, **total}
        for c in comparison.contributions:
            share = c.carries[d.criterion] / d.difference if d.difference else math.nan
            carried = {"kind": "contribution", "difference": c.carries[d.criterion], "relative": share}
            yield {**cases, **own, **carried, "input": c.name, "old": c.old, "new": c.new, "place": c.place}
