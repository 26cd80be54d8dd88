"""What inputs and blocks are called in words, beside the names that formulas use."""

from __future__ import annotations

import re
from functools import cache

from lca.language import Study, followed
from lca.text.overlay import Path, split

END = re.compile(r"[:;(]|, (?:such as|or a|where|none|the first|at the)\b")  # of the title of a field
NUMBERED = re.compile(r"#([0-9]+)$")
NAMING = ("demand", "parts", "impacts", "parameters")  # what holds quantities by names of the user's own


def title_of(path: str, doc: str = "") -> str:
    """What an input is: names of the user's own, then the field; `doc` is what its field says of itself.

    >>> title_of("inference.server.aur", "active utilization rate: share of its lifetime")
    'server: active utilization rate'
    >>> title_of("terminals.devices.phone.power", "electric power in use"), title_of("parameters.per_visit")
    ('phone: electric power in use', 'per visit')
    >>> title_of("functional_units.FU1.demand.visits"), title_of("activities.light.amount#1")
    ('FU1: visits', 'light: amount, number 1 of its formula: change it in the scenario')
    """
    parts = split(path)
    number = NUMBERED.search(parts[-1])
    last = NUMBERED.sub("", parts[-1])
    of_all = len(parts) > 1 and parts[-2] in NAMING  # whose doc is of all names together
    field = "" if of_all or number else END.split(doc)[0].strip()
    words = field or last.replace("_", " ")
    inside = f", number {number[1]} of its formula: change it in the scenario" if number else ""
    own = [part for depth, part in enumerate(parts[1:-1], 2) if not _holds_names(tuple(parts[:depth]))]
    return f"{', '.join(own)}: {words}{inside}" if own else f"{words}{inside}"


def block_title(block: str) -> str:
    """A block of the scenario, and what it is.

    >>> block_title("terminals")
    "Terminals: the users' devices"
    """
    field = Study.fields.get(block)
    name = block.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}" + (f": {field.doc}" if field is not None else "")


@cache
def _holds_names(path: Path) -> bool:
    """Whether the names below a path are the user's own, as those of devices are, so that its own says nothing."""
    return followed(path)[1].named or path[-1] in NAMING
