"""Figures to quote, and the forms of others: what is said, by hand; and what nobody knows is left blank."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.bench_pack import FACTORS, PACKAGE, swapped, write_pack, written
from tests.command import Lca
from tests.test_cli_schema import wrong

ROOT = Path(__file__).resolve().parent.parent
BOAMPS = json.loads((ROOT / "tests/recorded/boamps.json").read_text("utf-8"))["rule"]
DAY = ("--date", "2026-11-28")

STUDY = """\
study: {title: A small model, authors: Adams & Baker, criteria: [GWP], packs: [tiny]}
functional_units: {model: {title: training of it, demand: {}}}
sites: {hall: {region: FRA, pue: 1.5}}
training:
  site: hall
  device: gpu-server
  lifetime: 5 year
  aur: 50 %
  idle_power: 0 %
  runs:
    one: {nodes: 2 server, duration: 100 h, power: {value: 1 kW/server, low: 0.5 kW/server, high: 2 kW/server}}
"""
# by hand: 2 servers for 100 h at 1 kW are 200 kWh, at a PUE of 1.5 300 kWh, at 0.1 kg 30 kg; 15 and 60 at the ends.
# 200 server hours of 5 * 8760 / 2 are 0.9132 % of a server of 200 + 8 * 100 = 1000 kg, 9.13 kg: 39.1, 24.1 and 69.1 kg
CHAT = """\
study: {title: A chat, criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: ten prompts, demand: {prompts: 10 prompt}}}
sites: {hall: {region: FRA, pue: 1}}
inference: {site: hall, energy: 2 Wh/prompt, tokens: 300 token/prompt, SERVER}
"""
SERVER = "idle_power: 0 %, server: {device: gpu-server, share: 1/8, time: 9 s/prompt, lifetime: 5 year, aur: 25 %}"


def packs(folder: Path) -> tuple[str, str]:
    return "--packs", str(write_pack(folder))


def cite(lca_: Lca, folder: Path, *words: str, text: str = STUDY) -> str:
    done = lca_("cite", str(written(folder, text)), *packs(folder), *DAY, *words)
    assert done.code == 0, done.err
    return done.out


# --- the sentence ----------------------------------------------------------------------------------------------------


def test_a_sentence_has_all_that_a_figure_needs(lca_: Lca, tmp_path: Path) -> None:
    said = cite(lca_, tmp_path)
    for part in (
        "A small model, training of it: Climate change (GWP) is 3.91e+01 kg CO2 eq",
        "from 2.41e+01 to 6.91e+01, its lowest and highest over the ranges of its inputs",
        "assumed and without a range",
        "counted: data centre (training: whole life cycle)",
        "nothing is described of terminals, network, data, inference and access",
        "indirect effects: in no figure",
        "factors: tiny (1)",
        "on 2026-11-28.",
    ):
        assert part in said
    assert re.search(r"computed by lca [0-9.]+ from inputs of SHA-256 [0-9a-f]{16} ", said)
    assert said.count("\n") == 1


def test_an_interval_says_that_it_is_one(lca_: Lca, tmp_path: Path) -> None:
    said = cite(lca_, tmp_path, "-n", "500", "--seed", "3")
    assert re.search(r"from [^ ]+ to [^ ]+ in 95 % of 500 draws \(seed 3\) of its inputs", said)


def test_what_is_left_out_is_said(lca_: Lca, tmp_path: Path) -> None:
    """A server that is not described, and access that is out of scope."""
    text = swapped(
        CHAT,
        (", SERVER", ""),
        ("packs: [tiny]", "packs: [tiny], out_of_scope: [{phase: access, tier: terminals, reason: x}]"),
    )
    said = cite(lca_, tmp_path, text=text)
    assert "counted: data centre (inference: use)" in said
    assert "out of scope: terminals (access: whole life cycle)" in said


def test_without_ranges_none_is_given(lca_: Lca, tmp_path: Path) -> None:
    plain = swapped(STUDY, ("{value: 1 kW/server, low: 0.5 kW/server, high: 2 kW/server}", "1 kW/server"))
    assert "without a range, since no input that it rests on has one" in cite(lca_, tmp_path, text=plain)


def hashed(said: str) -> str:
    found = re.search(r"SHA-256 ([0-9a-f]{16})", said)
    assert found is not None
    return found[1]


def test_the_hash_is_of_scenario_and_packs(lca_: Lca, tmp_path: Path) -> None:
    """A comment changes nothing; a number of the scenario or a cell of a pack does."""
    first = hashed(cite(lca_, tmp_path))
    assert hashed(cite(lca_, tmp_path, text=f"# as it was\n{STUDY}")) == first
    assert hashed(cite(lca_, tmp_path, text=swapped(STUDY, ("100 h", "101 h")))) != first
    write_pack(tmp_path, factors=swapped(FACTORS, ("gpu,manufacture,,2020,GWP,90,", "gpu,manufacture,,2020,GWP,91,")))
    folder = str(tmp_path / "packs")
    assert hashed(lca_("cite", str(written(tmp_path, STUDY)), "--packs", folder, *DAY).out) != first


def test_markdown_and_bibtex(lca_: Lca, tmp_path: Path) -> None:
    assert cite(lca_, tmp_path, "--form", "markdown").startswith("> A small model, ")
    entry = cite(lca_, tmp_path, "--form", "bibtex")
    assert re.match(r"@misc\{lca-[0-9a-f]{16},\n  author = \{\{Adams \\& Baker\}\},\n", entry)
    assert "year = {2026}" in entry
    assert entry.count("{") == entry.count("}")
    nobody = cite(lca_, tmp_path, "--form", "bibtex", text=swapped(STUDY, (" authors: Adams & Baker,", "")))
    assert nobody.startswith("% no author: study.authors does not say")


def test_a_day_is_a_day(lca_: Lca, tmp_path: Path) -> None:
    done = lca_("cite", str(written(tmp_path, STUDY)), *packs(tmp_path), "--date", "yesterday")
    assert (done.code, "is no day" in done.err) == (2, True)


# --- model card ------------------------------------------------------------------------------------------------------


def test_a_model_card_has_the_keys_of_the_hub(lca_: Lca, tmp_path: Path) -> None:
    """Grams of the electricity of training alone: 300 kWh at 100 g. What kind of training it was, nobody says."""
    text = cite(lca_, tmp_path, "--form", "model-card")
    card = yaml.safe_load(text.strip().strip("-"))["co2_eq_emissions"]
    assert list(card) == ["emissions", "source", "training_type", "geographical_location", "hardware_used"]
    assert card["emissions"] == pytest.approx(30_000)
    assert (card["geographical_location"], card["hardware_used"]) == ("FRA", "gpu-server: 2 server")
    assert card["training_type"] is None
    assert "# left blank: pre-training or fine-tuning" in text


SHARED = (
    ("idle_power: 0 %\n", "idle_power: 0 %\n  allocation: per use\n"),
    ("100 h, ", "100 h, amortised_over: 1e6 prompt, "),
    ("demand: {}", "demand: {prompts: 1 prompt}"),
)


def test_a_share_of_a_training_is_no_training(lca_: Lca, tmp_path: Path) -> None:
    text = cite(lca_, tmp_path, "--form", "model-card", text=swapped(STUDY, *SHARED))
    assert "emissions:  # left blank: the functional unit carries a share of the training" in text
    assert yaml.safe_load(text.strip().strip("-"))["co2_eq_emissions"]["geographical_location"] is None


# --- the forms of others ---------------------------------------------------------------------------------------------


def report(lca_: Lca, folder: Path, text: str, form: str = "boamps") -> str:
    done = lca_("export", str(written(folder, text)), *packs(folder), "--format", form)
    assert done.code == 0, done.err
    return done.out


FILLED = {
    "task.taskFamily": ("task", {"taskFamily": "chatbot"}),
    "task.dataset": ("task", {"dataset": [{"dataUsage": "input", "dataType": "text"}]}),
    "infrastructure.infraType": ("infrastructure", {"infraType": "onPremise"}),
    "infrastructure.components": ("infrastructure", {"components": [{"componentType": "gpu", "nbComponent": 1}]}),
}


@pytest.mark.parametrize(
    "text",
    [STUDY, swapped(CHAT, ("SERVER", SERVER)), swapped(CHAT, (", SERVER", ""))],
    ids=["training", "chat", "bare"],
)
def test_a_boamps_report_lacks_what_it_says_that_it_lacks(lca_: Lca, tmp_path: Path, text: str) -> None:
    """By the data model as recorded; once the blanks are filled in by hand, nothing is wrong."""
    made = json.loads(report(lca_, tmp_path, text))
    lacking = {line.removesuffix(" is missing").removeprefix(".") for line in wrong(made, BOAMPS)}
    said = made["task"]["taskDescription"].partition("Left blank, since the scenario does not say it: ")[2]
    blank = set(said.removesuffix(".").split(", "))
    assert lacking
    assert lacking == blank & set(FILLED)
    for name in lacking:
        part, more = FILLED[name]
        made[part] |= more
    assert list(wrong(made, BOAMPS)) == []


def test_a_boamps_report_says_what_is_known(lca_: Lca, tmp_path: Path) -> None:
    made = json.loads(report(lca_, tmp_path, STUDY))
    [measure] = made["measures"]
    assert measure["powerConsumption"] == pytest.approx(300)
    assert "not metered" in measure["measurementMethod"]
    assert made["infrastructure"]["components"] == [
        {"componentName": "gpu-server", "componentType": "server", "nbComponent": 2}
    ]
    assert made["environment"]["country"] == "FRA"
    assert made["environment"]["powerSourceCarbonIntensity"] == pytest.approx(100)
    chat = json.loads(report(lca_, tmp_path, swapped(CHAT, ("SERVER", SERVER))))
    assert (chat["task"]["taskStage"], chat["task"]["nbRequest"]) == ("inference", 10)
    assert chat["task"]["dataset"] == [{"dataUsage": "output", "dataType": "token", "dataQuantity": 300}]
    assert chat["measures"][0]["powerConsumption"] == pytest.approx(0.02)
    assert chat["infrastructure"]["components"][0]["share"] == 0.125


def test_a_factor_that_may_not_be_passed_on_is_withheld(lca_: Lca, tmp_path: Path) -> None:
    """The intensity of the electricity is a row of the pack."""
    folder = str(write_pack(tmp_path, package=PACKAGE | {"redistributable": False}))  # type: ignore[arg-type]
    words = ("export", str(written(tmp_path, STUDY)), "--packs", folder, "--format", "boamps")
    assert json.loads(lca_(*words).out)["environment"] == {"country": "FRA"}
    assert "powerSourceCarbonIntensity" in lca_(*words, "--with-restricted").out


def test_a_form_is_of_one_case(lca_: Lca, tmp_path: Path) -> None:
    two = f"{STUDY}variants: {{L: {{with: {{sites.hall.pue: 1.2}}}}}}\n"
    for form in ("boamps", "eu_model"):
        done = lca_("export", str(written(tmp_path, two)), *packs(tmp_path), "--format", form)
        assert (done.code, "--variant base" in done.err) == (2, True), done.err


def answers(text: str) -> dict[str, str]:
    rows = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {row[0]: row[1] for row in rows}


def test_the_lines_of_the_european_form(lca_: Lca, tmp_path: Path) -> None:
    """MWh of training, and FLOP where it is stated by them: 3.6e17 FLOP at 1e12 FLOP/s are 100 h."""
    said = answers(report(lca_, tmp_path, STUDY, "eu_model"))
    assert said["Amount of energy used for training"] == "0.3 MWh"
    assert "left blank" in said["Amount of computation used for training"]
    assert "left blank" in said["Benchmarked amount of computation used for inference"]
    by_compute = swapped(
        STUDY,
        ("nodes: 2 server, duration: 100 h,", "compute: 3.6e17 FLOP,"),
        ("idle_power: 0 %", "idle_power: 0 %\n  speed: 1 TFLOP/s/server\n  utilisation: 100 %\n  experiments: 50 %"),
    )
    said = answers(report(lca_, tmp_path, by_compute, "eu_model"))
    assert said["Amount of computation used for training"] == "5.4e17 FLOP"
    assert said["Amount of energy used for training"] == "0.225 MWh"  # 100 h * 1 kW * 1.5 * 1.5
    shared = report(lca_, tmp_path, swapped(STUDY, *SHARED), "eu_model")
    assert "carries a share" in answers(shared)["Amount of energy used for training"]
    chat = report(lca_, tmp_path, swapped(CHAT, ("SERVER", SERVER)), "eu_model")
    assert "inference for one (ten prompts) takes 2e-5 MWh" in chat


# --- how to cite the program -----------------------------------------------------------------------------------------

CFF = {  # of the schema 1.2.0 of the Citation File Format (citation-file-format.github.io/1.2.0/schema.json): its keys
    "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords",
    "license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "title", "type", "url", "version",
}  # fmt: skip


def test_the_citation_file_is_in_order() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {"authors", "cff-version", "message", "title"} <= set(cff) <= CFF
    assert (cff["cff-version"], cff["type"], cff["authors"]) == ("1.2.0", "software", [{"name": "lca contributors"}])
    assert (cff["title"], cff["version"], cff["license"]) == (project["name"], project["version"], project["license"])
    assert all(isinstance(text, str) for text in (cff["message"], cff["abstract"], *cff["keywords"]))
