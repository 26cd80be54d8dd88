"""`lca units`: the units that may be written, and what one means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver
from lca.cli.options import Folders, Formatted, Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lca.model.criteria import Criterion


@app.command()
def units(
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="A unit to explain, such as kWh/image.")] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the units, or explain one."""
    from lca.study.asked import explained_unit
    from lca.views.unit_names import every

    deliver(every() if text is None else explained_unit(text, _criteria(packs or ())), format, output)


def _criteria(packs: Iterable[Path]) -> Iterator[Criterion]:
    """The criteria, read where one is asked for."""
    from lca.disk.workspace import Library

    yield from Library(packs).criteria.values()
