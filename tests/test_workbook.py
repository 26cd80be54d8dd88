"""The workbook is the model: two other programs recompute it, untouched and edited, and agree with the engine."""

from __future__ import annotations

import io
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from openpyxl.formula import Tokenizer

from lca import units
from lca.disk.workspace import Run
from lca.graph import Graph, evaluate
from lca.model.packs import COLUMNS
from lca.problems import Problems
from lca.result import Result, Verdict
from lca.text.identity import digest
from lca.workbook import names as workbook
from lca.workbook import writing as excel
from lca.workbook.writing import checks
from lca.workbook.writing.shown import Shown
from tests.bench_pack import swapped

pytestmark = pytest.mark.xdist_group("office")  # one start of LibreOffice recomputes every workbook

NEAR = 1e-9
EDITED = 56  # workbooks with random edits

# --- the studies -----------------------------------------------------------------------------------------------------

PACK = {
    "name": "lab", "title": "Laboratory", "version": "1", "licenses": [{"title": "CC0"}],
    "sources": [{"title": "here"}], "citation": "Lab (2026)", "accessed": "2026-01-01", "redistributable": True,
    "resources": [{"path": "factors.csv", "role": "factors"}, {"path": "assemblies.csv", "role": "assemblies"}],
}  # fmt: skip
FACTORS = """
electricity,use,AAA,2024,GWP,370,gCO2eq,kWh,300,400,,table 1,A,
electricity,use,BBB,2024,GWP,0.056,kgCO2eq,kWh,,,,table 1,A,
electricity,use,AAA,2024,ADPe,4.4e-8,kgSbeq,kWh,,,,table 1,A,
electricity,use,BBB,2024,ADPe,5.5e-8,kgSbeq,kWh,,,,table 1,A,
server,manufacture,,2024,GWP,2500,kgCO2eq,server,,,,table 2,B,"a note, with a comma"
server,end of life,,2024,GWP,-120,kgCO2eq,server,,,,table 2,B,a credit
server,embodied,,2024,ADPe,0.14,kgSbeq,server,,,,table 2,B,
phone,embodied,,2024,GWP,52.5,kgCO2eq,device,,,,table 3,B,
phone,embodied,,2024,ADPe,1.9e-3,kgSbeq,device,,,,table 3,B,
board,manufacture,,2024,GWP,12.5,kgCO2eq,kg,,,,table 4,B,
board,manufacture,,2024,ADPe,1.1e-4,kgSbeq,kg,,,,table 4,B,
"""
ASSEMBLIES = "rack,board,17.5,kg/server,,,table 5,C,"

CHAT = """
study: {title: Chat, date: 2025-03-01, criteria: [GWP, ADPe], packs: [lab]}
functional_units:
  FU1: {title: one answer, demand: {visits: 1 visit, prompts: 2 prompt}}
  FU2:
    title: a year
    demand: {visits: 1e6 visit, prompts: 3e6 prompt}
    inference.server.aur: 55 %
  FU3: {title: both, sum_of: [FU1, FU2]}
sites:
  lab: {region: {AAA: 60 %, BBB: 40 %}, pue: 1.2}
terminals:
  region: AAA
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit, note: "=HYPERLINK(1)"}
  devices:
    phone: {share: 100 %, power: 3 W, lifetime: 2.5 year, daily_use: 3 h/day}
inference:
  site: lab
  images: 4 image/prompt
  energy: 1.38e-3 kWh/image
  idle_power: 67.5 %
  server: {device: server, share: 1/8, time: 4.23 s/image, aur: 40 %, lifetime: 4 year}
training:
  site: lab
  device: rack
  lifetime: 5 year
  aur: 80 %
  runs:
    v1: {energy: 3.39e4 kWh, nodes: 32 server, duration: 349 h}
    v2: {energy: 1.2e4 kWh, nodes: 16 server, duration: 100 h}
    v3:
      {from: v2, compute: 2e8 TFLOP, speed: 300 TFLOP/s/GPU, utilisation: 40 %, power: 400 W/GPU, gpus: 8 GPU/server,
       idle_energy: 40 kWh, experiments: 30 %}
variants:
  L: {title: longer visits, with: {terminals.time: 9 min/visit}}
  "2030": {with: {training.include: [v1], sites.lab.pue: 1.05}}
expect:
  gwp: {of: FU1, criterion: GWP, value: 2.86e4 kgCO2eq, within: 5 %, basis: derived}
  share:
    {of: FU2, criterion: GWP, where: {tier: terminals}, over: {of: FU2, criterion: GWP}, at_most: 90 %, basis: derived}
  order: {of: FU1, variant: L, criterion: GWP, where: {phase: access}, below: {of: FU2, criterion: GWP}, basis: derived}
  quicker:
    {of: FU1, criterion: GWP, given: {terminals.time: 1 min/visit}, below: {of: FU1, criterion: GWP}, basis: derived}
  cleaner:
    {of: FU1, criterion: GWP, given: {sites.lab.region.AAA: 10 %}, times: "1.5", below: {of: FU2, criterion: GWP},
     basis: derived}
  flow: {of: FU1, flow: electricity, value: 3e5 kWh, within: 1 %, basis: derived, known_gap: a guess}
  field: {of: FU1, variant: L, quantity: inference.server.aur, value: 40 %, basis: derived}
  step: {of: FU2, quantity: idle electricity of inference, below: {of: FU2, flow: electricity}, basis: derived}
  servers: {of: FU2, criterion: GWP, where: {flow: server}, over: {of: FU2, criterion: GWP}, at_most: 9%, basis: target}
  people: {of: FU3, criterion: GWP, normalised: EF3.1, at_least: 1 person*year, basis: target}
  score: {of: FU2, weighted: EF3.1, below: {of: FU2, variant: L, weighted: EF3.1}, basis: derived}
  drawn: {of: FU1, criterion: GWP, statistic: p95, samples: 200, at_least: 1 kgCO2eq, basis: derived}
  ends: {of: FU1, criterion: GWP, below: {of: FU1, criterion: GWP, statistic: high}, samples: 200, basis: derived}
  budget: {of: FU2, criterion: GWP, at_most: 1 kgCO2eq, basis: target}
""".replace("    inference.server.aur: 55 %", "    inference: {server: {aur: 55 %}}")

