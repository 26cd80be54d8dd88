"""Activities: free lines of the inventory."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.binding import Scope
from lca.model.blocks import Activity
from lca.model.flow import Flow
from lca.rules.electricity import by_region

ANYWHERE = (("", None),)


def flows(scope: Scope) -> Iterator[Flow]:
    """Each line as it is written."""
    activities: dict[str, Activity] = scope.study.activities
    for name, line in activities.items():
        yield from scope.going_on(_line(name, line), line)


def _line(name: str, line: Activity) -> Iterator[Flow]:
    tier, stage, item, amount = (line.need(key) for key in ("tier", "stage", "item", "amount"))
    for region, part in by_region(amount, line.region or ANYWHERE):
        yield Flow(tier, line.phase, stage, name, item, region, part, line)
