"""The study as a workbook of live formulas: the workbook is the model, and follows every change of an input.

Every computed cell is a formula over Inputs, Factors and Units. Formulas come from the same tape that the engine
evaluates, and each cell carries the engine's value beside its formula.
"""

from __future__ import annotations

from collections.abc import Iterable

from lca import __version__
from lca.model.case import TotalKey
from lca.result import Result, Verdict
from lca.spoken import ENGLISH, language
from lca.text.identity import digest
from lca.workbook.names import FORMAT, PROPERTIES, SPOKEN
from lca.workbook.writing import checks, exported, factors, impacts, inputs, inventory, read_me, results, sources, units
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Place
from lca.workbook.writing.tape import Tape


def export(result: Result, verdicts: Iterable[Verdict] = (), *, with_restricted: bool = False, **_: object) -> bytes:
    """The bytes of an .xlsx file.

    The values of packs that may not be redistributed are withheld unless `with_restricted`.
    """
    book = Book(result, [*verdicts], with_restricted=with_restricted)
    plan = results.layout(book)
    totals = results.places(book, plan)
    tape = _tape(book, totals)
    results.write(book, plan, checks.figures(book))
    inventory.write(book, tape, inventory.flows(book))
    impacts.write(book, tape)
    checks.write(book, tape, totals, book.shares)
    results.status(book)
    sources.write(book)
    read_me.write(book)
    units.write(book)
    exported.write(book)
    for page in book.pages.values():
        page.protect()
    return _packed(book)


def nodes(
    result: Result, verdicts: Iterable[Verdict] = (), *, with_restricted: bool = False
) -> dict[str, tuple[int, float]]:
    """The node whose value a cell computes, by the cell, such as `Inventory!B6`, and what a number of the cell is to be
    multiplied by to be in the unit of the node.
    """
    book = Book(result, [*verdicts], with_restricted=with_restricted)
    tape = _tape(book, results.places(book, results.layout(book)))
    return {str(place): (node, book.shown.of_cell(node, 1.0)) for node, place in tape.places.items()}


def _tape(book: Book, totals: dict[TotalKey, Place]) -> Tape:
    graph = book.graph
    given = inputs.write(book) | factors.write(book)
    given |= {i: book.constant(book.values[i]) for i in book.needed if graph.op[i] == "const"}
    placed = {book.model.totals[case]: place for case, place in reversed(totals.items())} | impacts.places(book)
    placed = {node: place for node, place in placed.items() if graph.op[node] not in ("input", "const")}
    flows = list(inventory.flows(book))
    return Tape(
        graph, book.shown, book.needed, given, placed, flows, inventory.FIRST, inventory.first_step(len(flows)),
        book.withheld, book.converted, book.constant_named,
    )  # fmt: skip


def _packed(book: Book) -> bytes:
    title = book.title("study")[:200]
    book.workbook.set_properties({"title": title, "author": f"lca {__version__}", "created": book.date})
    for key, value in zip(PROPERTIES, (FORMAT, book.scenario_name, digest(book.model.scenario.tree)), strict=True):
        book.workbook.set_custom_property(key, value)
    if language() != ENGLISH:
        book.workbook.set_custom_property(SPOKEN, language())
    book.workbook.close()
    return book.file.getvalue()
