"""`lca export`: the study as a file for others: a live workbook, data, a table for a paper, another tool's format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.cli.app import app, by_ending, emit, listed, look, variants_named
from lca.cli.options import IN_ENGLISH, Folders, Lang, ScenarioName, Units
from lca.outputs import Output, Study, outputs
from lca.spoken import spoken

STUDIES = outputs("study")
SPEAKING = ("excel", "latex", "markdown")  # forms with labels in other languages

if TYPE_CHECKING:
    Kind = str
else:
    Kind = Literal[tuple(STUDIES)]


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
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Write a study to a file for others.

    A workbook of live formulas (.xlsx), csv, json, markdown, a table for a paper (.tex), data for Brightway or openLCA,
    a BoAmps report, or the energy lines of the EU's Model Documentation Form.
    """
    form = _form(format, output)
    for option, asked in (("published", published), ("with_restricted", with_restricted)):
        if asked and option not in form.heeds:
            heeding = ", ".join(name for name, other in STUDIES.items() if option in other.heeds)
            raise typer.BadParameter(
                f"{form.name} does not heed it: {heeding} only", param_hint=f"--{option.replace('_', '-')}"
            )
    if lang != IN_ENGLISH and form.name not in SPEAKING:
        raise typer.BadParameter(f"{form.name} is in English: {', '.join(SPEAKING)} only", param_hint="--lang")
    from lca.disk.workspace import Run
    from lca.study.asked import exportable

    opened = Run(scenario, packs or ())
    variants = variants_named(listed(variant) or ["all"], opened.scenario.variants)
    result, verdicts = opened.compile(listed(fu), variants)
    if fu or variant:
        result.whole = opened.compile(every_case=True, with_expectations=False)[0].whole
    study = Study(result, verdicts, published, with_restricted)
    with spoken(lang):
        emit(form.render(exportable(study, form), look(output)), output)
    from lca.problems import printable
    from lca.wording import folded

    for remark in form.left_out(study):
        sys.stderr.write("\n".join(folded(f"left out: {printable(remark)}", look().width)) + "\n")


def _form(asked: str | None, output: Path | None) -> Output:
    """What to write: what is asked for, or what the ending of the file says."""
    if not asked and output is None:
        raise typer.BadParameter("name a file: -o study.xlsx, or a --format", param_hint="-o")
    form = STUDIES[asked or by_ending(output, STUDIES, "")]
    if form.is_binary and output is None:
        raise typer.BadParameter("this format needs a file: -o study.xlsx", param_hint="-o")
    return form
