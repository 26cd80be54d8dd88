"""The arguments and options that commands share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperOption

from lca.outputs import outputs
from lca.problems import near, shortened

DEFAULT = "table"
CSV = "csv"
WRITTEN = "FILE"  # what options that write call their value, and no others
TEXT = ("str", "text")  # what Typer calls the type, and did before 0.28
REPORTS = outputs("report")  # the forms of what a command has to say

if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[(DEFAULT, *(name for name in REPORTS if name != DEFAULT))]


COMMA: ContextVar[bool] = ContextVar("comma", default=False)  # whether numbers of a csv have a decimal comma


class Command(TyperCommand):
    """A command that takes no empty name, for nothing is not everything, and reads numbers as scenarios do.

    One that has a csv to give takes `--decimal`.
    """

    def __init__(self, *args: Any, params: Sequence[Any], **kwargs: Any) -> None:
        """Click's own. Where a csv is among the forms, its decimal sign is an option beside them."""
        super().__init__(*args, params=[own for param in params for own in _with_decimal(param)], **kwargs)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Click's own, after a look at each option and argument. Wrong usage where a word says nothing."""
        given, *_ = self.make_parser(ctx).parse_args(args=[*args])
        words = [(option, word) for option in self.params for word in _texts(given.get(option.name or ""))]
        for says in (_fault, _no_choice):
            for option, word in words:
                if fault := says(option, word):
                    raise typer.BadParameter(fault, ctx, option)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Click's own, once it is known that what is to be written can be."""
        from lca.disk.files import watched, will_write

        with watched(), _decimal(ctx):
            for option in self.params:
                path = ctx.params.get(option.name or "")
                if option.make_metavar(ctx) == WRITTEN and path is not None:
                    will_write(option.opts[0], Path(path))
            return super().invoke(ctx)


def _with_decimal(option: Any) -> Iterator[Any]:
    """An option, and beside one of forms with csv among them that of its decimal sign."""
    yield option
    choices = getattr(option.type, "choices", ())
    if "--format" in option.opts and CSV in choices:
        told = "Of a csv: comma, with semicolons between cells, as Excel reads it in French."
        signs = type(option.type)(["point", "comma"])
        yield TyperOption(param_decls=["decimal", "--decimal"], type=signs, help=told, show_default="point")


@contextmanager
def _decimal(ctx: Any) -> Iterator[None]:
    """The decimal sign that is asked for, while the command runs. Wrong usage where what is written is no csv."""
    sign, output = ctx.params.pop("decimal", None), ctx.params.get("output")
    asked = next((ctx.params[own.name] for own in ctx.command.params if "--format" in own.opts), None)
    form = asked or (output is not None and Path(output).suffix.lower()[1:])
    if sign and form != CSV:
        raise typer.BadParameter("only a csv takes it: --format csv, or -o FILE.csv", ctx, param_hint="--decimal")
    token = COMMA.set(sign == "comma")
    try:
        yield
    finally:
        COMMA.reset(token)


def _texts(given: Any) -> list[str]:
    """The texts that stand in an option, once or several times."""
    return [each for each in (given if isinstance(given, list | tuple) else [given]) if isinstance(each, str)]


def _fault(option: Any, word: str) -> str:
    """What is wrong with a word before it means anything; an option that may be repeated may hold several."""
    if "\0" in word:
        return "it holds a zero character"
    kind, several = option.type.name, getattr(option, "multiple", False)
    parts = word.split(",") if several and kind in TEXT else [word]
    if not all(part.strip() for part in parts):
        return "a name is empty: name one, or leave it out"
    return _no_number(word) if kind.startswith(("int", "float")) else ""


def _no_choice(option: Any, word: str) -> str:
    """What keeps a word from being one of a few; '' where it is one, or any will do."""
    choices = [str(choice) for choice in getattr(option.type, "choices", ())]
    if not choices or word in choices:
        return ""
    way = near(word, choices)
    return f"'{shortened(word)}' is not one of {', '.join(choices)}{way and f'; {way}'}"


def _no_number(word: str) -> str:
    """What keeps a word from being a number; '' where it is one."""
    from lca.units import UnitError, number

    try:
        number(word)
    except UnitError as error:
        return error.message
    return ""


Lang = Annotated[
    Literal["en", "fr"],
    typer.Option("--lang", help="The language of what readers read; csv and json are the same in each."),
]
IN_ENGLISH: Literal["en", "fr"] = "en"
LangOfReader = Annotated[
    Literal["en", "fr", "auto"],
    typer.Option("--lang", help="The language of what readers read; auto: that of each reader, who can change it."),
]
ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--packs", "--factors", metavar="DIR", help="A folder of factor packs of your own. Repeatable."),
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
    typer.Option("--variant", metavar="NAME|all", help="A variant, base, or all. Repeatable."),
]
Criteria = Annotated[
    list[str] | None,
    typer.Option("--criteria", metavar="KEYS", help="Only these criteria, such as GWP,PE."),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="COLUMNS",
        help="Parts by tier, phase, stage, item, flow, region, ghg-scope: one or several.",
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option("--fu", metavar="NAME", help="Only this functional unit. Repeatable."),
]
