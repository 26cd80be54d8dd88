"""Overlays: a scenario that extends another, a functional unit's own values, a variant's `with`.

Every function gives a new tree and leaves its arguments as they were; what an overlay does not touch is shared.
Mappings are merged key by key; lists, plain values and quantities (mappings with a `value`) are replaced whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lca.problems import Problem, Problems, Span, near, shortened
from lca.text.documents import Located

Path = tuple[str, ...]
PART = re.compile(r'"([^"]+)"|([^."]+)')
PATH = re.compile(rf"(?:{PART.pattern})(?:\.(?:{PART.pattern}))*")
DEEPEST = 20  # parts of a path


class Edit(NamedTuple):
    """One value that an overlay sets: the path, where the setting is written, and the value."""

    path: Path
    address: str
    value: Located


def split(path: str) -> Path:
    """The parts of a dotted path; a part with dots of its own stands in quotes, and any may. Empty where it is no path.

    >>> split('models."gpt-4.1"."energy"')
    ('models', 'gpt-4.1', 'energy')
    >>> split("a..b")
    ()
    """
    parts = tuple(quoted or plain for quoted, plain in PART.findall(path)) if PATH.fullmatch(path) else ()
    return parts if len(parts) <= DEEPEST else ()


def joined(path: Path) -> str:
    """
    >>> joined(("models", "gpt-4.1", "energy"))
    'models."gpt-4.1".energy'
    """
    return ".".join(f'"{part}"' if "." in part else part for part in path)


def entries(tree: Located | None) -> dict[str, Located]:
    """The entries of a mapping; none of anything else."""
    return tree.value if tree is not None and isinstance(tree.value, dict) else {}


def items(tree: Located | None) -> list[Located]:
    """The items of a list; what is no list is the only one."""
    if tree is None:
        return []
    return tree.value if isinstance(tree.value, list) else [tree]


def words_under(tree: Located, path: Path, key: str) -> list[str]:
    """The words that entries of a list say under a key."""
    said = (entries(each).get(key) for each in items(find(tree, path)))
    return [at.value for at in said if at is not None and isinstance(at.value, str)]


def mixed(at: Located | None) -> dict[str, Span]:
    """Where each name of a mix is written, or that of the one that stands for a mix of itself alone."""
    if at is not None and isinstance(at.value, str) and at.value:
        return {at.value: at.span}
    return {name: child.key_span for name, child in entries(at).items()}


def find(tree: Located, path: Path) -> Located | None:
    """What stands at a path of mappings, or None."""
    for part in path:
        if not isinstance(tree.value, dict) or part not in tree.value:
            return None
        tree = tree.value[part]
    return tree


def everything(tree: Located) -> Iterator[Located]:
    """A tree and all that stands below it, each once."""
    pending, seen = [tree], {id(tree)}
    while pending:
        at = pending.pop()
        yield at
        below = [*entries(at).values(), *(at.value if isinstance(at.value, list) else ())]
        pending += [child for child in below if id(child) not in seen]
        seen |= {id(child) for child in below}


def keyed(tree: Located, name: str) -> list[Located]:
    """What stands anywhere in a tree under a key, or under a path that ends in it."""
    every = (item for at in everything(tree) for item in entries(at).items())
    return list({id(at): at for key, at in every if split(key)[-1:] == (name,)}.values())


def in_a_formula(tree: Located, name: str) -> bool:
    """Whether a formula anywhere in a tree holds a name."""
    return any(isinstance(at.value, str) and at.value.startswith("=") and name in at.value for at in everything(tree))


def is_quantity(tree: Located) -> bool:
    """Whether a mapping is one quantity, which is replaced whole."""
    return isinstance(tree.value, dict) and "value" in tree.value


def is_year(text: str) -> bool:
    """Whether a text is a year of four digits."""
    return len(text) == len("2024") and text.isascii() and text.isdecimal()


def by_year(tree: Located) -> dict[str, Located]:
    """The values of a quantity that is given for some years, in their order; none where it is not."""
    given = entries(tree)
    return {year: given[year] for year in sorted(given)} if all(map(is_year, given)) else {}


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
    children = dict(entries(tree))
    below = children.get(path[0])
    if len(path) == 1:
        children[path[0]] = merged(below, value)
    else:
        kept = below is not None and isinstance(below.value, dict) and not (is_quantity(below) and is_year(path[1]))
        deeper = below if below is not None and kept else value.with_value({})
        children[path[0]] = put(deeper, path[1:], value)
    return tree.with_value(children)


def edits(given: Located, address: str, tree: Located, may_add: Callable[[Path], bool]) -> list[Edit]:
    """What a `with` mapping sets, value by value. Problems where a path does not exist and may not be added.

    `may_add` tells whether the last part of a path is a field that the scenario language knows there.
    """
    if not isinstance(given.value, dict):
        hint = "write `path.to.field: value` lines below it"
        raise Problems([Problem("'with' is a mapping of paths to values", (given.span,), hint)])
    made: list[Edit] = []
    problems: list[Problem] = []
    for text, value in given.value.items():
        path = split(text)
        known = _depth(tree, path, may_add)
        if path and known == len(path):
            made += leaves(value, path, f"{address}.{text}")
        else:
            problems.append(_no_such_path(shortened(text), path, known, tree, value))
    problems += _twice(made)
    if problems:
        raise Problems(problems)
    return made


def _depth(tree: Located, path: Path, may_add: Callable[[Path], bool]) -> int:
    """How many parts of a path exist, or may be added."""
    at = tree
    for depth, part in enumerate(path):
        below = entries(at).get(part)
        if below is None:
            return len(path) if depth == len(path) - 1 and isinstance(at.value, dict) and may_add(path) else depth
        at = below
    return len(path)


def _no_such_path(text: str, path: Path, known: int, tree: Located, value: Located) -> Problem:
    if not path:
        hint = "write the parts between single dots, as in inference.server.aur"
        return Problem(f"'{text}' is not a path", (value.key_span,), hint)
    parent = find(tree, path[:known])
    hint = near(path[known], entries(parent)) or _contents(joined(path[:known]) or "the scenario", parent)
    return Problem(f"there is no '{shortened(path[known])}' for the path {text}", (value.key_span,), hint)


def _contents(where: str, parent: Located | None) -> str:
    if parent is not None and isinstance(parent.value, list):
        return f"{where} is a list, which is replaced whole; to change one entry, write {where} as a mapping of names"
    known = list(entries(parent))
    return (
        f"{where} has: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}" if known else f"{where} has no parts"
    )


def _twice(own: list[Edit]) -> Iterator[Problem]:
    """One overlay that sets a path two times, in two writings."""
    first: dict[Path, Edit] = {}
    for edit in own:
        other = first.setdefault(edit.path, edit)
        if other is not edit:
            spans = (edit.value.key_span, other.value.key_span)
            yield Problem(f"{joined(edit.path)} is set twice", spans, "keep one of the two")


def clashes(first: list[Edit], second: list[Edit]) -> Iterator[tuple[Edit, Edit]]:
    """The pairs of two overlays that set one path, or a path and a part of it."""
    at = {edit.path: edit for edit in first}
    inside = {edit.path[:length]: edit for edit in first for length in range(1, len(edit.path))}
    for edit in second:
        shorter = (at.get(edit.path[:length]) for length in range(1, len(edit.path) + 1))
        other = inside.get(edit.path) or next((path for path in shorter if path), None)
        if other:
            yield other, edit


def leaves(tree: Located, path: Path, address: str) -> Iterator[Edit]:
    """Each value of an overlay that is written as a tree, as an edit of its own."""
    if isinstance(tree.value, dict) and not is_quantity(tree):
        for key, child in tree.value.items():
            yield from leaves(child, (*path, key), f"{address}.{key}")
    else:
        yield Edit(path, address, tree)
