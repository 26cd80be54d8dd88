"""Traces of power in any table, or as any JSON objects, by a map of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lca import units
from lca.measured.readings import Reading, instant, lacking, records
from lca.model.mapping import Trace
from lca.problems import Problem, Problems, Span, problem, shortened
from lca.text.opened import File
from lca.text.overlay import entries

DEEPEST = 8  # objects inside one another


def readings(files: tuple[File, ...], trace: Trace) -> Iterator[Reading]:
    """The readings of files in which a map says what is what.

    Columns of which several words count tell devices apart, as those of the device do; without any, files do. Problems
    where a column is missing, a unit is none of power or energy, or a number is none.
    """
    what = next(name for name in ("power", "energy", "counter") if trace.get(trace.fields[name]))
    scale = _scale(trace, what)
    column = str(getattr(trace, what))
    needed = [str(trace.time), column, *trace.device, *trace.only]
    apart = [*trace.device, *(name for name, words in trace.only.items() if len(words) > 1)]
    for file in files:
        lacks = True
        for line, found in records(file, _flattened):
            span = Span(file.name, line, 1)
            missing = lacking(needed, found, span, "the map names it") if lacks else None
            if missing is not None:
                raise Problems([missing])
            lacks = False
            if any(str(found.get(name, "")).strip() not in words for name, words in trace.only.items()):
                continue
            device = " ".join(str(found.get(name, "")).strip() for name in apart) if apart else file.name
            value = _value(found.get(column), span)
            value = None if value is None else value * scale
            time, is_placed = instant(str(found[str(trace.time)]), span)
            yield Reading(device, column, time, value, line, what == "energy", not is_placed, what == "counter")


def _scale(trace: Trace, what: str) -> float:
    """What leads from the unit of the numbers to W or J."""
    own = units.unit("W" if what == "power" else "J")
    if not trace.unit:
        return 1.0
    at = entries(trace.tree)["unit"].span
    try:
        scale = units.scale(units.unit(str(trace.unit)), own)
    except units.UnitError as error:
        raise Problems([Problem(error.message, (at,), error.hint)]) from None
    if scale is None:
        kind = "a power" if what == "power" else "an energy"
        raise Problems([Problem(f"{trace.unit} is no unit of {kind}", (at,), f"such as {own}")])
    return scale


def _flattened(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_flat(found))


def _flat(found: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The keys of an object and of those in it, with points between; lists are left out."""
    for key, value in found.items():
        if isinstance(value, dict) and depth < DEEPEST:
            yield from _flat(value, f"{before}{key}.", depth + 1)
        elif not isinstance(value, list):
            yield f"{before}{key}", value


def _value(value: Any, span: Span) -> float | None:
    text = str(value).strip() if value is not None else ""
    if text in ("", "NaN", "nan", "null", "N/A", "[N/A]"):
        return None
    try:
        return units.number(text)
    except units.UnitError as error:
        raise problem(f"'{shortened(text)}': {error.message}", span, hint="a number; its unit is in the map") from None
