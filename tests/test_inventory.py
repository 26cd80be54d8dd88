"""An inventory in a table beside the scenario: by its rows and columns, as if it were written in the scenario.

Every figure is worked out on paper, from the round numbers of the small pack: electricity is 0.1 kgCO2eq/kWh in France
and 0.2 in the USA, a laptop 200 kgCO2eq.
"""

# ruff: noqa: E501  a table's lines stay as their user writes them

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.disk.revisions import scenario_at
from lca.disk.workspace import Run
from lca.problems import Problems
from lca.text import documents
from lca.text.writing import amount, block
from lca.views.schema import schema
from tests.bench_pack import run, swapped, write_pack, written
from tests.command import Lca
from tests.test_cli_schema import wrong as wrong_by_schema
from tests.test_compare import git

STUDY = """\
study: {title: A shop, criteria: [GWP], packs: [tiny], sources: {bill: {title: The bill}}}
functional_units: {year: {demand: {visits: 1000 visit}}}
parameters: {core: 2 Wh/visit}
activities: inventory.csv
"""
VARIED = (
    STUDY
    + """\
variants:
  twice: {with: {activities."shop servers".amount: 0.02 kWh/visit}}
"""
)
TABLE = """\
name,item,amount,unit,tier,phase,stage,region,low,high,basis,source,at,note
shop servers,electricity,0.01,kWh/visit,data centre,,use,FRA,0.008,0.02 kWh/visit,published,bill,p. 3,metered
laptops,laptop,0.5 device,,terminals,,embodied,,0.4,,,,,
core,electricity,= parameters.core,,network,access,use,USA,,,,,,
"""
TOTAL = 1000 * 0.01 * 0.1 + 0.5 * 200 + 1000 * 0.002 * 0.2


def total(folder: Path, scenario: str = STUDY, variant: str | None = None, **tables: str) -> float:
    for name, text in tables.items():
        written(folder, text, f"{name}.csv")
    return run(folder, scenario, variants=(variant,))[0].total("year", "GWP", variant)


def told(folder: Path, scenario: str = STUDY, **tables: str) -> str:
    with pytest.raises(Problems) as wrong:
        total(folder, scenario, **tables)
    return str(wrong.value)


def test_an_inventory_may_stand_in_a_table(tmp_path: Path) -> None:
    assert total(tmp_path, inventory=TABLE) == pytest.approx(TOTAL)
    result, _ = run(tmp_path, STUDY)
    leaf = next(leaf for _, leaf in result.model.graph.inputs() if leaf.path == "activities.shop servers.amount")
    assert str(leaf.span).endswith("inventory.csv:2:26")
    assert (leaf.low, leaf.high, str(leaf.unit)) == (0.008, 0.02, "kWh/visit")
    assert leaf.citation[:3] == ("bill", "p. 3", "published") or leaf.citation.source == "bill"
    assert leaf.citation.note == "metered"
    laptops = next(leaf for _, leaf in result.model.graph.inputs() if leaf.path == "activities.laptops.amount")
    assert (laptops.low, str(laptops.unit)) == (0.4, "device")


def test_a_variant_and_a_file_that_extends_change_rows_by_their_names(tmp_path: Path) -> None:
    assert total(tmp_path, VARIED, "twice", inventory=TABLE) == pytest.approx(TOTAL + 1)
    written(tmp_path, STUDY, "base.yaml")
    more = "extends: base.yaml\nactivities: {laptops: {amount: 1 device}}\n"
    assert total(tmp_path, more) == pytest.approx(TOTAL + 100)
    more = "extends: base.yaml\nactivities: more.csv\n"
    rows = (
        "name,item,amount [device],tier,stage\nlaptops,laptop,1,terminals,embodied\nmore,laptop,2,terminals,embodied\n"
    )
    assert total(tmp_path, more, more=rows) == pytest.approx(TOTAL + 100 + 400)


def test_several_tables_are_one_inventory(tmp_path: Path) -> None:
    head, *rows = TABLE.splitlines(keepends=True)
    study = STUDY.replace("inventory.csv", "[a.csv, below/b.csv]")
    (tmp_path / "below").mkdir()
    written(tmp_path / "below", head + "".join(rows[1:]), "b.csv")
    assert total(tmp_path, study, a=head + rows[0]) == pytest.approx(TOTAL)
    wrong = told(tmp_path, study, a=TABLE)
    assert "b.csv:2:1: two rows of 'laptops'" in wrong
    assert "a.csv:3:1: see also" in wrong


