"""The study in Brightway's Excel inventory format, as bw2io's ExcelImporter and the Activity Browser read it.

Each case is an activity that takes the flows of its inventory; each flow is an activity whose exchanges are its impact
factors; each criterion is an elementary flow with one impact category of its own, of factor 1. A score of bw2calc is
then the total of the study. Exchanges name their inputs, so that nothing is left to be linked by name.

Format: https://docs.brightway.dev, bw2io.importers.excel.ExcelImporter.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Font

from lca import units
from lca.compile import Line, Model
from lca.graph import Input
from lca.outputs import Study
from lca.problems import printable
from lca.report import Look
from lca.result import Result
from lca.units import Unit

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WRITES = ("study",)
ORDER = 8
HEEDS = ("with_restricted",)
BINARY = True

HEADERS = ("name", "amount", "unit", "location", "database", "categories", "type", "input", "comment")
ANYWHERE = "GLO"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold
MODIFIED = re.compile(rb"<dcterms:(created|modified)([^>]*)>[^<]*<")
WIDTHS = {"A": 60, "B": 24, "C": 18, "H": 30, "I": 80}
CUSTOMARY = (units.unit("kWh"), units.unit("GB"))  # other amounts are in coherent units: kg, m, device
WITHHELD = "the factor may not be redistributed and is withheld"
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


class Exchange(NamedTuple):
    """An input of an activity. `code` is that of the activity or elementary flow that it comes from."""

    name: str
    amount: float
    unit: str
    location: str
    kind: str
    code: str
    comment: str = ""


class Activity(NamedTuple):
    """An activity, or an elementary flow, which has no exchanges."""

    name: str
    code: str
    unit: str
    location: str
    kind: str
    comment: str
    exchanges: tuple[Exchange, ...] = ()


class Use(NamedTuple):
    """A flow of a case and its factors: lines that differ in their criterion alone. `unit`: what an amount counts."""

    lines: tuple[Line, ...]
    amount: float
    unit: Unit


def render(study: Study, _look: Look) -> bytes:
    """The workbook. Factors that may not be redistributed are withheld: their products stand in the case instead."""
    result = study.result
    name = _database(result)
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet("Inventory"), _inventory(name, activities(result, with_restricted=study.with_restricted)))
    _fill(book.create_sheet("Impact categories"), _categories(result, name))
    _fill(book.create_sheet("Read me"), _read_me(result, name))
    return _saved(book)


def _database(result: Result) -> str:
    """The name of the scenario's file, which Brightway takes for its database."""
    return re.split(r"[/\\:]", result.model.scenario.name)[-1].rsplit(".", 1)[0] or "study"


# --- activities -----------------------------------------------------------------------------------------------------


def activities(result: Result, *, with_restricted: bool = False) -> list[Activity]:
    """The criteria, the flows and the cases of a study."""
    criteria = [
        Activity(c.name, _code(c.key), c.unit_label, ANYWHERE, "emission", f"criterion {c.key}: {c.method}")
        for c in result.criteria
    ]
    flows: dict[tuple[Any, ...], Activity] = {}
    cases: list[Activity] = []
    for case in result.model.cases:
        exchanges: list[Exchange] = []
        for use in _uses(result, *case):
            open_lines = [line for line in use.lines if with_restricted or not _is_withheld(result.model, line)]
            withheld = [line for line in use.lines if line not in open_lines]
            if open_lines:
                flow = _flow(result, use._replace(lines=tuple(open_lines)), flows)
                exchanges.append(_taken(flow, use))
            exchanges += [_withheld(result, line) for line in withheld]
        cases.append(_case(result, *case, exchanges))
    return [*criteria, *flows.values(), *cases]


def _code(criterion: str) -> str:
    return f"criterion {criterion}"


def _is_withheld(model: Model, line: Line) -> bool:
    leaf = model.graph.info[line.factor]
    pack = model.factors.packs.get(leaf.citation.source) if isinstance(leaf, Input) else None
    return pack is not None and not pack.redistributable


def _uses(result: Result, functional_unit: str, variant: str | None) -> Iterator[Use]:
    groups: dict[tuple[Any, ...], list[Line]] = {}
    seen: dict[tuple[Any, ...], int] = {}
    for line in result.model.lines:
        if (line.functional_unit, line.variant) == (functional_unit, variant):
            key = (line.tier, line.phase, line.stage, line.item, line.flow, line.region, _amount(result, line))
            times = seen[*key, line.criterion] = seen.get((*key, line.criterion), 0) + 1
            groups.setdefault((*key, times), []).append(line)
    for lines in groups.values():
        amount = _amount(result, lines[0])
        stated = result.model.graph.unit[amount]
        unit = _told_in(stated)
        yield Use(tuple(lines), result.values[amount] * (units.scale(stated, unit) or 1.0), unit)


def _told_in(stated: Unit) -> Unit:
    """The unit of an amount, whatever the one it was stated in: one flow is one activity."""
    customary = (unit for unit in CUSTOMARY if unit.dims == stated.dims)
    return next(customary, None) or units.coherent(stated)


