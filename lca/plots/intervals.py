"""How sure each part is: the middle 95 % of its samples with the median and the deterministic value, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lca.plots import charts
from lca.plots.charts import BLUE, INK, VERMILLION, Caption, Panel, Spec
from lca.plots.study import Drawing, case_panel, part_words
from lca.questions import grouping
from lca.questions.uncertainty import Estimate
from lca.result import Result
from lca.spoken import N_, _

LENGTH = 430  # pixels of the axis
STEP = 22  # pixels from one part to the next
TICK = "M-0.15,-1.3H0.15V1.3H-0.15Z"  # an upright stroke
MARKS = {N_("median"): ("circle", BLUE), N_("mean"): ("diamond", VERMILLION), N_("deterministic"): (TICK, INK)}


class Interval(NamedTuple):
    """The samples of one part of a figure: `low` and `high` hold the middle 95 %."""

    panel: Panel
    part: str
    low: float
    median: float
    high: float
    mean: float | None
    deterministic: float


def drawing(result: Result, estimates: Sequence[Estimate], by: Sequence[str], caption: Caption) -> Drawing:
    """The parts of the totals by some columns, as intervals."""
    bars = [_interval(result, each, by) for each in estimates]
    order = grouping.ordered(bar.part for bar in bars)
    bars.sort(key=lambda bar: order.index(bar.part))
    return Drawing(spec(bars, caption), rows(bars))


def _interval(result: Result, estimate: Estimate, by: Sequence[str]) -> Interval:
    own, of = estimate.spread, estimate.figure
    panel, part = case_panel(result, of.functional_unit, of.variant, of.criterion), grouping.part_name(of.group, by)
    return Interval(panel, part, own.low, own.median, own.high, own.mean, estimate.value)


def spec(intervals: Sequence[Interval], caption: Caption) -> Spec:
    """The figure; parts in the order in which they come."""
    panels = list(dict.fromkeys(interval.panel for interval in intervals))
    views = [_panel(panel, [interval for interval in intervals if interval.panel == panel]) for panel in panels]
    return charts.stacked(views, caption, _("A bar holds the middle 95 % of the samples."))


def _panel(panel: Panel, intervals: Sequence[Interval]) -> Spec:
    ends = [value for interval in intervals for value in (interval.low, interval.high, interval.deterministic)]
    axis = {"title": charts.unit_title(panel.unit), "tickCount": 5, "labelExpr": charts.NUMBERS}
    scale = {"domain": [min([0.0, *ends]), max([0.0, *ends]) or 1.0], "nice": True}
    x: Spec = {"field": "x", "type": "quantitative", "scale": scale, "axis": axis}
    y: Spec = {
        "field": "part",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
    }
    bars = [{"part": _name(interval), "x": interval.low, "end": interval.high} for interval in intervals]
    return {
        "title": charts.titled(panel),
        "width": LENGTH,
        "height": {"step": STEP},
        "layer": [
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "height": 8, "color": charts.PALETTE[1]},
                "encoding": {"x": x, "x2": {"field": "end"}, "y": y},
            },
            _marks(intervals, x, y),
        ],
    }


def _marks(intervals: Sequence[Interval], x: Spec, y: Spec) -> Spec:
    values = [
        {"part": _name(i), "x": getattr(i, name), "name": _(name)}
        for i in intervals
        for name in MARKS
        if getattr(i, name) is not None
    ]
    names = [*map(_, MARKS)]
    legend = charts.legend(names, symbolSize=70)
    shapes = [shape for shape, _ in MARKS.values()]
    colours = [colour for _, colour in MARKS.values()]
    named: Spec = {"field": "name", "type": "nominal", "legend": legend}
    return {
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 55, "strokeWidth": 1.5},
        "encoding": {
            "x": x,
            "y": y,
            "shape": {**named, "scale": {"domain": names, "range": shapes}},
            "color": {**named, "scale": {"domain": names, "range": colours}},
        },
    }


def _name(interval: Interval) -> str:
    return part_words(interval.part, 60)


def rows(intervals: Sequence[Interval]) -> list[dict[str, Any]]:
    """The numbers behind the figure."""
    names = ("low", "median", "high", "mean", "deterministic")
    return [
        {"figure": interval.panel.name, "part": interval.part}
        | {name: getattr(interval, name) for name in names}
        | {"unit": interval.panel.unit}
        for interval in intervals
    ]
