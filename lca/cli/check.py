"""`lca check`: every expected figure recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.cli.app import MISSED, WRONG, app, by_ending, emit, language_of, look, show, variant_named
from lca.cli.options import DEFAULT, IN_ENGLISH, REPORTS, Folders, Lang, Output
from lca.outputs import outputs
from lca.problems import Problem, Problems
from lca.spoken import spoken

if TYPE_CHECKING:
    from lca.checks import Checked

FORMS = {**REPORTS, **outputs("checks")}

if TYPE_CHECKING:
    Form = str
else:
    Form = Literal[(DEFAULT, *(name for name in FORMS if name != DEFAULT))]
Scenarios = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[SCENARIO]...",
        help="Scenario files, or folders, with those in them.",
        show_default="all that are shipped",
    ),
]


@app.command()
def check(
    scenarios: Scenarios = None,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=0, help="Also draw inputs N times: how often is each met?")
    ] = 0,
    strict: Annotated[  # noqa: FBT002  an option
        bool,
        typer.Option("--strict", help="Fail too where a study has unused or undeclared things, or expects no figure."),
    ] = False,
    variant: Annotated[
        str, typer.Option("--variant", metavar="NAME", help="Hold a variant against what is expected of the base case.")
    ] = "",
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit XML, for CI.")] = None,
    format: Annotated[  # noqa: A002  the option's name
        Form | None,
        typer.Option(
            "--format",
            help="table for people, github to annotate lines, the others for machines; else by the ending of FILE.",
            show_default=DEFAULT,
        ),
    ] = None,
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Recompute every figure that scenarios expect.

    Exit code 0: all are met, but for gaps that are known; 3: a figure or a budget is missed, or --strict found
    something; 1: there is something wrong with the files.
    """
    from lca.disk.workspace import scenario_files, shipped

    files = list(scenario_files(scenarios or [shipped("scenarios")]))
    if not files:
        raise Problems(
            [Problem("there is no scenario to check", (), "name files that end in .yaml, or folders of them")]
        )
    checked = [_checked(file, packs or (), draws, variant, strict=strict) for file in files]
    if junit is not None:
        _write_junit(junit, checked)
    emit(_rendered(checked, format, output, lang), output)
    problems = [problem for one in checked for problem in one.wrong]
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)
    if any(one.missed for one in checked):
        raise typer.Exit(MISSED)


def _rendered(checked: list[Checked], chosen: str | None, output: Path | None, lang: str) -> str | bytes:
    """What was found, in the format asked for: a report of it, or the checks themselves for machines that know them."""
    from lca.views.verdicts import report

    form = FORMS[chosen or by_ending(output, FORMS, DEFAULT)]
    with spoken(language_of(form, lang)):
        rendered: str | bytes = form.render(checked if "checks" in form.writes else report(checked), look(output))
    return rendered


def _checked(file: Path, packs: Iterable[Path], draws: int, variant: str, *, strict: bool) -> Checked:
    """A scenario checked; what is wrong with it does not keep the others from being checked."""
    from lca.checks import Checked, checked
    from lca.disk.workspace import Run, shown

    try:
        study = Run(file, packs)
        held = variant_named(variant or "base", study.scenario.variants)
        study.scenario.cases((), (held,))
        result = study.compile(every_case=True, held=held)[0].whole
    except Problems as raised:
        return Checked(shown(file), [], {}, raised.problems)
    with _progress(draws) as told:
        return checked(shown(file), result, draws, strict=strict, progress=told)


def _progress(draws: int) -> AbstractContextManager[Callable[[float], None] | None]:
    """A bar where inputs are drawn; without draws none is loaded."""
    if not draws:
        return nullcontext()
    from lca.cli.progress import progress

    return progress("drawing")


def _write_junit(path: Path, checked: list[Checked]) -> None:
    from lca.disk.files import write
    from lca.outputs.junit import render

    write(path, render(checked, look(path)))
