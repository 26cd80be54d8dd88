"""Quality against impact: a mark for each model, and a line through those that no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from lca.plots import charts
from lca.plots.charts import BLUE, GREY, Panel, Spec
from lca.plots.study import Drawing, caption, panel
from lca.problems import Problem, Problems
from lca.questions.rank import Ranked, Ranking
from lca.result import Result
from lca.spoken import N_, _
from lca.wording import number, some

LENGTH, TALL = 560, 300  # pixels of a panel
MOST_NAMED = 4  # models without a quality that the note names
BAR = N_("A bar holds the middle 95 % of the samples; the line joins the models that no other beats in both.")


def drawing(result: Result, ranking: Ranking, source: str) -> Drawing:
    """A panel for each functional unit and criterion. Problems where no model has a quality."""
    shown = [one for one in ranking.ranked if one.score is not None]
    if not shown:
        hint = "name a table with the columns model and quality, or a pack that has some, with --quality"
        raise Problems([Problem("no model has a quality to draw", (), hint)])
    about = caption(result, _("Quality against impact"), _("quality: {source}", source=source.partition(":")[0]))
    lacking = dict.fromkeys(one.model for one in ranking.ranked if one.score is None)
    notes = [_(BAR)]
    if lacking:
        notes.append(_("Without a quality, and not drawn: {models}.", models=some(lacking, MOST_NAMED)))
    groups = [[*own] for _, own in groupby(shown, lambda one: (one.functional_unit, one.criterion))]
    views = [_panel(panel(result, own[0].functional_unit, own[0].criterion), own, ranking.at_least) for own in groups]
    return Drawing(charts.stacked(views, about, " ".join(notes)), [_row(one) for one in shown])


def _row(one: Ranked) -> dict[str, Any]:
    return {
        "part": charts.plain(one.model.rpartition("/")[2]),
        "x": one.value,
        "low": one.low,
        "high": one.high,
        "quality": one.score.value if one.score else None,
        "best": one.is_non_dominated,
    }


def _panel(of: Panel, group: Sequence[Ranked], at_least: float | None) -> Spec:
    rows = [_row(one) for one in group]
    best = sorted((each for each in rows if each["best"]), key=lambda each: each["x"])
    ends = [*(each["low"] for each in rows), *(each["high"] for each in rows)]
    scale = {"type": "log"} if min(ends) > 0 and max(ends) > 10 * min(ends) else {"zero": True}  # of a decade and more
    axis = {"title": charts.unit_title(of.unit), "tickCount": 5, "labelExpr": charts.NUMBERS}
    x: Spec = {"field": "x", "type": "quantitative", "scale": scale, "axis": axis}
    y: Spec = {"field": "quality", "type": "quantitative", "scale": {"zero": False}, "axis": {"title": _("quality")}}
    tone: Spec = {"condition": {"test": "datum.best", "value": BLUE}, "value": GREY}
    layer: list[Spec] = [
        {
            "data": {"values": best},
            "mark": {"type": "line", "interpolate": "step-after", "color": BLUE, "strokeWidth": 1},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.6},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": tone},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": tone},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "text", "align": "left", "dx": 6, "dy": -8, "fontSize": charts.SMALL},
            "encoding": {"x": x, "y": y, "text": {"field": "part"}, "color": tone},
        },
    ]
    if at_least is not None:
        rule = {"data": {"values": [{"quality": at_least, "part": _("at least {bound}", bound=number(at_least))}]}}
        layer.append({**rule, "mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": {"y": y}})
    return {"title": charts.titled(of), "width": LENGTH, "height": TALL, "layer": layer}
