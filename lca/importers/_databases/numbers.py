"""Numbers as tables of several countries write them."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
BLANKS = re.compile(r"[\s\u00a0\u202f]")


def number(said: str) -> str | None:
    """A number as a pack writes it, or None: `1 234,5` is 1234.5.

    >>> number("1 234,5"), number("0,0599"), number("n.d."), number("1,234.5")
    ('1234.5', '0.0599', None, None)
    """
    bare = BLANKS.sub("", said)
    bare = bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare
    return bare if NUMBER.fullmatch(bare) else None
