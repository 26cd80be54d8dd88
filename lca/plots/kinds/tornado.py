"""What matters: each input moved alone to the ends of its own range, the widest answer on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lca.plots import charts
from lca.plots.charts import Caption, Panel, Spec
from lca.plots.study import Asked, Drawing, caption, case_panel
from lca.problems import Problem, Problems
from lca.questions.sensitivity import Driver, Sensitivity, sensitivities
from lca.result import Result
from lca.spoken import N_, _
from lca.wording import quantity

ORDER = 5
ABOUT = "which inputs matter"

NARROWEST = 240  # pixels of the axis
STEP = 19  # pixels from one bar to the next
MOST = 12  # bars of a panel
AIR = 8  # pixels that stay free beside the labels of the ends
SIDES = ("left", "right")
COLOURS = {N_("at its low end"): charts.PALETTE[1], N_("at its high end"): charts.VERMILLION}


class Swing(NamedTuple):
    """A figure with one input at its low and at its high end; the texts say what those ends are."""

    panel: Panel
    input: str
    low: float
    high: float
    low_end: str
    high_end: str
    base: float


def drawing(asked: Asked) -> Drawing:
    """How far each total goes when one uncertain input goes over its own range."""
    result = asked.result
    swings = [
        swing
        for each in sensitivities(result.model, draws=2)
        for driver in each.drivers
        if (swing := _swing(result, each, driver))
    ]
    if not swings:
        hint = "give some inputs `low` and `high`"
        raise Problems([Problem("no total depends on an input that has a range", (), hint)])
    return Drawing(spec(swings, caption(result, _("What matters: one input at a time"))), rows(swings))


def _swing(result: Result, own: Sensitivity, driver: Driver) -> Swing | None:
    """What one input does to a total; None where it has no range, or the total does not move over it."""
    low, high, at_low, at_high = driver.low, driver.high, driver.at_low, driver.at_high
    if low is None or high is None or at_low is None or at_high is None or at_low == at_high:
        return None
    panel = case_panel(result, own.functional_unit, own.variant, own.criterion)
    ends = (quantity(low, driver.unit), quantity(high, driver.unit))
    return Swing(panel, driver.path, at_low, at_high, *ends, own.value)


def spec(swings: Sequence[Swing], caption: Caption, most: int = MOST) -> Spec:
    """The figure: the inputs with the widest swings of each panel."""
    panels = list(dict.fromkeys(swing.panel for swing in swings))
    shown = {panel: widest([swing for swing in swings if swing.panel == panel], most) for panel in panels}
    labels = max([charts.width_of(_label(swing)) for drawn in shown.values() for swing in drawn] + [0.0]) + AIR
    views = [_panel(panel, drawn, max(NARROWEST, charts.WIDTH - labels)) for panel, drawn in shown.items()]
    more = len(swings) > sum(map(len, shown.values()))
    note = _("Each input alone at the ends of its own range, the others as they are.")
    if more:
        note = f"{note} {_('The {count} with the widest answers are drawn.', count=most)}"
    return charts.stacked(views, caption, note, labels)


def _label(swing: Swing) -> str:
    return charts.plain(swing.input, 60)


def widest(swings: Sequence[Swing], most: int = MOST) -> list[Swing]:
    """The swings with the largest distance between their ends, widest first."""
    return sorted(swings, key=lambda swing: (-abs(swing.high - swing.low), swing.input))[:most]


def _panel(panel: Panel, swings: Sequence[Swing], length: float) -> Spec:
    base = swings[0].base
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": _domain(swings, length), "nice": False, "zero": False},
        "axis": {"title": charts.unit_title(panel.unit), "tickCount": 5, "labelExpr": charts.NUMBERS},
    }
    y: Spec = {
        "field": "input",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False, "grid": False},
    }
    names = [*map(_, COLOURS)]
    legend = charts.legend(names, symbolType="square")
    scale = {"domain": names, "range": list(COLOURS.values())}
    colour = {"field": "end", "type": "nominal", "scale": scale, "legend": legend}
    return {
        "title": charts.titled(panel),
        "width": length,
        "height": {"step": STEP},
        "layer": [
            {
                "data": {"values": [row for swing in swings for row in _bars(swing)]},
                "mark": {"type": "bar", "height": STEP - 6},
                "encoding": {"x": x, "x2": {"field": "base"}, "y": y, "color": colour},
            },
            *(_ends(swings, side, x, y) for side in SIDES),
            {
                "data": {"values": [{"value": base}]},
                "mark": {"type": "rule", "color": charts.INK},
                "encoding": {"x": x},
            },
        ],
    }


def _domain(swings: Sequence[Swing], length: float) -> list[float]:
    """The range of the axis: every figure, with room beside it for what the inputs are there."""
    ends = [value for swing in swings for value in (swing.low, swing.high, swing.base)]
    low, high = min(ends), max(ends)
    left, right = (
        max(charts.width_of(_end(swing, side)["text"], charts.SMALL) for swing in swings) + AIR for side in SIDES
    )
    pixel = (high - low or abs(high) or 1.0) / max(length - left - right, length / 4)
    return [low - left * pixel, high + right * pixel]


def _bars(swing: Swing) -> list[Spec]:
    return [
        {"input": _label(swing), "end": _(name), "value": value, "base": swing.base}
        for name, value in zip(COLOURS, (swing.low, swing.high), strict=True)
    ]


def _ends(swings: Sequence[Swing], side: str, x: Spec, y: Spec) -> Spec:
    """What the input is at the left, or at the right end of its bar."""
    values = [_end(swing, side) for swing in swings]
    mark = {
        "type": "text",
        "align": "right" if side == "left" else "left",
        "dx": -4 if side == "left" else 4,
        "fontSize": charts.SMALL,
        "color": charts.GREY,
    }
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}


def _end(swing: Swing, side: str) -> Spec:
    low_is_left = swing.low <= swing.high
    first = (side == "left") == low_is_left
    outer = min if side == "left" else max
    text = swing.low_end if first else swing.high_end
    return {"input": _label(swing), "value": outer(swing.low, swing.high, swing.base), "text": charts.plain(text, 30)}


def rows(swings: Sequence[Swing]) -> list[dict[str, Any]]:
    """The numbers behind the figure."""
    return [
        {"figure": swing.panel.name, "input": swing.input, "low_end": swing.low_end, "high_end": swing.high_end}
        | {"low": swing.low, "base": swing.base, "high": swing.high, "unit": swing.panel.unit}
        for swing in swings
    ]
