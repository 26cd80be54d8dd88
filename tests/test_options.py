"""What every command refuses on its command line: names that are empty, and numbers that are none.

The commands and their options are those that are there, so that a new one is held to the same.
"""

from __future__ import annotations

from typing import Any

import pytest
import typer

from lca.cli.app import app
from tests.command import Lca

NOT_NUMBERS = ("1_000", "٣", "nan", "inf", "1e-400", "1e999", "0x10", "")


def commands() -> dict[str, Any]:
    from importlib import import_module
    from pkgutil import iter_modules

    import lca.cli

    for module in iter_modules(lca.cli.__path__):
        import_module(f"lca.cli.{module.name}")
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


COMMANDS = commands()
OPTIONS = [(name, option) for name, command in COMMANDS.items() for option in command.params]
NAMED = [pair for pair in OPTIONS if pair[1].param_type_name == "option" and not pair[1].is_flag]
PLACED = [pair for pair in OPTIONS if pair[1].param_type_name == "argument"]
LISTS = [pair for pair in NAMED if pair[1].multiple and pair[1].name != "packs"]
NUMBERS = [pair for pair in NAMED if pair[1].type.name.startswith(("int", "float"))]


def ids(pair: Any) -> str:
    return str(pair if isinstance(pair, str) else f"{pair[0]} {pair[1].name}")


def required(name: str, but: str = "", word: str = "x") -> list[str]:
    """A word for each argument that has to be there, with another for one of them."""
    arguments = [option for option in COMMANDS[name].params if option.param_type_name == "argument"]
    return [word if option.name == but else "x" for option in arguments if option.required or option.name == but]


def refused(ran: Any, what: str) -> None:
    assert ran.code == 2, ran
    assert what in ran.err
    assert ran.out == ""


def test_there_are_such_options() -> None:
    assert {"run", "plot", "explain", "breakeven", "sweep", "compare", "units"} <= set(COMMANDS)
    assert (len(NAMED) > 60, len(PLACED) > 15, len(LISTS) > 15, len(NUMBERS) > 8) == (True, True, True, True)


@pytest.mark.parametrize("pair", NAMED, ids=ids)
@pytest.mark.parametrize("word", ["", "  "])
def test_an_option_takes_no_empty_name(pair: tuple[str, Any], word: str, lca_: Lca) -> None:
    name, option = pair
    for opt in option.opts:
        refused(lca_(name, *required(name), opt, *[word] * option.nargs), "a name is empty")


@pytest.mark.parametrize("pair", PLACED, ids=ids)
def test_an_argument_takes_no_empty_name(pair: tuple[str, Any], lca_: Lca) -> None:
    name, argument = pair
    refused(lca_(name, *required(name, argument.name, "")), "a name is empty")


@pytest.mark.parametrize("pair", LISTS, ids=ids)
@pytest.mark.parametrize("word", [",", "a,", "a,,b", " ,a"])
def test_a_list_takes_no_empty_name(pair: tuple[str, Any], word: str, lca_: Lca) -> None:
    name, option = pair
    refused(lca_(name, *required(name), option.opts[0], word), "a name is empty")


@pytest.mark.parametrize("pair", NUMBERS, ids=ids)
@pytest.mark.parametrize("word", NOT_NUMBERS)
def test_a_number_is_read_as_in_a_scenario(pair: tuple[str, Any], word: str, lca_: Lca) -> None:
    name, option = pair
    refused(lca_(name, *required(name), option.opts[0], word), f"'{option.opts[0]}'")
