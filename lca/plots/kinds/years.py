"""Impacts over the years, part on part, and beside them how demand and impacts grow: where growth outruns efficiency.

Where an impact grows more slowly than the demand, each unit of the demand has come to cause less of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lca.model.case import CaseKey
from lca.plots import charts
from lca.plots.charts import Caption, Panel, Spec
from lca.plots.study import Asked, Drawing, caption, columns_words, panel, part_words, variant_words
from lca.questions import drivers, grouping
from lca.result import Result
from lca.spoken import N_, _, told

ORDER = 2
ABOUT = "impacts over years, and how demand and impacts grow"
NEEDS = "years"

NOTE = N_("Where an impact grows more slowly than the demand, a unit of the demand causes less of it.")
LENGTH, TALL = 480, 150  # pixels of a panel


_Value = tuple[CaseKey, str, str, float, str]  # of which case, criterion and part, how much, and in what


class Step(NamedTuple):
    """What one part, or one flow of the demand, comes to in a year, and in all years up to it.

    criterion: empty of a flow of the demand.
    """

    unit: str
    variant: str | None
    year: str
    criterion: str
    part: str
    value: float
    cumulative: float
    measured_in: str


def drawing(asked: Asked) -> Drawing:
    """Each criterion of each functional unit over its years, and what it grows by."""
    result, columns = asked.result, asked.by or grouping.PAPER
    steps = [*_steps(result, _of_parts(result, columns)), *_steps(result, _of_flows(result))]
    title = _("Impacts over the years by {columns}", columns=columns_words(columns))
    title = _("Impacts over the years") if columns == grouping.PAPER else title
    return Drawing(spec(steps, result, caption(result, title)), [*map(_record, steps)])


def _of_parts(result: Result, columns: Sequence[str]) -> Iterator[_Value]:
    for share in grouping.shares(result.records(columns), columns):
        yield share.case, share.criterion, share.part, share.value, share.unit


def _of_flows(result: Result) -> Iterator[_Value]:
    for flow in drivers.flows(result.model, result.values):
        yield flow.case, "", flow.name, flow.amount, flow.unit


def _steps(result: Result, values: Iterable[_Value]) -> Iterator[Step]:
    """The values of cases that are one year of a functional unit, year by year."""
    so_far: dict[tuple[str, ...], float] = {}
    year_of = result.model.scenario.year_of
    for case, criterion, part, value, measured_in in sorted(values, key=lambda one: year_of(one[0].functional_unit)[1]):
        unit, year = year_of(case.functional_unit)
        key = (unit, case.variant or "", criterion, part)
        so_far[key] = so_far.get(key, 0.0) + value
        yield Step(unit, case.variant, year, criterion, part, value, so_far[key], measured_in)


def _record(step: Step) -> dict[str, Any]:
    names = ("functional_unit", "variant", "year", "criterion", "part", "value", "cumulative", "unit")
    return dict(zip(names, step._replace(variant=step.variant or ""), strict=True))


# --- the figure -------------------------------------------------------------------------------------------------------


def spec(steps: Sequence[Step], result: Result, caption: Caption) -> Spec:
    """The figure: bars for each criterion, and lines of what everything grows by."""
    names = grouping.ordered(step.part for step in steps if step.criterion)
    views: list[Spec] = []
    for unit, variant in dict.fromkeys((step.unit, step.variant) for step in steps):
        own = [step for step in steps if (step.unit, step.variant) == (unit, variant)]
        words = variant_words(result, variant)
        for criterion in dict.fromkeys(step.criterion for step in own if step.criterion):
            bars = [step for step in own if step.criterion == criterion]
            views.append(_bars(bars, names, panel(result, unit, criterion, words)))
        named = " · ".join(word for word in (unit, _("growth"), words) if word)
        views.append(
            _lines(
                [*_growth(own, result)], Panel(named, _("times that of {year}", year=min(step.year for step in own)))
            )
        )
    return charts.stacked(views, caption, _(NOTE))


def _bars(steps: Sequence[Step], names: Sequence[str], panel: Panel) -> Spec:
    """A bar a year, its parts from zero outwards to either side."""
    ends: dict[tuple[str, bool], float] = {}
    rows = []
    for step in sorted(steps, key=lambda each: names.index(each.part)):
        side = step.year, step.value < 0
        start = ends.get(side, 0.0)
        ends[side] = start + step.value
        rows.append({"year": step.year, "part": part_words(step.part), "start": start, "end": ends[side]})
    shown = [part_words(name) for name in names]
    scale = {"domain": shown, "range": list(charts.colours(names).values())}
    y: Spec = {"field": "start", "type": "quantitative", "axis": _axis(panel.unit)}
    fill: Spec = {"field": "part", "type": "nominal", "scale": scale}
    fill["legend"] = charts.legend(shown, symbolType="square", values=shown)
    mark = {"type": "bar", "stroke": "white", "strokeWidth": 1}
    return _panel(panel, rows, {"mark": mark, "encoding": {"x": _X, "y": y, "y2": {"field": "end"}, "color": fill}})


def _growth(steps: Sequence[Step], result: Result) -> Iterator[tuple[str, str, float]]:
    """What each flow of the demand and each criterion is in a year, over what it is in the first: name and year."""
    labels = result.model.factors.criteria
    sums: dict[str, dict[str, float]] = {}
    for step in steps:
        name = told(labels[step.criterion].label) if step.criterion else step.part
        of_name = sums.setdefault(name, {})
        of_name[step.year] = of_name.get(step.year, 0.0) + step.value
    for name, of_year in sums.items():
        first = of_year[min(of_year)]
        yield from ((name, year, value / first) for year, value in of_year.items() if first)


def _lines(growth: Sequence[tuple[str, str, float]], panel: Panel) -> Spec:
    names = charts.unique(charts.plain(name) for name, *_year in growth)
    rows = [{"line": charts.plain(name), "year": year, "times": times} for name, year, times in growth]
    y: Spec = {"field": "times", "type": "quantitative", "axis": {**_axis(panel.unit), "format": "%"}}
    colours = [charts.PALETTE[place % len(charts.PALETTE)] for place in range(len(names))]
    line: Spec = {"field": "line", "type": "nominal", "sort": None, "scale": {"domain": names, "range": colours}}
    line["legend"] = charts.legend(names, symbolType="stroke", symbolStrokeWidth=2)
    dash: Spec = {**line, "scale": {"domain": names, "range": [charts.DASHES[k % 8] for k in range(len(names))]}}
    mark = {"type": "line", "strokeWidth": 2, "point": {"size": 24}}
    encoding = {"x": _X, "y": y, "color": line, "strokeDash": dash}
    return _panel(panel, rows, {"mark": mark, "encoding": encoding}) | {
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}}
    }


_X: Spec = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0, "labelOverlap": True}}


def _axis(title: str) -> Spec:
    return {"title": charts.plain(title), "tickCount": 4, "labelExpr": charts.NUMBERS}


def _panel(panel: Panel, rows: Sequence[Spec], layer: Spec) -> Spec:
    size = {"width": LENGTH, "height": TALL}
    return {"title": charts.titled(panel), **size, "data": {"values": list(rows)}, "layer": [layer]}
