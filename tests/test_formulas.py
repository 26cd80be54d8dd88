"""Formulas: what is read, what is refused and where, and that nothing else can happen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.text import formulas
from lca.text.formulas import DEPTH, FormulaError, names, parse, to_text


def bare(node: Any) -> Any:
    """A tree without offsets: kinds, texts and numbers alone."""
    if isinstance(node, tuple) and hasattr(node, "_fields"):
        offsets = ("offset", "unit_offset")
        kept = [bare(value) for name, value in zip(node._fields, node, strict=True) if name not in offsets]
        return type(node).__name__, *kept
    return tuple(map(bare, node)) if isinstance(node, tuple) else node


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("visits*2[GB/visit]/data_centre.density", "visits * 2 [GB/visit] / data_centre.density"),
        ("  4 [ image/prompt ]  ", "4 [image/prompt]"),
        ("50% * a", "50 % * a"),
        ("50 [%]", "50 %"),
        ("2 [kgCO2eq m²/h]", "2 [kgCO2eq m²/h]"),
        ("1.5e-3 + .5 + 2.", "1.5e-3 + .5 + 2."),
        # names
        ("a-b", "a-b"),
        ("a - b", "a - b"),
        ("a -b", "a - b"),
        ("a- b", "a - b"),
        ("a--b", "a - -b"),
        ("training.runs.v1-5.energy", "training.runs.v1-5.energy"),
        ('models."gpt-4.1".energy', 'models."gpt-4.1".energy'),
        ('"gpt-4"."energy"', "gpt-4.energy"),
        ("models.4o.2x", "models.4o.2x"),
        ("größe_2 * µ", "größe_2 * µ"),
        ("min * max", "min * max"),
        # strength of operators
        ("a + b * c", "a + b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a - (b - c)", "a - (b - c)"),
        ("((a)) * (b / c)", "a * (b / c)"),
        ("-2^2", "-2^2"),
        ("(-2)^2", "(-2)^2"),
        ("-a * b", "-a * b"),
        ("-(a * b)", "-(a * b)"),
        ("a * -b", "a * -b"),
        ("a / b^-2 / c", "a / b^-2 / c"),
        ("2 [m]^2", "(2 [m])^2"),
        ("(a^2)^3", "(a^2)^3"),
        ("a^ 2.5", "a^2.5"),
        ("a^-2.5 * b", "a^(-2.5) * b"),
        ("a^(-2)", "a^-2"),
        ("2^12", "2^12"),
        ("a^(1/2)", "a^(1 / 2)"),
        ("a ^ -b.c", "a^(-b.c)"),
        ("a^50 %", "a^(50 %)"),
        ("2^log2(a)", "2^log2(a)"),
        # functions
        ("min(a, max(b, 1 [h]), ceil(c))", "min(a, max(b, 1 [h]), ceil(c))"),
        ("log2(8)", "log2(8)"),
        ("exp (a+b)", "exp(a + b)"),
        ("a\n  + b", "a + b"),
    ],
)
def test_a_formula_in_its_plainest_writing(text: str, plain: str) -> None:
    assert to_text(parse(text)) == plain
    assert bare(parse(plain)) == bare(parse(text))


def test_the_shape_of_the_tree() -> None:
    tree = parse('a - 2 [GB] * "b c"^-2 + max(3 %)')
    assert bare(tree) == (
        "Additive",
        (
            ("+", ("Name", ("a",))),
            (
                "-",
                (
                    "Product",
                    (("*", ("Number", 2.0, "2", "GB")), ("*", ("Power", ("Name", ("b c",)), -2))),
                ),
            ),
            ("+", ("Call", "max", (("Number", 3.0, "3", "%"),))),
        ),
    )


@pytest.mark.parametrize(
    ("text", "kind", "field", "where"),
    [
        ("  a", "Name", "offset", "^a"),
        ("x + 2 [ GB]", "Number", "offset", "2"),
        ("x + 2 [ GB]", "Number", "unit_offset", "GB"),
        ("x + 2 %", "Number", "unit_offset", "%"),
        ("x + min(y)", "Call", "offset", "min"),
        ("x * -y", "Negative", "offset", "-"),
        ("x + y / z", "Product", "offset", "y"),
        ("1 + y^2", "Power", "offset", "y"),
    ],
)
def test_nodes_know_where_they_begin(text: str, kind: str, field: str, where: str) -> None:
    waiting: list[Any] = [parse(text)]
    found = []
    while waiting:
        node = waiting.pop()
        found += [getattr(node, field)] if type(node).__name__ == kind else []
        waiting += formulas.children(node)
    assert found == [text.index(where.strip("^"))]


def test_names_come_in_the_order_of_writing() -> None:
    tree = parse("b + a.x * -max(c, b) / a.x^2")
    assert [".".join(name.parts) for name in names(tree)] == ["b", "a.x", "c", "b", "a.x"]


REFUSED = [
    # text with «» around the place, message, way out
    ("«", "a value is missing here", "write a number"),
    ("a + «", "a value is missing here", "write a number"),
    ("«* a", "a value is missing here", "write a number"),
    ("min(«)", "a value is missing here", "write a number"),
    ("a «b", "an operator is missing", "write + - * /"),
    ("2 [x] «(3)", "an operator is missing", "multiply with *"),
    ("«+3", "a + without a value", "leave it out"),
    ("4 «GB/visit", "a unit without [ ]", "4 [GB/visit]"),
    ("4«GB", "a unit without [ ]", "4 [GB]"),
    ("2 «visits * a", "a unit without [ ]", "2 * visits"),
    ("4 «[GB", "this [ is not closed", "4 [image/prompt]"),
    ("4 [«]", "an empty unit", "leave the [ ] out"),
    ("(a + b) «[kWh]", "a unit stands right after a number only", "names and ( )"),
    ("a «[kWh]", "a unit stands right after a number only", "names and ( )"),
    ("4 % «[h]", "a unit stands right after a number only", "leave it out"),
    ("a «% 2", "'%' has no meaning here", "after a number"),
    ("a «]", "']' has no meaning here", "belongs to the number"),
    ("«1_000", "'1_' is not a number", "75e6"),
    ("«1.2.3", "'1.2.' is not a number", "75e6"),
    ("«1e999", "too large", "1e308"),
    ("«" + "1" * 41, "a number of 41 characters", "at most 40"),
    ("1«,000", "a comma outside a function", "1000 and 0.5"),
    (
        "max(0«,5 * a, b)",
        "a comma between two digits",
        "put a space after the comma between two values; for one number write 0.5",
    ),
    ("a «** 2", "'**' is not an operator", "a power is written ^"),
    ("a^«", "a value is missing here", "write a number"),
    ("a^-«-2", "a value is missing here", "write a number"),
    ("2^3«^2", "two powers in a row", "(a^2)^3"),
    ("2^-b«^2", "two powers in a row", "(a^2)^3"),
    ("x«²", "'²' has no meaning here", "write ^2"),
    ("a «× b", "'×' has no meaning here", "multiply with *"),
    ("a «− b", "'−' has no meaning here", "subtract with -"),
    ("a «< b", "'<' has no meaning here", "no comparisons"),
    ("«= a", "'=' has no meaning here", "one ="),
    ("«_a", "'_' has no meaning here", "begins with a letter"),
    ("«__import__('os')", "'_' has no meaning here", "begins with a letter"),
    ("a«..b", "'.' has no meaning here", "single dots"),
    ("a «. b", "'.' has no meaning here", "single dots"),
    ("«'a'", "''' has no meaning here", "double quotes"),
    ('a.«"b', "'\"' has no meaning here", "close the quote"),
    ('«"b', "'\"' has no meaning here", "close the quote"),
    ('«""', "a name of nothing", "write the name"),
    ("a«\0", "'�' has no meaning here", "operators are"),
    ("«mim(a)", "there is no function 'mim'", "did you mean 'min'?"),
    ("«open(a)", "there is no function 'open'", "functions are min, max, ceil, floor, round_up, log2, ln, exp"),
    ("«a.min(b)", "there is no function 'a.min'", "did you mean 'min'?"),
    ("«ceil(a, b)", "ceil takes 1 value, not 2", "ceil(value)"),
    ("«round_up(a)", "round_up takes 2 values, not 1", "round_up(amount, multiple)"),
    ("«interp(a, b, c, d)", "interp takes a value and 2 to 32 points of two values each, not 4", "interp(x, x1, y1"),
    ("«interp(a, b, c)", "interp takes a value and 2 to 32 points of two values each, not 3", "interp(x, x1, y1"),
    (f"«interp(a{', 1' * 66})", "not 67", "interp(x, x1, y1"),
    (f"«interp(a{', 1' * 5})", "not 6", "interp(x, x1, y1"),
    ("min«(a", "this is not closed with )", "add the )"),
    ("a + «(b", "this is not closed with )", "add the )"),
    ("a«)", "this ) closes nothing", "remove it"),
    ("min(a «b)", "an operator is missing", "write + - * /"),
    ("min(a«; b)", "';' has no meaning here", "comma"),
    ("(" * DEPTH + "«(1", f"nested deeper than {DEPTH}", "its own name"),
    ("-" * DEPTH + "«-1", f"nested deeper than {DEPTH}", "its own name"),
]


@pytest.mark.parametrize(("marked", "message", "hint"), REFUSED)
def test_what_is_refused(marked: str, message: str, hint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(marked.replace("«", ""))
    error = caught.value
    assert (error.offset, message in error.message, hint in error.hint) == (marked.index("«"), True, True)


def test_a_formula_has_an_end() -> None:
    with pytest.raises(FormulaError, match="a formula of 2,001 characters"):
        parse(" " * 2000 + "1")


def test_a_long_sum_is_one_node() -> None:
    tree = parse("1" + "+1" * 999)
    assert isinstance(tree, formulas.Additive)
    assert len(tree.terms) == 1000
    assert to_text(tree) == " + ".join(["1"] * 1000)


def test_the_deepest_formula_is_read_and_written() -> None:
    text = "-(2 * a^2 + " * (DEPTH // 2) + "b" + ")" * (DEPTH // 2)
    assert bare(parse(to_text(parse(text)))) == bare(parse(text))


LONG = {  # a text repeated to 2,000 characters: where it goes wrong, and how
    "1+": (2000, "a value is missing here"),
    "a/": (2000, "a value is missing here"),
    "a-": (2000, "a value is missing here"),
    "a.": (1999, "'.' has no meaning here"),
    '"a".': (1999, "'.' has no meaning here"),
    "[ ": (0, "a unit stands right after a number only"),
    "1 ": (2, "an operator is missing before this"),
    "(": (DEPTH, f"nested deeper than {DEPTH}"),
    "-": (DEPTH, f"nested deeper than {DEPTH}"),
    "min(": (4 * DEPTH + 3, f"nested deeper than {DEPTH}"),
    "1 a": (2, "a unit without [ ], or a missing operator, after 1"),
    '"': (0, "a name of nothing that can be seen"),
    "1[": (1, "this [ is not closed"),
    "1e": (3, "a unit without [ ], or a missing operator, after 1e1"),
    "a^1": (3, "a unit without [ ], or a missing operator, after 1"),
}


@pytest.mark.parametrize("piece", LONG)
def test_a_long_text_is_refused_where_it_goes_wrong(piece: str) -> None:
    error = with_error(piece * (2000 // len(piece)))
    assert error is not None
    assert (error.offset, error.message) == LONG[piece]
    for text in ("1 " + piece * (1990 // len(piece)), piece * 600 + "!"):
        assert with_error(text) is not None


def test_a_long_name_is_read() -> None:
    assert bare(parse("a" * 2000)) == ("Name", ("a" * 2000,))


def with_error(text: str) -> FormulaError | None:
    try:
        parse(text)
    except FormulaError as error:
        return error
    return None


PIECES = st.sampled_from(
    [
        "a",
        "b-c",
        "x.y",
        '"q r"',
        "1",
        "2.5",
        "1e3",
        "[GB]",
        "%",
        "+",
        "-",
        "*",
        "/",
        "^",
        "2",
        "(",
        ")",
        ",",
        "min",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=20).map("".join)))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    error = with_error(text)
    if error is None:
        assert bare(parse(to_text(parse(text)))) == bare(parse(text))
    else:
        assert 0 <= error.offset <= len(text)
        assert error.message
        assert error.hint
        assert re.fullmatch(r"[^\x00-\x1f]*", error.message + error.hint)


WORDS = st.from_regex(r"[a-zé][a-z0-9_]{0,3}(-[a-z0-9])?", fullmatch=True)
NUMBERS = st.builds(
    lambda text, unit: formulas.Number(0, float(text), text, unit),
    st.sampled_from(["0", "1", "2.5", ".5", "4.", "75e6", "1.38e-3"]),
    st.sampled_from([None, "%", "GB/visit", "kgCO2eq m²/h"]),
)
NAMES = st.builds(
    formulas.Name,
    st.just(0),
    st.lists(st.one_of(WORDS, st.sampled_from(["gpt-4.1", "4o", "a b", "_", "-", "x²"])), min_size=1, max_size=3).map(
        tuple
    ),
)


def chains(below: st.SearchStrategy[Any], first: str, second: str) -> st.SearchStrategy[Any]:
    rest = st.lists(st.tuples(st.sampled_from([first, second]), below), min_size=1, max_size=3)
    return st.tuples(below, rest).map(lambda parts: ((first, parts[0]), *parts[1]))


def trees(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(formulas.Negative, st.just(0), below),
        st.builds(formulas.Power, st.just(0), below, st.integers(-9, 9)),
        st.builds(formulas.Power, st.just(0), below, below.filter(lambda exponent: formulas.whole(exponent) is None)),
        st.builds(formulas.Additive, st.just(0), chains(below, "+", "-")),
        st.builds(formulas.Product, st.just(0), chains(below, "*", "/")),
        st.builds(formulas.Call, st.just(0), st.just("min"), st.lists(below, min_size=1, max_size=3).map(tuple)),
    )


@given(st.recursive(st.one_of(NUMBERS, NAMES), trees, max_leaves=12))
def test_a_tree_written_and_read_is_the_same_tree(tree: Any) -> None:
    assert bare(parse(to_text(tree))) == bare(tree)


LETTERS = st.sampled_from("abc")


@given(
    st.recursive(st.builds(lambda letter: formulas.Name(0, (letter,)), LETTERS), trees, max_leaves=12),
    st.sets(LETTERS, max_size=2),
)
def test_what_is_left_of_a_formula_names_nothing_that_is_absent(tree: Any, absent: set[str]) -> None:
    left = formulas.without(tree, absent)
    if left is not None:
        assert not absent & {name.parts[0] for name in names(left)}
        assert bare(parse(to_text(left))) == bare(left)
    if not absent:
        assert bare(left) == bare(tree)


def test_a_power_does_without_what_is_absent_in_its_exponent() -> None:
    assert to_text(formulas.without(parse("a^min(b, c)"), {"b"})) == "a^c"  # type: ignore[arg-type]
    assert bare(formulas.without(parse("a^min(b, 2)"), {"b"})) == bare(parse("a^2"))
