"""`lca packs`: the packs with version, date and licence, and which of a study have a newer edition here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import WRONG, app, deliver, packs_of, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problems

if TYPE_CHECKING:
    from lca.disk.workspace import Library, Run
    from lca.questions.editions import Edition, Moved
    from lca.report import Report
    from lca.result import Result


@app.command()
def packs(
    outdated: Annotated[
        str,
        typer.Option("--outdated", metavar="SCENARIO", help="Packs of it with a newer edition here, and what moves."),
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the factor packs with version, date and licence; or the newer editions of those of a study.

    Each newer edition is put in the place of the older, alone, and the totals of the base case are told before and
    after. `lca factors` finds rows.
    """
    from lca.disk.workspace import Library as Opened
    from lca.views.packs import editions

    library = Opened(packs or ())
    if outdated:
        deliver(_outdated(outdated, library), format, output)
        return
    opened, problems = packs_of(library)
    deliver(editions(opened), format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)


def _outdated(name: str, library: Library) -> Report:
    from lca.disk.workspace import Run
    from lca.questions.editions import newest
    from lca.views.packs import outdated

    study = Run(name, library=library)
    before, _ = study.compile(with_expectations=False)
    own = study.factors.packs
    found = {pack: newest(own[pack], library.editions(own[pack].edition_of)) for pack in own}
    every = [_moved(study, edition, before) for edition in found.values() if edition is not None]
    title = study.scenario.about.title or study.scenario.name
    return outdated(title, every, library.criteria, (pack for pack, edition in found.items() if edition is None))


def _moved(study: Run, edition: Edition, before: Result) -> Moved:
    """What an edition moves, or why it cannot stand where the older does."""
    from lca.disk.workspace import Run, open_scenario
    from lca.questions.editions import Moved, moved, with_edition

    try:
        other = Run(with_edition(open_scenario(study.scenario.name), edition), library=study.library)
        return moved(edition, before, other.compile(with_expectations=False)[0])
    except Problems as refused:
        first = refused.problems[0]
        return Moved(edition, {}, (), f"{first.message}; {first.hint}".removesuffix("; "))
