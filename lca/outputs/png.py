"""A figure as PNG."""

from __future__ import annotations

from lca.plots.drawing import draw
from lca.plots.study import Drawing
from lca.report import Look

WRITES = ("figure",)
SUFFIXES = (".png",)
ORDER = 1
BINARY = True


def render(figure: Drawing, _look: Look) -> bytes:
    """The bytes of the picture. Problems where vl-convert is not installed."""
    return draw(figure.spec, "png")
