"""The application, and what its commands share: what options mean, output, and how problems are shown."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lca import __version__
from lca.cli.options import COMMA, DEFAULT, REPORTS, Command, Format
from lca.outputs import Output as Form
from lca.problems import Problem, Problems, printable
from lca.report import Look, Report
from lca.spoken import ENGLISH, spoken

if TYPE_CHECKING:
    from lca.disk.workspace import Library, Run
    from lca.model.packs import Pack
    from lca.result import Result

Function = TypeVar("Function", bound=Callable[..., Any])

WRONG = 1  # exit code: problems in the user's files
USAGE = 2  # exit code: the command line is wrong, as Click has it; it names what does not exist
MISSED = 3  # exit code: files in order, but a figure is missed, differs by more than is allowed, or strictness failed
FOR_MACHINES = {"records", "checks"}  # what outputs write that no person reads
WIDEST = 120  # characters of a line: longer ones are hard to read
NARROWEST = 40


class App(typer.Typer):
    """An application whose commands are all read by `Command`."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Function], Function]:
        """Typer's own."""
        return super().command(*args, **{"cls": Command, **kwargs})


app = App(
    name="lca",
    help="Life-cycle assessment of digital and generative-AI services.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


def deliver(
    report: Report | Callable[[], Report], chosen: Format | None, output: Path | None, lang: str = ENGLISH
) -> None:
    """Print a report, or write it to a file, in the format asked for. What makes one says it in a language."""
    form = REPORTS[chosen or by_ending(output, REPORTS, DEFAULT)]
    with spoken(language_of(form, lang)):
        emit(form.render(report if isinstance(report, Report) else report(), look(output)), output)


def language_of(form: Form, asked: str) -> str:
    """The language of an output: what machines read is the same in every one, which is said."""
    if asked == ENGLISH or not FOR_MACHINES & {*form.writes}:
        return asked
    sys.stderr.write(f"--lang {asked} changes nothing: {form.name} is the same in every language\n")
    return ENGLISH


def by_ending(output: Path | None, known: Mapping[str, Form], otherwise: str) -> str:
    """The format that the ending of a file says. Wrong usage where it says none."""
    if output is None:
        return otherwise
    by_suffix = {suffix: name for name, form in known.items() for suffix in form.suffixes}
    if output.suffix.lower() not in by_suffix:
        hint = f"its ending says no format: use one of {', '.join(by_suffix)}, or --format"
        raise typer.BadParameter(hint, param_hint=f"-o {output}")
    return by_suffix[output.suffix.lower()]


def look(output: Path | None = None) -> Look:
    """The page: as wide as the terminal, or as COLUMNS says; 80 columns and no colours where there is none."""
    width = shutil.get_terminal_size().columns
    plain = output is not None or not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return Look(min(max(width, NARROWEST), WIDEST), not plain and os.environ.get("TERM") != "dumb", COMMA.get())


def emit(content: str | bytes, output: Path | None) -> None:
    """Print a result, or write it to a file, whole or not at all. A text ends with a line; bytes stay as they are.

    The byte-order mark of a text is for files.
    """
    if isinstance(content, str) and not content.endswith("\n"):
        content += "\n"
    if output is None:
        sys.stdout.write(content.removeprefix("\ufeff") if isinstance(content, str) else content.decode())
        return
    from lca.disk.files import write
    from lca.disk.workspace import shown

    write(output, content)
    sys.stderr.write(f"wrote {printable(shown(output))}\n")


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


def compiled(study: Run, units: list[str] | None, variants: Iterable[str | None], criteria: list[str] | None) -> Result:
    """The result of the cases and criteria that options name, without what is expected of it."""
    from lca.result import narrowed

    result, _ = study.compile(listed(units), variants, with_expectations=False)
    return narrowed(result, listed(criteria))


def variant_named(name: str, known: tuple[str, ...]) -> str | None:
    """The one variant that is meant. Wrong usage where it is every one."""
    if name == "all" and name not in known:
        raise typer.BadParameter(f"one case is asked for: base, {', '.join(known)}", param_hint="all")
    return variants_named([name], known)[0]


def columns_named(names: list[str]) -> tuple[str, ...]:
    """Columns of the lines of a result, each once; `ghg-scope` is two, the scope and its category."""
    from lca.problems import near
    from lca.result import COLUMNS, GHG, GHG_COLUMNS

    known = (*COLUMNS, GHG)
    for name in names:
        if name not in known:
            raise typer.BadParameter(near(name, known, f"columns: {', '.join(known)}"), param_hint=f"--by {name}")
    return tuple(dict.fromkeys(column for name in names for column in (GHG_COLUMNS if name == GHG else (name,))))


def packs_of(library: Library, only: str | None = None) -> tuple[list[Pack], list[Problem]]:
    """The packs that are in order, all or one, and what is wrong with the others."""
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


def criterion_named(library: Library, name: str | None) -> str:
    """The key of a criterion named by key or label; empty where none is asked for. Misnamed where none is called so."""
    from lca.model.criteria import criteria_named

    return criteria_named(library.criteria, [name])[0] if name else ""
