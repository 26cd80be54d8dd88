"""Criteria in person-equivalents, one variant beside another: bars, a panel for each functional unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lca.plots import charts
from lca.plots.charts import Caption, Panel, Spec
from lca.plots.study import Asked, Drawing, caption, criterion_labels
from lca.questions.normalise import normalised, references
from lca.spoken import N_, _, told

ORDER = 3
ABOUT = "criteria in person-equivalents, variants side by side"
VARIANTS = "all"

UNIT = N_("person-equivalents: what so many people cause in a year")

LENGTH = 480  # pixels of the longest bar
THICK = 22  # pixels of a bar
BETWEEN = 16  # pixels between criteria
MISSING = N_("no factor")
COLOURS = (charts.BLUE, charts.ORANGE, *charts.PALETTE[5:], charts.PALETTE[1])


class Bar(NamedTuple):
    """A criterion of one variant over what a person causes in a year; None, with the reason, where nothing says it."""

    panel: Panel
    criterion: str
    variant: str
    value: float | None
    reason: str = ""
    label: str = ""


def drawing(asked: Asked) -> Drawing:
    """Every criterion in person-equivalents, one variant beside another."""
    result, name = asked.result, asked.set_name
    known = references(asked.table("normalisation", name), result.model.factors.criteria)
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    labels, titles = criterion_labels(result), result.model.titles
    bars = [
        Bar(
            Panel(f"{each.functional_unit} · {titles.get(each.functional_unit, '')}".removesuffix(" · "), UNIT),
            each.criterion, result.model.scenario.label(each.variant), each.people, each.reason, labels[each.criterion],
        )
        for each in normalised(totals, result.criteria, known, name)
    ]  # fmt: skip
    return Drawing(
        spec(bars, caption(result, _("Normalised impacts"), _("normalised with {set}", set=name))), rows(bars)
    )


def spec(bars: Sequence[Bar], caption: Caption) -> Spec:
    """The figure; criteria and variants in the order in which they come."""
    panels = list(dict.fromkeys(bar.panel for bar in bars))
    variants = charts.unique(charts.plain(bar.variant) for bar in bars)
    views = [_panel(panel, [bar for bar in bars if bar.panel == panel], variants) for panel in panels]
    reasons = charts.unique(told(bar.reason) for bar in bars if bar.value is None)
    return charts.stacked(views, caption, "".join(f"{reason[:1].upper()}{reason[1:]}. " for reason in reasons).strip())


def _panel(panel: Panel, bars: Sequence[Bar], variants: Sequence[str]) -> Spec:
    values = [bar.value for bar in bars if bar.value is not None]
    longest, lowest = max([*values, 0.0]), min([*values, 0.0])
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [lowest, longest or 1.0], "nice": False},
        "axis": {"title": charts.plain(_(panel.unit)), "tickCount": 6, "grid": False, "labelExpr": charts.NUMBERS},
    }
    y: Spec = {
        "field": "criterion",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
        "scale": {"paddingInner": BETWEEN / (THICK * len(variants) + BETWEEN), "paddingOuter": 0.2},
    }
    beside: Spec = {"field": "variant", "type": "nominal", "sort": None, "scale": {"domain": variants, "padding": 0.06}}
    colour: Spec = {
        "field": "variant",
        "type": "nominal",
        "scale": {"domain": variants, "range": [COLOURS[i % len(COLOURS)] for i in range(len(variants))]},
        "legend": charts.legend(variants, symbolType="square") if len(variants) > 1 else None,
    }
    place = {"x": x, "y": y, "yOffset": beside}
    return {
        "title": charts.titled(panel),
        "width": LENGTH,
        "height": len({bar.criterion for bar in bars}) * (THICK * len(variants) + BETWEEN),
        "data": {"values": [_row(bar) for bar in bars]},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {**place, "color": colour}},
            {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {**place, "text": {"field": "text"}}},
        ],
    }


def _row(bar: Bar) -> Spec:
    return {
        "criterion": charts.plain(bar.label or bar.criterion),
        "variant": charts.plain(bar.variant),
        "value": bar.value or 0.0,
        "text": _(MISSING) if bar.value is None else charts.number(bar.value),
    }


def rows(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """The numbers behind the figure."""
    return [
        {"figure": bar.panel.name, "variant": bar.variant, "criterion": bar.criterion, "value": bar.value}
        | {"unit": "person-equivalents", "reason": bar.reason}
        for bar in bars
    ]
