"""The literature as scenarios: what is published is met or explained, and the page that lists it is up to date."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import lca
from lca.disk.workspace import locate, scenario_files, scenarios_in, shipped
from lca.wording import plural
from tests.command import Lca
from tools import literature
from tools.literature import STUDIES, Study

FILES = sorted(STUDIES.glob("*.yaml"))
REACHED = 150  # figures of trainings alone


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_study_meets_its_figures_or_says_why_not(file: Path) -> None:
    study = literature.study(file)
    assert study.figures, "a study of the literature has published figures"
    for key, figure in study.figures.items():
        v = figure.verdict
        assert v.verdict in ("reproduced", "fitted", "known gap"), f"{key}: {v.computed} for {v.published} {v.unit}"
        assert v.source
        assert v.verdict != "known gap" or any(sign.isdigit() for sign in v.reason), (
            f"{key}: a gap needs its arithmetic"
        )
    assert all(reason for _, reason in study.formulas), "a formula in place of a block needs its reason (note)"


def test_the_page_is_what_its_tool_writes() -> None:
    page = literature.page()
    if os.environ.get("UPDATE_GOLDEN"):
        literature.PAGE.write_text(page, encoding="utf-8")
    assert literature.PAGE.read_text(encoding="utf-8") == page, "run python -m tools.literature"


def test_the_page_counts_its_figures_and_lists_every_study() -> None:
    page, every = literature.page(), literature.studies()
    figures = [figure for one in every for figure in one.figures.values()]
    assert len(figures) >= REACHED
    assert f"{plural(len(figures), 'figure')} of {plural(len(every), 'study', 'studies')}: " in page
    assert page.count(".yaml)** ") == len(every)
    assert page.count("| known gap: ") == sum(figure.verdict.verdict == "known gap" for figure in figures)


def study(name: str) -> Study:
    return literature.study(STUDIES / f"{name}.yaml")


def test_what_a_figure_reads_as() -> None:
    """7.0e6 h x 0.7 kW x 0.41403 kg/kWh are 2,029 t; 1.58 x 84 h x 1.51543 kW x 0.954 lb/kWh are 191.88 lb."""
    anomaly = study("llama3_2024").figures["llama33-70b"]
    assert (anomaly.value, anomaly.recomputed, anomaly.deviation) == ("12.9 t CO2e", "2029 t CO2e", "× 157")
    base = study("strubell_2019").figures["big"]
    assert (base.value, base.recomputed, base.deviation) == ("192 lb CO2e", "191.9 lb CO2e", "-0.065 %")
    assert study("morrison_2025").figures["machines-water"].recomputed == "4.83e3 L"


# --- by hand ----------------------------------------------------------------------------------------------------------


def computed(name: str, key: str) -> float:
    return study(name).figures[key].verdict.computed


def test_trainings_worked_out_on_paper() -> None:
    """Hours x watts x PUE x factor, and a share of a life: as each paper has it."""
    pound = 0.45359237
    assert computed("strubell_2019", "nas") == pytest.approx(1.58 * 274120 * 1.51543 * 0.954 * pound)
    assert computed("patterson_2021", "t5-gross") == pytest.approx(4.05e22 / 45.6e12 / 3600 * 0.31 * 1.12 * 0.545)
    assert computed("patterson_2021", "gshard-net") == pytest.approx(1.33e22 / 48e12 / 3600 * 0.288 * 1.09 * 0.177)
    assert computed("llama1_2023", "llama-65b") == pytest.approx(1022362 * 0.4 * 1.1 * 0.385)
    hours = 184320 * 0.4 + 368640 * 0.4 + 1038336 * 0.35 + 1720320 * 0.4
    assert computed("llama2_2023", "llama2") == pytest.approx(hours * 1.1 * 0.385)
    assert computed("morrison_2025", "machines") == pytest.approx(1.65e6 / (4 * 8760) * 463)
    assert computed("llmcarbon_2024", "xlm-gpus") == pytest.approx(512 * 20.4 / (5 * 365) * 9.78)
    assert computed("llmcarbon_2024", "t5") == pytest.approx(
        6 * 11e9 * 600e9 / (123e12 * 0.37) / 3600 * 0.31 * 1.12 * 0.545
    )
    assert computed("bloom_2022", "falk-gpus") == pytest.approx(1082990 / (6 * 8760 * 0.85) * 127.6)


# --- scenarios in folders ---------------------------------------------------------------------------------------------


def test_folders_are_searched_but_for_packs_and_hidden_ones(tmp_path: Path) -> None:
    for place in ("b.yaml", "inner/a.yaml", "inner/deep/c.yaml", ".hidden/d.yaml", "pack/method.yaml"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("study: {}\n", encoding="utf-8")
    (tmp_path / "pack" / "datapackage.json").write_text("{}", encoding="utf-8")
    found = [file.relative_to(tmp_path).as_posix() for file in scenario_files([tmp_path])]
    assert found == ["b.yaml", "inner/a.yaml", "inner/deep/c.yaml"]


@pytest.mark.parametrize(
    "name",
    ["strubell_2019", "published/strubell_2019", "published/strubell_2019.yaml", "scenarios/published/strubell_2019"],
)
def test_a_published_study_is_opened_by_its_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(name) == STUDIES / "strubell_2019.yaml"
    assert lca.run(name).total("transformer-big", "FE") == pytest.approx(1.58 * 84 * 1.51543)


@pytest.mark.parametrize("name", ["*", "../bloom", "/bloom", "published", "other/strubell_2019"])
def test_what_is_no_name_opens_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(name) == Path(name)


def test_a_name_in_two_folders_is_asked_for_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = tmp_path / "scenarios"
    for folder in ("one", "two"):
        (scenarios / folder).mkdir(parents=True)
        (scenarios / folder / "same.yaml").write_text("study: {}\n", encoding="utf-8")
    monkeypatch.setattr("lca.disk.workspace.shipped", lambda what: tmp_path / what)
    assert locate("same") == Path("same")
    assert locate("two/same") == scenarios / "two" / "same.yaml"


def test_a_check_of_a_folder_takes_those_below_it(lca_: Lca) -> None:
    checked = lca_("check", str(STUDIES.parent), "--format", "json")
    assert checked.code == 0, checked.err
    assert all(file.stem in checked.out for file in scenarios_in(shipped("scenarios")))
