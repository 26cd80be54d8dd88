"""The engine: reading, building and evaluating a generated scenario, against PyYAML and against plain pint."""

from __future__ import annotations

import gc
import tempfile
import tracemalloc
from pathlib import Path

import pint
import yaml

from bench.measure import Row, in_turns
from lca import units
from lca.disk.workspace import Run
from lca.graph import Graph, Input, Node, evaluate
from lca.problems import Span
from lca.text import documents

LINES = 10_000
SERVICES = 200
HEAD = """
study:
  title: Generated
  criteria: [ADPe, GWP, PE]
  packs: [uba-2021]
functional_units:
  FU1:
    demand: {visits: 1000 visit}
activities:
"""
LINE = """
  - name: line {i}
    item: {item}
    tier: data centre
    phase: inference
    stage: manufacture
    amount: {amount}
"""
ITEMS = ("motherboard", "hdd", "server-chassis", "ssd-casing")


def text(lines: int) -> str:
    """A scenario with a number of inventory lines, half of them formulas."""
    amounts = ('"= visits * {a} [device/visit] / 1e6"', "{a} device")
    body = (
        LINE.strip("\n").format(i=i, item=ITEMS[i % len(ITEMS)], amount=amounts[i % 2].format(a=1 + i % 97))
        for i in range(lines)
    )
    return "\n".join([HEAD.strip("\n"), *body, ""])


def rows() -> list[Row]:
    """The measurements of this file."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_reading_and_building(Path(folder)), _against_pint()]


def _reading_and_building(folder: Path) -> list[Row]:
    small, large = folder / "small.yaml", folder / "large.yaml"
    small.write_text(text(LINES))
    large.write_text(text(2 * LINES))
    written = small.read_text()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    opened, opened_large = Run(small), Run(large)
    result = opened.compile()[0]
    graph = result.model.graph
    yaml_time, read, build, build_large, evaluation = in_turns(
        [
            lambda: yaml.load(written, loader),  # noqa: S506  the safe loader, in C
            lambda: documents.parse(written, "small.yaml"),
            opened.compile,
            opened_large.compile,
            lambda: evaluate(graph),
        ],
        rounds=5,
    )
    return [
        Row(
            "reading YAML with positions / CSafeLoader, same text", read / yaml_time, 1.0, detail=f"{read * 1e3:.0f} ms"
        ),
        Row(
            f"building and checking {LINES:,} lines × 3 criteria / CSafeLoader",
            build / yaml_time,
            5.0,
            detail=f"{build * 1e3:.0f} ms",
        ),
        Row(
            "evaluating them / building them",
            evaluation / build,
            0.1,
            detail=f"{evaluation * 1e3:.1f} ms, {len(graph):,} nodes",
        ),
        Row(f"building {2 * LINES:,} lines / {LINES:,} lines", build_large / build, 2.4),
        Row("memory of the same", _memory(large) / _memory(small), 2.2),
    ]


def _memory(path: Path) -> float:
    gc.collect()
    tracemalloc.start()
    held = Run(path).compile()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held  # noqa: S101  alive until here
    return float(peak)


def _against_pint() -> Row:
    """Power times time for each of 200 services, summed: once in pint quantities, once on the checked graph."""
    registry = pint.UnitRegistry()
    for name in ("request", "token"):
        registry.define(f"{name} = [{name}]")
    asked, length, speed = (
        registry.Quantity(*of) for of in ((1000.0, "request"), (400.0, "token/request"), (50.0, "token/s"))
    )
    powers = [registry.Quantity(1.0 + i, "W") for i in range(SERVICES)]

    def plain_pint() -> object:
        total = registry.Quantity(0.0, "kWh")
        for power in powers:
            total = total + (power * (asked * length / speed)).to("kWh")
        return total

    graph = Graph()
    ours = {
        name: _leaf(graph, name, *of)
        for name, of in (
            ("asked", (1000.0, "request")),
            ("length", (400.0, "token/request")),
            ("speed", (50.0, "token/s")),
        )
    }
    time = [
        _leaf(graph, f"power {i}", 1.0 + i, "W") * (ours["asked"] * ours["length"] / ours["speed"])
        for i in range(SERVICES)
    ]
    total = graph.sum([node.to("kWh") for node in time])
    checked = evaluate(graph)[total.index]
    assert abs(checked / plain_pint().magnitude - 1) < 1e-12  # type: ignore[attr-defined]  # noqa: S101  the same sum
    fast, slow = in_turns([lambda: evaluate(graph), plain_pint], rounds=9)
    return Row(
        "plain pint / evaluating the checked graph, same formulas",
        slow / fast,
        200,
        least=True,
        detail=f"{len(graph):,} nodes",
    )


def _leaf(graph: Graph, name: str, value: float, unit: str) -> Node:
    return graph.input(Input(name, value, units.unit(unit), Span(name, 1, 1)))
