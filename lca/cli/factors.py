"""`lca factors`: the packs, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import WRONG, app, deliver, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Misnamed, Problem, Problems, shortened

if TYPE_CHECKING:
    from lca.disk.workspace import Library
    from lca.model.packs import Pack
    from lca.report import Report
    from lca.views.packs import Shown, Wanted


@app.command()
def factors(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="Find rows that have all of these words.", show_default=False),
    ] = None,
    pack: Annotated[str | None, typer.Option("--pack", metavar="NAME", help="Only the rows of this pack.")] = None,
    criterion: Annotated[str | None, typer.Option("--criterion", metavar="KEY", help="Only this criterion.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="CODE", help="Only this region, such as FRA or France.")
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Look in the notes as well.")] = False,  # noqa: FBT002
    verbose: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("-v", "--verbose", help="With source, quality, range and note of each row.")
    ] = False,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    factors: Folders = None,
) -> None:
    """List the factor packs and their licences, or find rows.

    A country may be named by its code or its name: `lca factors electricity germany`.
    """
    from lca.disk.workspace import Library
    from lca.views.packs import Shown, Wanted, listing

    library = Library(factors or ())
    packs, problems = _packs(library, pack)
    places = library.places()
    code = places.code(region or "") or region or ""
    wanted = Wanted(tuple(words or ()), _criterion(library, criterion), code)
    if any(wanted) or pack:
        report = _found(packs, problems, wanted, Shown(places.names, notes, verbose))
    else:
        report = listing(packs)
    deliver(report, format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)


def _packs(library: Library, only: str | None) -> tuple[list[Pack], list[Problem]]:
    """The packs that are in order, and what is wrong with the others."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    for name in [only] if only else library.names():
        try:
            packs.append(library.pack(name))
        except Problems as raised:
            if only:
                raise
            problems += raised.problems
    return packs, problems


def _criterion(library: Library, name: str | None) -> str:
    """The key of a criterion that is named by key or label."""
    from lca.model.packs import key_of, near_criterion

    key = key_of(library.criteria, name or "")
    if name and not key:
        hint = near_criterion(library.criteria, name)
        raise Misnamed([Problem(f"no criterion '{shortened(name)}'", (), hint)])
    return key


def _found(packs: list[Pack], problems: list[Problem], wanted: Wanted, look: Shown) -> Report:
    """The rows that are looked for. Problems where there are none, with those of the packs that cannot be read."""
    from lca.views.packs import nearest, rows

    report = rows(packs, wanted, look)
    if not report.records:
        what = ", ".join([*wanted.words, *(part for part in wanted[1:] if part)])
        raise Problems([Problem(f"no row has all of: {what}", (), nearest(packs, wanted, look)), *problems])
    return report
