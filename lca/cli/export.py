"""`lca export`: the study as a file for others: a live workbook, data, a table for a paper, another tool's format."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.cli.app import Folders, ScenarioName, Units, app, listed, variants_named

if TYPE_CHECKING:
    from lca.result import Result, Verdict

Kind = Literal["excel", "csv", "json", "markdown", "latex", "brightway"]
KINDS: dict[str, Kind] = {
    ".xlsx": "excel", ".csv": "csv", ".json": "json", ".md": "markdown", ".markdown": "markdown", ".tex": "latex",
}  # fmt: skip
TIDY = ("csv", "json")  # a record for each line of the result


@app.command()
def export(
    scenario: ScenarioName,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write it, whole or not at all.")
    ] = None,
    fu: Units = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", metavar="NAME|base", help="Only this variant. Repeatable.", show_default="all"),
    ] = None,
    format: Annotated[  # noqa: A002  the option's name
        Kind | None, typer.Option("--format", help="What to write; else by the ending of FILE.")
    ] = None,
    published: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--published", help="With published figures and deviations (latex).")
    ] = False,
    with_restricted: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--with-restricted", help="Also the values of packs that may not be passed on.")
    ] = False,
    factors: Folders = None,
) -> None:
    """Write a study to a file for others.

    A workbook of live formulas (.xlsx), csv, json, markdown, a table for a paper (.tex), or data for Brightway.
    """
    kind = _kind(format, output)
    from lca.disk.workspace import Run

    study = Run(scenario, factors or ())
    variants = variants_named(listed(variant) or ["all"], study.scenario.variants)
    result, verdicts = study.compile(listed(fu), variants)
    _deliver(_content(kind, result, verdicts, published=published, with_restricted=with_restricted), output)


def _kind(asked: Kind | None, output: Path | None) -> Kind:
    """What to write: what is asked for, or what the ending of the file says."""
    if asked is not None:
        return asked
    if output is None:
        raise typer.BadParameter("name a file: -o study.xlsx, or a --format", param_hint="-o")
    found = KINDS.get(output.suffix.lower())
    if found is None:
        known = ", ".join(KINDS)
        raise typer.BadParameter(
            f"its ending says no format: use one of {known}, or --format", param_hint=f"-o {output}"
        )
    return found


def _content(kind: Kind, result: Result, verdicts: list[Verdict], **options: bool) -> str | bytes:
    """The text or the bytes that the view of this name makes."""
    view = import_module("lca.workbook.writing" if kind == "excel" else f"lca.views.{kind}")
    if hasattr(view, "export"):
        content: str | bytes = view.export(result, verdicts, **options)
        return content
    from lca.report import Look
    from lca.result import COLUMNS
    from lca.views.study import report

    text: str = view.render(report(result, verdicts, COLUMNS if kind in TIDY else ()), Look())
    return text


def _deliver(content: str | bytes, output: Path | None) -> None:
    if output is not None:
        from lca.disk.workspace import shown, write

        write(output, content)
        sys.stderr.write(f"wrote {shown(output)}\n")
    elif isinstance(content, str):
        sys.stdout.write(content if content.endswith("\n") else f"{content}\n")
    else:
        raise typer.BadParameter("this format needs a file: -o study.xlsx", param_hint="-o")
