"""A report as text for a terminal: aligned tables that fit the page, and colours where the terminal shows them.

A figure is never cut. Where a table is wider than the page, columns of words are folded first; then the columns of
numbers are dealt out over several tables, each with its labels. rich would draw this too, but loading it costs a
fifth of the start-up time of `lca run`, and it cuts what does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from lca.problems import printable, visible
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Look, Prose, Report, Row, Toned
from lca.wording import columns, folded

WRITES = ("report",)
SUFFIXES = (".txt",)
ORDER = 9

GUTTER = 2  # blanks between columns
INDENT = 2  # blanks for each level, and before an entry
NARROWEST = (14, 10, 6, 1)  # characters of a folded column: the first with which a table fits the page
WIDEST_TERM = 22  # characters of a term that has its text beside it
TONES = {"strong": "1", "faint": "2", "good": "32", "fair": "33", "bad": "31"}  # SGR codes of ECMA-48


def render(report: Report, look: Look) -> str:
    """The blocks, one below the other."""
    text = "\n".join(line.rstrip() for line in _lines(report, look)) + "\n"
    return Toned(text) if look.colours else text


def _lines(report: Report, look: Look) -> Iterator[str]:
    before: Block | None = None
    for block in report.blocks:
        if before is not None and not (isinstance(before, Heading) and before.level > 1):
            yield ""
        yield from _block(block, look)
        before = block


def _block(block: Block, look: Look) -> Iterator[str]:
    match block:
        case Heading():
            yield from (_toned(line, "strong", look) for line in folded(block.text, look.width))
        case Prose():
            yield from (_toned(line, block.tone, look) for line in folded(block.text, look.width))
        case Entries():
            yield from _entries(block.entries, look)
        case Grid():
            for number, part in enumerate(_parts(block, look.width)):
                yield from ([""] if number else [])
                yield from _grid(part, look)


# --- entries: terms with their text beside them, or under a long one -------------------------------------------------


def _entries(entries: tuple[Entry, ...], look: Look) -> Iterator[str]:
    beside = max((columns(entry.term) for entry in entries if entry.texts), default=0)
    for entry in entries:
        if beside <= WIDEST_TERM and entry.texts:
            yield from _beside(entry, INDENT + beside + GUTTER, look)
        else:
            yield from _hanging(entry.term, INDENT, look)
            for text in entry.texts:
                yield from _hanging(text, INDENT * 2, look)


def _beside(entry: Entry, start: int, look: Look) -> Iterator[str]:
    term = " " * INDENT + printable(entry.term)
    for text in entry.texts:
        for line in _hung(text, look.width - start):
            yield _padded(term, start) + line
            term = ""


def _hanging(text: str, start: int, look: Look) -> Iterator[str]:
    return (" " * start + line for line in _hung(text, look.width - start) if line)


def _hung(text: str, width: int) -> Iterator[str]:
    """Lines of which all but the first are indented."""
    first, *rest = folded(text, width)
    yield first
    yield from (" " * INDENT + line for line in folded(" ".join(rest), width - INDENT) if line)


# --- grids -----------------------------------------------------------------------------------------------------------


def _parts(grid: Grid, width: int) -> Iterator[Grid]:
    """The grid, or several with its columns of words first and as many of the others as fit; remarks stand once."""
    labels = _labels(grid)
    least = _leasts(grid, width)
    start = sum(least[:labels]) + GUTTER * max(0, labels - 1)
    chosen: list[int] = []
    used = start
    for group in _tied(grid.columns, labels):
        needed = sum(least[index] + GUTTER for index in group)
        if chosen and used + needed > width:
            yield _only(grid, [*range(labels), *chosen])
            chosen, used = [], start
            grid = grid._replace(rows=tuple(row._replace(remarks=()) for row in grid.rows))
        chosen += group
        used += needed
    yield _only(grid, [*range(labels), *chosen])


def _labels(grid: Grid) -> int:
    """How many columns of words stand first."""
    return next((index for index, column in enumerate(grid.columns) if column.right), len(grid.columns))


def _leasts(grid: Grid, width: int) -> list[int]:
    """The least that each column can be folded to, so that the words and one group of numbers fit the page.

    Where those that may fold are not enough, every column of words does.
    """
    labels, least = _labels(grid), [0]
    for narrowest, every in ((NARROWEST[0], False), *((size, True) for size in NARROWEST)):
        least = [_least(grid, index, narrowest, every=every) for index in range(len(grid.columns))]
        groups = [sum(least[index] + GUTTER for index in group) for group in _tied(grid.columns, labels)]
        if sum(least[:labels]) + GUTTER * max(0, labels - 1) + max(groups, default=0) <= width:
            break
    return least


def _tied(heads: tuple[Column, ...], start: int) -> Iterator[list[int]]:
    group: list[int] = []
    for index in range(start, len(heads)):
        if group and not heads[index].tied:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _only(grid: Grid, indices: list[int]) -> Grid:
    def kept(row: Row) -> Row:
        return row._replace(cells=tuple(row.cells[index] for index in indices if index < len(row.cells)))

    return Grid(tuple(grid.columns[index] for index in indices), tuple(map(kept, grid.rows)))


def _texts(grid: Grid, index: int) -> Iterator[str]:
    """The texts of a column, the head first, with the indentation of labels."""
    yield from grid.columns[index].head.split("\n")
    for row in grid.rows:
        if index < len(row.cells):
            yield _indentation(row, index) + row.cells[index].text


def _indentation(row: Row, index: int) -> str:
    return "" if index else " " * (INDENT * row.depth)


def _natural(grid: Grid, index: int) -> int:
    return max(columns(text) for text in _texts(grid, index))


def _least(grid: Grid, index: int, narrowest: int, *, every: bool) -> int:
    natural = _natural(grid, index)
    if grid.columns[index].right or not (every or grid.columns[index].fold):
        return natural
    words = (len(text) - len(text.lstrip()) + columns(word) for text in _texts(grid, index) for word in text.split())
    return min(natural, max([narrowest, *words]))


def _widths(grid: Grid, width: int) -> list[int]:
    """What each column takes: all that it needs, or a part of what is left by those that cannot be folded."""
    widths = [_natural(grid, index) for index in range(len(grid.columns))]
    least = _leasts(grid, width)
    over = sum(widths) + GUTTER * (len(widths) - 1) - width
    while over > 0 and widths != least:
        index = max(range(len(widths)), key=lambda i: (widths[i] > least[i], widths[i]))
        widths[index] -= 1
        over -= 1
    return widths


def _grid(grid: Grid, look: Look) -> Iterator[str]:
    widths = _widths(grid, look.width)
    across = min(look.width, sum(widths) + GUTTER * (len(widths) - 1))
    heads = [
        [line for text in head.split("\n") for line in (folded(text, wide) if columns(text) > wide else [text])]
        for head, wide in zip((visible(column.head) for column in grid.columns), widths, strict=True)
    ]
    if any(column.head for column in grid.columns):
        deepest = max(map(len, heads))
        for line in range(deepest):
            texts = [head[line - deepest + len(head)] if line >= deepest - len(head) else "" for head in heads]
            yield _joined(texts, widths, grid)
        yield _toned("─" * across, "faint", look)
    for row in grid.rows:
        yield from _row(row, widths, grid, look)


def _row(row: Row, widths: list[int], grid: Grid, look: Look) -> Iterator[str]:
    if not row.cells:
        yield ""
        return
    folds = [_folded_cell(row, index, widths) for index in range(len(row.cells))]
    for line in zip_longest(*folds, fillvalue=""):
        yield _joined(line, widths, grid, row.cells, look)
    start = INDENT * (row.depth + 1)
    for remark in row.remarks:
        yield from (_toned(line, "faint", look) for line in _hanging(remark, start, look))


def _folded_cell(row: Row, index: int, widths: list[int]) -> list[str]:
    indentation = _indentation(row, index)
    lines = folded(row.cells[index].text, max(1, widths[index] - len(indentation)))
    return [indentation + line for line in lines]


def _joined(
    texts: Iterable[str],
    widths: list[int],
    grid: Grid,
    cells: tuple[Cell, ...] = (),
    look: Look = Look(),  # noqa: B008  a NamedTuple
) -> str:
    parts = []
    for index, (text, width) in enumerate(zip(texts, widths, strict=False)):
        tone = cells[index].tone if cells else ""
        parts.append(_aligned(text, width, grid.columns[index], tone, look))
    return (" " * GUTTER).join(parts)


def _aligned(text: str, width: int, column: Column, tone: str, look: Look) -> str:
    blanks = " " * (width - columns(text))
    shown = _toned(text, tone, look)
    return blanks + shown if column.right else shown + blanks


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _toned(text: str, tone: str, look: Look) -> str:
    if not look.colours or tone not in TONES or not text.strip():
        return text
    return f"\x1b[{TONES[tone]}m{text}\x1b[0m"
