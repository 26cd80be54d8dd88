"""Traces of power become energy, worked out on paper: what is integrated, what is left out, and that it is said."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.measured.integral import Integral, Window, integral, looked
from lca.measured.readings import SECOND, Reading
from lca.problems import Problems
from lca.text import documents
from tests.command import Lca

SMI = "timestamp, index, name, power.draw [W]\n"
ALUMET = "metric;timestamp;value;resource_kind;resource_id;consumer_kind;consumer_id;domain;__late_attributes\n"


def kwollect(powers: Iterable[tuple[str, str, Any]], metric: str = "wattmetre_power_watt") -> str:
    return json.dumps(
        [
            {
                "timestamp": time,
                "device_id": device,
                "metric_id": metric,
                "value": value,
                "labels": {"_device_orig": "x"},
            }
            for time, device, value in powers
        ]
    )


def mapped(folder: Path, text: str, trace: str, **said: str) -> Made:
    """A trace by the map of its columns."""
    path = folder / "trace.txt"
    path.write_text(text, encoding="utf-8")
    at = documents.parse(f"trace: {trace}\n", "map.yaml")
    return kind("power").read(Given(files([path]), Library(), said, map=at))


def imported(folder: Path, *texts: str, **said: str) -> Made:
    paths = [folder / f"trace{place}.txt" for place, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    said = {name.rstrip("_"): value for name, value in said.items()}
    return kind("power").read(Given(files(paths), Library(), said))


def clock(second: int, zone: str = "+02:00") -> str:
    return f"2025-07-21T{16 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{zone}"


def test_two_nodes_at_constant_power(tmp_path: Path) -> None:
    """100 W and 200 W, 3600 s each: 0.3 kWh."""
    made = imported(tmp_path, kwollect((clock(s), n, p) for n, p in (("a", 100), ("b", 200)) for s in range(3601)))
    assert made.part["energy"]["value"] == "0.3 kWh"
    assert made.part["energy"]["basis"] == "measured"
    energy = made.part["energy"]
    assert energy["note"] == "7202 readings over 2 h of devices"
    assert energy["at"] == "wattmetre_power_watt of 2 devices, 2025-07-21 14:00:00 to 2025-07-21 15:00:00 UTC"
    source = made.sources[energy["source"]]
    assert (source["title"], source["container"], source["year"]) == ("trace0.txt", "Kwollect of Grid'5000", "2025")
    assert source["locator"].startswith(f"sha256 {energy['source'].removeprefix('trace0-')}")


def test_a_line_between_two_readings_is_straight(tmp_path: Path) -> None:
    """From 0 to 360 W in ten seconds is 1800 J, however often it is read."""
    made = imported(tmp_path, kwollect((clock(s), "a", 36 * s) for s in range(11)))
    assert made.part["energy"]["value"] == "0.0005 kWh"


def test_work_makes_it_the_energy_of_one(tmp_path: Path) -> None:
    text = kwollect((clock(s), "a", 100) for s in range(3601))
    made = imported(tmp_path, text, work="1000 prompt", meter="2 %")
    stated = made.part["energy"]
    assert (stated["value"], stated["low"], stated["high"]) == (
        "0.0001 kWh/prompt", "9.8e-05 kWh/prompt", "0.000102 kWh/prompt",
    )  # fmt: skip


def test_repetitions_give_a_range(tmp_path: Path) -> None:
    """360 W, 396 W and 324 W over 10 s each: 1, 1.1 and 0.9 Wh over ten prompts."""
    texts = [kwollect((clock(s), "a", watts) for s in range(11)) for watts in (360, 396, 324)]
    stated = imported(tmp_path, *texts, work="10 prompt", repeat="files").part["energy"]
    assert (stated["value"], stated["low"], stated["high"]) == (
        "0.0001 kWh/prompt", "9e-05 kWh/prompt", "0.00011 kWh/prompt",
    )  # fmt: skip
    assert "3 repetitions" in stated["note"]


def smi(rows: Iterable[tuple[str, int, str]], head: str = SMI) -> str:
    return head + "".join(f"{time}, {gpu}, NVIDIA H100 80GB HBM3, {power}\n" for time, gpu, power in rows)


def test_idle_and_active_are_split(tmp_path: Path) -> None:
    """Half an hour at 60 W, half an hour at 400 W: 0.2 kWh active, and idle is 15 % of that power."""
    text = smi(
        (f"2026/11/25 22:{s // 60:02d}:{s % 60:02d}.000", 0, f"{60 if s < 1800 else 400:.2f} W") for s in range(3600)
    )
    for rule in ("auto", "150 W"):
        part = imported(tmp_path, text, idle=rule).part
        assert float(part["energy"]["value"].split()[0]) == pytest.approx(0.2, rel=1e-3)
        assert float(part["idle_power"]["value"].split()[0]) == pytest.approx(15, rel=1e-3)
        assert "without idle hours" in part["energy"]["note"]
        assert "idle is below" in part["idle_power"]["note"]
    assert "idle_power" not in imported(tmp_path, text).part


def test_a_gpu_that_is_as_busy_all_the_time_has_no_idle_part(tmp_path: Path) -> None:
    text = smi((f"2026/11/25 22:00:{s:02d}.000", 0, "400 W") for s in range(60))
    with pytest.raises(Problems, match="too near to one another"):
        imported(tmp_path, text, idle="auto")


def test_what_a_driver_does_not_know_is_counted(tmp_path: Path) -> None:
    text = smi((f"2026/11/25 22:00:{s:02d}.000", 0, "[N/A]" if s == 5 else "360 W") for s in range(11))
    made = imported(tmp_path, text)
    assert made.part["energy"]["value"] == "0.001 kWh"
    assert "1 reading without a number" in made.part["energy"]["note"]


@pytest.mark.parametrize(
    ("head", "column", "expected"),
    [
        ("timestamp, index, power.draw [W], power.draw.instant [W]\n", "360.0 W, 720.0 W", "0.002 kWh"),
        ("timestamp, index, power.draw.average [mW]\n", "360000", "0.001 kWh"),
        ("timestamp, index, power.draw [W]\n", "360", "0.001 kWh"),
    ],
)
def test_columns_of_power_and_their_units(head: str, column: str, expected: str, tmp_path: Path) -> None:
    text = head + "".join(f"2026/11/25 22:00:{s:02d}.000, 0, {column}\n" for s in range(11))
    assert imported(tmp_path, text).part["energy"]["value"] == expected


def test_gpus_of_two_machines_are_not_one(tmp_path: Path) -> None:
    text = smi((f"2026/11/25 22:00:{s:02d}.000", 0, "360 W") for s in range(11))
    made = imported(tmp_path, text, text.replace("360 W", "720 W"))
    assert made.part["energy"]["value"] == "0.003 kWh"
    assert "of 2 devices" in made.part["energy"]["at"]
    with pytest.raises(Problems, match="the two files are the same"):
        imported(tmp_path, text, text)


def alumet(rows: Iterable[tuple[str, str, float, str]]) -> str:
    return ALUMET + "".join(f"{m};{t};{v};cpu_package;0;local_machine;;{d};\n" for m, t, v, d in rows)


def test_energies_of_alumet_are_summed(tmp_path: Path) -> None:
    """Eleven times 360 J, the first of the second before the trace begins: 3960 J."""
    rows = [("rapl_consumed_energy_J", f"2025-01-01T12:00:{s:02d}.000000000Z", 360.0, "package") for s in range(11)]
    assert imported(tmp_path, alumet(rows)).part["energy"]["value"] == "0.0011 kWh"
    scaled = [("rapl_consumed_energy_mJ", time, 1000 * value, domain) for _, time, value, domain in rows]
    assert imported(tmp_path, alumet(scaled)).part["energy"]["value"] == "0.0011 kWh"


def test_domains_that_contain_one_another_are_not_added(tmp_path: Path) -> None:
    rows = [
        ("rapl_consumed_energy_J", f"2025-01-01T12:00:{s:02d}Z", 360.0, domain)
        for s in range(11)
        for domain in ("package", "pp0", "dram")
    ]
    with pytest.raises(Problems, match="several metrics, which may contain one another"):
        imported(tmp_path, alumet(rows))
    both = "rapl_consumed_energy_J package, rapl_consumed_energy_J dram"
    assert imported(tmp_path, alumet(rows), metric=both).part["energy"]["value"] == "0.0022 kWh"


def test_a_long_pause_is_not_bridged(tmp_path: Path) -> None:
    seconds = [*range(11), *range(1000, 1011)]
    made = imported(tmp_path, kwollect((clock(s), "a", 360) for s in seconds))
    assert made.part["energy"]["value"] == "0.002 kWh"
    assert "1 pause, 990 s in all, not bridged" in made.part["energy"]["note"]
    assert (
        imported(tmp_path, kwollect((clock(s), "a", 360) for s in seconds), gap="1 h").part["energy"]["value"]
        == "0.101 kWh"
    )


def test_readings_that_go_back_or_stand_twice_are_left_out(tmp_path: Path) -> None:
    seconds = [0, 1, 2, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10]
    made = imported(tmp_path, kwollect((clock(s), "a", 360) for s in seconds))
    assert made.part["energy"]["value"] == "0.001 kWh"
    assert "2 readings that go back in time, or stand twice" in made.part["energy"]["note"]


def test_the_end_of_summer_time_is_no_lost_hour(tmp_path: Path) -> None:
    """A clock without a zone reads 02:00 to 02:59 twice: two hours at 360 W."""
    minutes = [f"2026/10/25 02:{m:02d}:00" for m in range(60)] * 2 + ["2026/10/25 03:00:00"]
    made = imported(tmp_path, smi((time, 0, "360 W") for time in minutes))
    assert made.part["energy"]["value"] == "0.72 kWh"
    assert "a clock that goes back an hour 1 time" in made.part["energy"]["note"]


def test_a_part_of_the_time(tmp_path: Path) -> None:
    text = kwollect((clock(s), "a", 360) for s in range(101))
    assert imported(tmp_path, text, from_=clock(20), to=clock(30)).part["energy"]["value"] == "0.001 kWh"


SCAPHANDRE = "\n".join(
    json.dumps({"host": {"consumption": 360_000_000, "timestamp": 1753107331 + s}, "consumers": []}) for s in range(11)
)
POWERAPI = "timestamp,sensor,target,power\n" + "".join(
    f"{1753107331000 + 1000 * s},node-{n},{target},180\n" for s in range(11) for n in "ab" for target in ("global", "x")
)
KEPLER = "time,node,zone,cpu_joules_total\n" + "".join(
    f"{1753107331 + s},a,{zone},{100 + 360 * s}\n" for s in range(11) for zone in ("package", "core")
)
RESET = "t,j\n0,1000\n1,2000\n2,600\n3,1600\n"  # up 1000, anew 600, up 1000
AIPERF = "time_ns,gpu,nvidia_power_usage\n" + "".join(f"{1753107331_000000000 + s * 10**9},0,360\n" for s in range(11))


@pytest.mark.parametrize(
    ("text", "trace", "expected"),
    [
        (SCAPHANDRE, "{time: host.timestamp, power: host.consumption, unit: µW}", "0.001 kWh"),
        (POWERAPI, "{time: timestamp, power: power, device: sensor, only: {target: global}}", "0.001 kWh"),
        (
            KEPLER,
            "{time: time, counter: cpu_joules_total, device: node, only: {zone: package}}",
            "0.001 kWh",
        ),
        (KEPLER, "{time: time, counter: cpu_joules_total, device: [node, zone]}", "0.002 kWh"),
        (RESET, "{time: t, counter: j}", "0.000722222 kWh"),
        (AIPERF, "{time: time_ns, power: nvidia_power_usage, device: gpu}", "0.001 kWh"),
        ("t;mWh\n0;9\n1;500\n2;500\n", "{time: t, energy: mWh, unit: mWh}", "0.001009 kWh"),
    ],
)
def test_any_table_is_a_trace_by_a_map(text: str, trace: str, expected: str, tmp_path: Path) -> None:
    assert mapped(tmp_path, text, trace).part["energy"]["value"] == expected


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        ("{time: t}", "neither a power nor an energy"),
        ("{power: j}", "time"),
        ("{time: t, power: p}", "no column p"),
        ("{time: t, counter: j, power: j}", "one of power, energy and counter"),
        ("{time: t, counter: j, unit: W}", "W is no unit of an energy"),
        ("{time: t, power: j, unit: volts}", "volts"),
        ("{time: t, power: j, only: {node: a}}", "no column node"),
        ("{time: t, power: j, colour: red}", "colour"),
    ],
)
def test_a_map_that_does_not_fit_is_told(trace: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=said):
        mapped(tmp_path, RESET, trace)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no trace of power that is known"),
        ("hello\n", "no trace of power that is known"),
        ('[{"timestamp": 1, "device_id": "a", "metric_id": "x_watt", "value": 1}', "no time in which power is known"),
        ('[{"timestamp": 1, "device_id": "a", "metric_id": "x_watt"}]', "no column value"),
        ('[{"timestamp": 1, "device_id": "a", "metric_id": "x_watt", "value": 1}, {"timest', "this is no JSON"),
        ('[{"timestamp": "noon", "device_id": "a", "metric_id": "x_watt", "value": 1}]', "'noon' is no time"),
        ('[{"timestamp": 1, "device_id": "a", "metric_id": "x_watt", "value": "many"}]', "many is no power"),
        ('[{"timestamp": 1, "device_id": "a", "metric_id": "x_watt", "value": NaN}]', "NaN is no number of JSON"),
        ('[1, "device_id metric_id"]', "1 is no reading"),
        (SMI + "2026/11/25 22:00:00, 0, H100, 4x W\n", "'4x W' is no power"),
        (SMI + "2026/11/25 22:00:00, 0, H100, 4 hp\n", "'4 hp' is no power"),
        ("timestamp, timestamp, power.draw [W]\n", "two columns are called timestamp"),
        ("index, power.draw [W]\n0, 400 W\n", "no columns timestamp and power.draw"),
        (kwollect([(clock(0), "a", 1)], "bmc_temp_celsius"), "no reading of a power or an energy"),
    ],
)
def test_what_is_no_trace_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=said):
        imported(tmp_path, text)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"work": "1200"}, None),
        ({"work": "0 prompt"}, "not above 0"),
        ({"work": "many prompts"}, "work:"),
        ({"idle": "12 kWh"}, "idle: kWh is not W"),
        ({"gap": "soon"}, "gap:"),
        ({"repeat": "twice"}, "repeat=twice is not known"),
        ({"repeat": "files"}, "needs the work of each file"),
        ({"metric": "pdu"}, "no metric 'pdu'"),
        ({"gaps": "1 s"}, "takes no 'gaps'"),
        ({"from": "yesterday"}, "'yesterday' is no time"),
    ],
)
def test_what_is_set_is_heeded_or_told(setting: dict[str, str], said: str | None, tmp_path: Path) -> None:
    text = kwollect((clock(s), "a", 360) for s in range(11))
    if said is None:
        assert imported(tmp_path, text, **setting).part["energy"]["value"] == "8.33333e-07 kWh"
        return
    with pytest.raises(Problems, match=said):
        imported(tmp_path, text, **setting)


def test_a_trace_goes_into_a_scenario_that_runs(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trace.json").write_text(kwollect((clock(s), "a", 100) for s in range(3601)), encoding="utf-8")
    assert lca_("new", "bot", "--kind", "chat").code == 0
    before = Path("bot.yaml").read_text(encoding="utf-8")
    ran = lca_("import", "power", "trace.json", "--set", "work=1000 prompt", "--into", "bot.yaml", "inference")
    assert ran.code == 0, ran.err
    after = Path("bot.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(after)["inference"]["energy"]["value"] == "0.0001 kWh/prompt"
    again = lca_("import", "power", "trace.json", "--set", "work=500 prompt", "--into", "bot.yaml", "inference")
    assert "replaced inference.energy, which was 0.0001 kWh/prompt (bot.yaml:" in again.err
    assert "0.0002 kWh/prompt" in Path("bot.yaml").read_text(encoding="utf-8")
    after = Path("bot.yaml").read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]


# --- any trace -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(1, 1000), st.floats(0, 1e4)), min_size=2, max_size=30),
    st.integers(0, 2**40),
    st.floats(0, 1e4),
)
def test_energy_is_the_area_and_idle_a_part_of_it(steps: list[tuple[int, float]], start: int, idle: float) -> None:
    time, readings = start * SECOND, []
    for pause, power in steps:
        time += pause * SECOND
        readings.append(Reading("a", "p", time, power, 1))
    area = sum((q.value + p.value) / 2 * (q.time - p.time) / SECOND for p, q in pairwise(readings))
    made: Integral = integral(lambda: readings, Window(), lambda _: 1e9, idle)
    assert made.energy == pytest.approx(area)
    assert made.seconds == (readings[-1].time - readings[0].time) / SECOND
    assert 0 <= made.idle_energy <= made.energy * (1 + 1e-12)
    assert looked(lambda: readings, Window())[1].pauses["a", "p"] == pytest.approx(
        sorted(p for p, _ in steps[1:])[(len(steps) - 2) // 2], rel=0.01
    )


# --- files as they come ----------------------------------------------------------------------------------------------

TEN = [f"2026/11/25 22:00:{s:02d}.000" for s in range(11)]


def told(made: Made) -> str:
    return str(made.part["energy"].get("note"))


def test_a_text_of_powershell_is_read(tmp_path: Path) -> None:
    """`nvidia-smi > trace.csv` writes UTF-16 there."""
    path = tmp_path / "trace.csv"
    path.write_bytes(smi((time, 0, "360 W") for time in TEN).encode("utf-16"))
    assert kind("power").read(Given(files([path]), Library())).part["energy"]["value"] == "0.001 kWh"


def test_files_put_behind_one_another_are_read(tmp_path: Path) -> None:
    text = smi((time, 0, "360 W") for time in TEN)
    later = smi((time.replace("22:00", "22:01"), 0, "360 W") for time in TEN)
    assert imported(tmp_path, text + later, gap="60 s").part["energy"]["value"] == "0.007 kWh"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (smi([(TEN[0], 0, "360 W"), (TEN[1], 0, "360,5 W")]), "the row has 5 cells, and there are 4 columns"),
        (smi([(TEN[0], 0, '"360 W'), (TEN[1], 0, '"360 W')]), "the row cannot be read"),
        (smi([(TEN[0], 0, '"' + "3" * 200_000)]), "the row cannot be read"),
        (smi([(TEN[0], 0, "36\0 W")]), "it holds zero bytes"),
        (smi((time, 0, "1e308 W") for time in TEN), "is more than can be measured"),
        ("timestamp,power.draw," + ",".join(f"c{place}" for place in range(140_000)), "no reading of a power"),
        ("timestamp,power.draw," + "c" * 2_000_000, "the line is longer than a million signs"),
        (kwollect([(clock(0), "a", True), (clock(1), "a", True)]), "True is no power"),
        (kwollect([("1e999", "a", 1)]), "is no time"),
        (kwollect([(clock(0), "a", 1)]).replace(": 1,", ": " + "9" * 5000 + ","), "this reading is no meter's"),
        ('[{"metric_id": 1, "device_id":' + '{"a":' * 50_000 + "1" + "}" * 50_001 + "]", "this reading is no meter's"),
        (ALUMET + "".join(f"m{place}_W;{place};1;cpu;0;;;;\n" for place in range(1_100)), "more than 1000 metrics"),
    ],
)
def test_what_no_meter_writes_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=message):
        imported(tmp_path, text)


def test_an_hour_that_stands_twice_is_no_summer_time(tmp_path: Path) -> None:
    """Times that name their zone go back an hour: the same hour was exported twice, and counts once."""
    hour = [(clock(s), "a", 360) for s in range(3600)]
    made = imported(tmp_path, kwollect(hour), kwollect([*hour, (clock(3600), "a", 360)]))
    assert made.part["energy"]["value"] == "0.36 kWh"
    assert "3600 readings that go back in time, or stand twice" in told(made)


@settings(deadline=None, max_examples=10)
@given(st.permutations(range(4)))
def test_the_order_in_which_files_are_named_is_none(order: list[int]) -> None:
    """Four quarters of an hour, 400 s each, at 90, 180, 270 and 360 W."""
    parts = [kwollect((clock(400 * q + s), "a", 90 * (q + 1)) for s in range(0, 400, 20)) for q in range(4)]
    with TemporaryDirectory() as folder:
        one, other = (imported(Path(folder), *(parts[place] for place in each)).part for each in (order, range(4)))
        assert one["energy"]["value"] == other["energy"]["value"]


@pytest.mark.parametrize(
    ("day", "minutes", "kwh"),
    [
        ("2026/10/25", [*range(60, 180), *range(120, 241)], "1.44 kWh"),
        ("2026/03/29", [*range(60, 120), *range(180, 241)], "0.72 kWh"),
    ],
)
def test_a_clock_of_a_place(day: str, minutes: list[int], kwh: str, tmp_path: Path) -> None:
    """At 360 W: from 01:00 to 04:00 by the clock are four hours at the end of summer time, and two at its beginning."""
    text = smi((f"{day} {m // 60:02d}:{m % 60:02d}:00", 0, "360 W") for m in minutes)
    made = imported(tmp_path, text, clock="Europe/Paris")
    assert made.part["energy"]["value"] == kwh
    assert made.part["energy"]["at"].endswith("02:00:00 UTC" if "03" in day else "03:00:00 UTC")
    assert "back" not in told(made)
    assert "not bridged" not in told(made)
    with pytest.raises(Problems, match="from names a zone, and the trace none"):
        imported(tmp_path, text, from_="2026-01-01T00:00:00Z")


def test_counters_of_two_zones_are_two(tmp_path: Path) -> None:
    """A package that rises by 360 J a second and a memory by 36: 3960 J in ten seconds."""
    rows = "".join(f"{s},n,package,{1e6 + 360 * s}\n{s},n,dram,{36 * s}\n" for s in range(11))
    trace = "{time: t, counter: joules, device: node, only: {zone: [package, dram]}}"
    made = mapped(tmp_path, "t,node,zone,joules\n" + rows, trace)
    assert made.part["energy"]["value"] == "0.0011 kWh"
    assert "anew" not in told(made)


def test_a_counter_that_begins_anew_is_told_and_one_out_of_order_is_not_counted(tmp_path: Path) -> None:
    """It rises by 1000 J, begins anew, has 800 J by then, and rises by 1800: 3600 J."""
    head = "t,joules\n0,5000\n10,6000\n"
    made = mapped(tmp_path, head + "20,800\n30,2600\n", "{time: t, counter: joules}")
    assert made.part["energy"]["value"] == "0.001 kWh"
    assert "a counter that began anew 1 time" in told(made)
    made = mapped(tmp_path, head + "5,5500\n20,8600\n", "{time: t, counter: joules}")
    assert made.part["energy"]["value"] == "0.001 kWh"
    assert "1 reading that go back in time" in told(made).replace("readings", "reading")


@pytest.mark.parametrize("is_json", [True, False])
def test_memory_does_not_grow_with_a_trace(is_json: bool, tmp_path: Path) -> None:
    """What a trace two and a half times as long allocates at its peak: no more but for a tenth."""
    peaks = []
    for count in (2_000, 5_000):
        times = [
            f"2026-11-{1 + s // 86400:02d}T{s // 3600 % 24:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(count)
        ]
        path = tmp_path / f"trace{count}"
        text = (
            kwollect((time + "Z", "a", 100) for time in times) if is_json else smi((time, 0, "100 W") for time in times)
        )
        path.write_text(text, encoding="utf-8")
        del text, times
        tracemalloc.start()
        kind("power").read(Given(files([path]), Library()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


IDLE = "".join(f"2026/11/25 22:00:{s:02d}.000, 0, H100, {90 if s < 10 else 360} W\n" for s in range(21))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"idle": "2 kW"}, "idle=2 kW: all of a trace is below it"),
        ({"meter": "200 %"}, "meter=200 % leaves nothing"),
        ({"meter": "5"}, "meter=5 leaves nothing"),
    ],
)
def test_a_setting_that_leaves_nothing_is_refused(said: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=message):
        imported(tmp_path, SMI + IDLE, **said)


def test_that_nothing_is_idle_is_told(tmp_path: Path) -> None:
    part = imported(tmp_path, SMI + IDLE, idle="20 W").part
    assert "idle_power" not in part
    assert "no hour is idle: idle is below 20 W" in part["energy"]["note"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"from": "2026-11-25 22:00:05"}, "the trace names its zone, and from none"),
        ({"clock": "Asia/Tokyo"}, "the times of the trace name their zone"),
        ({"clock": "Asia/Tokyo", "to": clock(5)}, "the times of the trace name their zone"),
        ({"clock": "Europe/Paris", "to": "2027-01-01"}, None),
    ],
)
def test_clocks_that_cannot_be_compared_are_refused(said: dict[str, str], message: str | None, tmp_path: Path) -> None:
    text = kwollect((clock(s), "a", 360) for s in range(11))
    if message is None:
        imported(tmp_path, text, **said)
        return
    with pytest.raises(Problems, match=message):
        imported(tmp_path, text, **said)


def test_a_gpu_that_has_a_name_of_its_own_is_one_in_all_files(tmp_path: Path) -> None:
    """360 W for 10 s and for 15, of which 5 are in both files: 20 s in all, 0.002 kWh."""
    head = "timestamp, uuid, power.draw [W]\n"
    rows = [f"2026/11/25 22:00:{s:02d}.000, GPU-1f, 360.00 W\n" for s in range(21)]
    made = imported(tmp_path, head + "".join(rows[:11]), head + "".join(rows[5:]))
    assert made.part["energy"]["value"] == "0.002 kWh"
    assert "of 1 device," in made.part["energy"]["at"]
    assert "6 readings that go back in time, or stand twice" in made.part["energy"]["note"]


def test_gpus_without_a_serial_are_told_apart_by_their_number(tmp_path: Path) -> None:
    head = "timestamp, serial, index, power.draw [W]\n"
    text = "".join(f"2026/11/25 22:00:{s:02d}.000, [N/A], {g}, 360.00 W\n" for s in range(11) for g in (0, 1))
    assert imported(tmp_path, head + text).part["energy"]["value"] == "0.002 kWh"


def test_devices_that_are_read_at_paces_of_their_own_lose_nothing(tmp_path: Path) -> None:
    """An hour of 100 W each second and of 500 W each minute: 0.6 kWh."""
    start = 1_764_108_000
    readings = [(str(start + s), "fast", 100) for s in range(3601)] + [
        (str(start + s), "slow", 500) for s in range(0, 3601, 60)
    ]
    energy = imported(tmp_path, kwollect(sorted(readings))).part["energy"]
    assert energy["value"] == "0.6 kWh"
    assert "pause" not in energy["note"]


@pytest.mark.parametrize(
    ("minutes", "kwh"),
    [
        ([*range(60, 150), 149, *range(150, 180), *range(120, 241)], "1.44 kWh"),  # one stands twice
        ([*range(60, 150), 145, *range(150, 180), *range(120, 241)], "1.44 kWh"),  # one is out of order
        ([*range(60, 180, 30), *range(120, 241, 30)], "1.44 kWh"),  # half hours
        ([60, 120, 120, 180, 240], "1.44 kWh"),  # hours
    ],
)
def test_one_that_stands_twice_is_no_second_hour(minutes: list[int], kwh: str, tmp_path: Path) -> None:
    """At 360 W: from 01:00 to 04:00 by the clock are four hours at the end of summer time."""
    text = smi((f"2026/10/25 {m // 60:02d}:{m % 60:02d}:00", 0, "360 W") for m in minutes)
    assert imported(tmp_path, text, clock="Europe/Paris").part["energy"]["value"] == kwh


def test_an_energy_of_unknown_time_is_in_no_mean_power(tmp_path: Path) -> None:
    """50 J before the first time, then 60 and 70 in a second each: 180 J, and 65 W."""
    rows = [("rapl_J", f"2026-11-25T10:00:0{s}Z", 50 + 10 * s, "package") for s in range(3)]
    (record,) = imported(
        tmp_path, ALUMET + "".join(f"{m};{t};{v};cpu;0;machine;;{d};\n" for m, t, v, d in rows)
    ).report.records
    assert record["energy"] == pytest.approx(180 / 3.6e6)
    assert record["power"] == pytest.approx(65)
