"""What may not be passed on: the numbers of packs that are not redistributable."""

from __future__ import annotations

from lca.compile import Model


def restricted(model: Model) -> set[str]:
    """The packs whose numbers may not be passed on."""
    return {pack.name for pack in model.factors.packs.values() if not pack.redistributable}


def withheld(model: Model) -> set[int]:
    """The leaves whose numbers stand in such a pack."""
    packs = model.factors.packs
    files = {sheet.name for name in restricted(model) for sheets in packs[name].tables.values() for sheet in sheets}
    return {index for index, leaf in model.graph.inputs() if leaf.span.file in files}
