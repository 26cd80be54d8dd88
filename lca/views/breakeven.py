"""Break-evens for readers: where two figures weigh the same, and which of them weighs more on each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lca.questions.breakeven import BreakEven, Pair
from lca.report import Block, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import N_, _, told
from lca.wording import figure, listed, quantity, significant, unit_words, with_unit

COLUMNS = (
    "functional_unit", "variant", "criterion", "first", "second", "path", "kind", "value", "input_unit", "times_base",
    "first_value", "second_value", "unit",
)  # fmt: skip
DIGITS = 6  # of a crossing
FROM, TO, BASE, MEETS, LEAPS = N_("from"), N_("to"), "base", N_("break-even"), N_("leap")


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
    names = f"{asked.first} = {asked.second}"
    yield Heading(_("{what}: {reason}", what=f"{case}, {told(asked.label)}", reason=names))
    yield Prose(_answer(asked, even))
    yield from (Prose(told(words)) for words in even.refused)
    heads = [Column(f"{name}\n{unit_words(asked.unit)}", right=True) for name in (asked.first, asked.second)]
    rows = [_row(point, even) for point in points(even)]
    yield Grid((Column(even.path), Column(), *heads), tuple(rows))


def _row(point: Point, even: BreakEven) -> Row:
    tone = "strong" if point.kind in (MEETS, LEAPS) else "faint" if point.kind == BASE else ""
    kind = point.kind if point.kind == BASE else _(point.kind)
    return row(_exactly(point.value, even), kind, *map(figure, point.pair), tone=tone)


def _exactly(value: float, even: BreakEven) -> str:
    return with_unit(significant(value, DIGITS), str(even.unit))


def _answer(asked: Asked, even: BreakEven) -> str:
    if even.same:
        return _(
            "{first} and {second} weigh the same whatever {input} is.",
            first=asked.first, second=asked.second, input=even.path,
        )  # fmt: skip
    meets = [_at(c.value, even) for c in even.crossings if not c.leap]
    leaps = [_at(c.value, even) for c in even.crossings if c.leap]
    if not even.crossings:
        low, high = quantity(even.low, str(even.unit)), quantity(even.high, str(even.unit))
        return _(
            "No break-even: the heavier side is {side} all over the range, {input} from {low} to {high}.",
            side=_heavier(asked, even.ends[0]), input=even.path, low=low, high=high,
        )  # fmt: skip
    words = [_("They weigh the same at {places}.", places=listed(meets))] if meets else []
    if leaps:
        words.append(_("They pass each other without meeting, at a leap, at {places}.", places=listed(leaps)))
    below, above = (_heavier(asked, pair) for pair in even.ends)
    first, last = _exactly(even.crossings[0].value, even), _exactly(even.crossings[-1].value, even)
    sides = _(
        "The heavier side is {below} below {first}, {above} above {last}.",
        below=below, first=first, above=above, last=last,
    )  # fmt: skip
    return " ".join([*words, sides])


def _at(value: float, even: BreakEven) -> str:
    there = f"{even.path} = {_exactly(value, even)}"
    if not even.base:
        return there
    return _("{place}, {times} times the base case", place=there, times=significant(value / even.base, 3))


def _heavier(asked: Asked, pair: Pair) -> str:
    return asked.first if pair[0] > pair[1] else asked.second if pair[1] > pair[0] else _("neither")


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