def test_a_functional_unit_a_process_and_a_variant_may_name_one(tmp_path: Path) -> None:
    row = "item,amount [device],tier,stage\nlaptop,3,terminals,embodied\n"
    of_unit = swapped(STUDY, ("1000 visit}}", "1000 visit}, activities: more.csv}"))
    assert total(tmp_path, of_unit, inventory=TABLE, more=row) == pytest.approx(TOTAL + 600)
    assert total(tmp_path, f"{STUDY}processes: {{page: {{activities: more.csv}}}}\n") == pytest.approx(TOTAL + 600)
    varied = VARIED + "  more: {with: {activities: more.csv}}\n"
    assert total(tmp_path, varied, "more") == pytest.approx(TOTAL + 600)


HEAD = "item,amount,unit,tier,stage,region\n"
ROW = "electricity,1,kWh,network,use,FRA\n"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("itm,amount,tier,stage\nx,1,network,use\n", "1:1: an inventory has no column 'itm'"),
        ("item,amount,teir\nx,1,network\n", "1:13: an inventory has no column 'teir'"),
        ("amount,tier\n1,network\n", "1:1: the inventory has no column item"),
        ("item,tier [kWh],stage\nx,network,use\n", "1:6: tier has no unit"),
        ("item,amount [kWh],amount [Wh]\nx,1,2\n", "1:19: two columns of amount"),
        ("item,amount [kWh],unit\nx,1,kWh\n", "1:19: the unit of the amounts is stated twice"),
        (HEAD, "1:1: the inventory has no row"),
        (HEAD + ROW + ROW, "3:1: two rows of 'electricity'"),
        (HEAD + ",1,kWh,network,use,FRA\n", "2:1: a row without an item"),
        (HEAD + "electricity,1 Wh,kWh,network,use,FRA\n", "2:13: 1 Wh has a unit, and is said to be in kWh"),
        (HEAD + "electricity,= parameters.core,kWh,network,use,FRA\n", "2:13: a formula has a unit, and is said to be in kWh"),
        (HEAD + 'electricity,"1,5",kWh,network,use,FRA\n', "2:13:"),
        (HEAD + "electricity,1,kWhh,network,use,FRA\n", "2:15: kWhh is not a unit"),
        ("item,amount [kWhh],tier,stage\nelectricity,1,network,use\n", "1:14: kWhh is not a unit"),
        ("item,amount,tier,stage,high\nelectricity,1 kWh,network,use,2 kg\n", "2:31:"),
        (HEAD + "electricity,1,kWh,netwrok,use,FRA\n", "2:19: 'netwrok' is no tier"),
        (HEAD + "electricity,,kWh,network,use,FRA\n", "2:14: unit is of no amount"),
        (HEAD + "electricity,,,network,use,FRA\n", "2:1: activities.electricity has no 'amount'"),
        (HEAD + "electricity,1,kWh,,use,FRA\n", "2:1: activities.electricity has no 'tier'"),
        (HEAD + "unheard,1,kWh,network,use,\n", "2:1: no GWP factor for 'unheard'"),
        (HEAD + "electricity,1,kWh,network,use,XXX\n", "2:31: no GWP factor for 'electricity'"),
        (HEAD.replace(",", ";"), "1:1: the cells are separated by semicolons"),
        ("item,amount,unit,tier,stage,source\nelectricity,1,kWh,network,use,nowhere\n", "2:31: no source 'nowhere'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_row_and_column(table: str, message: str, tmp_path: Path) -> None:
    wrong = told(
        tmp_path,
        STUDY,
        inventory=table,
    )
    assert f"inventory.csv:{message}" in wrong, wrong


def test_a_table_stands_beside_the_scenario(tmp_path: Path) -> None:
    """A scenario of a stranger may not have any file read, nor learn whether it is there."""
    folder = tmp_path / "mine"
    folder.mkdir()
    written(tmp_path, "secret,words\n", "inventory.csv")
    for name in ("../inventory.csv", str(tmp_path / "inventory.csv"), "[../no.csv]", "link.csv"):
        if name == "link.csv":
            (folder / name).symlink_to(tmp_path / "inventory.csv")
        wrong = told(folder, STUDY.replace("inventory.csv", name))
        assert "is not beside the scenario" in wrong
        assert "secret" not in wrong
    assert "there is no file" in told(folder)
    of_book = told(folder, STUDY.replace("inventory.csv", "inventory.xlsx"))
    assert "or name a table beside the scenario" in of_book
    assert "save its sheet as CSV" in of_book
    elsewhere = written(tmp_path, STUDY, "base.yaml")
    assert "is not beside the scenario" in told(folder, f"extends: {elsewhere}\n")


@pytest.mark.parametrize(
    ("cell", "way"),
    [("1 000", "write 1000"), ("1 000 kWh", "write 1000 kWh"), ("10^6", "write 1e6"), ("10^6 kWh", "write 1e6")],
)
def test_numbers_of_others_are_told_how_to_be_written(tmp_path: Path, cell: str, way: str) -> None:
    wrong = told(tmp_path, inventory=f"item,amount,unit,tier,stage,region\nelectricity,{cell},kWh,network,use,FRA\n")
    assert way in wrong


def test_a_table_is_that_of_the_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, STUDY)
    written(tmp_path, TABLE, "inventory.csv")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    written(tmp_path, "nothing", "inventory.csv")
    tree = scenario_at("HEAD", "study.yaml", lambda _: None).tree
    assert tree.mapping["activities"].mapping["laptops"].mapping["item"].value == "laptop"


