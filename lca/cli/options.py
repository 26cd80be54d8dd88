"""The arguments and options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.outputs import outputs

DEFAULT = "table"
REPORTS = outputs("report")  # the forms of what a command has to say

if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[(DEFAULT, *(name for name in REPORTS if name != DEFAULT))]


def _said(values: list[str] | None) -> list[str] | None:
    """What an option names. Wrong usage where a name is empty: nothing is not everything."""
    if any(not part.strip() for value in values or () for part in value.split(",")):
        raise typer.BadParameter("a name is empty: name one, or leave the option out")
    return values


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
        show_default=DEFAULT,
    ),
]
Variants = Annotated[
    list[str] | None,
    typer.Option("--variant", metavar="NAME|all", help="A variant, base, or all. Repeatable.", callback=_said),
]
Criteria = Annotated[
    list[str] | None,
    typer.Option("--criteria", metavar="KEYS", help="Only these criteria, such as GWP,PE.", callback=_said),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="COLUMNS",
        help="Parts by tier, phase, stage, item, flow, region: one or several.",
        callback=_said,
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option("--fu", metavar="NAME", help="Only this functional unit. Repeatable.", callback=_said),
]
