"""YAML texts: on one side what a person wrote, on the other what is read, or what is said.

Messages as they are shown stand in golden/messages_text.txt; `UPDATE_GOLDEN=1 pytest` writes them anew.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lca.problems import Problem, Problems, Span
from lca.text import documents, formulas, sheets
from lca.text.documents import Located, decode, parse
from lca.text.source import Document

GOLDEN = Path(__file__).parent / "golden" / "messages_text.txt"


def read(text: str) -> Located:
    return parse(text, "chat.yaml")


def plain(tree: Located) -> Any:
    """The values alone."""
    if isinstance(tree.value, dict):
        return {key: plain(child) for key, child in tree.value.items()}
    return [plain(child) for child in tree.value] if isinstance(tree.value, list) else tree.value


def at(tree: Located, *path: str | int) -> Located:
    for step in path:
        tree = tree.value[step]  # type: ignore[index]
    return tree


def outcome(work: Callable[[], Any]) -> tuple[Any, Problems | None]:
    """What comes of it: a value, or problems."""
    try:
        return work(), None
    except Problems as found:
        return None, found


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as caught:
        read(text)
    return caught.value.problems


@pytest.fixture(params=["C", "Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML without its C library")
    return str(request.param)


# --- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("zone: NO", {"zone": "NO"}),
        ("a: 5e-8\nb: 010\nc: 1_000\nd: 12:30:45", {"a": "5e-8", "b": "010", "c": "1_000", "d": "12:30:45"}),
        ("a: true\nb: null\nc: ~\nd: 2023-11-01", {"a": "true", "b": "null", "c": "~", "d": "2023-11-01"}),
        ("a:\nb: ''\nc: {d: , e}", {"a": "", "b": "", "c": {"d": "", "e": ""}}),
        ("on: 1\n2: x\n1.5: y", {"on": "1", "2": "x", "1.5": "y"}),
        (
            "a: 1/8\nb: 75e6 visit\nc: = visits * 2 [GB/visit]",
            {"a": "1/8", "b": "75e6 visit", "c": "= visits * 2 [GB/visit]"},
        ),
        ("{a: {b: [1, 2]}, c: []}", {"a": {"b": ["1", "2"]}, "c": []}),
        ("a: [b: 1, c]", {"a": [{"b": "1"}, "c"]}),
        ("x: 1\ny:\n- - 1\n  - 2\n- z: 3\n  w: 4", {"x": "1", "y": [["1", "2"], {"z": "3", "w": "4"}]}),
        ("a: {b: = c, d: }", {"a": {"b": "= c", "d": ""}}),
        ('a: {b: "= min(c, 4 [h])"}', {"a": {"b": "= min(c, 4 [h])"}}),
        ("a: {b: = min(c), d: = (e)}", {"a": {"b": "= min(c)", "d": "= (e)"}}),
        ("a: = min(b, c) # in a block", {"a": "= min(b, c)"}),
        ("a: http://x.org/y:z\nb: {c: http://x.org}", {"a": "http://x.org/y:z", "b": {"c": "http://x.org"}}),
        ("a: {http://x.org, c}", {"a": {"http://x.org": "", "c": ""}}),
        ("a: >\n  two\n  lines\nb: |\n  two\n  lines\n", {"a": "two lines\n", "b": "two\nlines\n"}),
        ('a: "tab\\t é \\u00e9"', {"a": "tab\t é é"}),
        ("--- # one document\na: 1\n...\n", {"a": "1"}),
        ("%YAML 1.1\n---\na: 1", {"a": "1"}),
        ("? a\n: 1", {"a": "1"}),
        ('"<<": 1', {"<<": "1"}),
        ("{}", {}),
        ("größe: 😀", {"größe": "😀"}),
        ("a: 1\r\nb: 2\rc: 3", {"a": "1", "b": "2", "c": "3"}),
    ],
)
def test_every_scalar_stays_text(text: str, values: Any) -> None:
    assert plain(read(text)) == values


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "path", "key", "value", "is_plain"),
    [
        ("a: 1", (), (1, 1), (1, 1), True),
        ("\n  a: 1", ("a",), (2, 3), (2, 6), True),
        ("a:\n  b: x", ("a", "b"), (2, 3), (2, 6), True),
        ("a:\n  b: x", ("a",), (1, 1), (2, 3), True),
        ("a: {b: x, c: 'y'}", ("a", "c"), (1, 11), (1, 14), False),
        ("a: [1, {b: 2}]", ("a", 0), (1, 5), (1, 5), True),
        ("a: [1, {b: 2}]", ("a", 1, "b"), (1, 9), (1, 12), True),
        ("a: |\n  x", ("a",), (1, 1), (1, 4), False),
        ("é😀: 1", ("é😀",), (1, 1), (1, 5), True),
        ("\ufeffa: 1", ("a",), (1, 1), (1, 4), True),
        ("a: 1\r\nb: 2", ("b",), (2, 1), (2, 4), True),
    ],
)
def test_everything_knows_where_it_stands(
    text: str, path: tuple[str | int, ...], key: tuple[int, int], value: tuple[int, int], is_plain: bool
) -> None:
    found = at(read(text), *path)
    assert (found.key_span[1:3], found.span[1:3], found.plain) == (key, value, is_plain)
    assert (found.key_line, found.key_column) == (key if path and isinstance(path[-1], str) else (0, 0))


def test_a_span_has_the_line_and_the_name_of_the_file() -> None:
    found = at(read("a: 1\n  # note\nb:  2 kWh\n"), "b")
    assert found.span == Span("chat.yaml", 3, 5, "b:  2 kWh")
    assert found.key_span == Span("chat.yaml", 3, 1, "b:  2 kWh")
    assert (found.document.name, found.document.line(2), found.document.line(9)) == ("chat.yaml", "  # note", "")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: = b + «c", "c"),
        ("a: {x: 1, a: = b + «c}", "c"),
        ("a: '= b + «c'", "c"),
        ('a: {a: "= b +  «c"}', "c"),
        ("a: = b +\n  d * «c", "c"),
        ("a: >\n  = b +\n\n  «c", "c"),
        ("a: |  # why\n  = b +\n  «c\n", "c"),
        ("a: '= b +\n  «c'", "c"),
        ("a: '«= b''s' # escape", "= b"),
        ("a: = «é + 😀", "é"),
        ("a: = é😀 + «c", "c"),
    ],
)
def test_a_place_inside_a_text(text: str, part: str) -> None:
    tree = read(text.replace("«", ""))
    found = at(tree, "a", "a") if isinstance(at(tree, "a").value, dict) else at(tree, "a")
    assert isinstance(found.value, str)
    line = text[: text.index("«")].count("\n") + 1
    column = text.splitlines()[line - 1].index("«") + 1
    span = found.column_span(found.value.index(part))
    assert (span.line, span.column) == (line, column)
    assert span.text == text.splitlines()[line - 1].replace("«", "")


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: = b +  # more", 5, (1, 9)),
        ("a: {b: '= c +'}", 5, (1, 14)),
        ("a: = b\n  +\nc: 1", 5, (2, 4)),
        ("a: = b", 99, (1, 7)),
        ("a: '= b''s + c'", 9, (1, 4)),
        ('a: "= \\u0062 + c"', 6, (1, 4)),
    ],
)
def test_the_end_of_a_text_and_what_cannot_be_placed(text: str, offset: int, place: tuple[int, int]) -> None:
    found = at(read(text), "a")
    found = at(found, "b") if isinstance(found.value, dict) else found
    assert found.column_span(offset)[1:3] == place


def test_another_value_in_the_same_place() -> None:
    found = at(read("a:\n  b: 1"), "a", "b")
    other = found.with_value({})
    assert (other.value, other.span, other.key_span, found.value) == ({}, found.span, found.key_span, "1")


# --- what is refused -------------------------------------------------------------------------------------------------

YAML = {
    "an empty file": "",
    "only a remark": "# nothing yet\n",
    "a list": "- a\n- b\n",
    "a text": "study\n",
    "no space after the only colon": "study:chat\n",
    "a formula with a unit in braces": "a: {amount: = 4 [image/prompt]}",
    "a formula with a comma in braces": "a: {value: = min(b, c), low: 1}",
    "a formula, then a list, in braces": "a: {amount: = b * c, [d]}",
    "a formula with a quoted name in braces": 'a: {amount: = models."v1.5".energy * 2 [h]}',
    "a formula in brackets": "a: [= max(b, c), 3]",
    "a mapping after a key in braces": "a: {power: value: 3 W}",
    "a mapping after a key": "a: value: 3 W",
    "a note with a colon": "note: measured: once",
    "a tab": "a:\n\tb: 1\n",
    "a missing space after a colon": "a: 1\nb:2\nc: 3\n",
    "a missing space after a colon in braces": "a: {power:7 W, b: 1}",
    "a line without a colon": "a: 1\nb\nc: 3\n",
    "an open brace": "a: {b: 1\nc: 2\n",
    "an open brace at the end": "a: {b: 1",
    "an open bracket at the end": "a: [",
    "an open brace over lines": "a: {b: 1,\n  c: 2\n",
    "a missing comma in braces": "a: {b: 1 c: 2}",
    "crossed brackets": "a: {b: [1, 2}]",
    "a bracket too many": "a: {b: 1}}\n",
    "a comma too many": "a: {b: 1,, c: 2}",
    "a value that begins with a percent sign": "share: %35",
    "a value that begins with an at sign": "a: @home",
    "a formula without its equals sign": "a: * 2",
    "an open quote": 'a: "x\nb: 1\n',
    "text after a quote": 'a: "x" y',
    "a quote in a quote": "a: 'don't'",
    "an unknown escape": 'a: "C:\\data"',
    "an escape that hides": 'a: "\\e[2J"',
    "a list beside its key": "a: - b",
    "a key below a value": "a: 1\n  b: 2\n",
    "a line between two blocks": "a:\n  b: 1\n c: 2\n",
    "a key among items": "a:\n  - b: 1\n    c: 2\n   d: 3\n",
    "an item among keys": "a: 1\n- b\n",
    "text beside a block": "a: |x\n",
    "a missing key": ": x",
    "an empty key": "'': x",
    "a list as a key": "? [a]\n: b",
    "a key of two lines": '"a\\nb": 1',
    "a long key": "k" * 201 + ": 1",
    "less indented than the first line": "  a: 1\n b: 2\n",
    "a directive": "%YAML 2.0\n---\na: 1",
    "two documents": "a: 1\n---\nb: 2",
    "equal keys": "a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n",
    "anchor, alias and tag": "a: &x 1\nb: *x\nc: !!python/name:os.system y\nd: !x {}\n*x : 1\n",
    "a merge key": "<<: {a: 1}",
    "unseen characters": "a\x07: 1\nb: \u202egpj.exe\nc: x\u200by\n",
}

BYTES = {
    "a workbook": b"PK\x03\x04 sheet",
    "UTF-16": "a: 1".encode("utf-16"),
    "zero bytes": b"a: \0",
    "Latin-1": "a: 1\nname: café au lait\nb: 2".encode("latin-1"),
}

FORMULAS = {
    "a unit without brackets": "visits * 4 GB/visit",
    "a unit on a sum": "(a + b) [kWh]",
    "a missing operator": "2 (a + b)",
    "a comma in a number": "1,000 * a",
    "a power in Python": "a ** 2",
    "an exponent that is no number": "a^b",
    "a misspelt function": "mim(a, b)",
    "an open bracket": "min(a, (b + c)",
    "a sign of another alphabet": "a × b",
}

TABLES = {
    "semicolons": "item;value\nserver;1,5\n",
    "a decimal comma, and a short row": "item,value\nserver,1,5\ncable\n",
    "a stray quote": 'item,value\n19" rack,3\n',
    "an open quote": 'item,value\n"server,3\ncable,4\n',
    "two columns of one name": "item,value,item\n",
}


def _message(work: Callable[[], object]) -> str:
    try:
        return f"nothing is wrong: {work()}"
    except Problems as found:
        return str(found)
    except formulas.FormulaError as error:
        return f"{error.offset + 1}: {error.message}\n   = {error.hint}"


def _listing(title: str, cases: dict[str, Any], work: Callable[[Any], object]) -> list[str]:
    lines = [f"===== {title}", ""]
    for name, text in cases.items():
        lines += [
            f"----- {name}",
            *([text] if title == "formulas" else []),
            _message(lambda given=text: work(given)),
            "",
        ]
    return lines


def _messages() -> str:
    listings = (
        _listing("YAML", YAML, read),
        _listing("bytes", BYTES, lambda data: decode(data, "chat.yaml")),
        _listing("formulas", FORMULAS, formulas.parse),
        _listing("tables", TABLES, lambda text: sheets.parse(text, "factors.csv")),
    )
    return "\n".join(line for listing in listings for line in listing)


def test_messages() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(_messages(), encoding="utf-8")
    assert _messages() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", YAML)
@pytest.mark.usefixtures("loader")
def test_each_problem_has_a_place_and_a_way_out(name: str) -> None:
    for problem in problems(YAML[name]):
        assert problem.spans
        assert problem.hint
        assert "this is not YAML" not in problem.message


@pytest.mark.parametrize("name", YAML)
def test_both_parsers_of_pyyaml_lead_to_one_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_c = [problem.message for problem in problems(YAML[name])]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert [problem.message for problem in problems(YAML[name])] == with_c


def test_all_equal_keys_are_told_at_once() -> None:
    found = problems("a: 1\nb: {c: 1, c: 2}\na: 2\n")
    assert [[span.line for span in problem.spans] for problem in found] == [[2, 2], [3, 1]]


def test_the_list_of_problems_has_an_end() -> None:
    found = problems("a: 1\n" * 1000)
    assert len(found) == 101
    assert found[-1].message == "more than 100 problems: the rest is not looked for"


# --- what is hostile -------------------------------------------------------------------------------------------------

ALIAS_BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{b}: &{b}\n  <<: [*{a}, *{a}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
)

HOSTILE = {
    "aliases": ALIAS_BOMB,
    "merges": MERGE_BOMB,
    "200 KB of [": "[" * 200_000,
    "200 KB of {": "{" * 200_000,
    "200 KB of {a:": "{a: " * 50_000,
    "a: [[[[": "a: " + "[" * 200_000,
    "- - - -": "- " * 10_000,
    "? ? ? ?": "? " * 10_000,
    "stairs": "".join(" " * i + "a:\n" for i in range(1000)),
    "zero byte": "a: \0",
    "surrogate": "a: \ud800",
    "open quote": 'a: "' + "x" * 1_000_000,
    "open quotes": 'a: "x\n' * 100_000,
    "tags": "a: !<tag:yaml.org,2002:%ED%A0%80> x",
    "bad tag": "a: !%ff x",
    "wide escape": 'a: "\\UFFFFFFFF"',
    "equal keys": "a: 1\n" * 200_000,
    "empty keys": "'': 1\n" * 200_000,
    "anchors": "a: [" + "&a x, " * 100_000 + "]",
    "controls": "\x01" * 1_000_000,
    "commas": "a: [" + "," * 200_000,
    "too large": "#" * 10_000_001,
    "version": "%YAML 1." + "9" * 1000 + "\n---\na: 1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused(name: str) -> None:
    with pytest.raises(Problems) as caught:
        read(HOSTILE[name])
    assert len(str(caught.value)) < 100_000


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"k{i}: v\n" for i in range(100_000)),
        "a: " + "x" * 1_000_000,
        "a: '" + "x" * 1_000_000 + "'",
        "a:\n" + "- b: [1, 2, {c: d}]\n" * 20_000,
        "#\n" * 1_000_000 + "a: 1",
        "a: " + "[" * 63 + "]" * 63,
    ],
    ids=["keys", "plain", "quoted", "items", "remarks", "depth"],
)
def test_a_large_text_is_read(text: str) -> None:
    assert list(read(text).mapping)


@pytest.mark.parametrize(
    ("limit", "value", "text", "message"),
    [
        ("NODES", 10, "a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "more than 10 values"),
        ("DEPTH", 3, "a: [[1]]", None),
        ("DEPTH", 3, "a: [[[1]]]", "nested deeper than 3 levels"),
        ("KEY", 3, "abcd: 1", "a key of 4 characters"),
    ],
)
def test_limits(limit: str, value: int, text: str, message: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, limit, value)
    if message is None:
        read(text)
    else:
        assert [problem.message for problem in problems(text)] == [message]


def test_a_large_file_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Problems, match=r"too large: 10\.0 MB, at most 10 MB"):
        decode(b"\xff" * 10_000_001, "chat.yaml")


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("text", ["a: 1", "a: ["])
def test_the_garbage_collector_is_left_as_it_was(enabled: bool, text: str) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        _message(lambda: read(text))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


# --- any text, any bytes ---------------------------------------------------------------------------------------------

SIGNS = [
    "a",
    "b: ",
    "c:",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "\n  ",
    "'",
    '"',
    "= x",
    "(",
    ")",
    "#",
    "|",
    ">",
    "é",
]
RARE = ["&a ", "*a", "<<: ", "!", "---", "...", "?", "%", "\t", "\\", "\\x00", "\u2028", " "]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SIGNS + RARE), max_size=25).map("".join))


@pytest.mark.parametrize("parser", ["C", "Python"])
@given(text=TEXTS)
def test_any_text_is_a_tree_or_problems(parser: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if parser == "Python":
            patch.delattr(yaml, "CSafeLoader", raising=False)
        tree, found = outcome(lambda: read(text))
    if found is not None:
        assert all(problem.spans and problem.hint for problem in found.problems)
        assert all(line.isprintable() for line in str(found).splitlines())
        return
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        assert node.span.text == node.document.line(node.line)
        assert 1 <= node.column <= len(node.span.text) + 1
        if isinstance(node.value, str):
            assert node.column_span(len(node.value)).line >= node.line
        else:
            waiting += node.mapping.values() or node.value


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.recursive(st.text(max_size=8), st.lists, max_leaves=5)))
def test_what_yaml_writes_is_read_back(values: dict[str, Any]) -> None:
    written = yaml.dump(values, Dumper=yaml.SafeDumper, allow_unicode=True, default_style='"')
    tree, found = outcome(lambda: read(written))
    if found is None:
        assert plain(tree) == values
    else:
        assert any(word in str(found) for word in ("character U+", "several lines", "alias"))


@given(st.binary(max_size=40))
def test_any_bytes_are_text_or_problems(data: bytes) -> None:
    text, found = outcome(lambda: decode(data, "chat.yaml"))
    if found is None:
        assert text.encode() == data.removeprefix(b"\xef\xbb\xbf")
    else:
        assert all(problem.hint for problem in found.problems)


@given(st.text(st.sampled_from("ab\n\r"), max_size=20), st.integers(0, 20))
def test_an_offset_has_the_line_and_column_that_an_editor_shows(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    if text[offset - 1 : offset + 1] == "\r\n":
        return
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    span = Document("chat.yaml", text).place(offset)
    assert (span.line, span.column) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: {pue: 1,35}", 10, "write 1.35"),
        ("a: {pue: 1,35, wue: 2,35}", 10, "write 1.35"),
        ("a: {energy: 1.234,5 kWh, b: x}", 13, "write 1234.5"),
        ("a: {low: -0,5 W, high: 2 W}", 10, "write -0.5"),
        ("a: {1,5 W: 50 %, 2 W: 50 %}", 5, "write 1.5"),
        ("a: {pue: = 1,35}", 10, "put it between double quotes"),
    ],
)
def test_a_decimal_comma_inside_braces(text: str, place: int, said: str) -> None:
    first = problems(text)[0]
    assert first.spans[0].column == place
    assert said in first.hint


@pytest.mark.parametrize("text", ["a: {2029: 1,2030: 2}", "a: [1,2]", "a: {b: 1, 2030: 2}", "a: {v: 1,w2: 2}"])
def test_commas_that_are_none(text: str) -> None:
    assert parse(text, "chat.yaml")
