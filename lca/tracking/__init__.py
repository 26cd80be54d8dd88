"""Tracking at the client: each answer of a provider gets the impacts of its request, and a client their total.

No client library is imported here: a client is known by the module that its class is of, and an answer by what it says
of itself. Nothing that is wrong here breaks a request; only a limit that is reached raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any

from lca import discovery
from lca.disk.requests import CRITERIA, opened
from lca.problems import Problem, Problems, problem
from lca.tracking.follow import NoFigure, Settings, Tracker
from lca.tracking.totals import LimitReached, Limits, Sum, Total

__all__ = ["LimitReached", "NoFigure", "Sum", "Total", "litellm_callback", "span_processor", "track"]

CLIENTS = "tracking/clients"
INSTALL = "install it with `pip install 'lca[otel]'`, in a checkout with `.venv/bin/pip install -e '.[otel]'`"


def track(
    client: Any,
    *,
    provider: str | None = None,
    region: str | None = None,
    method: str | None = None,
    limit: Mapping[str, str] | None = None,
    on_limit: Callable[[Total], object] | None = None,
    latency: bool = True,
    stream_usage: bool = True,
    **takes: Any,
) -> Any:
    """A client whose answers say `.impacts`, see `lca.track`. Problems where it is not known, or a limit is wrong."""
    kind = _kind(client)
    if lacking := [name for name in kind.NEEDED if not hasattr(client, name)]:
        raise Problems([Problem(f"{_named(client)} has no {lacking[0]}: it is no client", (), kind.WANTED)])
    if iscoroutinefunction(on_limit):
        raise Problems([Problem("on_limit is not awaited", (), "name a function that is not async")])
    if on_limit is not None and not limit:
        raise Problems([Problem("on_limit is never called without a limit", (), 'such as limit={"GWP": "5 g"}')])
    whose = kind.provider(client) if provider is None else provider
    settings = Settings(whose, region, method, latency, stream_usage, takes)
    packs = opened()
    packs.check(method, region, takes)  # which reads all packs, so that no request waits for them
    limits = Limits(limit, packs.library.criteria, CRITERIA)
    return kind.tracked(client, Tracker(settings, limits, on_limit, Total()))


def span_processor(processors: Iterable[Any], settings: Settings, meter_provider: Any = None) -> Any:
    """A processor of spans, see `lca.span_processor`. Problems where OpenTelemetry's SDK is not there."""
    try:
        from lca.tracking.spans import ImpactSpanProcessor
    except ImportError:
        raise problem("spans need the library opentelemetry-sdk", hint=INSTALL) from None
    return ImpactSpanProcessor(processors, settings, meter_provider)


def litellm_callback(settings: Settings, meter_provider: Any = None) -> Any:
    """A callback of LiteLLM, see `lca.litellm_callback`. Problems where LiteLLM is not there."""
    from lca.tracking.logged import callback

    try:
        return callback(settings, meter_provider)
    except ImportError:
        raise problem("a callback of LiteLLM needs the library litellm", hint="`pip install litellm`") from None


def _kind(client: Any) -> Any:
    """The file of the client's kind."""
    roots = set(_roots(client))
    for name, declared in discovery.files(CLIENTS, "MODULES").items():
        if roots & {*declared["MODULES"]}:
            return discovery.module("tracking/clients", name)
    known = ", ".join(discovery.files(CLIENTS))
    raise Problems([Problem(f"{_named(client)} is no client that can be tracked", (), f"those of {known} can")])


def _named(client: Any) -> str:
    return client.__name__ if isinstance(client, ModuleType) else f"{type(client).__module__}.{type(client).__name__}"


def _roots(client: Any) -> Iterator[str]:
    """The libraries that it may be a client of: those of its classes, or the one that it is."""
    modules = (
        [client.__name__] if isinstance(client, ModuleType) else [each.__module__ for each in type(client).__mro__]
    )
    return (module.partition(".")[0] for module in modules)