PARTS = [f"{a}{b}" for a in "abcdefghijklmnopqr" for b in "abcdefghijklmnopqr"][:300]
# As many points as may be, so far apart that edits leave their order.
LONG_LINE = ", ".join(f"1e{n - 16}, {'ab'[n % 2]} * {n + 1}" for n in range(32))
RARE = f"""
study: {{title: Rare formulas, criteria: [GWP, ADPe], packs: [lab]}}
units: [gadget]
functional_units: {{A1: {{demand: {{uses: 3 person}}}}}}
parameters:
  a: 3 device
  b: 4.2 device
  own: 1200 gadget*%
  r: 1.7
  k: 12 %
  mass: 2300 g/person
{chr(10).join(f"  {name}: {1 + n / 7:.3f} device" for n, name in enumerate(PARTS))}
activities:
  extremes: {{item: phone, tier: terminals, stage: embodied, amount: "= max(a, b, 2.5 [device]) - min(a, b) / 3"}}
  steps: {{item: phone, tier: terminals, stage: embodied, amount: "= ceil(a * r) * exp(k) * log2(r + 1) / 1 [device]"}}
  minus: {{item: phone, tier: terminals, stage: embodied, amount: "= -(-a - ceil(-b * r)) - (a - (b - a))"}}
  powers: {{item: phone, tier: terminals, stage: embodied, amount: "= (a + b) * (r - k)^-2 / (r / (k * r^3))"}}
  curves: {{item: phone, tier: terminals, stage: embodied, amount: "= (ln(r) + exp2(-k) + sqrt(r + k) + r ^ k) * a"}}
  down: {{item: phone, tier: terminals, stage: embodied, amount: "= floor(a * r) + round_up(a + b, b / 3) - floor(-b)"}}
  line: {{item: phone, tier: terminals, stage: embodied, amount: "= interp(r + k, 0.1, a, 1, b, 10, a * 4, r * 80, b)"}}
  before: {{item: phone, tier: terminals, stage: embodied, amount: "= interp(r, 70, a, 700, b)"}}
  after: {{item: phone, tier: terminals, stage: embodied, amount: "= interp(r, {LONG_LINE})"}}
  gadgets: {{item: phone, tier: terminals, stage: embodied, amount: "= ceil(own * r) * 0.3 [device/gadget]"}}
  many: {{item: phone, tier: terminals, stage: embodied, amount: "= {"+".join(PARTS)}"}}
  most: {{item: phone, tier: terminals, stage: embodied, amount: "= max({",".join(PARTS)}) - min({",".join(PARTS)})"}}
  deep: {{item: phone, tier: terminals, stage: embodied, amount: "= a * {"(r + " * 40}k{")" * 40}"}}
  boards: {{item: board, tier: data centre, stage: manufacture, amount: "= mass"}}
"""
HOSTILE_TEXT = "=cmd|' /C calc'!A0"
HOSTILE = f"""
study:
  title: "{HOSTILE_TEXT}"
  authors: "+1+1"
  note: "an escape _x0041_ and <tag> & co"
  criteria: [GWP]
  packs: [lab]
functional_units:
  "@SUM(1)": {{title: "-2+3", demand: {{visits: 1 visit}}}}
  R1C1: {{demand: {{visits: 2 visit}}}}
  "fu": {{note: "<r>no text of many styles</r>", demand: {{visits: 2 visit}}}}
  "FU": {{demand: {{visits: 4 visit}}}}
parameters:
  "x": {{value: 1 h, note: "\\t=1+1"}}
terminals:
  region: AAA
  time: {{value: 3 min/visit, note: "{HOSTILE_TEXT}", at: "@here", source: own}}
  devices:
    "=phone": {{device: phone, share: 100 %, power: 3 W, lifetime: 2.5 year, daily_use: 3 h/day}}
variants:
  "low*": {{with: {{terminals.time: 1 min/visit}}}}
  "LOW*": {{with: {{terminals.time: 2 min/visit}}}}
  "2030": {{with: {{terminals.time: 4 min/visit}}}}
  "TRUE": {{with: {{terminals.time: 5 min/visit}}}}
""".replace("  criteria: [GWP]", '  sources: {own: {title: "=1+1", locator: "javascript:alert(1)"}}\n  criteria: [GWP]')
SHIPPED = ("stable_diffusion", "video_streaming", "chat_assistant")
SHOWN = ("chat", "stable_diffusion", "hostile")  # of which the choices are tested
STUDIES = {"chat": CHAT, "rare": RARE, "hostile": HOSTILE}


