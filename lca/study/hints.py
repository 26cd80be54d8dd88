"""What messages call things, said as Python has it: the options of commands are arguments there.

Problems come from layers that commands and Python share, and their ways out may name an option. Where one leaves by a
method of Python, it names the argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from typing import Any, TypeVar

from lca.problems import Misnamed, Problem, Problems, shortened

CALLED = {"fu": "functional_units", "and": "also", "from": "start", "to": "stop", "set": "inputs", "n": "samples"}
SAID = {  # what is said otherwise in Python
    "`lca request --list`": "lca.library().models()",
    "`lca methods`": "lca.library().methods()",
    "`lca criteria`": "lca.library().criteria()",
    "lca run says why under Not assessed": "study.report() says why under Not assessed",
    "name them with commas between and no space, or --models for each": "name them in a list",
    "--packs takes a folder of packs": "packs takes a folder of packs",
}
OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")
Made = TypeVar("Made", bound=type)
Of = TypeVar("Of", bound=Callable[..., Any])


def in_python(text: str) -> str:
    """A text with arguments in place of options.

    >>> in_python("give --from and --to, or choose with --why-not")
    'give start= and stop=, or choose with why_not='
    """
    for command, python in SAID.items():
        text = text.replace(command, python)
    return OPTION.sub(lambda option: f"{CALLED.get(option[1], option[1].replace('-', '_'))}=", text)


def told(function: Of) -> Of:
    """A function whose problems are said as Python has them."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except Problems as raised:
            said = [Problem(in_python(p.message), p.spans, in_python(p.hint)) for p in raised.problems]
            if tuple(said) == raised.problems:
                raise
            raise type(raised)(said) from None

    return run  # type: ignore[return-value]


def told_in_python(cls: Made) -> Made:
    """A class all of whose public methods tell their problems so."""
    for name, function in [*vars(cls).items()]:
        if isfunction(function) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, told(function))
    return cls


def count(name: str, value: Any) -> int:
    """A whole number, however Python has it. Misnamed of anything else, such as a text."""
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__int__") or value != value or int(value) != value:
        hint = f"a whole number, as in {name}=1000"
        raise Misnamed([Problem(f"{name} is {shortened(repr(value))}", (), hint)])
    return int(value)
