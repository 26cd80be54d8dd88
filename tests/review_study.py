"""A small study and its workbook as a reviewer has it open: what the tests of `lca review` stand on.

It has everything with a place of its own: overlays of a functional unit and of a variant, a list of activities, values
that stand in a pack for two regions, an assembly, a formula with a number in it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lca.disk.workspace import Run
from lca.workbook.writing import export
from tests.bench_pack import lay
from tests.command import Lca

SOFFICE = shutil.which("soffice")
CLOSE = 1e-9
EXPORTED: list[bytes] = []  # the workbook, once it was written

STUDY = """\
study:
  title: Chat
  base: plain
  criteria: [GWP]
  packs: [tiny]
functional_units:
  one:
    title: one visit
    demand: {visits: 1 visit, prompts: 2 prompt}
  year:
    title: a year
    demand: {visits: 3e6 visit, prompts: 7e6 prompt}
    inference: {server: {aur: 30 %}}
parameters:
  size: {value: 0.5 MB/prompt, low: 0.2 MB/prompt, high: 2 MB/prompt}
sites:
  lab: {region: FRA, pue: 1.14}
terminals:
  region: FRA
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit, basis: assumed, note: "a: guess # not measured"}
  devices:
    phone: {share: 60 %, lifetime: 3 year, daily_use: 3 h/day}
    laptop: {share: 40 %, lifetime: 5 year, power: 30 W, daily_use: 5 h/day}
inference:
  site: lab
  energy: {value: 1.38e-3 kWh/prompt, basis: published, source: berthelot-2024, at: p. 710}
  idle_power: 67.5 %
  server: {device: server, share: 1/8, time: 4 s/prompt, aur: {value: 40 %, low: 12 %, high: 80 %}, lifetime: 4 year}
activities:
  - item: electricity
    name: cooling
    tier: data centre
    stage: use
    region: FRA
    amount: = size * 2 [kWh/GB]
  - item: electricity
    name: light
    tier: data centre
    stage: use
    region: FRA
    amount: 0.001 kWh/prompt
    note: "{not: yaml}"
variants:
  L:
    title: longer, in Germany
    with:
      terminals.time: 6 min/visit
      terminals.region: DEU
      sites: {lab: {pue: 1.3}}
      functional_units.year.demand.prompts: 9e6 prompt
      inference.server.aur: 35 %
    over: true
