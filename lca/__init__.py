"""lca: life-cycle assessment of digital and generative-AI services.

>>> import lca
>>> study = lca.load("stable_diffusion")
>>> result = study.run({"inference.server.aur": "60 %"})
>>> many = study.table({"inference.server.aur": [0.1, 0.2, 0.6]})
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from lca.disk.workspace import Run
    from lca.problems import Misnamed as Misnamed
    from lca.problems import Problem as Problem
    from lca.problems import Problems as Problems
    from lca.questions.answer import Answer as Answer
    from lca.questions.answer import Figure as Figure
    from lca.questions.rank import Ranked as Ranked
    from lca.result import Result as Result
    from lca.result import Verdict as Verdict
    from lca.study.importing import Imported as Imported
    from lca.study.library import Library as Library
    from lca.study.pictures import StudyPlot as StudyPlot
    from lca.study.reports import StudyExplanation as StudyExplanation
    from lca.study.reports import StudyReport as StudyReport
    from lca.study.study import Study as Study
    from lca.tracking import LimitReached as LimitReached
    from lca.tracking import NoFigure as NoFigure
    from lca.tracking import Total as Total

    Names = str | Iterable[str]

if getattr(sys, "argv", [])[:1] == ["-m"]:  # Python looks for what `-m lca` is to run, and answers no interrupt itself
    import os
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))

__version__ = "0.1.0"


def load(scenario: str | Path, packs: str | Path | Iterable[str | Path] = ()) -> Study:
    """A study of a scenario, from a file or a shipped one by its name; `packs` adds folders of packs of your own.

    All of its cases are compiled and tested, so that what is asked of it later is quick. Raises `lca.Problems` with
    everything that is wrong: no such file, no YAML, a key that no scenario has, a missing factor, a number out of its
    bounds; each with its place and the way out.
    """
    from lca.study.study import Study

    return Study(scenario, packs)


def library(packs: str | Path | Iterable[str | Path] = ()) -> Library:
    """What there is to build studies of: packs and their rows, methods, models, criteria, units."""
    from lca.study.library import Library

    return Library(packs)


def imported(
    kind: str,
    files: str | Path | Iterable[str | Path],
    *,
    at: str = "",
    sheet: str = "",
    mapping: str | Path | None = None,
    packs: str | Path | Iterable[str | Path] = (),
    **said: Any,
) -> Imported:
    """What files of others come to: `lca.imported("table", "inventory.xlsx", sheet="Servers")`, as `lca import` has it.

    kind: one that `lca import` lists. at: the path of a scenario where it is to stand. sheet: of a workbook. mapping: a
    YAML file that says what columns mean. said: what the kind takes besides, as `--set` says it.

    It prints what there is to say of it, and has `scenario`, the text, or `files`; `save(place)` writes it, and
    `into(scenario)` puts it into a scenario. Raises `lca.Problems` where a file cannot be read, or is not in order.
    """
    from lca.study.importing import imported

    return imported(kind, files, at, sheet, mapping, packs, said)


def run(
    scenario: Run | str | Path, variant: str | Iterable[str | None] | None = None, functional_units: Names = ()
) -> Result:
    """The result of a scenario: `variant` names one, or `all` for the base case, called `base`, and every variant.

    `functional_units` names one or several; all where it names none.

    Raises `lca.Problems` with everything that is wrong, each with its place and the way out.
    """
    from lca.disk.workspace import Run

    study = scenario if isinstance(scenario, Run) else Run(scenario)
    variants = (variant,) if variant is None or isinstance(variant, str) else variant
    return study.compile(functional_units, variants, every_case=True)[0]


def rank(
    scenario: Run | str | Path,
    models: Names,
    quality: str | Path | None = None,
    at_least: float | None = None,
    *,
    block: str = "",
    functional_units: Names = (),
    criteria: Names = (),
    variant: str | None = None,
    samples: int = 100_000,
    seed: int = 0,
) -> tuple[Ranked, ...]:
    """The impacts of a service with each of some models, those of lower impact first: `lca.rank("desk.yaml", [...])`.

    `quality` is a table of CSV with the columns model and quality, or a pack such as quality-arena-2025, and `at_least`
    what a model has to have of it. `block`: the path of the block whose model it is, where several take one.
    `functional_units`, `criteria`: all where none is named. `variant`: one of the scenario, on which models are tried.

    Each has `model`, `value` as stated, `low` and `high` of the middle 95 % of samples, `unit`, `lowest`: the part of
    samples in which it is the lowest, `score`, `meets` and `is_non_dominated`; see `lca.questions.rank.Ranked`.

    Raises `lca.Problems` where a model is unknown, no block takes one, or a threshold is of no quality.
    """
    from lca.disk.choices import ranked
    from lca.disk.workspace import Run
    from lca.problems import Misnamed, Problem
    from lca.scenario import several

    study = scenario if isinstance(scenario, Run) else Run(scenario)
    own, *more = study.scenario.variants_named(variant)
    if more:
        raise Misnamed([Problem("models are tried on one case", (), "name one variant, or base")])
    return ranked(
        study, several(models), quality, at_least, block=block, functional_units=several(functional_units),
        variant=own, criteria=several(criteria), samples=samples, seed=seed,
    ).ranking.ranked  # fmt: skip


def request(
    model: str,
    output_tokens: Any = None,
    *,
    input_tokens: Any = None,
    cache_write_tokens: Any = None,
    cache_read_tokens: Any = None,
    reasoning_tokens: Any = None,
    latency: Any = None,
    region: str | None = None,
    method: str | None = None,
    packs: Iterable[str | Path] = (),
    **takes: Any,
) -> Answer:
    """The impacts of one request to a model: `lca.request("openai/gpt-4o", output_tokens=400)["GWP"]`.

    The classes of tokens are disjoint: a token read from a cache is no input token, one of reasoning no output token.
    Each number is of a request, or an array of them of one shape: the figures are then arrays. `latency`: the measured
    time of a request in s. `region`: that of the electricity; where a provider's own is known, it may be left out.
    `method`: one that `lca methods` lists; without one the answer is the range over those that apply, each by its name,
    and no value is headlined. `packs`: folders of packs of your own. `takes`: what a method takes besides, such as
    `batch=128`: numbers in the unit that `lca methods KEY` prints, or texts.

    Each figure has `value`, `low`, `high` and `unit`; of several methods `value` is None, and `methods` has each.

    Raises `lca.Problems` where no such model or method is known, or a number cannot be.
    """
    from lca.disk.requests import request

    return request(
        model,
        output_tokens,
        input_tokens=input_tokens,
        cache_write_tokens=cache_write_tokens,
        cache_read_tokens=cache_read_tokens,
        reasoning_tokens=reasoning_tokens,
        latency=latency,
        region=region,
        method=method,
        packs=packs,
        **takes,
    )


def priced(
    logs: str | Path | Iterable[str | Path],
    scenario: str | Path = "",
    *,
    by: str | Iterable[str] = (),
    method: str = "",
    region: str = "",
    mapping: str | Path | None = None,
    functional_unit: str = "",
    variant: str | None = None,
    block: str = "",
    samples: int = 0,
    seed: int = 0,
    criteria: str | Iterable[str] = (),
    packs: str | Path | Iterable[str | Path] = (),
    engine: str = "",
    shared: str | Path | None = None,
) -> StudyReport:
    """What a log of requests comes to, by groups: `lca.priced("logs", method="ecologits-0-11", by="model")`.

    logs: files, folders or patterns. A `scenario` or a `method` prices the requests. by: columns of the log, or `day`,
    `hour`, `month`. The others are the options of `lca batch`, which says the same. It prints itself and has a frame: a
    row a group and criterion. Raises `lca.Problems` where a file, a column or a model is not in order.
    """
    from pathlib import Path

    from lca.batch.run import Asked
    from lca.batch.run import priced as made
    from lca.batch.told import report
    from lca.scenario import several
    from lca.study.reports import StudyReport

    asked = Asked(
        logs=tuple(map(Path, several(logs))),
        by=several(by),
        map=None if mapping is None else Path(mapping),
        region=region,
        method=method,
        scenario=str(scenario),
        functional_unit=functional_unit,
        variant=variant,
        block=block,
        samples=samples,
        seed=seed,
        criteria=several(criteria),
        packs=tuple(map(Path, several(packs))),
        engine=engine,
        shared=None if shared is None else Path(shared),
    )
    return StudyReport("batch", report(made(asked)))


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
    """A client of OpenAI, Anthropic or LiteLLM whose answers say `.impacts`, as `lca.request` answers.

    It is a copy: the client itself is as it was. Its `.impacts` is the total of all its requests. `provider` begins the
    keys of its models, where the host that it asks does not say so; `region`, `method` and further takes are those of
    `request`. `limit`, such as `{"GWP": "5 g"}`, is what the high end of the total may reach: then a request raises
    `LimitReached` instead of being sent, or `on_limit` is called with the total, which it is after an answer as well.
    `latency`: whether methods are given the time that a request took. `stream_usage`: whether streams are asked to say
    what they used.
    """
    from lca import tracking

    return tracking.track(
        client,
        provider=provider,
        region=region,
        method=method,
        limit=limit,
        on_limit=on_limit,
        latency=latency,
        stream_usage=stream_usage,
        **takes,
    )


def span_processor(
    *processors: Any,
    provider: str | None = None,
    region: str | None = None,
    method: str | None = None,
    latency: bool = True,
    meter_provider: Any = None,
    **takes: Any,
) -> Any:
    """A span processor of OpenTelemetry that adds impacts to the spans of requests to models, and counts them.

    It hands all spans on to `processors`, those that export, as in `lca.span_processor(BatchSpanProcessor(exporter))`;
    without any it only counts. `meter_provider`: what collects the counters, the global one where none is named.
    `provider` begins the keys of models, instead of what spans say; `region`, `method`, `latency` and further takes are
    those of `track`. Raises `lca.Problems` where no request could be answered so.
    """
    from lca import tracking
    from lca.tracking.follow import Settings

    settings = Settings(provider or "", region, method, latency, takes=takes)
    return tracking.span_processor(processors, settings, meter_provider)


def litellm_callback(
    *,
    provider: str | None = None,
    region: str | None = None,
    method: str | None = None,
    latency: bool = True,
    meter_provider: Any = None,
    **takes: Any,
) -> Any:
    """A callback of LiteLLM that adds impacts to the log of each request, and counts them.

    For `litellm.callbacks`, or the callbacks of its proxy. What it takes is what `span_processor` takes.
    """
    from lca import tracking
    from lca.tracking.follow import Settings

    settings = Settings(provider or "", region, method, latency, takes=takes)
    return tracking.litellm_callback(settings, meter_provider)


TYPES = {  # what is exported, each from where it is; loaded when it is asked for
    "Study": "study.study",
    "Library": "study.library",
    "Imported": "study.importing",
    "StudyReport": "study.reports",
    "StudyExplanation": "study.reports",
    "StudyPlot": "study.pictures",
    "Result": "result",
    "Verdict": "result",
    "Problems": "problems",
    "Problem": "problems",
    "Misnamed": "problems",
    "Answer": "questions.answer",
    "Figure": "questions.answer",
    "Ranked": "questions.rank",
    "Total": "tracking",
    "LimitReached": "tracking",
    "NoFigure": "tracking",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in TYPES:
            from importlib import import_module

            return getattr(import_module(f"lca.{TYPES[name]}"), name)
        raise AttributeError(f"module 'lca' has no attribute '{name}'")

    def __dir__() -> list[str]:
        return sorted({*globals(), *TYPES})
