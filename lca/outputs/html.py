"""A report as a piece of HTML for a notebook: text and tables, escaped, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lca.problems import printable
from lca.report import Block, Cell, Entries, Entry, Grid, Heading, Look, Prose, Report, Row

WRITES = ("notebook",)

STYLE = (
    ".lca table{border-collapse:collapse;margin:.5em 0}"
    ".lca th,.lca td{padding:.15em .7em;text-align:left;vertical-align:top}"
    ".lca .right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".lca thead th{border-bottom:1px solid}"
    ".lca .strong{font-weight:bold}.lca .faint,.lca small{opacity:.65}"
    ".lca .good{color:#1a7f37}.lca .fair{color:#9a6700}.lca .bad{color:#cf222e}"
    ".lca dt{font-weight:bold}.lca dd{margin:0 0 .3em 1.5em}"
)


def render(report: Report, _look: Look) -> str:
    """The blocks in one element, with their own style."""
    body = "".join(part for block in report.blocks for part in _block(block))
    return f'<div class="lca"><style>{STYLE}</style>{body}</div>\n'


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
        case Prose():
            yield f'<p class="{block.tone}">{_text(block.text)}</p>'
        case Entries():
            yield f"<dl>{''.join(part for entry in block.entries for part in _entry(entry))}</dl>"
        case Grid():
            yield from _grid(block)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"<dt>{_text(entry.term)}</dt>"
    yield from (f"<dd>{_text(text)}</dd>" for text in entry.texts)


def _grid(grid: Grid) -> Iterator[str]:
    sides = ["right" if column.right else "" for column in grid.columns]
    heads = [_text(column.head).replace("\n", "<br>") for column in grid.columns]
    cells = "".join(f'<th class="{side}">{head}</th>' for side, head in zip(sides, heads, strict=True))
    yield f"<table><thead><tr>{cells}</tr></thead><tbody>"
    yield from (_row(row, sides) for row in grid.rows if row.cells)
    yield "</tbody></table>"


def _row(row: Row, sides: list[str]) -> str:
    cells = [_cell(cell, side, row if not index else None) for index, (cell, side) in enumerate(_sided(row, sides))]
    return f"<tr>{''.join(cells)}</tr>"


def _sided(row: Row, sides: list[str]) -> Iterator[tuple[Cell, str]]:
    return zip(row.cells, sides, strict=False)


def _cell(cell: Cell, side: str, labelled: Row | None) -> str:
    style = f' style="padding-left:{0.7 + 1.2 * labelled.depth:g}em"' if labelled and labelled.depth else ""
    remarks = "".join(f"<br><small>{_text(remark)}</small>" for remark in labelled.remarks) if labelled else ""
    return f'<td class="{f"{side} {cell.tone}".strip()}"{style}>{_text(cell.text)}{remarks}</td>'


def _text(text: str) -> str:
    return escape("\n".join(map(printable, text.split("\n"))))
