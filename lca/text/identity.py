"""What identifies the inputs of a study: a hash of what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from types import MappingProxyType

from lca.text.documents import Located
from lca.text.sheets import Sheet


def digest(tree: Located, tables: Mapping[str, Iterable[Sheet]] = MappingProxyType({})) -> str:
    """The identity of a scenario: what it says with everything it extends, and not where it is written.

    Two texts that differ in comments or layout alone have the same. `tables` by name are hashed after it, cell by cell.
    """
    lines = chain(_said(tree), *(_cells(name, sheet) for name, sheets in tables.items() for sheet in sheets))
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _cells(name: str, sheet: Sheet) -> Iterator[str]:
    yield f"{name!r} {sheet.header!r}"
    yield from (repr(row.cells) for row in sheet.rows)


def _said(tree: Located) -> Iterator[str]:
    pending: list[tuple[str, Located]] = [("", tree)]
    while pending:
        path, at = pending.pop()
        if isinstance(at.value, dict):
            yield f"{path!r} {{{len(at.value)}}}"
            pending += [(f"{path}.{key!r}", child) for key, child in at.value.items()]
        elif isinstance(at.value, list):
            yield f"{path!r} [{len(at.value)}]"
            pending += [(f"{path}[{place}]", child) for place, child in enumerate(at.value)]
        else:
            yield f"{path!r} {at.value!r}"
