"""CSV as a spreadsheet in French reads it: decimal commas, semicolons, and numbers that are numbers."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lca.outputs import csv as csv_view
from lca.report import Look, Report
from tests.command import Lca
from tests.test_options import COMMANDS
from tests.test_workbook import soffice

FRENCH = (
    "CSV:59,34,76,1,,1036,false,true"  # semicolons, quotes, UTF-8, from line 1, French of France, numbers are detected
)
RECORDS = (
    {"name": "café ; thé, «é»", "value": 1234567.5, "small": -6.37e-8, "whole": 3, "none": None},
    {"name": "=1+1", "value": 0.5, "small": 1e300, "whole": -4, "none": True},
    {"name": "12.5 kg CO₂;=1+1", "value": 0.1 + 0.2, "small": 0.0, "whole": 10**12, "none": [0.5, "a"]},
)
COLUMNS = tuple(RECORDS[0])


def forms(command: Any) -> list[Any]:
    return [option for option in command.params if "--format" in option.opts and "csv" in option.type.choices]


def required(command: Any) -> list[str]:
    """Words for all that has to be there."""
    needed = [option for option in command.params if option.required]
    words = [(*option.opts[:1], getattr(option.type, "choices", ["x"])[0]) for option in needed]
    return [
        word
        for option, own in zip(needed, words, strict=True)
        for word in (own[1:] if option.param_type_name == "argument" else own)
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_writes_csv_takes_the_sign_and_refuses_it_elsewhere(name: str, lca_: Lca) -> None:
    takes = any("--decimal" in option.opts for option in COMMANDS[name].params)
    assert takes == bool(forms(COMMANDS[name]))
    if takes:
        ran = lca_(name, *required(COMMANDS[name]), "--format", "json", "--decimal", "comma")
        assert (ran.code, ran.out) == (2, "")
        assert "only a csv takes it: --format csv, or -o FILE.csv" in ran.err


def test_a_csv_with_commas_is_the_csv_with_points(lca_: Lca, tmp_path: Path) -> None:
    plain = lca_("run", "stable_diffusion", "--by", "tier", "--format", "csv")
    pointed = lca_("run", "stable_diffusion", "--by", "tier", "--format", "csv", "--decimal", "point")
    printed = lca_("run", "stable_diffusion", "--by", "tier", "--format", "csv", "--decimal", "comma")
    file = tmp_path / "tiers.csv"
    written = lca_("run", "stable_diffusion", "--by", "tier", "--decimal", "comma", "-o", str(file))
    assert (written.code, plain.out) == (0, pointed.out)
    assert file.read_bytes() == b"\xef\xbb\xbf" + printed.out.encode()
    points = list(csv.reader(io.StringIO(plain.out)))
    commas = list(csv.reader(io.StringIO(printed.out), delimiter=";"))
    value = points[0].index("value")
    assert [row[value].replace(",", ".") for row in commas[1:]] == [row[value] for row in points[1:]]
    assert len(points) > 6


@pytest.mark.parametrize("command", [("export",), ("plot", "contribution")])
def test_a_study_and_the_numbers_behind_a_plot(command: tuple[str, ...], lca_: Lca) -> None:
    name, *rest = command
    ran = lca_(name, "web_shop", *rest, "--format", "csv", "--decimal", "comma")
    rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=";"))
    assert all(float(row["value"].replace(",", ".")) >= 0 and "." not in row["value"] for row in rows)
    assert len(rows) > 8


def test_a_spreadsheet_in_french_reads_numbers_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(csv_view.render(Report((), COLUMNS, RECORDS), Look(comma=True)), "utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice(), profile, "--headless", f"--infilter={FRENCH}", "--convert-to", "xlsx", str(file)]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=240)
    shutil.rmtree(tmp_path / "profile")
    sheet = openpyxl.load_workbook(tmp_path / "own.xlsx").active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == COLUMNS
    for row, record in zip(rows, RECORDS, strict=True):
        assert row[1:4] == pytest.approx([record[name] for name in COLUMNS[1:4]], rel=1e-14)
    assert [row[0] for row in rows] == ["café ; thé, «é»", "'=1+1", "12.5 kg CO₂;'=1+1"]
    assert rows[2][4] == "0,5; a"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("text", ["=1+1", "a;=1+1", "a,@SUM(1)", "a\t+1", "a;-2+3", "a; =1"])
def test_no_cell_begins_a_formula_whatever_parts_the_cells(text: str, sign: str) -> None:
    for comma in (True, False):
        line = csv_view.render(Report((), ("a",), ({"a": text},)), Look(comma=comma)).splitlines()[1]
        assert not [part for part in line.split(sign) if part.strip('"').startswith(("=", "+", "-", "@"))]
