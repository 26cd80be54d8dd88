"""openLCA's JSON-LD archives: results of product systems, and declarations of products (olca-schema 2).

A result gives impacts of the amount of its reference flow; one divided by the other is a factor. Processes hold
exchanges, impact categories factors of flows: neither is a factor of a thing.
Format: https://greendelta.github.io/olca-schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.importers._databases.bundle import Bundle
from lca.importers._databases.entries import Asked, Entry, Passed, Told
from lca.importers._databases.modules import by_stage
from lca.importers._databases.opened import Opened

TITLE = "openLCA JSON-LD, zip: results of product systems, product declarations (EPD)"
ORDER = 2

SIGNS = ("olca-schema.json", "openlca.json", "context.json")
NAMED = ("actors", "sources", "currencies", "dq_systems", "flows", "flow_properties", "unit_groups", "locations",
         "parameters", "lcia_methods", "projects", "social_indicators", "categories")  # fmt: skip
UNITS = {"UNIT_PROCESS": "a unit process: its exchanges are no factors", "LCI_RESULT": "an inventory without impacts"}
KEY, NAME = "@id", "name"


def reads(opened: Opened) -> bool:
    """Whether it is an archive of openLCA."""
    bundle = opened.bundle
    return bundle is not None and (any(sign in bundle for sign in SIGNS) or bool(bundle.below("results", ".json")))


def entries(opened: Opened, _asked: Asked) -> Iterator[Told]:
    """Every result and declaration; every process and impact category, with why it is no factor."""
    bundle = opened.bundle
    if bundle is None:
        return
    declared: set[str] = set()
    for part in bundle.below("epds", ".json"):
        yield from _declaration(bundle, part, declared)
    for part in bundle.below("results", ".json"):
        content = _object(bundle, part)
        if _text(content, KEY) not in declared:
            yield from _result(bundle, part, content)
    results = {_text(_of(_object(bundle, part), "productSystem"), KEY) for part in bundle.below("results", ".json")}
    for part in bundle.below("processes", ".json"):
        content = _object(bundle, part)
        yield Passed(part, _text(content, NAME), UNITS.get(_text(content, "processType"), UNITS["UNIT_PROCESS"]))
    for part in bundle.below("product_systems", ".json"):
        content = _object(bundle, part)
        if _text(content, KEY) not in results:
            yield Passed(
                part, _text(content, NAME), "a product system without results: calculate it, and export the result"
            )
    for part in bundle.below("lcia_categories", ".json"):
        yield Passed(
            part, _text(_object(bundle, part), NAME), "an impact category: it assesses flows, and is of no thing"
        )
    for folder in NAMED:
        if parts := bundle.below(folder, ".json"):
            yield Passed(folder, f"{len(parts)} data sets", "named by others, and no factors")


def _result(bundle: Bundle, part: str, content: dict[str, Any]) -> Iterator[Told]:
    name, flow = _text(content, NAME), _reference(content)
    amount = _number(flow, "amount")
    if not flow or not amount:
        yield Passed(part, name, "a result without the amount of a reference flow")
        return
    yield from _impacts(bundle, part, content, name or _text(_of(flow, "flow"), NAME), flow, amount)


def _impacts(
    bundle: Bundle,
    part: str,
    content: dict[str, Any],
    name: str,
    flow: dict[str, Any],
    amount: float,
    times: float = 1.0,
) -> Iterator[Told]:
    found = _list(content, "impactResults")
    if not found:
        yield Passed(part, name, "a result without impacts")
    for place, impact in enumerate(found, 1):
        indicator, value = _of(impact, "indicator"), _number(impact, "amount")
        said = _text(indicator, NAME)
        if value is None:
            yield Passed(f"{part}, impact {place}", name, "no value", said)
            continue
        yield Entry(
            f"{part}, impact {place}", _text(content, KEY), name, said, f"{value * times / amount:.12g}",
            _text(indicator, "refUnit") or _unit_of(bundle, indicator), _text(_of(flow, "unit"), NAME), "",
            _region(bundle, flow), _year(content), method=_text(_of(content, "impactMethod"), NAME),
            note="; ".join(t for t in (_text(content, "description")[:300], f"result {_text(content, KEY)}") if t),
        )  # fmt: skip


def _declaration(bundle: Bundle, part: str, declared: set[str]) -> Iterator[Told]:
    """The modules of a declaration, each a result, by stage."""
    content = _object(bundle, part)
    name, product = _text(content, NAME), _of(content, "product")
    amount = _number(product, "amount")
    modules: list[tuple[str, Entry]] = []
    for module in _list(content, "modules"):
        key = _text(_of(module, "result"), KEY)
        declared.add(key)
        own = bundle.of("results", key, ".json")
        if not own or not amount:
            yield Passed(
                f"{part}, {_text(module, NAME)}", name, "a module without a result, or of no amount of product"
            )
            continue
        times = _number(module, "multiplier")
        result = _object(bundle, own)
        place = _region(bundle, product) or _region(bundle, content) or _region(bundle, _reference(result))
        for one in _impacts(bundle, own, result, name, product, amount, 1.0 if times is None else times):
            if isinstance(one, Entry):
                modules.append((_text(module, NAME), one._replace(region=place)))
            else:
                yield one
    if not modules:
        yield Passed(part, name, "a declaration without modules")
    yield from by_stage(modules)


def _reference(content: dict[str, Any]) -> dict[str, Any]:
    return next((flow for flow in _list(content, "flowResults") if flow.get("isRefFlow") is True), {})


def _unit_of(bundle: Bundle, indicator: dict[str, Any]) -> str:
    part = bundle.of("lcia_categories", _text(indicator, KEY), ".json")
    return bundle.remembered(("unit", part), lambda: _text(_object(bundle, part), "refUnit")) if part else ""


def _region(bundle: Bundle, flow: dict[str, Any]) -> str:
    location = _of(flow, "location")
    part = bundle.of("locations", _text(location, KEY), ".json")
    return (
        (_text(_object(bundle, part), "code") if part else "")
        or _text(location, NAME)
        or _text(_of(flow, "flow"), "location")
    )


def _year(content: dict[str, Any]) -> str:
    """The year of the last change; nothing else dates a result."""
    return _text(content, "lastChange")[:4] if _text(content, "lastChange")[:4].isdecimal() else ""


# --- JSON that may hold anything --------------------------------------------------------------------------------------


def _object(bundle: Bundle, part: str) -> dict[str, Any]:
    content = bundle.json(part)
    return content if isinstance(content, dict) else {}


def _of(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def _list(content: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = content.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(content: dict[str, Any], key: str) -> str:
    found = content.get(key)
    return found.strip() if isinstance(found, str) else ""


def _number(content: dict[str, Any], key: str) -> float | None:
    found = content.get(key)
    is_number = isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e300
    return float(found) if is_number and found is not None else None
