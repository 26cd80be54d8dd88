"""Sweeps for readers: a table with a row for each point, the base case marked, and tidy records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from math import isclose

from lca.compile import Model
from lca.model.case import CaseKey
from lca.questions.grouping import part_words
from lca.questions.sweep import Series, Sweep
from lca.report import Anew, Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import _, told
from lca.wording import NONE, figure, listed, percent, quantity, unit_words

SAME = 1e-9  # a point this close to the base case is the base case
BASE = "base"
Point = tuple[float, ...]


def report(model: Model, sweep: Sweep, *, relative: bool = False) -> Report:
    """A table for each case, and for each criterion where there are parts; `relative` to the base case."""
    blocks = partial(_blocks, model, sweep, relative)
    return Report(Anew(blocks), columns(sweep), Anew(partial(records, model, sweep)))


def _blocks(model: Model, sweep: Sweep, relative: bool) -> Iterator[Block]:  # noqa: FBT001  handed on
    for case, own in groupby(sweep.series, lambda series: series.case):
        yield from _case(model, sweep, case, [*own], relative)
    left_out = [_name(case) for case in model.cases if case not in sweep.at_base]
    if left_out:
        cases, inputs = listed(left_out), listed(axis.path for axis in sweep.axes)
        words = _("{cases} does not depend on {inputs} and is left out.", cases=cases, inputs=inputs)
        yield Prose(words, "faint")


def columns(sweep: Sweep) -> tuple[str, ...]:
    """The columns of the records."""
    axes = [name for k in range(len(sweep.axes)) for name in (f"input_{k + 1}", f"value_{k + 1}", f"unit_{k + 1}")]
    return ("functional_unit", "variant", *axes, "criterion", *sweep.by, "value", "unit", "relative", BASE)


def records(model: Model, sweep: Sweep) -> Iterator[Record]:
    """A record for each point and figure, the base case first; `relative` is to the base case."""
    for series in sweep.series:
        base = sweep.at_base[series.case]
        yield _record(model, sweep, series, base, series.base)
        for point, value in zip(sweep.grid, series.values, strict=True):
            yield _record(model, sweep, series, point, float(value))


def _record(model: Model, sweep: Sweep, series: Series, point: Point, value: float) -> Record:
    record: Record = {"functional_unit": series.functional_unit, "variant": series.variant}
    for k, (axis, x) in enumerate(zip(sweep.axes, point, strict=True), 1):
        record |= {f"input_{k}": axis.path, f"value_{k}": x, f"unit_{k}": str(axis.unit)}
    record |= {"criterion": series.criterion, **dict(zip(sweep.by, series.group, strict=True))}
    record |= {"value": value, "unit": model.factors.criteria[series.criterion].unit_label}
    is_base = _is(point, sweep.at_base[series.case])
    return record | {"relative": value / series.base if series.base else None, BASE: is_base}


def _is(point: Point, other: Point) -> bool:
    return all(isclose(a, b, rel_tol=SAME) for a, b in zip(point, other, strict=True))


def _name(case: CaseKey) -> str:
    return f"{case.functional_unit}, {case.variant}" if case.variant else case.functional_unit


# --- Tables ---------------------------------------------------------------------------------------------------------


def _case(
    model: Model,
    sweep: Sweep,
    case: CaseKey,
    own: Sequence[Series],
    relative: bool,  # noqa: FBT001  handed on
) -> Iterator[Block]:
    title = f"{_name(case)} {model.titles.get(case.functional_unit, '')}".strip()
    if not sweep.by:
        yield Heading(title)
        yield _grid(model, sweep, case, own, relative)
        return
    for key in model.criteria:
        criterion = model.factors.criteria[key]
        unit = "" if relative else f", {unit_words(criterion.unit_label)}"
        yield Heading(_("{what}: {reason}", what=title, reason=f"{told(criterion.label)}{unit}"))
        yield _grid(model, sweep, case, [series for series in own if series.criterion == key], relative)


def _grid(model: Model, sweep: Sweep, case: CaseKey, own: Sequence[Series], relative: bool) -> Grid:  # noqa: FBT001
    heads = [*(Column(axis.path) for axis in sweep.axes), Column()]
    heads += [Column(_head(model, sweep, series, relative), right=True) for series in own]
    return Grid(tuple(heads), tuple(_rows(sweep, case, own, relative)))


def _head(model: Model, sweep: Sweep, series: Series, relative: bool) -> str:  # noqa: FBT001
    if sweep.by:
        return "\n".join(part_words(*part) or NONE for part in zip(sweep.by, series.group, strict=True))
    criterion = model.factors.criteria[series.criterion]
    label = told(criterion.label)
    return label if relative else f"{label}\n{unit_words(criterion.unit_label)}"


def _rows(sweep: Sweep, case: CaseKey, own: Sequence[Series], relative: bool) -> Iterator[Row]:  # noqa: FBT001
    """A row for each point; the base case stands where it belongs in a single rising or falling range, else first."""
    base = sweep.at_base[case]
    lines = [(point, [float(series.values[k]) for series in own]) for k, point in enumerate(sweep.grid)]
    if not any(_is(point, base) for point, _ in lines):
        lines.insert(_place(sweep, base), (base, [series.base for series in own]))
    for point, values in lines:
        shown = [quantity(x, str(axis.unit)) for x, axis in zip(point, sweep.axes, strict=True)]
        is_base = _is(point, base)
        yield row(
            *shown,
            Cell(BASE if is_base else "", "strong"),
            *(_value(value, series, relative) for value, series in zip(values, own, strict=True)),
            tone="strong" if is_base else "",
        )


def _place(sweep: Sweep, base: Point) -> int:
    points = sweep.axes[0].points
    if len(sweep.axes) > 1 or list(points) not in (sorted(points), sorted(points, reverse=True)):
        return 0
    rising = points[0] <= points[-1]
    return sum((point < base[0]) == rising for point in points)


def _value(value: float, series: Series, relative: bool) -> str:  # noqa: FBT001
    if not relative:
        return figure(value)
    return percent(value / series.base) if series.base else NONE
