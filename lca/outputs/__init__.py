"""Outputs: the forms in which something leaves, one file each, found by its name and imported on use.

A file declares, each on a line at its top,

    WRITES    what it is given: a `report`, of which it may show the `records` alone; a `study`; a `figure`; `checks`
    SUFFIXES  the endings of its files
    ORDER     its place in lists
    BINARY    whether what it makes is no text
    HEEDS     which options of a `study` it heeds: `published`, `with_restricted`

and has `render(what, look)`, which makes a text or bytes of it. Where it writes both reports and studies, it is given
the report of the study. One that cannot hold all of a study has `left_out(study)`: what it does not hold, a line each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from lca import discovery
from lca.report import Look

if TYPE_CHECKING:
    from lca.result import Result, Verdict


class Output(NamedTuple):
    """A form, as its file declares it."""

    name: str
    writes: tuple[str, ...]
    suffixes: tuple[str, ...]
    is_binary: bool
    heeds: tuple[str, ...]

    def render(self, what: Any, look: Look) -> Any:
        """The text, or the bytes where `is_binary`, of what it writes."""
        return discovery.module("outputs", self.name).render(what, look)

    def left_out(self, study: Study) -> list[str]:
        """What it does not hold of a study, in words."""
        told: list[str] = getattr(discovery.module("outputs", self.name), "left_out", lambda _: [])(study)
        return told


class Study(NamedTuple):
    """A study for others. `published`: with published figures; `with_restricted`: with values not to be passed on."""

    result: Result
    verdicts: Sequence[Verdict] = ()
    published: bool = False
    with_restricted: bool = False


def outputs(*kinds: str) -> dict[str, Output]:
    """The outputs that write any of these kinds, by name."""
    declared = discovery.files("outputs", "WRITES", "SUFFIXES", "BINARY", "HEEDS").items()
    made = (
        Output(n, c.get("WRITES", ()), c.get("SUFFIXES", ()), c.get("BINARY", False), c.get("HEEDS", ()))
        for n, c in declared
    )
    return {output.name: output for output in made if set(kinds) & set(output.writes)}
