"""A report as HTML: text and tables, escaped, with nothing from elsewhere; whole for a notebook, its blocks for a page.

Nothing has a style of its own, so that a page may forbid them: what a block looks like is said by classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from lca.problems import printable
from lca.report import Block, Cell, Entries, Entry, Grid, Heading, Look, Prose, Report, Row

WRITES = ("notebook",)
DEEPEST = 9  # levels of rows that are told apart

STYLE = (
    ".lca table{border-collapse:collapse;margin:.5em 0}"
    ".lca th,.lca td{padding:.15em .7em;text-align:left;vertical-align:top}"
    ".lca .right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".lca thead th{border-bottom:1px solid}"
    ".lca .strong{font-weight:bold}.lca .faint,.lca small{opacity:.65}"
    ".lca .good{color:#1a7f37}.lca .fair{color:#9a6700}.lca .bad{color:#cf222e}"
    ".lca dt{font-weight:bold}.lca dd{margin:0 0 .3em 1.5em}"
    + "".join(f".lca .d{depth}{{padding-left:{0.7 + 1.2 * depth:g}em}}" for depth in range(1, DEEPEST + 1))
)


def render(report: Report, _look: Look) -> str:
    """The blocks in one element, with their own style."""
    return f'<div class="lca"><style>{STYLE}</style>{blocks(report.blocks)}</div>\n'


def blocks(given: Iterable[Block], below: int = 1) -> str:
    """Blocks, their headings so many levels below what they say."""
    return "".join(part for block in given for part in _block(block, below))


def text(words: str) -> str:
    """A text in which nothing is markup and nothing hidden; in quotes it may be an attribute."""
    return escape("\n".join(map(printable, words.split("\n"))))


def _block(block: Block, below: int) -> Iterator[str]:
    match block:
        case Heading():
            level = min(block.level + below, 6)
            yield f"<h{level}>{text(block.text)}</h{level}>"
        case Prose():
            yield f"<p{_class(block.tone)}>{text(block.text)}</p>"
        case Entries():
            yield f"<dl>{''.join(part for entry in block.entries for part in _entry(entry))}</dl>"
        case Grid():
            yield from _grid(block)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"<dt>{text(entry.term)}</dt>"
    yield from (f"<dd>{text(words)}</dd>" for words in entry.texts)


def _grid(grid: Grid) -> Iterator[str]:
    sides = ["right" if column.right else "" for column in grid.columns]
    heads = [text(column.head).replace("\n", "<br>") for column in grid.columns]
    cells = "".join(_head(head, side) for side, head in zip(sides, heads, strict=True))
    yield f"<table><thead><tr>{cells}</tr></thead><tbody>"
    yield from (_row(row, sides) for row in grid.rows if row.cells)
    yield "</tbody></table>"


def _head(head: str, side: str) -> str:
    return f'<th scope="col"{_class(side)}>{head}</th>' if head else "<td></td>"


def _row(row: Row, sides: list[str]) -> str:
    cells = [_cell(cell, side, row if not index else None) for index, (cell, side) in enumerate(_sided(row, sides))]
    return f"<tr>{''.join(cells)}</tr>"


def _sided(row: Row, sides: list[str]) -> Iterator[tuple[Cell, str]]:
    return zip(row.cells, sides, strict=False)


def _cell(cell: Cell, side: str, labelled: Row | None) -> str:
    depth = f"d{min(labelled.depth, DEEPEST)}" if labelled and labelled.depth else ""
    remarks = "".join(f"<br><small>{text(remark)}</small>" for remark in labelled.remarks) if labelled else ""
    return f"<td{_class(side, cell.tone, depth)}>{text(cell.text)}{remarks}</td>"


def _class(*names: str) -> str:
    own = " ".join(name for name in names if name)
    return f' class="{own}"' if own else ""
