"""BoAmps reports as measured electricity, and what they do not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.problems import Problems
from tests.command import Lca


def report(*measures: dict[str, Any], **task: Any) -> str:
    told = {"taskStage": "inference", "taskFamily": "chat", **task}
    return json.dumps({"task": told, "measures": measures, "environment": {"country": "France"}})


def imported(folder: Path, text: str, **said: str) -> Made:
    path = folder / "report.json"
    path.write_text(text, encoding="utf-8")
    return kind("boamps").read(Given(files([path]), Library(), said))


WATTMETER = {"measurementMethod": "wattmeter", "powerConsumption": 1.5}


def test_energies_are_summed_and_for_a_request(tmp_path: Path) -> None:
    text = report(WATTMETER, {**WATTMETER, "powerConsumption": 0.5}, nbRequest=1000)
    assert imported(tmp_path, text).part["energy"]["value"] == "2 kWh"
    assert imported(tmp_path, text, unit="prompt").part["energy"]["value"] == "0.002 kWh/prompt"
    assert imported(tmp_path, text, work="500 prompt").part["energy"]["value"] == "0.004 kWh/prompt"


def test_what_the_machine_takes_at_rest_is_taken_off(tmp_path: Path) -> None:
    """0.1 kWh in 600 s are 0.6 kWh in the hour of the task."""
    rest = {"powerCalibrationMeasurement": 0.1, "durationCalibrationMeasurement": 600, "measurementDuration": 3600}
    made = imported(tmp_path, report({**WATTMETER, **rest}))
    assert made.part["energy"]["value"] == "0.9 kWh"
    assert "less 0.6 kWh at rest" in made.part["energy"]["note"]


def test_what_codecarbon_multiplied_by_is_asked_for(tmp_path: Path) -> None:
    text = report({"measurementMethod": "CodeCarbon", "powerConsumption": 1.5})
    with pytest.raises(Problems, match="by which PUE"):
        imported(tmp_path, text)
    assert imported(tmp_path, text, pue="1.5").part["energy"]["value"] == "1 kWh"
    with pytest.raises(Problems, match="leave pue out"):
        imported(tmp_path, report(WATTMETER), pue="1.5")


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("", {}, "this is no JSON"),
        ("[" * 100_000, {}, "this is no JSON"),
        ("[]", {}, "no report of BoAmps"),
        ("{}", {}, "no measures"),
        (report({"powerConsumption": -1}), {}, "powerConsumption is -1"),
        (report({"powerConsumption": "much"}), {}, "powerConsumption is much"),
        (report({"powerConsumption": True}), {}, "powerConsumption is True"),
        (report({**WATTMETER, "powerCalibrationMeasurement": 1}), {}, "the energy at rest has no times"),
        (report(WATTMETER), {"unit": "prompt"}, "has no nbRequest"),
        (report(WATTMETER, nbRequest=3), {"unit": "prompts of mine"}, "unit:"),
        (report(WATTMETER, nbRequest=3), {"unit": "prompt", "work": "2 prompt"}, "both set"),
    ],
)
def test_what_is_no_report_is_told(text: str, said: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=message):
        imported(tmp_path, text, **said)


def test_what_we_export_we_read(tmp_path: Path, lca_: Lca) -> None:
    path = tmp_path / "own.json"
    assert lca_("export", "bloom", "--variant", "base", "--format", "boamps", "-o", str(path)).code == 0
    energy = sum(measure["powerConsumption"] for measure in json.loads(path.read_text(encoding="utf-8"))["measures"])
    made = kind("boamps").read(Given(files([path]), Library()))
    assert float(made.part["energy"]["value"].split()[0]) == pytest.approx(energy, rel=1e-5)


def test_the_pue_is_taken_out_of_what_codecarbon_measured_alone(tmp_path: Path) -> None:
    """1.2 / 1.5 kWh, and 2 of a wattmeter."""
    made = imported(
        tmp_path,
        report({"measurementMethod": "codecarbon", "powerConsumption": 1.2}, {**WATTMETER, "powerConsumption": 2}),
        pue="1.5",
    )
    assert made.part["energy"]["value"] == "2.8 kWh"
    assert "divided by a PUE of 1.5 where CodeCarbon measured" in made.part["energy"]["note"]
