"""How impacts answer to inputs over a range, each varied on its own: lines, with the base case marked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from lca import units
from lca.model.case import TotalKey
from lca.plots import charts, heat
from lca.plots.charts import GREY, INK, Axis, Caption, Panel, Spec
from lca.plots.study import Asked, Drawing, caption, is_log, panel, unit_words, variant_words
from lca.problems import Problem, Problems
from lca.questions import grouping
from lca.questions import sweep as swept
from lca.questions.bands import Band, bands
from lca.result import Result
from lca.spoken import _
from lca.wording import listed

ORDER = 2
ABOUT = "impacts as inputs go over a range"
NEEDS = "ranges"

LENGTH, TALL = 430, 132  # pixels of a panel
BAND_LINE = 12  # pixels of the words above a band
LINE = 13  # pixels from one label to the next
MOST_TICKS = 8
ROOM = 0.06  # share of the height that stays free above the highest value


class Series(NamedTuple):
    """A line of one panel: its points, and the base case where it is known."""

    panel: Panel
    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    base: tuple[float, float] | None = None


class Height(NamedTuple):
    """The scale of a panel's figures."""

    low: float
    high: float
    log: bool = False

    def pixels(self, value: float) -> float:
        """How far below the top of the panel a figure is."""
        ends = (self.low, self.high, value)
        low, high, place = (math.log(end) for end in ends) if self.log else ends
        return TALL * (high - place) / (high - low)


def drawing(asked: Asked) -> Drawing:
    """How the totals, or their parts, answer to inputs varied each on its own; or the totals to two together."""
    if asked.also:
        return heat.drawing(asked.result, (*asked.ranges, asked.also))
    result, model = asked.result, asked.result.model
    axes = [swept.axis(model, swept.asked(text)) for text in asked.ranges]
    unit = _one_unit(axes)
    several = len(axes) > 1
    lines = [
        line for axis in axes for line in _series(result, swept.sweep(model, [axis], asked.by), unit, named=several)
    ]
    marked = list(dict.fromkeys(band for axis in axes for band in bands(model, axis.path, unit)))
    paths = [axis.path for axis in axes]
    across = Axis(_axis_name(paths), unit_words(unit), is_log(axes[0].points))
    return Drawing(
        spec(lines, across, marked, caption(result, _("Impact by {inputs}", inputs=listed(paths)))), rows(lines, across)
    )


def _one_unit(axes: Sequence[swept.Axis]) -> units.Unit:
    first = axes[0].unit
    for axis in axes:
        if units.scale(axis.unit, first) is None:
            hint = "plot one of them, or give the second with --and for a heat map"
            raise Problems([Problem(f"{axis.path} is in {axis.unit}, {axes[0].path} in {first}", (), hint)])
    return first


def _series(result: Result, made: swept.Sweep, unit: units.Unit, *, named: bool) -> list[Series]:
    """The lines of one input, from its least to its greatest point; the smallest parts of many are one."""
    axis = made.axes[0]
    factor = units.scale(axis.unit, unit) or 1.0
    order = sorted(range(len(axis.points)), key=lambda i: axis.points[i])
    xs = tuple(axis.points[i] * factor for i in order)
    summed: dict[tuple[Panel, str], Series] = {}
    kept = _kept(made)
    for each in made.series:
        own = panel(result, each.functional_unit, each.criterion)
        name = _line_name(result, axis.path if named else "", each, made.by, kept)
        ys = tuple(float(each.values[i]) for i in order)
        base = (made.at_base[each.case][0] * factor, each.base)
        known = summed.get((own, name))
        summed[own, name] = _added(known, ys, base) if known else Series(own, name, xs, ys, base)
    return list(summed.values())


def _kept(made: swept.Sweep) -> set[str]:
    """The parts that have a line of their own: those with the largest shares anywhere."""
    whole: dict[TotalKey, float] = {}
    weight: dict[str, float] = {}
    for each in made.series:
        key = each.total
        whole[key] = whole.get(key, 0.0) + float(abs(each.values).max())
    for each in made.series:
        share = float(abs(each.values).max()) / (whole[each.total] or 1.0)
        part = grouping.part_name(each.group, made.by)
        weight[part] = max(weight.get(part, 0.0), share)
    ranked = sorted(weight, key=lambda part: -weight[part])
    return set(ranked if len(ranked) <= grouping.MOST else ranked[: grouping.MOST - 1])


