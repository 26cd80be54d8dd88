"""How cells look: few styles, each with a meaning, told apart by borders and weight where there is no colour."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

if TYPE_CHECKING:
    from openpyxl import Workbook

INK, PALE, LINE, DARK = "1F2933", "EEF1F4", "B8C1CC", "243B53"
THIN, THICK, HAIR = Side("thin", LINE), Side("medium", DARK), Side("hair", LINE)
BOX = Border(THIN, THIN, THIN, THIN)
FONT = "Calibri"

TOP = Alignment(vertical="top")
WRAP = Alignment(vertical="top", wrap_text=True)
MIDDLE = Alignment(vertical="center", wrap_text=True)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
INSET = Alignment("left", "top", indent=1)
HEAD_INSET = Alignment("left", "center", wrap_text=True, indent=1)
RIGHT = Alignment(horizontal="right", vertical="center", wrap_text=True)


def _font(**how: Any) -> Font:
    return Font(**{"name": FONT, "size": 10, "color": INK} | how)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


KINDS: dict[str, dict[str, Any]] = {
    "title": {"font": _font(size=18, bold=True)},
    "lead": {"font": _font(size=10, color="52606D"), "alignment": TOP},
    "section": {"font": _font(size=12, bold=True), "border": Border(bottom=THICK)},
    "head": {"font": _font(bold=True, color="FFFFFF"), "fill": _fill(DARK), "alignment": MIDDLE, "border": BOX},
    "head inset": {
        "font": _font(bold=True, color="FFFFFF"),
        "fill": _fill(DARK),
        "alignment": HEAD_INSET,
        "border": BOX,
    },
    "head right": {"font": _font(bold=True, color="FFFFFF"), "fill": _fill(DARK), "alignment": RIGHT, "border": BOX},
    "head centre": {"font": _font(bold=True, color="FFFFFF"), "fill": _fill(DARK), "alignment": CENTRE, "border": BOX},
    "group": {"font": _font(bold=True), "fill": _fill(PALE), "border": Border(top=THIN, bottom=THIN)},
    "text": {"font": _font(), "alignment": TOP, "border": Border(bottom=HAIR)},
    "wrapped": {"font": _font(), "alignment": WRAP, "border": Border(bottom=HAIR)},
    "strong": {"font": _font(bold=True), "alignment": TOP, "border": Border(bottom=HAIR)},
    "unit": {"font": _font(), "alignment": INSET, "border": Border(bottom=HAIR)},
    "year": {"font": _font(), "alignment": Alignment("left", "top"), "border": Border(bottom=HAIR)},
    "verdict": {"font": _font(bold=True), "alignment": INSET, "border": Border(bottom=HAIR)},
    "left": {"font": _font(bold=True), "alignment": Alignment("left", "top"), "border": Border(bottom=HAIR)},
    "number": {"font": _font(), "alignment": TOP, "border": Border(bottom=HAIR)},
    "total": {"font": _font(bold=True), "alignment": TOP, "border": Border(top=THIN, bottom=HAIR)},
    "input": {"font": _font(bold=True, color="0B3D91"), "fill": _fill("FFF8DB"), "alignment": TOP, "border": BOX},
    "choice": {
        "font": _font(bold=True, color="0B3D91"),
        "fill": _fill("FFF8DB"),
        "alignment": MIDDLE,
        "border": Border(*[Side("medium", "0B3D91")] * 4),
    },
    "withheld": {
        "font": _font(italic=True, color="52606D"),
        "fill": PatternFill("lightUp", fgColor="9AA5B1", bgColor="FFFFFF"),
        "alignment": TOP,
        "border": BOX,
    },
    "faint": {"font": _font(size=8, color="7B8794"), "alignment": TOP, "border": Border(bottom=HAIR)},
    "mark": {"font": _font(size=8, color="7B8794"), "alignment": INSET, "border": Border(bottom=HAIR)},
    "link": {"font": _font(color="0B3D91", underline="single"), "alignment": WRAP, "border": Border(bottom=HAIR)},
}

MEASURED = ("wrapped", "link", "head", "head inset", "head right", "head centre")  # kinds that a row grows with
TEXT = "@"
SHARE = '0.0%;-0.0%;"–"'
CHANGE = "+0.0%;-0.0%;0.0%"
IMPACT = '0.00E+00;-0.00E+00;"–"'
HIDDEN_ZERO = '0;-0;"";@'


RIGHT_HEADS = frozenset(
    {"Value", "Low", "High", "Amount", "Factor", "Impact", "Expected", "Computed", "Deviation", "Tolerance", "Sum",
     "Sum of lines", "Difference", "Should be", "In Results", "Above", "At least", "At most", "Exported", "Now",
     "Change", "How many", "Multiply by", "Cited by"}
)  # fmt: skip
INSET_HEADS = frozenset({"Unit", "Basis", "Quality", "Verdict", "Check", "Reads", "Meaning"})


class Styles:
    """The styles of a workbook, each made when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._sheet = workbook.worksheets[0]
        self._ids: dict[tuple[str, str], int] = {}
        self._kinds: dict[int, tuple[str, str]] = {}
        self._quoted: dict[int, int] = {}
        self.wrapping: set[int] = set()

    def get(self, kind: str, number_format: str = "General") -> int:
        """The number of a style in the workbook."""
        key = (kind, number_format)
        if key not in self._ids:
            self._ids[key] = self._made(key).style_id
            self._kinds[self._ids[key]] = key
            if kind in MEASURED:
                self.wrapping.add(self._ids[key])
        return self._ids[key]

    def heads(self, names: Iterable[str]) -> list[int]:
        """The styles of heads of columns: those of numbers stand on the right, and what follows keeps a distance."""
        return [self.get(f"head{_side(name)}") for name in names]

    def quoted(self, style: int) -> int:
        """A style whose text stays text also when it is edited."""
        if style not in self._quoted:
            cell = self._made(self._kinds[style])
            cell.quotePrefix = True
            self._quoted[style] = cell.style_id
        return self._quoted[style]

    def _made(self, key: tuple[str, str]) -> Any:
        cell = WriteOnlyCell(self._sheet)
        for name, look in KINDS[key[0]].items():
            setattr(cell, name, look)
        cell.number_format = key[1]
        return cell


