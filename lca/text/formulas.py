"""Formulas: `visits * 2 [GB/visit] / storage.density`, read to a tree that knows its columns.

    sum      = product {("+" | "-") product}
    product  = signed {("*" | "/") signed}
    signed   = "-" signed | value ["^" ["-"] value]
    value    = number ["%" | "[" unit "]"] | name | function "(" sum {"," sum} ")" | "(" sum ")"
    name     = part {"." part}
    part     = word | any text between double quotes
    word     = letter {letter | digit | "_" | "-" before a letter or digit}

A unit belongs to the number before it and to nothing else, so that a formula never says twice what its names know.
`a-b` is a name and `a - b` a difference, as in the calc() of CSS. Parts after the first may begin with a digit.
Chains are flat: `a - b + c` is one sum of three terms, however long; a tree is at most 4 * DEPTH + 4 nodes deep.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from math import isfinite
from typing import Final, NamedTuple, Never, TypeAlias

from lca.operations import functions
from lca.problems import near, printable, shortened
from lca.units import unseparated, vanishes

LENGTH: Final = 2_000  # characters of a formula
DEPTH: Final = 50  # brackets, calls and signs inside one another
DIGITS: Final = 40  # characters of a number
EXPONENT: Final = 9  # largest whole exponent that a unit takes, either way


class Number(NamedTuple):
    """A number as written, with the text of its unit (`%` too) and where that begins, if it has one."""

    offset: int
    value: float
    text: str
    unit_text: str | None = None
    unit_offset: int = 0


class Name(NamedTuple):
    """A reference to a value elsewhere, part by part and without quotes."""

    offset: int
    parts: tuple[str, ...]


class Call(NamedTuple):
    """An operation that has a name, with a permitted number of values."""

    offset: int
    name: str
    args: tuple[Node, ...]


class Negative(NamedTuple):
    """A value with its sign turned."""

    offset: int
    of: Node


class Power(NamedTuple):
    """A value to a power: a whole number that is small enough for a unit, or any value."""

    offset: int
    base: Node
    exponent: int | Node


class Additive(NamedTuple):
    """Two terms or more, each with "+" or "-"; the first has "+"."""

    offset: int
    terms: tuple[tuple[str, Node], ...]


class Product(NamedTuple):
    """Two factors or more, each with "*" or "/"; the first has "*"."""

    offset: int
    factors: tuple[tuple[str, Node], ...]


Node: TypeAlias = "Number | Name | Call | Negative | Power | Additive | Product"


class FormulaError(Exception):
    """What is wrong at an offset of the text, and the way out."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


_SUM, _PRODUCT, _SIGN, _POWER = 1, 2, 3, 4
_BINDS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}


class _Token(NamedTuple):
    kind: str  # number, name, end, or the operator itself
    offset: int
    text: str
    parts: tuple[str, ...] = ()
    unit: str | None = None
    unit_offset: int = 0


_LETTER = r"[^\W\d_]"
_TAIL = r"(?:\w|-(?=[^\W_]))*"
_WORD = rf"{_LETTER}{_TAIL}"
_QUOTED = r'"[^"]*"'
_LATER = rf"(?:[^\W_]{_TAIL}|{_QUOTED})"
_PART = re.compile(r'"([^"]*)"|([^."]+)')
_TOKEN = re.compile(
    rf"""(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?:\s*(?P<percent>%)|\s*\[(?P<unit>[^\[\]]*)\])?
      | (?P<name>(?:{_WORD}|{_QUOTED})(?:\.{_LATER})*)
      | (?P<operator>[-+*/^(),])""",
    re.VERBOSE,
)
_DIGIT_COMMA_DIGIT = re.compile(r"[0-9.],[0-9]")
_SPACE = re.compile(r"\s*")
_BARE = re.compile(rf"{_WORD}\Z")
_BARE_LATER = re.compile(rf"[^\W_]{_TAIL}\Z")
_UNIT = re.compile(rf"{_LETTER}\w*(?:\s*[/*]\s*{_LETTER}\w*|\^-?[0-9])*")
_INSTEAD = {
    "×": "multiply with *",
    "·": "multiply with *",
    "÷": "divide with /",
    ":": "divide with /",
    "−": "subtract with -",
    "–": "subtract with -",
    "²": "write ^2",
    "³": "write ^3",
    "%": "% stands after a number",
    "=": "one = begins a formula; there are no comparisons",
    "<": "there are no comparisons",
    ">": "there are no comparisons",
    "'": "quote a part of a name with double quotes",
    '"': "close the quote",
    "]": "a unit in [ ] belongs to the number before it: 4 [image/prompt]",
    "{": "group with ( )",
    "}": "group with ( )",
    ".": "parts of a name are joined by single dots, without spaces: storage.density",
    ";": "separate values with a comma",
    "_": "a name begins with a letter; quote it otherwise",
}
_SIGNS = "+ - * / ^ ( ) and ,"


