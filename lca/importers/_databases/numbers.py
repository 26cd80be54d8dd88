"""Numbers as tables of several countries write them; and those of files that have points only."""

from __future__ import annotations

import re

from lca.workbook.foreign.numbers import Unclear, written

NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
BLANKS = re.compile(r"[\s\u00a0\u202f]")


def number(said: str) -> str | None:
    """A number with a decimal point, as files of data sets have it; None where it is none.

    >>> number("1.234"), number(" 5e-3 "), number("0,5"), number("n.d.")
    ('1.234', '5e-3', None, None)
    """
    bare = said.strip()
    return bare if NUMBER.fullmatch(bare) else None


def of_table(said: str, decimal: str) -> str | None:
    """A number of a table as a pack writes it; None where it is none, or could be two. `decimal`: as `written` has it.

    >>> of_table("1 234,5", ""), of_table("0,0599", ""), of_table("n.d.", ""), of_table("1,234.5", "")
    ('1234.5', '0.0599', None, '1234.5')
    >>> of_table("1.234", "comma"), of_table("1.234", "point"), of_table("1.234", "")
    ('1234', '1.234', None)
    """
    try:
        found = written(BLANKS.sub("\u202f", said.strip()), decimal)
    except Unclear:
        return None
    return found.number.removeprefix("+") if not found.unit else None


def is_two(said: str, decimal: str) -> bool:
    """Whether a text could be one number or a thousand times that."""
    return not decimal and of_table(said, "") is None and None not in (of_table(said, "comma"), of_table(said, "point"))
