"""Bands: the ranges of an input that a scenario asks its figures to mark (`study.bands`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from lca import units
from lca.compile import Model
from lca.model import declarations
from lca.model.reader import Broken
from lca.problems import Problem, Problems, near
from lca.text.overlay import entries
from lca.units import Unit


class Band(NamedTuple):
    """A range of an input in a unit, and what it is."""

    low: float
    high: float
    text: str


def bands(model: Model, path: str, unit: Unit) -> list[Band]:
    """The bands of an input in a unit. Problems where any band of the scenario is wrong."""
    try:
        declared: dict[str, declarations.MarkedRange] = model.scenario.about.bands
    except Broken:
        return []
    if problems := list(misread(model)):
        raise Problems(problems)
    return [_band(band, unit) for band in declared.values() if band.input == path]


def misread(model: Model) -> Iterator[Problem]:
    """What is wrong with the bands of a scenario, of which every case has to be in the model."""
    with suppress(Broken):
        for band in model.scenario.about.bands.values():
            yield from _wrong(model, band)


def _wrong(model: Model, band: declarations.MarkedRange) -> Iterator[Problem]:
    paths = {leaf.path: leaf.unit for _, leaf in model.graph.inputs() if not leaf.path.startswith("expect.")}
    if band.input not in paths:
        yield Problem(f"no input '{band.input}'", (entries(band.tree)["input"].span,), near(band.input, paths))
        return
    ends = [end for name in ("from", "to") for end in _end(band, name, paths[band.input])]
    yield from (end for end in ends if isinstance(end, Problem))
    if all(isinstance(end, float) for end in ends) and not ends[0] <= ends[1]:  # type: ignore[operator]
        yield Problem(
            "the band ends before it begins", (entries(band.tree)["to"].span,), "write the lower end as `from`"
        )
    if band.source and band.source not in model.facts.sources:
        hint = near(band.source, model.facts.sources, "add it under study.sources")
        yield Problem(f"no source '{band.source}'", (entries(band.tree)["source"].span,), hint)


def _end(band: declarations.MarkedRange, name: str, unit: Unit) -> Iterator[float | Problem]:
    at = entries(band.tree)[name]
    try:
        value, own = units.quantity_like(str(at.value), unit)
    except units.UnitError as error:
        yield Problem(error.message, (at.column_span(error.offset),), error.hint)
        return
    factor = units.scale_stated(own, unit)
    words = units.dimension_words(unit)
    yield (
        Problem(f"{own} is not {unit}", (at.span,), f"write it in a unit of {words}")
        if factor is None
        else value * factor
    )


def _band(band: declarations.MarkedRange, unit: Unit) -> Band:
    ends = [end for name in ("from", "to") for end in _end(band, name, unit) if isinstance(end, float)]
    return Band(ends[0], ends[1], band.text)
