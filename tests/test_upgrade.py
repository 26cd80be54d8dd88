"""Old files by the names of now: the names alone are rewritten, wherever they stand, and all else stays to the byte."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from lca import upgrade
from lca.blocks.terminals import Device, Terminals
from lca.upgrade import path_now, upgraded
from tests.bench_pack import swapped, write_pack, written
from tests.command import Lca

ME = ("-c", "user.name=a", "-c", "user.email=b")
OLD = """\
# An old file.
study:   # as it was
  title: "terminals.kinds are devices"
  criteria: [GWP]
  factors: [tiny]  # in order
  bands: [{input: terminals.kinds.phone.watts, from: 1 W, to: 9 W, text: "of terminals.kinds.phone.watts"}]
  controls: [{input: terminals.kinds.phone.watts, label: terminals.kinds.phone.watts}]
  together: [{inputs: [terminals.kinds.phone.watts, "terminals.kinds.laptop.watts"], reason: one meter}]
  note: terminals.kinds.phone.watts
parameters:
  kinds: 1
  twice: {value: '= 2 * terminals.kinds.phone.watts + 0 * terminals.kinds."laptop".watts', note: = terminals.kinds.a}
functional_units:
  FU1:
    demand: {visits: 10 visit}
    terminals: {kinds: {phone: {lifetime: 3 year}}}
terminals:
  region: USA
  time: 6 min/visit
  "kinds":   # two of them
    phone: {share: 40 %, watts: {value: 3 W, low: 2 W, high: 8 W, note: watts}, lifetime: 2 year, daily_use: 4 h/day}
    laptop: {share: 60 %, watts: {value: 70 W, low: 50 W}, lifetime: 4 year, daily_use: 8 h/day}
variants:
  a:
    title: kinds
    with: {terminals.kinds.phone.watts: 4 W, "terminals.kinds.laptop.watts": = 3 * terminals.kinds.phone.watts}
  b: {with: {terminals: {kinds: {phone: {watts: 5 W}}}}}
expect:
  one: {of: FU1, criterion: GWP, at_least: 0 kgCO2eq, given: {terminals.kinds.phone.watts: 4 W}, basis: derived}
"""
NEW = swapped(
    OLD,
    ("  factors:", "  packs:"),
    ("input: terminals.kinds.phone.watts, from", "input: terminals.devices.phone.power, from"),
    ("input: terminals.kinds.phone.watts, label", "input: terminals.devices.phone.power, label"),
    ("[terminals.kinds.phone.watts", "[terminals.devices.phone.power"),
    ('"terminals.kinds.laptop.watts"]', '"terminals.devices.laptop.power"]'),
    ("2 * terminals.kinds.phone.watts", "2 * terminals.devices.phone.power"),
    ('0 * terminals.kinds."laptop".watts', '0 * terminals.devices."laptop".power'),
    ("{kinds: {phone: {l", "{devices: {phone: {l"),
    ('"kinds":', '"devices":'),
    ("watts: {value: 3", "power: {value: 3"),
    ("watts: {value: 70", "power: {value: 70"),
    ("{terminals.kinds.phone.watts: 4 W, ", "{terminals.devices.phone.power: 4 W, "),
    ('"terminals.kinds.laptop.watts":', '"terminals.devices.laptop.power":'),
    ("{kinds: {phone: {watts", "{devices: {phone: {power"),
    ("= 3 * terminals.kinds.phone.watts", "= 3 * terminals.devices.phone.power"),
    ("{terminals.kinds.phone.watts: 4 W}", "{terminals.devices.phone.power: 4 W}"),
)


@pytest.fixture(autouse=True)
def _renamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Terminals whose devices were `kinds`, with `watts`."""
    monkeypatch.setattr(Terminals.fields["devices"], "was", ("kinds",))
    monkeypatch.setattr(Device.fields["power"], "was", ("watts",))
    upgrade._former.cache_clear()
    yield
    upgrade._former.cache_clear()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_only_names_are_rewritten(ends: str) -> None:
    text, wanted = (each.replace("\n", ends) for each in (OLD, NEW))
    made = upgraded(text, "study.yaml")
    assert made.text == wanted
    assert upgraded(made.text, "study.yaml") == (made.text, ())


