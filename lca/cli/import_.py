"""`lca import`: spreadsheets, databases and logs become scenarios, parts of them, and packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver, emit, look
from lca.cli.options import Folders, Formatted, Output
from lca.problems import printable, problem

if TYPE_CHECKING:
    from lca.cli.options import Format
    from lca.importers import Given, Made
    from lca.report import Report


@app.command(name="import")
def import_(
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="What the files are; without it, all kinds are listed.")
    ] = None,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help="The files to read.")] = None,
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook that is meant.", show_default=False)
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP", help="A YAML file that says what columns and values mean.")
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What the kind takes. Repeatable.")
    ] = None,
    into: Annotated[
        tuple[str, str] | None,
        typer.Option("--into", metavar="SCENARIO PATH", help="Put it into a scenario, whose comments stay."),
    ] = None,
    output: Output = None,
    format: Formatted = None,  # noqa: A002  the option's name
    packs: Folders = None,
) -> None:
    """Make scenarios, parts of them and packs of what people and other programs have.

    Without --into and -o, what is made is printed, and what there is to say of it goes to the error stream. FILE of -o
    is a folder where a pack is made.
    """
    from lca.importers import kind as named
    from lca.importers import kinds, listing

    if kind is None or not files:
        deliver(listing(kinds().values() if kind is None else (named(kind),)), format, None)
        return
    keys = _keys(into)
    chosen = named(kind)
    made = chosen.read(_given(files, sheet, mapping, sets, keys, packs, output))
    if into is not None:
        from lca.disk.imports import put_into

        written, replaced = put_into(made, Path(into[0]), keys, output)
        _told(made.report, format, written, replaced)
    elif made.files:
        _told(made.report, format, _folder(made, output))
    elif output is not None:
        emit(made.whole, output)
        _told(made.report, format)
    else:
        emit(made.whole, None)
        sys.stderr.write(f"\n{_as_text(made.report)}")


def _keys(into: tuple[str, str] | None) -> tuple[str, ...]:
    from lca.importers import WHOLE
    from lca.text.overlay import split

    if into is None or into[1] == WHOLE:
        return ()
    keys = split(into[1])
    if not keys:
        words = f"'{into[1]}' is not a path; write it as in parameters or sites.lab, or . for the whole scenario"
        raise typer.BadParameter(words, param_hint="--into")
    return keys


def _given(
    files: list[Path],
    sheet: str,
    mapping: Path | None,
    sets: list[str] | None,
    part: tuple[str, ...],
    packs: list[Path] | None,
    output: Path | None,
) -> Given:
    from lca.disk import imports
    from lca.disk.workspace import Library, read, shown
    from lca.importers import Given, settings
    from lca.text.documents import parse

    said = settings(sets or ())
    located = parse(read(mapping), shown(mapping)) if mapping is not None else None
    return Given(imports.files(files), Library(packs or ()), said, sheet, located, part, output.name if output else "")


def _folder(made: Made, output: Path | None) -> Path:
    from lca.disk.imports import write_folder

    if output is None:
        raise problem(f"this makes {len(made.files)} files", hint="name a folder for them with -o")
    write_folder(output, made.files)
    return output


def _told(
    report: Report,
    format: Format | None,  # noqa: A002  as the option
    written: Path | None = None,
    replaced: tuple[str, ...] = (),
) -> None:
    """Print what was made of the files; where it was written, and in place of what, is said beside it."""
    from lca.disk.workspace import shown

    deliver(report, format, None)
    for words in replaced:
        sys.stderr.write(f"replaced {printable(words)}\n")
    if written is not None:
        sys.stderr.write(f"wrote {printable(shown(written))}\n")


def _as_text(report: Report) -> str:
    from lca.outputs import table

    return str(table.render(report, look()._replace(colours=False)))
