"""What kinds of measured data have in common: what is set, and what a measured quantity is written as."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca import units
from lca.problems import problem, shortened
from lca.text.opened import File
from lca.text.writing import amount
from lca.units import ONE, Unit
from lca.wording import some


def is_once(said: Mapping[str, str]) -> bool:
    """Whether what was measured must not be priced by a method too."""
    if said.get("apart", "yes") != "yes":
        raise problem(f"apart={shortened(said['apart'])} is not known", hint="apart=yes")
    return "apart" not in said


def quantity_of(
    said: Mapping[str, str], name: str, of: Unit | None, takes: Mapping[str, str]
) -> tuple[float, Unit] | None:
    """A quantity above 0 that is set, of the dimension of `of` where that is one. Problems where it is none."""
    if name not in said:
        return None
    try:
        value, unit = units.quantity(said[name])
    except units.UnitError as error:
        raise problem(f"{name}: {error.message}", hint=error.hint or takes[name]) from None
    if of is not None and units.scale(unit, of) is None:
        raise problem(f"{name}: {unit} is not {of}", hint=takes[name])
    if not 0 < value < float("inf"):
        raise problem(f"{name}={shortened(said[name])} is not above 0", hint=takes[name])
    return value, unit


def number(said: Mapping[str, str], name: str, of: Unit, takes: Mapping[str, str]) -> float | None:
    """A quantity that is set, in a unit; None where it is not."""
    found = quantity_of(said, name, of, takes)
    return None if found is None else found[0] * (units.scale(found[1], of) or 1.0)


def work_of(said: Mapping[str, str], takes: Mapping[str, str]) -> tuple[float, Unit]:
    """The work that was done, 1 where none is set."""
    return quantity_of(said, "work", None, takes) or (1.0, ONE)


def stated(values: Sequence[float], unit: Unit, accuracy: float, note: str) -> dict[str, Any]:
    """A measured quantity: the mean of repetitions; their range, and the accuracy of the meter around it."""
    made = {"value": amount(short(sum(values) / len(values)), str(unit))}
    if len(values) > 1 or accuracy:
        low, high = min(values) * (1 - accuracy), max(values) * (1 + accuracy)
        made |= {"low": amount(short(low), str(unit)), "high": amount(short(high), str(unit))}
    return {**made, "basis": "measured", "note": note}


def short(value: float) -> float:
    """Six digits: more than a meter has."""
    return float(f"{value:.6g}")


def hash_of(file: File) -> str:
    """The first signs of the SHA-256 of a file."""
    made = hashlib.sha256()
    with file.open() as stream:
        while piece := stream.read(1 << 20):
            made.update(piece)
    return made.hexdigest()[:12]


def hashed(files: Iterable[File], most: int = 4) -> str:
    """Files with what tells them from others of their name, the first of them where they are many."""
    return some((f"{file.name} (sha256 {hash_of(file)})" for file in files), most)
