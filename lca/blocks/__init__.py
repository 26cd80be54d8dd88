"""The blocks of a scenario, one file each: what may be said of a part of the service, and the flows that it causes.

A file is found by its name, which is the key of the block. It declares

    FIELD    the field of the study that reads it
    ORDER    its place among the blocks; those without one come last
    EXAMPLE  how it reads in a first scenario, if it stands there
    flows    the flows of a case; it reads like the formula sheet
    contradictions
             what contradicts itself over the cases of a whole scenario, if anything can
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Protocol, cast

from lca import discovery
from lca.model.case import Case
from lca.model.fields import Field
from lca.model.flow import Flow
from lca.problems import Problem
from lca.text.documents import Located


class Block(Protocol):
    """What a file of this package declares."""

    FIELD: Field

    @staticmethod
    def flows(case: Case) -> Iterator[Flow]:
        """The flows of a case."""


@cache
def blocks() -> Mapping[str, Block]:
    """Every block by its key, in the order in which a scenario is told."""
    return {name: cast("Block", discovery.module("blocks", name)) for name in discovery.files("blocks")}


def contradictions(tree: Located) -> Iterator[Problem]:
    """What a scenario says in one of its cases and gainsays in all."""
    return (
        problem
        for block in blocks().values()
        if hasattr(block, "contradictions")
        for problem in block.contradictions(tree)
    )


def examples() -> Iterator[str]:
    """What the blocks say in a first scenario."""
    return (block.EXAMPLE for block in blocks().values() if hasattr(block, "EXAMPLE"))
