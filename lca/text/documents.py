"""YAML text to a tree in which everything remembers where it was written.

The tree is read from PyYAML's stream of events in one loop, without recursion and without YAML's own ideas of types:
`NO` is a grid zone and not False, `5e-8` is a number to whoever needs one. What makes YAML dangerous or ambiguous is
refused: anchors, aliases, merges, tags, several documents, two equal keys. This is the only module that knows yaml.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Never, TypeAlias

import yaml

from lca.problems import Problem, Span, shortened
from lca.text.mistakes import GLUED, Fault, explained, unquoted_formula
from lca.text.source import MOST, Document, decode, document, gathered, unseen
from lca.units import unseparated

__all__ = ["DEPTH", "KEY", "NODES", "Document", "Located", "decode", "parse"]

DEPTH = 64  # collections inside one another
NODES = 2_000_000  # scalars and collections of one document
KEY = 200  # characters of a key
NUMBER = 40  # characters of a number before a comma

Value: TypeAlias = "str | list[Located] | dict[str, Located]"

_EMPTY = "the file is empty"
_BEFORE_COMMA = re.compile(r"[+-]?[0-9][0-9.]*,\Z")  # the part of a number before its decimal comma
_DIGITS = re.compile(r"[0-9]+")


class Located:
    """A value and where it stands.

    `value` is a text exactly as written, a list or a mapping. A text is `plain` unless it is quoted or a block; a value
    that was left out is a plain empty text. Lines and columns count from 1; those of the key are 0 where there is none.
    """

    __slots__ = ("column", "document", "key_column", "key_line", "line", "plain", "value")

    def __init__(
        self,
        value: Value,
        document: Document,
        line: int,
        column: int,
        key_line: int = 0,
        key_column: int = 0,
        plain: bool = True,  # noqa: FBT001, FBT002 - made for every value of a file, where keywords are slow
    ) -> None:
        self.value = value
        self.document = document
        self.line = line
        self.column = column
        self.key_line = key_line
        self.key_column = key_column
        self.plain = plain

    @property
    def mapping(self) -> dict[str, Located]:
        """The value if it is a mapping, else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def span(self) -> Span:
        """Where the value begins."""
        return self.document.span(self.line, self.column)

    @property
    def key_span(self) -> Span:
        """Where its key begins; where the value begins if it has no key."""
        return self.document.span(self.key_line, self.key_column) if self.key_line else self.span

    def column_span(self, offset: int) -> Span:
        """Where the character at an offset of the text stands, over line breaks and inside quotes too.

        The start of the value where the written text differs from the value, as it does by an escape.
        """
        return self.document.span(*(_inside(self, offset) or (self.line, self.column)))

    def with_value(self, value: Value) -> Located:
        """Another value in the same place."""
        return Located(value, self.document, self.line, self.column, self.key_line, self.key_column, self.plain)

    def __repr__(self) -> str:
        return f"Located({self.value!r}, {self.line}:{self.column})"


def parse(text: str, name: str) -> Located:
    """The mapping that a YAML text writes. Raises Problems, all that were found."""
    with _undisturbed():
        return _Reader(document(text, name)).read()


class _Open:
    """A collection whose end has not come: a sequence, or a mapping with perhaps a key that waits for its value."""

    __slots__ = ("flow", "key", "key_column", "key_line", "mapping", "sequence")

    def __init__(self, value: list[Located] | dict[str, Located], *, flow: bool) -> None:
        self.flow = flow
        self.sequence = value if isinstance(value, list) else None
        self.mapping = value if isinstance(value, dict) else {}
        self.key: str | None = None
        self.key_line = self.key_column = 0


