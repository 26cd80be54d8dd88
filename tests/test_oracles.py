"""What other programs answer to the same questions, as `make test-all` recorded it: we are held to it.

Every difference is an amount of an item, by the formula that docs/oracles.md has for it; there is no other.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lca.disk.workspace import Run
from tests.bench_pack import written

TOP = Path(__file__).parent.parent
EXACT = 1e-12
CRITERIA = {"gwp": ("GWP", "kgCO2eq"), "adp": ("ADPe", "kgSbeq"), "pe": ("PE", "MJ")}
AREA, MEMORY, FLASH = 39.75, 1.244, 54.88  # of the method: mm^2 for each core, GB/cm^2


class Server(NamedTuple):
    """A server as BoaviztAPI was asked for it, and what it answered."""

    name: str
    archetype: str
    asked: dict[str, Any]
    printed: dict[str, float]
    exact: dict[str, list[float]]
    parts: list[dict[str, Any]]

    @property
    def configuration(self) -> dict[str, Any]:
        found: dict[str, Any] = self.asked.get("configuration", {})
        return found

    def of(self, *names: str) -> list[dict[str, Any]]:
        return [part for part in self.parts if part["part"] in names]

    def several(self, key: str, *names: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """What is asked of each part of a kind and what was taken; all was filled in where nothing is asked."""
        taken = self.of(*names)
        asked = [one for one in self.configuration.get(key, []) if one.get("type") != "tape"] or [{}] * len(taken)
        return zip(asked, taken, strict=True)


RECORDED = json.loads((TOP / "tests/recorded/boavizta.json").read_text(encoding="utf-8"))
SERVERS = [Server(**one) for one in RECORDED["servers"]]

# --- a server in our words --------------------------------------------------------------------------------------------


def equipment(server: Server) -> dict[str, Any]:
    """What a study states of it: what was asked, else the number of parts that BoaviztAPI took."""
    case = {"case": "blade"} if server.asked.get("model", {}).get("type") == "blade" else {}
    block = {"method": "server-2021", **cpus(server), **memory(server), **disks(server), **power(server), **case}
    parts = {name: amount for key in ("ram-die", "ssd-die") if (amount := block.pop(key, None)) for name in [key]}
    gpus = {f"gpu of {server.name}": f"{one['units']} GPU" for one in server.of("GPU")}
    return {**block, "parts": {**parts, **gpus}} if parts or gpus else block


def cpus(server: Server) -> dict[str, Any]:
    asked, (taken,) = server.configuration.get("cpu", {}), server.of("CPU")
    if "die_size" in asked:
        return {"cpus": asked["units"], "die": f"{asked['die_size']} mm^2"}
    each = {"die_per_core": f"{asked['die_size_per_core']} mm^2"} if "die_size_per_core" in asked else {}
    return {"cpus": taken["units"], "cores": taken["core_units"], **each}


def memory(server: Server) -> dict[str, Any]:
    rows = [(asked, taken, taken["units"] * taken["capacity"]) for asked, taken in server.several("ram", "RAM")]
    kinds = {"ram": f"{sum(size for _, _, size in rows)} GB", "modules": sum(taken["units"] for _, taken, _ in rows)}
    return kinds | density(rows, "memory", "ram", "process", "-nm")


def disks(server: Server) -> dict[str, Any]:
    pairs = list(server.several("disk", "SSD", "HDD"))
    rows = [(asked, taken, taken["units"] * taken["capacity"]) for asked, taken in pairs if taken["part"] == "SSD"]
    rows = [] if server.name == "no list of disks" else rows
    hard = sum(taken["units"] for _, taken in pairs if taken["part"] == "HDD")
    flash = {"ssd": f"{sum(size for *_, size in rows)} GB", "ssds": sum(taken["units"] for _, taken, _ in rows)}
    return ({"hdds": hard} if hard else {}) | (flash | density(rows, "flash", "ssd", "layers", "l") if rows else {})


def density(rows: list[Any], kind: str, of: str, number: str, ending: str) -> dict[str, Any]:
    """The density of memory or flash: stated, that of a kind, or the method's; of several, the area of their dies."""
    if len(rows) > 1:
        areas = (f"{size} [GB] / {asked['density']} [GB/cm^2]" for asked, _, size in rows)
        return {f"{of}-die": f"= {' + '.join(areas)}"}
    for asked, _, _ in rows:
        if "density" in asked:
            return {f"{of}_density": f"{asked['density']} GB/cm^2"}
        if number in asked:
            maker = asked["manufacturer"].lower().replace("/", "-").replace(" ", "-")
            return {kind: f"{of}-die-{maker}-{asked[number]}{ending}"}
    return {}


