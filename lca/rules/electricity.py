"""Electricity: from the plug of a device to the grids it is taken from.

The PUE (ISO/IEC 30134-2) is the electricity of a data centre over that of its IT equipment; it multiplies each kWh of
IT equipment once. The mix is attributional (ISO 14044, 4.3.4): the average of the regions named, by their shares.
"""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node

Mix = tuple[tuple[str, "Node | None"], ...]


def of_site(energy: Node, pue: Node | None) -> Node:
    """Electricity that the site takes for the electricity that its equipment uses."""
    return energy if pue is None else energy * pue.to("1")


def by_region(energy: Node, mix: Mix) -> Iterator[tuple[str, Node]]:
    """The electricity of each region of a mix."""
    for region, share in mix:
        yield region, energy if share is None else energy * share.to("1")