def _added(known: Series, ys: Sequence[float], base: tuple[float, float]) -> Series:
    old = known.base or (base[0], 0.0)
    return known._replace(ys=tuple(a + b for a, b in zip(known.ys, ys, strict=True)), base=(base[0], old[1] + base[1]))


def _line_name(result: Result, path: str, series: swept.Series, by: Sequence[str], kept: set[str]) -> str:
    variant = variant_words(result, series.variant)
    part = grouping.part_name(series.group, by) if by else ""
    part = part if part in kept or not part else grouping.OTHER
    return " · ".join(word for word in (path, part, variant) if word)


def _axis_name(paths: Sequence[str]) -> str:
    """
    >>> _axis_name(["a.aur"]), _axis_name(["a.aur", "b.aur"]), _axis_name(["a.aur", "b.pue"])
    ('a.aur', 'aur, each on its own', 'each input on its own')
    """
    last = {path.rpartition(".")[2] for path in paths}
    if len(paths) == 1:
        return paths[0]
    return _("{input}, each on its own", input=last.pop()) if len(last) == 1 else _("each input on its own")


def spec(lines: Sequence[Series], axis: Axis, bands: Sequence[Band], caption: Caption) -> Spec:
    """The figure of one input, or of several that are varied each on its own."""
    panels = list(dict.fromkeys(line.panel for line in lines))
    names = charts.unique(line.name for line in lines)
    views = [
        _panel(
            [line for line in lines if line.panel == panel], names, axis, bands,
            first=panel == panels[0], last=panel == panels[-1],
        )
        for panel in panels
    ]  # fmt: skip
    return charts.stacked(views, caption, _note(lines, bands))


def _note(lines: Sequence[Series], bands: Sequence[Band]) -> str:
    said = (
        _("A point marks the base case.") if any(line.base for line in lines) else "",
        _("Grey: a range named in the study.") if bands else "",
    )
    return " ".join(filter(None, said)) if bands else f"{said[0]} ".lstrip()


def _panel(
    lines: Sequence[Series], names: Sequence[str], axis: Axis, bands: Sequence[Band], *, first: bool, last: bool
) -> Spec:
    style = {name: place for place, name in enumerate(names)}
    domain = _domain(lines)
    height = _height([y for line in lines for y in line.ys], axis)
    x, y = _across(axis, domain, last=last), _up(lines[0].panel, height)
    marked = [band for band in bands if band.low < domain[1] and band.high > domain[0]]
    return {
        "title": charts.titled(lines[0].panel),
        "width": LENGTH,
        "height": TALL,
        "layer": [
            *(_band(band, domain, x) for band in marked),
            *(_band_words(band, domain, x, BAND_LINE * (place + 0.75)) for place, band in enumerate(marked) if first),
            *(_line(line, style[line.name], x, y) for line in lines),
            *(_base(line, style[line.name], x, y) for line in lines if line.base),
            *_labels(lines, style, height),
        ],
    }


def _domain(lines: Sequence[Series]) -> tuple[float, float]:
    """From the least to the greatest point, the base case included."""
    ends = [*(x for line in lines for x in line.xs), *(line.base[0] for line in lines if line.base)]
    low, high = min(ends), max(ends)
    return (low, high) if low < high else (low - abs(low) / 2, high + abs(high) / 2 or 1.0)


def _across(axis: Axis, domain: tuple[float, float], *, last: bool) -> Spec:
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"type": "log" if axis.log else "linear", "domain": list(domain), "nice": False},
        "axis": {"title": charts.axis_title(axis.name, axis.unit) if last else None, "labels": last, "grid": False}
        | {"labelExpr": charts.NUMBERS, **(_decades(domain) if axis.log else {})},
    }


def _up(panel: Panel, height: Height) -> Spec:
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"type": "log" if height.log else "linear", "domain": [height.low, height.high], "nice": False},
        "axis": {"title": charts.unit_title(panel.unit), "tickCount": 4, "labelExpr": charts.NUMBERS}
        | (_decades((height.low, height.high)) if height.log else {}),
    }


def _band(band: Band, domain: tuple[float, float], x: Spec) -> Spec:
    ends = {"x": max(band.low, domain[0]), "end": min(band.high, domain[1])}
    mark = {"type": "rect", "color": "#bbbbbb", "opacity": 0.45}
    return {"data": {"values": [ends]}, "mark": mark, "encoding": {"x": x, "x2": {"field": "end"}}}


