"""ILCD archives: processes with results of an impact assessment, and declarations with modules (ILCD+EPD).

Results are of the amount of the reference flow; one divided by the other is a factor. Processes without results hold
exchanges, which are no factors; so do impact methods, which assess flows.
Format: https://eplca.jrc.ec.europa.eu/LCDN/developerILCDDataFormat.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from lca.importers._databases.bundle import Bundle
from lca.importers._databases.entries import Asked, Entry, Passed, Told
from lca.importers._databases.modules import by_stage
from lca.importers._databases.numbers import number
from lca.importers._databases.opened import Opened
from lca.workbook.reading.xml import Element

TITLE = "ILCD, zip: processes with LCIA results, product declarations (EPD)"
ORDER = 3

NAMED = ("flows", "flowproperties", "unitgroups", "contacts", "sources", "external_docs")
NAME_PARTS = ("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes")


def reads(opened: Opened) -> bool:
    """Whether it is an archive of ILCD data sets."""
    return opened.bundle is not None and bool(
        opened.bundle.below("processes", ".xml") or opened.bundle.below("lciamethods", ".xml")
    )


def entries(opened: Opened, asked: Asked) -> Iterator[Told]:
    """Every process and its results; every impact method, with why it is no factor."""
    bundle = opened.bundle
    if bundle is None:
        return
    for part in bundle.below("processes", ".xml"):
        yield from _process(bundle, part, asked)
    for part in bundle.below("lciamethods", ".xml"):
        yield Passed(part, _name(bundle.xml(part)), "an impact method: it assesses flows, and is of no thing")
    for folder in NAMED:
        if parts := bundle.below(folder, ".xml"):
            yield Passed(folder, f"{len(parts)} data sets", "named by others, and no factors")


def _process(bundle: Bundle, part: str, asked: Asked) -> Iterator[Told]:
    content = bundle.xml(part)
    name, kind = _name(content), _first(content, "typeOfDataSet")
    results = content.below("LCIAResult")
    if not results:
        yield Passed(part, name, "a process without results: its exchanges are no factors", kind)
        return
    reference = _first(content, "referenceToReferenceFlow")
    flow = next((one for one in content.below("exchange") if one.get("dataSetInternalID") == reference), None)
    amount = number(_first(flow, "resultingAmount") or _first(flow, "meanAmount")) if flow is not None else None
    if flow is None or amount is None or not float(amount):
        yield Passed(part, name, "a process without the amount of a reference flow", kind)
        return
    own = _reference(flow, "referenceToFlowDataSet")
    amount = f"{float(amount) * float(_amount_of_flow(bundle, own)):.12g}"
    per = _unit_of_flow(bundle, own) or asked.per
    if not per:
        yield Passed(part, name, "the unit of its flow is not in the archive", "--set per=kg says it")
        return
    key, year = _first(content, "UUID"), _first(content, "referenceYear")
    place = next(iter(content.below("locationOfOperationSupplyOrProduction")), None)
    region = place.get("location") if place is not None else ""
    modules: list[tuple[str, Entry]] = []
    for number_, result in enumerate(results, 1):
        method = next(iter(result.each("referenceToLCIAMethodDataSet")), None)
        said = _in_english(method.below("shortDescription")) if method is not None else ""
        unit = _unit_of_method(bundle, result, method)
        made = Entry(
            f"{part}, result {number_}", key, name, said, "", unit, per, "", region, year,
            note="; ".join(text for text in (kind, f"process {key}", _spread(result)) if text),
            remark="its uncertainty is not taken: programs read it in two ways" if _spread(result) else "",
        )  # fmt: skip
        amounts = [one for one in result.below("amount") if one.get("module")]
        for one in amounts:
            yield from _valued(made, one.text, amount, modules, one.get("module"), one.get("scenario"))
        if not amounts:
            yield from _valued(made, _first(result, "meanAmount"), amount)
    yield from by_stage(modules)


def _valued(
    made: Entry,
    said: str,
    amount: str,
    modules: list[tuple[str, Entry]] | None = None,
    module: str = "",
    scenario: str = "",
) -> Iterator[Told]:
    """An entry with its value, for one of the reference flow; of a module, it is kept to be added up."""
    value = number(said)
    if value is None:
        what = "the value is no number" if said.strip() else "no value"
        yield Passed(f"{made.place}{f', {module}' if module else ''}", made.name, what, said.strip() or made.criterion)
    elif scenario:
        yield Passed(f"{made.place}, {module}", made.name, "a module of one scenario of several", scenario)
    else:
        one = value if float(amount) == 1 else f"{float(value) / float(amount):.12g}"
        if modules is None:
            yield made._replace(value=one)
        else:
            modules.append((module, made._replace(value=one)))


def _spread(result: Element) -> str:
    """What a result says of its uncertainty."""
    kind, deviation = _first(result, "uncertaintyDistributionType"), _first(result, "relativeStandardDeviation95In")
    is_said = kind and kind != "undefined" and deviation
    return f"uncertainty as printed: {kind}, relativeStandardDeviation95In {deviation}" if is_said else ""


# --- names and units --------------------------------------------------------------------------------------------------


def _first(content: Element | None, name: str) -> str:
    return (
        next((one.text.strip() for one in content.below(name) if one.text.strip()), "") if content is not None else ""
    )


def _in_english(texts: list[Element]) -> str:
    """A text in English where there is one, else the first."""
    said = [one for one in texts if one.text.strip()]
    return next((one.text.strip() for one in said if one.get("lang") == "en"), said[0].text.strip() if said else "")


def _name(content: Element) -> str:
    """What a data set is called: a method has one name, a process one of several parts."""
    parts = [_in_english(content.below(name)) for name in NAME_PARTS]
    own = ", ".join(part for part in parts if part)
    return own or _in_english(content.below("name")) or _in_english(content.below("shortName"))


def _reference(content: Element, name: str) -> str:
    found = content.below(name)
    return found[0].get("refObjectId") if found else ""


def _unit_of_flow(bundle: Bundle, key: str) -> str:
    """The unit of a flow: that of the unit group of its reference property."""
    return bundle.remembered(("flow", key), lambda: _made_of_flow(bundle, _data_set(bundle, "flows", key)))


def _amount_of_flow(bundle: Bundle, key: str) -> str:
    """How much of its reference property one of a flow has: 1 but for few."""
    return bundle.remembered(("amount", key), lambda: _property_amount(_data_set(bundle, "flows", key)))


def _property_amount(flow: Element | None) -> str:
    own = _reference_property(flow) if flow is not None else None
    found = number(_first(own, "meanValue"))
    return found if found is not None and float(found) else "1"


def _reference_property(flow: Element) -> Element | None:
    reference = _first(flow, "referenceToReferenceFlowProperty")
    return next((one for one in flow.below("flowProperty") if one.get("dataSetInternalID") == reference), None)


def _made_of_flow(bundle: Bundle, flow: Element | None) -> str:
    if flow is None:
        return ""
    own = _reference_property(flow)
    return _unit_of_property(bundle, _reference(own, "referenceToFlowPropertyDataSet")) if own is not None else ""


def _unit_of_property(bundle: Bundle, key: str) -> str:
    content = _data_set(bundle, "flowproperties", key)
    return _unit_of_group(bundle, _reference(content, "referenceToReferenceUnitGroup")) if content is not None else ""


def _unit_of_group(bundle: Bundle, key: str) -> str:
    content = _data_set(bundle, "unitgroups", key)
    if content is None:
        return ""
    reference = _first(content, "referenceToReferenceUnit")
    own = next((one for one in content.below("unit") if one.get("dataSetInternalID") == reference), None)
    return _first(own, "name")


def _unit_of_method(bundle: Bundle, result: Element, method: Element | None) -> str:
    """The unit of a result: of the group that a declaration names, or of the property that the method counts in."""
    groups = result.below("referenceToUnitGroupDataSet")
    if groups:
        return _unit_of_group(bundle, groups[0].get("refObjectId")) or _in_english(groups[0].below("shortDescription"))
    key = method.get("refObjectId") if method is not None else ""
    return bundle.remembered(("method", key), lambda: _made_of_method(bundle, _data_set(bundle, "lciamethods", key)))


def _made_of_method(bundle: Bundle, content: Element | None) -> str:
    return _unit_of_property(bundle, _reference(content, "referenceQuantity")) if content is not None else ""


def _data_set(bundle: Bundle, folder: str, key: str) -> Element | None:
    part = bundle.of(folder, key, ".xml") if key else ""
    return bundle.xml(part) if part else None
