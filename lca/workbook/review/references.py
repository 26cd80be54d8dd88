"""Formulas by what they refer to: one way of writing each, and the cells that it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lca.workbook.review.copies import Position, column_number, position_of, reference

SHEET = r"(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!"
TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    rf"|(?P<sheet>{SHEET})?(?<![\w.])\$?(?P<column>[A-Z]{{1,3}})\$?(?P<row>[0-9]{{1,7}})(?![\w(.!])"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_\\À-ÖØ-öø-ÿ][\w.]*)"
    r"|(?P<blank>\s+)|(?P<sign>.)",
    re.DOTALL,
)
FROM_ANOTHER = re.compile(r"\[[0-9]+\]|\bWEBSERVICE\s*\(|\|'", re.IGNORECASE)
Move = Callable[[str, Position], Position | None]


class Area(NamedTuple):
    """A range of cells."""

    sheet: str
    first: Position
    last: Position


def stay(_: str, position: Position) -> Position:
    """Where a cell is that has not gone anywhere."""
    return position


def canonical(
    formula: str,
    sheet: str,
    move: Move = stay,
    renamed: Mapping[str, str] | None = None,
    called: Mapping[str, str] | None = None,
) -> str:
    r"""A formula in one way of writing: no blanks, no dollars, each cell with its sheet, names in small letters.

    move: where cells have gone; renamed: what names are called now; called: the sheets by what they are called.

    >>> canonical("sum( B$2:B9,'Read me'!A1)*Pue & \"a b\"", "Impacts")
    'sum(Impacts!B2:Impacts!B9,Read me!A1)*pue&"a b"'
    """
    parts: list[str] = []
    last = sheet
    for token in TOKEN.finditer(formula):
        kind = token.lastgroup
        if token["column"]:
            last = _sheet(token["sheet"], sheet, last, called or {}, goes_on=bool(parts) and parts[-1] == ":")
            moved = move(last, (int(token["row"]), column_number(token["column"])))
            parts.append(f"{last}!{reference(moved) if moved else '#REF'}")
        elif kind == "name":
            name = token["name"].casefold().removeprefix("_xlfn.")
            parts.append((renamed or {}).get(name, name))
        elif kind == "number":
            parts.append(f"{float(token['number']):.15g}")
        elif kind != "blank":
            parts.append(token[0])
    return "".join(parts)


def _sheet(written: str | None, own: str, last: str, called: Mapping[str, str], *, goes_on: bool) -> str:
    if not written:
        return last if goes_on else own
    name = written[:-1]
    name = name[1:-1].replace("''", "'") if name.startswith("'") else name
    return called.get(name, name)


def areas(
    formula: str, sheet: str, names: Mapping[str, str], move: Move = stay, called: Mapping[str, str] | None = None
) -> Iterator[Area]:
    """The ranges that a formula reads, those of its names among them. `names`: what they refer to, in small letters.

    >>> list(areas("SUM(B2:B9)*pue", "Impacts", {"pue": "Inputs!$B$7"}))
    [Area(sheet='Impacts', first=(2, 2), last=(9, 2)), Area(sheet='Inputs', first=(7, 2), last=(7, 2))]
    """
    found: list[tuple[str, Position | None]] = []
    goes_on = False
    for token in TOKEN.finditer(formula):
        if token["column"]:
            last = found[-1][0] if found else sheet
            of = _sheet(token["sheet"], sheet, last, called or {}, goes_on=goes_on)
            at = move(of, (int(token["row"]), column_number(token["column"])))
            if goes_on and found and found[-1][1] is not None and at is not None:
                yield _area(of, found.pop()[1] or at, at)
            else:
                found.append((of, at))
        elif token["name"] and token["name"].casefold() in names:
            yield from areas(names[token["name"].casefold()], sheet, {}, stay, called)
        goes_on = token["sign"] == ":"
    yield from (_area(of, at, at) for of, at in found if at is not None)


def _area(sheet: str, one: Position, other: Position) -> Area:
    rows, columns = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return Area(sheet, (rows[0], columns[0]), (rows[1], columns[1]))


def names_in(formula: str) -> Iterator[str]:
    """The names, and the functions, of a formula in small letters."""
    return (token["name"].casefold() for token in TOKEN.finditer(formula) if token["name"])


def target(refers_to: str, called: Mapping[str, str] | None = None) -> tuple[str, Position] | None:
    """The cell that a name refers to; None where it is none, or several."""
    sheet, _, cell = canonical(refers_to, "", called=called).rpartition("!")
    position = position_of(cell)
    return (sheet, position) if position is not None and ":" not in sheet else None
