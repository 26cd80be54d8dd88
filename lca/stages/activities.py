"""Activities: free lines of the inventory."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.binding import Scope
from lca.model.blocks import Activity
from lca.model.flow import Flow
from lca.rules.electricity import by_region


def flows(scope: Scope) -> Iterator[Flow]:
    activities: dict[str, Activity] = scope.study.activities
    for name, line in activities.items():
        item = line.need("item")
        for region, part in by_region(line.need("amount"), line.region or (("", None),)):
            yield Flow(line.tier, line.phase, line.stage, name, item, region, part, line)
