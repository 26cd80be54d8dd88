"""The tables of a release of EcoLogits: `python -P tools/packs/ecologits.py factors/ecologits-0-11`.

It is run in an environment that has the release installed (-P: a file here bears its name), and writes models.csv,
parameters.csv, zones.csv and electricity.csv of its pack. All other files of a pack are written by hand.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = tuple[object, ...]

COLUMNS = {
    "models": "item,provider,architecture,aliases,released,at,quality,note",
    "parameters": "item,region,year,name,value,unit,low,high,law,at,quality,note",
    "zones": "item,zone,region,at,note",
    "electricity": "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note",
}
YEARS = {"0.8": 2025, "0.9": 2025, "0.11": 2026}  # of the release
ARCHITECTURES = {"dense": "dense", "moe": "mixture of experts"}
HUB, GOOGLE = "huggingface_hub", "google_genai"
OF_NO_TEXT = re.compile(r"-(tts|transcribe|image|audio|realtime)\b")
NO_TEXT = "caution: it is of sound or images, and EcoLogits counts it as if it wrote text"
RENAMED = (("meta-llama/Meta-Llama-3.1-", "meta-llama/Llama-3.1-"),)  # the hub's names of today
OTHER_NAMES = (("CohereForAI/", "CohereLabs/"),)  # of the same repositories of the hub
SHORT = {"meta-llama/Llama-3.1-8B": "llama-3.1-8b", "meta-llama/Llama-3.1-70B": "llama-3.1-70b"}
WARNINGS = {
    "model-arch-not-released": "the architecture is not released",
    "model-arch-multimodal": "multimodal",
}
UNRELEASED = "model-arch-not-released"
CRITERIA = {"adpe": ("ADPe", "kgSbeq"), "pe": ("PE", "MJ"), "gwp": ("GWP", "kgCO2eq"), "wue": ("WC", "L")}
WORLD, OURS = "WOR", "World"
KWH = 3.6  # MJ
NO_SITE = 1.2  # the PUE of every data centre before 0.9


class Release:
    """What is installed: its number, its data, and where that stands."""

    def __init__(self) -> None:
        self.number = version("ecologits")
        self.line = self.number.rpartition(".")[0]
        self.year = YEARS[self.line]
        self.folder = Path(str(import_module("ecologits").__file__)).parent
        self.data = json.loads((self.folder / "data/models.json").read_text(encoding="utf-8"))

        self.sites = getattr(import_module("ecologits.tracers.utils"), "PROVIDER_CONFIG_MAP", None)

    def at(self, file: str) -> str:
        """A place in it."""
        return f"release {self.number}, {file}"

    @property
    def providers(self) -> dict[str, Any]:
        """Where each provider of models is said to be; None of all before 0.9."""
        return self.sites or dict.fromkeys(sorted({one["provider"] for one in self.data["models"]}))

    @property
    def of_sites(self) -> str:
        """Where it says so."""
        return self.at("tracers/utils.py" if self.sites else "impacts/llm.py")

    @property
    def videos(self) -> dict[str, Any]:
        """Models of videos, with their hardware and their providers; nothing before 0.11."""
        file = self.folder / "data/video_models.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}

    @property
    def mixes(self) -> tuple[str, list[dict[str, Any]]]:
        """The file of electricity mixes, and its rows."""
        for name in ("electricity_mixes.json", "electricity_mixes.csv"):
            file = self.folder / "data" / name
            if file.exists():
                text = file.read_text(encoding="utf-8")
                rows = json.loads(text)["electricity_mixes"] if name.endswith("json") else csv.DictReader(text.split())
                return f"data/{name}", [dict(row) for row in rows]
        raise FileNotFoundError(self.folder)


# --- models -----------------------------------------------------------------------------------------------------------


def key(provider: str, name: str) -> str:
    """What we call a model: `provider/name`, or what the hub calls it."""
    return f"{provider}/{name}" if provider != HUB else today(name)


def today(name: str) -> str:
    """The name of a model of the hub, as it is today."""
    for old, new in RENAMED:
        name = name.replace(old, new)
    return name


def names(provider: str, name: str) -> Iterator[str]:
    """Other keys of a model."""
    if provider == HUB:
        own = today(name)
        every = dict.fromkeys((own, name, *(own.replace(*pair) for pair in OTHER_NAMES)))
        yield from (other for other in every if other != own)
        yield from (f"{HUB}/{other}" for other in every)
        yield from [SHORT[today(name)]] if today(name) in SHORT else []
    elif provider == GOOGLE and not name.startswith("gemma"):  # the hub has google/gemma-…
        yield f"google/{name}"


def models(release: Release) -> Iterator[Row]:
    """The models of a release, each once, with the names that the release has for the same model."""
    others: dict[str, list[str]] = {}
    for one in release.data["aliases"]:
        same = others.setdefault(key(one["provider"], one["alias"]), [])
        same += [key(one["provider"], one["name"]), *names(one["provider"], one["name"])]
    for one in release.data["models"]:
        item = key(one["provider"], one["name"])
        aliases = dict.fromkeys([*names(one["provider"], one["name"]), *others.get(item, [])])
        warned = ", ".join(WARNINGS[code] for code in one["warnings"] or [])
        note = f"EcoLogits warns: {warned}" if warned else ""
        kind = ARCHITECTURES[one["architecture"]["type"]]
        at, letter = release.at("data/models.json"), quality(one)
        yield item, one["provider"], kind, " ".join(aliases), "", at, letter, note
    hardware = "the architecture is not used: the time is a fit for each model"
    for one in release.videos.get("models", []):
        at = release.at("data/video_models.json")
        yield one["model_name"], one["provider"], "diffusion", "", "", at, "D", hardware


def quality(model: dict[str, Any]) -> str:
    """The letter for the parameters of a model."""
    return "E" if UNRELEASED in (model["warnings"] or []) else "B"


def parameters(release: Release) -> Iterator[Row]:
    """What is known of the models and of the sites of providers."""
    for one in release.data["models"]:
        yield from of_model(release, one)
    yield from of_videos(release)
    for name, site in release.providers.items():
        pue = NO_SITE if site is None else site.datacenter_pue
        yield parameter(name, release.year, "pue", pue, "1", release.of_sites, "D")
        if site is not None:
            yield parameter(name, release.year, "wue", site.datacenter_wue, "L/kWh", release.of_sites, "D")
    if release.line == "0.9":
        yield from of_zones(release)


def of_model(release: Release, model: dict[str, Any]) -> Iterator[Row]:
    """The parameters of a model, in Gparameter, and how fast it is."""
    item, letter = key(model["provider"], model["name"]), quality(model)
    whole = model["architecture"]["parameters"]
    split = whole if isinstance(whole, dict) and "total" in whole else {"active": whole, "total": whole}
    at = release.at("data/models.json")
    for name in ("active", "total"):
        is_range = isinstance(split[name], dict)
        said = ["an estimate of EcoLogits"] if letter == "E" else []
        note = "; ".join(said + ["EcoLogits runs both ends; the middle is ours"] * is_range)
        if name == "active" and OF_NO_TEXT.search(model["name"]):
            note = "; ".join(filter(None, (NO_TEXT, note)))
        yield parameter(item, release.year, f"{name}_parameters", split[name], "Gparameter", at, letter, note)
    speeds = model.get("deployment") or {}
    for name, called, unit in (("output_speed", "tps", "token/s"), ("time_to_first_token", "ttft", "s")):
        if speeds.get(called) is not None:
            yield parameter(item, release.year, name, speeds[called], unit, at, "C", "as OpenRouter measured")


def of_videos(release: Release) -> Iterator[Row]:
    """The fit of the time of each model of videos, the power of its machine, and the sites of providers."""
    at = release.at("data/video_models.json")
    for one in release.videos.get("models", []):
        machine = release.videos["hardware_configurations"][one["hardware"]]["server_power"]
        ends = {"min": machine["p2_5"], "max": machine["p97_5"], "middle": machine["mean"]}
        note = f"{one['hardware']}: percentiles 2.5 and 97.5, which EcoLogits runs, and the mean"
        yield parameter(one["model_name"], release.year, "server_power", ends, "W", at, "D", note)
        for name, value in one["regression_parameters"].items():
            unit, nothing = ("1", 1) if name == "non_audio_weight" else ("s", 0)
            if value != nothing:
                yield parameter(one["model_name"], release.year, f"video_{name}", value, unit, at, "D")
    for name, site in release.videos.get("provider_configurations", {}).items():
        if name not in release.providers:
            yield parameter(name, release.year, "pue", site["datacenter_pue"], "1", at, "D")
            yield parameter(name, release.year, "wue", site["datacenter_wue"], "L/kWh", at, "D")


def of_zones(release: Release) -> Iterator[Row]:
    """The water of a kWh by zone, as the method of 0.9 takes it."""
    file, rows = release.mixes
    for row in rows:
        zone = OURS if row["name"] == WORLD else row["name"]
        yield parameter(zone, release.year, "electricity_water", float(row["wue"]), "L/kWh", release.at(file), "C")


def parameter(item: str, year: int, name: str, value: Any, unit: str, at: str, letter: str, note: str = "") -> Row:
    """A row of a value, or of a range with its middle."""
    if not isinstance(value, dict) and hasattr(value, "min"):
        value = {"min": value.min, "max": value.max}
    if not isinstance(value, dict):
        return item, "", year, name, shown(value), unit, "", "", "", at, letter, note
    low, high = value["min"], value["max"]
    middle = value.get("middle", (low + high) / 2)
    return item, "", year, name, shown(middle), unit, shown(low), shown(high), "", at, letter, note


def shown(number: float) -> str:
    """A number with all its digits, and none that it does not have."""
    return f"{number:.15g}"


# --- zones and electricity --------------------------------------------------------------------------------------------


def zones(release: Release) -> Iterator[Row]:
    """Where each provider is taken to be where nobody says so."""
    for name, site in release.providers.items():
        yield name, "default", OURS if site is None else site.datacenter_location, release.of_sites, ""
    for name, site in release.videos.get("provider_configurations", {}).items():
        if name not in release.providers:
            said = "asked for by datacenter_location=None; what it takes otherwise is the world"
            yield name, "default", site["datacenter_location"], release.at("data/video_models.json"), said


def electricity(release: Release) -> Iterator[Row]:
    """A kWh by zone and criterion; what cannot be so says it."""
    file, rows = release.mixes
    world = next(row for row in rows if row["name"] == WORLD)
    for name, (criterion, unit) in CRITERIA.items():
        own = [float(row[name]) for row in rows if name in row and not inherits(row, name, world)]
        for row in sorted(rows, key=lambda row: str(row["name"])) if own else ():
            value, is_world = float(row[name]), row["name"] == WORLD
            low = float(world[name]) < middle_of(own) / 2
            said = odd(name, value, own, world=is_world, inherited=inherits(row, name, world), low=low)
            letter = "D" if said else "C"
            zone = OURS if is_world else row["name"]
            head = ("electricity", "use", zone, release.year, criterion, shown(value), unit, "kWh", "", "", "")
            yield (*head, release.at(file), letter, said)


def inherits(row: dict[str, Any], name: str, world: dict[str, Any]) -> bool:
    """Whether a zone has no figure of its own, as the release warns."""
    return row is not world and f"electricity-mix-{name}-world" in (row.get("warnings") or [])


def middle_of(numbers: Iterable[float]) -> float:
    """The median, of an even number the upper one."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2]


def odd(name: str, value: float, own: list[float], *, world: bool, inherited: bool, low: bool) -> str:
    """What is wrong with a figure, in a sentence; nothing where nothing is."""
    unit = CRITERIA[name][1]
    if world and low:
        below = sum(value < other for other in own)
        return (
            f"caution: the world figure is below that of {below} of the {len(own) - 1} zones that have one of their own"
        )
    if inherited and low:
        return "caution: the zone has no figure of its own, and the world figure, which stands in, is too low"
    if inherited:
        return "the world figure stands in, as EcoLogits warns"
    if name == "gwp" and value in (0, 1):
        return f"caution: exactly {value:g} {unit}/kWh is no measured figure of a grid"
    if name == "pe" and value < KWH:
        return "caution: less than the 3.6 MJ that a kWh is, so renewable energy is left out"
    return ""


# --- files ------------------------------------------------------------------------------------------------------------


def write(file: Path, rows: Iterable[Row]) -> None:
    """A table with its header."""
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS[file.stem].split(","))
        table.writerows(rows)


def main(pack: Path) -> None:
    """Write the tables of what is installed."""
    release = Release()
    for of in (models, parameters, zones, electricity):
        write(pack / f"{of.__name__}.csv", of(release))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
