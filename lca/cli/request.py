"""`lca request`: the impacts of one request to a model, by each method that can answer."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, deliver, emit
from lca.cli.options import Folders, Formatted, Output

Number = Annotated[str | None, typer.Option(metavar="NUMBER", show_default=False)]


@app.command()
def request(
    model: Annotated[
        str | None,
        typer.Argument(metavar="MODEL", help="Its key, as openai/gpt-4o, or its bare name.", show_default=False),
    ] = None,
    output_tokens: Number = None,
    input_tokens: Number = None,
    cache_read_tokens: Number = None,
    cache_write_tokens: Number = None,
    reasoning_tokens: Number = None,
    latency: Annotated[
        str | None, typer.Option(metavar="TIME", help="Measured time of the request, as '2 s'.", show_default=False)
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CODE", help="Where it is answered, as FRA.", show_default=False)
    ] = None,
    method: Annotated[
        str | None, typer.Option(metavar="KEY", help="One of `lca methods`; else all that apply.", show_default=False)
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="What a method takes besides, as batch=128. Repeatable."),
    ] = None,
    yaml: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--yaml", help="Print the scenario, which `lca run` prices to the same digits.")
    ] = False,
    listed: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--list", help="List the models that packs know; MODEL is then a part of a name.")
    ] = False,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Print the impacts of one request to a model, by every method that can answer.

    Classes of tokens are disjoint: what is read from a cache is no input, what is reasoning no output.
    """
    from lca.disk.requests import opened, stated
    from lca.views.request import listing, report

    asked = opened(packs or ())
    if listed:
        deliver(listing(asked.models(), model or ""), format, output)
        return
    if model is None:
        raise typer.BadParameter("name a model, or --list them", param_hint="MODEL")
    numbers = {
        "input_tokens": input_tokens,
        "cache_write_tokens": cache_write_tokens,
        "cache_read_tokens": cache_read_tokens,
        "reasoning_tokens": reasoning_tokens,
        "output_tokens": output_tokens,
        "latency": latency,
    }
    known = stated({name: text for name, text in numbers.items() if text is not None})
    for name, text in map(_named, given or ()):
        if name in known or name in numbers:
            raise typer.BadParameter(f"{name} is stated twice, or by an option of its own", param_hint="--set")
        known[name] = text
    if yaml:
        emit(asked.yaml(model, region or "", method, known), output)
        return
    answer = asked.request(model, region or "", method, known)
    deliver(report(answer, known, asked.library.criteria), format, output)


def _named(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise typer.BadParameter(f"'{text}' is no NAME=VALUE", param_hint="--set")
    return name.strip(), value.strip()
