"""Which input a row of Inputs or Factors is of: its path, its name and its words say so, and two of them have to agree.

Whoever sorts the columns that can be seen leaves the paths behind, and every value is another input's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lca.compile import Model
from lca.graph import Input
from lca.upgrade import path_now
from lca.workbook.names import AS_READ, AS_TYPED, EXPORTED, KEY, input_name, place
from lca.workbook.review.copies import Cell, Copy, Table, table_of
from lca.workbook.writing import factors, inputs
from lca.workbook.writing.words import title_of

COLUMNS = {"Inputs": inputs.COLUMNS.heads, "Factors": factors.COLUMNS.heads}
NEEDED = {"Inputs": (("Value",), ("Path", "Name")), "Factors": (("Value",), ("Path", "Item"))}  # one of each
IDENTIFYING = {"Inputs": ("Path", "Address", "Place"), "Factors": ("Path", "Place")}
SEEN = {  # what says of a row that can be seen of which input it is: the first of them alone will do
    "Inputs": (("Name",), ("What",)),
    "Factors": (("Item", "Stage", "Region", "Year", "Criterion"), ("Pack", "At", "Unit")),
}
BESIDE = ("Unit", "Low", "High", "Basis", "Quality", "Source", "At", "Note")  # what a sort takes along with a value
KEPT = (*EXPORTED, KEY, AS_TYPED, AS_READ)  # columns that nobody sees
LONGEST = 33_000  # characters; a cell holds 32,767
NONE = -1  # no input
Clue = tuple[str, ...]


def table_in(copy: Copy, sheet: str) -> Table | None:
    """The table of Inputs or Factors; None on other sheets, and where its headings are gone."""
    return table_of(copy, sheet, COLUMNS[sheet], NEEDED[sheet]) if sheet in COLUMNS else None


class Row(NamedTuple):
    """What a row is of. leaf: None where it is none of the study's, or where no two of its cells agree.

    said: the inputs that its cells name, where they do not agree. moved: its path is another's, and was left behind.
    several: it has the path of several inputs, and nothing tells which.
    """

    leaf: int | None
    said: tuple[int, ...] = ()
    moved: int | None = None
    several: bool = False


class Known:
    """The inputs that have a row on a sheet, by what a row says of itself."""

    def __init__(self, model: Model, sheet: str, pristine: Copy | None) -> None:
        self.sheet, self.graph = sheet, model.graph
        self.leaves: dict[Clue, list[int]] = {}
        packs = model.factors.packs
        for index, leaf in model.graph.inputs():
            of_pack = leaf.citation.source in packs and leaf.path.startswith(f"{leaf.citation.source}.")
            if of_pack == (sheet == "Factors"):
                for key in _keys(leaf.path, leaf.address if not of_pack else "", place(leaf.span)):
                    self.leaves.setdefault(key, []).append(index)
        self.seen: dict[int, tuple[Clue, ...]] = {}
        self.exported = table_in(pristine, sheet) if pristine is not None else None
        self.rows: dict[int, int] = {}
        if self.exported is not None:
            found = ((self._by_path(self.exported, row), row) for row in self.exported.rows())
            self.rows = {leaves[0]: row for leaves, row in found if len(leaves) == 1}
            self.seen = {index: self._words(self.exported, row) for index, row in self.rows.items()}
        elif sheet == "Inputs":
            docs = {limit.index: limit.doc for limit in reversed(model.facts.limits)}
            self.seen = {index: _named(model.graph.info[index], docs.get(index, "")) for index in self.indices}
        self.by_words: list[dict[Clue, list[int]]] = [{}, {}]
        for index, clues in self.seen.items():
            for known, clue in zip(self.by_words, clues, strict=True):
                if any(clue):
                    known.setdefault(clue, []).append(index)

    @property
    def indices(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(dict.fromkeys(index for indices in self.leaves.values() for index in indices))

    def paths(self) -> list[str]:
        return [key[0] for key in self.leaves if len(key) == 1]

    def read(self, table: Table) -> dict[int, Row]:
        """What each row is of. Rows whose path was left behind are those of their words only if what stands beside
        their values is, too.
        """
        rows = {row: self._row(table, row) for row in table.rows()}
        moved = {row: of for row, of in rows.items() if of.moved is not None}
        balance = sum(self._agree(table, row, of.leaf) - self._agree(table, row, of.moved) for row, of in moved.items())
        if moved and self.exported is not None and balance <= 0:
            rows |= {
                row: Row(None, tuple(each for each in (of.leaf, of.moved) if each not in (None, NONE)))
                for row, of in moved.items()
            }
        return rows

    def _row(self, table: Table, row: int) -> Row:
        by_path, has_path = self._by_path(table, row), bool(_raw(table.get(row, "Path")))
        pairs = zip(self.by_words, self._words(table, row), strict=True)
        by_words = [known.get(clue, []) for known, clue in pairs]
        clues = [*([by_path] if has_path else []), *filter(None, by_words)]
        counts = Counter(index for clue in clues for index in clue)
        most = max(counts.values(), default=0)
        best = [index for index, count in counts.items() if count == most]
        is_enough = most > 1 or (len(clues) == 1 and bool(by_path or by_words[0]))
        if len(best) == 1 and is_enough:
            return Row(best[0], moved=self._left_by(table, best[0], by_path, has_path=has_path))
        if by_path and any(not {*by_path} & {*found} for found in by_words if found):
            return Row(None, tuple(dict.fromkeys(index for clue in clues for index in clue[:1])))
        return Row(None, several=len(by_path) > 1)

    def _left_by(self, table: Table, leaf: int, by_path: list[int], *, has_path: bool) -> int | None:
        """The input whose path stands beside another's words; NONE where none does, though it should."""
        if len(by_path) == 1 and leaf not in by_path:
            return by_path[0]
        return NONE if self.exported is not None and "Path" in table.columns and not has_path else None

    def _by_path(self, table: Table, row: int) -> list[int]:
        path, address, where = (_raw(table.get(row, column)) for column in ("Path", "Address", "Place"))
        keys = _keys(path_now(path), path_now(address) if table.sheet == "Inputs" else "", where)
        return next(
            (found for key in keys if len(found := self.leaves.get(key, [])) == 1), self.leaves.get(keys[-1], [])
        )

    def _words(self, table: Table, row: int) -> tuple[Clue, ...]:
        return tuple(tuple(_raw(table.get(row, column)) for column in columns) for columns in SEEN[self.sheet])

    def _agree(self, table: Table, row: int, index: int | None) -> int:
        """In how many cells beside its value a row is as an input's was exported."""
        if self.exported is None or index is None or index not in self.rows:
            return 0
        own = self.rows[index]
        return sum(_raw(table.get(row, head)) == _raw(self.exported.get(own, head)) for head in BESIDE)

    def left_behind(self, table: Table, rows: Mapping[int, Row]) -> Iterator[int]:
        """The rows beside which another's hidden numbers stand: a sort of what can be seen left them behind."""
        if self.exported is None or KEY not in table.columns:
            return
        keys = {_raw(self.exported.get(row, KEY)) for row in self.rows.values()}
        for row, of in rows.items():
            key = _raw(table.get(row, KEY))
            if of.leaf in self.rows and key in keys and key != _raw(self.exported.get(self.rows[of.leaf], KEY)):
                yield row


def _named(leaf: Input, doc: str) -> tuple[Clue, ...]:
    return (input_name(leaf.path, leaf.address),), (title_of(leaf.path, doc),)


def _keys(path: str, address: str, where: str) -> tuple[Clue, ...]:
    return ((path, address, where), (path, address), (path,))


def _raw(cell: Cell | None) -> str:
    """The text of a cell without blanks at its ends, of bounded length."""
    if cell is None or cell.value is None:
        return ""
    return cell.value.strip()[:LONGEST] if isinstance(cell.value, str) else cell.text
