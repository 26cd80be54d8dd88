"""The criteria: all of them, or the meaning of one, and the packs that have factors by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lca.model.criteria import Criterion
from lca.model.packs import Pack
from lca.report import Column, Entries, Entry, Grid, Heading, Prose, Record, Report, row
from lca.wording import plural

FIELDS = ("key", "label", "name", "unit", "method", "indicator", "note", "packs", "counts")
Counts = Mapping[str, int]  # rows by pack


def counted(packs: Iterable[Pack]) -> dict[str, dict[str, int]]:
    """How many factors each pack has by each criterion."""
    counts: dict[str, dict[str, int]] = {}
    for pack in packs:
        for sheet in pack.tables.get("factors", ()):
            place = sheet.header.index("criterion")
            for cells in sheet.rows:
                of = counts.setdefault(cells.cells[place], {})
                of[pack.name] = of.get(pack.name, 0) + 1
    return counts


def listing(known: Mapping[str, Criterion], counts: Mapping[str, Counts]) -> Report:
    """Every criterion, a row each."""
    columns = (Column("criterion"), Column("name", fold=True), Column("unit"))
    rows = tuple(
        row(_called(c), c.name, c.unit_label, remarks=[c.method, _packs(counts.get(c.key, {}))]) for c in known.values()
    )
    words = "Key or label will do, in any case. `lca criteria NAME` explains one, and counts the factors of each pack."
    records = tuple(_record(c, counts.get(c.key, {})) for c in known.values())
    return Report((Heading("Criteria"), Grid(columns, rows), Prose(words)), FIELDS, records)


def explained(criterion: Criterion, counts: Counts) -> Report:
    """One criterion: what it is, how it is characterised, and which packs have factors by it."""
    said = (
        ("unit", f"{criterion.unit_label}, written {criterion.space.unit}"),
        ("counts", criterion.counts and f"{criterion.counts} as it is, without a factor"),
        ("method", criterion.method),
        ("called there", criterion.at),
        ("note", criterion.note),
    )
    packs = tuple(f"{name}, {plural(count, 'factor')}" for name, count in counts.items()) or ("none",)
    entries = (*(Entry(term, (text,)) for term, text in said if text), Entry("packs", packs))
    title = Heading(f"{_called(criterion)}: {criterion.name}")
    return Report((title, Entries(entries)), FIELDS, (_record(criterion, counts),))


def _packs(counts: Counts) -> str:
    return f"packs: {', '.join(counts) or 'none'}"


def _called(criterion: Criterion) -> str:
    """
    >>> from lca.units import Namespace
    >>> _called(Criterion("ADPe", "ADP", "", Namespace("ADPe", "Sbeq", "kgSbeq", "ADP"), "kg Sb eq", ""))
    'ADPe (ADP)'
    """
    return criterion.key if criterion.key == criterion.label else f"{criterion.key} ({criterion.label})"


def _record(criterion: Criterion, counts: Counts) -> Record:
    values = (
        criterion.key, criterion.label, criterion.name, criterion.space.unit, criterion.method, criterion.at,
        criterion.note, ", ".join(counts), criterion.counts,
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))
