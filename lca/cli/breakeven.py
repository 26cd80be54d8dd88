"""`lca breakeven`: at what value of an input two figures weigh the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, deliver, listed, variants_named
from lca.cli.options import Folders, Formatted, Output, ScenarioName

if TYPE_CHECKING:
    from lca.result import Result


@app.command()
def breakeven(
    scenario: ScenarioName,
    functional_unit: Annotated[str, typer.Argument(metavar="FU", help="The functional unit.")],
    figures: Annotated[
        list[str],
        typer.Argument(metavar="FIGURE = FIGURE", help="Phases, tiers, stages, items, `total`, or tier=terminals."),
    ],
    over: Annotated[str, typer.Option("--over", metavar="PATH", help="The input to change.")],
    criterion: Annotated[
        list[str] | None,
        typer.Option("--criterion", "--criteria", metavar="KEYS", help="The criterion; all where absent."),
    ] = None,
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME", help="The variant.")] = None,
    start: Annotated[
        str, typer.Option("--from", metavar="QUANTITY", help="Where to begin; a thousandth of its value.")
    ] = "",
    stop: Annotated[
        str, typer.Option("--to", metavar="QUANTITY", help="Where to end; a thousand times its value.")
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Find where two figures weigh the same as an input changes.

    A figure is a phase, a tier, a stage, an item or `total`; or several of them, such as tier=terminals stage=use. It
    may also say of=FU1 or variant=L. All break-evens in the range are listed; where there is none, the figures at
    both ends.
    """
    from lca.disk.workspace import Run
    from lca.questions.breakeven import COLUMNS, break_even, case, sides, where
    from lca.questions.selection import Selection, node
    from lca.result import narrowed
    from lca.views.breakeven import Asked, report

    study = Run(scenario, packs or ())
    halves = sides(figures)
    own, *_ = variants_named([variant] if variant else [], study.scenario.variants)
    named = [case(words, functional_unit, own) for words in halves]
    cases = [(unit, variants_named([name] if name else [], study.scenario.variants)[0]) for unit, name in named]
    compiled, _ = study.compile({unit for unit, _ in cases}, {name for _, name in cases}, with_expectations=False)
    result = narrowed(compiled, listed(criterion))
    wanted = [where(words, _values(result, *each, COLUMNS)) for words, each in zip(halves, cases, strict=True)]
    left, right = (" ".join(words) for words in halves)
    break_evens = []
    for key in result.model.criteria:
        chosen = [Selection(*each, key, "", parts) for each, parts in zip(cases, wanted, strict=True)]
        first, second = (node(result.model, one).index for one in chosen)
        even = break_even(result.model.facts, first, second, over, start, stop)
        label = result.model.factors.criteria[key].label
        break_evens.append((Asked(functional_unit, own, key, result.unit(key), left, right, label), even))
    deliver(report(break_evens), format, output)


def _values(
    result: Result, functional_unit: str, variant: str | None, columns: tuple[str, ...]
) -> dict[str, list[str]]:
    """What stands in the columns of a case's lines, and `embodied` for every stage but use."""
    from lca.model.case import CaseKey

    lines = result.model.lines.of(CaseKey(functional_unit, variant))
    values = {name: list(dict.fromkeys(getattr(line, name) for line in lines)) for name in columns}
    return values | {"stage": [*values["stage"], "embodied"]}
