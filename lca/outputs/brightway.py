"""The study in Brightway's Excel inventory format, as bw2io's ExcelImporter and the Activity Browser read it.

Each case is an activity that takes the flows of its inventory; each flow is an activity whose exchanges are its impact
factors; each criterion is an elementary flow with one impact category of its own, of factor 1. A score of bw2calc is
then the total of the study. Exchanges name their inputs, so that nothing is left to be linked by name. Amounts are
expressions of database parameters, the inputs of the study, or carry the law of the one input that they are; laws are
those of stats_arrays.

Format: https://docs.brightway.dev, bw2io.importers.excel.ExcelImporter; laws: https://stats-arrays.readthedocs.io.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font

from lca.graph import Input
from lca.model.laws import Lognormal, Normal, Triangular, Uniform, words
from lca.outputs import Study
from lca.problems import printable
from lca.processes import Book, Exchange, Parameter, Spread, activities, code_of
from lca.report import Look
from lca.result import Result
from lca.wording import between

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WRITES = ("study",)
ORDER = 8
HEEDS = ("with_restricted",)
BINARY = True

LAW = ("uncertainty type", "loc", "scale", "minimum", "maximum")
HEADERS = ("name", "amount", "unit", "location", "database", "categories", "type", "input", "comment", "formula", *LAW)
PARAMETER = ("name", "amount", "formula", *LAW, "comment")
AMOUNTS = ("name", "amount", "formula")
TITLED = (HEADERS, PARAMETER, AMOUNTS)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold
MODIFIED = re.compile(rb"<dcterms:(created|modified)([^>]*)>[^<]*<")
WIDTHS = {"A": 60, "B": 24, "C": 18, "H": 30, "I": 80}
LONGEST = 32_000  # characters of a cell; Excel takes 32,767
STEPS = (
    "Open it: in the Activity Browser with File, Import database, Excel; in Python with bw2io, as below.",
    "Keep the name of the database: exchanges refer to it.",
    "bw2data stores amounts in single precision, so that its scores agree with those below to seven digits.",
    "",
    "import bw2data as bd, bw2io as bi",
    "importer = bi.ExcelImporter('study.xlsx')",
    "importer.apply_strategies()",
    "importer.write_database()",
    "# one impact category a criterion; the sheet 'Impact categories' lists them",
    "bd.Method((importer.db_name, 'GWP')).write([((importer.db_name, 'criterion GWP'), 1.0)])",
)
DRAWN = (
    "Laws: an exchange that is one uncertain input times a number carries its law (Monte Carlo of bw2calc draws it).",
    "All other amounts are expressions of database parameters, which carry the laws of the inputs: a Monte Carlo that",
    "draws parameters, as that of bw2parameters does, moves them; that of bw2calc alone holds them.",
    "Each activity is drawn by itself: to compare two cases, draw parameters.",
)


def render(study: Study, _look: Look) -> bytes:
    """The workbook. Factors that may not be redistributed are withheld: their products stand in the case instead."""
    result = study.result
    name = _database(result)
    made = activities(result, with_restricted=study.with_restricted)
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet("Inventory"), _inventory(name, made))
    _fill(book.create_sheet("Impact categories"), _categories(result, name))
    _fill(book.create_sheet("Read me"), _read_me(result, name, made))
    return _saved(book)


def left_out(study: Study) -> list[str]:
    """What a workbook for Brightway does not hold of a study."""
    return [*activities(study.result, with_restricted=study.with_restricted).left_out]


def _database(result: Result) -> str:
    """The name of the scenario's file, which Brightway takes for its database."""
    return re.split(r"[/\\:]", result.model.scenario.name)[-1].rsplit(".", 1)[0] or "study"


# --- sheets ---------------------------------------------------------------------------------------------------------


