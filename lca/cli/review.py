"""`lca review`: a reviewer's copy of the workbook, read back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver
from lca.cli.options import Folders, Formatted, ScenarioName
from lca.problems import Problem, Problems, printable, problem

if TYPE_CHECKING:
    from lca.disk.workspace import Run
    from lca.result import Result
    from lca.workbook.review import Review
    from lca.workbook.review.writing import Rewritten

CLOSE = 1e-9  # relative: how near the written scenario comes to the edited workbook
SUFFIXES = (".yaml", ".yml")
Destination = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write the accepted edits as a scenario of its own."),
]


@app.command()
def review(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="The edited workbook, as it came back.")],
    scenario: ScenarioName,
    output: Destination = None,
    format: Formatted = None,  # noqa: A002  the option's name
    force: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--force", help="Overwrite FILE if it is there.")
    ] = False,
    packs: Folders = None,
) -> None:
    """Read back a reviewer's copy of an exported workbook.

    Says what was changed, and whom it moves: each changed input with its old and new value and what it alone does to
    every total, formulas that were overwritten or changed, cells that compute no longer, and the comments.

    With -o the accepted edits become a scenario that extends SCENARIO, and changed factors a pack beside it. Both are
    run before they are written: their totals are those of the edits.
    """
    from lca.disk.workspace import Run
    from lca.study.reviewing import copied, reviewed

    if output is not None:
        _refuse_overwriting(output, scenario, force=force)
    copy = copied(workbook)
    study = Run(scenario, packs or ())
    made = reviewed(study, copy)
    deliver(made.report, format, None)
    if output is not None:
        _write(made.review, made.result, study, output, packs or [])


# --- writing --------------------------------------------------------------------------------------------------------


def _refuse_overwriting(output: Path, scenario: str, *, force: bool) -> None:
    from lca.disk.workspace import locate, shown

    if output.suffix not in SUFFIXES:
        raise problem(f"{shown(output)} is no scenario's name", hint="-o takes a file that ends in .yaml")
    if not output.parent.is_dir():
        raise problem(f"there is no folder {shown(output.parent)}", hint="make it first")
    original = locate(scenario)
    if output.exists() and original.exists() and output.samefile(original):
        raise problem(f"{shown(output)} is the scenario that is reviewed", hint="write to another file")
    pack = _pack_folder(output)
    for place in (output, pack):
        if (place.exists() or place.is_symlink()) and not force:
            raise problem(f"{shown(place)} is already there", hint="choose another name, or give --force")


def _pack_folder(output: Path) -> Path:
    return output.with_name(f"{output.stem}-factors")


def _write(reviewed: Review, result: Result, study: Run, output: Path, folders: list[Path]) -> None:
    """Write the scenario and its pack, once they have been run; nothing where nothing was accepted."""
    from lca.disk.files import refuse_overwriting, write
    from lca.disk.workspace import shown

    if not reviewed.accepted and not reviewed.comments:
        sys.stderr.write("no edit can be written: no file was made\n")
        raise typer.Exit(1)
    made = _tried(reviewed, result, study, output, folders)
    pack = _pack_folder(output)
    refuse_overwriting(pack / name for name in made.files)
    if made.files:
        pack.mkdir(exist_ok=True)
        for name, text in made.files.items():
            write(pack / name, text)
    write(output, made.scenario)
    with_pack = f" and {shown(pack)}/; run it with --packs {shown(pack)}" if made.files else ""
    sys.stderr.write(printable(f"wrote {shown(output)}{with_pack}") + "\n")


def _tried(reviewed: Review, result: Result, study: Run, output: Path, folders: list[Path]) -> Rewritten:
    """The scenario with the laws of edited inputs, or without them where they no longer fit the value."""
    from lca.disk.workspace import named_from
    from lca.workbook.review.writing import rewritten

    extends = named_from(study.scenario.name, output)
    try:
        made = rewritten(reviewed, result.model, extends, output.name)
        _verify(reviewed, study, made, output, folders)
    except Problems:
        made = rewritten(reviewed, result.model, extends, output.name, laws=False)
        _verify(reviewed, study, made, output, folders)
    return made


def _verify(reviewed: Review, study: Run, made: Rewritten, output: Path, folders: list[Path]) -> None:
    """Run what is to be written. Problems where it does not, or does not come to the totals of the accepted edits."""
    from lca.disk.files import scratch, write
    from lca.disk.workspace import Run
    from lca.scenario import scenario
    from lca.text import documents
    from lca.text.overlay import merged

    tree = merged(study.scenario.tree, documents.parse(made.scenario, output.name))
    with scratch() as temporary:
        for name, text in made.files.items():
            place = temporary / made.pack
            place.mkdir(exist_ok=True)
            write(place / name, text)
        own = [temporary / made.pack] if made.files else []
        rerun = Run(scenario(tree, output.name), [*own, *folders])
        totals = {(move.functional_unit, move.variant, move.criterion): move.after for move in reviewed.together}
        units, variants = ({case[place]: None for case in totals} for place in (0, 1))
        again, _ = rerun.compile([str(unit) for unit in units], [None if v is None else str(v) for v in variants])
    wrong = [
        Problem(f"{key} of {unit}{f', {variant}' if variant else ''} would be {got:.6g}, and not {wanted:.6g}")
        for (unit, variant, key), wanted in totals.items()
        if abs((got := again.total(unit, key, variant)) - wanted) > CLOSE * abs(wanted)
    ]
    if wrong:
        hint = "the scenario states an input in a way that an extension cannot change; edit it there"
        raise Problems([Problem(f"the edits of {reviewed.workbook} cannot be written as a scenario", (), hint), *wrong])
