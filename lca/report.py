"""What a command has to say, before anyone decides how it looks: headings, tables and text, and the plain records.

A command builds a report; a view renders it. People read the blocks (terminal, Markdown, HTML), machines the records
(CSV, JSON), so every command has every format and a new format is one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

Record = dict[str, Any]
Item = TypeVar("Item")


class Cell(NamedTuple):
    """A text of a table. `tone`: strong, faint, good, fair or bad; '' for plain."""

    text: str
    tone: str = ""


class Column(NamedTuple):
    """A column of a table. `head` may have several lines.

    Numbers stand to the right and are never broken; a column that may `fold` breaks its texts over lines where the
    page is narrow; one that is `tied` stays beside the column on its left.
    """

    head: str = ""
    right: bool = False
    fold: bool = False
    tied: bool = False


class Row(NamedTuple):
    """A row of a table: its cells, how deep it is indented, and remarks that stand under it."""

    cells: tuple[Cell, ...]
    depth: int = 0
    remarks: tuple[str, ...] = ()


class Heading(NamedTuple):
    """A title. Level 1 is that of the whole report."""

    text: str
    level: int = 2


class Prose(NamedTuple):
    """A paragraph."""

    text: str
    tone: str = ""


class Grid(NamedTuple):
    """A table. A row without cells is a gap between groups."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Entry(NamedTuple):
    """A term and what is said of it, a line or several."""

    term: str
    texts: tuple[str, ...] = ()


class Entries(NamedTuple):
    """A list of terms."""

    entries: tuple[Entry, ...]


Block = Heading | Prose | Grid | Entries
GAP = Row(())


class Anew(Generic[Item]):
    """Items that are made each time they are gone through, for where there are too many to be held."""

    def __init__(self, make: Callable[[], Iterator[Item]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Item]:
        return self._make()


class Report(NamedTuple):
    """What people read, and the records with their columns that machines read. Outputs go through one of them."""

    blocks: Iterable[Block]
    columns: tuple[str, ...] = ()
    records: Iterable[Record] = ()


class Look(NamedTuple):
    """The page: its width in characters, whether it can show colours, and whether numbers of a csv have a comma."""

    width: int = 80
    colours: bool = False
    comma: bool = False


class Toned(str):
    """A text whose escapes are colours of our own; it is a plain text again once anything is done to it."""

    __slots__ = ()


def row(*texts: str | Cell, depth: int = 0, tone: str = "", remarks: Iterable[str] = ()) -> Row:
    """A row of texts in one tone; a cell keeps its own."""
    cells = tuple(text if isinstance(text, Cell) else Cell(text, tone) for text in texts)
    return Row(cells, depth, tuple(remark for remark in remarks if remark))


def section(title: str, entries: Iterable[Entry]) -> tuple[Block, ...]:
    """A heading and its entries; nothing where there are none."""
    found = tuple(entries)
    return (Heading(title), Entries(found)) if found else ()
