"""What a slip does to a workbook, counted: texts for numbers, other units, rows elsewhere, formulas written over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.spoken import _
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import LETTERS, Formula

NO_NUMBER = "SUMPRODUCT(ISNUMBER({sheet}_exported)*(1-ISNUMBER({sheet}_now)))"
ANOTHER = "SUMPRODUCT(1*({what}<>{what}_exported))"
COMPUTED = ("Results", "Inventory", "Impacts")  # the sheets whose formulas are counted; this one cannot count its own


class Intact(NamedTuple):
    """A count that has to be what it was."""

    what: str
    found: Formula

    @property
    def value(self) -> float:
        return float(self.found.value)


def rows(book: Book) -> Iterator[Intact]:
    """Each count, as a formula; an error in it is no count, and fails."""
    for sheet in ("Inputs", "Factors"):
        name = sheet.lower()
        yield Intact(
            _("{sheet}: values that are a text, or empty", sheet=sheet), Formula(NO_NUMBER.format(sheet=name), 0)
        )
        withheld = sum(place.sheet == sheet and key in book.withheld for place, key in book.keys.items())
        texts = Formula(f"SUMPRODUCT(1*ISTEXT({name}_ranges))", 2 * withheld)  # of what is withheld, both ends are
        yield Intact(_("{sheet}: ends of ranges that are a text", sheet=sheet), texts)
        yield Intact(
            _("{sheet}: units that were changed", sheet=sheet), Formula(ANOTHER.format(what=f"{name}_units"), 0)
        )
    yield Intact(_("Inputs and Factors: rows that were sorted, or are gone"), Formula("SUM(rows_elsewhere)", 0))
    yield Intact(_("Units: conversions and constants that were changed"), Formula(ANOTHER.format(what="units"), 0))
    for sheet in COMPUTED:
        page = book.pages[sheet]
        if page.rows.formulas:
            text = f"SUMPRODUCT(1*_xlfn.ISFORMULA({_area(page)}))"
            yield Intact(_("{sheet}: cells that compute", sheet=sheet), Formula(text, len(page.rows.formulas)))


def _area(page: Page) -> str:
    """The cells of a sheet from its first formula to its last."""
    rows, columns = zip(*page.rows.formulas, strict=True)
    return f"{page.name}!{LETTERS[min(columns)]}{min(rows)}:{LETTERS[max(columns)]}{max(rows)}"
