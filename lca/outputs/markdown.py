"""A report as Markdown, as GitHub and most others read it. What a user wrote is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.report import Block, Cell, Entries, Grid, Heading, Look, Prose, Report, Row
from lca.spoken import _
from lca.wording import in_markdown

WRITES = ("report", "study")
SUFFIXES = (".md", ".markdown")
ORDER = 6

OF_BLOCKS = re.compile(r"^(?:[-+=#]|\d+(?=[.)]))")
INDENT = "&nbsp;&nbsp;"


def render(report: Report, _look: Look) -> str:
    """The blocks, with a blank line between them."""
    return "\n\n".join("\n".join(_block(block)) for block in report.blocks) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {in_markdown(block.text)}"
        case Prose():
            yield _paragraph(block.text)
        case Entries():
            for entry in block.entries:
                yield from _entry(entry.term, entry.texts)
        case Grid():
            yield from _grid(block)


def _paragraph(text: str) -> str:
    r"""A text that begins neither a list nor a heading.

    >>> print(_paragraph("- a"), _paragraph("1. b"))
    \- a 1\. b
    """
    return OF_BLOCKS.sub(
        lambda match: f"\\{match[0]}" if not match[0].isdigit() else f"{match[0]}\\", in_markdown(text)
    )


def _entry(term: str, texts: tuple[str, ...]) -> Iterator[str]:
    name = f"- **{in_markdown(term)}**" if term else "-"
    if len(texts) <= 1:
        yield _("{what}: {reason}", what=name, reason=in_markdown(texts[0])) if texts else name
    else:
        yield _("{what}:", what=name)
        yield from (f"  - {in_markdown(text)}" for text in texts)


def _grid(grid: Grid) -> Iterator[str]:
    yield _line("<br>".join(map(in_markdown, column.head.split("\n"))) for column in grid.columns)
    yield _line("---:" if column.right else ":---" for column in grid.columns)
    yield from (_line(_cells(row)) for row in grid.rows if row.cells)


def _cells(row: Row) -> Iterator[str]:
    for index, cell in enumerate(row.cells):
        text = _cell(cell)
        if not index:
            text = INDENT * row.depth + text
            text = "<br>".join([text, *(f"<small>{in_markdown(remark)}</small>" for remark in row.remarks)])
        yield text


def _cell(cell: Cell) -> str:
    text = in_markdown(cell.text)
    return f"**{text}**" if cell.tone == "strong" and text else text


def _line(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
