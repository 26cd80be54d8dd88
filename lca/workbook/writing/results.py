"""Results: totals of all variants side by side, against what is published of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from lca.model.case import TotalKey
from lca.model.terms import TIERS
from lca.result import Verdict
from lca.spoken import N_, _
from lca.workbook.writing import contributions
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import LETTERS, Cell, Formula, Place, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import ALARM, CHANGE, IMPACT, TEXT

LEAD = N_("All figures are computed here from Inputs, Factors and Units. Change a value there, and they follow.")
TOTAL = "SUMIFS(lines_impact,lines_functional_unit,$A{row},lines_variant,{column}${head},lines_criterion,$B{row})"
FIRST = 4  # the column of the first variant
FEWEST = 8  # columns
STATUS, HEAD = 4, 7  # rows: what the checks come to; the variants, above their columns
BELOW, BETWEEN = 2, 3  # rows: from the variants to the first total, and from the last one to the next band
MOST = 8  # columns of figures on a page
TITLES = {"computed": N_("Computed"), "deviation": N_("Deviation"), "verdict": N_("Verdict")}
AGAINST = "change"
Figures = Mapping[str, tuple[Place, Place]]  # the cells of the published figure and of the verdict


class Column(NamedTuple):
    """A column of the table of totals: what it holds, of which variant."""

    kind: str
    variant: str | None


class Layout(NamedTuple):
    """Where the totals stand, which other sheets refer to: in bands one below the other, each as wide as a page."""

    bands: tuple[dict[int, Column], ...]
    published: dict[TotalKey, Verdict]
    letters: dict[str | None, str]  # of the totals of each variant
    height: int  # rows of totals of a band

    def head(self, band: int) -> int:
        """The row in which a band names its variants."""
        return HEAD + band * (self.height + BETWEEN)

    def row(self, variant: str | None, place: int) -> int:
        """The row of the total at a place among those of its variant."""
        band = next(n for n, columns in enumerate(self.bands) if Column("computed", variant) in columns.values())
        return self.head(band) + BELOW + place


def layout(book: Book) -> Layout:
    """The columns of the table of totals: the figures of a variant, and what is published of it, if anything is."""
    published: dict[TotalKey, Verdict] = {}
    for verdict in book.verdicts:
        total = (verdict.of, verdict.variant, verdict.criterion)
        if verdict.plain and verdict.relation == "value" and total in book.model.totals:
            published.setdefault(total, verdict)
    known = {variant for _, variant, _ in published}
    bands: list[list[Column]] = [[]]
    for variant in book.variants:
        columns = list(_columns(book, variant, is_published=variant in known))
        if bands[-1] and len(bands[-1]) + len(columns) > MOST:
            bands.append([])
        bands[-1] += columns
    numbered = tuple(dict(enumerate(band, FIRST)) for band in bands)
    letters = {of.variant: LETTERS[n] for band in numbered for n, of in band.items() if of.kind == "computed"}
    return Layout(numbered, published, letters, len(_cases(book)))


def _columns(book: Book, variant: str | None, *, is_published: bool) -> Iterator[Column]:
    yield Column("computed", variant)
    if variant != book.variants[0]:
        yield Column(AGAINST, variant)
    if is_published:
        yield from (Column(kind, variant) for kind in ("published", "deviation", "verdict"))


def _cases(book: Book) -> dict[tuple[str, str], int]:
    """Each functional unit and criterion, and its place among the rows of a band."""
    return {pair: n for n, pair in enumerate((unit, key) for unit in book.units for key in book.model.criteria)}


def places(book: Book, plan: Layout) -> dict[TotalKey, Place]:
    """The cell of each total."""
    place_of = _cases(book)
    return {
        total: Place("Results", plan.letters[total[1]], plan.row(total[1], place_of[total[0], total[2]]))
        for total in book.model.totals
    }


def write(book: Book, plan: Layout, figures: Figures) -> None:
    """Write the sheet."""
    page = book.pages["Results"]
    widest = _widest(book, plan)
    page.widths(28, 16, *[13] * (widest - 2))
    page.begin(book.title("study") or _("Results"), _(LEAD))
    page.rows.skip(2)
    page.rows.next = STATUS + 1
    page.section(_("Impacts of each functional unit, all variants side by side"), widest)
    page.rows.skip()
    _totals(book, page, plan, figures)
    contributions.write(book, page, widest)
    page.sheet.freeze_panes("B5")
    page.highlight(f"B{STATUS}", "checks_failed>0", ALARM | {"underline": 1})
    printed(page, book, widest, kept=1)


def _widest(book: Book, plan: Layout) -> int:
    """How many columns the widest table has."""
    shares = FIRST + 2 * len(book.present("tier", TIERS)) + 1
    return max(*(FIRST - 1 + len(band) for band in plan.bands), shares, 1 + 2 * len(book.model.criteria), FEWEST)


def status(book: Book) -> None:
    """Write what the checks come to, above the totals; the checks count the formulas below, and are written first."""
    page, get = book.pages["Results"], book.styles.get
    page.rows.next = STATUS
    text, strong = get("text"), get("strong")
    values = [
        _("Checks"),
        Formula("checks_headline", book.tally.words),
        None,
        _("Values changed since export"),
        None,
        None,
    ]
    page.rows.line([*values, Formula("values_changed", 0)], [strong, strong, text, strong, text, text, strong])


def _totals(book: Book, page: Page, plan: Layout, figures: Figures) -> None:
    get, where = book.styles.get, places(book, plan)
    for band, columns in enumerate(plan.bands):
        page.rows.next = plan.head(band)
        _heads(book, page, plan, columns)
        for unit, key in _cases(book):
            words = (book.unit_labels[unit], book.criterion_labels[key], book.result.unit(key))
            cells: list[Cell] = [(n, text, get("strong" if n == 1 else "text")) for n, text in enumerate(words, 1)]
            for number, column in columns.items():
                total = TotalKey(unit, column.variant, key)
                cells.append((number, *_total(book, plan, figures, column, total, where, LETTERS[number - 1])))
            page.rows.add(cells)
    for total, place in where.items():
        book.define(book.total_names[total], place.fixed)


def _heads(book: Book, page: Page, plan: Layout, band: Mapping[int, Column]) -> None:
    """The names of the variants, each over all of its columns, and below them what stands in the columns."""
    get, base = book.styles.get, book.variant_labels[book.variants[0]]
    columns = band.values()
    names = [book.variant_labels[column.variant] if column.kind == "computed" else None for column in columns]
    for _variant, own in groupby(band.items(), lambda numbered: numbered[1].variant):
        numbers = [number for number, _column in own]
        if len(numbers) > 1:
            page.merge(numbers[0], numbers[-1])
    page.rows.line([*[None] * 3, *names], [get("head")] * 3 + [get("head centre", TEXT)] * len(names))
    said = {variant: _(verdict.said).capitalize() for (_unit, variant, _key), verdict in plan.published.items()}
    against = _("Against {name}", name=base)
    titles = [
        said[column.variant] if column.kind == "published" else _(TITLES.get(column.kind, "")) or against
        for column in columns
    ]
    styles = [get("head inset" if column.kind == "verdict" else "head right") for column in columns]
    heads = map(_, ("Functional unit", "Criterion", "Unit"))
    page.rows.line([*heads, *titles], [*[get("head")] * 3, *styles])


def _total(
    book: Book,
    plan: Layout,
    figures: Figures,
    column: Column,
    total: TotalKey,
    where: Mapping[TotalKey, Place],
    before: str,
) -> tuple[Value, int]:
    """A cell of a row of totals; `before`: the letter of the column before it."""
    get = book.styles.get
    if total not in book.model.totals:
        return None, get("text")
    value, row = book.values[book.model.totals[total]], where[total].row
    own = f"{where[total].column}{row}"
    if column.kind == "computed":
        head = row - BELOW - _cases(book)[total[0], total[2]]
        return Formula(TOTAL.format(row=row, column=where[total].column, head=head), value), get("total", IMPACT)
    if column.kind == AGAINST:
        base = TotalKey(total[0], book.variants[0], total[2])
        known = base in book.model.totals
        was, cell = (book.values[book.model.totals[base]], where[base]) if known else (0.0, where[total])
        return _change(own, f"{cell.column}{cell.row}", value, was), get("number", CHANGE)
    verdict = plan.published.get(total)
    if verdict is None:
        return "–", get("unit")
    figure, word = figures[verdict.key]
    if column.kind == "published":
        return Formula(str(figure), verdict.published), get("number", IMPACT)
    if column.kind == "deviation":
        return _change(own, f"{before}{row}", value, verdict.published), get("number", CHANGE)
    return Formula(str(word), verdict.verdict), get("unit")


def _change(now: str, before: str, value: float, was: float) -> Formula:
    """A relative change; none against nothing."""
    return Formula(f"IF({before}=0,0,{now}/{before}-1)", value / was - 1 if was else 0.0)
