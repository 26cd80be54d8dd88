"""The JSON Schema of `lca schema`: it accepts what we ship and what we write, and refuses what `lca run` refuses.

The validator here knows the few words of draft 2020-12 that the schema uses, and fails on any other.
"""

# ruff: noqa: ARG001  the checks share one signature

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lca.language import Study
from lca.model.fields import Field, One, Record
from lca.views.schema import schema, text
from lca.views.template import scenario

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = [*(ROOT / "scenarios").glob("*.yaml"), ROOT / "tests" / "golden" / "cli" / "chat.yaml"]
SCHEMA = schema()
TYPES = {"string": str, "number": int | float, "boolean": bool, "object": dict, "array": list}
SAYS_NOTHING = {
    "$schema",
    "$defs",
    "title",
    "description",
    "default",
    "x-unit",
    "minimum",
    "maximum",
    "exclusiveMinimum",
}


def wrong(value: Any, rule: Any, at: str = "") -> Iterator[str]:
    """Every place where a value breaks a rule."""
    if rule is True:
        return
    for word, asked in rule.items():
        if word not in SAYS_NOTHING:
            yield from CHECKS[word](value, asked, rule, at)


def _reference(value: Any, asked: str, rule: Any, at: str) -> Iterator[str]:
    yield from wrong(value, SCHEMA["$defs"][asked.removeprefix("#/$defs/")], at)


def _type(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    names = [asked] if isinstance(asked, str) else asked
    if not any(isinstance(value, TYPES[name]) for name in names):
        yield f"{at} is no {names}"


def _enum(value: Any, asked: list[str], rule: Any, at: str) -> Iterator[str]:
    if value not in asked:
        yield f"{at} is none of {asked}"


def _any_of(value: Any, asked: list[Any], rule: Any, at: str) -> Iterator[str]:
    tried = [list(wrong(value, one, at)) for one in asked]
    if all(tried):
        yield from min(tried, key=len)


def _properties(value: Any, asked: dict[str, Any], rule: Any, at: str) -> Iterator[str]:
    for name in asked.keys() & (value if isinstance(value, dict) else {}):
        yield from wrong(value[name], asked[name], f"{at}.{name}")


def _others(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    named = rule.get("properties", {})
    for name in value if isinstance(value, dict) else ():
        if name not in named:
            yield from [f"{at}.{name} is unknown"] if asked is False else wrong(value[name], asked, f"{at}.{name}")


def _required(value: Any, asked: list[str], rule: Any, at: str) -> Iterator[str]:
    yield from (f"{at}.{name} is missing" for name in asked if isinstance(value, dict) and name not in value)


def _property_names(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from (f"{at}.{name} is unknown" for _ in wrong(name, asked, at))


def _items(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    for place, item in enumerate(value if isinstance(value, list) else ()):
        yield from wrong(item, asked, f"{at}[{place}]")


def _if(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    yield from wrong(value, rule.get("else" if list(wrong(value, asked, at)) else "then", True), at)


def _with_if(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    yield from ()


def _pattern(value: Any, asked: str, rule: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(asked, value):
        yield f"{at} is not written {asked}"


CHECKS = {
    "pattern": _pattern,
    "$ref": _reference,
    "type": _type,
    "enum": _enum,
    "anyOf": _any_of,
    "properties": _properties,
    "additionalProperties": _others,
    "required": _required,
    "propertyNames": _property_names,
    "items": _items,
    "if": _if,
    "then": _with_if,
    "else": _with_if,
}


def read(text: str) -> Any:
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506  only texts, lists and mappings


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_it_accepts_our_scenarios(path: Path) -> None:
    assert list(wrong(read(path.read_text(encoding="utf-8")), SCHEMA)) == []


def test_it_accepts_a_new_scenario() -> None:
    assert list(wrong(read(scenario("x", "x.yaml")), SCHEMA)) == []


BASE = """
study: {criteria: [GWP], packs: [tiny]}
functional_units: {FU1: {demand: {visits: 1 visit}}}
"""


@pytest.mark.parametrize(
    ("unit", "is_known"),
    [
        ("{years: 2024..2030, demand: {visits: {2024: 1 visit, 2030: 2 visit}}, rates: {a.b: -5 %/year}}", True),
        ("{years: 2024..2030, demand: demand.csv}", True),
        ("{years: 2024, demand: {visits: 1 visit}}", False),
        ("{years: 2024..2030, rates: [1]}", False),
    ],
)  # fmt: skip
def test_it_knows_years(unit: str, is_known: bool) -> None:
    text = f"study: {{criteria: [GWP], packs: [tiny]}}\nfunctional_units: {{FU1: {unit}}}\n"
    assert ([*wrong(read(text), SCHEMA)] == []) == is_known


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("sites: {lab: {region: FRA, pue: 1.2}}", None),
        ("sites: {lab: {region: {FRA: 50 %, DEU: 50 %}}}", None),
        ("sites: {lab: {regoin: FRA}}", ".sites.lab.regoin is unknown"),
        ("sites: {lab: {pue: 1.2}}", None),  # a functional unit may say the region
        ("expect: {x: {criterion: GWP}}", ".expect.x.of is missing"),
        ("inference: {site: lab, energy: {value: 1 kWh/visit, basis: measured, source: x}}", None),
        ("inference: {chat: {site: lab}, images: {site: lab}}", None),
        ("storage: {site: lab, kept: {low: 1 year}}", ".storage.kept"),
        ("terminals: {time: [1 h]}", "is no"),
        ("activities: [{item: ssd, tier: cloud, stage: use, amount: 1 kWh}]", "is none of"),
        ("servers: {}", ".servers is unknown"),
        ("terminals: {time: {2024: 1 min/visit, 2030: {value: 2 min/visit}}}", None),
        ("terminals: {time: {2024: 1 min/visit, now: 2 min/visit}}", ".terminals.time"),
    ],
)
def test_it_tells_names_and_shapes(more: str, message: str | None) -> None:
    found = list(wrong(read(BASE + more), SCHEMA))
    assert (found == []) if message is None else any(message in line for line in found)


def test_a_scenario_that_extends_another_may_leave_things_out() -> None:
    assert list(wrong(read("extends: other.yaml\nsites: {lab: {pue: 1.3}}"), SCHEMA)) == []
    assert list(wrong(read("extends: other.yaml\nsitse: {}"), SCHEMA)) == [".sitse is unknown"]


def test_every_field_says_what_it_means() -> None:
    assert [path for path, field in fields(Study) if not field.doc] == []
    assert [path for path, found in described(SCHEMA["$defs"]["Study"]) if not found] == []


def fields(record: type[Record], path: str = "", seen: tuple[type[Record], ...] = ()) -> Iterator[tuple[str, Field]]:
    for name, field in record.fields.items():
        yield f"{path}.{name}", field
        if isinstance(field, One) and field.of not in seen:
            yield from fields(field.of, f"{path}.{name}", (*seen, record))


def described(rule: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, found.get("description", "")) for name, found in rule["properties"].items())


def test_it_is_stable_json() -> None:
    """The same text whatever the order of sets is in a process."""
    told = {
        subprocess.run(
            [sys.executable, "-c", "from lca.views.schema import text; print(text(), end='')"], cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {text()}
    assert json.loads(text()) == SCHEMA
    assert "$id" not in SCHEMA
