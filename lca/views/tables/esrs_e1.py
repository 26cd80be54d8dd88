"""Gross scopes 1, 2, 3 and total GHG emissions as ESRS E1-6 asks for them.

Commission Delegated Regulation (EU) 2023/2772, annex I, ESRS E1: paragraphs 44 and 48 to 52, and the table of AR 48, in
tonnes of CO2 equivalent (AR 47: the two totals differ by scope 2 alone). A study knows the year that its functional
unit is of: base year, year before, change, milestones and targets are the undertaking's, and so is its share of
emissions that are traded (48 b).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca import units
from lca.model.case import CaseKey
from lca.model.criteria import Criterion, market_key
from lca.model.terms import CATEGORIES, MARKET
from lca.problems import Problem, Problems
from lca.questions.scopes import is_by_scope
from lca.report import Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row
from lca.result import GHG_COLUMNS, Result
from lca.rules.ghg_scope import NONE, Place, named
from lca.views.tables import name
from lca.wording import figure, listed

ABOUT = "gross scopes 1, 2, 3 and total GHG emissions, ESRS E1-6"

TONNE = "tCO2eq"
YEARS = ("Base year", "Comparative", "N", "% N / N-1")
FIELDS = ("functional_unit", "variant", "paragraph", "row", "value", "unit")
CLOUD = " [optional sub-category: cloud computing and data centre services]"
ETS = "Percentage of scope 1 from regulated emission trading schemes (%)"
NO_SUPPLY = "market-based: blank, since no site states what its electricity is bought as (supply)"
UPSTREAM = "category 3: what factors of electricity hold of it stands in scope 2"
UNKNOWN = "Blank: what the study does not know, or has nothing of"


class Line(NamedTuple):
    """A row of the table: its paragraph, what it is called, and what it comes to in tonnes; None where it is blank."""

    paragraph: str
    name: str
    value: float | None = None
    depth: int = 1


def report(result: Result) -> Report:
    """A table for each case, whose column N is of its functional unit."""
    criterion = _criterion(result)
    of_case = {
        case: [*_lines(_sums(result, case, criterion), _market(result, case, criterion))] for case in result.model.cases
    }
    blocks = [
        block for case, lines in of_case.items() for block in (Heading(f"E1-6, N: {name(result, case)}"), _grid(lines))
    ]
    records = tuple(_record(case, line) for case, lines in of_case.items() for line in lines if line.paragraph)
    return Report((*blocks, *_notes(result, criterion)), FIELDS, records)


def _criterion(result: Result) -> Criterion:
    own = [
        criterion for criterion in result.criteria if is_by_scope(result, criterion.key) and criterion.basis != MARKET
    ]
    if not own:
        hint = "add GWP to study.criteria, or name it with --criteria"
        raise Problems(
            [Problem("the table of ESRS E1 is of greenhouse gases, and no criterion of the study is", (), hint)]
        )
    return own[0]


def _sums(result: Result, case: CaseKey, criterion: Criterion) -> dict[str, float]:
    """Tonnes by scope and by category of scope 3, each under its number, for which there is a line."""
    scale = units.scale(criterion.unit, units.unit(TONNE, criterion.space))
    numbers = {named(number): number for number in CATEGORIES}
    sums: dict[str, float] = {}
    for record in result.records(GHG_COLUMNS):
        if (CaseKey(record["functional_unit"], record["variant"]), record["criterion"]) == (case, criterion.key):
            number = numbers.get(Place(*(record[column] for column in GHG_COLUMNS)), "")
            sums[number] = sums.get(number, 0.0) + record["value"] * float(scale or 1)
    return sums


def _market(result: Result, case: CaseKey, criterion: Criterion) -> dict[str, float] | None:
    """The same by contracts; None where the study is by one basis."""
    key = market_key(criterion.key)
    return _sums(result, case, result.model.factors.criteria[key]) if key in result.model.criteria else None


def _lines(sums: dict[str, float], market: dict[str, float] | None) -> Iterator[Line]:
    third = {number: value for number, value in sums.items() if number.startswith("3.")}
    total = sum(third.values()) if third else None
    first, second, bought = sums.get("1"), sums.get("2"), None if market is None else market.get("2")
    yield Line("", "Scope 1 GHG emissions", depth=0)
    yield Line("44 a, 48 a", f"Gross scope 1 GHG emissions ({TONNE})", first)
    yield Line("48 b", ETS)
    yield Line("", "Scope 2 GHG emissions", depth=0)
    yield Line("44 b, 49 a", f"Gross location-based scope 2 GHG emissions ({TONNE})", second)
    yield Line("44 b, 49 b", f"Gross market-based scope 2 GHG emissions ({TONNE})", bought)
    yield Line("", "Significant scope 3 GHG emissions", depth=0)
    yield Line("44 c, 51", f"Total gross indirect (scope 3) GHG emissions ({TONNE})", total)
    for number, words in CATEGORIES.items():
        if number.startswith("3."):
            said = f"{words[0].upper()}{words[1:]}{CLOUD if number == '3.1' else ''}"
            yield Line("51", f"{number.removeprefix('3.')} {said}", sums.get(number))
    yield Line("", "Total GHG emissions", depth=0)
    rest = [value for value in (first, total) if value is not None]
    yield Line("44 d, 52 a", f"Total GHG emissions, location-based ({TONNE})", sum([second or 0.0, *rest]))
    whole = None if market is None else sum([bought or 0.0, *rest])
    yield Line("44 d, 52 b", f"Total GHG emissions, market-based ({TONNE})", whole)


def _grid(lines: list[Line]) -> Grid:
    columns = (Column("ESRS E1", fold=True), Column("paragraph"), *(Column(year, right=True) for year in YEARS))
    return Grid(columns, tuple(_row(line) for line in lines))


def _row(line: Line) -> Row:
    value = "" if line.value is None else figure(line.value)
    tone = "" if line.depth else "strong"
    return Row(
        (Cell(line.name, tone), Cell(line.paragraph, "faint"), Cell(""), Cell(""), Cell(value), Cell("")), line.depth
    )


def _record(case: CaseKey, line: Line) -> Record:
    unit = "%" if line.name == ETS else TONNE
    return dict(zip(FIELDS, (*case, line.paragraph, line.name, line.value, unit), strict=True))


def _notes(result: Result, criterion: Criterion) -> Iterator[Block]:
    yield Prose(f"{UNKNOWN}. By {criterion.name}; scope 3 is location-based in both totals; {UPSTREAM}.", "faint")
    if market_key(criterion.key) not in result.model.criteria:
        yield Prose(f"{NO_SUPPLY[0].upper()}{NO_SUPPLY[1:]}.", "faint")
    outside = {str(case): _sums(result, case, criterion).get("", 0.0) for case in result.model.cases}
    told = [f"{figure(value)} {TONNE} of {case}" for case, value in outside.items() if value]
    if told:
        yield Prose(f"In no row, since in no category: {NONE.category}, {listed(told)}.", "faint")
