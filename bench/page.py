"""The report in headless Chromium: its first paint and its moves over the first paint of an empty page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Row, median
from lca.disk.workspace import Run
from lca.page.data import data
from lca.page.html import page as written
from lca.page.pages import Page as Written
from tests.chromium import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STUDY = "stable_diffusion"
LOADS, MOVES = 15, 60
LOAD, MOVE = 5.0, 0.5  # times the first paint of an empty page
BYTES = 500_000
EMPTY = '<!doctype html><html lang="en"><title>Empty</title><p>Nothing.</p>'
PAINTED = """() => new Promise(done => new PerformanceObserver((list, self) => { self.disconnect();
  done(list.getEntries()[0].startTime); }).observe({type: "paint", buffered: true}))"""
MOVED = """places => { const times = [];
  for (const place of places) {
    const control = PAGE.controls[place % PAGE.controls.length], input = control.input, stated = PAGE.stated_of(input);
    PAGE.move(input, stated * (1 - 0.001 * (1 + place % 7)));
    const start = performance.now();
    PAGE.redraw();
    document.body.offsetHeight; // what is drawn is laid out
    times.push(performance.now() - start);
  }
  return times; }"""


def rows() -> list[Row]:
    """The measurements of this file."""
    run = Run(STUDY)
    made = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        report, empty = Path(folder) / "report.html", Path(folder) / "empty.html"
        report.write_text(written(Written(made, "en", STUDY)), "utf-8")
        empty.write_text(EMPTY, "utf-8")
        size = report.stat().st_size
        paints = [(_painted(chromium, report), _painted(chromium, empty)) for _ in range(LOADS)]
        moves = _moved(chromium, report)
    ours, floor = (median([pair[k] for pair in paints]) for k in (0, 1))
    move = median(moves)
    return [
        Row(f"first paint of the report of {STUDY} / an empty page", ours / floor, LOAD, detail=f"{ours:.0f} ms"),
        Row("a move with all in sight drawn / the same", move / floor, MOVE, detail=f"{move:.1f} ms, the median"),
        Row("bytes of the report / 500,000", size / BYTES, 1, detail=f"{size:,}"),
    ]


def _painted(chromium: Browser, file: Path) -> float:
    """Milliseconds from the begin of a load to the first paint."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    shown: float = page.evaluate(PAINTED)
    page.close()
    return shown


def _moved(chromium: Browser, file: Path) -> list[float]:
    """Milliseconds of the main thread for each of some moves."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_function("typeof PAGE === 'object'")
    times: list[float] = page.evaluate(MOVED, [*range(MOVES)])
    page.close()
    return times
