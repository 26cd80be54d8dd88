"""`lca compare`: two cases, their differences, and which changed inputs carry them."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import MISSED, app, deliver, listed
from lca.cli.options import IN_ENGLISH, Folders, Formatted, Lang, Output, Units

if TYPE_CHECKING:
    from lca.study.comparing import Compared


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The case to compare with.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other case.")],
    fu: Units = None,
    variant: Annotated[
        str, typer.Option("--variant", metavar="NAME", help="The variant of both, where they name none.")
    ] = "",
    players: Annotated[
        list[str] | None,
        typer.Option(
            "--players",
            metavar="PATHS",
            help="Changed inputs to tell apart; a path stands for all below it, the rest counts as one.",
        ),
    ] = None,
    fail_above: Annotated[
        str, typer.Option("--fail-above", metavar="PERCENT", help="Exit with 3 if a figure differs by more or is gone.")
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Compare two cases, and say which inputs make the difference.

    A and B are each one of:

    \b
    SCENARIO            a file, or the name of a shipped one
    SCENARIO:VARIANT    a variant of it; SCENARIO:base is its base case
    SCENARIO#FU         one functional unit, as in stable_diffusion:L#FU2
    REV:PATH            at a git revision, as in HEAD~1:scenarios/chat.yaml
    RESULT.json         what `lca run --format json` has written

    B may begin with a colon and then means the scenario of A: `lca compare stable_diffusion :L`, or
    `lca compare stable_diffusion#FU1 :#FU2`. Without functional units, each is compared with its namesake.

    Each changed input carries its mean effect over all orders in which the changes can be made (Shapley value), so
    that the parts sum to the difference. Lines that came or went, lists, proxies and formulas count as one input each;
    so do shares that sum to 100 %.
    """  # noqa: D301  the mark keeps the lines of the list apart
    from lca.disk.workspace import Library
    from lca.study.comparing import compared, named, opened

    gc.enable()  # models are made of cycles, and a comparison may build thousands
    limit = _percent(fail_above)
    library = Library(packs or ())
    first = named(a, "")
    second = named(b, a)
    one, other = (opened(each, variant, listed(fu), library) for each in (first, second))
    made = compared(first, second, one, other, library, listed(players))
    deliver(lambda: made.report, format, output, lang)
    if limit is not None:
        _judge(made, limit)


def _percent(text: str) -> float | None:
    """The share that a percentage is; its sign may be left out. None where none is asked for."""
    from lca.units import ONE, UnitError, quantity, unit

    try:
        value, written = quantity(text or "0")
    except UnitError:
        value, written = -1.0, ONE
    if value < 0 or written not in (ONE, unit("%")):
        raise typer.BadParameter(f"'{text}' is no percentage; write it as 2%", param_hint="--fail-above")
    return value / 100 if text else None


def _judge(made: Compared, limit: float) -> None:
    """Exit with 3 where a figure differs by more than the limit or is gone, and name it."""
    from lca.views.comparison import name
    from lca.wording import deviation

    gone = [one.words for one in made.alone if one.side == "A"]
    beyond = [
        f"{made.labels.get(d.criterion, d.criterion)} of {name(pair.b)} differs by {deviation(d.relative)}"
        for pair in made.pairs
        for d in pair.differences
        if not abs(d.relative) <= limit
    ]
    if beyond or gone:
        sys.stderr.write("\n".join([*gone, *beyond, *([f"more than {limit * 100:g} %"] if beyond else [])]) + "\n")
        raise typer.Exit(MISSED)