def parse(text: str) -> Node:
    """The tree of a formula, given without its `=`. Raises FormulaError with an offset into the text.

    >>> parse("a - 2 [GB]")
    Additive(offset=0, terms=(('+', Name(offset=0, parts=('a',))),
                          ('-', Number(offset=4, value=2.0, text='2', unit_text='GB', unit_offset=7))))
    """
    if len(text) > LENGTH:
        raise FormulaError(f"a formula of {len(text):,} characters", LENGTH, f"at most {LENGTH:,}: name a part of it")
    return _Parser(text).whole()


def names(node: Node) -> Iterator[Name]:
    """The names of a formula in the order in which they are written, repeated as they are.

    >>> [".".join(name.parts) for name in names(parse("visits * page.size"))]
    ['visits', 'page.size']
    """
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            yield node
        waiting.extend(reversed(children(node)))


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, from left to right."""
    match node:
        case Call(args=args):
            return args
        case Negative(of=below):
            return (below,)
        case Power(base=base, exponent=exponent):
            return (base,) if isinstance(exponent, int) else (base, exponent)
        case Additive(terms=chain) | Product(factors=chain):
            return tuple(below for _, below in chain)
        case _:
            return ()


def without(node: Node, absent: Container[str]) -> Node | None:
    """What is left of a formula where some names have no value, which min and max do without; None if nothing is.

    >>> to_text(without(parse("min(a + b, c)"), {"b"})), without(parse("a + b"), {"b"})
    ('c', None)
    """
    if isinstance(node, Name):
        return None if node.parts[0] in absent else node
    below = [without(child, absent) for child in children(node)]
    kept = tuple(child for child in below if child is not None)
    if len(kept) == len(below):
        return _with_children(node, kept)
    if isinstance(node, Call) and node.name in ("min", "max") and kept:
        return kept[0] if len(kept) == 1 else node._replace(args=kept)
    return None


def _with_children(node: Node, below: tuple[Node, ...]) -> Node:
    match node:
        case Call():
            return node._replace(args=below)
        case Negative():
            return node._replace(of=below[0])
        case Power():
            return node._replace(base=below[0], exponent=_exponent(below[1]) if below[1:] else node.exponent)
        case Additive() | Product():
            signs = (sign for sign, _ in (node.terms if isinstance(node, Additive) else node.factors))
            chain = tuple(zip(signs, below, strict=True))
            return node._replace(terms=chain) if isinstance(node, Additive) else node._replace(factors=chain)
    return node


def to_text(node: Node) -> str:
    """The formula in its plainest writing; parsed again, it gives an equal tree but for offsets.

    >>> to_text(parse("(a)*-(b+c)/2[GB / visit]"))
    'a * -(b + c) / 2 [GB / visit]'
    """
    match node:
        case Number(text=text, unit_text=unit):
            return text if unit is None else f"{text} %" if unit == "%" else f"{text} [{unit}]"
        case Name(parts=parts):
            return name_text(parts)
        case Call(name=name, args=args):
            return f"{name}({', '.join(map(to_text, args))})"
        case Negative(of=of):
            return f"-{_grouped(of, (Additive, Product))}"
        case Power(base=base, exponent=exponent):
            return f"{_held(base)}^{exponent if isinstance(exponent, int) else _held(exponent)}"
        case Additive(terms=chain):
            return _chained(chain, (Additive,))
        case Product(factors=chain):
            return _chained(chain, (Additive, Product))


def name_text(parts: tuple[str, ...]) -> str:
    """A name as a formula writes it.

    >>> name_text(("models", "gpt-4.1", "energy"))
    'models."gpt-4.1".energy'
    """
    return ".".join(
        part if (_BARE_LATER if position else _BARE).match(part) and _is_word(part) else f'"{part}"'
        for position, part in enumerate(parts)
    )


def _grouped(node: Node, kinds: tuple[type, ...]) -> str:
    return f"({to_text(node)})" if isinstance(node, kinds) else to_text(node)


def whole(node: Node) -> int | None:
    """The number of an exponent that a unit takes; None of any other.

    >>> whole(parse("-2")), whole(parse("2.5")), whole(parse("a"))
    (-2, None, None)
    """
    if isinstance(node, Negative):
        small = whole(node.of)
        return None if small is None else -small
    if not isinstance(node, Number) or node.unit_text or not node.text.isdecimal():
        return None
    return int(node.value) if node.value <= EXPONENT else None


def _exponent(node: Node) -> int | Node:
    """An exponent as a power holds it."""
    small = whole(node)
    return node if small is None else small


def _held(node: Node) -> str:
    """A part of a power: in brackets but for a name, a call and a bare number."""
    bare = isinstance(node, (Name, Call)) or (isinstance(node, Number) and node.unit_text is None)
    return to_text(node) if bare else f"({to_text(node)})"


def _chained(chain: tuple[tuple[str, Node], ...], kinds: tuple[type, ...]) -> str:
    first = _grouped(chain[0][1], kinds)
    return first + "".join(f" {operator} {_grouped(node, kinds)}" for operator, node in chain[1:])


class _Parser:
    """Operators by how tightly they bind (Pratt, 1973); `token` is the next one that is not used."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.token, self.end = _token(text, 0)
        self.used = self.token

    def advance(self) -> _Token:
        """Moves to the next token; returns the one that was next."""
        self.used = self.token
        self.token, self.end = _token(self.text, self.end)
        return self.used

    def whole(self) -> Node:
        node = self.expression(0)
        if self.token.kind != "end":
            self.unexpected()
        return node

    def expression(self, least: int) -> Node:
        """What follows, as far as operators bind tighter than `least`."""
        node = self.operand()
        while (binding := _BINDS.get(self.token.kind, 0)) > least:
            node = self.power(node) if binding == _POWER else self.chain(node, binding)
        return node

    def chain(self, first: Node, binding: int) -> Additive | Product:
        """All that is joined by operators of one strength, beside each other."""
        links = [("+" if binding == _SUM else "*", first)]
        while _BINDS.get(self.token.kind) == binding:
            links.append((self.advance().kind, self.expression(binding)))
        return Additive(first.offset, tuple(links)) if binding == _SUM else Product(first.offset, tuple(links))

    def power(self, base: Node) -> Power:
        self.advance()
        power = Power(base.offset, base, self.exponent())
        if self.token.kind == "^":
            raise FormulaError("two powers in a row", self.token.offset, "group them: (a^2)^3")
        return power

    def exponent(self) -> int | Node:
        """A whole number of one digit as it is; else a value, which has to be a plain number."""
        sign = self.advance() if self.token.kind == "-" else None
        if self.token.kind == "-":
            raise self.no_operand(self.token)
        value = self.operand()
        return _exponent(Negative(sign.offset, value) if sign else value)

    def operand(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                return self.number(self.advance())
            case "name":
                return self.name(self.advance())
            case "(":
                return self.group(self.advance())
            case "-":
                return self.negative(self.advance())
            case _:
                raise self.no_operand(token)

    def no_operand(self, token: _Token) -> FormulaError:
        if token.kind == "+":
            return FormulaError("a + without a value before it", token.offset, "leave it out")
        if token.kind == self.used.kind == "*" and self.used.offset == token.offset - 1:
            return FormulaError("'**' is not an operator", self.used.offset, "a power is written ^, as in size^2")
        return FormulaError("a value is missing here", token.offset, "write a number, a name or ( )")

    def negative(self, sign: _Token) -> Negative:
        self.deeper(sign)
        node = Negative(sign.offset, self.expression(_SIGN))
        self.depth -= 1
        return node

    def number(self, token: _Token) -> Number:
        value = float(token.text)
        if not isfinite(value):
            raise FormulaError(f"the number {token.text} is too large", token.offset, "at most about 1e308")
        if vanishes(token.text):
            raise FormulaError(f"the number {token.text} is too small", token.offset, "it would be read as 0")
        return Number(token.offset, value, token.text, token.unit, token.unit_offset or token.offset)

    def name(self, token: _Token) -> Node:
        return self.call(token) if self.token.kind == "(" else Name(token.offset, token.parts)

    def call(self, token: _Token) -> Node:
        known = functions()
        if token.text not in known:
            hint = near(token.text, known, f"functions are {', '.join(known)}; multiply with *")
            raise FormulaError(f"there is no function '{shortened(token.text)}'", token.offset, hint)
        opening = self.advance()
        self.deeper(opening)
        args = self.arguments()
        self.close(opening.offset)
        row = known[token.text]
        if not row.takes(len(args)):
            raise FormulaError(f"{token.text} takes {row.asked}, not {len(args)}", token.offset, row.usage)
        return Call(token.offset, token.text, args)

    def arguments(self) -> tuple[Node, ...]:
        args = [self.expression(0)]
        while self.token.kind == ",":
            self.separator(self.used, self.advance())
            args.append(self.expression(0))
        return tuple(args)

    def separator(self, before: _Token, comma: _Token) -> None:
        if before.kind == self.token.kind == "number" and _DIGIT_COMMA_DIGIT.match(self.text, comma.offset - 1):
            one = unseparated(f"{before.text},{self.token.text}")
            hint = f"put a space after the comma between two values; for one number {one}"
            raise FormulaError("a comma between two digits may be meant as part of a number", comma.offset, hint)

    def group(self, opening: _Token) -> Node:
        self.deeper(opening)
        node = self.expression(0)
        self.close(opening.offset)
        return node

    def deeper(self, opening: _Token) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise FormulaError(f"nested deeper than {DEPTH}", opening.offset, "give a part of the formula its own name")

    def close(self, opened: int) -> None:
        if self.token.kind == "end":
            raise FormulaError("this is not closed with )", opened, "add the )")
        if self.token.kind != ")":
            self.unexpected()
        self.depth -= 1
        self.advance()

    def unexpected(self) -> Never:
        offset, kind = self.token.offset, self.token.kind
        if kind == ")":
            raise FormulaError("this ) closes nothing", offset, "remove it, or open it with (")
        if kind == ",":
            raise FormulaError("a comma outside a function", offset, "write 1000 and 0.5, not 1,000 and 0,5")
        raise FormulaError("an operator is missing before this", offset, _operator_hint(self.text, offset))


def _token(text: str, start: int) -> tuple[_Token, int]:
    """The next token of a text from an offset, and where it ends."""
    offset = _past_space(text, start)
    if offset == len(text):
        return _Token("end", offset, ""), offset
    match = _TOKEN.match(text, offset)
    if match is None:
        raise _no_token(text, offset)
    if match["number"]:
        return _number_token(text, match), match.end()
    if match["name"]:
        return _name_token(match), match.end()
    return _Token(match["operator"], offset, match["operator"]), match.end()


def _past_space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _number_token(text: str, match: re.Match[str]) -> _Token:
    offset, number = match.start(), match["number"]
    if len(number) > DIGITS:
        raise FormulaError(f"a number of {len(number):,} characters", offset, f"at most {DIGITS}")
    if match["percent"]:
        return _Token("number", offset, number, unit="%", unit_offset=match.start("percent"))
    if match["unit"] is None:
        _check_after_number(text, offset, match.end("number"))
        return _Token("number", offset, number)
    unit = match["unit"].strip()
    if not unit:
        raise FormulaError("an empty unit", match.start("unit"), "write the unit, or leave the [ ] out")
    return _Token("number", offset, number, unit=unit, unit_offset=text.index(unit, match.start("unit")))


def _check_after_number(text: str, offset: int, end: int) -> None:
    """A number must not run into something else, nor be followed by the bare text of a unit."""
    number = text[offset:end]
    rest = _past_space(text, end)
    if text.startswith("[", rest):
        raise FormulaError("this [ is not closed", rest, f"a unit is written {number} [image/prompt]")
    if unit := _UNIT.match(text, rest):
        name = shortened(unit[0])
        hint = f"a unit is written {number} [{name}]; a product {number} * {name}"
        raise FormulaError(f"a unit without [ ], or a missing operator, after {number}", rest, hint)
    if end < len(text) and (text[end] in "._" or text[end].isdigit()):
        raise FormulaError(f"'{number}{text[end]}' is not a number", offset, "as in 1000, 0.5 or 75e6")


def _name_token(match: re.Match[str]) -> _Token:
    parts: list[str] = []
    for part in _PART.finditer(match["name"]):
        offset = match.start() + part.start()
        _check_part(part, offset)
        parts.append(part[1] if part[2] is None else part[2])
    return _Token("name", match.start(), match["name"], tuple(parts))


def _check_part(part: re.Match[str], offset: int) -> None:
    if part[2] is None:
        if not part[1].strip() or not part[1].isprintable():
            raise FormulaError("a name of nothing that can be seen", offset, "write the name between the quotes")
        return
    if not _is_word(part[2]):
        wrong = next(i for i, c in enumerate(part[2]) if not _is_word(c if c != "-" else "a"))
        raise _no_token(part[2], wrong, offset)


def _is_word(text: str) -> bool:
    return ("_" + text.replace("-", "_")).isidentifier()


def _no_token(text: str, offset: int, before: int = 0) -> FormulaError:
    """No token begins with this character."""
    offset += text.startswith('."', offset)
    character = text[offset]
    if character == "[":
        hint = "leave it out: names and ( ) have a unit of their own; a number is written 4 [image/prompt]"
        return FormulaError("a unit stands right after a number only", before + offset, hint)
    hint = _INSTEAD.get(character, f"operators are {_SIGNS}")
    return FormulaError(f"'{printable(character)}' has no meaning here", before + offset, hint)


def _operator_hint(text: str, offset: int) -> str:
    return "multiply with *" if text.startswith("(", offset) else "write + - * / or ^ between two values"
