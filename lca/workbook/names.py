"""What the exported workbook and the reader of an edited copy agree on: sheets, columns, names and identity.

A defined name is made from a path: `inference.server.aur` is `inference_server_aur`, the total of GWP for FU1 is
`total_FU1_GWP`, and that of variant L `total_FU1_GWP_L`. What an overlay sets carries the overlay's name at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from lca.problems import Span
from lca.spoken import N_

FORMAT = 3  # raised whenever a reader of an older workbook would misread a newer one
SHEETS = ("Read me", "Results", "Inputs", "Factors", "Inventory", "Impacts", "Checks", "Sources", "Units", "Exported")
HIDDEN = (
    "Exported",
)  # sheets that nobody needs to see: what the rows of Inputs and Factors were when they were written

HEAD_ROW = 4  # of a sheet that is one table: the names of the columns
PROPERTIES = ("lca format", "lca scenario", "lca digest")  # custom properties of the workbook
SPOKEN = "lca language"  # a custom property, of a workbook that is not in English
WITHHELD = "withheld"  # stands where a pack may not be redistributed
PURE = "–"  # stands for the unit of a pure number
PERCENT = "%"  # the unit of an input whose cell holds a fraction, formatted as a percentage
EXPORTED = (
    N_("Exported"),
    N_("Exported low"),
    N_("Exported high"),
    N_("Exported unit"),
)  # hidden columns: what stood in the row
KEY = "Key"  # hidden column: the number by which a row is known, wherever it is sorted to
AS_TYPED, AS_READ = "As typed", "As read"  # hidden columns: a text in the place of a number, and how that is read
IDENTITY, SCENARIO, WRITTEN_BY = "Identity of the scenario", "Scenario", "Written by"  # labels on the Read me
LOOK_AGAIN = N_("To mend")  # the head of the column that says what is wrong with a number, and what to write
REVIEWER = N_("Reviewer")  # the head of the column that a reviewer may write in freely

LONGEST_NAME = 120  # characters; Excel takes 255, formulas are read by people
NO_PART_OF_A_NAME = re.compile(r"[^A-Za-z0-9_À-ÖØ-öø-ÿ]+")
A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)
IN_UNITS = str.maketrans({"%": "percent", "^": "", "µ": "micro", "Ω": "ohm"})


def defined_name(text: str) -> str:
    """A name that Excel and LibreOffice take, made from a path or other words.

    >>> defined_name("inference.server.aur"), defined_name('models."gpt-4.1".energy')
    ('inference_server_aur', 'models_gpt_4_1_energy')
    >>> defined_name("FU1"), defined_name("R1C1"), defined_name("2030.demand"), defined_name("…")
    ('FU1_', 'R1C1_', '_2030_demand', 'name_')
    """
    name = NO_PART_OF_A_NAME.sub("_", text).strip("_")[:LONGEST_NAME] or "name_"
    if name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if A_CELL.fullmatch(name) else name


def unit_name(text: str) -> str:
    """A unit as part of a name.

    >>> unit_name("kWh/GB"), unit_name("%"), unit_name("W*h")
    ('kWh_per_GB', 'percent', 'W_h')
    """
    return defined_name(text.translate(IN_UNITS).replace("1/", "per ").replace("/", " per ")) if text != "1" else "1"


def total_name(functional_unit: str, criterion: str, variant: str | None) -> str:
    """The name of a total.

    >>> total_name("FU1", "GWP", None), total_name("FU1", "GWP", "L")
    ('total_FU1_GWP', 'total_FU1_GWP_L')
    """
    parts = ("total", functional_unit, criterion, *((variant,) if variant is not None else ()))
    return defined_name(".".join(parts))


def input_name(path: str, address: str) -> str:
    """The name of an input, with the overlay in which it is written, if it is written in one.

    >>> input_name("inference.server.aur", "variants.L.with.inference.server.aur")
    'inference_server_aur_L'
    >>> input_name("training.aur", "functional_units.FU2.training.aur")
    'training_aur_FU2'
    """
    overlays: list[str] = []
    for pattern in (r"variants\.(?P<name>\"[^\"]*\"|[^.]+)\.with\.", r"functional_units\.(?P<name>\"[^\"]*\"|[^.]+)\."):
        match = re.match(pattern, address)
        if match and address != path:
            overlays.insert(0, match["name"])
            address = address[match.end() :]
    return defined_name(".".join((path, *overlays)))


def place(span: Span) -> str:
    """Where a number is written, as its reader would look it up: the file of a pack with its folder."""
    path = PurePath(span.file)
    name = f"{path.parent.name}/{path.name}" if path.suffix == ".csv" else path.name
    return f"{name}:{span.line}"


def in_cell(number: float, unit: str) -> float:
    """What the cell of an input, or of an end of its range, holds: 40 % is 0.4.

    >>> in_cell(40.0, "%"), in_cell(40.0, "kWh")
    (0.4, 40.0)
    """
    return number / 100 if unit == PERCENT else number


def unit_in_cell(unit: str) -> str:
    """What the unit column says of a unit.

    >>> unit_in_cell("1"), unit_in_cell("kWh")
    ('–', 'kWh')
    """
    return PURE if unit == "1" else unit


def from_cell(number: float, unit: str) -> float:
    """The number in its unit, of a cell.

    >>> from_cell(0.575, "%"), from_cell(40.0, "kWh")
    (57.5, 40.0)
    """
    return float(f"{number * 100:.15g}") if unit == PERCENT else number


class Names:
    """Names given out, each once: programs do not tell `AUR` from `aur`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """The name, or the name with a number.

        >>> names = Names()
        >>> names.take("aur"), names.take("AUR")
        ('aur', 'AUR_2')
        """
        number, free = 1, name
        while free.casefold() in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free.casefold())
        return free


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WILD = str.maketrans({"*": "＊", "?": "？", "~": "～", "<": "＜", ">": "＞", "=": "＝", '"': "”"})
LONGEST_LABEL = 60  # characters


def labels(kind: str, names: Iterable[str]) -> dict[str, str]:
    """What tables call things that formulas select by their text.

    SUMIFS and MATCH read `2030` as a number, `L*` as a pattern, and do not tell `fu` from `FU`.

    >>> labels("variant", ["L", "l", "2030", "low*"])
    {'L': 'L', 'l': 'l (2)', '2030': 'variant 2030', 'low*': 'low＊'}
    """
    by_name: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        label = free = _plain_words(kind, name)
        number = 1
        while free.casefold() in taken:
            number += 1
            free = f"{label} ({number})"
        taken.add(free.casefold())
        by_name[name] = free
    return by_name


def _plain_words(kind: str, name: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in name).translate(WILD).split())[:LONGEST_LABEL]
    lowered = words.casefold()
    is_date = lowered.startswith(MONTHS) and any(c.isdigit() for c in words)
    safe = words[:1].isalpha() and not is_date and lowered not in {"true", "false"}
    return words if safe else f"{kind} {words}".strip()
