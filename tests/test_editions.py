"""Editions of packs: which is the newer, and what it moves; figures by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.disk.workspace import Library
from lca.model.packs import numbers
from lca.problems import Problems
from tests.bench_pack import FACTORS, PACKAGE, lay, swapped, write_pack, written
from tests.command import Lca

HEAD = FACTORS.splitlines()[0]
STUDY = """\
study: {title: Old, criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {visits: 1 visit}}}
activities:
  - {name: here, item: electricity, tier: data centre, stage: use, region: FRA, amount: 10 kWh/visit}
  - {name: phones, item: phone, tier: terminals, stage: manufacture, amount: 0.02 device/visit}
"""  # by hand, in kg: 10 * 0.1 + 0.02 * 50 = 2; with 0.15 kg/kWh 10 * 0.15 + 1 = 2.5: +25 %
NEWER = f"{HEAD}\nelectricity,use,FRA,2024,GWP,0.15,kgCO2eq,kWh,,,,p. 1,B,\n"
ONLY = [{"path": "factors.csv", "role": "factors"}]


def packs(folder: Path, *editions: tuple[str, str, str]) -> str:
    """The small pack as the edition 0.9 of a source, and others of that source: name, version, factors."""
    about = PACKAGE | {"edition_of": "rounds", "version": "0.9"}
    of = write_pack(folder, package=about)  # type: ignore[arg-type]
    for name, version, factors in editions:
        lay(of / name, about | {"name": name, "version": version, "resources": ONLY}, factors=factors)
    return str(of)


def test_what_the_newest_edition_moves(lca_: Lca, tmp_path: Path) -> None:
    """0.11 comes after 0.9 and 0.10; what it does not have stays that of the older, and is named."""
    folder = packs(tmp_path, ("tiny-0-11", "0.11", NEWER), ("tiny-0-10", "0.10", swapped(NEWER, ("0.15", "0.2"))))
    path = str(written(tmp_path, STUDY))
    done = lca_("packs", "--outdated", path, "--packs", folder)
    said = " ".join(done.out.split())
    assert "tiny (0.9): tiny-0-11 (0.11)" in said, done.err
    assert "one +25.0 %" in said
    assert "stay those of tiny: phone (GWP)" in said
    [record] = json.loads(lca_("packs", "--outdated", path, "--packs", folder, "--format", "json").out)
    assert (record["before"], record["after"]) == pytest.approx((2, 2.5))


def test_the_newest_has_no_newer(lca_: Lca, tmp_path: Path) -> None:
    folder = packs(tmp_path, ("tiny-0-8", "0.8", NEWER))
    done = lca_("packs", "--outdated", str(written(tmp_path, STUDY)), "--packs", folder)
    assert "No newer edition here: tiny." in done.out


METHOD = """\
title: By data
takes: {TAKEN: {text: how much, unit: GB, per_work: true}}
parameters: {each: 1 kWh/GB}
gives: {activities: {sent: {item: electricity, tier: network, stage: use, region: FRA, amount: = TAKEN * each}}}
"""
PAGE = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {visits: 1 visit}}}
processes: {page: {method: tiny, data: 2 GB/visit}}
"""


@pytest.mark.parametrize(
    ("taken", "said"), [("data", "one +50.0 %"), ("size", "processes.page has no 'size', which tiny-2 takes")]
)
def test_the_method_of_the_newer_stands_in_or_is_refused(lca_: Lca, tmp_path: Path, taken: str, said: str) -> None:
    """By hand: 2 kWh at 0.1 kg, and at 0.15 kg. A method that takes something else is told with the reason."""
    folder = packs(tmp_path, ("tiny-2", "2", NEWER))
    for name, word in (("tiny", "data"), ("tiny-2", taken)):
        about = json.loads((Path(folder) / name / "datapackage.json").read_text("utf-8"))
        about["resources"].append({"path": f"{name}.yaml", "role": "method"})
        lay(Path(folder) / name, about)
        (Path(folder) / name / f"{name}.yaml").write_text(METHOD.replace("TAKEN", word), "utf-8")
    done = lca_("packs", "--outdated", str(written(tmp_path, PAGE)), "--packs", folder)
    assert (done.code, said in " ".join(done.out.split())) == (0, True), done.out + done.err


def test_every_pack_is_listed_with_its_licence(lca_: Lca, tmp_path: Path) -> None:
    out = json.loads(lca_("packs", "--packs", packs(tmp_path), "--format", "json").out)
    by_name = {one["pack"]: one for one in out}
    assert {key: by_name["tiny"][key] for key in ("version", "accessed", "licence", "edition_of")} == {
        "version": "0.9", "accessed": "2024-01-01", "licence": "CC0-1.0", "edition_of": "rounds",
    }  # fmt: skip
    assert set(by_name) == set(Library([str(tmp_path / "packs")]).names())


def test_editions_have_versions_that_can_be_ordered(tmp_path: Path) -> None:
    about = PACKAGE | {"edition_of": "rounds", "version": "first"}
    with pytest.raises(Problems, match="edition_of is a name, of packs whose versions have numbers"):
        Library([write_pack(tmp_path, package=about)]).pack("tiny")  # type: ignore[arg-type]


def test_shipped_editions_differ_in_their_versions() -> None:
    library = Library()
    for source in ("ecologits", "environmental-footprint"):
        versions = [numbers(pack.version) for pack in library.editions(source)]
        assert len(versions) == len(set(versions)) > 1
