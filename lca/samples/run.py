"""Programs on samples: blocks, chunks and threads.

A chunk of 65,536 samples is the work of one thread; inside, blocks are small enough for the processor's cache. Neither
changes a bit of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from threading import Event

import numpy as np

from lca.graph import Graph
from lca.samples.layout import Addition, Layout, layout
from lca.samples.program import Builder, Form, Program, program
from lca.samples.steps import Sources
from lca.samples.streams import CHUNK, Floats, Gammas, Normals, Redraw, Uniforms
from lca.samples.threads import each

BLOCK = 16_384
ROOM = 4_000_000  # numbers in the workspace of a thread: 32 MB
THREADS = 2

Progress = Callable[[float], None]


class Worker:
    """The workspace of a thread."""

    def __init__(self, made: Layout, block: int) -> None:
        self.layout, self.block = made, fitting(made, block)
        self.room = np.empty((made.rows, self.block))
        self.product = np.empty((max(1, len(made.offsets)), self.block))
        self.scratch = np.empty(self.block)
        self.rows: list[Floats] = list(self.room)

    def sources(self, seed: int, chunk: int, swept: Mapping[int, Floats] | None = None) -> Sources:
        """The streams of a chunk."""
        streams = {variable: _stream(info, seed, chunk) for variable, info in self.layout.draws}
        redraws = {variable: Redraw(seed, path, chunk) for variable, path in self.layout.redraws}
        return Sources(streams, redraws, self.scratch, swept)

    def block_into(self, out: Floats, sources: Sources) -> None:
        """The totals of the next samples: a row each."""
        size = out.shape[1]
        rows = self.rows if size == self.block else [row[:size] for row in self.rows]
        for total, offset in enumerate(self.layout.offsets):
            out[total] = offset
        for code in self.layout.code:
            if isinstance(code, Addition):
                self._add(code, out)
            else:
                code.operation(rows[code.out], [rows[arg] for arg in code.args], code.info, sources)

    def _add(self, code: Addition, out: Floats) -> None:
        tile = self.room[: code.rows, : out.shape[1]]
        product = self.product[: len(code.totals), : out.shape[1]]
        np.einsum("tv,vs->ts", code.coefficients, tile, out=product)
        if not np.isfinite(product).all():
            _add_apart(code, tile, product)
        if len(code.totals) == out.shape[0]:
            np.add(out, product, out=out)
            return
        for row, total in enumerate(code.totals):
            np.add(out[total], product[row], out=out[total])


def _add_apart(code: Addition, tile: Floats, product: Floats) -> None:
    """Each total of its own variables alone: 0 times what is not finite is no number."""
    for coefficients, row in zip(code.coefficients, product, strict=True):
        own = np.flatnonzero(coefficients)
        np.einsum("v,vs->s", coefficients[own], tile[own], out=row)


def fitting(made: Layout, block: int) -> int:
    """The largest block up to one asked for of which the workspace has room."""
    return max(1, min(block, ROOM // made.rows))


def _stream(info: tuple[str, str] | tuple[str, str, float], seed: int, chunk: int) -> Normals:
    kind, path, *rest = info
    if kind == "gamma":
        return Gammas(seed, path, chunk, float(rest[0]))
    return Normals(seed, path, chunk) if kind == "normal" else Uniforms(seed, path, chunk)


def within(progress: Progress | None, number: int, parts: int) -> Progress | None:
    """The progress of one part as that of the whole."""
    return None if progress is None else lambda done: progress((number + done) / parts)


def empty(rows: int, columns: int) -> Floats:
    """Room for samples: a row a figure."""
    return np.empty((rows, columns))


def sampled(
    program: Program,
    samples: int,
    seed: int,
    *,
    threads: int = THREADS,
    block: int = BLOCK,
    progress: Progress | None = None,
    out: Floats | None = None,
) -> Floats:
    """The samples of each root, a row each."""
    placed = layout(program)
    rows = empty(len(program.roots), samples) if out is None else out
    chunks, done, stopped = count(), count(1), Event()
    last = -(-samples // CHUNK)

    def work(_: int) -> None:
        worker = Worker(placed, min(block, samples))
        with np.errstate(all="ignore"):
            while not stopped.is_set() and (chunk := next(chunks)) < last:
                _chunk(worker, rows, seed, chunk, stopped)
                if progress:
                    progress(next(done) / last)

    each(work, range(min(threads, last)), min(threads, last), stopped)
    return rows


def _chunk(worker: Worker, rows: Floats, seed: int, chunk: int, stopped: Event) -> None:
    sources = worker.sources(seed, chunk)
    end = min(rows.shape[1], (chunk + 1) * CHUNK)
    for start in range(chunk * CHUNK, end, worker.block):
        if stopped.is_set():
            return
        worker.block_into(rows[:, start : min(start + worker.block, end)], sources)


def sweep(
    graph: Graph,
    roots: Sequence[int],
    values: Mapping[int, Floats | Sequence[float]],
) -> Floats:
    """Each root at each point: a row a root, a column a point. `values` gives leaves one number a point.

    The points are evaluated together; what does not depend on a leaf that varies is evaluated once.
    """
    given = {leaf: np.asarray(numbers, dtype=np.float64) for leaf, numbers in values.items()}
    return sweeper(graph, roots, given)(given)


def sweeper(graph: Graph, roots: Sequence[int], leaves: Iterable[int]) -> Callable[[Mapping[int, Floats]], Floats]:
    """As `sweep`, for several sets of points: what leads from values of the leaves to the roots."""
    placed = layout(program(graph, roots, {leaf: _swept(leaf) for leaf in leaves}))

    def swept(values: Mapping[int, Floats]) -> Floats:
        points = max((numbers.size for numbers in values.values()), default=1)
        rows = np.empty((len(roots), points))
        worker = Worker(placed, min(BLOCK, max(1, points)))
        with np.errstate(all="ignore"):
            for start in range(0, points, worker.block):
                part = {leaf: numbers[start : start + worker.block] for leaf, numbers in values.items()}
                worker.block_into(rows[:, start : start + worker.block], Sources({}, {}, worker.scratch, part))
        return rows

    return swept


def _swept(leaf: int) -> Callable[[Builder], Form]:
    return lambda builder: (1.0, builder.variable("swept", (), leaf))
