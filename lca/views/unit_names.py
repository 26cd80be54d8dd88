"""The names of units: all of them, or the meaning of one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca import units
from lca.report import Block, Entries, Entry, Heading, Prose, Record, Report
from lca.wording import number

FIELDS = ("unit", "dimension", "meaning", "worth")
NEAR = (1e-3, 1e4)  # units further apart say little of each other
Known = tuple[str, str, str]


def every() -> Report:
    """Every name of the table, the countable things first."""
    known = units.known()
    counts = [name for name in known if _is_thing(name)]
    others: dict[str, list[Known]] = {}
    for name in known:
        if name not in counts:
            others.setdefault(_dimension(name), []).append(name)
    return Report(tuple(_blocks(counts, others)), FIELDS, tuple(map(_record, known)))


def _blocks(counts: list[Known], others: dict[str, list[Known]]) -> Iterator[Block]:
    yield Heading("Things that are counted")
    yield Entries(tuple(Entry(name[0], (_meaning(name),)) for name in counts))
    yield Heading("Units")
    yield Entries(tuple(Entry(dimension, tuple(_alike(names))) for dimension, names in others.items()))
    yield Prose(
        "Combine them with * / ^, as in kWh/image or kWh/GB/year. pint knows others, by their full names. "
        "`lca units 'kWh/image'` explains a text. A criterion's unit, such as kgCO2eq, is read in the criterion alone."
    )


def _alike(names: list[Known]) -> Iterator[str]:
    yield ", ".join(name for name, _, _ in names)
    yield from (f"{name[0]} is {_meaning(name)}" for name in names if _meaning(name))


def explained(text: str, unit: units.Unit, criterion: str = "") -> Report:
    """One text: its dimension, and what each of its names means."""
    known = {name: (name, meaning, worth) for name, meaning, worth in units.known()}
    names = [name for name, _ in unit.atoms]
    of = f", a unit of {criterion}" if criterion else ""
    title = Heading(f"{text}: {_dimension_of(unit)}{of}")
    entries = tuple(Entry(name.rpartition(":")[2], tuple(_said(known.get(name), criterion))) for name in names)
    records = tuple(_record(known[name]) for name in names if name in known)
    return Report((title, Entries(entries), *_others(unit, known.values())), FIELDS, records)


def _said(name: Known | None, criterion: str) -> Iterator[str]:
    if name is None:
        yield f"impact, in the criterion {criterion} alone" if criterion else "known to pint"
    elif _is_thing(name):
        yield _meaning(name)
    else:
        parts = (name[1].replace(": ", ", ", 1), f"1 {name[0]} = {name[2]}" if name[2] else "a base unit")
        yield "; ".join(parts)


def _others(unit: units.Unit, known: Iterable[Known]) -> Iterator[Block]:
    """The other names of the same dimension, and what one is in them."""
    if len(unit.atoms) != 1 or unit.atoms[0][1] != 1:
        return
    scales = [(name, units.scale(unit, units.unit(name))) for name, _, _ in known if name != unit.text]
    alike = [f"{number(scale)} {name}" for name, scale in scales if scale is not None and NEAR[0] <= scale <= NEAR[1]]
    if alike:
        yield Prose(f"1 {unit.text} is {', '.join(alike)}.")


def _dimension_of(unit: units.Unit) -> str:
    return "a pure number" if not unit.dims else units.dimension_words(unit)


def _dimension(name: Known) -> str:
    return name[1].partition(": ")[0]


def _meaning(name: Known) -> str:
    return name[1].partition(": ")[2]


def _is_thing(name: Known) -> bool:
    return _dimension(name) == name[0]


def _record(name: Known) -> Record:
    return dict(zip(FIELDS, (name[0], _dimension(name), _meaning(name), name[2]), strict=True))
