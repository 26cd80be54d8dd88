"""Processes: what a method works out as several lines of the inventory, such as a web page or a computation."""

from __future__ import annotations

from collections.abc import Iterator

from lca.inventory import Activity, lines
from lca.model.case import Case
from lca.model.fields import Each, Listed, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import NOTE

ORDER = 8


class Process(ByMethod):
    """Something that a method describes as activities."""

    activities = Listed(Activity, "its lines of the inventory, or tables that hold them", required=True, table=True)
    note = Words(NOTE)


FIELD = Each(Process, "things that a method describes as several activities")


def flows(case: Case) -> Iterator[Flow]:
    """Each line of each process."""
    processes: dict[str, Process] = case.block("processes")
    for name, process in processes.items():
        yield from process.going_on(lines(process.need("activities"), name))
