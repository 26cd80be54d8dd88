"""How cells look: few styles, each with a meaning, told apart by borders and weight where there is no colour."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Look = dict[str, Any]
INK, PALE, LINE, DARK, BLUE, GREY, FADED = "#1F2933", "#EEF1F4", "#B8C1CC", "#243B53", "#0B3D91", "#52606D", "#7B8794"
YELLOW, RED, ORANGE = "#FFF8DB", "#7A1F1F", "#FFC9A8"
SOLID, UPWARD = 1, 14  # patterns
THIN, MEDIUM, HAIR = 1, 2, 7  # borders


def _bottom(kind: int, colour: str) -> Look:
    return {"bottom": kind, "bottom_color": colour}


def _font(**how: Any) -> Look:
    return {"font_name": "Calibri", "font_size": 10, "font_color": INK} | how


BOX: Look = {"border": THIN, "border_color": LINE}
LINED: Look = _bottom(HAIR, LINE)
TOP: Look = {"valign": "top"}
WRAP: Look = {"valign": "top", "text_wrap": True}
MIDDLE: Look = {"valign": "vcenter", "text_wrap": True}
INSET: Look = {"align": "left", "valign": "top", "indent": 1}
BOLD = _font(bold=True)
OPEN: Look = {"locked": False}  # may be changed on a protected sheet
HEAD: Look = _font(bold=True, font_color="#FFFFFF") | {"bg_color": DARK} | MIDDLE | BOX
FOR_TYPING: Look = _font(bold=True, font_color=BLUE) | {"bg_color": YELLOW}

KINDS: dict[str, Look] = {
    "title": _font(font_size=18, bold=True),
    "lead": _font(font_color=GREY) | TOP,
    "section": _font(font_size=12, bold=True) | _bottom(MEDIUM, DARK),
    "head": HEAD,
    "head inset": HEAD | {"align": "left", "indent": 1},
    "head right": HEAD | {"align": "right"},
    "head centre": HEAD | {"align": "center"},
    "group": BOLD | {"bg_color": PALE, "top": THIN, "top_color": LINE} | _bottom(THIN, LINE),
    "text": _font() | TOP | LINED,
    "wrapped": _font() | WRAP | LINED,
    "strong": BOLD | TOP | LINED,
    "unit": _font() | INSET | LINED,
    "year": _font() | {"align": "left"} | TOP | LINED,
    "verdict": BOLD | INSET | LINED,
    "left": BOLD | {"align": "left"} | TOP | LINED,
    "number": _font() | TOP | LINED,
    "total": BOLD | TOP | LINED | {"top": THIN, "top_color": LINE},
    "input": FOR_TYPING | TOP | BOX | OPEN,
    "choice": FOR_TYPING | MIDDLE | OPEN | {"border": MEDIUM, "border_color": BLUE},
    "withheld": _font(italic=True, font_color=GREY)
    | {"pattern": UPWARD, "fg_color": "#9AA5B1", "bg_color": "#FFFFFF"}
    | TOP
    | BOX,
    "end": _font() | TOP | BOX | OPEN,
    "open": _font() | WRAP | BOX | OPEN,
    "faint": _font(font_size=8, font_color=FADED) | TOP | LINED,
    "name": _font(font_color=GREY) | WRAP | LINED,
    "mend": _font(font_color=FADED) | WRAP | LINED | {"indent": 1},
    "mark": _font(font_color=FADED) | INSET | LINED,
    "back": _font(font_color=BLUE, underline=1),
    "link": _font(font_color=BLUE, underline=1) | WRAP | LINED,
}
ALARM: Look = {"bold": True, "italic": True, "font_color": RED}
CHANGED: Look = ALARM | {"bg_color": ORANGE}

MEASURED = (
    "wrapped",
    "open",
    "name",
    "link",
    "head",
    "head inset",
    "head right",
    "head centre",
)  # kinds that a row grows with
TEXT = "@"
TYPED_PERCENT = "0.0#######%"  # a percentage with the digits that were typed
SHARE = '0.0%;-0.0%;"–"'
CHANGE = "+0.0%;-0.0%;0.0%"
EXPONENT = "0.00E+00"  # the one style of exponents
IMPACT = '0.00E+00;-0.00E+00;"–"'
HIDDEN_ZERO = '0;-0;"";@'
TYPED = (  # how whole numbers and whole percentages are easier to read than in the format of their cells
    ('AND({unit}="%",ABS({cell}*100-ROUND({cell}*100,0))<1E-9)', "0%"),
    ("AND(ISNUMBER({cell}),ABS({cell})>=10000,ABS({cell})<1E+15,{cell}=INT({cell}))", "#,##0"),
)
COMPUTED = (  # four digits of a computed number, however large it becomes
    ("ABS({cell})=0", "0"),
    ("ABS({cell})<0.001", EXPONENT),
    ("ABS({cell})<1", "0.0000"),
    ("ABS({cell})<10", "0.000"),
    ("ABS({cell})<100", "0.00"),
    ("ABS({cell})<1000", "0.0"),
    ("ABS({cell})<1E+9", "#,##0"),
    ("ISNUMBER({cell})", EXPONENT),
)


RIGHT_HEADS = frozenset(
    {"Value", "Low", "High", "Amount", "Factor", "Impact", "Expected", "Computed", "Deviation", "Tolerance", "Sum",
     "Sum of lines", "Found", "Difference", "Should be", "In Results", "Above", "At least", "At most", "Exported",
     "Now", "Change", "How many", "Multiply by", "Cited by"}
)  # fmt: skip
INSET_HEADS = frozenset({"Unit", "Basis", "Quality", "Verdict", "Check", "Reads", "Meaning", "To mend"})


class Styles:
    """The styles of a workbook, each made when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str, bool], Format] = {}
        self._kinds: dict[Format, tuple[str, str]] = {}
        self.wrapping: set[Format] = set()

    def get(self, kind: str, number_format: str = "General", *, quoted: bool = False) -> Format:
        """A style, by what it means."""
        key = (kind, number_format, quoted)
        if key not in self._made:
            style = self._workbook.add_format(
                KINDS[kind] | {"num_format": number_format} | ({"quote_prefix": True} if quoted else {})
            )
            self._made[key], self._kinds[style] = style, (kind, number_format)
            if kind in MEASURED:
                self.wrapping.add(style)
        return self._made[key]

    def heads(self, names: Iterable[str]) -> list[Format]:
        """The styles of heads of columns: those of numbers stand on the right, and what follows keeps a distance."""
        return [self.get(f"head{_side(name)}") for name in names]

    def quoted(self, style: Format) -> Format:
        """A style whose text stays text also when it is edited."""
        return self.get(*self._kinds[style], quoted=True)


def _side(head: str) -> str:
    return " right" if head in RIGHT_HEADS else " inset" if head in INSET_HEADS else ""


def as_computed(value: float) -> str:
    """A format that shows about four digits of a computed number.

    >>> [as_computed(value) for value in (0.0, 9.9e-8, 0.4, 2.5, 371.2, 37500000.0)]
    ['0', '0.00E+00', '0.0000', '0.000', '0.0', '#,##0']
    """
    size = abs(value)
    if not math.isfinite(value) or size == 0:
        return "0"
    if size < 1e-3 or size >= 1e9:
        return EXPONENT
    if size == int(size) or size >= 1000:
        return "#,##0"
    return f"0.{'0' * (3 - math.floor(math.log10(size)))}" if size < 100 else "0.0"