class Study(NamedTuple):
    """A study compiled for all its cases, and its workbook."""

    result: Result
    verdicts: list[Verdict]
    data: bytes


def pack(folder: Path, about: dict[str, Any], tables: dict[str, str]) -> None:
    target = folder / about["name"]
    target.mkdir(parents=True)
    (target / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    for role, rows in tables.items():
        (target / f"{role}.csv").write_text(f"{COLUMNS[role]}\n{rows.strip()}\n", encoding="utf-8")


def compiled(run: Run) -> Study:
    result, verdicts = run.compile(variants=(None, *run.scenario.variants))
    return Study(result, verdicts, excel.export(result, verdicts))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    pack(folder, PACK, {"factors": FACTORS, "assemblies": ASSEMBLIES})
    return folder


@pytest.fixture(scope="session")
def studies(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    folder = tmp_path_factory.mktemp("studies")
    found = {name: compiled(Run(name)) for name in SHIPPED}
    for name, text in STUDIES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        found[name] = compiled(Run(folder / f"{name}.yaml", [lab]))
    return found


# --- reading and editing a workbook as text, which is quick enough for thousands of cells ---------------------------

CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
PARTS_OF_A_CELL = re.compile(r"<f[^>]*>(.*?)</f>.*?<v[^>]*>(.*?)</v>", re.DOTALL)
Values = dict[tuple[str, str], float | str]


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def sheet_file(sheet: str) -> str:
    return f"xl/worksheets/sheet{workbook.SHEETS.index(sheet) + 1}.xml"


def formulas_of(data: bytes) -> dict[tuple[str, str], tuple[str, float | str]]:
    """Each formula with the value beside it, by sheet and cell."""
    found: dict[tuple[str, str], tuple[str, float | str]] = {}
    files = parts(data)
    for sheet in workbook.SHEETS:
        for ref, about, inside in CELL.findall(files[sheet_file(sheet)]):
            pair = PARTS_OF_A_CELL.match(inside)
            if pair:
                text = 't="str"' in about or 't="e"' in about
                found[sheet, ref] = unescape(pair[1]), unescape(pair[2]) if text else float(pair[2])
    return found


def values_of(data: bytes) -> Values:
    return {cell: value for cell, (_, value) in formulas_of(data).items()}


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def edited(data: bytes, changes: dict[tuple[str, str], float | str]) -> bytes:
    """A copy with other values in some cells, and with a wrong value beside every formula."""
    files = parts(data)
    for sheet in workbook.SHEETS:
        wanted = {ref: value for (name, ref), value in changes.items() if name == sheet}

        def changed(cell: re.Match[str], wanted: dict[str, float | str] = wanted) -> str:
            ref, about, inside = cell.groups()
            if ref in wanted:
                style = re.search(r' s="\d+"', about)
                return _cell(ref, style[0] if style else "", wanted[ref])
            return cell[0] if "<f>" not in (inside or "") else re.sub(r"(</f><v>)[^<]*", r"\g<1>12345", cell[0])

        files[sheet_file(sheet)] = CELL.sub(changed, files[sheet_file(sheet)])
    return packed(files)


def _cell(ref: str, style: str, value: float | str) -> str:
    if isinstance(value, str):
        return f'<c r="{ref}"{style} t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{ref}"{style}><v>{value!r}</v></c>'


def cells_of(study: Study, sheet: str, column: str) -> dict[str, int]:
    """The cell of each leaf of Inputs or Factors, by path and place, as the node of the graph."""
    book = openpyxl.load_workbook(io.BytesIO(study.data), read_only=True)
    head, *rows = book[sheet].iter_rows(min_row=workbook.HEAD_ROW, values_only=True)
    path, place = head.index("Path"), head.index("Place")
    letter = openpyxl.utils.get_column_letter(head.index(column) + 1)
    at = {(row[path], row[place]): f"{letter}{n}" for n, row in enumerate(rows, workbook.HEAD_ROW + 1) if row[path]}
    leaves = {(leaf.path, workbook.place(leaf.span)): i for i, leaf in study.result.model.graph.inputs()}
    return {at[key]: leaves[key] for key in at}


# --- LibreOffice -----------------------------------------------------------------------------------------------------

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>"""


def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        message = "LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc"
        (pytest.fail if os.environ.get("LCA_REQUIRE_TOOLS") == "1" else pytest.skip)(message)
    return str(found)


def recomputed(books: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Every workbook as LibreOffice computes it, trusting no value that stands in it; one start for all."""
    program = soffice()
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    source, target = folder / "in", folder / "out"
    source.mkdir()
    for name, data in books.items():
        (source / f"{name}.xlsx").write_bytes(data)
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), *sorted(map(str, source.iterdir())),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=480)
    missing = [name for name in books if not (target / f"{name}.xlsx").is_file()]
    assert not missing, f"{missing}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return {name: (target / f"{name}.xlsx").read_bytes() for name in books}


class Edit(NamedTuple):
    """What was changed in a copy of a study's workbook: the cells, and the leaves of the graph."""

    study: str
    cells: dict[tuple[str, str], float | str]
    leaves: dict[int, float]


def leaf_cells(study: Study) -> dict[tuple[str, str], int]:
    """The cells of Inputs and Factors that may be changed, with their leaves."""
    return {(sheet, ref): i for sheet in ("Inputs", "Factors") for ref, i in cells_of(study, sheet, "Value").items()}


