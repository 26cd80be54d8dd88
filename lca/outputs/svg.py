"""A figure as SVG."""

from __future__ import annotations

from lca.plots.drawing import draw
from lca.plots.study import Drawing
from lca.report import Look

WRITES = ("figure",)
SUFFIXES = (".svg",)
ORDER = 2


def render(figure: Drawing, _look: Look) -> bytes:
    """The bytes of the picture. Problems where vl-convert is not installed."""
    return draw(figure.spec, "svg")
