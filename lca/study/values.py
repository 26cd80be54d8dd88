"""Quantities as callers give them in Python: numbers, texts with a unit, and quantities of pint.

A number alone is in the unit that `study.inputs` lists, or in that of the head of its column: `"network.data [GB]"`. A
share is a pure number, as on the command line: 0.6 is 60 %. What is blank (None, NaN, an empty text) says nothing: the
input stays as the study has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lca import units
from lca.model import inputs
from lca.model.inputs import Known, written_out
from lca.problems import Misnamed, Problem, Problems, printable, shortened
from lca.questions.settings import is_in_words, is_quantity_of, written
from lca.scenario import Scenario
from lca.text.writing import amount
from lca.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from lca.compile import Model
    from lca.questions.rows import Column

HEAD = re.compile(r"(?P<path>.*?)\s*\[(?P<unit>[^\[\]]*)\]\s*")  # a path, and the unit that a column is in
WITH_INPUTS = "study.with_inputs({...}) states a number in the text of those cases, which takes its place there"
LONGEST_HEAD = 500  # characters
MOST_CELLS = 10  # of a column that are told to be wrong
COMPACT = "~C"  # the format in which pint writes units as we do, but for two
OTHERWISE = {"a": "year", "l": "L"}  # what pint writes in another way
NUMBER = re.compile(r"\s*[-+]?\.?\d")
WORD = re.compile(r"[^\W\d]+")


def headed(head: Any) -> tuple[str, str]:
    """The path and the unit that the head of a column names; the unit is empty where it names none.

    >>> headed("sites.dc.pue"), headed("inference.server.power [kW]")
    (('sites.dc.pue', ''), ('inference.server.power', 'kW'))
    """
    if not isinstance(head, str) or len(head) > LONGEST_HEAD:
        hint = "inputs are called by their paths, as in inference.server.aur; study.inputs lists them"
        raise Misnamed([Problem(f"{shortened(repr(head))} is no name of an input", (), hint)])
    match = HEAD.fullmatch(head)
    return (match["path"], match["unit"].strip()) if match else (head.strip(), "")


def is_blank(cell: Any) -> bool:
    """Whether a cell says nothing."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return True
    return type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell)


def path_of(name: str) -> str:
    """The path that a name is of, without a unit."""
    return headed(name)[0]


def known_of(model: Model) -> Known:
    """The inputs that the totals of a model depend on."""
    return Known(model.facts, model.totals.values())


def refuse_unit(name: str, unit: str) -> None:
    """Misnamed where something that is set in words is given a unit."""
    if unit:
        raise Misnamed([Problem(f"'{name}' has a unit", (), "it is no number of the study")])


def refuse_formula(text: Any, where: str) -> None:
    """Problems where a formula is given for a value."""
    if isinstance(text, str) and text.lstrip().startswith("="):
        message = f"{where}{_shown(text)} is a formula, and a value is set here"
        raise Problems([Problem(message, (), "work it out in Python, or write it in the file")])


def _is_wordy(text: str) -> bool:
    """Whether a text does not begin as a number does."""
    return not NUMBER.match(text)


def _shown(text: str) -> str:
    return f"'{shortened(printable(text))}'"


def refuse_unknown(known: Known, scenario: Scenario, paths: Iterable[str]) -> None:
    """Misnamed where a path is nothing that could be set, in any case."""
    for path in paths:
        if not is_quantity_of(known.graph, path) and not is_in_words(known.graph, scenario, path):
            known.leaves(path)


def as_words(name: str, value: Any) -> str:
    """What a scenario says in words, as it writes it. Misnamed of what it cannot write, such as an array or a set."""
    wrong = "a set, which has no order" if isinstance(value, set | frozenset) else ""
    wrong = "an array" if getattr(value, "shape", None) else wrong
    if wrong:
        raise Misnamed([Problem(f"{name} is given {wrong}", (), "give a list")])
    return written(value.item() if hasattr(value, "dtype") and hasattr(value, "item") else value)


def as_text(model: Model, name: str, value: Any) -> str:
    """A quantity as a scenario writes it: of an input that is a number in some case, in the unit that it has there."""
    path = path_of(name)
    known = Known(model.facts, range(len(model.graph)))
    if any(leaf.path == written_out(path) for _, leaf in model.graph.inputs()):
        read = single(known, name, value)
        return amount(float(read.values[0]), str(read.unit))
    unit = headed(name)[1]
    refuse_formula(value, f"{name}: ")
    if hasattr(value, "magnitude") and hasattr(value, "units"):
        return f"{value.magnitude!r} {_compact(value.units)}".strip()
    return value if isinstance(value, str) else f"{value!r} {unit}".strip()