def _band_words(band: Band, domain: tuple[float, float], x: Spec, above: float) -> Spec:
    """What a band is, above its beginning."""
    words = charts.wrapped(band.text, LENGTH, charts.SMALL)[0]
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "fontSize": charts.SMALL,
        "color": GREY,
        "text": f"▾ {words}",
    }
    place = {"x": {**x, "field": "x"}, "y": {"value": -above}}
    return {"data": {"values": [{"x": max(band.low, domain[0])}]}, "mark": mark, "encoding": place}


def _line(series: Series, style: int, x: Spec, y: Spec) -> Spec:
    points = [{"x": a, "y": b} for a, b in zip(series.xs, series.ys, strict=True)]
    mark = {
        "type": "line",
        "color": _colour(style),
        "strokeDash": charts.DASHES[style % len(charts.DASHES)],
        "strokeWidth": 2,
    }
    return {"data": {"values": points}, "mark": mark, "encoding": {"x": x, "y": y}}


def _base(series: Series, style: int, x: Spec, y: Spec) -> Spec:
    at_x, at_y = series.base or (0.0, 0.0)
    mark = {"type": "point", "stroke": "white", "strokeWidth": 0.8, **_shape(style)}
    return {"data": {"values": [{"x": at_x, "y": at_y}]}, "mark": mark, "encoding": {"x": x, "y": y}}


def _shape(style: int) -> Spec:
    shape = charts.SHAPES[style % len(charts.SHAPES)]
    return {"shape": shape, "filled": True, "size": 65, "opacity": 1, "color": _colour(style)}


def _colour(style: int) -> str:
    return (charts.BLUE, charts.VERMILLION, *charts.PALETTE[5:], charts.ORANGE)[style % 6]


def _decades(domain: tuple[float, float]) -> Spec:
    """The ticks of an axis in equal ratios: powers of ten, or the usual steps between where there are few."""
    powers = [10.0**k for k in range(math.floor(math.log10(domain[0])), math.ceil(math.log10(domain[1])) + 1)]
    steps = powers if len(powers) > 3 else [power * step for power in powers for step in (1, 2, 5)]
    inside = [step for step in steps if domain[0] <= step * (1 + 1e-9) and step <= domain[1] * (1 + 1e-9)]
    every = -(-len(inside) // MOST_TICKS)
    return {"values": inside[::every]} if inside else {}


def _height(values: Sequence[float], axis: Axis) -> Height:
    """Where the scale of a panel begins and ends: at 0, or, in equal ratios on both axes, below the least."""
    low, high = min(values), max(values)
    if axis.log and low > 0:
        return Height(low / (1 + 2 * ROOM), high * (1 + 2 * ROOM), log=True)
    return Height(min(0.0, low), high * (1 + ROOM) if high > 0 else 0.0 if low else 1.0)


def _labels(lines: Sequence[Series], style: Mapping[str, int], height: Height) -> Iterator[Spec]:
    """The names of the lines at their right ends with the marks of their base cases, none on another."""
    places = apart([height.pixels(line.ys[-1]) for line in lines], LINE, TALL)
    for line, pixels in zip(lines, places, strict=True):
        if line.name:
            words = charts.wrapped(charts.plain(line.name), charts.WIDTH - LENGTH - 70, most=1)
            text = {"type": "text", "align": "left", "baseline": "middle", "color": INK, "text": words}
            yield _beside({"type": "point", **_shape(style[line.name])}, 12, pixels)
            yield _beside(text, 20, pixels)


def _beside(mark: Spec, right: float, down: float) -> Spec:
    """A mark to the right of a panel."""
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"value": LENGTH + right}, "y": {"value": down}}}


def apart(places: Sequence[float], distance: float, end: float) -> list[float]:
    """Places moved as little as needed to stand a distance apart, between 0 and an end where they fit.

    >>> apart([10, 12, 50], 13, 100)
    [10, 23, 50]
    >>> apart([98, 99], 13, 100)
    [87, 100]
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + distance)
    limit = end
    for i in reversed(order):
        moved[i] = min(moved[i], limit)
        limit = moved[i] - distance
    return moved


def rows(lines: Sequence[Series], axis: Axis) -> list[dict[str, Any]]:
    """The numbers behind the lines."""
    return [
        {
            "figure": line.panel.name,
            "line": line.name,
            "x": x,
            "x_unit": axis.unit,
            "value": y,
            "unit": line.panel.unit,
        }
        for line in lines
        for x, y in zip(line.xs, line.ys, strict=True)
    ]
