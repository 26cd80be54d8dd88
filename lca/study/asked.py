"""What commands and `Study` ask alike, where it takes more than one step: each gives what views make reports of."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lca.disk.workspace import Run, StudyResult, open_scenario
from lca.problems import Misnamed, Problem, Problems, Span, near
from lca.report import Look, Report
from lca.result import Result, narrowed
from lca.spoken import ENGLISH, _, spoken, told

if TYPE_CHECKING:
    from lca.model.criteria import Criterion
    from lca.model.packs import Pack
    from lca.outputs import Output
    from lca.outputs import Study as Exported
    from lca.page.other import Against
    from lca.page.pages import Page
    from lca.plots.kinds import Kind
    from lca.plots.study import Drawing
    from lca.questions.breakeven import BreakEven
    from lca.questions.calibrate import Fit
    from lca.questions.editions import Edition, Moved
    from lca.questions.explain import Explanation
    from lca.questions.why_not import Reason
    from lca.views.breakeven import Asked
    from lca.views.packs import Shown, Wanted

Progress = Callable[[float], None]

# --- run ------------------------------------------------------------------------------------------------------------


def reported(
    study: Run,
    result: StudyResult,
    by: tuple[str, ...] = (),
    criteria: Iterable[str] = (),
    *,
    assumed: bool = False,
    normalise: str = "",
    weight: bool = False,
    ends: bool = False,
    table: str = "",
) -> Report:
    """The report of `lca run`: totals or parts, their ends, or in person-equivalents, or a table of its own shape."""
    from lca.views.study import assumed_inputs, grounds, report, title

    shown = narrowed(result, criteria)
    if not (normalise or ends or table):
        return report(shown, result.verdicts, by, every_input=assumed)
    other = _shaped(shown, table) if table else _ended(shown, by) if ends else None
    other = other or _normalised(study, shown, normalise, weight=weight)
    listing = assumed_inputs(shown) if assumed else ()
    blocks = (*title(shown), *other.blocks, *grounds(shown, result.verdicts, by), *listing)
    return other._replace(blocks=blocks)


def _normalised(study: Run, result: Result, name: str, *, weight: bool) -> Report:
    from lca.questions.normalise import normalised, references, scores, weights
    from lca.questions.statements import is_public
    from lca.views.normalised import Names, report

    rows = study.library.table("normalisation", name)
    own = rows[0]["set"]
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    equivalents = normalised(totals, result.criteria, references(rows, result.model.factors.criteria), own)
    weighed = weights(study.library.table("weighting", own)) if weight else {}
    titles = {variant: study.scenario.label(variant) for variant in (None, *study.scenario.variants)}
    names = Names(result.model.titles, titles, {criterion.key: criterion.label for criterion in result.criteria})
    single = scores(equivalents, weighed, own) if weight else []
    return report(equivalents, single, weighed, own, names, is_public=is_public(study.scenario.about))


def _shaped(result: Result, name: str) -> Report:
    from lca.views.tables import table

    return table(name, result)


def _ended(result: Result, by: tuple[str, ...]) -> Report:
    from lca.questions.ends import ends
    from lca.views.ends import report

    return report(result, ends(result, by), by)


# --- breakeven ------------------------------------------------------------------------------------------------------


def break_evens(
    study: Run,
    functional_unit: str,
    figures: Sequence[str],
    over: str,
    criteria: Iterable[str] = (),
    variant: str | None = None,
    start: str = "",
    stop: str = "",
) -> list[tuple[Asked, BreakEven]]:
    """Of each criterion where two figures weigh the same as an input changes; `figures` as the command takes them."""
    from lca.model.case import CaseKey
    from lca.questions.breakeven import COLUMNS, break_even, case, sides, where
    from lca.questions.force import refuse_idle
    from lca.questions.selection import Selection, node
    from lca.views.breakeven import Asked

    halves = sides([*figures])
    named = [case(words, functional_unit, variant) for words in halves]
    cases = [(unit, study.scenario.variants_named(name)[0]) for unit, name in named]
    compiled, _verdicts = study.compile(
        {unit for unit, _ in cases}, {name for _, name in cases}, with_expectations=False
    )
    result = narrowed(compiled, criteria)
    refuse_idle(result.model.of_cases(CaseKey(*each) for each in cases), [over])
    wanted = [where(words, _values(result, *each, COLUMNS)) for words, each in zip(halves, cases, strict=True)]
    left, right = (" ".join(words) for words in halves)
    found = []
    for key in result.model.criteria:
        chosen = [Selection(*each, key, "", parts) for each, parts in zip(cases, wanted, strict=True)]
        first, second = (node(result.model, one).index for one in chosen)
        even = break_even(result.model.facts, first, second, over, start, stop)
        label = result.model.factors.criteria[key].label
        found.append((Asked(functional_unit, variant, key, result.unit(key), left, right, label), even))
    return found


def _values(
    result: Result, functional_unit: str, variant: str | None, columns: tuple[str, ...]
) -> dict[str, list[str]]:
    """What stands in the columns of a case's lines, and `embodied` for every stage but use."""
    from lca.model.case import CaseKey

    lines = result.model.lines.of(CaseKey(functional_unit, variant))
    values = {name: list(dict.fromkeys(getattr(line, name) for line in lines)) for name in columns}
    return values | {"stage": [*values["stage"], "embodied"]}


