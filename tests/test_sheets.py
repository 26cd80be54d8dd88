"""Tables: CSV text on one side, rows or messages on the other."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.problems import Problems
from lca.text import sheets
from lca.text.sheets import CELL, Sheet, parse


def read(text: str) -> Sheet:
    return parse(text, "factors.csv")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("item,value", []),
        ("item,value\nserver,3\n", [(2, "server", "3")]),
        ("item,value\r\nserver,3\r\n", [(2, "server", "3")]),
        ("item,value\rserver,3", [(2, "server", "3")]),
        ("\ufeffitem,value\nserver,3", [(2, "server", "3")]),
        ('item,value\n"a, b","say ""x"""', [(2, "a, b", 'say "x"')]),
        ('item,value\n"two\nlines",1\nc,2', [(2, "two\nlines", "1"), (4, "c", "2")]),
        ("item,value\n\n  \n,\na,1\n\n", [(5, "a", "1")]),
        ("item,value\nNO,5e-8\n", [(2, "NO", "5e-8")]),
        ("item,value\n a ,\n", [(2, " a ", "")]),
        ("item\nx", [(2, "x")]),
    ],
)
def test_rows_and_their_lines(text: str, rows: list[tuple[int | str, ...]]) -> None:
    sheet = read(text)
    assert [(row.line, *row.cells) for row in sheet.rows] == rows
    assert sheet.header == (("item", "value") if "value" in text else ("item",))


@pytest.mark.parametrize(
    ("text", "column", "place", "line"),
    [
        ("item,value\nserver,3", "item", "factors.csv:2:1", "server,3"),
        ("item,value\nserver,3", "value", "factors.csv:2:8", "server,3"),
        ("item,value\n,", "value", None, None),
        ('item,value\n"a, ""b""",3', "value", "factors.csv:2:12", '"a, ""b""",3'),
        ('item,value\n"two\nlines",3', "value", "factors.csv:3:8", 'lines",3'),
        ('item,value\r\n\r\nx,"3"\r\n', "value", "factors.csv:3:3", 'x,"3"'),
        ("item,value\né😀,3", "value", "factors.csv:2:4", "é😀,3"),
    ],
)
def test_a_cell_knows_its_place(text: str, column: str, place: str | None, line: str | None) -> None:
    sheet = read(text)
    spans = [sheet.span(row, column) for row in sheet.rows]
    assert [(str(span), span.text) for span in spans] == ([(place, line)] if place else [])


def test_a_column_knows_its_place() -> None:
    sheet = read("\nitem,value\nserver,3")
    assert (str(sheet.header_span(1)), sheet.name) == ("factors.csv:2:6", "factors.csv")


def test_an_unknown_column_is_a_mistake_of_ours() -> None:
    sheet = read("item\nserver")
    with pytest.raises(ValueError, match="not in tuple"):
        sheet.span(sheet.rows[0], "value")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["1:1 the table is empty"]),
        ("\n \n,,\n", ["1:1 the table is empty"]),
        ("a,,c\n1,2,3", ["1:3 a column without a name"]),
        ("a,b,a\n1,2,3", ["1:5 two columns 'a'"]),
        ("a, b\n1,2", ["1:3 the column ' b' has blanks around its name"]),
        ("a;b\n1;2", ["1:1 the cells are separated by semicolons"]),
        ("a\tb\n1\t2", ["1:1 the cells are separated by tabs"]),
        ("a,b\n1\n1,2,3\n1,2", ["2:1 1 cell below 2 columns", "3:5 3 cells below 2 columns"]),
        ("a\n1,5", ["2:3 2 cells below 1 column"]),
        ('a,b\n1,x"y', ["2:4 a quote inside a cell that is not quoted"]),
        ('a,b\n1, "x"', ["2:4 a quote inside a cell that is not quoted"]),
        ('a,b\n1,"x\ny,z\n', ["2:3 this quote is never closed"]),
        ('a,b\n1,"a""b', ["2:3 this quote is never closed"]),
        ('a,b\n1,"x"y', ["2:6 text after a closing quote"]),
        ('a,b\n"q""r","z\nw" v', ["3:3 text after a closing quote"]),
        ("a,b\n1," + "x" * 4001, ["2:3 a cell of 4,001 characters"]),
        ("a,b\n1," + "x" * 200_000, ["2:3 a cell of 200,000 characters"]),
        ('a,b\n"' + "x" * 200_000 + '",1', ["2:1 a cell of 200,002 characters"]),
        ("a,b\n1,\0\n\u202e,1", ["2:3 control character U+0000", "3:1 invisible character U+202E"]),
        ("," * 300 + "x", ["1:1 301 columns, at most 200"]),
        ("a,,a\n1\n", ["1:3 a column without a name", "1:4 two columns 'a'", "2:1 1 cell below 3 columns"]),
    ],
)
def test_what_is_refused(text: str, messages: list[str]) -> None:
    with pytest.raises(Problems) as caught:
        read(text)
    found = [f"{one.spans[0].line}:{one.spans[0].column} {one.message}" for one in caught.value.problems]
    assert found == messages
    assert all(one.hint for one in caught.value.problems)


def test_the_list_of_problems_has_an_end() -> None:
    with pytest.raises(Problems) as caught:
        read("a,b\n" + "1\n" * 1000)
    assert len(caught.value.problems) == 101
    assert caught.value.problems[-1].message == "900 more problems are not shown"


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * 1_000_000,
        '"' * 9_999_999,
        'a,b\n"' + '""' * 4_000_000,
        "," * 9_999_999,
        "a,b\n" + '1,x"y\n' * 500_000,
        "a" * 10_000_001,
    ],
    ids=["rows", "quotes", "open quote", "columns", "stray quotes", "size"],
)
def test_a_hostile_table_is_refused(text: str) -> None:
    with pytest.raises(Problems):
        read(text)


CELLS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]) | st.sampled_from('",\n'), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["a", "b", "c"], *rows])
    kept = [tuple(cells) for cells in rows if any(map(str.strip, cells))]
    sheet = read(written.getvalue())
    assert [row.cells for row in sheet.rows] == kept
    for row in sheet.rows:
        span = sheet.span(row, "c")
        assert span.text[span.column - 1 :].lstrip('"')[:1] == row.cells[2].lstrip('"').split("\n")[0][:1]


@given(st.one_of(st.text(max_size=80), st.text(st.sampled_from('ab",;\r\n '), max_size=40)))
def test_any_text_is_a_table_or_problems(text: str) -> None:
    try:
        sheet = read(text)
    except Problems:
        return
    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
    assert all(len(cell) <= CELL for row in sheet.rows for cell in row.cells)
    assert len(sheet.rows) <= sheets.ROWS
