"""What reviewers and their programs do to a workbook: nothing of it is lost, and foreign copies are read as they are.

Faults are injected at random, and each has to be reported in its cell; copies are made as pandas, LibreOffice and
Google Sheets leave them. What needs another program is recomputed once for all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from tests.bench_pack import swapped
from tests.command import Lca
from tests.review_study import (
    SOFFICE,
    STUDY,
    Book,
    assert_alike,
    findings,
    laid,
    of,
    opened,
    recomputed,
    reviewed,
    rewritten,
    shifted,
    together,
    totals,
)  # fmt: skip

RED = PatternFill("solid", fgColor="FFFF0000")
FIRST_ROW = 5


@pytest.fixture
def lca(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lca:
    """Run a command in this process, in a folder that holds the study, its pack and its workbook."""
    return opened(lca_, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of edited workbooks as LibreOffice saves them: one start of it for all."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("saved")
    laid(folder)
    for name, edit in SAVED.items():
        with Book(folder / "study.xlsx", folder / f"{name}.xlsx") as book:
            edit(book)
    return recomputed(folder, "study.xlsx", *(f"{name}.xlsx" for name in SAVED))


def some_edits(book: Book) -> dict[str, float]:
    """Edits that every copy has to bring home."""
    edits = {"terminals.time": 4.0, "inference.server.aur": 50.0, "variants.L.with.terminals.time": 7.0}
    for path, value in edits.items():
        book.put(path, value)
    return edits


def typed_formulas(book: Book) -> None:
    book.cell("terminals.time").value = "=2*2"
    book.cell("inference.energy").value = "=0.00138"


def wrong_text(book: Book) -> None:
    book.cell("terminals.time").value = "three minutes"
    book.named("phone consumed").value = 123


SAVED: dict[str, Callable[[Book], object]] = {
    "edits": some_edits, "formulas": typed_formulas, "wrong": wrong_text,
}  # fmt: skip


# --- numbers as people type them ------------------------------------------------------------------------------------

UNDERSTOOD: dict[str, tuple[str, float]] = {
    "4": ("terminals.time", 4),
    "4 min/visit": ("terminals.time", 4),
    "240 s/visit": ("terminals.time", 4),
    "0,05 h/visit": ("terminals.time", 3.0000000000000004),
    "6\u00a0": ("terminals.time", 6),
    "1\u202f234,5": ("functional_units.one.demand.visits", 1234.5),
    "1'234.5 visit": ("functional_units.one.demand.visits", 1234.5),
    "3e-2": ("inference.energy", 0.03),
    "2 Wh/prompt": ("inference.energy", 0.002),
    "½": ("terminals.time", 0.5),
    "1½": ("terminals.time", 1.5),
    "1/4": ("inference.server.share", 0.25),
    "25%": ("inference.server.share", 0.25),
    "60 %": ("inference.server.aur", 60),
    "60,5%": ("inference.server.aur", 60.5),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_text_of_one_meaning_is_that_number(lca: Lca, text: str) -> None:
    path, number = UNDERSTOOD[text]
    with Book() as book:
        book.cell(path).value = text
    records = reviewed(lca, "-o", "out.yaml")
    said = [*of(records, "input"), *of(records, "value restated")]
    assert len(said) == 1
    (found,) = said
    if found["kind"] == "input":
        assert (found["new"], found["accepted"]) == (pytest.approx(number, rel=1e-12), True)
        assert "is read as" in found["what"]
        assert_alike(totals("out.yaml", "tiny"), together(records))


TWO_WAYS: dict[str, tuple[str, str]] = {
    "1,234": ("functional_units.one.demand.visits", "can be read as 1.234 and as 1234"),
    "1.234": ("functional_units.one.demand.visits", "can be read as 1.234 and as 1234"),
    "60": ("inference.server.aur", "can be read as 60 % and as 6000 %: type it with its %"),
    "0,6": ("inference.server.aur", "can be read as 0.6 % and as 60 %: type it with its %"),
    "40-50": ("terminals.time", "is not a number in min/visit"),
    "about 3": ("terminals.time", "is a text, not a number: type a number"),
    "5 kg": ("terminals.time", "is not a number in min/visit: type a number, or one with such a unit"),
    "1,23,4": ("terminals.time", "is a text, not a number"),
    "1e999": ("terminals.time", "is no number"),
    "½e3": ("terminals.time", "is a text, not a number"),
    "#VALUE!": ("terminals.time", "does not compute"),
    "=": ("terminals.time", "is a text, not a number"),
    "٤": ("terminals.time", "is a text, not a number"),
    "9" * 200: ("terminals.time", "is a text, not a number"),
}


@pytest.mark.parametrize("text", TWO_WAYS)
def test_a_text_of_two_meanings_or_none_is_met_with_what_to_write(lca: Lca, text: str) -> None:
    path, why = TWO_WAYS[text]
    with Book() as book:
        book.cell(path).value = text
        if text == "#VALUE!":
            book.cell(path).data_type = "s"
    (found,) = of(reviewed(lca), "input")
    assert (found["accepted"], why in found["what"]) == (False, True), found["what"]


@pytest.mark.parametrize(
    ("number", "shown", "new", "why"),
    [
        (0.35, "0%", 35, ""),
        (0.35, "General", 35, ""),
        (0.004, "0.0%", 0.4, "0.4 % is about a hundredth of 40 %"),
        (40, "General", 4000, "4000 % is out of bounds; it has to be above 0 % and at most 100 %"),
        (40, "General", 4000, "the cell holds a share, so that 40 is 4000 %: for 40 % write 40 %"),
    ],
)
def test_a_cell_of_percent_holds_a_fraction(lca: Lca, number: float, shown: str, new: float, why: str) -> None:
    with Book() as book:
        cell = book.cell("inference.server.aur")
        cell.value, cell.number_format = number, shown
    (found,) = of(reviewed(lca), "input")
    assert (found["new"], why in found["what"], found["accepted"]) == (new, True, new <= 100), found["what"]


# --- units ----------------------------------------------------------------------------------------------------------


def test_a_changed_unit_is_converted_and_the_scenario_states_it(lca: Lca) -> None:
    """0.1 h/visit are 6 min/visit; the workbook itself computed with 0.1 min/visit, which is told."""
    with Book() as book:
        book.cell("terminals.time", "Unit").value = "h/visit"
        book.cell("terminals.time").value = 0.1
    records = reviewed(lca, "-o", "out.yaml")
    (found,) = of(records, "input")
    assert (found["new"], found["accepted"]) == (6, True)
    assert "the workbook itself computed with 0.1 min/visit" in found["what"]
    assert "the range stays in min/visit" in found["what"]
    text = Path("out.yaml").read_text("utf-8")
    assert "value: 0.1 h/visit\n    low: 1 min/visit\n    high: 8 min/visit\n" in text
    assert "# Look again: the workbook itself computed with 0.1 min/visit" in text
    Path("byhand.yaml").write_text(swapped(STUDY, ("value: 3 min/visit", "value: 6 min/visit")), "utf-8")
    assert_alike(totals("out.yaml", "tiny"), totals("byhand.yaml", "tiny"))


def test_a_changed_unit_of_an_unchanged_number_is_another_quantity(lca: Lca) -> None:
    """3 min/visit become 3 h/visit, which is 180 min/visit, and the range goes along."""
    with Book() as book:
        book.cell("terminals.time", "Unit").value = "h/visit"
    records = reviewed(lca, "-o", "out.yaml")
    (found,) = of(records, "input")
    assert (found["new"], found["accepted"]) == (180, True)
    assert [(r["kind"], r["new"]) for r in records if r["kind"] in ("low", "high")] == [
        ("low", "1 h/visit"), ("high", "8 h/visit"),
    ]  # fmt: skip
    assert "value: 3 h/visit\n    low: 1 h/visit\n    high: 8 h/visit\n" in Path("out.yaml").read_text("utf-8")


def test_the_same_quantity_in_another_unit_moves_nothing_and_is_told(lca: Lca) -> None:
    with Book() as book:
        for column, number in (("Value", 180), ("Low", 60), ("High", 480)):
            book.cell("terminals.time", column).value = number
        book.cell("terminals.time", "Unit").value = "s/visit"
    records = reviewed(lca, "-o", "out.yaml")
    assert (of(records, "input"), of(records, "moves")) == ([], [])
    (found,) = of(records, "unit")
    assert (found["old"], found["new"], found["accepted"]) == ("min/visit", "s/visit", True)
    assert "value: 180 s/visit" in Path("out.yaml").read_text("utf-8")
    assert_alike(totals("out.yaml", "tiny"), totals("chat.yaml", "tiny"))


FOREIGN = {"terminals.time": "kg", "inference.energy": "kWh/image", "sites.lab.pue": "kWh", "parameters.size": "bushel"}


@pytest.mark.parametrize("path", FOREIGN)
def test_a_unit_of_another_kind_is_refused(lca: Lca, path: str) -> None:
    with Book() as book:
        book.cell(path, "Unit").value = FOREIGN[path]
    records = reviewed(lca, "-o", "out.yaml")
    (found,) = of(records, "input")
    assert (found["accepted"], "its unit was changed" in found["what"]) == (False, True)
    assert not Path("out.yaml").exists()


# --- nothing is lost ------------------------------------------------------------------------------------------------


def test_what_a_reviewer_writes_goes_into_the_note(lca: Lca) -> None:
    """What stood in the note stays, and so do comments; a row that is otherwise untouched keeps its source."""
    with Book() as book:
        book.cell("terminals.time", "Reviewer").value = "is this a mean?\nor a median: # x"
        book.cell("inference.energy", "Reviewer").value = "fine"
        book.cell("inference.energy", "Reviewer").comment = Comment("and well cited", "Ada")
        book.put("inference.server.aur", 50)
        book.cell("inference.server.aur", "Reviewer").value = "our servers reach 50 %"
        book.cell("tiny.server.board", sheet="Factors").value = 15
        book.cell("tiny.server.board", "Reviewer", sheet="Factors").value = "weighed"
        book.cell("tiny.phone.embodied.GWP", "Reviewer", sheet="Factors").value = "old"
    records = reviewed(lca, "-o", "out.yaml")
    assert [(r["path"], r["new"], r["accepted"]) for r in of(records, "reviewer")] == [
        ("terminals.time", "is this a mean? or a median: # x", True),
        ("inference.energy", "fine", True),
        ("inference.server.aur", "our servers reach 50 %", True),
        ("tiny.phone.embodied.GWP", "old", True),
        ("tiny.server.board", "weighed", True),
    ]
    text = Path("out.yaml").read_text("utf-8")
    assert 'note: "a: guess # not measured; reviewer: is this a mean? or a median: # x"' in text
    assert 'note: "reviewer: fine; comment in review: Ada: and well cited"' in text
    assert 'note: "in review: was 40 % (not stated); reviewer: our servers reach 50 %"' in text or "our servers" in text
    assert "source: berthelot-2024" in text
    rows = Path("out-factors/factors.csv").read_text("utf-8")
    assert "phone,embodied,,2024,GWP,60,kgCO2eq,device,,,,row 4,B,reviewer: old\n" in rows
    assert "reviewer: weighed" in Path("out-factors/assemblies.csv").read_text("utf-8")
    assert_alike(totals("out.yaml", "tiny", "out-factors"), together(records))


def test_formulas_typed_into_values_are_told(lca: Lca, saved: Path) -> None:
    records = reviewed(lca, "-o", "out.yaml", book=str(saved / "formulas.xlsx"))
    (found,) = of(records, "input")
    assert (found["path"], found["new"], "was given a formula, =2*2" in found["what"]) == ("terminals.time", 4, True)
    (same,) = of(records, "value restated")
    assert (same["place"].startswith("Inputs!"), same["new"]) == (True, "=0.00138")
    assert "# Look again: the input was given a formula, =2*2" in Path("out.yaml").read_text("utf-8")


def test_a_number_inside_a_formula_says_where_to_change_it(lca: Lca) -> None:
    with Book() as book:
        book.cell("activities.cooling.amount#1").value = 3
    (found,) = of(reviewed(lca), "input")
    line = next(n for n, text in enumerate(STUDY.splitlines(), 1) if "size * 2" in text)
    assert f"inside the formula of activities.cooling.amount, at chat.yaml:{line}, and is not read" in found["what"]


# --- faults, injected at random -------------------------------------------------------------------------------------

Fault = tuple[str, str]  # the cell, and the kinds under which it may be told
MANY = 14  # faults of a workbook


def faults(book: Book, chance: random.Random) -> Iterator[Fault]:
    """Faults in cells of their own, each with where it has to be told and as what."""
    pages = book.book
    columns, factors = book.columns("Inputs"), book.columns("Factors")
    rows = [r for r in range(FIRST_ROW, pages["Inputs"].max_row + 1) if pages["Inputs"].cell(r, columns["Path"]).value]
    rows = [r for r in rows if "#" not in str(pages["Inputs"].cell(r, columns["Path"]).value)]
    packs = [
        r for r in range(FIRST_ROW, pages["Factors"].max_row + 1) if pages["Factors"].cell(r, factors["Path"]).value
    ]
    chance.shuffle(rows)
    chance.shuffle(packs)
    formulas = [
        cell
        for name in ("Results", "Inventory", "Impacts", "Checks")
        for row in pages[name].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    chance.shuffle(formulas)

    def of_inputs(column: str) -> Any:
        return pages["Inputs"].cell(rows.pop(), columns[column])

    def of_factors(column: str) -> Any:
        return pages["Factors"].cell(packs.pop(), factors[column])

    def typed(cell: Any, value: object, *kinds: str) -> Fault:
        cell.value = value
        return f"{cell.parent.title}!{cell.coordinate}", " ".join(kinds)

    def formula() -> Any:
        return formulas.pop()

    def commented(cell: Any) -> Fault:
        cell.comment = Comment("why?", "Ada")
        return f"{cell.parent.title}!{cell.coordinate}", "comment"

    def marked(cell: Any, **how: Any) -> Fault:
        for name, value in how.items():
            setattr(cell, name, value)
        return f"{cell.parent.title}!{cell.coordinate}", "marked"

    def free(name: str) -> Any:
        page = pages[name]
        return page.cell(chance.randrange(1, page.max_row + 9), page.max_column + chance.randrange(1, 4))

    injected: list[Callable[[], Fault]] = [
        lambda: typed(of_inputs("Value"), "a lot", "input"),
        lambda: typed(of_inputs("Value"), None, "input"),
        lambda: typed(of_inputs("Unit"), "bushel", "unit"),
        lambda: typed(of_inputs("Note"), "I doubt it", "note"),
        lambda: typed(of_inputs("At"), "page 3", "at"),
        lambda: typed(of_inputs("Source"), "my head", "source"),
        lambda: typed(of_inputs("Reviewer"), "why?", "reviewer"),
        lambda: typed(of_inputs("Low"), "small", "low"),
        lambda: typed(of_inputs("Name"), "a better name", "text_changed"),
        lambda: typed(of_factors("Quality"), "A", "text_changed"),
        lambda: typed(of_factors("Reviewer"), "why?", "reviewer"),
        lambda: typed(of_factors("Value"), "n/a", "factor"),
        lambda: typed(of_factors("Year"), 1999, "number_changed", "text_added"),
        lambda: typed(formula(), chance.random(), "formula_overwritten"),
        lambda: typed(formula(), "123", "formula_overwritten"),
        lambda: typed(formula(), "=1+1", "formula_changed"),
        lambda: typed(formula(), None, "formula_gone"),
        lambda: typed(formula(), "#N/A", "formula_overwritten"),
        lambda: typed(free(chance.choice(["Inputs", "Results", "Impacts"])), "a remark", "text_added"),
        lambda: commented(of_inputs("Value")),
        lambda: commented(pages["Results"].cell(chance.randrange(1, 9), 1)),
        lambda: marked(of_inputs("Source"), fill=RED),
        lambda: marked(of_factors("Item"), font=Font(strike=True)),
        lambda: typed(pages["Read me"]["A1"], "Another title", "text_changed"),
    ]
    for inject in chance.sample(injected, MANY):
        yield inject()


@pytest.mark.parametrize("seed", range(5))
def test_faults_are_told_in_their_cells(lca: Lca, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    with Book() as book:
        if seed % 2:
            reordered(book, lambda rows: chance.sample(rows, len(rows)))
        if seed % 3 == 1:
            put_in(book, chance.randrange(2, 10))
        gone = book.cell("terminals.devices.laptop.daily_use").row
        for cell in book.book["Inputs"][gone]:
            cell.value = None
        injected = [*faults(book, chance), *([("Inputs", "rows_sorted")] if seed % 2 else [])]
    told: dict[str, set[str]] = {}
    for record in reviewed(lca):
        told.setdefault(str(record["place"]), set()).add(record["kind"].replace(" ", "_"))
    as_kept = {"factor_changed": "text_changed number_changed text_added", "label_changed": "text_changed"}
    for kinds in told.values():
        kinds |= {alike for kind in [*kinds] for alike in as_kept.get(kind, "").split()}
    missed = [(place, kinds) for place, kinds in injected if not told.get(place, set()) & set(kinds.split())]
    assert (missed, len(injected)) == ([], MANY + seed % 2)
    assert any("row_removed" in kinds and place.startswith("Inputs!") for place, kinds in told.items())
    more = set(told) - {place for place, _ in injected}
    beside = {"moves", "together", "remark", "input", "row_removed"}  # what an edit moves; the value of a changed unit
    assert {kind for place in more for kind in told[place]} <= beside


# --- errors under their roots ---------------------------------------------------------------------------------------


def test_errors_are_told_where_they_start_and_overwritten_formulas_first(lca: Lca, saved: Path) -> None:
    book, wrong = Book(), str(saved / "wrong.xlsx")
    places = (
        f"Inputs!{book.cell('terminals.time').coordinate}", f"Inventory!{book.named('phone consumed').coordinate}",
    )  # fmt: skip
    records = reviewed(lca, book=wrong)
    told = [record for record in records if record["kind"] in findings(records)]
    assert [(r["kind"], r["place"]) for r in told] == [
        ("formula overwritten", places[1]), ("does not compute", places[0]),
    ]  # fmt: skip
    below = int(re.findall(r"(\d+) cells below it are errors because of it", told[1]["what"])[0])
    values = openpyxl.load_workbook(wrong, data_only=True)
    cells = [cell for page in values for row in page.iter_rows() for cell in row]
    assert below == sum(cell.data_type == "e" for cell in cells) > 10
    assert any("own totals are errors" in record["what"] for record in of(records, "remark"))
    assert not any("without computed values" in record["what"] for record in of(records, "remark"))
    ran = lca("review", wrong, "chat.yaml", "--packs", "tiny")
    assert ran.out.index("Formulas overwritten") < ran.out.index("Errors, each where") < ran.out.index("Changed inputs")


def test_an_error_that_reads_a_name_that_is_gone_starts_there() -> None:
    from lca.workbook.review.copies import Cell, Copy
    from lca.workbook.review.roots import roots
    from lca.workbook.review.shapes import STILL

    def copy(value: Cell, name: str) -> Copy:
        impacts = {(5, 1): value, (6, 1): value._replace(formula="A5*2"), (7, 1): value._replace(formula="SUM(A5:A6)")}
        return Copy("a", {"Impacts": impacts, "Inputs": {(5, 2): Cell(3.0)}}, {"aur": name})

    was = copy(Cell(2.0, "aur*2"), "Inputs!$B$5")
    broken = copy(Cell("#REF!", "aur*2", error=True), "#REF!")
    (found,) = roots(broken, was, {"Impacts": STILL, "Inputs": STILL})
    assert (found.place, found.what) == (
        "aur", "the name aur refers to nothing: 3 cells below it are errors because of it",
    )  # fmt: skip
    (found,) = roots(copy(Cell("#NAME?", "aur*2", error=True), "Inputs!$B$5"), was, {"Impacts": STILL, "Inputs": STILL})
    assert (found.place, found.what) == (
        "Impacts!A5", "the cell computes no longer, =aur*2: 2 cells below it are errors because of it",
    )  # fmt: skip


# --- copies ---------------------------------------------------------------------------------------------------------


def told(records: list[dict[str, Any]]) -> dict[str, float]:
    return {record["address"]: record["new"] for record in of(records, "input")}


@pytest.mark.parametrize("index", [False, True])
def test_a_copy_by_pandas_is_compared_by_its_values(lca: Lca, saved: Path, index: bool) -> None:
    """Each sheet read and written by pandas: values alone, no names, no styles, a column of numbers in front."""
    import pandas as pd

    edits = some_edits(Book())
    with pd.ExcelWriter("pandas.xlsx") as out:
        for name, frame in pd.read_excel(saved / "edits.xlsx", sheet_name=None).items():
            frame.to_excel(out, sheet_name=name, index=index)
    records = reviewed(lca, "-o", "out.yaml", book="pandas.xlsx")
    assert (told(records), findings(records)) == (edits, {})
    remarks = " ".join(record["what"] for record in of(records, "remark"))
    assert "it holds values where formulas were" in remarks
    assert_alike(totals("out.yaml", "tiny"), together(records))
    copied = openpyxl.load_workbook("pandas.xlsx")
    cell = next(c for row in copied["Inventory"].iter_rows() for c in row if c.value == "phone consumed")
    cell.offset(0, 1).value = 5
    copied.save("pandas.xlsx")
    found = findings(reviewed(lca, book="pandas.xlsx"))
    assert (found.keys(), found["formula overwritten"]["new"]) == ({"formula overwritten"}, "5")


def values_and_formulas(source: str, target: str) -> None:
    """A copy of values and formulas alone, as Google Sheets leaves it: no names, no styles, nothing hidden."""
    book, bare = openpyxl.load_workbook(source), openpyxl.Workbook()
    bare.remove(bare.worksheets[0])
    for page in book:
        copied = bare.create_sheet(page.title)
        for row in page.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copied[cell.coordinate] = cell.value
    bare.save(target)


def test_a_copy_of_values_and_formulas_is_the_same_study(lca: Lca) -> None:
    with Book() as book:
        edits = some_edits(book)
        book.book["Impacts"]["N5"].value = 1
    values_and_formulas("edited.xlsx", "google.xlsx")
    records = reviewed(lca, "-o", "out.yaml", book="google.xlsx")
    assert told(records) == edits
    assert {kind: found["place"] for kind, found in findings(records).items()} == {"formula overwritten": "Impacts!N5"}
    remarks = " ".join(record["what"] for record in of(records, "remark"))
    assert "its cells have no names any more" in remarks
    assert "no longer protected" in remarks
    assert "does not say of which scenario" not in remarks
    assert_alike(totals("out.yaml", "tiny"), together(records))


def test_a_copy_by_libreoffice_is_no_change(lca: Lca, saved: Path) -> None:
    assert {record["kind"] for record in reviewed(lca, book=str(saved / "study.xlsx"))} == {"together"}


def test_strings_in_runs_are_read_whole(lca: Lca) -> None:
    """As Excel for the web saves texts of which a part was once made to stand out."""

    def in_runs(text: str) -> str:
        return re.sub(
            r"<si><t([^>]*)>([^<]{2})([^<]*)</t></si>", r"<si><r><t\1>\2</t></r><r><t\1>\3</t></r></si>", text
        )

    Path("edited.xlsx").write_bytes(rewritten("study.xlsx", "xl/sharedStrings.xml", in_runs))
    assert {record["kind"] for record in reviewed(lca)} == {"together"}

    def struck(text: str) -> str:
        wanted = "<si><r><rPr><strike/></rPr><t>terminals</t></r><r><t>.time</t></r></si>"
        return swapped(text, ("<si><t>terminals.time</t></si>", wanted))

    Path("edited.xlsx").write_bytes(rewritten("study.xlsx", "xl/sharedStrings.xml", struck))
    places = {record["place"] for record in of(reviewed(lca), "marked")}
    with Book() as book:
        wanted = {f"Inputs!{book.cell('terminals.time', column).coordinate}" for column in ("Path", "Address")}
    assert wanted <= {cell for place in places for cell in spread(place)}


def spread(place: str) -> list[str]:
    """The cells of a place such as Inputs!B4:C4."""
    sheet, _, cells = place.partition("!")
    first, _, last = cells.partition(":")
    if not last:
        return [place]
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", first), re.fullmatch(r"([A-Z]+)(\d+)", last)
    assert letters is not None
    assert row is not None
    ends = [openpyxl.utils.column_index_from_string(match[1]) for match in (letters, row)]
    return [f"{sheet}!{get_column_letter(column)}{letters[2]}" for column in range(ends[0], ends[1] + 1)]


def reordered(book: Book, order: Callable[[list[Any]], list[Any]]) -> None:
    """The inputs in another order, each row with its values and its formats, as sorting does it."""
    page, columns = book.book["Inputs"], book.columns("Inputs")
    rows = [r for r in range(FIRST_ROW, page.max_row + 1) if page.cell(r, columns["Path"]).value]
    cells = [[page.cell(r, c) for c in range(1, page.max_column + 1)] for r in rows]
    values = order([[(cell.value, cell.number_format, cell.coordinate) for cell in row] for row in cells])
    for row, sorted_ in zip(cells, values, strict=True):
        for cell, (value, shown, origin) in zip(row, sorted_, strict=True):
            is_formula = isinstance(value, str) and value.startswith("=")
            cell.value = Translator(value, origin).translate_formula(cell.coordinate) if is_formula else value
            cell.number_format = shown


def test_sorted_inputs_are_read_by_their_paths(lca: Lca) -> None:
    with Book() as book:
        edits, value = some_edits(book), book.columns("Inputs")["Value"] - 1
        reordered(book, lambda rows: sorted(rows, key=lambda row: -float(row[value][0])))
    records = reviewed(lca, "-o", "out.yaml")
    assert told(records) == edits
    assert {kind: found["place"] for kind, found in findings(records).items()} == {"rows sorted": "Inputs"}
    assert_alike(totals("out.yaml", "tiny"), together(records))


def put_in(book: Book, place: int) -> None:
    """Put a column into Inputs, as a spreadsheet does, which moves what refers to those on the right."""
    for sheet in book.book:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = moved_right(cell.value, "Inputs", sheet.title, place)
    for name in book.book.defined_names.values():
        name.attr_text = moved_right(name.attr_text, "Inputs", name.attr_text.partition("!")[0], place)
    book.book["Inputs"].insert_cols(place)


def test_an_inserted_column_of_remarks_is_told_cell_by_cell(lca: Lca) -> None:
    with Book() as book:
        page, place = book.book["Inputs"], book.columns("Inputs")["Basis"]
        rows = [book.cell(path).row for path in ("terminals.time", "inference.energy")]
        put_in(book, place)
        page.cell(4, place).value = "Remarks"
        for row, text in zip(rows, ("a mean?", "of 2023"), strict=True):
            page.cell(row, place).value = text
        book.put("terminals.time", 4)
    records = reviewed(lca)
    letter = get_column_letter(place)
    assert [(r["place"], r["new"]) for r in of(records, "text added")] == [
        (f"Inputs!{letter}4", "Remarks"),
        *sorted([(f"Inputs!{letter}{rows[0]}", "a mean?"), (f"Inputs!{letter}{rows[1]}", "of 2023")]),
    ]
    assert told(records) == {"terminals.time": 4}
    assert findings(records).keys() == {"text added"}


def moved_right(text: str, sheet: str, own: str, column: int) -> str:
    """A formula after a column was put in on the left of `column`, as spreadsheet programs move references."""

    def moved(match: re.Match[str]) -> str:
        here = (match[1] or f"{own}!")[:-1].strip("'")
        number = openpyxl.utils.column_index_from_string(match[3])
        shown = get_column_letter(number + (here == sheet and number >= column))
        return f"{match[1] or ''}{match[2]}{shown}{match[4]}"

    return re.sub(r"((?:'[^']+'|\w+)!)?(?<![\w.])(\$?)([A-Z]{1,2})(\$?\d+)(?![\w(])", moved, text)


def test_rows_put_in_on_two_sheets_and_a_label_edited_beside_them(lca: Lca) -> None:
    with Book() as book:
        row = book.cell("terminals.time").row
        for page in book.book:
            for cells in page.iter_rows():
                for cell in cells:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        moved = shifted(cell.value, "Inputs", page.title, row)
                        cell.value = shifted(moved, "Impacts", page.title, 6)
        for name in book.book.defined_names.values():
            own = name.attr_text.partition("!")[0].strip("'")
            name.attr_text = shifted(shifted(name.attr_text, "Inputs", own, row), "Impacts", own, 6)
        book.book["Inputs"].insert_rows(row)
        book.book["Impacts"].insert_rows(6)
        book.book["Impacts"]["A6"].value = "is this line right?"
        label = next(c for c in book.book["Impacts"][7] if isinstance(c.value, str) and not c.value.startswith("="))
        label.value = "another word"
    found = findings(reviewed(lca))
    assert {kind: record["place"] for kind, record in found.items()} == {
        "text added": "Impacts!A6", "label changed": f"Impacts!{label.coordinate}",
    }  # fmt: skip


def test_a_renamed_sheet_is_known_by_what_is_in_it(lca: Lca) -> None:
    with Book() as book:
        edits = some_edits(book)
        for page in book.book:
            for cells in page.iter_rows():
                for cell in cells:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        cell.value = cell.value.replace("Impacts!", "'My impacts'!")
        for name in book.book.defined_names.values():
            name.attr_text = name.attr_text.replace("Impacts!", "'My impacts'!").replace("Inputs!", "Eingaben!")
        book.book["Impacts"].title = "My impacts"
        book.book["Inputs"].title = "Eingaben"
    records = reviewed(lca)
    assert (told(records), findings(records)) == (edits, {})
    said = " ".join(record["what"] for record in of(records, "remark"))
    assert "its sheet 'Eingaben' is Inputs, by what is in it" in said
    assert "its sheet 'My impacts' is Impacts, by what is in it" in said


def test_lost_protection_is_told_and_nothing_else(lca: Lca) -> None:
    with Book() as book:
        for page in book.book:
            page.protection.sheet = False
        book.put("terminals.time", 4)
    records = reviewed(lca)
    assert next(record["what"] for record in of(records, "remark")) == "its sheets are no longer protected"
    assert (told(records), findings(records)) == ({"terminals.time": 4}, {})


def test_a_row_in_another_place_than_its_formulas_expect(lca: Lca) -> None:
    """A row put in by a program that moves nothing: names and formulas refer to other cells, and that is told once."""
    with Book() as book:
        book.book["Impacts"].insert_rows(7)
    found = findings(reviewed(lca))
    assert "formulas off" in found
    assert len(found) <= 3
