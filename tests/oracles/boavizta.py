"""Asks BoaviztAPI for servers and writes what it answers: `python tests/oracles/boavizta.py FILE`.

`make test-all` runs it in an environment of its own. The file holds the version, and for each server what was asked,
the figures as printed and before rounding, and its parts with what BoaviztAPI filled in itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

CRITERIA = ["gwp", "adp", "pe"]
PLAIN = "platform_compute_medium"
CPUS = [(1, 8, 24.5), (2, 24, 24.5), (2, 12, 245), (4, 28, 24.8), (2, 64, 15.75), (1, 96, 12.1), (8, 16, 31.5)]
RAM = [[(4, 16, 1.79)], [(12, 32, 1.79)], [(16, 64, 2.375)], [(32, 128, 1.25)], [(4, 32, 1.79), (4, 16, 0.625)]]
DISKS = [
    [("ssd", 1, 400, 50.6)],
    [("hdd", 2)],
    [("ssd", 4, 400, 50.6), ("hdd", 2)],
    [("ssd", 8, 7680, 128)],
    [("ssd", 2, 480, 16.4), ("ssd", 6, 3840, 76.1)],
    [("hdd", 24), ("ssd", 2, 240, 90.9)],
]
POWER = [(2, 2.99), (1, 1), (2, 5), (4, 2.5)]
CASES = ["rack", "blade", "rack"]
STATED = 44  # servers of which all is stated
KINDS = [("Samsung", 18), ("Samsung", 30), ("SK hynix", 21), ("Micron", 30), ("Micron", 20)]  # of memory, nm
LAYERS = [("Samsung", 64), ("Samsung", 96), ("Micron", 128), ("Toshiba/WD", 96), ("Micron/Intel", 36)]  # of flash
NAMES = ["Intel Xeon Gold 6148", "AMD EPYC 7R32", "Intel Xeon Platinum 8275CL", "AMD EPYC 9334"]
ARCHETYPES = [PLAIN, "platform_memory_high", "platform_hddstorage_high", "platform_ssdstorage_high", "dellR740"]


def cpu(units: int, cores: int, area: float) -> dict[str, Any]:
    return {"units": units, "core_units": cores, "die_size_per_core": area}


def disk(kind: str, units: int, capacity: int = 0, density: float = 0) -> dict[str, Any]:
    flash = {"capacity": capacity, "density": density} if kind == "ssd" else {}
    return {"type": kind, "units": units, **flash}


def whole(index: int, **changed: Any) -> dict[str, Any]:
    """A server of which all is stated, but for what is changed."""
    units, weight = POWER[index % len(POWER)]
    of_type = changed.pop("type", CASES[index % len(CASES)])
    parts = {
        "cpu": cpu(*CPUS[index % len(CPUS)]),
        "ram": [{"units": n, "capacity": size, "density": density} for n, size, density in RAM[index % len(RAM)]],
        "disk": [disk(*one) for one in DISKS[index % len(DISKS)]],
        "power_supply": {"units": units, "unit_weight": weight},
    }
    return {"model": {"type": of_type}, "configuration": {**parts, **changed}}


def stated() -> Iterator[tuple[str, dict[str, Any]]]:
    """Servers of which all that counts is stated, or is a default of ours as well."""
    for index in range(STATED):
        yield f"stated {index}", whole(index)
    memory, power = {"units": 12, "capacity": 64, "density": 1.79}, {"units": 2, "unit_weight": 2.99}
    example = whole(2, ram=[memory], disk=[disk("ssd", 4, 400, 50.6)], power_supply=power, type="rack")
    yield "the example of its documentation", example
    yield "the area of the die itself", whole(3, cpu={"units": 2, "core_units": 20, "die_size": 694})
    yield "the area before the cores", whole(5, cpu={**cpu(2, 20, 30), "die_size": 694})
    yield "its power supplies", whole(7, power_supply={})
    yield "a case that it does not know", whole(8, type="tower")
    yield "no memory", whole(9, ram=[])
    yield "no power supply", whole(9, power_supply={"units": 0})
    yield "a disk of no kind", whole(10, disk=[{"units": 3, "capacity": 960, "density": 57}])
    for index, (maker, process) in enumerate(KINDS):
        memory = {"units": 8, "capacity": 32, "manufacturer": maker, "process": process}
        yield f"memory of {maker}, {process} nm", whole(index, ram=[memory])
    for index, (maker, layers) in enumerate(LAYERS):
        flash = {"type": "ssd", "units": 2, "capacity": 1920, "manufacturer": maker, "layers": layers}
        yield f"flash of {maker}, {layers} layers", whole(index, disk=[flash])


def filled_in() -> Iterator[tuple[str, dict[str, Any]]]:
    """Servers of which BoaviztAPI fills something in."""
    yield "memory of any density", whole(1, ram=[{"units": 12, "capacity": 32}])
    yield "flash of any density", whole(1, disk=[{"type": "ssd", "units": 4, "capacity": 960}])
    yield "no list of disks", whole(4, disk=[])
    yield "a disk of another kind", whole(4, disk=[disk("tape", 4), disk("hdd", 1)])
    for index, name in enumerate(NAMES):
        yield name, whole(index, cpu={"units": 2, "name": name})
    yield "a die of so many cores", whole(6, cpu={"units": 2, "core_units": 24})
    yield "a die of so many cores of a family", whole(6, cpu={"units": 2, "core_units": 24, "family": "Skylake"})
    yield "an area for each of unknown cores", whole(6, cpu={"units": 2, "die_size_per_core": 20})
    yield "GPUs", whole(2, gpu={"units": 8, "vram": 80})
    yield "two small GPUs", whole(3, gpu={"units": 2, "vram": 40})


def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is asked: a name, an archetype, and the server."""
    yield from ((name, PLAIN, body) for name, body in (*stated(), *filled_in()))
    yield from ((f"archetype {name}", name, {}) for name in ARCHETYPES)


