"""A figure as PDF."""

from __future__ import annotations

from lca.plots.drawing import draw
from lca.plots.study import Drawing
from lca.report import Look

WRITES = ("figure",)
SUFFIXES = (".pdf",)
ORDER = 3
BINARY = True


def render(figure: Drawing, _look: Look) -> bytes:
    """The bytes of the picture. Problems where vl-convert is not installed."""
    return draw(figure.spec, "pdf")
