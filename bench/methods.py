"""Methods: what one adds to the run of a request, and many blocks over half as many."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from bench.measure import Row, in_turns
from lca.disk.workspace import Library, Run

BLOCKS = 500
MOST_MORE, LIMIT = 1.2, 2.4
HEAD = """\
study: {title: Requests, criteria: [GWP, ADPe], packs: [base-impacts-2.01, ecologits-0-11]}
functional_units: {one: {demand: {prompts: 1 prompt}}}
sites: {dc: {region: FRA, pue: 1.2}}
inference:
"""
BY_METHOD = "  b{i}: {{site: dc, method: ecologits-0-11, model: llama-3.1-70b, output_tokens: {tokens} token/prompt}}\n"
STATED = """\
  b1:
    site: dc
    energy: 0.2 Wh/prompt
    server: {device: p5-48xlarge, share: 1/2, time: 0.4 s/prompt, lifetime: 3 year}
"""


def rows() -> list[Row]:
    """The measurements of this file."""
    with tempfile.TemporaryDirectory() as folder:
        stated = _file(folder, "stated", HEAD + STATED)
        one, half, whole = (_file(folder, f"m{count}", _blocks(count)) for count in (1, BLOCKS, 2 * BLOCKS))
        plain, by_method = in_turns([partial(_run, stated, None), partial(_run, one, None)], rounds=20)
        library = Library()
        some, all_ = in_turns([partial(_run, half, library), partial(_run, whole, library)], rounds=3)
    more = f"{(by_method - plain) * 1000:.1f} ms more"
    return [
        Row("running a request by a method / one that is stated", by_method / plain, MOST_MORE, detail=more),
        Row(f"building {2 * BLOCKS:,} blocks with a method / half as many", all_ / some, LIMIT, detail=f"{all_:.2f} s"),
    ]


def _blocks(count: int) -> str:
    return HEAD + "".join(BY_METHOD.format(i=i, tokens=300 + i) for i in range(1, count + 1))


def _file(folder: str, name: str, text: str) -> Path:
    path = Path(folder) / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


def _run(path: Path, library: Library | None) -> None:
    Run(path, library=library).compile(every_case=True)
