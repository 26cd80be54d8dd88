"""The head of a sheet: one row or several, merged or not, and which column is called how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lca import units
from lca.model.fields import Record
from lca.model.mapping import Columns
from lca.model.mapping import Mapping as Map
from lca.problems import Problem, Problems, Span, near, shortened
from lca.text.overlay import entries, items
from lca.workbook.foreign.grid import Grid
from lca.workbook.review.copies import Position, column_number, reference

Merged = dict[Position, Position]  # of a position in a merged range: its first
DEEPEST = 3  # rows of a head that is looked for
LOOKED_AT = 60  # rows in which it is looked for
JOINT = " / "  # between what stands in the rows of a head
IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")
PREFIXED = re.compile(
    r"(?<![^\W\d_])(m)(?=(?:wh|w|va|v|a|j|g|t|l|m|s|hz|o|b|bit|bps|bq|eq)(?![^\W\d_]))", re.IGNORECASE
)
LETTERS = re.compile("[A-Z]{1,2}")


class Heads(NamedTuple):
    """The rows of a head, and for each column what stands in them, from the top."""

    grid: Grid
    first: int
    last: int
    pieces: dict[int, tuple[str, ...]]

    @property
    def titles(self) -> dict[int, str]:
        """What each column is called."""
        return {column: JOINT.join(pieces) for column, pieces in self.pieces.items()}

    def called(self, text: str) -> list[int]:
        """The columns that are called so: as a whole, by one row of the head, or without the unit in brackets."""
        wanted = alike(text)
        ways = (
            lambda pieces: [JOINT.join(pieces)],
            lambda pieces: pieces,
            lambda pieces: [IN_BRACKETS.sub("", piece) for piece in (JOINT.join(pieces), *pieces)],
        )
        for way in ways:
            found = [column for column, pieces in self.pieces.items() if wanted in map(alike, way(pieces))]
            if found:
                return found
        letter = LETTERS.fullmatch(text.strip())
        return [column_number(letter[0])] if letter else []

    def column(self, record: Record, name: str) -> int:
        """The column that a map names in a field. Problems where there is none, or several."""
        at = entries(record.tree)[name]
        return self.column_called(str(at.value), at.span)

    def column_called(self, text: str, span: Span) -> int:
        """The column of a name that stands somewhere in a map."""
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        titles = [title for title in self.titles.values() if title]
        if found:
            letters = ", ".join(reference((1, column)).rstrip("1") for column in found)
            raise Problems(
                [
                    Problem(
                        f"several columns are called '{shortened(text)}'", (span,), f"name it by its letter: {letters}"
                    )
                ]
            )
        rows = f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"
        known = f"columns by row {rows}: {', '.join(titles)}\nanother row is the head: say head: ROW"
        raise Problems([Problem(f"no column is called '{shortened(text)}'", (span,), near(text, titles, known))])

    def unit(self, column: int) -> str:
        """The unit that the head of a column says: in brackets, or in a row of its own."""
        pieces = self.pieces.get(column, ())
        for piece in reversed(pieces):
            if found := IN_BRACKETS.search(piece):
                return found[1].strip()
        return pieces[-1] if len(pieces) > 1 and is_unit(pieces[-1]) else ""

    def is_again(self, row: int) -> bool:
        """Whether a row repeats the last row of the head, as on the next page."""
        known = {
            column: self.grid.text(self.last, column) for column in self.pieces if self.grid.text(self.last, column)
        }
        return len(known) > 1 and all(self.grid.text(row, column) == text for column, text in known.items())


def heads_of(grid: Grid, merged: Merged, asked: Map) -> Heads:
    """The head of a sheet: where the map says that it is, or where the most of the columns are that it names."""
    if asked.head is not None:
        return heads_at(grid, merged, *asked.head)
    wanted = [*_wanted(asked)]
    best = heads_at(grid, merged, *(grid.rows[:1] or [1]) * 2)
    most = -1
    for depth in range(DEEPEST):
        for row in grid.rows[:LOOKED_AT]:
            made = heads_at(grid, merged, row, row + depth)
            count = sum(1 for text in wanted if len(made.called(text)) == 1 and not LETTERS.fullmatch(text))
            if count > most:
                best, most = made, count
    return best


def _wanted(asked: Map) -> Iterator[str]:
    """The names of columns that a map has."""
    for record in (asked.columns, *(line.columns for line in asked.lines.values())):
        for name in Columns.fields:
            yield from (str(item.value) for item in items(entries(record.tree).get(name)))


def heads_at(grid: Grid, merged: Merged, first: int, last: int) -> Heads:
    """What stands in some rows, column by column; a merged range stands in all that it is over."""
    pieces: dict[int, tuple[str, ...]] = {}
    for column in range(1, grid.width + 1):
        texts = [grid.text(*merged.get((row, column), (row, column))) for row in range(first, last + 1)]
        pieces[column] = tuple(dict.fromkeys(text for text in texts if text))
    return Heads(grid, first, last, pieces)


def alike(text: str) -> str:
    """A text as it is compared: capitals and blanks are none.

    >>> alike("Quantité  (kWh)") == alike("quantité (KWH)")
    True
    """
    return " ".join(text.casefold().split())


def alike_unit(text: str) -> str:
    """A unit as it is compared: capitals are none, but for the prefixes m and M, of which one is 10^9 of the other.

    >>> alike_unit("KWH") == alike_unit("kWh"), alike_unit("mWh") == alike_unit("MWh"), alike_unit("Machines")
    (True, False, 'machines')
    """
    return alike(PREFIXED.sub(lambda found: "mega " if found[1] == "M" else found[1], text))


def is_unit(text: str) -> bool:
    """Whether a text is a unit as scenarios write it."""
    try:
        units.unit(text)
    except units.UnitError:
        return False
    return True
