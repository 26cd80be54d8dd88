"""Brightway's Excel inventories, as bw2io and the Activity Browser write them: sections of parameters and activities.

A section begins with its name in the first cell of a row and ends with a blank one. Sheets whose first cell is empty or
`skip` are none of it. Every row is of one of these, or passed over with why.
Format: https://docs.brightway.dev, bw2io.importers.excel.ExcelImporter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lca.problems import Span, problem
from lca.workbook.foreign.grid import Grid

DATABASE, ACTIVITY, EXCHANGES, PARAMETERS = "database", "activity", "exchanges", "parameters"
OF_ALL = ("project parameters", "database parameters")
SKIP = "skip"
TABLES = (EXCHANGES, PARAMETERS, *OF_ALL)


class Row(NamedTuple):
    """A row of a section by the names of its columns: numbers where its cells are, else texts."""

    place: str
    cells: Mapping[str, float | str]

    def text(self, name: str) -> str:
        """What a cell says; '' of an empty one."""
        value = self.cells.get(name, "")
        return f"{value:.15g}" if isinstance(value, float) else value

    def number(self, name: str) -> float | None:
        """The number of a cell, as a text too; None where it is none."""
        value = self.cells.get(name, "")
        try:
            made = float(value)
        except ValueError:
            return None
        return made if abs(made) < float("inf") else None


class Process(NamedTuple):
    """An activity: what is said of it, its parameters and its exchanges."""

    row: Row
    parameters: tuple[Row, ...]
    exchanges: tuple[Row, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.row.text("name")


class Inventory(NamedTuple):
    """A database: its name, the parameters of all of it, its activities, and rows that are none of these, with why."""

    name: str
    parameters: tuple[Row, ...]
    processes: tuple[Process, ...]
    passed: tuple[tuple[str, str, str], ...]


def read(sheets: Mapping[str, Grid], file: str) -> Inventory:
    """The inventory of a workbook. Problems where it has no database, or two."""
    made = _Reading()
    for grid in sheets.values():
        first = grid.text(1, 1).casefold()
        if first and first != SKIP:
            made.sheet(grid)
        elif grid.cells:
            made.passed.append((grid.sheet, "", "a sheet that Brightway skips"))
    if len(made.names) != 1:
        what = "no database is named" if not made.names else "two databases are named"
        hint = (
            "is it an inventory of Brightway? a row begins with Database and has its name beside it; one in a workbook"
        )
        raise problem(what, Span(file, 1, 1), hint=hint)
    processes = tuple(
        Process(row, tuple(parameters), tuple(exchanges)) for row, parameters, exchanges in made.processes
    )
    return Inventory(made.names[0], tuple(made.parameters), processes, tuple(made.passed))


class _Reading:
    """Sheets on the way."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.parameters: list[Row] = []
        self.processes: list[tuple[Row, list[Row], list[Row]]] = []
        self.passed: list[tuple[str, str, str]] = []

    def sheet(self, grid: Grid) -> None:
        """The sections of a sheet."""
        section, last = "", 0
        head: dict[int, str] = {}
        rows: list[Row] = []
        for row, cells in _rows(grid):
            if row > last + 1:
                section = ""
            last = row
            first, place = str(cells.get(1, "")).strip(), grid.place(row, 1)
            name = first.casefold()
            if name == DATABASE and section != DATABASE:
                self.names.append(str(cells.get(2, "")).strip())
                section = DATABASE
            elif name == ACTIVITY:
                self.processes.append((Row(place, {"name": str(cells.get(2, "")).strip()}), [], []))
                section = ACTIVITY
            elif name in TABLES and (name in OF_ALL or self.processes):
                section, head = name, {}
                rows = self._into(name)
            elif section in TABLES and not head:
                head = {column: str(text).strip().casefold() for column, text in cells.items()}
            elif section in TABLES:
                rows.append(Row(place, {head[column]: value for column, value in cells.items() if column in head}))
            elif section == ACTIVITY:
                said = dict(self.processes[-1][0].cells)
                said[name] = cells.get(2, "")
                self.processes[-1] = (Row(self.processes[-1][0].place, said), *self.processes[-1][1:])
            elif section != DATABASE:
                self.passed.append((place, first, "a row of no section"))

    def _into(self, section: str) -> list[Row]:
        if section in OF_ALL:
            return self.parameters
        _, parameters, exchanges = self.processes[-1]
        return parameters if section == PARAMETERS else exchanges


def _rows(grid: Grid) -> Iterator[tuple[int, dict[int, float | str]]]:
    """The rows of a sheet that are not empty."""
    made: dict[int, dict[int, float | str]] = {}
    for (row, column), cell in grid.cells.items():
        value = cell.value
        if value is not None and value != "":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            made.setdefault(row, {})[column] = float(value) if number else cell.text
    return iter(sorted(made.items()))
