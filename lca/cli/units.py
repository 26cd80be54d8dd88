"""`lca units`: the units that may be written, and what one means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problem, Problems, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lca.report import Report


@app.command()
def units(
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="A unit to explain, such as kWh/image.")] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the units, or explain one."""
    from lca.views.unit_names import every

    deliver(every() if text is None else _explained(text, packs or ()), format, output)


def _explained(text: str, packs: Iterable[Path]) -> Report:
    from lca.units import UnitError, unit
    from lca.views.unit_names import explained

    try:
        return explained(text, unit(text))
    except UnitError as error:
        return _impact(text, packs) or _refuse(text, error.message, error.offset, error.hint)


def _impact(text: str, packs: Iterable[Path]) -> Report | None:
    """The text as a unit of a criterion, the first that can be in it."""
    from lca.disk.workspace import Library
    from lca.units import UnitError, unit
    from lca.views.unit_names import explained

    for criterion in Library(packs).criteria.values():
        try:
            return explained(text, unit(text, criterion.space), criterion.label)
        except UnitError:
            continue
    return None


def _refuse(text: str, message: str, offset: int, hint: str) -> Report:
    raise Problems([Problem(message, (Span("unit", 1, offset + 1, text),), hint)])
