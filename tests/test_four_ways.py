"""Four ways to one number, for every shipped scenario: arrays of numpy, quantities of plain pint, the workbook as
LibreOffice computes it, and the report as Chromium does. Each knows the graph alone, and none the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.page.data import data
from lca.page.html import page as written_page
from lca.page.pages import Page as Written
from lca.result import Result, Verdict
from lca.samples import sweep
from lca.workbook import writing
from tests.chromium import browser, shown
from tests.test_three_ways import agree
from tests.test_workbook import edited, named_cells, recomputed, values_of
from tests.whole import some

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("chromium")  # one browser for all
SCENARIOS = some(sorted((Path(__file__).resolve().parent.parent / "scenarios").rglob("*.yaml")), 3)
NEAR = 1e-9


class Study(NamedTuple):
    """A shipped scenario with every case, and its workbook."""

    result: Result
    verdicts: list[Verdict]
    book: bytes

    @property
    def roots(self) -> list[int]:
        return [*self.result.model.totals.values()]


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    made = {}
    for path in SCENARIOS:
        run = Run(path)
        result, verdicts = run.compile((), (None, *run.scenario.variants), every_case=True)
        made[path.stem] = Study(result, verdicts, writing.export(result, verdicts))
    return made


@pytest.fixture(scope="module")
def books(studies: dict[str, Study], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbooks as LibreOffice leaves them, which trusts no value that stands beside a formula."""
    return recomputed(
        {name: edited(study.book, {}) for name, study in studies.items()}, tmp_path_factory.mktemp("four_ways")
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def by_numpy(study: Study) -> list[float]:
    graph = study.result.model.graph
    twice = {leaf: [info.value, info.value] for leaf, info in graph.inputs()}
    first, second = sweep(graph, study.roots, twice).T.tolist()
    assert first == second
    return first


def by_libreoffice(study: Study, book: bytes) -> list[float]:
    names = writing.Book(study.result, study.verdicts, with_restricted=True).total_names
    cells, values = named_cells(study.book), values_of(book)
    return [float(values[cells[names[key]]]) for key in study.result.model.totals]


def by_chromium(study: Study, chromium: Browser, file: Path) -> list[float]:
    made = data(study.result)
    file.write_text(written_page(Written(made, "en", file.stem)), "utf-8")
    page, told = shown(chromium, file)
    nodes = [made.tape.place[root] for root in study.roots]
    found: list[float] = page.evaluate("nodes => nodes.map(node => PAGE.engine.values[node])", nodes)
    page.close()
    assert told == []
    return found


@pytest.mark.parametrize("name", [path.stem for path in SCENARIOS])
def test_every_total_four_ways(
    name: str, studies: dict[str, Study], books: dict[str, bytes], chromium: Browser, tmp_path: Path
) -> None:
    study = studies[name]
    engine = [study.result.values[root] for root in study.roots]
    assert engine
    assert by_numpy(study) == pytest.approx(engine, rel=NEAR, abs=0)
    agree(study.result.model.graph, range(len(study.result.model.graph)))  # by pint, each node
    assert by_libreoffice(study, books[name]) == pytest.approx(engine, rel=NEAR, abs=0)
    assert by_chromium(study, chromium, tmp_path / f"{name}.html") == pytest.approx(engine, rel=NEAR, abs=0)
