"""Plain mappings, lists and texts as YAML, and values put into a text that is there.

What a stranger typed is quoted, so that no text of theirs can become a key, a comment's end or a formula.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lca.problems import problem
from lca.text.documents import Located, parse
from lca.text.overlay import Path, is_quantity, joined
from lca.text.source import unseen

PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ .%/^*+()-]*[A-Za-z0-9_.%)])?")
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
COMMENT = re.compile(r"(?:[\[\]{},\s]*\s)?(#.*)")  # after a value, or on a line of its own
INDENT = "  "
LONGEST = 40_000  # characters of a text that are written: more than a cell of a workbook holds
Keys = tuple[str | int, ...]


def dumped(at: Located) -> Any:
    """A value as plain mappings, lists and texts."""
    if isinstance(at.value, dict):
        return {key: dumped(child) for key, child in at.value.items()}
    return [dumped(item) for item in at.value] if isinstance(at.value, list) else at.value


def block(
    node: Any, remarks: Mapping[Keys, list[str]] | None = None, indent: str = "", keys: Keys = ()
) -> Iterator[str]:
    """The lines of a mapping or a list; `remarks` stand as comments above what they are of."""
    remarks = remarks or {}
    if isinstance(node, dict):
        for key, value in node.items():
            yield from (f"{indent}# {line}" for line in remarks.get((*keys, key), ()))
            head = f"{indent}{key if KEY.fullmatch(key) else quoted(key)}:"
            yield from _entry(head, value, indent, remarks, (*keys, key))
    else:
        for place, item in enumerate(node):
            yield from (f"{indent}# {line}" for line in remarks.get((*keys, place), ()))
            lines = list(_entry("", item, indent, remarks, (*keys, place)))
            first = lines[0].strip() if lines else ""
            yield f"{indent}- {first}"
            yield from lines[1:]


def _entry(head: str, value: Any, indent: str, remarks: Mapping[Keys, list[str]], keys: Keys) -> Iterator[str]:
    if isinstance(value, str) or not value:
        empty = "[]" if isinstance(value, list) else "{}"
        yield f"{head} {scalar(value) if isinstance(value, str) else empty}"
    else:
        if head:
            yield head
        yield from block(value, remarks, indent + INDENT, keys)


def scalar(text: str) -> str:
    r"""A text as YAML: plain where nothing in it could be anything else, else in quotes.

    >>> scalar("40 %"), scalar("= a * 2"), scalar("x\ninjected: 1")
    ('40 %', '"= a * 2"', '"x injected: 1"')
    """
    return text if PLAIN.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, on one line, without what cannot be seen."""
    return json.dumps(safe(text), ensure_ascii=False)


def safe(text: str) -> str:
    r"""A text on one line whose hidden characters are made visible.

    >>> safe("a\nb\u202e\x1b[0m")
    'a b��[0m'
    """
    words = " ".join(text[:LONGEST].split())
    return "".join("�" if unseen(c) else c for c in words) if unseen(words) else words


def amount(value: float, unit: str) -> str:
    """A number in full with its unit.

    >>> amount(40.0, "%"), amount(0.1, "1"), amount(1.38e-3, "kWh/image")
    ('40 %', '0.1', '0.00138 kWh/image')
    """
    text = repr(float(value)).removesuffix(".0")
    return text if unit == "1" else f"{text} {unit}"


# --- into a text that is there ---------------------------------------------------------------------------------------


class _Change(NamedTuple):
    """Lines of a text from the one with an index to another, itself left out, that become others."""

    start: int
    end: int
    lines: tuple[str, ...]


def patched(text: str, name: str, path: Path, part: Any) -> str:
    r"""A YAML text with a part merged in at a path; its comments, and whatever the part does not say, stay as they are.

    As overlays do: mappings are merged key by key; lists, plain values and quantities are replaced whole. Comments in
    what is replaced move above it. Problems where the text is written in a way that this cannot keep.

    >>> patched("a:  # one\n  b: 1  # two\n# three\nc: 2\n", "x.yaml", ("a",), {"b": "7", "d": "8"})
    'a:  # one\n  b: 7  # two\n  d: 8\n# three\nc: 2\n'
    """
    tree = parse(text, name)
    wanted = part
    for key in reversed(path):
        wanted = {key: wanted}
    lines = tree.document.text.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    for change in sorted(_changes(tree, wanted), reverse=True):
        if change.start and not lines[change.start - 1].endswith(("\n", "\r")):
            lines[change.start - 1] += end
        lines[change.start : change.end] = [f"{line}{end}" for line in change.lines]
    made = "".join(lines)
    if dumped(parse(made, name)) != overlaid(dumped(tree), wanted):
        hint = "write it there by hand: without --into, what is imported is printed"
        raise problem(f"{joined(path)} cannot be written into where it stands", tree.span, hint=hint)
    return made