def test_a_file_with_former_names_is_told_the_new_ones(tmp_path: Path, lca_: Lca) -> None:
    path, packs = written(tmp_path, OLD), write_pack(tmp_path)
    ran = lca_("run", str(path), "--packs", str(packs))
    assert ran.code == 1
    for said in (
        "study.yaml:5:3: study.factors is called study.packs now",
        "study.yaml:12:25: terminals.kinds.phone.watts is called terminals.devices.phone.power now",
        "study.yaml:20:3: terminals.kinds is called terminals.devices now",
        "study.yaml:26:12: terminals.kinds.phone.watts is called terminals.devices.phone.power now",
        "`lca upgrade FILE`",
    ):
        assert said in ran.err
    ran = lca_("upgrade", str(path))
    assert (ran.code, path.read_text(encoding="utf-8")) == (0, NEW)
    assert "study.yaml:5:3: study.factors is called study.packs now" in ran.out
    assert "no names of before" in lca_("upgrade", str(path)).out
    ran = lca_("run", str(path), "--packs", str(packs), "--variant", "all")
    assert ran.code == 0, ran.err


def test_it_writes_elsewhere_and_keeps_a_mark(tmp_path: Path, lca_: Lca) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_bytes(b"\xef\xbb\xbf" + OLD.encode())
    assert lca_("upgrade", str(old), "-o", str(new)).code == 0
    assert new.read_bytes() == b"\xef\xbb\xbf" + NEW.encode()
    assert old.read_bytes().endswith(OLD.encode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OLD.replace("  factors:", "  packs: [other]\n  factors:"), "study.factors stands beside its new name, packs"),
        (OLD.replace('"kinds":', '"kind\\x73":'), "cannot be rewritten where it stands"),
    ],
)
def test_what_it_cannot_rewrite_is_said(text: str, said: str, tmp_path: Path, lca_: Lca) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    ran = lca_("upgrade", str(path))
    assert (ran.code, path.read_text(encoding="utf-8")) == (1, text)
    assert said in ran.err


def test_every_former_name_is_of_no_field() -> None:
    """A name of before has one meaning: no field beside it is called so, or was."""
    for record in upgrade.records():
        former = [name for field in record.fields.values() for name in field.was]
        assert len(former) == len({*former})
        assert not {*former} & {*record.fields}


def test_paths_in_workbooks_of_before() -> None:
    assert path_now("terminals.kinds.phone.watts") == "terminals.devices.phone.power"
    assert path_now("variants.b.with.terminals.kinds.phone.watts") == "variants.b.with.terminals.devices.phone.power"
    assert path_now("parameters.kinds") == "parameters.kinds"
    assert path_now("tiny.phone.use.GWP") == "tiny.phone.use.GWP"


def test_a_revision_from_before_compares(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    packs = write_pack(tmp_path)
    path = written(tmp_path, OLD)
    for words in (["init", "-q"], ["add", "study.yaml"], [*ME, "commit", "-qm", "a"]):
        subprocess.run(["git", *words], check=True)  # noqa: S607
    path.write_text(swapped(NEW, ("{value: 70 W", "{value: 140 W")), encoding="utf-8")
    ran = lca_("compare", "HEAD:study.yaml", "study.yaml", "--packs", str(packs))
    assert ran.code == 0, ran.err
    assert "terminals.devices.laptop.power" in ran.out


def test_a_workbook_from_before_is_reviewed(tmp_path: Path, lca_: Lca) -> None:
    """An edit of a row with a path of before is an edit of the input of now."""
    path, packs, book = written(tmp_path, NEW), write_pack(tmp_path), str(tmp_path / "study.xlsx")
    assert lca_("export", str(path), "--packs", str(packs), "-o", book).code == 0
    opened = openpyxl.load_workbook(book)
    page = opened["Inputs"]
    at = {str(cell.value): cell.column for cell in page[4] if cell.value}
    for row in range(5, page.max_row + 1):
        cells = [page.cell(row, at[column]) for column in ("Path", "Address")]
        if cells[0].value == "terminals.devices.laptop.power" == cells[1].value:
            page.cell(row, at["Value"]).value = 60
        for cell in cells:
            cell.value = cell.value and str(cell.value).replace("devices", "kinds").replace("power", "watts")
    opened.save(book)
    found = json.loads(lca_("review", book, str(path), "--packs", str(packs), "--format", "json").out)
    [edit] = [record for record in found if record["kind"] == "input"]
    assert (edit["path"], edit["new"]) == ("terminals.devices.laptop.power", 60)
    assert [record["what"] for record in found if record["kind"] == "row added"] == []
