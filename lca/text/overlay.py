"""Overlays: a scenario that extends another, a functional unit's own values, a variant's `with`.

Every function gives a new tree and leaves its arguments as they were; what an overlay does not touch is shared.
Mappings are merged key by key; lists, plain values and quantities (mappings with a `value`) are replaced whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lca.problems import Problem, Problems, near
from lca.text.documents import Located

Path = tuple[str, ...]
PART = re.compile(r'"([^"]*)"|([^."]+)')
DEEPEST = 20  # parts of a path


class Edit(NamedTuple):
    """One value that an overlay sets: the path, where the setting is written, and the value."""

    path: Path
    address: str
    value: Located


def split(path: str) -> Path:
    """The parts of a dotted path; a part with dots of its own stands in quotes. Empty where it is not a path.

    >>> split('models."gpt-4.1".energy')
    ('models', 'gpt-4.1', 'energy')
    >>> split('a..b')
    ()
    """
    parts = tuple(quoted or plain for quoted, plain in PART.findall(path))
    return parts if parts and joined(parts) == path and len(parts) <= DEEPEST else ()


def joined(path: Path) -> str:
    """
    >>> joined(('models', 'gpt-4.1', 'energy'))
    'models."gpt-4.1".energy'
    """
    return ".".join(f'"{part}"' if "." in part else part for part in path)


def find(tree: Located, path: Path) -> Located | None:
    """What stands at a path of mappings, or None."""
    for part in path:
        if not isinstance(tree.value, dict) or part not in tree.value:
            return None
        tree = tree.value[part]
    return tree


def is_quantity(tree: Located) -> bool:
    """Whether a mapping is one quantity, which is replaced whole."""
    return isinstance(tree.value, dict) and "value" in tree.value


def merged(base: Located | None, over: Located) -> Located:
    """`base` with `over` on top."""
    if base is None or not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if is_quantity(base) or is_quantity(over):
        return over
    both = dict(base.value)
    for key, child in over.value.items():
        both[key] = merged(both.get(key), child)
    return over.with_value(both)


def put(tree: Located, path: Path, value: Located) -> Located:
    """The tree with a value merged in at a path; mappings on the way are made where they are missing."""
    if not path:
        return merged(tree, value)
    children = dict(tree.value) if isinstance(tree.value, dict) else {}
    below = children.get(path[0])
    if len(path) > 1 and (below is None or not isinstance(below.value, dict)):
        below = value.with_value({})
    children[path[0]] = merged(below, value) if len(path) == 1 else put(below, path[1:], value)  # type: ignore[arg-type]
    return tree.with_value(children)


def edits(given: Located, address: str, tree: Located, may_add: Callable[[Path], bool]) -> list[Edit]:
    """What a `with` mapping sets. Problems where a path does not exist in the tree and may not be added.

    `may_add` tells whether the last part of a path is a field that the scenario language knows there.
    """
    found: list[Edit] = []
    problems: list[Problem] = []
    if not isinstance(given.value, dict):
        raise Problems([Problem("'with' is a mapping of paths to values", (given.span,), "write `path.to.field: value`")])
    for text, value in given.value.items():
        path = split(text)
        missing = _missing(tree, path, may_add) if path else text
        if missing is None:
            found.append(Edit(path, f"{address}.{text}", value))
        else:
            problems.append(_no_such_path(text, path, missing, tree, value))
    if problems:
        raise Problems(problems)
    return found


def _missing(tree: Located, path: Path, may_add: Callable[[Path], bool]) -> str | None:
    at = tree
    for depth, part in enumerate(path):
        if isinstance(at.value, dict) and part in at.value:
            at = at.value[part]
        elif depth == len(path) - 1 and isinstance(at.value, dict) and may_add(path):
            return None
        else:
            return part
    return None


def _no_such_path(text: str, path: Path, part: str, tree: Located, value: Located) -> Problem:
    hint = "write the parts between dots, as in inference.server.aur"
    if path:
        parent = tree
        for step in path[: path.index(part)]:
            parent = parent.value[step]
        known = list(parent.value) if isinstance(parent.value, dict) else []
        where = joined(path[: path.index(part)]) or "the scenario"
        hint = near(part, known, f"{where} has: {', '.join(known[:12])}" if known else f"{where} is a plain value")
    return Problem(f"there is no '{part}' for the path {text}", (value.key_span,), hint)


def clashes(first: list[Edit], second: list[Edit]) -> Iterator[tuple[Edit, Edit]]:
    """The pairs of two overlays that set one path, or a path and a part of it."""
    for a in first:
        for b in second:
            shorter = min(len(a.path), len(b.path))
            if a.path[:shorter] == b.path[:shorter]:
                yield a, b


def leaves(tree: Located, path: Path, address: str) -> Iterator[Edit]:
    """Each value of an overlay that is written as a tree, as an edit of its own."""
    if isinstance(tree.value, dict) and not is_quantity(tree):
        for key, child in tree.value.items():
            yield from leaves(child, (*path, key), f"{address}.{key}")
    else:
        yield Edit(path, address, tree)