# --- explain --------------------------------------------------------------------------------------------------------

Where = tuple[tuple[str, str], ...]


def explained(
    study: Run,
    functional_unit: str,
    criterion: str,
    variant: str | None = None,
    where: Where = (),
    depth: int = 60,
    fold: float = 2.0,
    lang: str = ENGLISH,
) -> Explanation:
    """A figure down to its inputs, named in a language.

    Misnamed where a quantity is asked for by columns of lines, which it has not.
    """
    from lca.model.criteria import key_of
    from lca.questions.explain import explain
    from lca.questions.selection import Selection, node

    result, _verdicts = study.compile([functional_unit], [variant], with_expectations=False)
    criterion = key_of(result.model.factors.criteria, criterion) or criterion
    by = dict.fromkeys(("criterion", "flow", "quantity"), "") | {_kind(result, criterion): criterion}
    selected = Selection(functional_unit, variant, by["criterion"], by["flow"], where, by["quantity"])
    if selected.quantity and where:
        raise Misnamed([Problem("a quantity has no lines to choose from", (), f"leave out {where[0][0]}")])
    with _with_why_not(where):
        figure = node(result.model, selected)
    with spoken(lang):
        name = _name(criterion, functional_unit, variant, where)
        words = told(result.model.titles.get(functional_unit, ""))
        what = f"{name}{f' ({words})' if words else ''}"
        title = _("{what}, from {file}", what=what, file=study.scenario.name)
        return explain(result.model, figure.index, name, functional_unit, variant, depth, fold / 100, title)


def _kind(result: Result, name: str) -> str:
    """What a name is of: a criterion, a flow, or, of several parts or words, a quantity."""
    if name in result.model.criteria:
        return "criterion"
    if name in {line.flow for line in result.model.lines}:
        return "flow"
    return "quantity" if {".", " "} & {*name} else "criterion"


@contextmanager
def _with_why_not(where: Where) -> Iterator[None]:
    """What finds nothing also tells how to ask why."""
    try:
        yield
    except Problems as raised:
        way = "".join(f"\n--why-not {shlex.quote(value)} says why it has none" for _, value in where)
        hinted = [problem._replace(hint=problem.hint + way) for problem in raised.problems]
        raise type(raised)(hinted) from None


def _name(criterion: str, functional_unit: str, variant: str | None, where: Where) -> str:
    from lca.questions.grouping import part_words

    case = f"{functional_unit}, {variant}" if variant else functional_unit
    selected = "".join(f", {part_words(column, value)}" for column, value in where)
    return _("{criterion} of {case}", criterion=criterion, case=f"{case}{selected}")


def why_not(
    study: Run, functional_unit: str, criterion: str, item: str, variant: str | None = None, lang: str = ENGLISH
) -> tuple[Sequence[Reason], str]:
    """Why an item contributes nothing to a figure, or is missing, and what that is about in words of a language."""
    from lca.model.criteria import key_of
    from lca.questions.selection import Selection, node
    from lca.questions.why_not import why_not as asked

    study.scenario.cases([functional_unit], [variant])
    try:
        result, _verdicts = study.compile((), (None, *study.scenario.variants), with_expectations=False)
    except Problems as raised:
        about = [problem for problem in raised.problems if f"'{item}'" in problem.message]
        raise Problems(about or raised.problems) from None
    criterion = key_of(result.model.factors.criteria, criterion) or criterion
    node(result.model, Selection(functional_unit, variant, criterion))
    with spoken(lang):
        reasons = asked(result.model, result.values, functional_unit, variant, criterion, item)
        figure = _name(criterion, functional_unit, variant, ())
        return reasons, _("{what}, for {figure}", what=item, figure=figure)


