from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from lca.disk.workspace import Run
from lca.outputs import Study, brightway
from lca.report import Look
from lca.result import Result
from tests.bench_pack import lay

CHAT = """\
study:
  title: =1+1 & 50 % of it
  base: S
  criteria: [GWP, PE]
  packs: [open, closed]
  proxies: [{criterion: PE, from: ADPf, for: terminals, reason: no_figure}]
functional_units:
  one: {title: "=cmd", demand: {prompts: 1 prompt, visits: 1 visit}}
  year: {demand: {prompts: 2e6 prompt, visits: 1e6 visit}}
  both: {sum_of: [one, year]}
sites:
  hall: {region: {Here: 25 %, There: 75 %}, pue: 1.2}
terminals:
  region: Here
  time: 3 min/visit
  devices:
    phone: {share: 100 %, power: 4 W, lifetime: 3 year, daily_use: 2 h/day}
inference:
  site: hall
  energy: 2 Wh/prompt
  server: {device: machine, time: 2 s/prompt, lifetime: 4 year, aur: 50 %}
activities:
  nothing: {item: cable, tier: network, stage: embodied, amount: 0 m}
  cable: {item: cable, tier: network, stage: embodied, amount: 2 m/visit}
variants:
  long: {title: Long_visits, with: {terminals.time: 9 min/visit}}
"""
HEADER = "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note\n"
OPEN = """\
electricity,use,Here,2024,GWP,0.1,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,There,2024,GWP,0.5,kgCO2eq,MJ,,,,p. 1,B,
electricity,use,,2024,PE,9,MJ,kWh,,,,p. 2,B,
phone,manufacture,,2024,GWP,50,kgCO2eq,device,,,,p. 3,B,
phone,end of life,,2024,GWP,-2,kgCO2eq,device,,,,p. 3,B,
phone,embodied,,2024,ADPf,700,MJ,device,,,,p. 4,B,
cable,embodied,,2024,GWP,3,kgCO2eq,km,,,,p. 6,B,=1+1
cable,embodied,,2024,PE,0.05,MJ,m,,,,p. 6,B,
machine,embodied,,2024,PE,20000,MJ,server,,,,p. 5,B,
"""
CLOSED = "machine,embodied,,2024,GWP,1500,kgCO2eq,server,,,,p. 5,B,\n"


