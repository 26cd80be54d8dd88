"""The kinds of figure, one file each, found by its name and imported on use.

A file declares, each on a line,

    ABOUT     what it shows, in words for the help
    NEEDS     what it cannot do without: `ranges` of inputs, or functional units over `years`
    VARIANTS  which it shows where none is asked for: `all`
    ORDER     its place in lists

and has `drawing(asked)`, which makes the values, their specification and the numbers behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lca import discovery

if TYPE_CHECKING:
    from lca.plots.study import Asked, Drawing


class Kind(NamedTuple):
    """A kind of figure, as its file declares it."""

    name: str
    about: str
    needs: str
    variants: str

    def drawing(self, asked: Asked) -> Drawing:
        """The figure. Problems where there is nothing to draw."""
        made: Drawing = discovery.module("plots/kinds", self.name).drawing(asked)
        return made


def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    files = discovery.files("plots/kinds", "ABOUT", "NEEDS", "VARIANTS").items()
    return {n: Kind(n, c.get("ABOUT", ""), c.get("NEEDS", ""), c.get("VARIANTS", "")) for n, c in files}