def _inventory(name: str, book: Book) -> Iterator[tuple[object, ...]]:
    yield "Database", name
    yield "format", "Excel spreadsheet"
    if book.parameters:
        yield ()
        yield ("Database parameters",)
        yield PARAMETER
        yield from map(_parameter, book.parameters)
    for activity in book.activities:
        yield ()
        yield "Activity", activity.name
        details = {
            "code": activity.code, "unit": activity.unit, "location": activity.location, "type": activity.kind,
            "comment": activity.comment, "reference product": activity.name if activity.exchanges else "",
        }  # fmt: skip
        yield from ((key, value) for key, value in details.items() if value)
        amounts = {place: f"amount_{place}" for place, e in enumerate(activity.exchanges) if e.formula}
        if amounts:
            yield ("Parameters",)
            yield AMOUNTS
            yield from (
                (own, e.amount, e.formula) for place, own in amounts.items() for e in [activity.exchanges[place]]
            )
        if activity.exchanges:
            yield ("Exchanges",)
            yield HEADERS
            yield from (_exchange(name, e, amounts.get(place, "")) for place, e in enumerate(activity.exchanges))


def _exchange(database: str, e: Exchange, formula: str) -> tuple[object, ...]:
    key = f"{database}::{e.code}"
    return e.name, e.amount, e.unit, e.location, database, "", e.kind, key, e.comment, formula, *_law(e.law)


def _parameter(parameter: Parameter) -> tuple[object, ...]:
    """An input, in the unit that it is stated in, or a step."""
    leaf = parameter.leaf
    law = leaf.law if leaf and isinstance(leaf.law, Spread) else None
    return parameter.name, parameter.amount, parameter.formula, *_law(law), _about(leaf) if leaf else ""


def _about(leaf: Input) -> str:
    """An input in words: its unit, its range or law, and where it is from."""
    spread = words(leaf.law, str(leaf.unit)) if leaf.law else between(leaf.low, leaf.high)
    parts = (f"{leaf.path}, {leaf.unit}", spread, str(leaf.citation), f"{leaf.span.file}:{leaf.span.line}")
    return "; ".join(part for part in parts if part)


def _law(law: Spread | None) -> tuple[object, ...]:
    """The numbers by which stats_arrays knows a law; a lognormal one is told by the logarithms of its two."""
    match law:
        case Lognormal(median, gsd, least, most):
            return 2, math.log(median), math.log(gsd), least or "", _end(most)
        case Normal(mean, sd, least, most):
            return 3, mean, sd, _end(least), _end(most)
        case Uniform(low, high):
            return 4, "", "", low, high
        case Triangular(low, mode, high):
            return 5, mode, "", low, high
        case None:
            return ("",) * len(LAW)


def _end(end: float) -> float | str:
    return end if math.isfinite(end) else ""


def _categories(result: Result, name: str) -> Iterator[tuple[object, ...]]:
    yield "skip", "Each criterion is an impact category of one elementary flow, with factor 1."
    yield "method", "unit", "database", "code", "factor", "about"
    for c in result.criteria:
        yield f"{name}::{c.key}", c.unit_label, name, code_of(c.key), 1.0, f"{c.name}; {c.method}"


def _read_me(result: Result, name: str, book: Book) -> Iterator[tuple[object, ...]]:
    yield "skip", f"{name} for Brightway and the Activity Browser"
    yield from (("", step) for step in (*STEPS, "", *DRAWN))
    yield from (("", f"Left out: {remark}.") for remark in book.left_out)
    yield ()
    yield "", "Scores of one unit of each case, to be found again:"
    for case in result.model.cases:
        for key in result.model.criteria:
            title = f"{case.functional_unit}, {case.variant}" if case.variant else case.functional_unit
            yield "", title, key, result.total(case.functional_unit, key, case.variant), result.unit(key)


def _fill(sheet: Worksheet, rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows; a text stays a text whatever it begins with."""
    bold = Font(bold=True)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                text = printable(value)[:LONGEST] if isinstance(value, str) else value
                cell = sheet.cell(number, column, text)
                if isinstance(value, str):
                    cell.data_type = "s"
                if row[0] in ("Database", "Activity") or row in TITLED:
                    cell.font = bold
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width


def _saved(book: Workbook) -> bytes:
    """The bytes of a workbook, the same whenever they are written."""
    written, still = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = MODIFIED.sub(rb"<dcterms:\1\2>1980-01-01T00:00:00Z<", content)
            target.writestr(zipfile.ZipInfo(entry.filename, EPOCH), content, zipfile.ZIP_DEFLATED)
    return still.getvalue()
