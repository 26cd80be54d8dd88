"""Every layer of training, one on the other, from the base model to its last user, with the uses that share each.

A row a layer, which begins where the one before it ends; the last row is all that is not training.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca.plots import charts
from lca.plots.charts import Panel, Spec
from lca.plots.study import Asked, Drawing, caption, case_panel
from lca.questions.layers import REST, Layer, layers
from lca.result import Result
from lca.spoken import N_, _

ORDER = 3
ABOUT = "every layer of training, from the base model to the last user, with its uses"

NOTE = N_("Each layer begins where the one before it ends, and is shared over its own uses.")
LENGTH, STEP, GAP = 200, 24, 8  # pixels of a panel, of a row, and before a number
MOST = 75  # characters that stand beside a bar


def drawing(asked: Asked) -> Drawing:
    """The layers of each case by each criterion."""
    found = layers(asked.result)
    return Drawing(spec(found, asked.result), [*map(_record, found)])


def spec(found: Sequence[Layer], result: Result) -> Spec:
    """The figure: a panel for each criterion of each case."""
    keys = dict.fromkeys((layer.case, layer.criterion) for layer in found)
    views = [
        _panel([layer for layer in found if (layer.case, layer.criterion) == key], case_panel(result, *key[0], key[1]))
        for key in keys
    ]
    return charts.stacked(views, caption(result, _("Layers of training")), _(NOTE))


def _panel(found: Sequence[Layer], panel: Panel) -> Spec:
    rows = [_row(layer, place) for place, layer in enumerate(found)]
    ends = [end for row in rows for end in (row["start"], row["end"])]
    names = {row["place"]: row["layer"] for row in rows}
    scale = {"domain": [min(0.0, *ends), max(0.0, *ends) or 1.0], "nice": False}
    axis = {"title": charts.unit_title(panel.unit), "tickCount": 3, "labelExpr": charts.NUMBERS}
    x: Spec = {"field": "start", "type": "quantitative", "scale": scale, "axis": axis}
    written = " : ".join([*(f"datum.value == {place} ? {_quoted(name)}" for place, name in names.items()), "''"])
    y: Spec = {
        "field": "place",
        "type": "ordinal",
        "axis": {"title": None, "domain": False, "ticks": False, "labelExpr": written, "labelLimit": 200},
    }
    text = {"x": {"value": LENGTH + GAP}, "y": y, "text": {"field": "text"}}
    return {
        "title": charts.titled(panel),
        "width": LENGTH,
        "height": {"step": STEP},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": STEP - 8},
                "encoding": {"x": x, "x2": {"field": "end"}, "y": y, "color": {"field": "colour", "scale": None}},
            },
            {"mark": {"type": "text", "align": "left"}, "encoding": text},
        ],
    }


def _quoted(name: str) -> str:
    """A name as a text of an expression."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _row(layer: Layer, place: int) -> dict[str, Any]:
    words = (charts.number(layer.value), charts.percent(layer.share), layer.uses)
    return {
        "place": place,
        "layer": charts.plain(layer.name, MOST // 2),
        "start": layer.cumulative - layer.value,
        "end": layer.cumulative,
        "colour": charts.PALETTE[-1] if layer.name == REST else charts.BLUE,
        "text": charts.plain(" · ".join(word for word in words if word), MOST),
    }


def _record(layer: Layer) -> dict[str, Any]:
    return {
        "functional_unit": layer.case.functional_unit,
        "variant": layer.case.variant or "",
        "criterion": layer.criterion,
        "layer": layer.name,
        "from": layer.from_,
        "uses": layer.uses,
        "value": layer.value,
        "cumulative": layer.cumulative,
        "unit": layer.unit,
        "share": layer.share,
    }