def answer(archetype: str, body: dict[str, Any]) -> dict[str, Any]:
    """What BoaviztAPI says of a server: its making as printed and before rounding, and what it is made of."""
    data = import_module("boaviztapi.dto.device")
    mapper = import_module("boaviztapi.dto.device.device").mapper_server
    known = import_module("boaviztapi.data.archetype").get_server_archetype
    compute = import_module("boaviztapi.compute.impacts_computation").compute_impacts
    server = mapper(data.Server(**json.loads(json.dumps(body))), archetype=known(archetype))
    said = compute(model=server, selected_criteria=CRITERIA, duration=server.usage.hours_life_time.value)
    exact = {key: server.impacts[key]["embedded"] for key in CRITERIA}
    return {
        "printed": {key: said[key]["embedded"]["value"] for key in CRITERIA},
        "exact": {key: [one.value, one.min, one.max] for key, one in exact.items()},
        "parts": [part(one) for one in server.components],
    }


def part(component: Any) -> dict[str, Any]:
    """A component: how many there are, what it rests on, and what they come to."""
    names = ("units", "core_units", "die_size", "capacity", "density", "unit_weight", "case_type")
    found = {name: getattr(component, name).value for name in names if hasattr(component, name)}
    impacts = {key: component.impacts[key]["embedded"].value for key in CRITERIA}
    return {"part": component.NAME, **{name: value for name, value in found.items() if value is not None}, **impacts}


def main(path: Path) -> None:
    """Write the answers, a server a line."""
    servers = [{"name": name, "archetype": kind, "asked": body, **answer(kind, body)} for name, kind, body in asked()]
    lines = ",\n".join(json.dumps(server, ensure_ascii=False) for server in servers)
    head = f'"of": "boaviztapi", "version": "{version("boaviztapi")}"'
    path.write_text(f'{{{head}, "servers": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