def _side(head: str) -> str:
    return " right" if head in RIGHT_HEADS else " inset" if head in INSET_HEADS else ""


def as_computed(value: float) -> str:
    """A format that shows about four digits of a computed number.

    >>> [as_computed(value) for value in (0.0, 9.9e-8, 0.4, 2.5, 371.2, 37500000.0)]
    ['0', '0.000E+00', '0.0000', '0.000', '0.0', '#,##0']
    """
    size = abs(value)
    if not math.isfinite(value) or size == 0:
        return "0"
    if size < 1e-3 or size >= 1e9:
        return "0.000E+00"
    if size == int(size) or size >= 1000:
        return "#,##0"
    return f"0.{'0' * (3 - math.floor(math.log10(size)))}" if size < 100 else "0.0"


def as_written(value: float) -> str:
    """A format that shows the digits of a number as they were written.

    >>> [as_written(value) for value in (0.00138, 67.5, 75e6, 5e-8, 1.0, 4.231784)]
    ['0.00000', '0.0', '#,##0', '0E+00', '0', '0.000000']
    """
    size = abs(value)
    if not math.isfinite(value) or size == 0:
        return "0"
    if size < 1e-4 or size >= 1e10:
        digits = f"{size:.12e}".partition("e")[0].rstrip("0").partition(".")[2]
        return f"0.{'0' * len(digits)}E+00" if digits else "0E+00"
    decimals = f"{size:.10f}".rstrip("0").partition(".")[2][:8]
    whole = "#,##0" if size >= 10_000 else "0"
    return f"{whole}.{'0' * len(decimals)}" if decimals else whole
