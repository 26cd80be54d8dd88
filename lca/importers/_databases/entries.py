"""What an export says: entries, each a factor as its source states it, and what was passed over, each with why."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import NamedTuple

from lca.model.criteria import Criterion


class Spread(NamedTuple):
    """A range and a law as a row of a pack has them; `law` alone may say all."""

    low: str = ""
    high: str = ""
    law: str = ""


class Entry(NamedTuple):
    """One factor as its source states it.

    place: where in the export; key: what the source knows the thing by; name: what it is called. value: a plain number;
    unit, per: of what and for one of what, in the source's words. method: by which the criterion is assessed, if said.
    part: whether it is one of the parts that a total of the same key holds. qualifiers: of `per`, such as PCI.
    """

    place: str
    key: str
    name: str
    criterion: str
    value: str
    unit: str
    per: str
    stage: str = ""
    region: str = ""
    year: str = ""
    spread: Spread = Spread()
    method: str = ""
    note: str = ""
    remark: str = ""
    part: bool = False


class Passed(NamedTuple):
    """A row or a data set that is no factor of ours, and why. `why` is one of few; `detail` is its own."""

    place: str
    name: str
    why: str
    detail: str = ""


class Asked(NamedTuple):
    """What the user says of all entries, and what criteria there are.

    law: of ranges that are printed as a percentage; archived: whether these count; per: what one of is meant where the
    export does not say; stages: words for stages that a mapping knows.
    """

    known: Mapping[str, Criterion]
    law: str = ""
    archived: bool = False
    per: str = ""
    stages: Container[str] = ()


Told = Entry | Passed
