"""What is found by its being there: files that stand side by side in a folder, each imported on use.

What a list of them needs to know, a file declares in constants at its top, each on a line of its own, or a mapping on
several. They are read from its text, so that listing what there is imports nothing.
"""

from __future__ import annotations

import re
from ast import literal_eval
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
CONSTANT = re.compile(r"^([A-Z]+) = (\{\n(?:    .*\n)*\}|.+?)(?:  #.*)?$", re.MULTILINE)
TOP = 3_000  # characters in which they stand
ORDER = "ORDER"  # its place among the others
LAST = 1_000  # the place of one that declares none

Constants = dict[str, Any]


@cache
def files(folder: str, *names: str) -> dict[str, Constants]:
    """The files of a folder such as `plots/kinds` by order and name, each with the constants asked for."""
    texts = {path.stem: path.read_text(encoding="utf-8")[:TOP] for path in (HERE / folder).glob("[!_]*.py")}
    found = {name: declared(text, (*names, ORDER)) for name, text in texts.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].get(ORDER, LAST), item[0])))


@cache
def texts(folder: str, suffix: str) -> dict[str, str]:
    """The texts of a folder such as `views/templates` by the names of their files."""
    paths = sorted((HERE / folder).glob(f"[!_]*{suffix}"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def headings(folder: str, suffix: str) -> dict[str, str]:
    """What each text of a folder says of itself, in a comment on its first line."""
    return {name: text.partition("\n")[0].removeprefix("# ") for name, text in texts(folder, suffix).items()}


def declared(text: str, names: tuple[str, ...]) -> Constants:
    r"""The constants of some names in a text.

    >>> declared("'A form.'\nSUFFIXES = ('.csv',)  # a remark\nORDER = 2\nOTHER = max(1, 2)\n", ("SUFFIXES", "ORDER"))
    {'SUFFIXES': ('.csv',), 'ORDER': 2}
    """
    return {name: literal_eval(value) for name, value in CONSTANT.findall(text) if name in names}


def module(folder: str, name: str) -> ModuleType:
    """A file of a folder, imported."""
    return import_module(f"lca.{folder.replace('/', '.')}.{name}")
