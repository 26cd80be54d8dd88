"""How good models are, as somebody measured it: a score of each, from a table of the user's own or a pack.

A score says nothing of the service that is asked for: what matters there is measured there, with its own tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lca import units
from lca.model.packs import FactorRow
from lca.problems import Problem, Problems, Span, near, shortened
from lca.text.sheets import Sheet

QUALITY = "quality"  # the column of a table, and the parameter of a pack
COLUMNS = ("model", QUALITY)
MORE = ("low", "high", "source")

Called = Callable[[str], list[str]]  # the keys that a name is of


class Score(NamedTuple):
    """The score of a model, the ends of its interval where there is one, and whose it is."""

    value: float
    low: float | None
    high: float | None
    source: str


class _Row(NamedTuple):
    name: str
    score: Score
    span: Span


def of_table(sheet: Sheet, called: Called) -> dict[str, Score]:
    """The scores of a table with the columns model and quality, and perhaps low, high and source, by model.

    Problems where a column is missing or unknown, a cell is no number, or a model has two scores.
    """
    problems: list[Problem] = []
    for name in COLUMNS:
        if name not in sheet.header:
            hint = near(name, sheet.header, f"its columns are {', '.join(COLUMNS)}, and if you like {', '.join(MORE)}")
            problems.append(Problem(f"the table has no column {name}", (sheet.header_span(0),), hint))
    for place, name in enumerate(sheet.header):
        if name not in (*COLUMNS, *MORE):
            hint = near(name, (*COLUMNS, *MORE), f"columns: {', '.join((*COLUMNS, *MORE))}")
            problems.append(Problem(f"unknown column '{shortened(name)}'", (sheet.header_span(place),), hint))
    if problems:
        raise Problems(problems)
    return _by_model(_rows(sheet), called)


def of_pack(rows: Iterable[FactorRow], called: Called) -> dict[str, Score]:
    """The scores of the rows of a pack's parameters that are called quality, by model."""
    made = (
        _Row(row["item"], Score(float(row["value"]), _end(row["low"]), _end(row["high"]), row.pack), row.span("item"))
        for row in rows
    )
    return _by_model(made, called)


def _end(text: str) -> float | None:
    return float(text) if text else None


def _rows(sheet: Sheet) -> Iterator[_Row]:
    problems: list[Problem] = []
    for row in sheet.rows:
        cells = dict(zip(sheet.header, row.cells, strict=True))
        numbers: dict[str, float | None] = {}
        for column in (QUALITY, "low", "high"):
            text = cells.get(column, "").strip()
            try:
                numbers[column] = units.number(text) if text or column == QUALITY else None
            except units.UnitError as error:
                hint = error.hint or "a plain number, larger where the model is better"
                problems.append(Problem(error.message, (sheet.span(row, column),), hint))
        name = cells["model"].strip()
        if not name:
            problems.append(Problem("a row without a model", (sheet.span(row, "model"),), "name it"))
        elif (value := numbers.get(QUALITY)) is not None:
            ends = [each for each in (numbers.get("low"), value, numbers.get("high")) if each is not None]
            if ends != sorted(ends):
                hint = "order the three"
                problems.append(Problem("low <= quality <= high does not hold", (sheet.span(row, QUALITY),), hint))
            score = Score(value, numbers.get("low"), numbers.get("high"), cells.get("source", "").strip() or sheet.name)
            yield _Row(name, score, sheet.span(row, "model"))
    if problems:
        raise Problems(problems)


def _by_model(rows: Iterable[_Row], called: Called) -> dict[str, Score]:
    """A name of several models, as of one that several serve, is of all of them that have no row of their own."""
    found: dict[str, _Row] = {}
    of_several: dict[str, Score] = {}
    problems: list[Problem] = []
    for row in rows:
        keys = called(row.name) or [row.name]
        if len(keys) > 1:
            of_several |= dict.fromkeys(keys, row.score)
            continue
        other = found.setdefault(keys[0], row)
        if other is not row:
            message = f"two scores of {shortened(keys[0])}"
            problems.append(Problem(message, (row.span, other.span), "keep one of the two"))
    if problems:
        raise Problems(problems)
    return of_several | {key: row.score for key, row in found.items()}
