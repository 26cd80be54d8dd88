"""What each part contributes to each criterion: bars of 100 %, a panel for each case.

Where parts have mixed signs, a share is of the sum of absolute values, and credits extend to the left of zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lca.model.case import CaseKey
from lca.plots import charts
from lca.plots.charts import Caption, Spec
from lca.plots.study import Asked, Drawing, caption, case_titles, columns_words, criterion_labels, part_words
from lca.questions import grouping
from lca.questions.grouping import Share
from lca.spoken import _

ORDER = 0
ABOUT = "what each part contributes to each criterion"

LENGTH = 460  # pixels of 100 %
STEP = 36  # pixels from one bar to the next
LABELLED = 0.04  # the smallest share that carries its number
VISIBLE = 0.005  # the smallest share that is seen
MARGIN = 6  # pixels that a label leaves free in its segment


def drawing(asked: Asked) -> Drawing:
    """What each part contributes to each criterion of each case, as stacked bars."""
    result, columns = asked.result, asked.by or grouping.PAPER
    shares = grouping.shares(result.records(columns), columns)
    title = _("Contribution by {columns}", columns=columns_words(columns))
    title = _("Contribution of each part") if columns == grouping.PAPER else title
    made = spec(shares, case_titles(result), criterion_labels(result), caption(result, title))
    return Drawing(made, rows(shares))


def spec(shares: Sequence[Share], titles: Mapping[CaseKey, str], labels: Mapping[str, str], caption: Caption) -> Spec:
    """The figure. `titles` name the cases, `labels` the criteria; both give the order."""
    names = grouping.names(shares)
    cases = [case for case in titles if any(share.case == case for share in shares)]
    colour = charts.colours(names)
    bars = [_bars([share for share in shares if share.case == case], labels, colour) for case in cases]
    panels = [_panel(titles[case], rows, names, last=case == cases[-1]) for case, rows in zip(cases, bars, strict=True)]
    return charts.stacked(panels, caption, _note(shares, names))


def _note(shares: Sequence[Share], names: Sequence[str]) -> str:
    unseen = [name for name in names if all(abs(share.share) < VISIBLE for share in shares if share.part == name)]
    if not unseen:
        return ""
    names_ = ", ".join(map(part_words, unseen))
    return _("Too small to see, below {share} of every bar: {parts}.", share=charts.percent(VISIBLE), parts=names_)


def _bars(shares: Sequence[Share], labels: Mapping[str, str], colour: Mapping[str, str]) -> list[Spec]:
    return [
        row
        for criterion, label in labels.items()
        for row in _bar([share for share in shares if share.criterion == criterion], label, colour)
    ]


def _bar(shares: Sequence[Share], label: str, colour: Mapping[str, str]) -> Iterator[Spec]:
    """The segments of one bar, from zero outwards to either side."""
    ends = {True: 0.0, False: 0.0}
    total = charts.measured(sum(share.value for share in shares), shares[0].unit) if shares else ""
    for share in shares:
        start = ends[share.share < 0]
        end = ends[share.share < 0] = start + share.share
        yield {
            "criterion": charts.plain(label),
            "part": part_words(share.part),
            "value": share.value,
            "share": share.share,
            "start": start,
            "end": end,
            "middle": (start + end) / 2,
            "text": _text(share),
            "ink": charts.ink_on(colour[share.part]),
            "total": charts.plain(total),
        }


def _text(share: Share) -> str:
    """As much of name and number as the segment has room for."""
    room = abs(share.share) * LENGTH - MARGIN
    wordings = (f"{part_words(share.part)} {charts.percent(share.share)}", charts.percent(share.share))
    fitting = [words for words in wordings if charts.width_of(words) <= room]
    return fitting[0] if fitting else wordings[1] if abs(share.share) >= LABELLED else ""


def _panel(title: str, rows: Sequence[Spec], names: Sequence[str], *, last: bool) -> Spec:
    colour = charts.colours(names)
    ends = [round(row["end"], 9) for row in rows]  # 100 %, whatever rounding does to a sum: its label stays
    x: Spec = {
        "field": "start",
        "type": "quantitative",
        "scale": {"domain": [min([0.0, *ends]), max([0.0, *ends]) or 1.0], "nice": False},
        "axis": {
            "format": "%",
            "title": _("share of the total") if last else None,
            "labels": last,
            "ticks": last,
            "tickCount": 6,
        },
    }
    y: Spec = {
        "field": "criterion",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
    }
    shown = [part_words(name) for name in names]
    fill: Spec = {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": shown, "range": list(colour.values())},
        "legend": charts.legend(shown, symbolType="square", values=shown),
    }
    return {
        "title": charts.titled(charts.Panel(title)),
        "width": LENGTH,
        "height": {"step": STEP},
        "data": {"values": list(rows)},
        "layer": [
            {
                "mark": {"type": "bar", "height": STEP - 12, "stroke": "white", "strokeWidth": 1},
                "encoding": {"x": x, "x2": {"field": "end"}, "y": y, "color": fill},
            },
            *(
                _words(ink, [row for row in rows if row["text"] and row["ink"] == ink], y)
                for ink in ("white", charts.INK)
            ),
            _totals(y),
        ],
    }


def _words(ink: str, rows: Sequence[Spec], y: Spec) -> Spec:
    return {
        "data": {"values": [{name: row[name] for name in ("criterion", "middle", "text")} for row in rows]},
        "mark": {"type": "text", "color": ink},
        "encoding": {"x": {"field": "middle", "type": "quantitative"}, "y": y, "text": {"field": "text"}},
    }


def _totals(y: Spec) -> Spec:
    return {
        "transform": [{"aggregate": [{"op": "count"}], "groupby": ["criterion", "total"]}],
        "mark": {"type": "text", "align": "left", "dx": MARGIN},
        "encoding": {"x": {"value": LENGTH}, "y": y, "text": {"field": "total"}},
    }


def rows(shares: Sequence[Share]) -> list[dict[str, Any]]:
    """The numbers behind the figure."""
    return [
        {
            "functional_unit": share.case[0],
            "variant": share.case[1] or "",
            "criterion": share.criterion,
            "part": share.part,
        }
        | {"value": share.value, "unit": share.unit, "share": share.share}
        for share in shares
    ]
