"""CodeCarbon's file as measured electricity: what it multiplied with is taken out, and what it cannot say is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.problems import Problems
from tests.command import Lca

RECORDED = Path(__file__).parent / "recorded" / "codecarbon-3-3.csv"
HEAD = "timestamp,project_name,run_id,duration,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_iso_code,pue\n"


def imported(folder: Path, text: str, **said: str) -> Made:
    path = folder / "emissions.csv"
    path.write_text(text, encoding="utf-8")
    return kind("codecarbon").read(Given(files([path]), Library(), said))


def runs(*rows: tuple[str, float, float], head: str = HEAD) -> str:
    """Rows of a run, its energy and its PUE."""
    return head + "".join(f"2026-11-27T20:00:00,p,{run},10,{e},0,0,{e},FRA,{pue}\n" for run, e, pue in rows)


def test_the_pue_is_taken_out(tmp_path: Path) -> None:
    """1.5 kWh at a PUE of 1.5 and 1.2 kWh at 1.2 are 2 kWh of IT."""
    made = imported(tmp_path, runs(("a", 1.5, 1.5), ("b", 1.2, 1.2)))
    assert made.part["energy"]["value"] == "2 kWh"
    assert "divided by the PUE of 1.2, 1.5" in made.part["energy"]["note"]


def test_a_run_that_goes_on_is_counted_once(tmp_path: Path) -> None:
    assert imported(tmp_path, runs(("a", 1.5, 1.5), ("a", 3, 1.5))).part["energy"]["value"] == "2 kWh"
    with pytest.raises(Problems, match="less energy than further up"):
        imported(tmp_path, runs(("a", 3, 1.5), ("a", 1.5, 1.5)))


def test_repetitions_and_work(tmp_path: Path) -> None:
    made = imported(tmp_path, runs(("a", 1, 1), ("b", 3, 1), ("c", 2, 1)), repeat="runs", work="100 prompt")
    stated = made.part["energy"]
    assert (stated["value"], stated["low"], stated["high"]) == ("0.02 kWh/prompt", "0.01 kWh/prompt", "0.03 kWh/prompt")
    assert imported(tmp_path, runs(("a", 1, 1), ("b", 3, 1)), run="b").part["energy"]["value"] == "3 kWh"


def test_a_file_without_a_pue_asks_for_it(tmp_path: Path) -> None:
    old = runs(("a", 1.5, 1.5)).replace(",pue\n", "\n").replace(",1.5\n", "\n")
    with pytest.raises(Problems, match="does not say by which PUE"):
        imported(tmp_path, old)
    assert imported(tmp_path, old, pue="1.5").part["energy"]["value"] == "1 kWh"


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        (HEAD, {}, "there is no run in it"),
        ("a,b\n1,2\n", {}, "no column run_id, energy_consumed"),
        (runs(("a", -1, 1)), {}, "below 0"),
        (runs(("a", 1, 0.5)), {}, "a PUE of 0.5 is below 1"),
        (runs(("a", 1, 1.5)), {"pue": "1.2"}, "pue=1.2 is set, and the file says 1.5"),
        (runs(("a", 1, 1)), {"run": "alpha"}, "no run 'alpha'"),
        (runs(("a", 1, 1)), {"repeat": "runs"}, "needs the work of each run"),
        (runs(("a", 1, 1)).replace("a,10,1,", "a,10,7,"), {}, "its parts sum to 7 kWh, and it says 1"),
        (runs(("a", 1, 1)).replace(",1,FRA", ",much,FRA"), {}, "energy_consumed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(text: str, said: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=message):
        imported(tmp_path, text, **said)


def test_what_the_tool_itself_writes_is_read(tmp_path: Path) -> None:
    """Columns in another order are the same file."""
    text = RECORDED.read_text(encoding="utf-8")
    made = imported(tmp_path, text)
    lines = [line.split(",") for line in text.splitlines()]
    of = {name: place for place, name in enumerate(lines[0])}
    energy = sum(float(line[of["energy_consumed"]]) / float(line[of["pue"]]) for line in lines[1:])
    assert float(made.part["energy"]["value"].split()[0]) == pytest.approx(energy, rel=1e-5)
    turned = "\n".join(",".join(reversed(line)) for line in lines) + "\n"
    assert imported(tmp_path, turned).part["energy"]["value"] == made.part["energy"]["value"]


CHAT = """\
study: {title: An answer, criteria: [GWP], packs: [ecologits-0-11, models-2026]}
functional_units: {one: {demand: {prompts: 1 prompt}}}
sites: {dc: {region: World, pue: 1.2}}
inference:
  asked: {site: dc, method: ecologits-0-11, model: openai/gpt-4o, tokens: 400 token/prompt}
