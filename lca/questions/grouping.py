"""The parts of a service as figures name them: lines summed by tier and phase, or by any other columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lca.model.case import CaseKey
from lca.result import GHG_COLUMNS
from lca.spoken import N_, _

PAPER = ("tier", "phase")
SIX = ("terminals", "network", N_("web hosting"), "inference", "training", "data")  # Berthelot et al. (2024), p. 708
HOSTING = ("data centre", "access")
OTHER = N_("other")
OURS = ("tier", "phase", "stage", *GHG_COLUMNS)  # columns of which we say the words; in others stand names of users
MOST = 8  # parts that a figure tells apart: as many as there are colours


class Share(NamedTuple):
    """What one part contributes to one criterion of one case (a functional unit of a variant)."""

    case: CaseKey
    criterion: str
    part: str
    value: float
    unit: str
    share: float


def column_words(column: str) -> str:
    """A column as the head of a table names it."""
    return _(column)


def part_words(column: str, text: str) -> str:
    """What stands in a column of the parts, as readers read it.

    >>> from lca.spoken import spoken
    >>> with spoken("fr"):
    ...     part_words("stage", "use"), part_words("item", "use")
    ('utilisation', 'use')
    """
    return _(text) if column in OURS else text


def part_name(values: Sequence[str], by: Sequence[str] = PAPER) -> str:
    """What to call the lines that have these values in the columns `by`.

    >>> [part_name(pair) for pair in (("network", "access"), ("data centre", "access"), ("data centre", "training"))]
    ['network', 'web hosting', 'training']
    >>> part_name(("network", "training")), part_name(("use", "laptop"), ("stage", "item"))
    ('network, training', 'use, laptop')
    """
    if tuple(by) != PAPER:
        return ", ".join(values) or "-"
    tier, phase = values
    if (tier, phase) == HOSTING:
        return SIX[2]
    if tier == HOSTING[0]:
        return phase
    return tier if phase == HOSTING[1] else f"{tier}, {phase}"


def shares(records: Iterable[Mapping[str, Any]], by: Sequence[str] = PAPER, most: int = MOST) -> list[Share]:
    """The shares of records with the columns `by`; the smallest parts beyond `most` are one, called other."""
    of_records = [
        Share(
            CaseKey(record["functional_unit"], record["variant"]), record["criterion"],
            part_name([record[name] for name in by], by), record["value"], record["unit"], record["share"],
        )
        for record in records
    ]  # fmt: skip
    return _summed(condensed(of_records, most))


def condensed(shares: Sequence[Share], most: int = MOST) -> list[Share]:
    """The same shares, with the smallest parts beyond `most` called other."""
    kept = set(_largest(shares, most))
    return [share if share.part in kept else share._replace(part=OTHER) for share in shares]


def names(shares: Iterable[Share]) -> list[str]:
    """The parts in the order of the figures."""
    return ordered(share.part for share in shares)


def ordered(parts: Iterable[str]) -> list[str]:
    """Names of parts once each: the six of the paper, then others as they come.

    >>> ordered(["other", "bus", "training", "bus", "terminals"])
    ['terminals', 'training', 'bus', 'other']
    """
    seen = list(dict.fromkeys(parts))
    return sorted(
        seen, key=lambda name: (name == OTHER, SIX.index(name) if name in SIX else len(SIX), seen.index(name))
    )


def _largest(shares: Sequence[Share], most: int) -> list[str]:
    weight: dict[str, float] = {}
    for share in shares:
        weight[share.part] = weight.get(share.part, 0.0) + abs(share.share)
    ranked = sorted(weight, key=lambda name: -weight[name])
    return ranked if len(ranked) <= most else ranked[: most - 1]


def _summed(shares: Sequence[Share]) -> list[Share]:
    total: dict[tuple[CaseKey, str, str], Share] = {}
    for share in shares:
        key = (share.case, share.criterion, share.part)
        known = total.get(key)
        total[key] = (
            share if known is None else known._replace(value=known.value + share.value, share=known.share + share.share)
        )
    order = names(shares)
    return sorted(total.values(), key=lambda share: order.index(share.part))