def column(known: Known, path: str, name: str, unit: str, cells: pd.Series[Any], where: Callable[[int], str]) -> Column:
    """A column of quantities of one input. Problems, each with its row, where a cell is none, or is in another unit."""
    import numpy as np
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    from lca.questions.rows import Column

    read = Reading(known, path, name, unit)
    if is_numeric_dtype(cells.dtype) and not (is_bool_dtype(cells.dtype) or is_complex_dtype(cells.dtype)):
        return Column(read.leaves, name, cells.to_numpy(dtype=np.float64, na_value=np.nan), read.of_numbers())
    values = np.full(len(cells), np.nan)
    read_before: dict[Any, float] = {}
    wrong_before: set[str] = set()
    more = 0
    problems: list[Problem] = []
    for place, cell in enumerate(cells):
        if is_blank(cell):
            continue
        key = cell if isinstance(cell, str) else None
        if key in wrong_before and len(problems) >= MOST_CELLS:
            more += 1
            continue
        try:
            if key is None or key not in read_before:
                read_before[key] = read(cell, where(place))
            values[place] = read_before[key]
        except Problems as wrong:
            wrong_before |= {key} if key is not None else set()
            more += len(problems) >= MOST_CELLS
            problems += wrong.problems if len(problems) < MOST_CELLS else ()
    if more:
        problems.append(Problem(f"column '{name}': {more:,} more rows are wrong"))
    if problems:
        raise Problems(problems)
    return Column(read.leaves, name, values, read.common)


def single(known: Known, name: Any, value: Any) -> Column:
    """A value of one input, as a column of one row. Problems where it is none, or is in another unit."""
    import numpy as np

    from lca.questions.rows import Column

    path, unit = headed(name)
    read = Reading(known, path, path, unit)
    return Column(read.leaves, path, np.array([read(value, f"{path}: ")]), read.common)


class Reading:
    """How the cells of an input are read; all of them end in one unit, `common`."""

    def __init__(self, known: Known, path: str, name: str, unit: str) -> None:
        self.path, self.name, self.leaves = path, name, known.leaves(path)
        self.own = list(dict.fromkeys(known.graph.unit[index] for index in self.leaves))
        self.alone = alone(self.own[0])
        self.head = self._of_head(unit) if unit else None
        self.common = self.head or self.alone

    def _of_head(self, text: str) -> Unit:
        return inputs.number(f"1 {text}" if text != "1" else "1", self.own[0], f"column '{self.name}'")[1]

    def of_numbers(self) -> Unit:
        """The unit of numbers alone. Problems where cases state the input in several."""
        if self.head is None and len(self.own) > 1 and units.has_name(self.own[0]):
            listed = " or in ".join(map(str, self.own))
            message = f"column '{self.name}': numbers alone, which could be in {listed}"
            raise Problems([Problem(message, (), f"write the unit in the head: '{self.path} [{self.own[0]}]'")])
        return self.common

    def __call__(self, cell: Any, where: str) -> float:
        """The number that a cell is, in the common unit. Problems where it is none."""
        value, unit = self._read(cell, where)
        factor = units.scale(unit, self.common)
        if factor is None:
            raise Problems([Problem(f"{where}{unit} is not {self.common}", (), f"it is in {self.common}")])
        return value * factor

    def _read(self, cell: Any, where: str) -> tuple[float, Unit]:
        if isinstance(cell, str):
            return self._of_text(cell.strip(), where)
        if hasattr(cell, "magnitude") and hasattr(cell, "units"):
            return self._of_pint(cell, where)
        number = _number(cell)
        if number is None:
            shown = shortened(printable(repr(cell)))
            hint = "a number, a text such as '60 %', or a quantity of pint"
            raise Problems([Problem(f"{where}{shown} is no quantity", (), hint)])
        return number, self.of_numbers()

    def _of_text(self, text: str, where: str) -> tuple[float, Unit]:
        refuse_formula(text, where)
        value, unit = inputs.number(text, self.own[0], where + _shown(text) if _is_wordy(text) else where[:-2])
        return value, self.of_numbers() if inputs.BARE.fullmatch(text) else unit

    def _of_pint(self, cell: Any, where: str) -> tuple[float, Unit]:
        number, text = _number(cell.magnitude), _compact(cell.units)
        if number is None:
            hint = "a quantity of a single number"
            raise Problems([Problem(f"{where}{shortened(printable(repr(cell)))} is none", (), hint)])
        if not text:
            return number, units.ONE
        value, unit = inputs.number(f"1 {text}", self.own[0], where.removesuffix(": "))
        return number * value, unit


def alone(unit: Unit) -> Unit:
    """The unit that a number alone is in: that of its input; of a share or a pure number, none."""
    return unit if units.has_name(unit) else units.ONE


def _number(value: Any) -> float | None:
    """A plain number; None for what is none. Texts and truths are none."""
    if isinstance(value, bool | str | bytes | complex) or type(value).__name__ in ("bool", "bool_"):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _compact(unit: Any) -> str:
    """A unit of pint as we write it."""
    try:
        text = format(unit, COMPACT)
    except (TypeError, ValueError, KeyError):
        text = str(unit)
    plain = text.replace("**", "^").replace(" ", "")
    return WORD.sub(lambda word: OTHERWISE.get(word[0], word[0]), plain)
