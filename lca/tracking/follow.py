"""One request from when it is sent until its figures are known, and what its answer then says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Any, NamedTuple, NoReturn

from lca.disk import requests
from lca.problems import Problem, Problems, problem
from lca.tracking.totals import Limits, Sum, Total, figures
from lca.tracking.usage import Tokens, part

NAME = "impacts"  # of what is put on an answer
UNFINISHED = "the stream is not at its end"
LEFT = "the stream was left before it said what it used"


class NoFigure:
    """What `.impacts` is where there is no figure: it says why, is falsy, and raises where it is asked for one."""

    def __init__(self, why: Problems) -> None:
        self.why = why

    @property
    def problem(self) -> str:
        """Why there is no figure."""
        return str(self.why)

    @property
    def reason(self) -> str:
        """The same in short, under which requests without a figure are counted."""
        return "; ".join(each.message for each in self.why.problems)

    def __bool__(self) -> bool:
        return False

    def __getitem__(self, criterion: str) -> NoReturn:
        raise Problems(self.why.problems)

    def __repr__(self) -> str:
        return f"NoFigure({self.problem!r})"


class Settings(NamedTuple):
    """What a tracked client is asked with. provider: begins the keys of its models; '' where a model has a key itself.

    latency: whether methods are given the time that the request took. stream_usage: whether OpenAI's streams are asked
    to say what they used. takes: what else methods take.
    """

    provider: str = ""
    region: str | None = None
    method: str | None = None
    latency: bool = True
    stream_usage: bool = True
    takes: Mapping[str, Any] = {}


class Reading:
    """What is read from an answer, or from one part of a stream after another. Each client has its own."""

    def __init__(self, model: str = "", provider: str | None = None) -> None:
        self.asked, self.provider = model, provider
        self.model = ""
        self.usage: Any = None

    def take(self, answer: Any) -> None:
        """Keep what an answer, or a part of one, says of the model and what it used."""
        self.model = part(answer, "model") or self.model
        self.usage = part(answer, "usage") or self.usage

    def tokens(self) -> Tokens:
        """All that was used. Problems where it is not known."""
        raise NotImplementedError

    def closes(self, chunk: Any) -> bool:
        """Whether nothing that counts follows this part of a stream."""
        return False

    def holds(self, chunk: Any) -> bool:
        """Whether this part of a stream waits for the next, which may say what was used and be swallowed."""
        return False

    def swallows(self, chunk: Any) -> bool:
        """Whether this part of a stream is there only since we asked for it."""
        return False

    def attach(self, answer: Any, impacts: Any) -> None:
        """Put the impacts on an answer, or on the last part of one."""
        attach(answer, impacts)


def attach(answer: Any, impacts: Any) -> None:
    """Put the impacts on an answer, beside its fields: what is written out as JSON is as it was."""
    with suppress(Exception):
        object.__setattr__(answer, NAME, impacts)


class Tracker:
    """What a tracked client and its copies share: how to ask, the total, and its limits."""

    def __init__(
        self, settings: Settings, limits: Limits, on_limit: Callable[[Total], object] | None, total: Total
    ) -> None:
        self.settings, self.limits, self.on_limit, self.total = settings, limits, on_limit, total

    def before(self) -> None:
        """Before a request: a limit that is reached raises, or calls back."""
        reached = self.limits.reached(self.total)
        if reached and self.on_limit is None:
            raise reached
        self.notify()

    def notify(self) -> None:
        """Call back where a limit is reached."""
        if self.on_limit and self.limits.reached(self.total):
            self.on_limit(self.total)

    def impacts(self, reading: Reading, latency: float) -> Any:
        """The impacts of a request, or why there are none; the total has either."""
        answer, sums = figured(self.settings, reading, latency)
        if isinstance(answer, NoFigure):
            self.total.miss(answer.reason)
        else:
            self.total.add(sums)
        return answer

    def missed(self, why: Problems) -> NoFigure:
        """What stands for the figures of a request that has none."""
        none = NoFigure(why)
        self.total.miss(none.reason)
        return none


def figured(settings: Settings, reading: Reading, latency: float) -> tuple[Any, dict[str, Sum]]:
    """The answer of `lca.request` for what was read, and its figures by criterion; or a `NoFigure`, and none."""
    try:
        answer = _asked(settings, reading, latency)
        return answer, figures(answer)
    except Problems as why:
        return NoFigure(why), {}
    except Exception as error:  # noqa: BLE001 - whatever is wrong here, the user has their answer
        return NoFigure(_unexpected(error)), {}


def _asked(settings: Settings, reading: Reading, latency: float) -> Any:
    """The answer for the model that the provider named, else for the one that was asked for."""
    tokens, wrong = reading.tokens(), dict[Problem, None]()
    for model in keys(settings.provider if reading.provider is None else reading.provider, reading):
        try:
            return requests.request(
                model,
                **tokens.takes(),
                latency=latency if settings.latency else None,
                region=settings.region,
                method=settings.method,
                **settings.takes,
            )
        except Problems as raised:
            wrong |= dict.fromkeys(raised.problems)
    raise Problems(wrong or [Problem("neither the request nor the answer names a model")])


def keys(provider: str, reading: Reading) -> list[str]:
    """The keys that a model may have: a name with a provider of its own is also tried as it is."""
    names = [name for name in (reading.model, reading.asked) if name]
    prefix = f"{provider}/" if provider else ""
    own = [name if name.startswith(prefix) else prefix + name for name in names]
    return list(dict.fromkeys([*own, *(name for name in names if "/" in name)]))


def _unexpected(error: Exception) -> Problems:
    return problem(f"there is no figure, and a bug of lca is why: {type(error).__name__}: {error}")


class Call:
    """One request that is sent: it ends once, with the figures of what was read or without any."""

    def __init__(self, tracker: Tracker, reading: Reading) -> None:
        self.tracker, self.reading = tracker, reading
        self.impacts: Any = NoFigure(problem(UNFINISHED))
        self.is_over = False
        tracker.total.begin()
        self._begun = perf_counter()

    def answered(self, answer: Any) -> None:
        """The whole answer is here."""
        self._read(answer)
        self.end()
        self.reading.attach(answer, self.impacts)
        self.tracker.notify()

    def took(self, chunk: Any) -> None:
        """A part of a stream is here."""
        self._read(chunk)
        if not self.is_over and self._says(self.reading.closes, chunk):
            self.end()

    def holds(self, chunk: Any) -> bool:
        return not self.is_over and self._says(self.reading.holds, chunk)

    def swallows(self, chunk: Any) -> bool:
        return self._says(self.reading.swallows, chunk)

    def end(self) -> None:
        """All that could be read is read."""
        if not self.is_over:
            self.is_over = True
            self.impacts = self.tracker.impacts(self.reading, perf_counter() - self._begun)

    def fail(self, reason: str) -> None:
        """There is no answer, or only a part of one."""
        if not self.is_over:
            self.is_over = True
            self.impacts = self.tracker.missed(problem(reason))

    def _read(self, answer: Any) -> None:
        with suppress(Exception):  # what could not be read is missed where the tokens are counted
            self.reading.take(answer)

    @staticmethod
    def _says(asked: Callable[[Any], bool], chunk: Any) -> bool:
        try:
            return asked(chunk)
        except Exception:  # noqa: BLE001 - the user gets every part that we cannot read
            return False


class Watch:
    """A stream of which each part passes through here: what goes on to the user, and when.

    Whoever reads the stream gives it what came: `take` a part, `end` its end, `break_off` what was raised instead.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self._waiting: deque[Any] = deque()
        self._held = self._ended = False
        self._raised: Exception | None = None

    @property
    def is_ready(self) -> bool:
        """Whether `next` has an answer."""
        return self._ended or (bool(self._waiting) and not self._held)

    def next(self, over: type[Exception]) -> Any:
        """The next part; raises `over` after the last one."""
        if self._waiting:
            return self._waiting.popleft()
        if self._raised is not None:
            raise self._raised
        raise over

    def take(self, chunk: Any) -> None:
        before = self.call.is_over
        self.call.took(chunk)
        self._held = self.call.holds(chunk)
        if not self.call.swallows(chunk):
            self._waiting.append(chunk)
        if self.call.is_over and not before:
            self._finished()

    def end(self) -> None:
        before = self.call.is_over
        self._ended = True
        self.call.end()
        if not before:
            self._finished()

    def break_off(self, error: Exception) -> None:
        self._ended, self._raised = True, error
        self.call.fail(f"the stream broke off: {type(error).__name__}")

    def leave(self) -> None:
        """The user leaves the stream."""
        self.call.fail(LEFT)

    def _finished(self) -> None:
        if self._waiting:
            self.call.reading.attach(self._waiting[-1], self.call.impacts)
        self.call.tracker.notify()