class _Reader:
    """Events to a tree. The roots of the documents are the items of an outermost sequence."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.roots: list[Located] = []
        self.top = _Open(self.roots, flow=False)
        self.outer: list[_Open] = []
        self.nodes = 0
        self.escapes = "\\" in document.text

    def read(self) -> Located:
        try:
            self.follow()
        except yaml.YAMLError as error:
            self.unreadable(error)
        except ValueError:
            self.refuse("this is not YAML", self.document.span(1, 1), "look for escapes and tags that are not meant")
        return self.root()

    def follow(self) -> None:
        handlers = self.handlers()
        for event in iter(_loader(self.document.text).get_event, None):
            handlers[type(event)](event)

    def handlers(self) -> dict[type, Callable[[Any], None]]:
        ignored = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)
        return {
            **dict.fromkeys(ignored, lambda event: None),
            yaml.DocumentStartEvent: self.begin,
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.open_mapping,
            yaml.SequenceStartEvent: self.open_sequence,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
        }

    def root(self) -> Located:
        root = self.roots[0] if self.roots else None
        if root is None or root.value == "":
            self.refuse(_EMPTY, self.document.span(1, 1), "begin it with a block, such as study:")
        elif not isinstance(root.value, dict):
            self.not_a_mapping(root)
        if root is None or self.problems:
            raise gathered(self.problems)
        return root

    def begin(self, event: yaml.DocumentStartEvent) -> None:
        if self.roots:
            self.stop(
                "a second document", self.span(event), "a file holds one document: remove '---', or split the file"
            )

    def scalar(self, event: Any) -> None:
        self.nodes += 1
        value, style, top = event.value, event.style, self.top
        if event.anchor or event.tag or self.nodes > NODES:
            self.check(event)
        if style == '"' and self.escapes and (hidden := unseen(value)):
            self.refuse(f"an escape writes the {hidden}", self.span(event), "leave the escape out")
        if top.key is None and top.sequence is None:
            self.key(top, event)
            return
        if top.flow and not style and (not value or value[0] == "="):
            self.check_flow(top, event)
        self.attach(value, event.start_mark, style)

    def key(self, top: _Open, event: Any) -> None:
        key, mark = event.value, event.start_mark
        if top.flow and key[:1].isdigit() and not event.style and self.is_rest_of_a_number(top, event):
            key = f"{key},{mark.line},{mark.column}"
        elif not 0 < len(key) <= KEY or key in top.mapping or key == "<<" or event.style:
            self.check_key(top, event)
        top.key, top.key_line, top.key_column = key, mark.line + 1, mark.column + 1

    def is_rest_of_a_number(self, top: _Open, event: yaml.ScalarEvent) -> bool:
        """Whether a key is what stands after a decimal comma, which inside { } ends a value; it is told."""
        span = self.span(event)
        before = _BEFORE_COMMA.search(span.text, max(0, span.column - 1 - NUMBER), span.column - 1)
        last = next(reversed(top.mapping.values()), None)
        is_key = span.text[span.column - 1 + len(event.value) :].lstrip().startswith(":")
        if before is None or last is None or not isinstance(last.value, str) or (is_key and last.value):
            return False
        if last.value.startswith("="):
            self.problems.append(unquoted_formula(last.span))
        else:
            number = f"{before[0]}{_DIGITS.match(event.value)[0]}"  # type: ignore[index]  # it begins with a digit
            hint = unseparated(number)
            message = f"{shortened(number)} has a comma, which ends a value inside {{ }}"
            self.refuse(message, span._replace(column=before.start() + 1), hint)
        return True

    def attach(self, value: Value, mark: Any, style: str | None = None) -> None:
        top, line, column, plain = self.top, mark.line + 1, mark.column + 1, not style
        if top.sequence is not None:
            top.sequence.append(Located(value, self.document, line, column, 0, 0, plain))
        elif top.key is not None:
            top.mapping[top.key] = Located(value, self.document, line, column, top.key_line, top.key_column, plain)
            top.key = None

    def open_mapping(self, event: yaml.MappingStartEvent) -> None:
        self.open(event, {})

    def open_sequence(self, event: yaml.SequenceStartEvent) -> None:
        self.open(event, [])

    def open(self, event: Any, value: list[Located] | dict[str, Located]) -> None:
        self.nodes += 1
        if event.anchor or event.tag or self.nodes > NODES:
            self.check(event)
        if self.top.key is None and self.top.sequence is None:
            self.not_a_key(event)
        if len(self.outer) >= DEPTH:
            self.stop(f"nested deeper than {DEPTH} levels", self.span(event), "look for a bracket that is not closed")
        self.attach(value, event.start_mark)
        self.outer.append(self.top)
        self.top = _Open(value, flow=bool(event.flow_style))

    def close(self, event: yaml.Event) -> None:
        self.top = self.outer.pop()

    def alias(self, event: Any) -> None:
        hint = "write the value again, or quote the text; a formula begins with ="
        self.refuse(f"the alias '*{shortened(event.anchor)}' is refused", self.span(event), hint)
        if self.top.key is None and self.top.sequence is None:
            self.top.key = f"*{event.anchor}"
        else:
            self.attach("", event.start_mark)

    def check(self, event: Any) -> None:
        """What no value may have, be it a text or a collection."""
        span = self.span(event)
        if self.nodes > NODES:
            self.stop(f"more than {NODES:,} values", span, "split the file")
        if event.anchor:
            self.refuse(f"the anchor '&{shortened(event.anchor)}' is refused", span, "write the value where it is used")
        if event.tag:
            self.refuse(f"the tag '{_tag(event.tag)}' is refused", span, "quote a text that begins with '!'")

    def check_key(self, top: _Open, event: yaml.ScalarEvent) -> None:
        key, span = event.value, self.span(event)
        if not key:
            self.refuse("an empty key", span, "write a name before the ':'")
        elif len(key) > KEY:
            self.refuse(f"a key of {len(key):,} characters", span, f"a key has at most {KEY}; is a ':' meant as text?")
        elif not key.isprintable():
            self.refuse("a key of several lines", span, "write it on one line")
        elif key == "<<" and not event.style:
            self.refuse("a merge key '<<' is refused", span, "write the keys out, or use extends")
        elif key in top.mapping:
            self.duplicate(key, span, top.mapping[key].key_span)

    def check_flow(self, top: _Open, event: yaml.ScalarEvent) -> None:
        """Inside { } and [ ] a comma ends a plain text, and `key:value` is a key without a value: both go unnoticed."""
        value = event.value
        if value.count("(") != value.count(")"):
            self.problems.append(unquoted_formula(self.span(event)))
        elif not value and top.key and _is_glued(top.key, self.document.line(top.key_line)[top.key_column - 1 :]):
            column = top.key_column + top.key.index(":")
            self.refuse("a space is missing after ':'", self.document.span(top.key_line, column), "write 'key: value'")

    def duplicate(self, key: str, span: Span, first: Span) -> None:
        message = f"duplicate key '{shortened(key)}'"
        self.problems.append(Problem(message, (span, first), "keep one of the two"))
        if len(self.problems) > MOST:
            raise gathered(self.problems, stopped=True)

    def not_a_key(self, event: yaml.CollectionStartEvent) -> Never:
        mapping = self.top.mapping
        last = next(reversed(mapping.values()), None) if self.top.flow else None
        if last is not None and last.plain and isinstance(last.value, str) and last.value.startswith("="):
            self.problems.append(unquoted_formula(last.span))
            raise gathered(self.problems)
        self.stop("a key must be a text", self.span(event), "quote it if the brackets belong to the text")

    def not_a_mapping(self, root: Located) -> None:
        glued = isinstance(root.value, str) and GLUED.search(root.value)
        hint = "write a space after ':'" if glued else "begin it with a block, such as study:"
        kind = "a list" if isinstance(root.value, list) else "a text"
        self.refuse(f"the file is {kind}, not keys with values", root.span, hint)

    def unreadable(self, error: yaml.YAMLError) -> None:
        told = explained(_fault(self.document, error))
        seen = {span.line for problem in self.problems for span in problem.spans}
        if not told.spans or told.spans[0].line not in seen:
            self.problems.append(told)
        raise gathered(self.problems)

    def refuse(self, message: str, span: Span, hint: str) -> None:
        self.problems.append(Problem(message, (span,), hint))
        if len(self.problems) > MOST:
            raise gathered(self.problems, stopped=True)

    def stop(self, message: str, span: Span, hint: str) -> Never:
        self.problems.append(Problem(message, (span,), hint))
        raise gathered(self.problems)

    def span(self, event: yaml.Event) -> Span:
        mark: Any = event.start_mark
        return self.document.span(mark.line + 1, mark.column + 1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the cyclic garbage collector, which would walk a growing tree that holds no garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _loader(text: str) -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _fault(document: Document, error: yaml.YAMLError) -> Fault:
    mark, since = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    return Fault(
        getattr(error, "problem", None) or "this is not YAML",
        getattr(error, "context", None) or "",
        document.span(mark.line + 1, mark.column + 1) if mark else document.span(1, 1),
        document.span(since.line + 1, since.column + 1) if since else None,
    )


def _tag(tag: str) -> str:
    return shortened(tag.replace("tag:yaml.org,2002:", "!!"))


def _is_glued(key: str, written: str) -> bool:
    """Whether a key without a value is `key:value` written without a space."""
    return bool(GLUED.search(key)) and written.startswith(key) and not written[len(key) :].lstrip().startswith(":")


def _inside(located: Located, offset: int) -> tuple[int, int] | None:
    """Line and column of a character of a text, by walking the source and the text together without white space."""
    if not isinstance(located.value, str):
        return None
    if located.plain and located.document.line(located.line).startswith(located.value, located.column - 1):
        return located.line, located.column + min(offset, len(located.value))
    wanted = "".join(located.value[:offset].split())
    at_end = not located.value[offset:].strip()
    seen = 0
    last = None
    for line, column, character in _characters(located):
        if seen == len(wanted) and not at_end:
            return line, column
        if seen == len(wanted):
            return last
        if character != wanted[seen]:
            return None
        seen += 1
        last = line, column + 1
    return last if seen == len(wanted) else None


def _characters(located: Located) -> Iterator[tuple[int, int, str]]:
    """The characters of a text as it is written, without white space, quotes and the header of a block."""
    line, start, text = located.line, located.column - 1, located.document.line(located.line)
    if not located.plain:
        block = text[start : start + 1] in ("|", ">")
        line, start = (line + 1, 0) if block else (line, start + 1)
    for number in range(line, located.document.length + 1):
        for column, character in enumerate(located.document.line(number)[start:], start + 1):
            if not character.isspace():
                yield number, column, character
        start = 0
