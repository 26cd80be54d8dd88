"""Embodied stages: what is counted of a device besides its use.

A factor pack has a device's manufacture, distribution and end of life apart, or one embodied total, never both for
one criterion (PEF, Commission Recommendation (EU) 2021/2279, Annex I, 4.2: every stage counted once). An end-of-life
factor is taken as the pack prints it: its package says whether credits for recovered material are included
(end-of-life credits may make it negative); nothing is added or removed here.
"""

from __future__ import annotations

PARTS = ("manufacture", "distribution", "end of life")
TOTAL = "embodied"


def stages_of(available: frozenset[str] | set[str]) -> tuple[str, ...]:
    """The stages to count of those that a pack has for one item and criterion.

    >>> stages_of({"manufacture", "end of life", "use"})
    ('manufacture', 'end of life')
    >>> stages_of({"embodied"})
    ('embodied',)
    """
    return (TOTAL,) if TOTAL in available else tuple(part for part in PARTS if part in available)
