"""`lca check`: every expected figure recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver, look, show
from lca.cli.options import Folders, Format, Output
from lca.problems import Problem, Problems

if TYPE_CHECKING:
    from lca.checks import Checked

FAILED = 1
Scenarios = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[SCENARIO]...", help="Scenario files, or folders of them.", show_default="all that are shipped"
    ),
]


@app.command()
def check(
    scenarios: Scenarios = None,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=0, help="Also draw inputs N times: how often is each met?")
    ] = 0,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit XML, for CI.")] = None,
    format: Annotated[  # noqa: A002  the option's name
        Format | None, typer.Option("--format", help="table for people, the others for machines.", show_default="table")
    ] = None,
    output: Output = None,
    factors: Folders = None,
) -> None:
    """Recompute every figure that scenarios expect. Exit code 1 on any miss or problem."""
    from lca.disk.workspace import scenario_files, shipped
    from lca.views.verdicts import report

    files = list(scenario_files(scenarios or [shipped("scenarios")]))
    if not files:
        raise Problems(
            [Problem("there is no scenario to check", (), "name files that end in .yaml, or folders of them")]
        )
    checked = [_checked(file, factors or (), draws) for file in files]
    if junit is not None:
        _write_junit(junit, checked)
    deliver(report(checked), format, output)
    problems = [problem for one in checked for problem in one.problems]
    if problems:
        show(Problems(problems))
    if any(one.failed for one in checked):
        raise typer.Exit(FAILED)


def _checked(file: Path, factors: Iterable[Path], draws: int) -> Checked:
    """A scenario checked; what is wrong with it does not keep the others from being checked."""
    from lca.checks import Checked, checked
    from lca.disk.workspace import Run, shown

    try:
        result, _ = Run(file, factors).compile(every_case=True)
    except Problems as raised:
        return Checked(shown(file), [], {}, raised.problems)
    with _progress(draws) as told:
        return checked(shown(file), result, draws, told)


def _progress(draws: int) -> AbstractContextManager[Callable[[float], None] | None]:
    """A bar where inputs are drawn; without draws none is loaded."""
    if not draws:
        return nullcontext()
    from lca.cli.progress import progress

    return progress("drawing")


def _write_junit(path: Path, checked: list[Checked]) -> None:
    from lca.disk.workspace import write
    from lca.outputs.junit import render

    write(path, render(checked, look(path)))