def _amount(result: Result, line: Line) -> int:
    """The amount of a line as its factor takes it: the impact is a product of the two, perhaps converted."""
    graph, i = result.model.graph, line.impact
    while graph.op[i] == "scale":
        (i,) = graph.args[i]
    return graph.args[i][0] if graph.op[i] == "*" and graph.args[i][1] == line.factor else line.amount


def _flow(result: Result, use: Use, flows: dict[tuple[Any, ...], Activity]) -> Activity:
    """The activity of a flow with its factors, made once."""
    first = use.lines[0]
    met = ((line.criterion, line.factor) for line in use.lines)  # by two bases, one factor serves two criteria
    key = (first.flow, first.stage, first.region, use.unit, *met)
    if key not in flows:
        name = ", ".join(part for part in (first.flow, first.stage, first.region) if part)
        factors = tuple(_factor(result, line, use.unit) for line in use.lines)
        code = f"flow {len(flows) + 1} {name}"
        flows[key] = _producing(Activity(name, code, str(use.unit), _location(first.region), "process", "", factors))
    return flows[key]


def _producing(activity: Activity) -> Activity:
    own = Exchange(activity.name, 1.0, activity.unit, activity.location, "production", activity.code)
    return activity._replace(exchanges=(own, *activity.exchanges))


def _factor(result: Result, line: Line, per: Unit) -> Exchange:
    criterion = result.model.factors.criteria[line.criterion]
    unit = result.model.graph.unit[line.factor]
    factor = units.scale(units.times(per, unit), criterion.unit)
    value = result.values[line.factor] * (1.0 if factor is None else factor)
    comment = _comment(result.model, line)
    return Exchange(criterion.name, value, criterion.unit_label, "", "biosphere", _code(line.criterion), comment)


def _comment(model: Model, line: Line) -> str:
    leaf = model.graph.info[line.factor]
    proxy = f"by {line.proxy} as proxy; " if line.proxy else ""
    if not isinstance(leaf, Input):
        return proxy
    return f"{proxy}{leaf.path} = {leaf.value:g} {leaf.unit}; {leaf.citation}; {leaf.span.file}:{leaf.span.line}"


def _taken(flow: Activity, use: Use) -> Exchange:
    line = use.lines[0]
    comment = f"{line.item}: {line.tier}, {line.phase}, {line.stage}"
    return Exchange(flow.name, use.amount, flow.unit, flow.location, "technosphere", flow.code, comment)


def _withheld(result: Result, line: Line) -> Exchange:
    criterion = result.model.factors.criteria[line.criterion]
    comment = f"{line.item}: {line.tier}, {line.phase}, {line.stage}; {WITHHELD}"
    value = result.values[line.impact]
    return Exchange(criterion.name, value, criterion.unit_label, "", "biosphere", _code(line.criterion), comment)


def _case(result: Result, functional_unit: str, variant: str | None, exchanges: list[Exchange]) -> Activity:
    name = f"{functional_unit}, {variant}" if variant else functional_unit
    title = result.model.titles.get(functional_unit, "")
    return _producing(Activity(name, f"case {name}", "unit", ANYWHERE, "process", title, tuple(exchanges)))


def _location(region: str) -> str:
    return ANYWHERE if region in ("", "World") else region


# --- sheets ---------------------------------------------------------------------------------------------------------


def _inventory(name: str, activities: list[Activity]) -> Iterator[tuple[object, ...]]:
    yield "Database", name
    yield "format", "Excel spreadsheet"
    for activity in activities:
        yield ()
        yield "Activity", activity.name
        details = {
            "code": activity.code, "unit": activity.unit, "location": activity.location, "type": activity.kind,
            "comment": activity.comment, "reference product": activity.name if activity.exchanges else "",
        }  # fmt: skip
        yield from ((key, value) for key, value in details.items() if value)
        if activity.exchanges:
            yield ("Exchanges",)
            yield HEADERS
            yield from (_exchange(name, exchange) for exchange in activity.exchanges)


def _exchange(database: str, e: Exchange) -> tuple[object, ...]:
    key = f"{database}::{e.code}"
    return e.name, e.amount, e.unit, e.location, database, "", e.kind, key, e.comment


def _categories(result: Result, name: str) -> Iterator[tuple[object, ...]]:
    yield "skip", "Each criterion is an impact category of one elementary flow, with factor 1."
    yield "method", "unit", "database", "code", "factor", "about"
    for c in result.criteria:
        yield f"{name}::{c.key}", c.unit_label, name, _code(c.key), 1.0, f"{c.name}; {c.method}"


def _read_me(result: Result, name: str) -> Iterator[tuple[object, ...]]:
    yield "skip", f"{name} for Brightway and the Activity Browser"
    yield from (("", step) for step in STEPS)
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
                if row[0] in ("Database", "Activity") or row == HEADERS:
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