def random_edits(studies: dict[str, Study]) -> dict[str, Edit]:
    """Copies in which a few inputs and factors, or all of them, have other values."""
    chance = random.Random(20260101)  # noqa: S311  the same edits each time
    known = {name: leaf_cells(study) for name, study in studies.items()}
    found = {}
    for number in range(EDITED):
        name = ("chat", "rare", "chat", "stable_diffusion", "rare")[number % 5]
        every, info = known[name], studies[name].result.model.graph.info
        chosen = chance.sample(sorted(every), len(every) if number % 7 == 0 else chance.randint(1, 6))
        leaves = {every[cell]: info[every[cell]].value * chance.uniform(0.3, 2.5) for cell in chosen}
        leaves = whole(studies[name].result.model.graph, leaves)
        cells = {cell: workbook.in_cell(leaves[i], str(info[i].unit)) for cell, i in every.items() if i in leaves}
        found[f"edit{number}"] = Edit(name, cells, leaves)
    return found


def whole(graph: Graph, leaves: dict[int, float]) -> dict[int, float]:
    """Edits after which every mix sums to 100 % as it is written, as it has to."""
    edited = dict(leaves)
    for total, shares in graph.mixes.items():
        weights = [graph.weight(share) for share in shares]
        if not edited.keys().isdisjoint(weights):
            assert all(graph.weights[weight] == [total] for weight in weights)
            new = evaluate(graph, edited, graph.below(shares))
            for weight, share in zip(weights, shares, strict=True):
                edited[weight] = new[share] / (units.scale(graph.unit[weight], units.ONE) or 1.0)
    return edited


def doubled(study: Study) -> dict[tuple[str, str], float | str]:
    """Every impact factor, and no amount of an assembly, twice as large."""
    impacts, info = {line.factor for line in study.result.model.lines}, study.result.model.graph.info
    return {
        cell: 2 * workbook.in_cell(info[i].value, str(info[i].unit))
        for cell, i in leaf_cells(study).items()
        if cell[0] == "Factors" and i in impacts
    }


class Office(NamedTuple):
    """All workbooks that LibreOffice recomputed, and what had been changed in them."""

    edits: dict[str, Edit]
    values: dict[str, Values]


