"""Activities: free lines of the inventory."""

from __future__ import annotations

from collections.abc import Iterator

from lca.inventory import Activity, lines
from lca.model.case import Case
from lca.model.fields import Listed
from lca.model.flow import Flow

ORDER = 7

FIELD = Listed(Activity, "free lines of the inventory, or tables that hold them", table=True)


def flows(case: Case) -> Iterator[Flow]:
    """Each line as it is written."""
    yield from lines(case.block("activities"))
