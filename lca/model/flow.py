"""A flow: an amount of something that has impact factors."""

from __future__ import annotations

from typing import NamedTuple

from lca.graph import Node
from lca.model.fields import Record


class Flow(NamedTuple):
    """An amount of `flow` (electricity, a server, a GB) that a part of the service causes.

    `item` is the thing of the inventory that causes it; for equipment item and flow are the same. The stage
    `embodied` stands for every stage but use, `all` for every stage: the factor pack says which of them it has.
    `origin` is the part of the scenario that it comes from.
    """

    tier: str
    phase: str
    stage: str
    item: str
    flow: str
    region: str
    amount: Node
    origin: Record
