"""The charts of the page, one file each: its rows, its drawing and the sentence above it.

Of each chart there are, in Python here and in JavaScript in `scripts/charts/`, three functions of the same names, which
give the same to the letter: `rows_NAME(scene)`, the numbers; `draw_NAME(rows, scene, width)`, an SVG, empty where there
is nothing to draw; `say_NAME(rows, scene)`, a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from lca.page.charts.against import draw_against, rows_against, say_against
from lca.page.charts.apart import draw_apart, rows_apart, say_apart
from lca.page.charts.carried import draw_carried, rows_carried, say_carried
from lca.page.charts.contribution import draw_contribution, rows_contribution, say_contribution
from lca.page.charts.curve import draw_curve, rows_curve, say_curve
from lca.page.charts.dots import draw_dots, rows_dots, say_dots
from lca.page.charts.making import draw_making, rows_making, say_making
from lca.page.charts.strip import draw_strip, rows_strip, say_strip
from lca.page.charts.tornado import draw_tornado, rows_tornado, say_tornado
from lca.page.charts.variants import draw_variants, rows_variants, say_variants
from lca.page.scene import Scene

Rows = list[dict[str, Any]]
SCRIPTS = Path(__file__).parent.parent / "scripts"


class Chart(NamedTuple):
    """What makes a chart."""

    rows: Callable[[Scene], Rows]
    draw: Callable[[Rows, Scene, float], str]
    say: Callable[[Rows, Scene], str]


CHARTS = {
    "strip": Chart(rows_strip, draw_strip, say_strip),
    "contribution": Chart(rows_contribution, draw_contribution, say_contribution),
    "dots": Chart(rows_dots, draw_dots, say_dots),
    "curve": Chart(rows_curve, draw_curve, say_curve),
    "tornado": Chart(rows_tornado, draw_tornado, say_tornado),
    "making": Chart(rows_making, draw_making, say_making),
    "variants": Chart(rows_variants, draw_variants, say_variants),
    "against": Chart(rows_against, draw_against, say_against),
    "carried": Chart(rows_carried, draw_carried, say_carried),
    "apart": Chart(rows_apart, draw_apart, say_apart),
}


def script() -> str:
    """All of it in JavaScript, after the words and the interpreter; `CHARTS` there is as here."""
    names = [*(f"{name}.js" for name in ("numbers", "svg", "scene")), *(f"charts/{name}.js" for name in CHARTS)]
    texts = [(SCRIPTS / name).read_text(encoding="utf-8") for name in names]
    table = ", ".join(f"{name}: {{rows: rows_{name}, draw: draw_{name}, say: say_{name}}}" for name in CHARTS)
    return "\n".join([*texts, f"const CHARTS = {{{table}}};\n"])
