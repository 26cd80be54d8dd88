"""Break-evens for readers: where two figures weigh the same, and which of them weighs more on each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lca.questions.breakeven import BreakEven, Pair
from lca.report import Block, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.wording import figure, listed, quantity

COLUMNS = (
    "functional_unit", "variant", "criterion", "first", "second", "path", "kind", "value", "input_unit", "times_base",
    "first_value", "second_value", "unit",
)  # fmt: skip
DIGITS = 6  # of a crossing
FROM, TO, BASE, MEETS, LEAPS = "from", "to", "base", "break-even", "leap"


class Asked(NamedTuple):
    """What a break-even is about: the case, the criterion, what the two figures are called, the criterion's label."""

    functional_unit: str
    variant: str | None
    criterion: str
    unit: str
    first: str
    second: str
    label: str


class Point(NamedTuple):
    """A value of the input and both figures there. `kind`: an end, the base case, a break-even or a leap."""

    value: float
    kind: str
    pair: Pair


def report(break_evens: Sequence[tuple[Asked, BreakEven]]) -> Report:
    """A section for each break-even."""
    blocks = [block for asked, even in break_evens for block in _section(asked, even)]
    return Report(tuple(blocks), COLUMNS, tuple(record for each in break_evens for record in _records(*each)))


def points(even: BreakEven) -> list[Point]:
    """The ends of the range, the base case and the crossings, in rising order of the input."""
    crossings = [Point(c.value, LEAPS if c.leap else MEETS, (c.first, c.second)) for c in even.crossings]
    ends = [Point(even.low, FROM, even.ends[0]), Point(even.high, TO, even.ends[1])]
    return sorted([*crossings, *ends, Point(even.base, BASE, even.at_base)])


def _section(asked: Asked, even: BreakEven) -> Iterator[Block]:
    case = f"{asked.functional_unit}, {asked.variant}" if asked.variant else asked.functional_unit
    yield Heading(f"{case}, {asked.label}: {asked.first} = {asked.second}")
    yield Prose(_answer(asked, even))
    yield from map(Prose, even.refused)
    heads = [Column(f"{name}\n{asked.unit}", right=True) for name in (asked.first, asked.second)]
    rows = [_row(point, even) for point in points(even)]
    yield Grid((Column(even.path), Column(), *heads), tuple(rows))


def _row(point: Point, even: BreakEven) -> Row:
    tone = "strong" if point.kind in (MEETS, LEAPS) else "faint" if point.kind == BASE else ""
    return row(_exactly(point.value, even), point.kind, *map(figure, point.pair), tone=tone)


def _exactly(value: float, even: BreakEven) -> str:
    return f"{value:.{DIGITS}g} {even.unit}".removesuffix(" 1")


def _answer(asked: Asked, even: BreakEven) -> str:
    if even.same:
        return f"{asked.first} and {asked.second} weigh the same whatever {even.path} is."
    meets = [_at(c.value, even) for c in even.crossings if not c.leap]
    leaps = [_at(c.value, even) for c in even.crossings if c.leap]
    if not even.crossings:
        low, high = quantity(even.low, str(even.unit)), quantity(even.high, str(even.unit))
        heavier = f"{_heavier(asked, even.ends[0])} all over the range"
        return f"No break-even: the heavier side is {heavier}, {even.path} from {low} to {high}."
    words = [f"They weigh the same at {listed(meets)}."] if meets else []
    words += [f"They pass each other without meeting, at a leap, at {listed(leaps)}."] if leaps else []
    below, above = (_heavier(asked, pair) for pair in even.ends)
    first, last = _exactly(even.crossings[0].value, even), _exactly(even.crossings[-1].value, even)
    return " ".join([*words, f"The heavier side is {below} below {first}, {above} above {last}."])


def _at(value: float, even: BreakEven) -> str:
    times = f", {value / even.base:.3g} times the base case" if even.base else ""
    return f"{even.path} = {_exactly(value, even)}{times}"


def _heavier(asked: Asked, pair: Pair) -> str:
    return asked.first if pair[0] > pair[1] else asked.second if pair[1] > pair[0] else "neither"


def _records(asked: Asked, even: BreakEven) -> Iterator[Record]:
    for point in points(even):
        yield {
            "functional_unit": asked.functional_unit,
            "variant": asked.variant,
            "criterion": asked.criterion,
            "first": asked.first,
            "second": asked.second,
            "path": even.path,
            "kind": point.kind,
            "value": point.value,
            "input_unit": str(even.unit),
            "times_base": point.value / even.base if even.base else None,
            "first_value": point.pair[0],
            "second_value": point.pair[1],
            "unit": asked.unit,
        }
