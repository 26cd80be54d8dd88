"""Web hosting: the servers that serve the pages."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.case import Case
from lca.model.fields import OneOrEach
from lca.model.flow import Flow
from lca.serving import Service, served

ORDER = 3

FIELD = OneOrEach(Service, "servers that serve the pages")


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and servers of each service."""
    return served(case, "web_hosting", "access")
