"""The application, and what its commands share: options, output, and how problems are shown."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from lca import __version__
from lca.problems import Problems
from lca.report import Look, Report

WIDEST = 120  # characters of a line: longer ones are hard to read
NARROWEST = 40

app = typer.Typer(
    name="lca",
    help="Life-cycle assessment of digital and generative-AI services.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Format = Literal["table", "csv", "json", "markdown"]
SUFFIXES: dict[str, Format] = {
    ".csv": "csv", ".json": "json", ".md": "markdown", ".markdown": "markdown", ".txt": "table",
}  # fmt: skip

Named = TypeVar("Named", bound=str)

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--factors", metavar="DIR", help="A folder of factor packs of your own. Repeatable."),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
]
Formatted = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="table for people; csv and json in full precision; else by the ending of FILE.",
        show_default="table",
    ),
]
Variants = Annotated[
    list[str] | None, typer.Option("--variant", metavar="NAME|all", help="A variant, base, or all. Repeatable.")
]
Criteria = Annotated[
    list[str] | None, typer.Option("--criteria", metavar="KEYS", help="Only these criteria, such as GWP,PE.")
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="COLUMNS", help="Parts by tier, phase, stage, item, flow, region: one or several."),
]
Units = Annotated[list[str] | None, typer.Option("--fu", metavar="NAME", help="Only this functional unit. Repeatable.")]


def _version(asked: bool) -> None:  # noqa: FBT001  typer calls it
    if asked:
        sys.stdout.write(f"lca {__version__}\n")
        raise typer.Exit


@app.callback()
def lca(
    version: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Life-cycle assessment of digital and generative-AI services."""


def show(problems: Problems) -> None:
    """Print problems on the error stream, as wide as the page."""
    count = len(problems.problems)
    sys.stderr.write(f"{problems.text(look().width)}\n" + (f"\n{count} problems\n" if count > 1 else ""))


def deliver(report: Report, chosen: Format | None, output: Path | None) -> None:
    """Print a report, or write it to a file, in the format asked for; each is a view of that name."""
    name = chosen or by_ending(output, SUFFIXES, "table")
    emit(import_module(f"lca.views.{name}").render(report, look(output)), output)


def by_ending(output: Path | None, known: Mapping[str, Named], otherwise: Named) -> Named:
    """The format that the ending of a file says. Wrong usage where it says none."""
    if output is None:
        return otherwise
    found = known.get(output.suffix.lower())
    if found is None:
        hint = f"its ending says no format: use one of {', '.join(known)}, or --format"
        raise typer.BadParameter(hint, param_hint=f"-o {output}")
    return found


def look(output: Path | None = None) -> Look:
    """The page: as wide as the terminal, or as COLUMNS says; 80 columns and no colours where there is none."""
    width = shutil.get_terminal_size().columns
    plain = output is not None or not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return Look(min(max(width, NARROWEST), WIDEST), not plain and os.environ.get("TERM") != "dumb")


def emit(text: str, output: Path | None) -> None:
    """Print a result, or write it to a file, whole or not at all."""
    text = text if text.endswith("\n") else f"{text}\n"
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()  # a closed pipe is noticed here, not when Python ends
        return
    from lca.disk.workspace import shown, write

    write(output, text)
    sys.stderr.write(f"wrote {shown(output)}\n")


def listed(values: list[str] | None) -> list[str]:
    """The values of an option that may be repeated and may hold commas.

    >>> listed(["tier,phase", "item"])
    ['tier', 'phase', 'item']
    """
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]


def variants_named(names: list[str], known: tuple[str, ...]) -> tuple[str | None, ...]:
    """The variants that are meant: `base` is the case without one, `all` is every case; base alone where none is named.

    >>> variants_named(["base", "L"], ("L",)), variants_named([], ("L",)), variants_named(["all"], ("L",))
    ((None, 'L'), (None,), (None, 'L'))
    """
    if names == ["all"]:
        return (None, *known)
    return tuple(name if name != "base" or name in known else None for name in names) or (None,)


def columns_named(names: list[str]) -> tuple[str, ...]:
    """Columns of the lines of a result, each once."""
    from lca.problems import near
    from lca.result import COLUMNS

    for name in names:
        if name not in COLUMNS:
            raise typer.BadParameter(near(name, COLUMNS, f"columns: {', '.join(COLUMNS)}"), param_hint=f"--by {name}")
    return tuple(dict.fromkeys(names))
