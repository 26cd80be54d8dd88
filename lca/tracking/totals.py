"""What the requests of a client have come to, and the limit that this may reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any, NamedTuple

from lca import units, wording
from lca.model.criteria import Criterion, key_of, near_criterion
from lca.problems import Problem, Problems

MOST_REASONS = 100  # different ones that a total keeps apart


class Sum(NamedTuple):
    """The impacts of several requests by one criterion; the value is None where one of them had none.

    requests: of how many it is, since a method may have no figure by a criterion.
    """

    value: float | None
    low: float
    high: float
    unit: str
    requests: int

    def __str__(self) -> str:
        middle = "" if self.value is None else f"{wording.number(self.value)} "
        ends = wording.between(self.low, self.high)
        return f"{middle}({ends}) {self.unit}" if middle else f"{ends} {self.unit}"


class Total:
    """The sums of a client's requests by criterion, as `total["GWP"].high`; it goes on while the client is used.

    Threads and tasks may share it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums: dict[str, Sum] = {}
        self._begun = self._counted = 0
        self._reasons: Counter[str] = Counter()
        self._unlisted = 0

    @property
    def requests(self) -> int:
        """How many were sent, those under way included."""
        return self._begun

    @property
    def with_figure(self) -> int:
        """Of how many requests the sums are."""
        return self._counted

    @property
    def without_figure(self) -> int:
        """How many are at an end and have no figure; `reasons` says why."""
        with self._lock:
            return self._reasons.total() + self._unlisted

    @property
    def reasons(self) -> dict[str, int]:
        """Why requests have no figure, and how many."""
        with self._lock:
            return dict(self._reasons.most_common())

    def __getitem__(self, criterion: str) -> Sum:
        with self._lock:
            return self._sums[criterion]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter([*self._sums])

    def __contains__(self, criterion: object) -> bool:
        return criterion in self._sums

    def __len__(self) -> int:
        return len(self._sums)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        with self._lock:
            sums, counted, begun = dict(self._sums), self._counted, self._begun
        lines = [f"{wording.plural(begun, 'request')}, {counted} with a figure"]
        for criterion, each in sums.items():
            lines.append(f"{criterion}: {each}" + ("" if each.requests == counted else f", of {each.requests}"))
        return "\n".join([*lines, *(f"{count} without: {reason}" for reason, count in self.reasons.items())])

    def begin(self) -> None:
        """A request is sent."""
        with self._lock:
            self._begun += 1

    def add(self, figures: Mapping[str, Sum]) -> None:
        """A request has its figures."""
        with self._lock:
            added = {key: _added(self._sums[key], each) if key in self._sums else each for key, each in figures.items()}
            self._counted += 1
            self._sums |= added

    def miss(self, reason: str) -> bool:
        """A request has none; whether the reason is one that is listed from now on."""
        with self._lock:
            is_new = reason not in self._reasons
            if is_new and len(self._reasons) >= MOST_REASONS:
                self._unlisted += 1
                return False
            self._reasons[reason] += 1
            return is_new


def figures(answer: Any) -> dict[str, Sum]:
    """What an answer of `lca.request` says by each criterion."""
    rows = answer.rows().items()
    return {key: Sum(value, low, high, unit, 1) for key, (value, low, high, unit) in rows}


def _added(one: Sum, other: Sum) -> Sum:
    value = None if one.value is None or other.value is None else one.value + other.value
    return Sum(value, one.low + other.low, one.high + other.high, one.unit, one.requests + other.requests)


class LimitReached(Exception):
    """What a client's requests have come to has reached its limit: nothing is sent.

    `total`: all of it; `criterion` and `limit`: which limit, in the unit of the total.
    """

    def __init__(self, total: Total, criterion: str, limit: float) -> None:
        self.total, self.criterion, self.limit = total, criterion, limit
        self.reached = total[criterion]
        super().__init__(total, criterion, limit)

    def __str__(self) -> str:
        high, unit = wording.number(self.reached.high), self.reached.unit
        ends = "" if self.reached.low == self.reached.high else ", the high end of what they may have come to"
        return (
            f"{wording.plural(self.reached.requests, 'request')} came to {high} {unit} of {self.criterion}{ends}: "
            f"the limit is {wording.quantity(self.limit, unit)}"
        )


class Limits:
    """How much a client's requests may come to by some criteria: the high end of the total is held to it."""

    def __init__(self, stated: Mapping[str, str] | None, known: Mapping[str, Criterion], given: Iterable[str]) -> None:
        """`known`: all criteria; `given`: those that a request has figures by. Problems where a limit is wrong."""
        held = {key: known[key] for key in given if key in known}
        self._stated: dict[str, float] = {}
        wrong: list[Problem] = []
        for word, text in (stated or {}).items():
            try:
                criterion = _criterion(word, held)
                self._stated[criterion.key] = _amount(text, criterion)
            except Problems as raised:
                wrong += raised.problems
        if wrong:
            raise Problems(wrong)

    def reached(self, total: Total) -> LimitReached | None:
        """The first limit that a total has reached, ready to raise."""
        for key, most in self._stated.items():
            if key in total and total[key].high >= most:
                return LimitReached(total, key, most)
        return None


def _criterion(word: str, held: Mapping[str, Criterion]) -> Criterion:
    key = key_of(held, word)
    if not key:
        listing = f"a request has figures by {', '.join(held)}"
        raise Problems([Problem(f"limit: no criterion '{word}' of a request", (), near_criterion(held, word, listing))])
    return held[key]


def _amount(text: str, criterion: Criterion) -> float:
    """An amount of a criterion in its unit: `5 gCO2eq`, or for short `5 g`. Problems where it is none."""
    needed = f"such as '5 {criterion.space.unit}'"
    try:
        value, made = units.quantity(str(text))
        scale = units.scale_stated(made, criterion.plain_unit)
    except units.UnitError as plain:
        try:
            value, made = units.quantity(str(text), criterion.space)
        except units.UnitError as own:
            error = own if criterion.space.suffix else plain
            raise Problems([Problem(f"limit of {criterion.key}: {error.message}", (), error.hint or needed)]) from None
        scale = units.scale_stated(made, criterion.unit)
    if scale is None:
        raise Problems([Problem(f"limit of {criterion.key}: {text} is in no unit of {criterion.label}", (), needed)])
    if not value > 0:
        raise Problems([Problem(f"limit of {criterion.key}: {text} is not above 0", (), needed)])
    return value * scale
