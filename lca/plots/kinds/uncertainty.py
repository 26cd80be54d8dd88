"""How sure a total is: the histogram of its samples, with the mean, the median and the deterministic value in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lca.plots import charts, intervals
from lca.plots.charts import BLUE, INK, VERMILLION, Caption, Panel, Spec
from lca.plots.study import Asked, Drawing, caption, case_panel
from lca.questions.uncertainty import Estimate, uncertainty
from lca.result import Result
from lca.spoken import N_, _
from lca.wording import grouped

ORDER = 4
ABOUT = "histograms of the totals"

LENGTH, TALL = 270, 110  # pixels of a panel
COLUMNS = 2
PALE_BLUE = "#D6EAF5"
NOTE = N_("Pale: the lowest and the highest 2.5 % of the samples; the outermost are beyond the axis.")
MARKS = ((N_("median"), BLUE, [1, 0]), (N_("mean"), VERMILLION, [6, 3]), (N_("deterministic"), INK, [1.5, 2.5]))


class Spread(NamedTuple):
    """The samples of one figure, in bins: `counts[i]` lie between `edges[i]` and `edges[i + 1]`.

    `samples` is the number of all, those outside the bins included.
    """

    panel: Panel
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    mean: float | None
    median: float
    deterministic: float
    low: float
    high: float
    samples: int


def drawing(asked: Asked) -> Drawing:
    """How sure the totals are: a histogram of each; or their parts, as intervals."""
    result, by = asked.result, asked.by
    estimates = list(uncertainty(result.model, asked.samples, asked.seed, by, progress=asked.told).estimates)
    title = _("Uncertainty of the parts") if by else _("Uncertainty of the totals")
    drawn = _("{count} samples, seed {seed}", count=grouped(asked.samples), seed=asked.seed)
    about = caption(result, title, drawn)
    if by:
        return intervals.drawing(result, estimates, by, about)
    if len(result.model.cases) == COLUMNS:  # a column for each case, a row for each criterion
        estimates.sort(key=lambda each: result.model.criteria.index(each.figure.criterion))
    shown = [_spread(result, each, asked.samples) for each in estimates]
    return Drawing(spec(shown, about), rows(shown))


def _spread(result: Result, estimate: Estimate, samples: int) -> Spread:
    own, of = estimate.spread, estimate.figure
    panel = case_panel(result, of.functional_unit, of.variant, of.criterion)
    return Spread(panel, own.edges, own.counts, own.mean, own.median, estimate.value, own.low, own.high, samples)


def spec(spreads: Sequence[Spread], caption: Caption, columns: int = COLUMNS) -> Spec:
    """The figure. Bins within `low` and `high` (2.5 to 97.5 %) are dark, those in the tails pale."""
    views = [_panel(spread) for spread in spreads]
    return charts.stacked(charts.in_rows(views, columns), caption, _(NOTE))


def _panel(spread: Spread) -> Spec:
    total = spread.samples or 1
    marks = (spread.deterministic, spread.mean)
    ends = [spread.edges[0], spread.edges[-1], *(mark for mark in marks if mark is not None)]
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [min(ends), max(ends)], "nice": False, "zero": False},
        "axis": {
            "title": charts.unit_title(spread.panel.unit),
            "grid": False,
            "tickCount": 5,
            "labelExpr": charts.NUMBERS,
        },
    }
    top = max(spread.counts) / total
    y: Spec = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, top * 1.05 or 1.0], "nice": False},
        "axis": {"title": _("share of samples"), "format": "%", "tickCount": 4, "minExtent": 30},
    }
    place = {"x": x, "x2": {"field": "end"}, "y": y, "y2": {"datum": 0}}
    bins = list(_bins(spread, total))
    bars = [
        {
            "data": {"values": [row for row in bins if row["inside"] == inside]},
            "mark": {"type": "rect", "color": colour, "stroke": "white", "strokeWidth": 0.5},
            "encoding": place,
        }
        for inside, colour in ((True, charts.PALETTE[1]), (False, PALE_BLUE))
    ]
    return {
        "title": {
            **charts.titled(spread.panel),
            "subtitle": _words(spread),
            "subtitleFontSize": charts.SIZE - 1,
            "subtitleColor": charts.GREY,
        },
        "width": LENGTH,
        "height": TALL,
        "layer": [*bars, _rules(spread, x)],
    }


def _words(spread: Spread) -> str:
    low, high = charts.number(spread.low), charts.number(spread.high)
    if spread.mean is None:
        return _("95 % of samples: {low} to {high}; no finite mean", low=low, high=high)
    return _("95 % of samples: {low} to {high}", low=low, high=high)


def _bins(spread: Spread, total: int) -> Iterator[Spec]:
    for start, end, count in zip(spread.edges, spread.edges[1:], spread.counts, strict=False):
        yield {"x": start, "end": end, "share": count / total, "inside": spread.low <= (start + end) / 2 <= spread.high}


def _rules(spread: Spread, x: Spec) -> Spec:
    marks = [mark[0] for mark in MARKS]
    values = [{"name": _(name), "x": getattr(spread, name)} for name in marks if getattr(spread, name) is not None]
    names = [*map(_, marks)]
    legend = charts.legend(names, symbolType="stroke", symbolStrokeWidth=2, symbolSize=300)
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {
            "x": x,
            "color": {
                "field": "name",
                "type": "nominal",
                "scale": {"domain": names, "range": [mark[1] for mark in MARKS]},
                "legend": legend,
            },
            "strokeDash": {
                "field": "name",
                "type": "nominal",
                "scale": {"domain": names, "range": [mark[2] for mark in MARKS]},
                "legend": legend,
            },
        },
    }


def rows(spreads: Sequence[Spread]) -> list[dict[str, Any]]:
    """The numbers behind the figure, a row per bin."""
    return [
        {"figure": spread.panel.name, "from": start, "to": end, "samples": count, "unit": spread.panel.unit}
        | {name: getattr(spread, name) for name in ("mean", "median", "deterministic", "low", "high")}
        for spread in spreads
        for start, end, count in zip(spread.edges, spread.edges[1:], spread.counts, strict=False)
    ]