@pytest.fixture(scope="session")
def office(studies: dict[str, Study], lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    soffice()
    edits = random_edits(studies)
    for name, study in studies.items():
        edits[f"same_{name}"] = Edit(name, {}, {})
        for place, changes in enumerate(choices(study) if name in SHOWN else ()):
            edits[f"choice{place}_{name}"] = Edit(name, changes, {})
    edits |= {f"fault_{name}": Edit("chat", cells, {}) for name, cells in faults(studies["chat"]).items()}
    edits |= {f"double_{name}": Edit(name, doubled(studies[name]), {}) for name in ("chat", "stable_diffusion")}
    books = {key: edited(studies[edit.study].data, edit.cells) for key, edit in edits.items()}
    books["restricted"] = edited(restricted(lab, tmp_path_factory.mktemp("restricted")).data, {})
    out = recomputed(books, tmp_path_factory.mktemp("office"))
    return Office(edits, {name: values_of(data) for name, data in out.items()})


def differences(data: bytes, found: Values, sheets: tuple[str, ...] = workbook.SHEETS) -> list[str]:
    """The cells of a workbook that have another value elsewhere, to 1e-9."""
    wanted = formulas_of(data)
    return [
        f"{sheet}!{ref}: {value!r} is {found.get((sheet, ref))!r}"
        for (sheet, ref), (formula, value) in wanted.items()
        if sheet in sheets and not same(value, found.get((sheet, ref)), slack(wanted, sheet, formula))
    ]


def same(a: float | str, b: float | str | None, slack: float) -> bool:
    if isinstance(a, str) or b is None or isinstance(b, str):
        return a == b
    return math.isclose(a, b, rel_tol=NEAR, abs_tol=slack)


def slack(wanted: dict[tuple[str, str], tuple[str, float | str]], sheet: str, formula: str) -> float:
    """What a difference of two figures may be off: 1e-9 of the figures. Relative changes end with -1."""
    difference = re.fullmatch(r"(H\d+)-(G\d+)", formula)
    if sheet == "Checks" and difference:
        return NEAR * abs(float(wanted[sheet, difference[1]][1]))
    return NEAR if formula.endswith("-1)") else 0.0


# --- the workbook as exported ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SHIPPED, *STUDIES])
def test_libreoffice_computes_what_the_engine_says(office: Office, studies: dict[str, Study], name: str) -> None:
    assert len(values_of(studies[name].data)) > 100
    assert differences(studies[name].data, office.values[f"same_{name}"]) == []


@pytest.mark.parametrize("name", ["chat", "hostile"])
def test_formulas_computes_what_the_engine_says(studies: dict[str, Study], name: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        formulas = pytest.importorskip("formulas")
        (tmp_path / "study.xlsx").write_bytes(edited(studies[name].data, {}))
        solution = formulas.ExcelModel().loads(str(tmp_path / "study.xlsx")).finish().calculate()
    wanted = values_of(studies[name].data)
    found = {}
    for sheet, ref in wanted:
        value = solution[f"'[study.xlsx]{sheet.upper()}'!{ref}"].value[0, 0]
        found[sheet, ref] = str(value) if isinstance(value, str) else float(value)
    assert differences(studies[name].data, found) == []


@pytest.mark.parametrize("name", ["chat", "stable_diffusion"])
def test_double_factors_double_totals(office: Office, studies: dict[str, Study], name: str) -> None:
    study = studies[name]
    cells, names = named_cells(study.data), total_names(study)
    for case, index in study.result.model.totals.items():
        cell = cells[names[case]]
        assert office.values[f"double_{name}"][cell] == pytest.approx(2 * study.result.values[index], rel=1e-12)


def named_cells(data: bytes) -> dict[str, tuple[str, str]]:
    names = openpyxl.load_workbook(io.BytesIO(data), read_only=True).defined_names
    found = {}
    for name, defined in names.items():
        sheet, _, ref = defined.attr_text.rpartition("!")
        found[name] = sheet.strip("'"), ref.replace("$", "")
    return found


def total_names(study: Study) -> dict[tuple[str, str | None, str], str]:
    return excel.Book(study.result, study.verdicts, with_restricted=True).total_names


# --- the workbook as a reviewer leaves it ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(EDITED))
def test_an_edited_copy_is_the_engine_with_those_inputs(office: Office, studies: dict[str, Study], number: int) -> None:
    edit = office.edits[f"edit{number}"]
    study, found = studies[edit.study], office.values[f"edit{number}"]
    graph = study.result.model.graph
    values = evaluate(graph, edit.leaves)
    with replaced(study, edit.leaves) as data:
        assert differences(data, found, ("Inventory", "Impacts")) == []
    cells, names = named_cells(study.data), total_names(study)
    for case, index in study.result.model.totals.items():
        assert same(values[index], found[cells[names[case]]], 0)
    for verdict, (_, word) in zip(study.verdicts, checks.figures(_book(study)).values(), strict=True):
        cell = "Checks", f"H{word.row}"
        shown = Shown(graph, values).values
        assert cell not in found if verdict.statistic else same(shown[verdict.node], found[cell], 0)


def _book(study: Study) -> Any:
    return type("Book", (), {"verdicts": study.verdicts})


class replaced:  # noqa: N801  used like a function
    """The workbook of the engine with other values in some leaves."""

    def __init__(self, study: Study, leaves: dict[int, float]) -> None:
        self.study, self.leaves = study, leaves

    def __enter__(self) -> bytes:
        info = self.study.result.model.graph.info
        self.before = {i: info[i].value for i in self.leaves}
        for i, value in self.leaves.items():
            info[i].value = value
        return excel.export(Result(self.study.result.model), self.study.verdicts)

    def __exit__(self, *_: object) -> None:
        for i, value in self.before.items():
            self.study.result.model.graph.info[i].value = value


def faults(study: Study) -> dict[str, dict[tuple[str, str], float | str]]:
    """What slips do to a workbook: the cells that they leave."""
    sheet = openpyxl.load_workbook(io.BytesIO(study.data))["Inputs"]
    head = {str(cell.value): cell.column_letter for cell in sheet[workbook.HEAD_ROW]}
    row = {str(cells[head_of(head, "Path")].value): cells[0].row for cells in sheet.iter_rows(min_row=5)}
    time, aur = row["terminals.time"], row["inference.energy"]
    keys = [sheet[f"{head[workbook.KEY]}{number}"].value for number in (time, aur)]
    totals = named_cells(study.data)
    return {
        "none": {},
        "text": {("Inputs", f"{head['Value']}{time}"): "half"},
        "comma": {("Inputs", f"{head['Value']}{time}"): "1,5"},
        "unit beside it": {("Inputs", f"{head['Value']}{time}"): "45 min/visit"},
        "readings": {("Inputs", f"{head['Value']}{row[path]}"): text for path, (text, _) in READ.items()},
        "percent": {("Inputs", f"{head['Value']}{row['inference.idle_power']}"): "60 %"},
        "unit": {("Inputs", f"{head['Unit']}{time}"): "h/visit"},
        "end": {("Inputs", f"{head['Low']}{time}"): "1,5"},
        "sorted": {("Inputs", f"{head[workbook.KEY]}{n}"): key for n, key in zip((aur, time), keys, strict=True)},
        "overwritten": {totals["total_FU1_GWP"]: 123.0},
        "conversion": {totals["min_to_h"]: 0.5},
    }


def head_of(head: dict[str, str], name: str) -> int:
    return openpyxl.utils.column_index_from_string(head[name]) - 1


READ: dict[str, tuple[float | str, str]] = {  # what is typed, and what the column beside it says
    "terminals.time": ("1,234", "write 1.234 or 1234"),
    "inference.energy": ("29.400", "write 29.4 or 29400"),
    "inference.idle_power": ("60", "write it with its %"),
    "inference.server.aur": (-0.2, "has to be above 0 % and at most 100 %"),
    "inference.server.lifetime": ("6 month", "write a number"),
    "inference.server.time": ("4/5", "write a number"),
    "sites.lab.pue": ("1.750,5", "write 1750.5"),
    "functional_units.FU1.demand.visits": ("75.000.000", "write 75000000"),
}
SAYS = {  # what the column beside the number says
    "comma": "write 1.5", "unit beside it": "write 45", "percent": "write 60%", "text": "write a number",
    "unit": "the unit is min/visit", "end": "low, high: write numbers",
}  # fmt: skip


def test_no_slip_passes_unsaid(office: Office, studies: dict[str, Study]) -> None:
    study = studies["chat"]
    cells = named_cells(study.data)
    read_me = {formula: place for place, (formula, _) in formulas_of(study.data).items() if place[0] == "Read me"}
    itself = next(place for formula, place in read_me.items() if "checks_itself" in formula)
    for name in faults(study):
        found = office.values[f"fault_{name}"]
        headline, is_fine = str(found[cells["checks_headline"]]), name == "none"
        assert found[read_me["checks_headline"]] == headline
        assert str(found[itself]).startswith("FAIL") != is_fine, name
        if name == "readings":
            assert said_beside(study, found) == {path: said for path, (_, said) in READ.items()}
            continue
        beside = [str(value) for (sheet, ref), value in found.items() if sheet == "Inputs" and ref.startswith("G")]
        assert {value for value in beside if value != "–"} == ({SAYS[name]} if name in SAYS else set()), name
    failing = {name: office.values[f"fault_{name}"][cells["checks_failed"]] for name in faults(study)}
    assert failing["unit"] == failing["none"] + 1
    assert all(failing[name] > failing["none"] for name in failing if name != "none")


def said_beside(study: Study, found: dict[tuple[str, str], Any]) -> dict[str, str]:
    """What the column To mend says, by path, where it says something."""
    sheet = openpyxl.load_workbook(io.BytesIO(study.data))["Inputs"]
    heads = {cell.value: cell.column_letter for cell in sheet[4]}
    rows = {sheet[f"{heads['Path']}{row}"].value: row for row in range(5, sheet.max_row + 1)}
    said = {path: str(found["Inputs", f"{heads['To mend']}{row}"]) for path, row in rows.items() if path}
    return {path: text for path, text in said.items() if text != "–"}


def choices(study: Study) -> Iterator[dict[tuple[str, str], float | str]]:
    """Each variant with each functional unit, and the criteria the other way round."""
    labels = shown(study)
    criteria = labels["criteria"][::-1]
    cells = named_cells(study.data)
    variant, unit = cells["shown_variant"], cells["shown_functional_unit"]
    row = int(unit[1][1:]) + 1
    for v in labels["variants"][:3]:
        for u in labels["units"][:2]:
            slots = {("Results", f"{chr(ord('B') + n)}{row}"): name for n, name in enumerate(criteria)}
            yield {variant: v, unit: u, **slots}


def shown(study: Study) -> dict[str, list[str]]:
    book = excel.Book(study.result, study.verdicts, with_restricted=True)
    return {
        "variants": list(book.variant_labels.values()),
        "units": list(book.unit_labels.values()),
        "criteria": list(book.criterion_labels.values()),
    }


@pytest.mark.parametrize("name", SHOWN)
def test_the_tables_show_what_is_chosen(office: Office, studies: dict[str, Study], name: str) -> None:
    study = studies[name]
    book = excel.Book(study.result, study.verdicts, with_restricted=True)
    variants = {label: key for key, label in book.variant_labels.items()}
    units = {label: key for key, label in book.unit_labels.items()}
    rows = openpyxl.load_workbook(io.BytesIO(study.data), read_only=True)["Results"].iter_rows(
        max_col=1, values_only=True
    )
    labels = [row[0] for row in rows]
    for place, changes in enumerate(choices(study)):
        variant, unit, *slots = changes.values()
        found = office.values[f"choice{place}_{name}"]
        records = {
            (r["tier"], book.criterion_labels[r["criterion"]]): (r["value"], r["share"])
            for r in study.result.records(["tier"])
            if (r["functional_unit"], r["variant"]) == (units[str(unit)], variants[str(variant)])
        }
        first = labels.index("By tier") + 2
        for row in range(first, first + labels[first:].index("Total")):
            for slot, criterion in enumerate(slots):
                pair = [found["Results", f"{chr(ord('B') + 2 * slot + n)}{row}"] for n in (0, 1)]
                wanted = records.get((labels[row - 1], criterion), (0.0, 0.0))
                assert pair == [pytest.approx(each, rel=NEAR) for each in wanted]


# --- how it is made --------------------------------------------------------------------------------------------------

ALLOWED = {"0", "1"}


@pytest.mark.parametrize("name", ["stable_diffusion", *STUDIES])
def test_formulas_hold_no_numbers(studies: dict[str, Study], name: str) -> None:
    for (sheet, ref), (formula, _) in formulas_of(studies[name].data).items():
        assert len(formula) < 8192
        tokens = Tokenizer(f"={formula}").items
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "OPERAND" and token.subtype != "RANGE":
                is_exponent = before is not None and (before.value == "^" or before.type == "OPERATOR-PREFIX")
                if token.value == '""':
                    continue
                assert token.subtype == "NUMBER", f"{sheet}!{ref}: {formula}"
                assert token.value in ALLOWED or is_exponent, f"{sheet}!{ref}: {formula}"


@pytest.mark.parametrize("name", ["stable_diffusion", *STUDIES])
def test_every_computed_figure_is_a_formula(studies: dict[str, Study], name: str) -> None:
    found = formulas_of(studies[name].data)
    book = openpyxl.load_workbook(io.BytesIO(studies[name].data))
    inventory = [
        cell for (cell,) in book["Inventory"].iter_rows(min_row=6, min_col=2, max_col=2) if cell.value is not None
    ]
    impacts = [cell for row in book["Impacts"].iter_rows(min_row=5, min_col=10, max_col=14) for cell in row]
    for cell in (*inventory, *(cell for cell in impacts if cell.column_letter in "JLN")):
        assert cell.data_type == "f", (cell.parent.title, cell.coordinate)
    steps = [formula for (sheet, _), (formula, _) in found.items() if sheet == "Inventory"]
    assert len(steps) == len(set(steps)), "a quantity that is used twice is one row"


@pytest.mark.parametrize("name", ["stable_diffusion", *STUDIES])
def test_values_stand_beside_formulas(studies: dict[str, Study], name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(studies[name].data), data_only=True)
    for (sheet, ref), value in values_of(studies[name].data).items():
        assert book[sheet][ref].value == (value if isinstance(value, str) else pytest.approx(value, rel=1e-15, abs=0))
    result = studies[name].result
    cells, names = named_cells(studies[name].data), total_names(studies[name])
    plain = [case for case in result.model.totals if case[1] is None]
    for case in plain:
        sheet, ref = cells[names[case]]
        assert book[sheet][ref].value == pytest.approx(result.total(case[0], case[2]), rel=1e-12)


def test_names_stand_for_their_cells(studies: dict[str, Study]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(studies["chat"].data), data_only=True)
    cells = named_cells(studies["chat"].data)
    value = {name: book[sheet][ref].value for name, (sheet, ref) in cells.items() if ":" not in ref}
    assert value["inference_energy"] == 1.38e-3
    assert (value["inference_server_aur"], value["inference_server_aur_FU2"]) == (0.4, 0.55)
    assert (value["terminals_time"], value["terminals_time_L"]) == (3, 9)
    assert value["min_to_h"] == pytest.approx(1 / 60)
    assert value["total_FU1_GWP_L"] > value["total_FU1_GWP"]


@pytest.mark.parametrize("name", ["stable_diffusion", *STUDIES])
def test_names_are_names_for_both_programs(studies: dict[str, Study], name: str) -> None:
    names = list(openpyxl.load_workbook(io.BytesIO(studies[name].data)).defined_names)
    assert len({n.casefold() for n in names}) == len(names)
    for each in names:
        assert re.fullmatch(r"[A-Za-z_À-ÿ][A-Za-z0-9_À-ÿ]*", each)
        assert len(each) < 255
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*([Cc]\d*)?|[Cc]\d*", each)


def test_shares_and_rates_are_validated(studies: dict[str, Study]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(studies["chat"].data))["Inputs"]
    rules = {}
    for row in sheet.iter_rows(min_row=workbook.HEAD_ROW + 1):
        for rule in sheet.data_validations.dataValidation:
            if row[2].coordinate in rule.sqref:
                rules[row[1].value] = rule
    aur, share, time_ = (rules[n] for n in ("inference_server_aur", "terminals_devices_phone_share", "terminals_time"))
    operator = aur.operator or "between"  # what the format says it is where none is written
    assert (aur.type, operator, float(aur.formula1) > 0, float(aur.formula2)) == ("decimal", "between", True, 1)
    assert (float(share.formula1), float(share.formula2)) == (0, 1)
    assert float(time_.formula1) == 0
    assert "between 0 % and 100 %" in share.error


def test_the_tables_of_checks_have_their_verdicts_in_one_column() -> None:
    invariants = (checks.SUMS, checks.SHARES, checks.BOUNDS)
    assert {table.letter("Check") for table in invariants} == {checks.EXPECTED.letter("Verdict")}


def test_inputs_are_rows_that_a_program_can_read_back(studies: dict[str, Study]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(studies["chat"].data))
    head, *rows = book["Inputs"].iter_rows(min_row=workbook.HEAD_ROW, values_only=True)
    assert head == excel.inputs.COLUMNS.heads
    inputs = [dict(zip(head, row, strict=True)) for row in rows if row[head.index("Path")]]
    longer = next(row for row in inputs if row["Address"] == "variants.L.with.terminals.time")
    line = CHAT.split("\n").index(next(text for text in CHAT.split("\n") if "longer visits" in text)) + 1
    assert (longer["Value"], longer["Unit"], longer["Path"], longer["Used for"], longer["Exported"]) == (
        9, "min/visit", "terminals.time", "longer visits", 9,
    )  # fmt: skip
    assert longer["Place"] == f"chat.yaml:{line}"
    properties = {each.name: each.value for each in book.custom_doc_props.props}
    assert properties == {
        "lca format": workbook.FORMAT,
        "lca scenario": "chat.yaml",
        "lca digest": digest(studies["chat"].result.model.scenario.tree),
    }


# --- bytes -----------------------------------------------------------------------------------------------------------


def test_the_same_study_is_the_same_bytes(studies: dict[str, Study], monkeypatch: pytest.MonkeyPatch) -> None:
    study = studies["chat"]
    assert excel.export(study.result, study.verdicts) == study.data
    with zipfile.ZipFile(io.BytesIO(study.data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2025-03-01T00:00:00Z" in parts(study.data)["docProps/core.xml"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    later = excel.export(study.result, study.verdicts)
    assert later != study.data
    assert "2023-11-14T22:13:20Z" in parts(later)["docProps/core.xml"]


def test_bytes_do_not_depend_on_the_process(lab: Path, tmp_path: Path, studies: dict[str, Study]) -> None:
    (tmp_path / "chat.yaml").write_text(CHAT, encoding="utf-8")
    command = [sys.executable, "-m", "lca", "export", "chat.yaml", "-o", "out.xlsx", "--packs", str(lab)]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "TZ": "Asia/Tokyo",
    }
    subprocess.run(command, cwd=tmp_path, check=True, env=environment, capture_output=True)
    assert (tmp_path / "out.xlsx").read_bytes() == studies["chat"].data


# --- hostile texts and restricted packs ------------------------------------------------------------------------------


def test_texts_stay_texts(studies: dict[str, Study]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(studies["hostile"].data))
    commanding = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t")) and cell.data_type != "f"
    ]  # fmt: skip
    assert {cell.value for cell in commanding} >= {HOSTILE_TEXT, "+1+1", "@here", "\t=1+1", "=1+1", "-2+3"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in commanding)
    assert " <r>no text of many styles</r>" in {cell.value for row in book["Read me"].iter_rows() for cell in row}
    ours = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [cell for cell in ours if "cmd" in str(cell.value) or "HYPERLINK" in str(cell.value)]
    links = [link.target for sheet in book for link in sheet._hyperlinks if link.target]
    assert not [link for link in links if not link.startswith("https://")]


def test_characters_with_a_meaning_of_their_own_are_escaped(studies: dict[str, Study]) -> None:
    text = parts(studies["hostile"].data)["xl/sharedStrings.xml"]
    assert "an escape _x005F_x0041_ and &lt;tag&gt; &amp; co" in text


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1f", "\x7f", "\ufffe", "\ud800"])
def test_characters_that_a_worksheet_lacks_are_shown(sign: str) -> None:
    assert excel.cells.clean(f"a{sign}b") == "a\ufffdb"


CLOSED = "4321.987"  # the figure that may not be passed on


def restricted(lab: Path, folder: Path, *, with_restricted: bool = False) -> Study:
    """The chat with a server and the power and life of a phone from a pack that may not be passed on."""
    tables = {"factors": "factors.csv", "parameters": "parameters.csv"}
    resources = [{"path": path, "role": role} for role, path in tables.items()]
    rows = f"server,embodied,,2024,GWP,{CLOSED},kgCO2eq,server,4000.5,5000.5,,table,B,printed as {CLOSED}"
    profile = "phone,,2024,power,7.654321,W,,,,page 1,B,\nphone,,2024,lifetime,2.718281,year,,,,page 1,B,"
    about = PACK | {"name": "secret", "redistributable": False, "resources": resources}
    pack(folder / "own", about, {"factors": rows, "parameters": profile})
    text = swapped(CHAT, ("packs: [lab]", "packs: [secret, lab]"), ("power: 3 W, lifetime: 2.5 year, ", ""))
    (folder / "closed.yaml").write_text(text, encoding="utf-8")
    run = Run(folder / "closed.yaml", [lab, folder / "own"])
    result, verdicts = run.compile(variants=(None, *run.scenario.variants))
    return Study(result, verdicts, excel.export(result, verdicts, with_restricted=with_restricted))


def test_what_may_not_be_passed_on_is_withheld(office: Office, lab: Path, tmp_path: Path) -> None:
    study = restricted(lab, tmp_path)
    text = "\n".join(parts(study.data).values())
    assert not [figure for figure in (CLOSED, "4000.5", "5000.5", "7.654321", "2.718281") if figure in text]
    book = openpyxl.load_workbook(io.BytesIO(study.data), data_only=True)
    factors = [row[5] for row in book["Factors"].iter_rows(values_only=True) if row[11] == "secret"]
    assert set(factors) == {workbook.WITHHELD}
    impacts = list(openpyxl.load_workbook(io.BytesIO(study.data))["Impacts"].iter_rows(min_row=5))
    closed = [row for row in impacts if row[11].value == workbook.WITHHELD]
    assert closed
    assert all(row[13].data_type == "n" for row in closed)
    assert {row[13].fill.patternType for row in closed} == {"lightUp"}
    assert differences(study.data, office.values["restricted"]) == []
    assert study.result.total("FU1", "GWP") == pytest.approx(book["Results"]["D9"].value)


def test_restricted_values_on_request(lab: Path, tmp_path: Path) -> None:
    study = restricted(lab, tmp_path, with_restricted=True)
    assert CLOSED in parts(study.data)[sheet_file("Factors")]
    assert "7.654321" in parts(study.data)[sheet_file("Inputs")]
    assert workbook.WITHHELD not in parts(study.data)[sheet_file("Impacts")]


# --- the command -----------------------------------------------------------------------------------------------------


def lca(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "lca", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_command_writes_a_workbook(tmp_path: Path) -> None:
    done = lca("export", "stable_diffusion", "-o", "study.xlsx", "--variant", "base", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "wrote study.xlsx\n")
    book = openpyxl.load_workbook(tmp_path / "study.xlsx")
    assert tuple(book.sheetnames) == workbook.SHEETS
    assert "total_FU1_GWP" in book.defined_names
    assert "total_FU1_GWP_L" not in book.defined_names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "study.ods"), "its ending says no format"),
        ((), "name a file"),
        (("--format", "excel"), "this format needs a file"),
    ],
)
def test_a_command_that_says_no_file_is_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = lca("export", "stable_diffusion", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_a_study_with_mistakes_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("study: {criteria: [GWP], packs: []}\nfunctional_units: {A: {}}\nsite: 1\n")
    (tmp_path / "study.xlsx").write_bytes(b"old")
    done = lca("export", "wrong.yaml", "-o", "study.xlsx", folder=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "study.xlsx").read_bytes() == b"old"


def test_a_study_that_cannot_be_compiled_raises_problems(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(swapped(CHAT, ("40 %, lifetime", "140 %, lifetime")), encoding="utf-8")
    with pytest.raises(Problems):
        compiled(Run(tmp_path / "wrong.yaml", [lab]))