def replaced(tree: Located, path: Path, part: Any) -> Iterator[tuple[Path, Located]]:
    r"""What `patched` would write over: each path with what stands there, where that says something else.

    >>> tree = parse("a:\n  b: 1\n  c: 2\n  d: {}\n", "x.yaml")
    >>> [(path, at.value) for path, at in replaced(tree, ("a",), {"b": "1", "c": "3", "d": {"e": "4"}})]
    [(('a', 'c'), '2')]
    """
    wanted = part
    for key in reversed(path):
        wanted = {key: wanted}
    yield from _replaced_in(tree, wanted, ())


def _replaced_in(at: Located, over: Any, path: Path) -> Iterator[tuple[Path, Located]]:
    both = isinstance(at.value, dict) and isinstance(over, dict)
    if both and "value" not in over and not is_quantity(at):
        for key in over:
            if key in at.mapping:
                yield from _replaced_in(at.mapping[key], over[key], (*path, key))
    elif at.value and dumped(at) != over:
        yield path, at


def overlaid(base: Any, over: Any) -> Any:
    """What `overlay.merged` makes of plain mappings, lists and texts."""
    if not isinstance(base, dict) or not isinstance(over, dict) or "value" in base or "value" in over:
        return over
    return {**base, **{key: overlaid(base.get(key), child) for key, child in over.items()}}


def _changes(at: Located, over: Mapping[str, Any]) -> Iterator[_Change]:
    """What changes in a mapping that is written on lines of its own."""
    new: list[str] = []
    indent = next(iter(at.mapping.values())).key_column - 1 if at.mapping else 0
    for key, value in over.items():
        child = at.mapping.get(key)
        if child is None:
            new += block({key: value}, indent=" " * indent)
        elif isinstance(value, dict) and "value" not in value and _is_open(child):
            yield from _changes(child, value)
        else:
            yield _replaced(key, child, overlaid(dumped(child), value))
    if new:
        end = _end([*at.mapping.values()][-1])
        yield _Change(end, end, tuple(new))


def _is_open(at: Located) -> bool:
    """Whether a mapping, and no quantity, stands on lines of its own, without { }."""
    return bool(at.mapping) and not is_quantity(at) and at.document.line(at.line)[at.column - 1] != "{"


def _replaced(key: str, child: Located, value: Any) -> _Change:
    start, line = child.key_line - 1, child.document.line(child.line)
    before, after = line[: child.column - 1], line[child.column - 1 :]
    if isinstance(value, str) and child.value and child.plain and after.startswith(str(child.value)):
        return _Change(child.line - 1, child.line, (f"{before}{scalar(value)}{after[len(str(child.value)) :]}",))
    indent = " " * (child.key_column - 1)
    end = _end(child)
    kept = [f"{indent}{comment}" for comment in _comments(child, start, end)]
    return _Change(start, end, (*kept, *block({key: value}, indent=indent)))


def _end(at: Located) -> int:
    """The index of the line after the last one of a value; comments that stand as far out as its key are no part."""
    indent, document = at.key_column - 1, at.document
    last = at.key_line
    for number in range(at.key_line + 1, document.length + 1):
        line = document.line(number)
        bare = line.lstrip()
        inside = len(line) - len(bare) > indent or (isinstance(at.value, list) and line[indent : indent + 1] == "-")
        if bare and inside:
            last = number
        elif bare and not bare.startswith("#"):
            break
    return last


def _comments(at: Located, start: int, end: int) -> Iterator[str]:
    """The comments in the lines of a value, those after plain values among them."""
    after = {} if at.value and not isinstance(at.value, str) else {at.line: at.column - 1}
    for leaf in _leaves(at):
        if leaf.plain:
            after[leaf.line] = max(after.get(leaf.line, 0), leaf.column - 1 + len(str(leaf.value)))
    for number in range(start + 1, end + 1):
        comment = COMMENT.fullmatch(at.document.line(number), after.get(number, 0))
        if comment:
            yield comment[1]


def _leaves(at: Located) -> Iterator[Located]:
    pending = [at]
    while pending:
        one = pending.pop()
        if isinstance(one.value, str):
            yield one
        else:
            pending += one.value.values() if isinstance(one.value, dict) else one.value
