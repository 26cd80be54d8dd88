"""A flow: an amount of something that has impact factors."""

from __future__ import annotations

from typing import NamedTuple

from lca.graph import Node
from lca.model.fields import Record


class Flow(NamedTuple):
    """An amount of `flow` (electricity, a server, a GB) that a part of the service causes.

    `item` is the thing of the inventory that causes it; for equipment item and flow are the same. The stage
    `embodied` stands for every stage but use, `all` for every stage: the factor pack says which of them it has.
    `origin` is the part of the scenario that it comes from. `counted_in` is a unit where it concerns no criteria but
    those that are counted in its dimension, and those by which it has a factor. `basis` says by which criteria
    electricity counts where a site has contracts: location-based or market-based; empty for both.
    """

    tier: str
    phase: str
    stage: str
    item: str
    flow: str
    region: str
    amount: Node
    origin: Record
    counted_in: str = ""
    basis: str = ""