def followed(stream: Any, call: Call) -> Any:
    """A stream whose parts are watched; it is the same object, of a class below its own that says `.impacts`."""
    kind, watch = type(stream), Watch(call)
    own: dict[str, Any] = {NAME: property(lambda _: call.impacts), "__module__": kind.__module__}
    own |= {name: _closing(getattr(kind, name), watch) for name in ("close", "aclose") if hasattr(kind, name)}
    own |= _synchronous(kind, watch) if hasattr(kind, "__next__") else {}
    own |= _asynchronous(kind, watch) if hasattr(kind, "__anext__") else {}
    stream.__class__ = type(kind.__name__, (kind,), own)
    return stream


def _synchronous(kind: Any, watch: Watch) -> dict[str, Any]:
    def following(stream: Any) -> Any:
        while not watch.is_ready:
            try:
                chunk = kind.__next__(stream)
            except StopIteration:
                watch.end()
            except Exception as error:  # noqa: BLE001 - it is raised where the user reads on
                watch.break_off(error)
            else:
                watch.take(chunk)
        return watch.next(StopIteration)

    def parts(stream: Any) -> Any:
        while True:
            try:
                chunk = following(stream)
            except StopIteration:
                return
            yield chunk

    return {"__next__": following, "__iter__": parts}


def _asynchronous(kind: Any, watch: Watch) -> dict[str, Any]:
    async def following(stream: Any) -> Any:
        while not watch.is_ready:
            try:
                chunk = await kind.__anext__(stream)
            except StopAsyncIteration:
                watch.end()
            except Exception as error:  # noqa: BLE001 - it is raised where the user reads on
                watch.break_off(error)
            else:
                watch.take(chunk)
        return watch.next(StopAsyncIteration)

    async def parts(stream: Any) -> Any:
        while True:
            try:
                chunk = await following(stream)
            except StopAsyncIteration:
                return
            yield chunk

    return {"__anext__": following, "__aiter__": parts}


def _closing(close: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    """A way to close a stream, awaited or not, by which the user leaves it."""

    def closing(stream: Any, *given: Any, **named: Any) -> Any:
        watch.leave()
        return close(stream, *given, **named)

    return closing
