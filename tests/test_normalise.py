"""Person-equivalents and single scores, beside the arithmetic by hand."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from lca.disk.workspace import Library, Run
from lca.problems import Problems
from lca.questions.normalise import normalised, references, scores, weights
from tests.bench_pack import PACKAGE, lay, swapped, write_pack, written
from tests.command import Lca, Ran

GWP, ADPF = 7553.08316285117, 65004.2596640165  # EF 3.1, per person and year
STUDY = """\
study: {criteria: [CRITERIA], packs: [tiny]}
functional_units: {FU1: {demand: {visits: 1 visit}}}
activities:
  - {item: phone, tier: terminals, stage: manufacture, amount: "= 1000 [device]"}
variants:
  double: {with: {activities: [{item: phone, tier: terminals, stage: manufacture, amount: "= 2000 [device]"}]}}
"""


LAPTOPS = STUDY.replace("phone", "laptop").replace("manufacture", "embodied")
LAPTOPS = swapped(LAPTOPS, ("tiny]", "tiny], not_assessed: []"))


@pytest.fixture
def asked(lca_: Lca, tmp_path: Path) -> Lca:
    """`lca run` of a study with the criteria that are named, by the words that follow."""

    def run(text: str, criteria: str, *words: str) -> Ran:
        path, packs = written(tmp_path, swapped(text, ("CRITERIA", criteria))), write_pack(tmp_path)
        return lca_("run", str(path), "--packs", str(packs), *words)

    return run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_person_equivalents(asked: Lca) -> None:
    ran = asked(STUDY, "GWP, ADPf", "--normalise", "EF3.1", "--variant", "base,double", "--format", "csv")
    assert ran.code == 0
    found = {(row["variant"], row["criterion"]): row for row in rows(ran.out)}
    assert float(found["", "GWP"]["person_equivalents"]) == pytest.approx(1000 * 50 / GWP)
    assert float(found["", "ADPf"]["person_equivalents"]) == pytest.approx(1000 * 600 / ADPF)
    assert float(found["double", "GWP"]["person_equivalents"]) == pytest.approx(2000 * 50 / GWP)
    assert found["", "GWP"]["pack"] == "ef-3.1"
    assert "Climate change" in found["", "GWP"]["at"]


def test_a_single_score(asked: Lca) -> None:
    ran = asked(STUDY, "GWP, ADPf", "--normalise", "ef-3.1", "--weight", "--format", "csv")
    assert ran.code == 0
    (score,) = (row for row in rows(ran.out) if row["criterion"] == "single score")
    assert float(score["person_equivalents"]) == pytest.approx(0.2106 * 50_000 / GWP + 0.0832 * 600_000 / ADPF)
    assert float(score["weight"]) == pytest.approx(0.2938)


def test_a_criterion_without_a_factor_is_shown_with_the_reason(asked: Lca) -> None:
    ran = asked(LAPTOPS, "GWP, PE", "--normalise", "EF3.1", "--variant", "all")
    assert ran.code == 0
    text = ran.out
    assert "Not available: EF3.1 has no normalisation factor for PE." in text
    assert "+100.0 %" in text  # the second variant against the first
    (line,) = (line for line in text.splitlines() if line.startswith("PE"))
    assert line.split() == ["PE", "–", "–", "–"]


def test_a_score_is_refused_where_a_criterion_has_no_factor(asked: Lca) -> None:
    ran = asked(LAPTOPS, "GWP, PE", "--normalise", "EF3.1", "--weight")
    assert ran.code == 1
    assert "no single score: EF3.1 has no normalisation factor for PE" in ran.err
    assert "--criteria GWP" in ran.err
    assert asked(LAPTOPS, "GWP, PE", "--normalise", "EF3.1", "--weight", "--criteria", "GWP").code == 0


def test_a_set_that_does_not_exist(asked: Lca) -> None:
    ran = asked(STUDY, "GWP", "--normalise", "EF3.2")
    assert ran.code == 2
    assert "did you mean 'EF3.1'" in ran.err
    assert asked(STUDY, "GWP", "--weight").code == 2


def test_the_shipped_weights_sum_to_a_whole() -> None:
    library = Library()
    for name in ("EF3.0", "EF3.1"):
        assert sum(weights(library.table("weighting", name)).values()) == pytest.approx(1, abs=2e-4)
        known = references(library.table("normalisation", name), library.criteria)
        assert known.keys() == weights(library.table("weighting", name)).keys()


def test_a_reference_in_another_unit_is_converted(tmp_path: Path) -> None:
    own = tmp_path / "own"
    package = PACKAGE | {"name": "ours", "resources": [{"path": "n.csv", "role": "normalisation"}]}
    header = "set,criterion,value,unit,per,at,note\n"
    lay(own / "ours", package, n=f"{header}Ours,GWP,8,tCO2eq,person*year,p. 1,\n")
    library = Library([own])
    assert references(library.table("normalisation", "ours"), library.criteria)["GWP"].value == pytest.approx(8000)
    lay(own / "ours", package, n=f"{header}Ours,GWP,8,tCO2eq,person,p. 1,\n")
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
