"""How impacts answer to two inputs that are varied together: a heat map for each total, with the base case marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from lca.plots import charts
from lca.plots.charts import INK, Axis, Caption, Panel, Spec
from lca.plots.study import Drawing, caption, case_panel, is_log, unit_words
from lca.problems import Problem, Problems
from lca.questions import sweep as swept
from lca.result import Result
from lca.spoken import _
from lca.wording import listed

MOST_CELLS = 10_000
SIDE = 190  # pixels of the side of a map
SCHEME = "cividis"  # even in lightness, the same for all colour vision (Nuñez et al. 2018, PLOS ONE)


class Field(NamedTuple):
    """A panel of a heat map: a value for each pair of inputs, row by row of the second, and the base case."""

    panel: Panel
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    base: tuple[float, ...] = ()


def drawing(result: Result, ranges: Sequence[str]) -> Drawing:
    """How the totals answer to two inputs that are varied together."""
    axes = [swept.axis(result.model, swept.asked(text)) for text in ranges]
    if len(axes) != 2:
        raise Problems([Problem("a heat map is of two inputs", (), "one before --and, one after it")])
    if len(axes[0].points) * len(axes[1].points) > MOST_CELLS:
        raise Problems([Problem(f"a map of more than {MOST_CELLS:,} points cannot be read", (), "ask for fewer")])
    made = swept.sweep(result.model, axes)
    maps = [_field(result, made, series) for series in made.series]
    across, up = (Axis(axis.path, unit_words(axis.unit), is_log(axis.points)) for axis in axes)
    about = caption(result, _("Impact by {inputs}", inputs=listed(axis.path for axis in axes)))
    return Drawing(spec(maps, across, up, about), rows(maps, across, up))


def _field(result: Result, made: swept.Sweep, series: swept.Series) -> Field:
    xs, ys = ([*enumerate(axis.points)] for axis in made.axes)
    columns, lines = (sorted(points, key=lambda point: point[1]) for points in (xs, ys))
    wide = len(ys)
    return Field(
        case_panel(result, series.functional_unit, series.variant, series.criterion),
        tuple(x for _, x in columns), tuple(y for _, y in lines),
        tuple(tuple(float(series.values[i * wide + j]) for i, _ in columns) for j, _ in lines),
        made.at_base[series.case],
    )  # fmt: skip


def spec(fields: Sequence[Field], across: Axis, up: Axis, caption: Caption) -> Spec:
    """The figure of two inputs varied together: a map for each criterion."""
    views = [_map(field, across, up) for field in fields]
    note = _("A white cross marks the base case.") if any(field.base for field in fields) else ""
    own_colours = {"scale": {"color": "independent"}}
    return charts.stacked(charts.in_rows(views, 2, resolve=own_colours), caption, note)


def _map(field: Field, across: Axis, up: Axis) -> Spec:
    x, y = _edges(field.xs, log=across.log), _edges(field.ys, log=up.log)
    cells = [
        {"x": x[i], "right": x[i + 1], "y": y[j], "top": y[j + 1], "value": value}
        for j, row in enumerate(field.values)
        for i, value in enumerate(row)
    ]
    encoding = {
        "x": _side("x", across, x),
        "x2": {"field": "right"},
        "y": _side("y", up, y),
        "y2": {"field": "top"},
        "color": {
            "field": "value",
            "type": "quantitative",
            "scale": {"scheme": SCHEME, "reverse": True},
            "legend": {
                "title": charts.unit_title(field.panel.unit),
                "labelExpr": charts.NUMBERS,
                "tickCount": 5,
                "gradientLength": SIDE,
                "titleLimit": 120,
            },
        },
    }
    layers: list[Spec] = [{"data": {"values": cells}, "mark": {"type": "rect"}, "encoding": encoding}]
    if field.base:
        layers += [_cross(field.base, x, y, across, up, ink, size) for ink, size in ((INK, 5), ("white", 2.5))]
    return {"title": charts.titled(field.panel), "width": SIDE, "height": SIDE, "layer": layers}


def _side(name: str, axis: Axis, edges: Sequence[float]) -> Spec:
    return {
        "field": name,
        "type": "quantitative",
        "scale": {
            "type": "log" if axis.log else "linear",
            "domain": [edges[0], edges[-1]],
            "nice": False,
            "zero": False,
        },
        "axis": {
            "title": charts.wrapped(charts.axis_title(axis.name, axis.unit), SIDE),
            "grid": False,
            "tickCount": 5,
        },
    }


def _cross(
    base: Sequence[float], x: Sequence[float], y: Sequence[float], across: Axis, up: Axis, ink: str, size: float
) -> Spec:
    mark = {
        "type": "point",
        "shape": "M-1,-1L1,1M-1,1L1,-1",
        "size": 90,
        "stroke": ink,
        "strokeWidth": size,
        "opacity": 1,
    }
    encoding = {"x": _side("x", across, x), "y": _side("y", up, y)}
    return {"data": {"values": [{"x": base[0], "y": base[1]}]}, "mark": mark, "encoding": encoding}


def _edges(centres: Sequence[float], *, log: bool) -> list[float]:
    """The edges of cells round their centres.

    >>> _edges([1, 2, 4], log=False), [round(edge, 3) for edge in _edges([1, 4], log=True)]
    ([0.5, 1.5, 3.0, 5.0], [0.5, 2.0, 8.0])
    """
    if len(centres) == 1:
        return [centres[0] * 0.9, centres[0] * 1.1] if centres[0] else [-0.5, 0.5]
    if log:
        inner = [(a * b) ** 0.5 for a, b in pairwise(centres)]
        return [centres[0] ** 2 / inner[0], *inner, centres[-1] ** 2 / inner[-1]]
    inner = [(a + b) / 2 for a, b in pairwise(centres)]
    return [2 * centres[0] - inner[0], *inner, 2 * centres[-1] - inner[-1]]


def rows(fields: Sequence[Field], across: Axis, up: Axis) -> list[dict[str, Any]]:
    """The numbers behind the maps."""
    return [
        {"figure": field.panel.name, "x_input": across.name, "x": x, "x_unit": across.unit, "y_input": up.name, "y": y}
        | {"y_unit": up.unit, "value": value, "unit": field.panel.unit}
        for field in fields
        for y, row in zip(field.ys, field.values, strict=True)
        for x, value in zip(field.xs, row, strict=True)
    ]
