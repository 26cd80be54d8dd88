"""Results: totals of all variants side by side, against what is published of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from lca.model.case import TotalKey
from lca.model.terms import TIERS
from lca.result import Verdict
from lca.workbook.writing import contributions
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import LETTERS, Cell, Formula, Place, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import ALARM, CHANGE, IMPACT, TEXT

LEAD = "All figures are computed here from Inputs, Factors and Units. Change a value there, and they follow."
TOTAL = "SUMIFS(lines_impact,lines_functional_unit,$A{row},lines_variant,{column}${head},lines_criterion,$B{row})"
CHANGED = "SUMPRODUCT(1*(inputs_now<>inputs_exported))+SUMPRODUCT(1*(factors_now<>factors_exported))"
FIRST = 4  # the column of the first variant
FEWEST = 8  # columns
HEAD, ROW = 7, 9  # rows: the variants, above the heads of their columns; the first total
TITLES = {"computed": "Computed", "deviation": "Deviation", "verdict": "Verdict"}
AGAINST = "change"
Figures = Mapping[str, tuple[Place, Place]]  # the cells of the published figure and of the verdict


class Column(NamedTuple):
    """A column of the table of totals: what it holds, of which variant."""

    kind: str
    variant: str | None


class Layout(NamedTuple):
    """Where the totals stand, which other sheets refer to."""

    columns: dict[int, Column]
    published: dict[TotalKey, Verdict]
    letters: dict[str | None, str]  # of the totals of each variant


def layout(book: Book) -> Layout:
    """The columns of the table of totals: the figures of a variant, and what is published of it, if anything is."""
    published: dict[TotalKey, Verdict] = {}
    for verdict in book.verdicts:
        total = (verdict.of, verdict.variant, verdict.criterion)
        if verdict.plain and verdict.relation == "value" and total in book.model.totals:
            published.setdefault(total, verdict)
    known = {variant for _, variant, _ in published}
    columns = [column for variant in book.variants for column in _columns(book, variant, is_published=variant in known)]
    letters = {column.variant: LETTERS[n] for n, column in enumerate(columns, FIRST) if column.kind == "computed"}
    return Layout(dict(enumerate(columns, FIRST)), published, letters)


def _columns(book: Book, variant: str | None, *, is_published: bool) -> Iterator[Column]:
    yield Column("computed", variant)
    if variant != book.variants[0]:
        yield Column(AGAINST, variant)
    if is_published:
        yield from (Column(kind, variant) for kind in ("published", "deviation", "verdict"))


def rows(book: Book) -> dict[tuple[str, str], int]:
    """The row of each functional unit and criterion."""
    keys = [(unit, key) for unit in book.units for key in book.model.criteria]
    return dict(zip(keys, range(ROW, ROW + len(keys)), strict=True))


def places(book: Book, plan: Layout) -> dict[TotalKey, Place]:
    """The cell of each total."""
    row_of = rows(book)
    return {total: Place("Results", plan.letters[total[1]], row_of[total[0], total[2]]) for total in book.model.totals}


def write(book: Book, plan: Layout, figures: Figures) -> None:
    """Write the sheet."""
    page = book.pages["Results"]
    widest = _widest(book, plan)
    page.widths(28, 16, *[13] * (widest - 2))
    page.begin(book.text("study", "title") or "Results", LEAD)
    _status(book, page)
    page.rows.skip()
    page.section("Impacts of each functional unit, all variants side by side", widest)
    page.rows.skip()
    _totals(book, page, plan, figures)
    contributions.write(book, page, widest)
    page.sheet.freeze_panes("B3")
    page.highlight("B3", "$B$3>0", ALARM | {"underline": 1})
    printed(page, book, LETTERS[widest])


def _widest(book: Book, plan: Layout) -> int:
    """How many columns the widest table has."""
    shares = FIRST + 2 * len(book.present("tier", TIERS)) + 1
    return max(FIRST - 1 + len(plan.columns), shares, 1 + 2 * len(book.model.criteria), FEWEST)


def _status(book: Book, page: Page) -> None:
    get = book.styles.get
    text, strong, number = get("text"), get("strong"), get("strong", "0")
    values = [
        "Checks that fail",
        Formula("checks_failed", book.failed),
        None,
        "Values changed since export",
        None,
        None,
    ]
    page.rows.line([*values, Formula(CHANGED, 0)], [strong, number, text, strong, text, text, number])


def _totals(book: Book, page: Page, plan: Layout, figures: Figures) -> None:
    _heads(book, page, plan)
    get = book.styles.get
    for (unit, key), row in rows(book).items():
        words = (book.unit_labels[unit], book.criterion_labels[key], book.result.unit(key))
        cells: list[Cell] = [(n, text, get("strong" if n == 1 else "text")) for n, text in enumerate(words, 1)]
        cells += [
            (number, *_total(book, plan, figures, column, TotalKey(unit, column.variant, key), (number, row)))
            for number, column in plan.columns.items()
        ]
        page.rows.add(cells)
    for total, place in places(book, plan).items():
        book.define(book.total_names[total], place.fixed)


def _heads(book: Book, page: Page, plan: Layout) -> None:
    """The names of the variants, each over all of its columns, and below them what stands in the columns."""
    get, base = book.styles.get, book.variant_labels[book.variants[0]]
    columns = plan.columns.values()
    names = [book.variant_labels[column.variant] if column.kind == "computed" else None for column in columns]
    for _, own in groupby(plan.columns.items(), lambda numbered: numbered[1].variant):
        numbers = [number for number, _ in own]
        if len(numbers) > 1:
            page.merge(numbers[0], numbers[-1])
    page.rows.line([*[None] * 3, *names], [get("head")] * 3 + [get("head centre", TEXT)] * len(names))
    said = {variant: verdict.said.capitalize() for (_, variant, _), verdict in plan.published.items()}
    titles = [
        said[column.variant] if column.kind == "published" else TITLES.get(column.kind, f"Against {base}")
        for column in columns
    ]
    styles = [get("head inset" if column.kind == "verdict" else "head right") for column in columns]
    page.rows.line(["Functional unit", "Criterion", "Unit", *titles], [*[get("head")] * 3, *styles])


def _total(
    book: Book, plan: Layout, figures: Figures, column: Column, total: TotalKey, cell: tuple[int, int]
) -> tuple[Value, int]:
    """A cell of a row of totals."""
    (number, row), get = cell, book.styles.get
    if total not in book.model.totals:
        return None, get("text")
    value, own = book.values[book.model.totals[total]], f"{plan.letters[total[1]]}{row}"
    if column.kind == "computed":
        return Formula(TOTAL.format(row=row, column=LETTERS[number], head=HEAD), value), get("total", IMPACT)
    if column.kind == AGAINST:
        base = (total[0], book.variants[0], total[2])
        before = book.values[book.model.totals[base]] if base in book.model.totals else 0.0
        return _change(own, f"{plan.letters[base[1]]}{row}", value, before), get("number", CHANGE)
    verdict = plan.published.get(total)
    if verdict is None:
        return "–", get("unit")
    figure, word = figures[verdict.key]
    if column.kind == "published":
        return Formula(str(figure), verdict.published), get("number", IMPACT)
    if column.kind == "deviation":
        return _change(own, f"{LETTERS[number - 1]}{row}", value, verdict.published), get("number", CHANGE)
    return Formula(str(word), verdict.verdict), get("unit")


def _change(now: str, before: str, value: float, was: float) -> Formula:
    """A relative change; none against nothing."""
    return Formula(f"IF({before}=0,0,{now}/{before}-1)", value / was - 1 if was else 0.0)
