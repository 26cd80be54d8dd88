"""Person-equivalents and single scores, beside the arithmetic by hand."""

from __future__ import annotations

import csv
import gc
import io
import subprocess
import sys
from pathlib import Path

import pytest

from lca.cli import main
from lca.disk.workspace import Library, Run
from lca.problems import Problems
from lca.questions.normalise import normalised, references, scores, weights
from tests.bench_pack import write_pack, written

GWP, ADPF = 7553.08316285117, 65004.2596640165  # EF 3.1, per person and year
STUDY = """\
study: {criteria: [CRITERIA], factors: [tiny]}
functional_units: {FU1: {demand: {visits: 1 visit}}}
activities:
  - {item: phone, tier: terminals, stage: manufacture, amount: "= 1000 [device]"}
variants:
  double: {with: {activities: [{item: phone, tier: terminals, stage: manufacture, amount: "= 2000 [device]"}]}}
"""


def ran(folder: Path, monkeypatch: pytest.MonkeyPatch, criteria: str, *words: str) -> int:
    path, packs = written(folder, STUDY.replace("CRITERIA", criteria)), write_pack(folder)
    monkeypatch.setattr(sys, "argv", ["lca", "run", str(path), "--factors", str(packs), *words])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        gc.enable()
    return 0


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_person_equivalents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        ran(tmp_path, monkeypatch, "GWP, ADPf", "--normalise", "EF3.1", "--variant", "base,double", "--format", "csv")
        == 0
    )
    found = {(row["variant"], row["criterion"]): row for row in rows(capsys.readouterr().out)}
    assert float(found["", "GWP"]["person_equivalents"]) == pytest.approx(1000 * 50 / GWP)
    assert float(found["", "ADPf"]["person_equivalents"]) == pytest.approx(1000 * 600 / ADPF)
    assert float(found["double", "GWP"]["person_equivalents"]) == pytest.approx(2000 * 50 / GWP)
    assert found["", "GWP"]["pack"] == "ef-3.1"
    assert "Climate change" in found["", "GWP"]["at"]


def test_a_single_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(tmp_path, monkeypatch, "GWP, ADPf", "--normalise", "ef-3.1", "--weight", "--format", "csv") == 0
    (score,) = (row for row in rows(capsys.readouterr().out) if row["criterion"] == "single score")
    assert float(score["person_equivalents"]) == pytest.approx(0.2106 * 50_000 / GWP + 0.0832 * 600_000 / ADPF)
    assert float(score["weight"]) == pytest.approx(0.2938)


PE = STUDY.replace("phone", "laptop").replace("manufacture", "embodied").replace("tiny]", "tiny], not_assessed: []")


def test_a_criterion_without_a_factor_is_shown_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(globals(), "STUDY", PE)
    assert ran(tmp_path, monkeypatch, "GWP, PE", "--normalise", "EF3.1", "--variant", "all") == 0
    text = capsys.readouterr().out
    assert "Not available: EF3.1 has no normalisation factor for PE." in text
    assert "+100.0 %" in text  # the second variant against the first
    (line,) = (line for line in text.splitlines() if line.startswith("PE"))
    assert line.split() == ["PE", "–", "–", "–"]


def test_a_score_is_refused_where_a_criterion_has_no_factor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(globals(), "STUDY", PE)
    assert ran(tmp_path, monkeypatch, "GWP, PE", "--normalise", "EF3.1", "--weight") == 1
    error = capsys.readouterr().err
    assert "no single score: EF3.1 has no normalisation factor for PE" in error
    assert "--criteria GWP" in error
    assert ran(tmp_path, monkeypatch, "GWP, PE", "--normalise", "EF3.1", "--weight", "--criteria", "GWP") == 0


def test_a_set_that_does_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(tmp_path, monkeypatch, "GWP", "--normalise", "EF3.2") == 1
    assert "did you mean 'EF3.1'" in capsys.readouterr().err
    assert ran(tmp_path, monkeypatch, "GWP", "--weight") == 2


def test_the_shipped_weights_sum_to_a_whole() -> None:
    library = Library()
    for name in ("EF3.0", "EF3.1"):
        assert sum(weights(library.table("weighting", name)).values()) == pytest.approx(1, abs=2e-4)
        known = references(library.table("normalisation", name), library.criteria)
        assert known.keys() == weights(library.table("weighting", name)).keys()


def test_a_reference_in_another_unit_is_converted(tmp_path: Path) -> None:
    package = (write_pack(tmp_path) / "tiny" / "datapackage.json").read_text(encoding="utf-8")
    own = tmp_path / "own"
    (own / "ours").mkdir(parents=True)
    text = package.replace('"tiny"', '"ours"').replace('"factors.csv"', '"normalisation.csv"')
    text = text.replace('"role": "factors"', '"role": "normalisation"')
    text = text[: text.index('"resources"')] + '"resources": [{"path": "n.csv", "role": "normalisation"}]}'
    (own / "ours" / "datapackage.json").write_text(text, encoding="utf-8")
    header = "set,criterion,value,unit,per,at,note\n"
    (own / "ours" / "n.csv").write_text(f"{header}Ours,GWP,8,tCO2eq,person*year,p. 1,\n", encoding="utf-8")
    library = Library([own])
    assert references(library.table("normalisation", "ours"), library.criteria)["GWP"].value == pytest.approx(8000)
    (own / "ours" / "n.csv").write_text(f"{header}Ours,GWP,8,tCO2eq,person,p. 1,\n", encoding="utf-8")
    library = Library([own])
    with pytest.raises(Problems, match="is no reference"):
        references(library.table("normalisation", "ours"), library.criteria)


def test_the_shipped_study() -> None:
    study = Run("stable_diffusion")
    result, _ = study.compile((), (None, *study.scenario.variants), with_expectations=False)
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    known = references(study.library.table("normalisation", "EF3.1"), result.model.factors.criteria)
    found = [each for each in normalised(totals, result.criteria, known, "EF3.1") if each.people is not None]
    assert {each.criterion for each in found} >= {"GWP", "ADPe"}
    one = scores(found, weights(study.library.table("weighting", "EF3.1")), "EF3.1")
    assert {(score.functional_unit, score.variant) for score in one} == {tuple(case) for case in result.model.cases}


def test_numpy_stays_out_of_a_run() -> None:
    code = (
        "import sys; sys.argv = ['lca', 'run', 'stable_diffusion', '--normalise', 'EF3.1']\n"
        "from lca.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('numpy' in sys.modules, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] == "False"