# --- plot -----------------------------------------------------------------------------------------------------------


def drawn(
    study: Run,
    kind: Kind,
    *,
    ranges: Sequence[str] = (),
    also: str = "",
    by: tuple[str, ...] = (),
    functional_units: Sequence[str] = (),
    variants: Iterable[str | None] = (),
    criteria: Iterable[str] = (),
    set_name: str = "EF3.1",
    samples: int = 100_000,
    seed: int = 0,
    told: Progress | None = None,
) -> Drawing:
    """A figure of a study. Problems where there is nothing to draw."""
    from lca.plots.study import Asked

    units = _each_year(study, functional_units) if kind.needs == "years" else functional_units
    shown = [*variants] or [kind.variants or None]
    result, _verdicts = study.compile(units, shown, with_expectations=False)
    asked = Asked(
        narrowed(result, criteria), by, tuple(ranges), also, set_name, samples, seed, told, study.library.table
    )
    return kind.drawing(asked)


def _each_year(study: Run, units: Sequence[str]) -> list[str]:
    """The years of the functional units that are meant, by their names. Problems where none of them has any."""
    scenario = study.scenario
    meant = units or scenario.functional_units
    names = [name for unit in meant for name in scenario.years_of(unit).values()]
    if not names and not {*meant} - {*scenario.functional_units}:
        hint = "say over which in a functional unit: years: 2024..2030, in place of year"
        raise Problems([Problem("no functional unit that is meant goes over years", (), hint)])
    return names or [*meant]


# --- packs ----------------------------------------------------------------------------------------------------------


def outdated(study: Run) -> Report:
    """The packs of a study with a newer edition here, and what each would move."""
    from lca.questions.editions import newest
    from lca.views.packs import outdated as report

    library = study.library
    before, _verdicts = study.compile(with_expectations=False)
    own = study.factors.packs
    found = {pack: newest(own[pack], library.editions(own[pack].edition_of)) for pack in own}
    every = [_moved(study, edition, before) for edition in found.values() if edition is not None]
    title = study.scenario.about.title or study.scenario.name
    return report(title, every, library.criteria, (pack for pack, edition in found.items() if edition is None))


def _moved(study: Run, edition: Edition, before: Result) -> Moved:
    """What an edition moves, or why it cannot stand where the older does."""
    from lca.questions.editions import Moved, moved, with_edition

    try:
        other = Run(with_edition(open_scenario(study.scenario.name), edition), library=study.library)
        return moved(edition, before, other.compile(with_expectations=False)[0])
    except Problems as refused:
        first = refused.problems[0]
        return Moved(edition, {}, (), f"{first.message}; {first.hint}".removesuffix("; "))


# --- cite, export ---------------------------------------------------------------------------------------------------

DAY = "%Y-%m-%d"
FORMS = ("text", "markdown", "bibtex", "model-card")


def cited(
    study: Run, functional_unit: str, variant: str | None, criterion: str, form: str, samples: int, seed: int,
    date: str, lang: str = ENGLISH,
) -> str:  # fmt: skip
    """A figure to quote, in one of the `FORMS` and a language. Misnamed where the form or the day is none."""
    from lca.questions.citing import cited as asked
    from lca.questions.disclosed import disclosed
    from lca.views import citation

    if form not in FORMS:
        raise Misnamed([Problem(f"no form '{form}'", (), near(form, FORMS, f"forms: {', '.join(FORMS)}"))])
    on = day(date)
    whole, _verdicts = study.compile([functional_unit], [variant], with_expectations=False)
    chosen = narrowed(whole, [criterion or whole.model.criteria[0]])
    with spoken(lang):
        said = asked(chosen, samples, seed)
        if form == FORMS[-1]:
            return citation.model_card(said, disclosed(whole), on)
        views = {"text": citation.sentence, "markdown": citation.markdown, "bibtex": citation.bibtex}
        return views[form](said, on)


def day(text: str) -> str:
    """The day that is meant; today where none is. Misnamed where it is none."""
    try:
        return (datetime.strptime(text, DAY) if text else datetime.now()).strftime(DAY)  # noqa: DTZ005, DTZ007  of the user
    except ValueError:
        raise Misnamed([Problem(f"'{text}' is no day", (), "write it as 2026-01-31")]) from None


