"""A native chart: bars of shares, one above the other, told apart by lightness and pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

    from lca.workbook.writing.book import Page

DARK, MIDDLE, LIGHT, WHITE, EDGE = "#243B53", "#627D98", "#D9E2EC", "#FFFFFF", "#102A43"
LOOKS: tuple[dict[str, Any], ...] = (
    {"fill": {"color": DARK}},
    {"pattern": {"pattern": "light_upward_diagonal", "fg_color": DARK, "bg_color": WHITE}},
    {"fill": {"color": "#BCCCDC"}},
    {"pattern": {"pattern": "percent_50", "fg_color": MIDDLE, "bg_color": WHITE}},
)
WIDTH, HEIGHT, BAR, FEWEST = 26.0, 2.6, 0.65, 3  # cm: the chart, its frame, a bar; bars
DOTS = 96 / 2.54  # a cm


def height(bars: int) -> float:
    """The height in cm of a chart with this many bars."""
    return HEIGHT + BAR * max(bars, FEWEST)


def stacked(page: Page, head: int, first: int, last: int, columns: tuple[int, int]) -> Chart:
    """Horizontal bars of the shares in `columns`, a bar for each row, named by the column after them."""
    chart = page.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    label = columns[1] + 1
    for place, column in enumerate(range(columns[0], label)):
        chart.add_series({
            "name": [page.name, head - 1, column - 1],
            "categories": [page.name, first - 1, label - 1, last - 1, label - 1],
            "values": [page.name, first - 1, column - 1, last - 1, column - 1],
            "border": {"color": EDGE, "width": 0.5}, "gap": 40, **LOOKS[place % len(LOOKS)],
        })  # fmt: skip
    grid = {"visible": True, "line": {"color": LIGHT}}
    chart.set_y_axis({"reverse": True, "crossing": "max"})
    chart.set_x_axis({"num_format": "0%", "major_unit": 0.2, "max": 1, "major_gridlines": grid})
    chart.set_title({"none": True})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": round(WIDTH * DOTS), "height": round(height(last - first + 1) * DOTS)})
    return chart