def power(server: Server) -> dict[str, Any]:
    asked = server.configuration.get("power_supply", {})
    weight = {"psu_weight": f"{asked['unit_weight']} kg"} if "unit_weight" in asked else {}
    return ({"psus": asked["units"]} if "units" in asked else {}) | weight


@cache
def ours(folder: Path) -> dict[tuple[str, str], float]:
    """Our figure of each server by each criterion."""
    criteria = [key for key, _ in CRITERIA.values()]
    text = {
        "study": {"title": "Servers", "criteria": criteria, "packs": ["uba-2021", "boavizta-2026-08-profiles"]},
        "functional_units": {"one": {"demand": {"servers": "1 server"}}},
        "factors": {f"gpu of {server.name}": gpu(part) for server in SERVERS for part in server.of("GPU")},
        "equipment": {server.name: equipment(server) for server in SERVERS},
        "activities": [
            {"item": server.name, "tier": "data centre", "stage": "embodied", "amount": "1 server"}
            for server in SERVERS
        ],
    }
    result = Run(written(folder, json.dumps(text))).compile()[0]
    return {(row["item"], row["criterion"]): row["value"] for row in result.records(("item",))}


def gpu(part: dict[str, Any]) -> dict[str, Any]:
    """The GPU of BoaviztAPI, by its figures: what a GPU is made of is not of the method."""
    each = {key: f"{part[name] / part['units']!r} {unit}/GPU" for name, (key, unit) in CRITERIA.items()}
    return {"impacts": each}


# --- what is apart ----------------------------------------------------------------------------------------------------


def apart(server: Server) -> Iterator[tuple[str, float]]:
    """By what BoaviztAPI has more: amounts of items, in cm^2 and by piece."""
    (taken,), asked = server.of("CPU"), server.configuration.get("cpu", {})
    if "die_size" not in asked and not {"core_units", "die_size_per_core"} <= asked.keys():
        own = taken["core_units"] * asked.get("die_size_per_core", AREA)
        yield "cpu-die", taken["units"] * (taken["die_size"] - own) / 100
    yield from (("ram-die", area) for area in denser(server.several("ram", "RAM"), "process", MEMORY))
    pairs = [(asked, taken) for asked, taken in server.several("disk", "SSD", "HDD") if taken["part"] == "SSD"]
    if server.name == "no list of disks":
        for _, taken in pairs:
            yield "ssd-casing", taken["units"]
            yield "ssd-die", taken["units"] * taken["capacity"] / taken["density"]
    else:
        yield from (("ssd-die", area) for area in denser(iter(pairs), "layers", FLASH))


def denser(pairs: Iterator[tuple[dict[str, Any], dict[str, Any]]], number: str, own: float) -> Iterator[float]:
    """The area by which the mean of all digits is more than that of four, where no density is asked for."""
    for asked, taken in pairs:
        if "density" not in asked and number not in asked:
            yield taken["units"] * taken["capacity"] * (1 / taken["density"] - 1 / own)


@cache
def factors() -> dict[tuple[str, str], float]:
    with (TOP / "factors/uba-2021/factors.csv").open(encoding="utf-8", newline="") as file:
        return {(row["item"], row["criterion"]): float(row["value"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.mark.parametrize("server", SERVERS, ids=[server.name for server in SERVERS])
def test_boaviztapi_before_it_rounds(server: Server, folder: Path) -> None:
    for name, (key, _) in CRITERIA.items():
        more = sum(amount * factors()[item, key] for item, amount in apart(server))
        assert ours(folder)[server.name, key] + more == pytest.approx(server.exact[name][0], rel=EXACT), key


def test_sixty_servers_are_equal_and_the_others_are_not() -> None:
    of = {server.name: [*apart(server)] for server in SERVERS}
    equal = [server.name for server in SERVERS if not of[server.name]]
    assert len(equal) >= 60
    assert all(any(abs(amount) > 1e-6 for _, amount in of[name]) for name in of if name not in equal)


# --- its rounding -----------------------------------------------------------------------------------------------------


def rounded(value: float, low: float, high: float) -> float:
    """To the power of ten of a tenth of the range, at most that of the figure; then to four digits."""
    if high > low:
        place = min(math.floor(math.log10((high - low) / 10)), math.floor(math.log10(value)))
        value = round(value / 10.0**place) * 10.0**place
    return float(f"{value:.4g}")


@pytest.mark.parametrize("server", SERVERS, ids=[server.name for server in SERVERS])
def test_boaviztapi_as_it_prints(server: Server) -> None:
    assert {name: rounded(*ends) for name, ends in server.exact.items()} == pytest.approx(server.printed, rel=EXACT)
