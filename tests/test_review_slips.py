"""`lca review`: slips that leave a workbook plausible, each of which would move a figure without anybody's having
meant it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl.comments import Comment

from tests.command import Lca
from tests.review_study import Book, assert_alike, findings, of, opened, reviewed, together, totals


@pytest.fixture
def lca(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lca:
    """Run a command in this process, in a folder that holds the study, its pack and its workbook."""
    return opened(lca_, tmp_path, monkeypatch)


@pytest.mark.parametrize(("path", "column"), [("terminals.time", "Value"), ("inference.server.share", "Value")])
def test_a_number_that_is_a_date_is_refused(lca: Lca, path: str, column: str) -> None:
    """4/5 typed into a cell without a format of dates: 46146 days after 30 December 1899 are 4 May 2026."""
    with Book() as book:
        book.cell(path, column).value = 46146
    (edit,) = of(reviewed(lca), "input")
    assert (edit["accepted"], "looks like a date (4 May 2026)" in edit["what"]) == (False, True)


def test_an_end_of_a_range_that_is_a_date_is_refused(lca: Lca) -> None:
    with Book() as book:
        book.cell("terminals.time", "High").value = 46146
    (end,) = of(reviewed(lca), "high")
    assert (end["accepted"], "looks like a date (4 May 2026)" in end["what"]) == (False, True)


def test_a_number_that_is_as_large_as_it_was_is_no_date(lca: Lca) -> None:
    """Demands of a year are in millions; 46146 is far below, not far above."""
    with Book() as book:
        book.cell("functional_units.year.demand.visits").value = 46146
        book.cell("terminals.time").value = "46146 min/visit"  # said with its unit, it is meant
    assert all(edit["accepted"] for edit in of(reviewed(lca), "input"))


def test_a_row_that_was_copied_shows_its_value(lca: Lca) -> None:
    with Book() as book:
        page, at = book.book["Inputs"], book.columns("Inputs")
        first, last = book.cell("terminals.time").row, page.max_row + 1
        for cell in page[first]:
            page.cell(last, cell.column).value = cell.value
        page.cell(last, at["Value"]).value = 8
    records = reviewed(lca)
    assert list(findings(records)) == ["row repeated"]  # and not each of its cells once more
    found = findings(records)["row repeated"]
    assert (found["old"], found["new"]) == ("3 min/visit", "8 min/visit")
    shown = lca("review", "edited.xlsx", "chat.yaml", "--packs", "tiny").out
    assert "3 min/visit → 8 min/visit" in " ".join(shown.split())


@pytest.mark.parametrize("path", ["terminals.time", "activities.light.amount"])
def test_a_comment_alone_gives_a_file(lca: Lca, path: str) -> None:
    with Book() as book:
        book.cell(path).comment = Comment("too short", "Ada")
    records = reviewed(lca, "-o", "out.yaml")
    assert of(records, "comment")[0]["path"].startswith(path.rpartition(".")[0])
    text = Path("out.yaml").read_text("utf-8")
    assert "comment in review: Ada: too short" in text
    assert_alike(totals("out.yaml", "tiny"), together(records))


def test_a_comment_on_no_input_stands_at_the_head(lca: Lca) -> None:
    with Book() as book:
        book.book["Results"]["D10"].comment = Comment("not Table 2", "Ada")
    records = reviewed(lca, "-o", "out.yaml")
    assert "# Comment on Results!D10 by Ada: not Table 2" in Path("out.yaml").read_text("utf-8")
    assert_alike(totals("out.yaml", "tiny"), together(records))


def test_a_range_of_a_factor_goes_into_the_pack(lca: Lca) -> None:
    path = "tiny.electricity.use.FRA.GWP"
    with Book() as book:
        book.cell(path, "Low", "Factors").value = 0.02
        book.cell(path, "High", "Factors").value = "60 g/kWh"  # is refused: it is no mass of CO2 eq
        book.cell("tiny.phone.embodied.GWP", "High", "Factors").value = 90
    records = reviewed(lca, "-o", "out.yaml")
    assert {(d["path"], d["old"], d["new"], d["accepted"]) for d in of(records, "low") + of(records, "high")} == {
        (path, "0.03 kgCO2eq/kWh", "0.02 kgCO2eq/kWh", True),
        (path, "0.05 kgCO2eq/kWh", "60 g/kWh", False),
        ("tiny.phone.embodied.GWP", "", "90 kgCO2eq/device", True),
    }
    with Path("out-factors/factors.csv").open(encoding="utf-8") as file:
        rows = {(row["item"], row["region"], row["year"]): row for row in csv.DictReader(file)}
    row = rows["electricity", "FRA", "2024"]
    assert (row["value"], row["low"], row["high"], row["quality"]) == ("0.04", "0.02", "0.05", "B")
    assert row["note"] == "low changed in review: 0.03 in tiny"
    assert (rows["phone", "", "2024"]["high"], rows["phone", "", "2024"]["low"]) == ("90.0", "")
    assert not findings(records)


# --- rows that say two things -----------------------------------------------------------------------------------------


def swapped_cells(book: Book, sheet: str, one: str, other: str, heads: list[str]) -> None:
    """What a sort does that takes some columns along and leaves the others."""
    page, at = book.book[sheet], book.columns(sheet)
    rows = [book.cell(path, sheet=sheet).row for path in (one, other)]
    for head in heads:
        a, b = (page.cell(row, at[head]) for row in rows)
        a.value, b.value = b.value, a.value


TIME, ENERGY = "terminals.time", "inference.energy"
SEEN = ["What", "Name", "Value", "Unit", "Low", "High", "Basis", "Source", "At", "Note", "Used for"]


def test_rows_sorted_without_their_paths_are_read_by_name(lca: Lca) -> None:
    with Book() as book:
        book.put(TIME, 4)
        book.cell(TIME, "Reviewer").value = "whose is this?"
        swapped_cells(book, "Inputs", TIME, ENERGY, SEEN)
    records = reviewed(lca, "-o", "out.yaml")
    assert [(record["path"], record["new"]) for record in of(records, "input")] == [(TIME, 4)]
    assert "sorted without their paths" in findings(records)["rows sorted"]["what"]
    (remark,) = of(records, "reviewer")
    assert (remark["accepted"], remark["path"]) == (False, ENERGY)
    assert list(findings(records)) == ["rows sorted"]  # and not a text for each cell
    assert_alike(totals("out.yaml", "tiny"), together(records))


def test_names_sorted_without_their_values_leave_the_rows_unread(lca: Lca) -> None:
    """Only What and Name moved: unit, range and source beside the value are those of the path."""
    with Book() as book:
        book.put(TIME, 4)
        swapped_cells(book, "Inputs", TIME, ENERGY, ["What", "Name"])
    records = reviewed(lca)
    assert (of(records, "input"), [record["kind"] for record in of(records, "row mixed")]) == ([], ["row mixed"] * 2)
    assert of(records, "row removed") == []


@pytest.mark.parametrize("head", ["What", "Name", "Path"])
def test_one_cell_against_two_does_not_count(lca: Lca, head: str) -> None:
    with Book() as book:
        book.put(TIME, 4)
        book.cell(TIME, head).value = book.cell(ENERGY, head).value
    records = reviewed(lca)
    assert [(record["path"], record["new"]) for record in of(records, "input")] == [(TIME, 4)]


def test_one_cell_against_one_is_not_read(lca: Lca) -> None:
    with Book() as book:
        book.put(TIME, 4)
        book.cell(TIME, "What").value = "mine"
        book.cell(TIME, "Name").value = book.cell(ENERGY, "Name").value
    records = reviewed(lca)
    assert (of(records, "input"), len(of(records, "row mixed"))) == ([], 1)


def test_factors_sorted_without_their_paths(lca: Lca) -> None:
    french, german = "tiny.electricity.use.FRA.GWP", "tiny.electricity.use.DEU.GWP"
    heads = ["Item", "Stage", "Region", "Year", "Criterion", "Value", "Unit", "Low", "High", "Quality", "Pack", "At"]
    with Book() as book:
        book.cell(french, sheet="Factors").value = 0.08
        swapped_cells(book, "Factors", french, german, heads)
    records = reviewed(lca)
    assert [(record["path"], record["new"]) for record in of(records, "factor")] == [(french, 0.08)]
    with Book() as book:
        book.cell(french, sheet="Factors").value = 0.08
        swapped_cells(book, "Factors", french, german, ["Region"])
    assert [(record["path"], record["new"]) for record in of(reviewed(lca), "factor")] == [(french, 0.08)]


def test_hidden_columns_left_behind_are_one_finding(lca: Lca) -> None:
    with Book() as book:
        book.put(TIME, 4)
        swapped_cells(book, "Inputs", TIME, ENERGY, [*SEEN, "Path", "Address", "Place"])
    records = reviewed(lca)
    assert [(record["path"], record["new"]) for record in of(records, "input")] == [(TIME, 4)]
    assert {record["kind"] for record in records if record["kind"] in ("text changed", "number changed")} == set()
    assert any("hidden columns stayed" in record["what"] for record in of(records, "rows sorted"))


def test_a_heading_or_a_column_that_is_gone_is_no_loss(lca: Lca) -> None:
    with Book() as book:
        book.put(TIME, 4)
        book.book["Inputs"].cell(4, book.columns("Inputs")["Value"]).value = "Wert"
    records = reviewed(lca)
    assert [(record["path"], record["new"]) for record in of(records, "input")] == [(TIME, 4)]
    assert findings(records)["heading changed"]["old"] == "Value"
    with Book() as book:
        book.put(TIME, 4)
        book.book["Inputs"].delete_cols(book.columns("Inputs")["Path"], 3)
    assert [(record["path"], record["new"]) for record in of(reviewed(lca), "input")] == [(TIME, 4)]


def test_a_sheet_that_is_gone_leaves_the_other(lca: Lca) -> None:
    with Book() as book:
        book.cell("tiny.electricity.use.FRA.GWP", sheet="Factors").value = 0.08
        del book.book["Inputs"]
    records = reviewed(lca)
    assert [record["new"] for record in of(records, "factor")] == [0.08]
    assert findings(records)["not read"]["what"] == "the sheet is gone: nothing of what it held was read"


# --- words that tell the way out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2 weeks", "write week"), ("3 watts", "write W"), ("3 minutes per visit", "write minutes/visit")],
)
def test_a_word_that_is_no_unit_says_which_is(lca: Lca, typed: str, said: str) -> None:
    with Book() as book:
        book.cell(TIME).value = typed
    (edit,) = of(reviewed(lca), "input")
    assert (edit["accepted"], "there is no unit" in edit["what"], said in edit["what"]) == (False, True, True), edit


def test_two_numbers_are_told_apart(lca: Lca) -> None:
    with Book() as book:
        book.put(TIME, 3.00001)
    assert "3 min/visit → 3.00001 min/visit" in lca("review", "edited.xlsx", "chat.yaml", "--packs", "tiny").out


def test_a_formula_that_reads_no_cell_is_one_that_nothing_moves(lca: Lca) -> None:
    with Book() as book:
        cell = next(c for row in book.book["Impacts"].iter_rows() for c in row if c.data_type == "f")
        cell.value = "=2*30"
    found = findings(reviewed(lca))["formula changed"]
    assert (found["what"], "no input moves" in found["hint"]) == (
        "a formula was overwritten by one that reads no cell", True,
    )  # fmt: skip


def test_what_a_factor_is_of_and_labels_of_formulas_are_told_as_such(lca: Lca) -> None:
    with Book() as book:
        path = "tiny.electricity.use.DEU.GWP"
        book.cell(path, "Region", "Factors").value = "POL"
        book.cell(path, "Year", "Factors").value = 2025
        page = book.book["Results"]
        label = next(row[0] for row in page.iter_rows(max_col=1) if row[0].value == "one")
        label.value = "one visit only"
    records = reviewed(lca)
    assert [(r["old"], r["new"]) for r in of(records, "factor changed")] == [("2024", "2025"), ("DEU", "POL")]
    (found,) = of(records, "label changed")
    assert (found["place"], "formulas select by this text" in found["hint"]) == (f"Results!{label.coordinate}", True)
