"""A native chart: bars of shares, one above the other, told apart by lightness and pattern."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties

DARK, MIDDLE, LIGHT, WHITE, EDGE = "243B53", "627D98", "D9E2EC", "FFFFFF", "102A43"
LOOKS: tuple[tuple[str, str, str], ...] = (
    ("", DARK, ""),
    ("ltUpDiag", DARK, WHITE),
    ("", "BCCCDC", ""),
    ("pct50", MIDDLE, WHITE),
)
WIDTH, HEIGHT, BAR, FEWEST = 26.0, 2.6, 0.65, 3  # cm: the chart, its frame, a bar; bars
HAIRLINE = 6350  # EMU, half a point


def height(bars: int) -> float:
    """The height in cm of a chart with this many bars."""
    return HEIGHT + BAR * max(bars, FEWEST)


def stacked(sheet: Any, head: int, first: int, last: int, columns: tuple[int, int]) -> BarChart:
    """Horizontal bars of the shares in `columns`, a bar for each row, named by the column after them."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 40
    chart.width, chart.height = WIDTH, height(last - first + 1)
    for place, column in enumerate(range(columns[0], columns[1] + 1)):
        chart.series.append(_series(sheet, (head, first, last), (column, columns[1] + 1), LOOKS[place % len(LOOKS)]))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.majorUnit = "0%", 0.2
    chart.y_axis.scaling.max = 1
    chart.y_axis.crosses = "max"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=LIGHT))
    chart.legend.position, chart.roundedCorners = "b", False
    return chart


def _series(sheet: Any, rows: tuple[int, int, int], columns: tuple[int, int], look: tuple[str, str, str]) -> Any:
    (head, first, last), (column, label) = rows, columns
    series = Series(Reference(sheet, min_col=column, min_row=first, max_row=last))
    series.tx = SeriesLabel(strRef=StrRef(f=str(Reference(sheet, min_col=column, min_row=head))))
    names = Reference(sheet, min_col=label, min_row=first, max_row=last)
    series.cat = AxDataSource(strRef=StrRef(f=str(names)))
    pattern, front, back = look
    series.graphicalProperties = _filled(pattern, front, back) if pattern else GraphicalProperties(solidFill=front)
    series.graphicalProperties.line = LineProperties(solidFill=EDGE, w=HAIRLINE)
    return series


def _filled(pattern: str, front: str, back: str) -> GraphicalProperties:
    colours = {"fgClr": ColorChoice(srgbClr=front), "bgClr": ColorChoice(srgbClr=back)}
    return GraphicalProperties(pattFill=PatternFillProperties(prst=pattern, **colours))
