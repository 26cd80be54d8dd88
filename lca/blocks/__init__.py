"""The blocks of a scenario, one file each: what may be said of a part of the service, and the flows that it causes.

A file is found by its name, which is the key of the block. It declares

    FIELD    the field of the study that reads it
    ORDER    its place among the blocks; those without one come last
    EXAMPLE  how it reads in a first scenario, if it stands there
    flows    the flows of a case; it reads like the formula sheet
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from lca.model.case import Case
from lca.model.fields import Field
from lca.model.flow import Flow

LAST = 1_000  # the place of a block that states none


class Block(Protocol):
    """What a file of this package declares."""

    FIELD: Field

    @staticmethod
    def flows(case: Case) -> Iterator[Flow]:
        """The flows of a case."""


@cache
def blocks() -> Mapping[str, Block]:
    """Every block by its key, in the order in which a scenario is told."""
    modules = {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}
    ordered = sorted(modules, key=lambda name: getattr(modules[name], "ORDER", LAST))
    return {name: cast("Block", modules[name]) for name in ordered}


def examples() -> Iterator[str]:
    """What the blocks say in a first scenario."""
    return (block.EXAMPLE for block in blocks().values() if hasattr(block, "EXAMPLE"))