"""
FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2024,GWP,0.04,kgCO2eq,kWh,0.03,0.05,,row 1,B,
electricity,use,DEU,2024,GWP,0.4,kgCO2eq,kWh,,,,row 2,B,
electricity,use,FRA,2023,GWP,0.05,kgCO2eq,kWh,,,,row 3,B,
phone,embodied,,2024,GWP,60,kgCO2eq,device,,,,row 4,B,
laptop,embodied,,2024,GWP,200,kgCO2eq,device,,,,row 5,B,
board,embodied,,2024,GWP,100,kgCO2eq,kg,,,,row 6,B,
"""
PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
phone,FRA,2024,power,4.5,W,3,6,,row 1,B,
phone,DEU,2024,power,5,W,3,6,,row 2,B,
"""
ASSEMBLIES = """\
item,component,amount,unit,low,high,at,quality,note
server,board,12,kg/server,,,row 1,B,
"""


def package(**more: object) -> str:
    roles = ("factors", "parameters", "assemblies")
    about = {
        "name": "tiny", "title": "A pack for tests", "version": "1", "licenses": [{"title": "CC0"}],
        "sources": [{"title": "made up"}], "citation": "Made up for tests.", "accessed": "2024-01-01",
        "redistributable": True, "resources": [{"path": f"{role}.csv", "role": role} for role in roles], **more,
    }  # fmt: skip
    return json.dumps(about)


def opened(lca: Lca, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Lca:
    """Commands in a folder that holds the study, its pack and its workbook."""
    monkeypatch.chdir(folder)
    laid(folder)
    return lca


def laid(folder: Path) -> None:
    """Put the study, its pack and its workbook, which is exported once, into a folder."""
    (folder / "chat.yaml").write_text(STUDY, "utf-8")
    make_pack(folder / "tiny")
    if not EXPORTED:
        study = Run(str(folder / "chat.yaml"), [folder / "tiny"])
        EXPORTED.append(export(*study.compile((), (None, *study.scenario.variants))))
    (folder / "study.xlsx").write_bytes(EXPORTED[0])


def make_pack(folder: Path, **more: object) -> None:
    lay(folder, package(**more), factors=FACTORS, parameters=PARAMETERS, assemblies=ASSEMBLIES)


class Book:
    """A workbook as a reviewer has it open."""

    def __init__(self, name: str | Path = "study.xlsx", to: str | Path = "edited.xlsx") -> None:
        self.book, self.to = openpyxl.load_workbook(name), to

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.save(self.to)

    def columns(self, sheet: str) -> dict[str, int]:
        return {str(cell.value): cell.column for cell in self.book[sheet][4] if cell.value}

    def cell(self, path: str, column: str = "Value", sheet: str = "Inputs") -> Any:
        """The cell of an input by its address, or by its path where it has only one."""
        at, page = self.columns(sheet), self.book[sheet]
        for name in ("Address", "Path"):
            for row in range(5, page.max_row + 1) if name in at else ():
                if page.cell(row, at[name]).value == path:
                    return page.cell(row, at[column])
        raise AssertionError(path)

    def put(self, path: str, number: object, column: str = "Value") -> Any:
        """Set an input in its unit: the cell of a percentage holds a fraction. The cell."""
        cell = self.cell(path, column)
        is_share = self.cell(path, "Unit").value == "%" and isinstance(number, float | int)
        cell.value = number / 100 if is_share and not isinstance(number, bool) else number  # type: ignore[operator]
        return cell

    def named(self, text: str) -> Any:
        """The cell of the inventory, Results, … that a text of a row stands beside."""
        for row in self.book["Inventory"].iter_rows():
            if str(row[0].value) == text:
                return row[1]
        raise AssertionError(text)


def reviewed(lca: Lca, *more: str, book: str = "edited.xlsx") -> list[dict[str, Any]]:
    ran = lca("review", book, "chat.yaml", "--packs", "tiny", "--format", "json", *more)
    assert ran.code == ("no edit can be written" in ran.err), ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def of(records: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [record for record in records if record["kind"] == kind]


def totals(scenario: str, *folders: str) -> dict[tuple[str, str | None], float]:
    study = Run(scenario, folders)
    result, _ = study.compile((), (None, *study.scenario.variants))
    return {
        (case.functional_unit, case.variant): result.total(case.functional_unit, "GWP", case.variant)
        for case in result.model.cases
    }


def together(records: list[dict[str, Any]]) -> dict[tuple[str, str | None], float]:
    return {(record["functional_unit"], record["variant"]): record["after"] for record in of(records, "together")}


def assert_alike(a: dict[Any, float], b: dict[Any, float]) -> None:
    assert a.keys() == b.keys()
    assert a == {key: pytest.approx(value, rel=CLOSE) for key, value in b.items()}


def findings(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is no edit, by its kind."""
    ordinary = {
        "input", "factor", "moves", "together", "comment", "remark", "low", "high", "note", "basis", "source", "at",
        "unit", "reviewer",
    }  # fmt: skip
    return {record["kind"]: record for record in records if record["kind"] not in ordinary}


def rewritten(name: str, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one part changed, or added where `part` is new."""
    out = BytesIO()
    with zipfile.ZipFile(name) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            text = old.read(entry)
            new.writestr(entry, change(text.decode("utf-8")).encode("utf-8") if entry == part else text)
        if part not in old.namelist():
            new.writestr(part, change(""))
    return out.getvalue()


def recomputed(folder: Path, *names: str) -> Path:
    """Workbooks as LibreOffice saves them, computed anew; the folder in which they are."""
    command = [
        str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx",
        "--outdir", str(folder / "recomputed"), *names,
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
    return folder / "recomputed"


def shifted(text: str, sheet: str, own: str, row: int) -> str:
    """A formula after a row was put in above `row` of a sheet, as spreadsheet programs move references."""

    def moved(match: re.Match[str]) -> str:
        here = (match[1] or f"{own}!")[:-1].strip("'")
        ends = (
            re.sub(r"\d+$", lambda n: str(int(n[0]) + (here == sheet and int(n[0]) >= row)), end)
            for end in match[2].split(":")
        )
        return f"{match[1] or ''}{':'.join(ends)}"

    cell = r"\$?[A-Z]{1,2}\$?\d+"
    return re.sub(rf"((?:'[^']+'|\w+)!)?(?<![\w.])({cell}(?::{cell})?)(?![\w(])", moved, text)
