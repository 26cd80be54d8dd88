"""Where the totals come from: tables and a chart of what the reader chooses to see.

Tables select lines by the text of their own heads (SUMIFS); no formula of the model knows what is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lca.model.case import TotalKey
from lca.model.terms import EMBODIED, PHASES, STAGES, TIERS
from lca.spoken import N_, _
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import LETTERS, Cell, Formula, Value
from lca.workbook.writing.chart import height, stacked
from lca.workbook.writing.styles import HIDDEN_ZERO, IMPACT, SHARE, TEXT

CHOSEN = "SUMIFS(lines_impact,lines_functional_unit,{unit},lines_variant,{variant},lines_criterion,{criterion},"
UNIT = "IFERROR(INDEX(list_criteria_units,MATCH({slot},list_criteria,0)),{slot})"
SECTIONS, AROUND = 9, 3  # rows of headings and choices above the shares; of a table around its parts
ROW_HEIGHT = 0.5  # cm
SEPARATOR = " · "
STAGES_APART = (
    "embodied: every stage but use, of things whose source gives these in one figure; manufacture, distribution and "
    "end of life are of things whose source tells them apart. Nothing stands in two rows."
)
FIRST = 4  # the column of the first tier


class Shown(NamedTuple):
    """The cells in which the reader chooses, and what is chosen as exported: the first of each."""

    variant: str
    unit: str
    criteria: dict[str, str]  # by key


class Cut(NamedTuple):
    """A way to cut a total: a column of the lines, and what stands in it with its label."""

    title: str
    column: str
    parts: Mapping[str, str]


def write(book: Book, page: Page, widest: int) -> None:
    """Write what stands below the totals."""
    page.rows.skip()
    bars = len(book.units) * len(book.model.criteria)
    page.keep(SECTIONS + bars + _chart_rows(bars))
    page.section(_("Choose what the tables and the chart below show"), widest)
    shown = _choices(book, page)
    page.rows.skip()
    page.section(_("Shares by tier, of the variant shown"), widest)
    page.rows.skip()
    _shares(book, page, shown)
    cuts = _cuts(book)
    page.keep(2 + sum(len(cut.parts) + AROUND for cut in cuts))
    page.section(_("Contributions, of the functional unit and variant shown"), widest)
    page.rows.skip()
    for cut in cuts:
        page.keep(len(cut.parts) + AROUND)
        _table(book, page, shown, cut)
        page.rows.skip()


def _cuts(book: Book) -> list[Cut]:
    orders = (
        (N_("By tier"), "tier", TIERS),
        (N_("By AI phase"), "phase", PHASES),
        (N_("By life-cycle stage"), "stage", STAGES),
    )
    cuts = [Cut(title, column, {name: name for name in book.present(column, order)}) for title, column, order in orders]
    return [*cuts, Cut(N_("By item"), "item", {name: book.item_labels[name] for name in book.present("item")})]


def _impacts(book: Book, unit: str, key: str, column: str, parts: Iterable[str]) -> list[float]:
    """What SUMIFS comes to for the first variant, for each part that a column of the lines may name."""
    sums: dict[str, float] = {}
    for line in book.by_total.get(TotalKey(unit, book.variants[0], key), ()):
        part = getattr(line, column)
        sums[part] = sums.get(part, 0.0) + book.values[line.impact]
    return [sums.get(part, 0.0) for part in parts]


# --- what is shown ---------------------------------------------------------------------------------------------------


def _choices(book: Book, page: Page) -> Shown:
    get = book.styles.get
    strong, choice = get("strong"), get("choice", TEXT)
    page.merge(2, 4)
    row = page.rows.line([_("Variant"), book.variant_labels[book.variants[0]]], [strong, choice])
    page.merge(2, 4)
    page.rows.line([_("Functional unit"), book.unit_labels[book.units[0]]], [strong, choice])
    labels = list(book.criterion_labels.values())
    page.rows.line([_("Criteria"), *labels], [strong, *[choice] * len(labels)])
    book.define("shown_variant", page.place("B", row).fixed)
    book.define("shown_functional_unit", page.place("B", row + 1).fixed)
    slots = [f"{LETTERS[number]}{row + 2}" for number in range(2, 2 + len(labels))]
    for name, cells in (
        ("list_variants", [f"B{row}"]),
        ("list_functional_units", [f"B{row + 1}"]),
        ("list_criteria", slots),
    ):
        _one_of(page, name, cells)
    fixed = [f"${slot.rstrip('0123456789')}${row + 2}" for slot in slots]
    return Shown(f"$B${row}", f"$B${row + 1}", dict(zip(book.model.criteria, fixed, strict=True)))


def _one_of(page: Page, name: str, cells: list[str]) -> None:
    """A drop-down list in some cells. A criterion may be left out."""
    rule = {
        "validate": "list", "source": f"={name}", "ignore_blank": name == "list_criteria", "show_input": False,
        "error_title": _("Not in the list"),
        "error_message": _("Choose one of the list; it stands on the sheet Read me."),
    }  # fmt: skip
    if cells:
        page.restrict(cells, rule)


# --- shares by tier, and the chart -----------------------------------------------------------------------------------


def _shares(book: Book, page: Page, shown: Shown) -> None:
    tiers = book.present("tier", TIERS)
    get, count = book.styles.get, len(tiers)
    titles = [*map(_, ("Functional unit", "Criterion", "Unit")), *tiers, _("Total"), *tiers, _("Bar")]
    head = page.rows.line(titles, [*[get("head")] * 3, *[get("head right")] * (2 * count + 1), get("head inset")])
    first = page.rows.next
    for unit in book.units:
        for key in book.model.criteria:
            _share_row(book, page, shown, (unit, key), tiers, head)
    last = page.rows.next - 1
    page.rows.skip()
    if tiers:
        shares = FIRST + count + 1, FIRST + 2 * count
        page.sheet.insert_chart(f"A{page.rows.next}", stacked(page, head, first, last, shares), {"object_position": 2})
        page.rows.skip(_chart_rows(last - first + 1))


def _chart_rows(bars: int) -> int:
    return math.ceil(height(bars) / ROW_HEIGHT) + 1


def _share_row(book: Book, page: Page, shown: Shown, about: tuple[str, str], tiers: list[str], head: int) -> None:
    (unit, key), row, get = about, page.rows.next, book.styles.get
    slot = shown.criteria[key]
    sums = _impacts(book, unit, key, "tier", tiers)
    first, total = LETTERS[FIRST], FIRST + len(tiers)
    cells: list[Cell] = [
        (1, book.unit_labels[unit], get("strong")),
        (2, Formula(slot, book.criterion_labels[key]), get("text", HIDDEN_ZERO)),
        (3, Formula(UNIT.format(slot=f"$B{row}"), book.result.unit(key)), get("text", HIDDEN_ZERO)),
    ]
    lines = CHOSEN.format(unit=f"$A{row}", variant=shown.variant, criterion=f"$B{row}")
    for number, value in enumerate(sums, FIRST):
        cells.append((number, Formula(f"{lines}lines_tier,{LETTERS[number]}${head})", value), get("number", IMPACT)))
    span = f"{first}{row}:{LETTERS[max(FIRST, total - 1)]}{row}"
    cells.append((total, Formula(f"SUM({span})", sum(sums)) if sums else 0, get("total", IMPACT)))
    for number, share in enumerate(
        _share_formulas([f"{LETTERS[n]}{row}" for n in range(FIRST, total)], span, sums), total + 1
    ):
        cells.append((number, share, get("number", SHARE)))
    cells.append((total + len(tiers) + 1, _bar(book, row, slot, about), get("mark")))
    page.rows.add(cells)
    if tiers:
        what = f"by tier, as shown on Results: {book.unit_labels[unit]}, row {row}"
        shares = f"Results!{LETTERS[total + 1]}{row}:{LETTERS[total + len(tiers)]}{row}"
        book.shares.append((what, shares, 1.0 if any(sums) else 0.0))


def _share_formulas(cells: list[str], span: str, values: list[float]) -> list[Formula]:
    """Shares of the sum of sizes, which is the total where all have one sign."""
    size, whole = f"SUMPRODUCT(ABS({span}))", sum(map(abs, values))
    return [
        Formula(f"IF({size}=0,0,{cell}/{size})", value / whole if whole else 0.0)
        for cell, value in zip(cells, values, strict=True)
    ]


def _bar(book: Book, row: int, slot: str, about: tuple[str, str]) -> Formula:
    """What stands beside a bar of the chart."""
    separator = book.constant_named("separator", SEPARATOR, "stands between the words beside a bar of the chart")
    words = f"{book.unit_labels[about[0]]}{SEPARATOR}{book.criterion_labels[about[1]]}"
    return Formula(f"$A{row}&{separator}&{slot}", words)


# --- tables of contributions -----------------------------------------------------------------------------------------


def _table(book: Book, page: Page, shown: Shown, cut: Cut) -> None:
    """Impacts and shares of the parts; a pair of columns for each criterion shown."""
    get = book.styles.get
    head: list[Cell] = [(1, _(cut.title), get("head"))]
    for number, (key, slot) in enumerate(shown.criteria.items()):
        label = Formula(slot, book.criterion_labels[key])
        head += [(2 + 2 * number, label, get("head right", HIDDEN_ZERO)), (3 + 2 * number, "share", get("head right"))]
    head_row = page.rows.add(head)
    columns = [_pairs(book, shown, cut, key, LETTERS[2 + 2 * n], head_row) for n, key in enumerate(shown.criteria)]
    styles = [get("number", IMPACT), get("number", SHARE)] * len(columns)
    for row, name in enumerate(cut.parts.values()):
        page.rows.line([name, *(value for column in columns for value in column[row])], [get("text"), *styles])
    totals = [value for column in columns for value in column[-1]]
    page.rows.line([_("Total"), *totals], [get("total"), *[get("total", IMPACT)] * len(totals)])
    if cut.column == "stage" and len(cut.parts.keys() & {*EMBODIED}) > 1 and "embodied" in cut.parts:
        page.rows.line([STAGES_APART], [get("lead")])


def _pairs(book: Book, shown: Shown, cut: Cut, key: str, letter: str, head: int) -> list[tuple[Value, Value]]:
    """The cells of a criterion: an impact and a share for each part, and the total."""
    first, last = head + 1, head + len(cut.parts)
    lines = CHOSEN.format(unit=shown.unit, variant=shown.variant, criterion=f"{letter}${head}")
    values = _impacts(book, book.units[0], key, cut.column, cut.parts)
    impacts = [Formula(f"{lines}lines_{cut.column},$A{row})", value) for row, value in enumerate(values, first)]
    span = f"{letter}${first}:{letter}${last}"
    shares = _share_formulas([f"{letter}{row}" for row in range(first, last + 1)], span, values)
    total = Formula(f"SUM({letter}{first}:{letter}{last})", sum(values)) if values else 0
    return [*zip(impacts, shares, strict=True), (total, None)]
