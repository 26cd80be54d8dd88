"""Counters of OpenTelemetry for dashboards: what requests have come to, by model, provider and region.

They are read when they are collected, so that a request only adds to a sum. A figure by a criterion has its least and
its greatest as counters of their own, and its value where one method answers: sums of one never hold another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from lca import __version__
from lca.disk.requests import CRITERIA, opened
from lca.model.criteria import Criterion
from lca.problems import printable
from lca.tracking.follow import NoFigure, figured
from lca.tracking.totals import Sum, Total

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation

    from lca.tracking.follow import Reading, Settings

ENDS = ("value", "low", "high")
MODEL, PROVIDER, REGION, METHOD = "lca.model", "lca.provider", "lca.region", "lca.method"
PROBLEM = "lca.problem"
COUNTED, WITHOUT = "lca.requests.with_figure", "lca.requests.without_figure"
UNLISTED = "other reasons"
LOGGER = logging.getLogger("lca")


def name(criterion: str, end: str) -> str:
    """What an attribute of a span, and a counter, is called: `lca.impact.gwp.high`."""
    return f"lca.impact.{criterion.lower()}.{end}"


NAMES = {key: tuple(name(key, end) for end in ENDS) for key in CRITERIA}


class Place(NamedTuple):
    """What counters keep apart: the key of a model, who makes it, the region of the electricity ('' for several)."""

    model: str
    provider: str
    region: str

    def attributes(self) -> dict[str, str]:
        return {MODEL: self.model, PROVIDER: self.provider, REGION: self.region}


class Counters:
    """What requests have come to, for a meter provider to collect; the global one where none is named."""

    def __init__(self, settings: Settings, provider: MeterProvider | None = None) -> None:
        packs = opened()
        packs.check(settings.method, settings.region, settings.takes)  # reads all packs: no request waits
        self._settings = settings
        self._totals: dict[Place, Total] = {}
        self._missed = Total()
        self._lock = Lock()
        self._observed(provider, packs.library.criteria)

    def priced(self, reading: Reading, latency: float) -> dict[str, Any]:
        """Count a request: what is to be said with it, by name. It never raises."""
        answer, sums = figured(self._settings, reading, latency)
        if isinstance(answer, NoFigure):
            return self.missed(answer.reason)
        if any(each.low < 0 for each in sums.values()):
            return self.missed("a figure is below 0, and no counter can go down")
        place = _place(answer, self._settings.region)
        total = self._totals.get(place)
        if total is None:
            with self._lock:
                total = self._totals.setdefault(place, Total())
        total.begin()
        total.add(sums)
        return _said(answer, place, sums)

    def missed(self, reason: str) -> dict[str, Any]:
        """Count a request that has no figure, and say why in the log, once."""
        said = printable(reason)
        self._missed.begin()
        if self._missed.miss(said):
            LOGGER.warning("a request has no impacts: %s", said)
        return {PROBLEM: said}

    def _observed(self, provider: MeterProvider | None, criteria: Mapping[str, Criterion]) -> None:
        """Make the counters; where OpenTelemetry is not there, nobody collects them."""
        try:
            from opentelemetry.metrics import Observation, get_meter
        except ImportError:
            return
        meter = get_meter("lca", __version__, provider)

        def of(criterion: str, end: str) -> Callable[[CallbackOptions], Iterator[Observation]]:
            def observe(_: CallbackOptions) -> Iterator[Observation]:
                for place, total in [*self._totals.items()]:
                    if criterion in total and (amount := getattr(total[criterion], end)) is not None:
                        yield Observation(amount, place.attributes())

            return observe

        def counted(_: CallbackOptions) -> Iterator[Observation]:
            return (Observation(total.with_figure, place.attributes()) for place, total in [*self._totals.items()])

        def without(_: CallbackOptions) -> Iterator[Observation]:
            listed = self._missed.reasons
            for reason, count in listed.items():
                yield Observation(count, {PROBLEM: reason})
            if unlisted := self._missed.without_figure - sum(listed.values()):
                yield Observation(unlisted, {PROBLEM: UNLISTED})

        for key, names in NAMES.items():
            of_key = criteria[key]
            for end, called in zip(ENDS, names, strict=True):
                text = f"{of_key.label}, in {of_key.unit_label}: {SAYS[end]}"
                meter.create_observable_counter(called, [of(key, end)], f"{{{of_key.space.unit}}}", text)
        meter.create_observable_counter(COUNTED, [counted], "{request}", "Requests of which the impacts are counted")
        meter.create_observable_counter(WITHOUT, [without], "{request}", "Requests without a figure, by the reason")


SAYS = {
    "value": "as the one method that answers states it",
    "low": "the least that it may be",
    "high": "the greatest that it may be",
}


def _place(answer: Any, region: str | None) -> Place:
    model = answer.model
    places = {about.place for about in answer.abouts} if not region else {region}
    return Place(model, model.partition("/")[0], places.pop() if len(places) == 1 else "")


def _said(answer: Any, place: Place, sums: Mapping[str, Sum]) -> dict[str, Any]:
    said: dict[str, Any] = {MODEL: place.model, METHOD: answer.methods}
    if place.region:
        said[REGION] = place.region
    for key, (value, low, high, *_) in sums.items():
        of_value, of_low, of_high = NAMES[key]
        if value is not None:
            said[of_value] = value
        said[of_low], said[of_high] = low, high
    return said
