"""How a client's requests come to pass through a tracker: on a copy of it, so that the client itself is as it was.

The clients of OpenAI and Anthropic are of one make: whatever is asked of them, `parse` and `with_raw_response` as well,
goes through `client.request` with the body that is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from inspect import iscoroutinefunction
from typing import Any, NamedTuple

from lca.tracking.follow import NAME, Call, Reading, Tracker, attach, followed
from lca.tracking.usage import part

FINAL = ("get_final_message", "get_final_completion", "get_final_response")  # of the helpers for streams
FAILED = "the request failed"
RAW = "the answer was asked for as it is sent, and was not looked into"


class Prepared(NamedTuple):
    """A request as it is sent, and how its answer is read."""

    options: Any
    reading: Reading


Prepare = Callable[[Any], Prepared | None]


def hooked(client: Any, tracker: Tracker, prepare: Prepare, streams: tuple[str, ...]) -> Any:
    """A copy of a client whose requests are tracked. `streams`: where its helpers for streams are."""
    return _hook(client.copy(), tracker, prepare, streams)


def _hook(client: Any, tracker: Tracker, prepare: Prepare, streams: tuple[str, ...]) -> Any:
    request, copy = client.request, client.copy

    def prepared(options: Any) -> Prepared | None:
        with suppress(Exception):  # what we cannot read is sent as it is
            return prepare(options)
        return None

    def called(cast_to: Any, options: Any, *given: Any, **named: Any) -> Any:
        if (ready := prepared(options)) is None:
            return request(cast_to, options, *given, **named)
        return sent(tracker, ready.reading, lambda: request(cast_to, ready.options, *given, **named))

    async def awaited(cast_to: Any, options: Any, *given: Any, **named: Any) -> Any:
        if (ready := prepared(options)) is None:
            return await request(cast_to, options, *given, **named)
        return await sent_off(tracker, ready.reading, lambda: request(cast_to, ready.options, *given, **named))

    def copied(**options: Any) -> Any:
        return _hook(copy(**options), tracker, prepare, streams)

    client.request = awaited if iscoroutinefunction(request) else called
    client.copy = client.with_options = copied
    setattr(client, NAME, tracker.total)
    for path in streams:
        with suppress(AttributeError):  # an older client without it
            _help(client, path)
    return client


def sent(tracker: Tracker, reading: Reading, request: Callable[[], Any]) -> Any:
    """The answer to a request, with its impacts. Raises `LimitReached` before it, and what the request raises."""
    call = _begun(tracker, reading)
    try:
        answer = request()
    except BaseException as error:
        call.fail(f"{FAILED}: {type(error).__name__}")
        raise
    return _read(answer, call)


async def sent_off(tracker: Tracker, reading: Reading, request: Callable[[], Any]) -> Any:
    """As `sent`, where the answer is awaited."""
    call = _begun(tracker, reading)
    try:
        answer = await request()
    except BaseException as error:
        call.fail(f"{FAILED}: {type(error).__name__}")
        raise
    return _read(answer, call)


def _begun(tracker: Tracker, reading: Reading) -> Call:
    tracker.before()
    return Call(tracker, reading)


def _read(answer: Any, call: Call) -> Any:
    """An answer with its impacts, or a stream that will have them; a raw one is looked into where that is harmless."""
    said = answer
    if hasattr(answer, "http_response") and hasattr(answer, "parse"):
        said = None
        if not iscoroutinefunction(answer.parse) and type(answer).__name__.startswith("Legacy"):
            with suppress(Exception):  # the user meets the same where they parse it
                said = answer.parse()
    if said is None:
        call.fail(RAW)
        attach(answer, call.impacts)
    elif hasattr(said, "__next__") or hasattr(said, "__anext__"):
        followed(said, call)
    else:
        call.answered(said)
        if said is not answer:
            attach(answer, call.impacts)
    return answer


def _help(client: Any, path: str) -> None:
    """The streams that a helper gives say `.impacts` too, and so do the whole answers that they make."""
    resource = client
    for name in path.split("."):
        resource = getattr(resource, name)
    stream = resource.stream
    resource.stream = lambda *given, **named: _managing(stream(*given, **named))


def _managing(manager: Any) -> Any:
    """What `with` enters to get a stream; it is the same object."""
    kind = type(manager)

    def enter(self: Any) -> Any:
        return _saying(kind.__enter__(self))

    async def aenter(self: Any) -> Any:
        return _saying(await kind.__aenter__(self))

    own: dict[str, Any] = {"__module__": kind.__module__}
    own |= {"__enter__": enter} if hasattr(kind, "__enter__") else {"__aenter__": aenter}
    manager.__class__ = type(kind.__name__, (kind,), own)
    return manager


def _saying(stream: Any) -> Any:
    kind, raw = type(stream), part(stream, "_raw_stream")
    own = {name: _final(getattr(kind, name)) for name in FINAL if hasattr(kind, name)}
    says = property(lambda _: getattr(raw, NAME))
    stream.__class__ = type(kind.__name__, (kind,), {**own, NAME: says, "__module__": kind.__module__})
    return stream


def _final(whole: Callable[..., Any]) -> Callable[..., Any]:
    async def awaited(stream: Any) -> Any:
        answer = await whole(stream)
        attach(answer, getattr(stream, NAME))
        return answer

    def final(stream: Any) -> Any:
        answer = whole(stream)
        attach(answer, getattr(stream, NAME))
        return answer

    return awaited if iscoroutinefunction(whole) else final