def exported(
    study: Run, file: Path, functional_units: Sequence[str], variants: Iterable[str | None], *, published: bool,
    with_restricted: bool,
) -> Path:  # fmt: skip
    """Write a study in the form that the ending of a file says. Misnamed where it says none."""
    from lca.disk.files import write
    from lca.outputs import Study, outputs

    forms = {suffix: form for form in outputs("study").values() for suffix in form.suffixes}
    if file.suffix.lower() not in forms:
        hint = near(file.suffix, forms, f"a file that ends in {', '.join(forms)}")
        raise Misnamed([Problem(f"the ending of {file.name} says no form", (), hint)])
    form = forms[file.suffix.lower()]
    for option, asked in (("published", published), ("with_restricted", with_restricted)):
        if asked and option not in form.heeds:
            raise Misnamed([Problem(f"{form.name} does not heed {option}", (), "leave it out")])
    result, verdicts = study.compile(functional_units, variants)
    result.whole = study.compile(every_case=True, with_expectations=False)[0].whole
    write(file, form.render(exportable(Study(result, verdicts, published, with_restricted), form), Look()))
    return file


def page_of(result: Result, lang: str, called: str, packs: Iterable[str | Path], other: Against | None = None) -> Page:
    """What a page is of. called, packs: what commands call the scenario, and its folders of packs. other: the study
    that it is held against.
    """
    from lca.disk.workspace import Library
    from lca.page.data import data
    from lca.page.pages import Page

    likes = tuple(Library().equivalences(result.criteria))
    return Page(data(result, other), lang, called, tuple(map(str, packs)), likes).in_language(lang)


def paged(study: Run, result: StudyResult, file: Path, lang: Literal["en", "fr", "auto"], *, lock: bool) -> Path:
    """Write a study as a page. Misnamed where it has no such language."""
    from lca.disk.files import write
    from lca.disk.workspace import is_shipped
    from lca.page.html import page
    from lca.page.pages import AUTO

    if lang not in ("en", "fr", AUTO):
        raise Misnamed([Problem(f"no language '{lang}'", (), "languages: en, fr, auto")])
    if lock and lang == AUTO:
        raise Misnamed([Problem("a page without scripts is in one language", (), "languages: en, fr")])
    name = Path(study.scenario.name)
    known = name.with_suffix("").as_posix().removeprefix("scenarios/")
    called = known if is_shipped(known) and name.parts[0] == "scenarios" else name.name
    write(file, page(page_of(result, lang, called, study.library.own), lock=lock))
    return file


def exportable(study: Exported, form: Output) -> Exported | Report:
    """A study for an output: itself, or the report of it; where records alone are shown, one for each line."""
    from lca.result import COLUMNS
    from lca.views import goal
    from lca.views.study import report

    if "report" not in form.writes:
        return study
    if "records" in form.writes:
        return report(study.result, [*study.verdicts], COLUMNS)
    made = report(study.result, [*study.verdicts])
    return made._replace(blocks=(*made.blocks, *goal.blocks(study.result)))


def calibrated(study: Run, to: Sequence[str], fit: Sequence[str]) -> tuple[Report, Fit | None]:
    """What figures say about inputs, and a fit where inputs are named for one."""
    from lca.questions import calibrate
    from lca.views.calibrate import report

    result, verdicts = study.compile((), (None, *study.scenario.variants))
    found = calibrate.diagnosis(result.model, calibrate.chosen(verdicts, [*to] or calibrate.usable(verdicts)))
    made = calibrate.fit(result.model, found, fit) if fit else None
    return report(found, made), made


# --- lists ----------------------------------------------------------------------------------------------------------


def found(packs: list[Pack], problems: Sequence[Problem], wanted: Wanted, shown: Shown) -> Report:
    """The rows that are looked for. Problems where there are none, with those of the packs that cannot be read."""
    from lca.views.packs import nearest, rows

    report = rows(packs, wanted, shown)
    if not report.records:
        what = ", ".join([*wanted.words, *(part for part in wanted[1:] if part)])
        raise Problems([Problem(f"no row has all of: {what}", (), nearest(packs, wanted, shown)), *problems])
    return report


def explained_unit(text: str, criteria: Iterable[Criterion]) -> Report:
    """What a unit means, plain or of the first criterion that can be in it. Problems where it is none."""
    from lca.units import UnitError, unit
    from lca.views.unit_names import explained

    try:
        return explained(text, unit(text))
    except UnitError as error:
        for criterion in criteria:
            with suppress(UnitError):
                return explained(text, unit(text, criterion.space), criterion.label)
        raise Problems([Problem(error.message, (Span("unit", 1, error.offset + 1, text),), error.hint)]) from None