def write_pack(folder: Path, rows: str, *, redistributable: bool) -> None:
    folder.mkdir(parents=True)
    about = {
        "name": folder.name, "title": folder.name, "version": "1", "citation": "The test", "accessed": "2024-01-01",
        "redistributable": redistributable, "licenses": [{"name": "X", "title": "X"}], "sources": [{"title": "X"}],
        "resources": [{"name": "factors", "path": "factors.csv", "role": "factors"}],
    }  # fmt: skip
    lay(folder, about, factors=HEADER + rows)


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    write_pack(tmp_path / "packs" / "open", OPEN, redistributable=True)
    write_pack(tmp_path / "packs" / "closed", CLOSED, redistributable=False)
    (tmp_path / "chat.yaml").write_text(CHAT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result, _ = Run("chat.yaml", ["packs"]).compile((), (None, "long"))
    return result


def study() -> Result:
    result, _ = Run("stable_diffusion").compile((), (None, "L"))
    return result


class Dataset(NamedTuple):
    """An activity as bw2io reads it: what stands below it, and its exchanges."""

    about: dict[str, Any]
    exchanges: list[dict[str, Any]]


def read(data: bytes) -> tuple[str, list[Dataset], dict[str, tuple[str, float]]]:
    """The database, its activities and the impact categories, by the rules of bw2io's ExcelImporter."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = [tuple(cell.value for cell in row) for row in book["Inventory"].iter_rows()]
    assert rows[0][0] == "Database"
    found: list[Dataset] = []
    header: tuple[Any, ...] | None = None
    for row in rows:
        if row[0] == "Activity":
            found.append(Dataset({"name": row[1]}, []))
            header = None
        elif row[0] == "Exchanges":
            header = ()
        elif header == ():
            header = row
        elif header:
            found[-1].exchanges.append(dict(zip(header, row, strict=True))) if any(row) else None
        elif found and row[0]:
            found[-1].about[str(row[0])] = row[1]
    assert book["Impact categories"]["A1"].value == book["Read me"]["A1"].value == "skip"
    listed = book["Impact categories"].iter_rows(min_row=3, values_only=True)
    return str(rows[0][1]), found, {str(row[0]).split("::")[1]: (str(row[3]), float(row[4])) for row in listed}


def scores(data: bytes) -> Iterator[tuple[str, str, float]]:
    """Each case and criterion with its score, by bw2calc."""
    np = pytest.importorskip("numpy")
    bc = pytest.importorskip("bw2calc")
    bwp = pytest.importorskip("bw_processing")
    name, datasets, methods = read(data)
    ids = {(name, dataset.about["code"]): i for i, dataset in enumerate(datasets, 1)}
    assert len(ids) == len(datasets)
    technosphere: list[tuple[int, int, float, bool]] = []
    biosphere: list[tuple[int, int, float, bool]] = []
    for dataset in datasets:
        column = ids[name, dataset.about["code"]]
        for exchange in dataset.exchanges:
            row = ids[tuple(exchange["input"].split("::"))]
            entry = (row, column, float(exchange["amount"]), exchange["type"] == "technosphere")
            (biosphere if exchange["type"] == "biosphere" else technosphere).append(entry)
    for key, (code, factor) in methods.items():
        package = bwp.create_datapackage()
        matrices = {
            "technosphere_matrix": technosphere,
            "biosphere_matrix": biosphere,
            "characterization_matrix": [(ids[name, code], 1, factor, False)],
        }
        for matrix, entries in matrices.items():
            package.add_persistent_vector(
                matrix=matrix,
                name=matrix,
                indices_array=np.array([entry[:2] for entry in entries], dtype=bwp.INDICES_DTYPE),
                data_array=np.array([entry[2] for entry in entries]),
                flip_array=np.array([entry[3] for entry in entries]),
                **({"global_index": 1} if matrix.startswith("char") else {}),
            )
        for dataset in datasets:
            if str(dataset.about["code"]).startswith("case "):
                lca = bc.LCA({ids[name, dataset.about["code"]]: 1}, data_objs=[package])
                lca.lci()
                lca.lcia()
                yield dataset.about["code"].removeprefix("case "), key, lca.score


def totals(result: Result) -> dict[tuple[str, str], float]:
    return {
        (f"{unit}, {variant}" if variant else unit, key): result.values[index]
        for (unit, variant, key), index in result.model.totals.items()
    }


@pytest.mark.parametrize("with_restricted", [False, True])
def test_bw2calc_gives_the_same_scores(chat: Result, with_restricted: bool) -> None:
    data = brightway.render(Study(chat, with_restricted=with_restricted), Look())
    found = {(case, key): score for case, key, score in scores(data)}
    assert found == pytest.approx(totals(chat), rel=1e-9)


def test_bw2calc_gives_the_scores_of_the_study() -> None:
    result = study()
    found = {(case, key): score for case, key, score in scores(brightway.render(Study(result), Look()))}
    assert found == pytest.approx(totals(result), rel=1e-9)


def test_what_may_not_be_redistributed_is_withheld(chat: Result) -> None:
    def comments(data: bytes) -> list[str]:
        return [str(exchange["comment"]) for dataset in read(data)[1] for exchange in dataset.exchanges]

    withheld, open_ = (
        comments(brightway.render(Study(chat), Look())),
        comments(brightway.render(Study(chat, with_restricted=True), Look())),
    )
    assert not any("1500" in comment for comment in withheld)
    assert sum("withheld" in comment for comment in withheld) == 8
    assert any("closed.machine.embodied.GWP = 1500 kgCO2eq/server; published: closed, p. 5" in c for c in open_)


def test_every_exchange_names_an_activity_of_the_database(chat: Result) -> None:
    name, datasets, _ = read(brightway.render(Study(chat), Look()))
    codes = {dataset.about["code"] for dataset in datasets}
    inputs = [exchange["input"].split("::") for dataset in datasets for exchange in dataset.exchanges]
    assert name == "chat"
    assert all(database == name and code in codes for database, code in inputs)


def test_a_text_stays_a_text(chat: Result) -> None:
    book = openpyxl.load_workbook(io.BytesIO(brightway.render(Study(chat), Look())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "=cmd" in [cell.value for cell in cells]


def test_the_same_study_gives_the_same_bytes(chat: Result) -> None:
    first = brightway.render(Study(chat), Look())
    time.sleep(2.1)  # seconds: the resolution of times in a zip archive is two
    assert brightway.render(Study(chat), Look()) == first