def test_it_can_be_accounted_for_checked_and_reviewed(
    tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    written(tmp_path, VARIED)
    written(tmp_path, TABLE, "inventory.csv")
    packs = ("--packs", "packs")
    assert "0.01 kWh/visit" in lca_("account", "study.yaml", *packs).out
    assert lca_("check", "study.yaml", *packs).code == 0
    assert lca_("export", "study.yaml", *packs, "-o", "study.xlsx").code == 0
    book = openpyxl.load_workbook("study.xlsx")
    for row in book["Inputs"].iter_rows(min_row=5):
        for cell in row:
            cell.value = 0.03 if cell.value == 0.01 else cell.value
    book.save("edited.xlsx")
    ran = lca_("review", "edited.xlsx", "study.yaml", *packs, "-o", "after.yaml")
    assert (ran.code, ran.err) == (0, "wrote after.yaml\n"), ran
    after = Run("after.yaml", ["packs"]).compile()[0].total("year", "GWP")
    assert after == pytest.approx(TOTAL + 2)
    assert "would overwrite" in lca_("run", "study.yaml", *packs, "--format", "json", "-o", "inventory.csv").err


@pytest.mark.parametrize("value", ["inventory.csv", ["a.csv", "b.csv"]])
def test_the_schema_knows_tables(value: object) -> None:
    study = {"study": {"title": "x"}, "functional_units": {"year": {"activities": "b.csv"}}, "activities": value}
    assert not [message for message in wrong_by_schema(study, schema()) if "activities" in message]
    study["activities"] = "inventory.xlsx"
    assert [message for message in wrong_by_schema(study, schema()) if "activities" in message]


# --- the same as YAML ---------------------------------------------------------------------------------------------------

KINDS = [
    ("electricity", "use", "FRA", ("kWh", "Wh", "MJ")),
    ("electricity", "use", "USA", ("kWh/visit", "Wh/visit")),
    ("laptop", "embodied", "", ("device", "device/visit")),
    ("steel", "manufacture", "", ("kg", "g/visit")),
]
LINES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 2),
        st.floats(1e-6, 1e6).map(lambda value: float(f"{value:.6g}")),
        st.sampled_from(["terminals", "network", "data centre"]),
        st.sampled_from(["", "access", "inference"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(LINES, st.sampled_from(["column", "cell", "mixed"]), st.randoms(use_true_random=False))
def test_a_table_comes_to_the_totals_of_its_yaml(lines: list, where: str, random: object) -> None:  # type: ignore[type-arg]
    rows, tree = [], {}
    for place, ((item, stage, region, units), chosen, value, tier, phase) in enumerate(lines):
        unit = units[chosen % len(units)]
        apart = where == "column" or (where == "mixed" and place % 2)
        number = repr(value) if place % 3 else f"{value:e}"
        said = {"item": item, "tier": tier, "phase": phase, "stage": stage, "region": region}
        given_ = {"amount": number if apart else f"{number} {unit}", "unit": unit if apart else ""}
        rows.append({"name": f"line {place}", **said, **given_})
        tree[f"line {place}"] = {key: text for key, text in said.items() if text} | {"amount": amount(value, unit)}
    head = [*rows[0]]
    random.shuffle(head)  # type: ignore[attr-defined]
    out = io.StringIO()
    writer = csv.DictWriter(out, head)
    writer.writeheader()
    writer.writerows(rows)
    with TemporaryDirectory() as folder:
        study = STUDY
        as_yaml = study.replace("activities: inventory.csv\n", "\n".join(block({"activities": tree})) + "\n")
        assert documents.parse(as_yaml, "").mapping["activities"].mapping
        assert total(Path(folder), study, inventory=out.getvalue()) == pytest.approx(
            total(Path(folder), as_yaml), rel=1e-12
        )
