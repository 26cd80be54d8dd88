"""`lca batch`: what a log of requests comes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lca.cli.app import MISSED, app, deliver, listed
from lca.cli.options import Criteria, Folders, Formatted, Output

SCENARIOS = (".yaml", ".yml")
PARQUET = ".parquet"


@app.command()
def batch(
    given: Annotated[
        list[Path],
        typer.Argument(metavar="LOG… [SCENARIO]", help="Logs: files, folders, patterns in quotes; then a scenario."),
    ],
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="COLUMNS", help="Groups: model, day, hour, month, region, any column. Repeatable."
        ),
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="KEY", help="One of `lca methods`, where no scenario is given.")
    ] = None,
    region: Annotated[
        str, typer.Option("--region", metavar="CODE", help="Where requests are answered that name no region, as FRA.")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP", help="A YAML file: what columns, models and regions mean.")
    ] = None,
    unit: Annotated[
        str, typer.Option("--fu", metavar="NAME", help="The functional unit of a scenario that is for its requests.")
    ] = "",
    variant: Annotated[str, typer.Option("--variant", metavar="NAME", help="A variant of the scenario.")] = "",
    block: Annotated[
        str, typer.Option("--block", metavar="PATH", help="Whose requests they are, where several blocks take a model.")
    ] = "",
    samples: Annotated[
        int, typer.Option("-n", "--samples", metavar="N", min=0, help="Also an interval of N draws for each group.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the random numbers start.")] = 0,
    days: Annotated[
        Path | None,
        typer.Option("--days", metavar="DIR", help="A Parquet file a day, in a folder; one that is there is replaced."),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="ADDRESS", help="Sum it at a server of Spark Connect: sc://HOST:PORT.")
    ] = "",
    shared: Annotated[
        Path | None, typer.Option("--shared", metavar="DIR", help="A folder that the engine sees at the same path.")
    ] = None,
    criteria: Criteria = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Say what a log of requests comes to, in groups, with an account of every row.

    Logs of OpenTelemetry, LiteLLM, Langfuse and Claude Code are known by what is in them, and tables whose columns are
    called model, output_tokens and so on; a map says what others mean. Totals are the sums of what `lca request` says
    of each request. A day is one of UTC.
    """
    from lca.batch.run import Asked, priced
    from lca.batch.told import report
    from lca.batch.writing import as_parquet, write_days
    from lca.cli.progress import progress

    *logs, last = given
    if method is not None and logs and last.suffix.lower() in SCENARIOS:
        raise typer.BadParameter(f"{last} names its own method: leave one of the two out", param_hint="--method")
    has_scenario = method is None and bool(logs) and (last.suffix.lower() in SCENARIOS or _is_shipped(last))
    asked = Asked(
        logs=tuple(logs if has_scenario else given),
        by=tuple(listed(by)),
        by_day=days is not None,
        map=mapping,
        region=region,
        method=method or "",
        scenario=str(last) if has_scenario else "",
        functional_unit=unit,
        variant=variant or None,
        block=block,
        samples=samples,
        seed=seed,
        criteria=tuple(listed(criteria)),
        packs=tuple(packs or ()),
        engine=engine,
        shared=shared,
    )
    with progress("reading") as told:
        made = priced(asked, told)
    if days is not None:
        for path in write_days(days, made.priced):
            sys.stderr.write(f"wrote {path}\n")
    if output is not None and format is None and output.suffix.lower() == PARQUET:
        as_parquet(output, made.priced)
    else:
        deliver(report(made), format, output)
    if not all(each.is_kept for each in made.budgets):
        raise typer.Exit(MISSED)


def _is_shipped(path: Path) -> bool:
    from lca.disk.workspace import is_shipped

    return not path.exists() and is_shipped(str(path))
