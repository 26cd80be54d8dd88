"""BoAmps reports of energy (Boavizta, version 1.1): what was measured, less what the machine takes at rest.

`powerConsumption` is an energy in kWh, whatever its name. A report says nothing of a PUE: where CodeCarbon measured,
energies are multiplied by the one that it was told, which is asked for. https://github.com/Boavizta/BoAmps
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lca import units
from lca.importers import Given, Made
from lca.measured.settings import Cited, cited, is_once, number, short, stated, work_of
from lca.problems import problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.text.opened import File
from lca.wording import listed, plural, quantity

TITLE = "BoAmps reports: the electricity of a task, for a request where it counts them"
TAKES = {
    "work": "what the task did, such as 1200 prompt; else the nbRequest of the report, counted as `unit`",
    "unit": "what nbRequest counts, such as prompt",
    "pue": "the PUE that the energies are multiplied by, where CodeCarbon measured; 1 where none",
    "apart": "yes, where requests that a method prices in the scenario are others than those that were measured",
}
USES = ()
ORDER = 3

MOST = 20_000_000  # bytes of a report
KWH = units.unit("kWh")
CODECARBON = "codecarbon"
FIELDS = ("file", "stage", "method", "energy", "at_rest", "unit", "requests", "country")


class _Report:
    """A report as far as it is read."""

    def __init__(self, file: File, pue: float | None) -> None:
        self.file, tree = file, _parsed(file)
        measures = tree.get("measures")
        if not isinstance(measures, list) or not measures or not all(isinstance(each, dict) for each in measures):
            raise problem("the report has no measures", file.span, hint="measures: [{powerConsumption: 1.2}] in kWh")
        self.methods = list(dict.fromkeys(str(each.get("measurementMethod", "unknown"))[:60] for each in measures))
        is_multiplied = any(map(_is_multiplied, measures))
        if is_multiplied and pue is None:
            hint = "CodeCarbon multiplies by it, and BoAmps does not keep it: --set pue=1 where it was told none"
            raise problem("the report does not say by which PUE its energies are multiplied", file.span, hint=hint)
        self.pue = pue if is_multiplied and pue else 1.0
        self.at_rest = sum(_at_rest(each, file) for each in measures)
        self.energy = sum(
            (_kwh(each, "powerConsumption", file) - _at_rest(each, file)) / (self.pue if _is_multiplied(each) else 1.0)
            for each in measures
        )
        if self.energy < 0:
            raise problem(
                "the machine at rest takes more than the task", file.span, hint="see powerCalibrationMeasurement"
            )
        task = tree.get("task")
        task = task if isinstance(task, dict) else {}
        self.stage = str(task.get("taskStage", ""))[:60]
        self.requests = task.get("nbRequest")
        environment = tree.get("environment")
        self.country = str(environment.get("country", "") if isinstance(environment, dict) else "")[:60]


def read(given: Given) -> Made:
    """The electricity of the tasks of reports as the part of a scenario."""
    pue = number(given.said, "pue", units.ONE, TAKES)
    reports = [_Report(file, pue) for file in given.files]
    if pue is not None and not any(CODECARBON in method.lower() for one in reports for method in one.methods):
        raise problem("no energy of these reports is known to be multiplied by a PUE", hint="leave pue out")
    count, unit = _work(reports, given.said)
    energy = sum(one.energy for one in reports) / count
    source = _cited(reports)
    made = stated([energy], units.over(KWH, unit) if unit is not units.ONE else KWH, 0.0, source)
    return Made(_told(reports), part={"energy": made}, sources=source.sources, is_measured=is_once(given.said))


def _is_multiplied(measure: Mapping[str, Any]) -> bool:
    """Whether an energy is multiplied by a PUE, as those of CodeCarbon are."""
    return CODECARBON in str(measure.get("measurementMethod", "")).lower()


def _parsed(file: File) -> Mapping[str, Any]:
    try:
        tree = json.loads(file.data(MOST))
    except (ValueError, RecursionError) as error:
        raise problem("this is no JSON", file.span, hint=str(error)[:80]) from None
    if not isinstance(tree, dict):
        raise problem("this is no report of BoAmps", file.span, hint="it has task and measures")
    return tree


def _kwh(measure: Mapping[str, Any], name: str, file: File) -> float:
    value = measure.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise problem(f"{name} is {shortened(str(value))}", file.span, hint="an energy in kWh, not below 0")
    return float(value)


def _at_rest(measure: Mapping[str, Any], file: File) -> float:
    """What the machine takes at rest over the time of the task, where both times are known."""
    if measure.get("powerCalibrationMeasurement") is None:
        return 0.0
    rest = _kwh(measure, "powerCalibrationMeasurement", file)
    times = [measure.get(name) for name in ("measurementDuration", "durationCalibrationMeasurement")]
    lasted, calibrated = (float(each) if isinstance(each, int | float) and each > 0 else 0.0 for each in times)
    if not (lasted and calibrated):
        hint = "it has measurementDuration and durationCalibrationMeasurement in s, so that the one can be scaled"
        raise problem("the energy at rest has no times", file.span, hint=hint)
    return rest * lasted / calibrated


def _work(reports: list[_Report], said: Mapping[str, str]) -> tuple[float, units.Unit]:
    if "work" in said:
        if "unit" in said:
            raise problem("work and unit are both set", hint="unit is for the nbRequest of the report: keep one")
        return work_of(said, TAKES)
    if "unit" not in said:
        return 1.0, units.ONE
    told = [one.requests for one in reports]
    counts = [float(each) for each in told if isinstance(each, int | float) and not isinstance(each, bool) and each > 0]
    if len(counts) < len(reports):
        raise problem("a report has no nbRequest", hint="--set work='1200 prompt'")
    try:
        return sum(counts), units.unit(said["unit"])
    except units.UnitError as error:
        raise problem(f"unit: {error.message}", hint=error.hint or TAKES["unit"]) from None


def _cited(reports: list[_Report]) -> Cited:
    rest = sum(one.at_rest for one in reports)
    at = f"{plural(len(reports), 'report')} of {listed(dict.fromkeys(one.stage or 'no stage' for one in reports))}"
    words = [
        f"measured by {listed(dict.fromkeys(method for one in reports for method in one.methods))}",
        *([f"less {quantity(short(rest), 'kWh')} at rest"] if rest else []),
        *dict.fromkeys(f"divided by a PUE of {one.pue:g} where CodeCarbon measured" for one in reports if one.pue != 1),
    ]
    return cited([one.file for one in reports], "BoAmps", at, words)


def _told(reports: list[_Report]) -> Report:
    heads = ("file", "stage", "energy", "at rest", "requests")
    rows = (
        row(
            one.file.name, one.stage, quantity(short(one.energy), "kWh"), quantity(short(one.at_rest), "kWh"),
            str(one.requests or ""),
        )
        for one in reports
    )  # fmt: skip
    where = sorted({one.country for one in reports if one.country})
    told = (
        (Entries((Entry("Not taken", (f"the country: state the site's region, {listed(where)}",)),)),) if where else ()
    )
    table = Grid(tuple(Column(head, right=place > 1) for place, head in enumerate(heads)), tuple(rows))
    cells = (
        (one.file.name, one.stage, ", ".join(one.methods), one.energy, one.at_rest, "kWh", one.requests, one.country)
        for one in reports
    )
    records = tuple(dict(zip(FIELDS, each, strict=True)) for each in cells)
    return Report((Heading("Reports"), table, *told), FIELDS, records)
