"""What the writer of a YAML text probably meant where the parser gave up.

A parser says what it expected; a person needs the likely cause. Each rule looks at one mistake that is often made and
answers with a problem, or with None so that the next rule is asked. The last rule always answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lca.problems import Problem, Span, printable

_FORMULA = re.compile(r"""[:,{\[]\s*(=(?:[^,\]}"']|"[^"]*")*)\Z""")
GLUED = re.compile(r"[^\s:]:(?=[^\s:/])")  # key:value


class Fault(NamedTuple):
    """A syntax error: what the parser says, what it was reading, where it stopped and where that reading began."""

    problem: str
    context: str
    span: Span
    since: Span | None

    @property
    def character(self) -> str:
        """The character at which the parser stopped; empty at the end of a line."""
        return self.span.text[self.span.column - 1 : self.span.column]

    @property
    def before(self) -> str:
        """The text of the line up to there."""
        return self.span.text[: self.span.column - 1]

    @property
    def in_flow(self) -> bool:
        return "flow" in self.context

    @property
    def start(self) -> Span:
        return self.since or self.span

    @property
    def opener(self) -> str:
        """The character with which the unfinished thing begins."""
        return self.start.text[self.start.column - 1 : self.start.column]


def explained(fault: Fault) -> Problem:
    """The problem as its writer would put it."""
    return next(problem for rule in _RULES if (problem := rule(fault)))


def unquoted_formula(span: Span) -> Problem:
    """A formula that a comma or bracket cut off, because inside { } and [ ] they are YAML's."""
    double = '"' in span.text[span.column - 1 :]
    example = """'= models."v1.5".energy'""" if double else '"= min(a, 2 [GB/visit])"'
    hint = f"put it between {'single' if double else 'double'} quotes, as in {example}"
    return Problem("a formula inside { } or [ ] must be quoted", (span,), hint)


def _formula(fault: Fault) -> Problem | None:
    formula = _FORMULA.search(fault.before) if fault.in_flow else None
    return unquoted_formula(fault.span._replace(column=formula.start(1) + 1)) if formula else None


def _tab(fault: Fault) -> Problem | None:
    if fault.character != "\t":
        return None
    return Problem("a tab cannot indent a line", (fault.span,), "indent with spaces")


def _open_quote(fault: Fault) -> Problem | None:
    if "quoted scalar" not in fault.context or "unexpected" not in fault.problem:
        return None
    return Problem("this quote is never closed", (fault.start,), f"close it with {fault.opener}")


def _escape(fault: Fault) -> Problem | None:
    if "quoted scalar" not in fault.context:
        return None
    hint = r"in double quotes a \ begins an escape: write \\, or use single quotes"
    return Problem("this escape has no meaning", (fault.span,), hint)


def _after_quote(fault: Fault) -> Problem | None:
    if not fault.before.rstrip().endswith(('"', "'")) or fault.character in ("", ":", "#"):
        return None
    hint = """close the quote at the end of the text; inside it, use the other kind of quote: "it's" """.rstrip()
    return Problem("text after a closing quote", (fault.span,), hint)


def _special(fault: Fault) -> Problem | None:
    named = any(word in fault.context for word in ("alias", "anchor", "a tag"))
    if not named and "cannot start any token" not in fault.problem:
        return None
    message = f"a value cannot begin with '{printable(fault.opener)}'"
    return Problem(message, (fault.start,), "quote it if it is text; a formula begins with =")


def _block_text(fault: Fault) -> Problem | None:
    if "block scalar" not in fault.context:
        return None
    return Problem(f"text on the line of '{fault.opener}'", (fault.span,), "begin it on the next line, indented")


def _directive(fault: Fault) -> Problem | None:
    if "directive" not in fault.context + fault.problem and "incompatible" not in fault.problem:
        return None
    return Problem("a line that begins with '%' is a directive to the parser", (fault.start,), "remove it")


def _no_colon(fault: Fault) -> Problem | None:
    if "could not find expected ':'" not in fault.problem:
        return None
    if glued := GLUED.search(fault.start.text, fault.start.column - 1):
        start = fault.start._replace(column=glued.start() + 2)
        return Problem("a space is missing after ':'", (start,), "write 'key: value'")
    hint = "write 'key: value', or indent the line if it continues the text above"
    return Problem("a key without ':'", (fault.start,), hint)


def _list_after_key(fault: Fault) -> Problem | None:
    if "sequence entries are not allowed" not in fault.problem:
        return None
    return Problem("a list cannot begin on the line of its key", (fault.span,), "put '- ' on the next line, or use [ ]")


def _key_after_value(fault: Fault) -> Problem | None:
    if "mapping values are not allowed" not in fault.problem or ": " in fault.before:
        return None
    key = fault.span._replace(column=len(fault.before) - len(fault.before.lstrip()) + 1)
    hint = "start it in the column of the key above, or take that value away; quote a text that contains ': '"
    return Problem("this key is indented below a line that has a value already", (key,), hint)


def _second_colon(fault: Fault) -> Problem | None:
    if "mapping values are not allowed" not in fault.problem:
        return None
    hint = "quote a text that contains ': ', or write the inner keys on the lines below, indented"
    return Problem("two ': ' on one line", (fault.span,), hint)


def _crossed(fault: Fault) -> Problem | None:
    if not fault.in_flow or fault.character not in ("}", "]") or fault.opener + fault.character in ("{}", "[]"):
        return None
    message = f"'{fault.opener}' is closed by '{fault.character}'"
    return Problem(message, (fault.span, fault.start), "close brackets in the order in which they were opened")


def _not_closed(fault: Fault) -> Problem | None:
    if "',' or" not in fault.problem or (fault.span.line == fault.start.line and fault.character):
        return None
    closing = "}" if fault.opener == "{" else "]"
    hint = f"close it with '{closing}', or put a comma between its entries"
    spans = (fault.start, fault.span) if fault.span.text else (fault.start,)
    return Problem(f"this '{fault.opener}' is not closed", spans, hint)


def _second_colon_in_flow(fault: Fault) -> Problem | None:
    if not fault.in_flow or fault.character != ":":
        return None
    hint = "put a comma between entries, quote a text that contains ': ', or give the inner keys their own { }"
    return Problem("a second ':' before a comma", (fault.span,), hint)


def _bracket_in_text(fault: Fault) -> Problem | None:
    if "',' or" not in fault.problem:
        return None
    return Problem("a comma or a quote is missing before this", (fault.span,), "quote a text that contains brackets")


def _no_content(fault: Fault) -> Problem | None:
    if "node content" not in fault.problem:
        return None
    if not fault.character:
        return Problem("the file ends inside brackets", (fault.span,), "close them with ']' or '}'")
    return Problem("a value is missing before this", (fault.span,), "write the value, or remove the extra comma")


def _stray_bracket(fault: Fault) -> Problem | None:
    if fault.character not in ("}", "]"):
        return None
    return Problem(f"'{fault.character}' closes nothing", (fault.span,), "remove it, or quote the text it belongs to")


def _no_key(fault: Fault) -> Problem | None:
    if fault.character != ":":
        return None
    return Problem("a key is missing before ':'", (fault.span,), "write 'key: value'")


def _second_document(fault: Fault) -> Problem | None:
    if "<document start>" not in fault.problem:
        return None
    hint = "start it in the column of the keys above; a file holds one document"
    return Problem("this line does not belong to what stands above", (fault.span,), hint)


def _item_among_keys(fault: Fault) -> Problem | None:
    if "block mapping" not in fault.context or not fault.span.text.lstrip().startswith("- "):
        return None
    hint = "write the key of the list above it, or indent it below its key"
    return Problem("a list item among keys", (fault.span, fault.start), hint)


def _key_among_items(fault: Fault) -> Problem | None:
    if "block collection" not in fault.context:
        return None
    hint = "begin the line with '- ', or start it in the column of the key it belongs beside"
    return Problem("a line that is not an item of the list it stands in", (fault.span, fault.start), hint)


def _not_aligned(fault: Fault) -> Problem | None:
    if "block mapping" not in fault.context:
        return None
    hint = f"keys of one block start in the same column, here {fault.start.column}"
    return Problem("this line does not line up with its block", (fault.span, fault.start), hint)


def _otherwise(fault: Fault) -> Problem | None:
    hint = "look at the indentation, the quotes and the brackets on this line and the one above"
    return Problem(f"this is not YAML: {printable(fault.problem)}", (fault.span,), hint)


_RULES: tuple[Callable[[Fault], Problem | None], ...] = (
    _tab,
    _formula,
    _open_quote,
    _escape,
    _special,
    _block_text,
    _directive,
    _no_colon,
    _after_quote,
    _list_after_key,
    _key_after_value,
    _second_colon,
    _crossed,
    _not_closed,
    _second_colon_in_flow,
    _bracket_in_text,
    _no_content,
    _stray_bracket,
    _no_key,
    _second_document,
    _item_among_keys,
    _key_among_items,
    _not_aligned,
    _otherwise,
)
