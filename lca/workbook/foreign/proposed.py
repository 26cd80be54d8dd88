"""A map to begin with: what the heads and words of a sheet seem to mean, for its user to correct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

from lca.model.mapping import CHOICES, FIELDS
from lca.model.regions import Regions
from lca.problems import near, shortened
from lca.text.tables import head
from lca.text.writing import safe, scalar
from lca.workbook.foreign import numbers
from lca.workbook.foreign.grid import Grid
from lca.workbook.foreign.heads import DEEPEST, LOOKED_AT, Heads, alike, heads_at, is_unit
from lca.workbook.foreign.rows import BY, TOTALS
from lca.workbook.foreign.vocabulary import bare, is_written_so, meaning, words
from lca.workbook.review.copies import reference

MOST_WORDS = 60  # of a column that are listed
EXPLAINED = ("tier", "phase", "stage", "region", "basis", "unit")  # fields whose words are explained
TO_FILL = "# what does it mean?"
TO_TEST = "# is it?"
LONGEST = 60  # characters of a name that stands for itself


class Proposed(NamedTuple):
    """A map as text, and what to say of it."""

    text: str
    remarks: tuple[str, ...]


def proposed(grid: Grid, known: Iterable[str], places: Regions) -> Proposed:
    """A map of a sheet, by what its words mean elsewhere; `known` are the items of packs, `places` regions by name."""
    heads = _heads(grid)
    columns = _columns(heads)
    guess = _Guess(grid, heads, columns, [*known], places)
    return Proposed("\n".join(guess.lines()) + "\n", tuple(guess.remarks))


def _is_said(field: str, text: str) -> bool:
    """Whether a word is one of a scenario as it stands: a unit, whatever else it could mean."""
    return field == "unit" and is_unit(text)


def _item_of(text: str, known: list[str]) -> tuple[str, bool]:
    """The item that words mostly mean, perhaps with its unit, and whether they are those words alone; '' where unknown.

    >>> (
    ...     _item_of("Serveurs", ["server"]),
    ...     _item_of("Électricité du site", ["electricity"]),
    ...     _item_of("laptop", ["laptop"]),
    ... )
    (('server [server]', True), ('electricity', False), ('laptop', True))
    """
    plain = bare(text)
    if (whole := words()["item"].get(plain)) is not None and head(whole).name in known:
        return whole, True
    if alike(text) in known:
        return alike(text), True
    for word, means in words()["item"].items():
        if head(means).name in known and re.match(rf"{re.escape(word)}s?\b", plain):
            return means, plain.removesuffix("s") == word.removesuffix("s")
    return "", False


def _field(pieces: tuple[str, ...]) -> str:
    """The field that the head of a column names: by its whole last row, else by the words with which one begins."""
    for piece in reversed(pieces):
        if (whole := words()["column"].get(bare(piece))) is not None:
            return whole
    for piece in reversed(pieces):
        for word, field in words()["column"].items():
            if re.match(rf"{re.escape(word)}\b", bare(piece)):
                return field
    return ""


def _heads(grid: Grid) -> Heads:
    """The rows of the head: those in which the most columns are called as fields mostly are."""
    merged = grid.merged_into()
    best, most = heads_at(grid, merged, *(grid.rows[:1] or [1]) * 2), 0
    for depth in range(DEEPEST - 1):
        for row in grid.rows[:LOOKED_AT]:
            made = heads_at(grid, merged, row, row + depth)
            below = [grid.text(each, 1) for each in range(row, row + depth + 1)]
            count = len({field for pieces in made.pieces.values() if (field := _field(pieces))})
            if count > most and not any(TOTALS.match(text) for text in below):
                best, most = made, count
    return best


def _columns(heads: Heads) -> dict[str, int]:
    """The first column of each field."""
    found: dict[str, int] = {}
    for column, pieces in heads.pieces.items():
        if field := _field(pieces):
            found.setdefault(field, column)
    if "item" not in found and "name" in found:
        found["item"] = found.pop("name")
    return found


class _Guess:
    """The lines of a map, and what they leave open."""

    def __init__(self, grid: Grid, heads: Heads, columns: dict[str, int], known: list[str], places: Regions) -> None:
        self.grid, self.heads, self.columns, self.known, self.places = grid, heads, columns, known, places
        self.titles = heads.titles
        self.rows = [row for row in grid.rows if row > heads.last]
        self.alone = [row for row in self.rows if self._is_alone(row)]
        self.totals = [row for row in self.rows if TOTALS.match(self._first(row))]
        self.remarks: list[str] = []

    def lines(self) -> Iterator[str]:
        grid = self.grid
        yield f"# What the columns and words of {safe(grid.file)} seem to mean: correct and complete it, then"
        yield f"#   lca import table {_quoted(grid.file)} --map THIS.yaml -o scenario.yaml"
        if grid.sheet:
            yield f"sheet: {scalar(grid.sheet)}"
        rows = (
            str(self.heads.first) if self.heads.first == self.heads.last else f"{self.heads.first}..{self.heads.last}"
        )
        yield f"head: {rows}"
        yield from self._decimal()
        yield from self._columns()
        yield from self._always()
        yield from self._sections()
        yield from self._values()
        yield from self._expected()
        yield from self._scenario()

    def _decimal(self) -> Iterator[str]:
        columns = [self.columns[name] for name in ("amount", "low", "high", *BY) if name in self.columns]
        cells = (self.grid.cells.get((row, column)) for row in self.rows for column in columns)
        signs = numbers.decimal_of(cell.value for cell in cells if cell is not None and isinstance(cell.value, str))
        if signs:
            yield f"decimal: {next(iter(signs))}   # as in '{safe(next(iter(signs.values())))}'"

    def _columns(self) -> Iterator[str]:
        yield "columns:   # field: the head of its column, or its letter"
        for field in (*FIELDS, "note"):
            if field in self.columns:
                column = self.columns[field]
                title = self.titles[column]
                unique = [*self.titles.values()].count(title) == 1
                yield f"  {field}: {scalar(title) if unique else _letter(column)}"
        lacking = [field for field in ("item", "amount") if field not in self.columns]
        for field in lacking:
            yield f"  {field}: …   # which column is it?"
        if lacking:
            self.remarks.append(f"no column looks like {' or '.join(lacking)}")
        for column in self._shares():
            yield f"  # times: {_letter(column)}   # a share of the amount? {safe(self.titles[column])}"
        others = [
            f"{_letter(c)} {safe(title)}"
            for c, title in self.titles.items()
            if title and c not in self.columns.values()
        ]
        if others:
            yield f"  # not used: {'; '.join(others)}"

    def _shares(self) -> Iterator[int]:
        """Columns of percents that are no field."""
        for column in self.titles:
            cells = [self.grid.cells.get((row, column)) for row in self.rows]
            if column not in self.columns.values() and any(
                cell is not None and (cell.look == "percent" or cell.text.rstrip().endswith("%")) for cell in cells
            ):
                yield column

    def _always(self) -> Iterator[str]:
        yield "always:   # what holds for every row that says nothing else"
        if self._has_pieces():
            yield "  unit: device   # of what is counted in pieces"
        for field, example in (("tier", "data centre"), ("stage", "manufacture"), ("phase", "inference")):
            if field not in self.columns and not (field == "tier" and self._of_tiers()):
                yield f"  {'# ' if field == 'phase' else ''}{field}: {example}   # one of: {', '.join(CHOICES[field])}"
        if "basis" not in self.columns:
            yield "  basis: assumed   # or measured, published, derived"

    def _has_pieces(self) -> bool:
        return "unit" in self.columns and any(meaning("unit", text) == "" for text in self._texts("unit"))

    def _sections(self) -> Iterator[str]:
        if self._of_tiers():
            yield "sections: tier   # rows of words alone say it of the rows below them"
        elif self.alone:
            rows = ", ".join(f"{row} '{safe(self._first(row))}'" for row in self.alone[:5])
            yield f"# sections: tier   # if rows of words alone say it of the rows below: {rows}"
        for field in ("tier", "phase", "stage"):
            if field in self.columns and self._has_gaps(field):
                yield f"down: [{field}]   # what stands in its column holds until other words do"

    def _of_tiers(self) -> bool:
        return "tier" not in self.columns and any(meaning("tier", self._first(row)) for row in self.alone)

    def _has_gaps(self, field: str) -> bool:
        column, amount = self.columns[field], self.columns.get("amount", 0)
        return any(
            self.grid.text(row, amount) and not self.grid.text(row, column)
            for row in self.rows
            if row not in self.totals
        )

    def _values(self) -> Iterator[str]:
        yield "values:   # what words of the sheet stand for"
        if "item" in self.columns:
            yield "  item:   # items of packs: lca factors WORD finds some"
            for text in self._texts("item"):
                yield from self._item(text)
        for field in EXPLAINED:
            texts = self._texts(field) if field in self.columns else []
            if field == "tier" and self._of_tiers():
                texts = [*dict.fromkeys(self._first(row) for row in self.alone)]
            if field == "unit":
                heads = [self.heads.unit(self.columns["amount"])] if "amount" in self.columns else []
                texts = [*dict.fromkeys(filter(None, (*texts, *heads)))]
            explained = [
                text for text in texts if self._meaning(field, text) != text.casefold() and not _is_said(field, text)
            ]
            if explained:
                yield f"  {field}:"
            for text in explained:
                yield f"    {_key(text)}: {self._explained(field, text)}"

    def _meaning(self, field: str, text: str) -> str | None:
        """What a word of a field mostly means; a region may have its name as countries are called."""
        means = meaning(field, text)
        return (self.places.code(text) or None) if means is None and field == "region" else means

    def _explained(self, field: str, text: str) -> str:
        """What a word of a field seems to mean, and how sure that is."""
        means = self._meaning(field, text)
        if means is None:
            return f'""   {TO_FILL}' if field in CHOICES else f"{scalar(text)}   {TO_FILL}"
        if not means:
            return '""   # pieces: the item, or always, says of what'
        is_sure = field != "unit" or is_written_so(field, text)
        return f"{scalar(means)}{'' if is_sure else f'   {TO_TEST}'}"

    def _item(self, text: str) -> Iterator[str]:
        means, is_sure = _item_of(text, self.known)
        one = head(means) if means else None
        if one is not None:
            meant = f"{{item: {one.name}, unit: {one.unit}}}" if one.unit else scalar(one.name)
            yield f"    {_key(text)}: {meant}{'' if is_sure else f'   {TO_TEST}'}"
        else:
            close = near(bare(text), self.known).removeprefix("did you mean ").rstrip("?")
            yield f"    {_key(text)}: {scalar(shortened(text, LONGEST))}   {TO_FILL}{f' {close}?' if close else ''}"

    def _expected(self) -> Iterator[str]:
        """Totals that stand in columns of impacts."""
        of = {column: title for column, title in self.titles.items() if re.search("co2", bare(title) + alike(title))}
        for column, title in of.items():
            for row in reversed(self.totals):
                if self.grid.text(row, column):
                    yield "# totals:   # to hold the scenario to a total of the sheet: lca check compares them"
                    said = f"row: {row}, column: {_letter(column)}, criterion: GWP, unit: kgCO2eq, within: 1 %"
                    yield f"#   gwp: {{{said}}}   # {safe(title)}"
                    return

    def _scenario(self) -> Iterator[str]:
        yield "scenario:   # the rest of the scenario, as scenarios have it"
        yield "  study:"
        yield f"    title: {scalar(PurePath(self.grid.file).stem)}"
        yield "    criteria: [GWP]   # lca criteria lists them"
        yield "    packs: [ademe-negaoctet-2026, ember-2024]   # lca factors WORD says which has what"
        yield "  functional_units:"
        yield '    year: {title: "what the sheet is of, such as a year of the service"}'

    def _texts(self, field: str) -> list[str]:
        """The words of a column, each once, but for rows of totals and of words alone."""
        column = self.columns[field]
        rows = [row for row in self.rows if row not in self.totals and row not in self.alone]
        return [*dict.fromkeys(text for row in rows if (text := self.grid.text(row, column)))][:MOST_WORDS]

    def _first(self, row: int) -> str:
        return next((text for column in range(1, self.grid.width + 1) if (text := self.grid.text(row, column))), "")

    def _is_alone(self, row: int) -> bool:
        filled = [column for column in range(1, self.grid.width + 1) if self.grid.text(row, column)]
        cell = self.grid.cells.get((row, filled[0])) if len(filled) == 1 else None
        return cell is not None and isinstance(cell.value, str) and not TOTALS.match(cell.value)


def _letter(column: int) -> str:
    return reference((1, column)).rstrip("1")


def _key(text: str) -> str:
    """A word as a key of the map, whole: it is looked up by what it says."""
    made = scalar(text)
    return made if made.startswith('"') or not made.isdigit() else f'"{made}"'


def _quoted(name: str) -> str:
    return f"'{safe(name)}'" if re.search(r"\s", name) else safe(name)
