"""The JSON Schemas of `lca schema`: they accept what we ship and what we write, and refuse what `lca run` refuses.

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

from lca.cli.new import KINDS
from lca.language import Study
from lca.model.fields import Field, One, Record
from lca.model.packs import package
from lca.problems import Problems
from lca.views.schema import schema, text
from lca.views.template import scenario
from tests.command import Lca

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = [*(ROOT / "scenarios").rglob("*.yaml"), ROOT / "tests" / "golden" / "cli" / "chat.yaml"]
PACKAGES = sorted((ROOT / "factors").rglob("datapackage.json"))
METHODS = sorted((ROOT / "factors").rglob("*.yaml"))
SCHEMA, METHOD, PACK = schema(), schema("method"), schema("pack")
TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool, "object": dict, "array": list}
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


def linked(rule: Any, definitions: dict[str, Any], made: dict[str, Any]) -> Any:
    """A rule with the definitions themselves where it refers to them."""
    if isinstance(rule, list):
        return [linked(one, definitions, made) for one in rule]
    if not isinstance(rule, dict):
        return rule
    if "$ref" in rule:
        name = rule["$ref"].removeprefix("#/$defs/")
        if name not in made:
            made[name] = {}
            made[name] |= linked(definitions[name], definitions, made)
        return rule | {"$ref": made[name]}
    return {word: linked(asked, definitions, made) for word, asked in rule.items() if word != "$defs"}


def wrong(value: Any, rule: Any, at: str = "") -> Iterator[str]:
    """Every place where a value breaks a rule."""
    if rule is True:
        return
    if "$schema" in rule:
        rule = linked(rule, rule.get("$defs", {}), {})
    for word, asked in rule.items():
        if word not in SAYS_NOTHING:
            yield from CHECKS[word](value, asked, rule, at)


def _reference(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    yield from wrong(value, asked, at)


def _type(value: Any, asked: Any, rule: Any, at: str) -> Iterator[str]:
    names = [asked] if isinstance(asked, str) else asked
    whole = "integer" in names and isinstance(value, str) and value.isdecimal()  # numbers stay texts here
    if not whole and not any(isinstance(value, TYPES[name]) for name in names):
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


def _least(value: Any, asked: int, rule: Any, at: str) -> Iterator[str]:
    if isinstance(value, str | list) and len(value) < asked:
        yield f"{at} is empty"


def _pattern(value: Any, asked: str, rule: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(asked, value):
        yield f"{at} is not written {asked}"


CHECKS = {
    "pattern": _pattern,
    "minLength": _least,
    "minItems": _least,
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
    """A file as editors see it, but for numbers, which stay texts."""
    return with_truths(yaml.load(text, yaml.BaseLoader))  # noqa: S506  only texts, lists and mappings


def with_truths(value: Any) -> Any:
    match value:
        case dict():
            return {name: with_truths(child) for name, child in value.items()}
        case list():
            return [with_truths(child) for child in value]
    return {"true": True, "false": False}.get(value, value)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_it_accepts_our_scenarios(path: Path) -> None:
    assert list(wrong(read(path.read_text(encoding="utf-8")), SCHEMA)) == []


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_it_accepts_a_new_scenario(kind: str) -> None:
    assert list(wrong(read(scenario("x", "x.yaml", kind)), SCHEMA)) == []


# --- methods and packs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.stem)
def test_it_accepts_our_methods(path: Path) -> None:
    assert list(wrong(read(path.read_text(encoding="utf-8")), METHOD)) == []


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parent.name)
def test_it_accepts_our_packs(path: Path) -> None:
    assert list(wrong(json.loads(path.read_text(encoding="utf-8")), PACK)) == []


OF_A_METHOD = "{title: By size, takes: {size: {unit: GB, text: how large}}, gives: {energy: '= 2 * size'}}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", None),
        ("title: By size, ", "", ".title is missing"),
        ("{title: By size", "{extends: other", None),
        ("gives:", "givse:", ".givse is unknown"),
        ("text: how large", "low: 0", ".takes.size.text is missing"),
        ("text: how large", "text: how large, default: {value: 2 GB, at: p. 3}", None),
        ("text: how large", "text: how large, defualt: 2 GB", ".takes.size.defualt is unknown"),
        ("energy: '= 2 * size'", "activities: {line: {item: electricity, amount: = 2 * size}}", None),
        ("energy: '= 2 * size'", "energy: [1]", "is no"),
        ("gives:", "parameters: {each: {value: 2 kWh/GB, hi: 3 kWh/GB}}, gives:", ".parameters.each"),
    ],
)
def test_it_tells_a_method(old: str, new: str, message: str | None) -> None:
    text = OF_A_METHOD.replace(old, new, 1) if old else OF_A_METHOD
    found = list(wrong(read(text), METHOD))
    assert (found == []) if message is None else any(message in line for line in found), found


def test_a_scenario_may_change_a_number_of_a_method_of_a_pack() -> None:
    own = "methods: {swd-4: {parameters: {network: 0.03 kWh/GB}, takes: {first: {default: 50 %}}}}"
    assert list(wrong(read(BASE + own), SCHEMA)) == []
    assert list(wrong(read(BASE + "methods: {swd-4: {params: {network: 1 kWh/GB}}}"), SCHEMA)) != []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resources": [{"path": "a.csv", "role": "factor"}]}, "is none of"),
        ({"resources": [{"role": "factors"}]}, ".path is missing"),
        ({"resources": []}, ".resources is empty"),
        ({"redistributable": "yes"}, ".redistributable is no"),
        ({"share_alike": None}, ".share_alike is no"),
        ({"accessed": "31 January 2026"}, ".accessed is not written"),
        ({"licenses": "MIT"}, ".licenses is no"),
        ({"sources": [{"path": "https://example.org"}]}, "is missing"),
        ({"methods": {"GWP": ""}}, ".methods.GWP is empty"),
        ({"citation": ""}, ".citation is empty"),
    ],
)
def test_it_tells_a_pack_as_reading_one_does(change: dict[str, Any], message: str) -> None:
    """Both refuse it; and without any key that is needed."""
    good = json.loads((ROOT / "factors" / "swd-4" / "datapackage.json").read_text("utf-8"))
    assert any(message in line for line in wrong(good | change, PACK))
    with pytest.raises(Problems):
        package(json.dumps(good | change), "datapackage.json")


@pytest.mark.parametrize("key", PACK["required"])
def test_a_pack_needs_what_reading_one_needs(key: str) -> None:
    good = json.loads((ROOT / "factors" / "swd-4" / "datapackage.json").read_text("utf-8"))
    lacking = {name: value for name, value in good.items() if name != key}
    assert [*wrong(lacking, PACK)] == [f".{key} is missing"]
    with pytest.raises(Problems):
        package(json.dumps(lacking), "datapackage.json")


def test_the_command_prints_them(lca_: Lca) -> None:
    for of in ("scenario", "method", "pack"):
        assert lca_("schema", "--of", of).out == text(of)
    page = lca_("schema", "--of", "pack", "--format", "markdown")
    assert (page.code, "the page is of scenarios" in page.err) == (2, True)
    assert "did you mean 'pack'?" in " ".join(lca_("schema", "--of", "pcak").err.split())


# --- scenarios --------------------------------------------------------------------------------------------------------


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
