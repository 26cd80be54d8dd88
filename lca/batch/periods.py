"""Hours, days and months of requests, in UTC: whole numbers while they are summed, texts when they are shown.

Of milliseconds since 1970, since what engines make of dates follows the zone of the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from lca.batch.formats import quoted
from lca.batch.price import Priced

HOUR, DAY = 3_600_000, 86_400_000  # milliseconds


def expressions(by: Iterable[str]) -> dict[str, str]:
    """What requests are grouped by, as SQL over the table of requests."""
    return {name: PERIODS.get(name, quoted(name)) for name in by}


def dated(priced: Priced) -> Priced:
    """The same with periods as texts, in order; '' where a request says no time."""
    known = [SHOWN.get(name, str) for name in priced.columns]
    groups = (
        group._replace(by=tuple("" if at is None else show(at) for show, at in zip(known, group.by, strict=True)))
        for group in priced.groups
    )
    return priced._replace(groups=tuple(sorted(groups, key=lambda group: group.by)))


PERIODS = {
    "hour": f"ms - ms % {HOUR}",
    "day": f"ms - ms % {DAY}",
    "month": "extract(year from make_timestamp(ms * 1000)) * 12 + extract(month from make_timestamp(ms * 1000)) - 1",
}
SHOWN: dict[str, Callable[[Any], str]] = {
    "hour": lambda ms: f"{_moment(ms):%Y-%m-%d %H:00}",
    "day": lambda ms: f"{_moment(ms):%Y-%m-%d}",
    "month": lambda months: f"{months // 12:04}-{months % 12 + 1:02}",
}


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1_000, UTC)
