"""openLCA's format: olca-schema reads back what we write, and its totals, worked out by numpy, are the engine's."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import olca_schema as olca
import pytest
from olca_schema.zipio import ZipReader

from lca.disk.workspace import Run
from lca.outputs import Study, openlca
from lca.report import Look
from lca.result import Result
from tests.command import Lca
from tests.test_brightway import chat, totals  # noqa: F401  a fixture
from tests.test_processes import cables, laid  # noqa: F401  a fixture


def every(data: bytes, kind: type[Any]) -> list[Any]:
    with ZipReader(io.BytesIO(data)) as archive:  # type: ignore[arg-type]
        return [*archive.read_each(kind)]


def scores(data: bytes) -> dict[tuple[str, str], float]:
    """Each product system by each impact category: the inventory solved, as openLCA does it."""
    processes = {one.id: one for one in every(data, olca.Process)}
    place = {own: n for n, own in enumerate(processes)}
    technosphere = np.zeros((len(place), len(place)))
    flows: dict[str, dict[int, float]] = {}
    for own, process in processes.items():
        for e in process.exchanges:
            if e.is_quantitative_reference:
                technosphere[place[own], place[own]] += e.amount
            elif e.default_provider:
                technosphere[place[e.default_provider.id], place[own]] -= e.amount
            else:
                column = flows.setdefault(e.flow.id, {})
                column[place[own]] = column.get(place[own], 0.0) + e.amount
    found = {}
    for system in every(data, olca.ProductSystem):
        demand = np.zeros(len(place))
        demand[place[system.ref_process.id]] = system.target_amount
        scaled = np.linalg.solve(technosphere, demand)
        for category in every(data, olca.ImpactCategory):
            total = sum(
                factor.value * sum(scaled[column] * amount for column, amount in flows.get(factor.flow.id, {}).items())
                for factor in category.impact_factors
            )
            found[system.name, category.code] = total
    return found


@pytest.mark.parametrize("with_restricted", [False, True])
def test_the_totals_are_those_of_the_engine(chat: Result, with_restricted: bool) -> None:  # noqa: F811
    found = scores(openlca.render(Study(chat, with_restricted=with_restricted), Look()))
    assert found == pytest.approx(totals(chat), rel=1e-9)


def test_the_totals_of_the_study() -> None:
    result, _ = Run("stable_diffusion").compile((), (None, "L"))
    data = openlca.render(Study(result), Look())
    assert scores(data) == pytest.approx(totals(result), rel=1e-9)
    assert openlca.render(Study(result), Look()) == data


def test_every_reference_leads_to_a_data_set(chat: Result) -> None:  # noqa: F811
    """And units are those of the flows: amounts can be converted by no factor but 1."""
    data = openlca.render(Study(chat), Look())
    flows = {one.id: one for one in every(data, olca.Flow)}
    units = {unit.id for group in every(data, olca.UnitGroup) for unit in group.units}
    properties = {one.id for one in every(data, olca.FlowProperty)}
    processes = {one.id: one for one in every(data, olca.Process)}
    locations = {one.id for one in every(data, olca.Location)}
    for process in processes.values():
        assert process.location is None or process.location.id in locations
        for e in process.exchanges:
            assert e.unit.id in units
            assert e.flow_property.id in properties
            assert flows[e.flow.id].flow_properties[0].flow_property.id == e.flow_property.id
            assert e.default_provider is None or e.default_provider.id in processes
    for system in every(data, olca.ProductSystem):
        assert {link.provider.id for link in system.process_links} <= {one.id for one in system.processes}
    methods = every(data, olca.ImpactMethod)
    assert {one.id for one in methods[0].impact_categories} == {one.id for one in every(data, olca.ImpactCategory)}


def test_laws_are_those_of_exchanges_that_are_one_input(cables: Result) -> None:  # noqa: F811
    """3 kg/km from 2 to 5 of cable, lognormal 4 of rope, normal 5 of wire, 5 to 8 of fibre; all for a metre."""
    data = openlca.render(Study(cables), Look())
    laws = {
        process.name.partition(",")[0]: e.uncertainty.to_dict()
        for process in every(data, olca.Process)
        for e in process.exchanges
        if e.uncertainty
    }
    near = pytest.approx
    ends = {"maximum": near(0.005), "minimum": near(0.002)}
    assert laws["cable"] == {"distributionType": "TRIANGLE_DISTRIBUTION", "mode": near(0.003), **ends}
    assert laws["rope"] == {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": near(0.004), "geomSd": near(1.5)}
    assert laws["wire"] == {"distributionType": "NORMAL_DISTRIBUTION", "mean": near(0.005), "sd": near(0.002)}
    assert laws["fibre"] == {"distributionType": "UNIFORM_DISTRIBUTION", "maximum": near(0.008), "minimum": near(0.005)}


@pytest.mark.usefixtures("cables")
def test_what_is_left_out_is_said(lca_: Lca) -> None:
    told = lca_("export", "cables.yaml", "--packs", "packs", "-o", "cables.zip", "--format", "openlca")
    said = " ".join(told.err.split())
    assert told.code == 0
    assert "left out: expressions of inputs, of 5 amounts, and their laws: plain numbers there" in said
    assert "left out: where 1 law are cut off" not in said
    assert "where 1 law is cut off: openLCA draws it whole" in said


@pytest.mark.usefixtures("cables")
def test_without_its_library_it_says_how_to_get_it(lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "olca_schema", None)
    told = lca_("export", "cables.yaml", "--packs", "packs", "-o", "cables.zip", "--format", "openlca")
    assert told.code == 1
    assert "pip install 'lca[openlca]'" in told.err
    assert not Path("cables.zip").exists()