"""


def test_requests_are_not_counted_by_a_method_and_a_meter(tmp_path: Path, lca_: Lca) -> None:
    scenario, table = tmp_path / "chat.yaml", tmp_path / "emissions.csv"
    scenario.write_text(CHAT, encoding="utf-8")
    table.write_text(runs(("a", 1, 1)), encoding="utf-8")
    asked = ("import", "codecarbon", str(table), "--set", "work=100 prompt", "--into", str(scenario))
    ran = lca_(*asked, "inference.measured")
    assert ran.code == 1
    assert "requests that are priced by a method would count twice" in ran.err
    assert scenario.read_text(encoding="utf-8") == CHAT
    assert lca_(*asked, "inference.measured", "--set", "apart=yes").code == 0


TASKS = "task_name,timestamp,project_name,run_id,duration,energy_consumed\n"


def test_each_task_of_a_run_counts(tmp_path: Path) -> None:
    """CodeCarbon writes a line a task, whose energies are no sums: 1 and 2 kWh are 3."""
    text = f"{TASKS}load,2026-11-27T20:00:00,p,a,10,1\nask,2026-11-27T20:01:00,p,a,10,2\n"
    made = imported(tmp_path, text, pue="1").part["energy"]
    assert (made["value"], made["at"]) == ("3 kWh", "2 tasks, ended 2026-11-27T20:00:00 to 2026-11-27T20:01:00")
    with pytest.raises(Problems, match="task ask stands further up"):
        imported(tmp_path, f"{text}ask,2026-11-27T20:02:00,p,a,10,2\n", pue="1")


def test_a_run_of_two_files_is_not_counted_twice(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.csv", "two.csv", "tasks.csv")]
    paths[0].write_text(runs(("a", 1, 1)), encoding="utf-8")
    paths[1].write_text(runs(("b", 1, 1), ("a", 1, 1)), encoding="utf-8")
    paths[2].write_text(f"{TASKS}load,2026-11-27T20:00:00,p,a,10,1\n", encoding="utf-8")
    with pytest.raises(Problems, match="run a is in two files"):
        kind("codecarbon").read(Given(files(paths[:2]), Library()))
    with pytest.raises(Problems, match="as a whole and by its tasks"):
        kind("codecarbon").read(Given(files([paths[0], paths[2]]), Library(), {"pue": "1"}))


def test_runs_of_a_machine_that_overlap_are_told(tmp_path: Path) -> None:
    head = HEAD.replace("country_iso_code", "tracking_mode,country_iso_code")
    text = runs(("a", 1, 1), ("b", 1, 1), head=head).replace(",FRA", ",machine,FRA")
    assert "they count twice" in str(imported(tmp_path, text).report.blocks)
    assert "they count twice" not in str(imported(tmp_path, text.replace("machine", "process")).report.blocks)


def test_runs_without_a_name_are_not_one(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="the line names no run"):
        imported(tmp_path, "run_id,energy_consumed,pue\n,0.4,1\n,0.6,1\n")


def test_a_repetition_of_tasks_is_all_tasks_of_a_run(tmp_path: Path) -> None:
    """Two runs, of 0.1 + 0.3 and 0.2 + 0.4 kWh: 0.5 kWh on average, 0.4 to 0.6."""
    text = "task_name,run_id,energy_consumed,pue\nload,a,0.1,1\nrun,a,0.3,1\nload,b,0.2,1\nrun,b,0.4,1\n"
    energy = imported(tmp_path, text, work="1 prompt", repeat="runs").part["energy"]
    assert [energy[name] for name in ("value", "low", "high")] == ["0.5 kWh/prompt", "0.4 kWh/prompt", "0.6 kWh/prompt"]
