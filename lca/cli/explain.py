"""`lca explain`: one figure as a tree, down to lines of files and citations."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.cli.app import app, by_ending, emit, variant_named
from lca.cli.options import REPORTS, Folders, Output, ScenarioName

if TYPE_CHECKING:
    from lca.disk.workspace import Run
    from lca.result import Result

Format = Literal["text", "markdown", "json"]
ENDINGS = {"text": REPORTS["table"], "markdown": REPORTS["markdown"], "json": REPORTS["json"]}


@app.command()
def explain(
    scenario: ScenarioName,
    functional_unit: Annotated[str, typer.Argument(metavar="FU", help="The functional unit.")],
    criterion: Annotated[
        str,
        typer.Argument(
            metavar="CRITERION", help="A criterion, a flow such as electricity, or a quantity by its path in the file."
        ),
    ],
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME|base", help="The variant.")] = None,
    item: Annotated[str, typer.Option("--item", help="Only the lines of this item.")] = "",
    tier: Annotated[str, typer.Option("--tier", help="Only the lines of this tier.")] = "",
    phase: Annotated[str, typer.Option("--phase", help="Only the lines of this AI phase.")] = "",
    stage: Annotated[str, typer.Option("--stage", help="Only the lines of this life-cycle stage.")] = "",
    depth: Annotated[int, typer.Option("--depth", metavar="N", min=0, help="How many levels to show.")] = 60,
    fold: Annotated[
        float,
        typer.Option(
            "--fold", metavar="PERCENT", min=0, max=100, help="Fold terms of a sum that are less together; 0 shows all."
        ),
    ] = 2.0,
    why_not: Annotated[
        str, typer.Option("--why-not", metavar="ITEM", help="Say why an item contributes nothing or is missing.")
    ] = "",
    format: Annotated[  # noqa: A002  the option's name
        Format | None,
        typer.Option(
            "--format", help="text for people, json for machines; else by the ending of FILE.", show_default="text"
        ),
    ] = None,
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Follow a figure down to the inputs that it is made of.

    Each quantity has its formula with names and with values, its basis, and each input the line of the file where it
    is written and its source. A quantity is explained once; `see [7]` refers to it. `[× 0.01 per %]` is a conversion
    of units, with its factor. Shares are of the sum that a term belongs to.
    """
    from lca.disk.workspace import Run
    from lca.views import explanation as view

    render = {"text": view.text, "markdown": view.markdown, "json": view.as_json}
    form = format or by_ending(output, ENDINGS, "text")
    study = Run(scenario, packs or ())
    variant = variant_named(variant or "base", study.scenario.variants)
    if why_not:
        emit(_why_not(study, functional_unit, variant, criterion, why_not, form), output)
        return
    from lca.model.criteria import key_of
    from lca.questions.explain import explain as explained
    from lca.questions.selection import Selection, node

    result, _ = study.compile([functional_unit], [variant], with_expectations=False)
    criterion = key_of(result.model.factors.criteria, criterion) or criterion
    wanted = (("tier", tier), ("phase", phase), ("stage", stage), ("item", item))
    where = tuple((name, value) for name, value in wanted if value)
    by = dict.fromkeys(("criterion", "flow", "quantity"), "") | {_kind(result, criterion): criterion}
    selected = Selection(functional_unit, variant, by["criterion"], by["flow"], where, by["quantity"])
    if selected.quantity and where:
        raise typer.BadParameter("a quantity has no lines to choose from", param_hint=f"--{where[0][0]}")
    with _with_why_not(where):
        figure = node(result.model, selected)
    name = _name(criterion, functional_unit, variant, where)
    title = _title(result, study, functional_unit, name)
    told = explained(result.model, figure.index, name, functional_unit, variant, depth, fold / 100, title)
    emit(render[form](told), output)


def _kind(result: Result, name: str) -> str:
    """What a name is of: a criterion, a flow, or, of several parts or words, a quantity."""
    if name in result.model.criteria:
        return "criterion"
    if name in {line.flow for line in result.model.lines}:
        return "flow"
    return "quantity" if {".", " "} & {*name} else "criterion"


@contextmanager
def _with_why_not(where: tuple[tuple[str, str], ...]) -> Iterator[None]:
    """What finds nothing also tells how to ask why."""
    from lca.problems import Problems

    try:
        yield
    except Problems as raised:
        way = "".join(f"\n--why-not {shlex.quote(value)} says why it has none" for _, value in where)
        hinted = [problem._replace(hint=problem.hint + way) for problem in raised.problems]
        raise type(raised)(hinted) from None


def _name(criterion: str, functional_unit: str, variant: str | None, where: tuple[tuple[str, str], ...]) -> str:
    case = f"{functional_unit}, {variant}" if variant else functional_unit
    selected = "".join(f", {value}" for _, value in where)
    return f"{criterion} of {case}{selected}"


def _title(result: Result, study: Run, functional_unit: str, name: str) -> str:
    words = result.model.titles.get(functional_unit, "")
    return f"{name}{f' ({words})' if words else ''}, from {study.scenario.name}"


def _why_not(study: Run, functional_unit: str, variant: str | None, criterion: str, item: str, form: str) -> str:
    from lca.model.criteria import key_of
    from lca.problems import Problems
    from lca.questions.selection import Selection, node
    from lca.questions.why_not import why_not
    from lca.views import explanation as view

    study.scenario.cases([functional_unit], [variant])
    try:
        result, _ = study.compile((), (None, *study.scenario.variants), with_expectations=False)
    except Problems as raised:
        about = [problem for problem in raised.problems if f"'{item}'" in problem.message]
        raise Problems(about or raised.problems) from None
    criterion = key_of(result.model.factors.criteria, criterion) or criterion
    node(result.model, Selection(functional_unit, variant, criterion))
    reasons = why_not(result.model, result.values, functional_unit, variant, criterion, item)
    return view.reasons(reasons, f"{item}, for {_name(criterion, functional_unit, variant, ())}", form)
