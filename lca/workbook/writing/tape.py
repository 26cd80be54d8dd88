"""From the tape to formulas: a row for what has a name, is used twice or converts a unit; the rest stands inside.

Each node becomes a text of a formula and the same in words, children first, in one pass. A node with a row of its own
is a reference to the others. What a pack forbids to pass on is never written: a node that depends on it in its own row
becomes a value, and a node made of nothing else is withheld as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.graph import Graph
from lca.operations import ATOM, PRODUCT, SUM, TABLE, bracketed, written
from lca.units import ONE
from lca.workbook.writing.cells import Place
from lca.workbook.writing.shown import Shown

LONGEST = 900  # characters of a formula inside another; Excel takes 8,192 in all
DEEPEST = 20  # parts inside one another; Excel takes 64
FEWEST = 5  # terms that are written with SUM
MOST_TERMS = 200  # arguments of a function; Excel takes 255
MOST_TEXT = 6000  # characters of the arguments of a function
LONGEST_WORDS = 400  # characters of a formula in words
OPEN, WITHHELD, TAINTED = range(3)
SIGNS = {"*": "×", "/": "/"}


class TapeRow(NamedTuple):
    """A row of the inventory: a node, or a part of a long sum (node -1). No formula: it is a value, or withheld."""

    row: int
    node: int
    formula: str
    words: str
    value: float
    state: int


Convert = Callable[[int], str]  # the name of the cell that a node multiplies its argument by; empty where it is 1
Term = tuple[str, float]  # a text of a formula, and its value
Fold = Callable[[Iterable[float]], float]
FOLDS: dict[str, Fold] = {"SUM": sum, "MIN": min, "MAX": max}


class Tape:
    """The formulas of a graph's nodes.

    given: the text of each leaf and of each constant; placed: nodes whose sheet writes them itself; flows: nodes that
    have a row in the inventory from `first` on, in this order, other steps from `first_step` on; withheld: leaves that
    may not be shown.
    """

    def __init__(
        self,
        graph: Graph,
        shown: Shown,
        nodes: Sequence[int],
        given: Mapping[int, str],
        placed: Mapping[int, Place],
        flows: Sequence[int],
        first: int,
        first_step: int,
        withheld: set[int],
        convert: Convert,
        named: Callable[[str, float, str], str],
    ) -> None:
        self.graph, self.shown, self.given, self.placed = graph, shown, given, placed
        self.values = shown.values
        self.convert, self.named = convert, named
        size = len(graph)
        self.text, self.words = [""] * size, [""] * size
        self.rank, self.depth, self.state = [ATOM] * size, [0] * size, [OPEN] * size
        self.places: dict[int, Place] = dict(placed)
        self.alike: set[int] = set()
        self.flow_rows = {node: first + place for place, node in enumerate(flows)}
        self.next = first_step
        self.steps: dict[int, TapeRow] = {}
        self.values_only: set[int] = set()
        self.uses = _uses(graph, nodes)
        for leaf in withheld:
            self.state[leaf] = WITHHELD
        for node in nodes:
            self._node(node)

    def _node(self, i: int) -> None:
        op = self.graph.op[i]
        if op in ("input", "const"):
            self.text[i] = self.given[i]
            number = f"{self.values[i]:g} {self.shown.unit(i)}".removesuffix(" 1") if op == "const" else ""
            self.words[i] = number or self.graph.info[i].path
            self.rank[i] = PRODUCT if "*" in self.text[i] else ATOM
            return
        self.state[i] = self._state(self.graph.made_of(i))
        if i in self.placed:
            if self.state[i]:
                self.values_only.add(i)
            self._refer(i, self.placed[i])
            return
        if self.state[i]:
            self.words[i] = "a value, so that no withheld figure is shown"
        elif not self._is_same(i, op):
            self._write(i, op)
        if self._has_row(i, op):
            self._give_row(i)

    def _state(self, args: Iterable[int]) -> int:
        states = {self.state[a] for a in args if self.graph.op[a] != "const"}
        if states <= {OPEN}:
            return OPEN
        return WITHHELD if states == {WITHHELD} else TAINTED

    def _has_row(self, i: int, op: str) -> bool:
        if i in self.flow_rows or i in self.graph.names:
            return True
        if i in self.alike and self.rank[i] == ATOM:
            return False
        return (
            self.uses[i] > 1
            or (op == "scale" and i not in self.alike)
            or len(self.text[i]) > LONGEST
            or self.depth[i] > DEEPEST
        )

    def _give_row(self, i: int) -> None:
        row = self.flow_rows.get(i)
        if row is None:
            row, self.next = self.next, self.next + 1
        state = self.state[i]
        self.steps[row] = TapeRow(row, i, self.text[i], self.words[i], self.values[i], state)
        self._refer(i, Place("Inventory", "B", row))
        if state == WITHHELD:
            self.state[i] = WITHHELD

    def _refer(self, i: int, place: Place) -> None:
        self.places[i] = place
        self.text[i], self.rank[i], self.depth[i] = str(place), ATOM, 0
        self.words[i] = self.graph.names.get(i) or _shortened(self.words[i])
        self.state[i] = OPEN

    # --- one node in terms of its children --------------------------------------------------------------------------

    def _write(self, i: int, op: str) -> None:
        args = self.graph.args[i]
        self.depth[i] = 1 + max(self.depth[a] for a in args)
        if op == "scale":
            self._scaled(i, args[0])
        elif op == "sum":
            self._added(i, args)
        elif op in ("min", "max"):
            text, words = self._folded(i, op.upper(), args)
            self.text[i], self.words[i] = f"{op.upper()}({text})", f"{op}({words})"
        else:
            row, info = TABLE[op], self.graph.info[i]
            numbers = [self.named(*number) for number in row.excel.numbers]
            self.text[i], self.rank[i] = written(row.excel, [(self.text[a], self.rank[a]) for a in args], info, numbers)
            self.words[i], _ = written(row.words, [(self.words[a], self.rank[a]) for a in args], info)

    def _is_same(self, i: int, op: str) -> bool:
        """Whether a node is one of its children in another unit, times or over 1; if so, it is written."""
        args = self.graph.made_of(i)
        ones = [self.graph.op[a] == "const" and self.graph.info[a] == 1 for a in args]
        if op == "share" or (op == "scale" and self.shown.factor(i) == 1):
            same, self.words[i] = args[0], self.words[args[0]]
        elif op in SIGNS and (ones[1] or (ones[0] and op == "*")):
            same, self.words[i] = args[0 if ones[1] else 1], f"{self.words[args[0]]} {SIGNS[op]} {self.words[args[1]]}"
        else:
            return False
        self.alike.add(i)
        self.text[i], self.rank[i], self.depth[i] = self.text[same], self.rank[same], self.depth[same]
        return True

    def part(self, a: int, least: int) -> tuple[str, str]:
        """A child as part of a formula and of words, in parentheses where it is looser than `least`."""
        return bracketed((self.text[a], self.rank[a]), least), bracketed((self.words[a], self.rank[a]), least)

    def _scaled(self, i: int, a: int) -> None:
        unit = self.shown.unit(i)
        text, words = self.part(a, PRODUCT)
        self.text[i] = f"{text}*{self.convert(i)}"
        self.words[i] = f"{words} as a plain number" if unit is ONE else f"{words} in {unit}"
        self.rank[i] = PRODUCT

    def _added(self, i: int, args: tuple[int, ...]) -> None:
        parts = [self.part(a, SUM) for a in args]
        words = [part[1] for part in parts]
        self.words[i] = (
            " + ".join(words) if len(words) <= FEWEST else f"{words[0]} + {words[1]} + … ({len(words)} terms)"
        )
        if len(args) < FEWEST:
            self.text[i], self.rank[i] = "+".join(part[0] for part in parts), SUM
        else:
            self.text[i] = f"SUM({self._folded(i, 'SUM', args)[0]})"

    def _folded(self, i: int, function: str, args: Sequence[int]) -> tuple[str, str]:
        """The arguments of a function; where they are too many, rows of the inventory take some of them each."""
        terms = self._ranges(args, FOLDS[function])
        chunks = list(_chunks(terms))
        if len(chunks) > 1:
            terms = [self._partial(function, chunk) for chunk in chunks]
        return ",".join(text for text, _ in terms), ", ".join(self.words[a] for a in args[:FEWEST])

    def _partial(self, function: str, chunk: list[Term]) -> Term:
        row, self.next = self.next, self.next + 1
        value = FOLDS[function]([value for _, value in chunk])
        formula = f"{function}({','.join(text for text, _ in chunk)})"
        self.steps[row] = TapeRow(row, -1, formula, "a part of a long formula", value, OPEN)
        return str(Place("Inventory", "B", row)), value

    def _ranges(self, args: Sequence[int], fold: Fold) -> list[Term]:
        """The texts and values of children, with cells that stand one below the other as one range."""
        terms: list[Term] = []
        start: Place | None = None
        last: Place | None = None
        for a in args:
            place = self.places.get(a)
            if place and last and start and place == last._replace(row=last.row + 1):
                terms[-1] = f"{start}:{place.column}{place.row}", fold([terms[-1][1], self.values[a]])
                last = place
                continue
            terms.append((self.text[a], self.values[a]))
            start = last = place
        return terms


def _uses(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """How often the formulas name a node: an operation may need an argument more than once."""
    uses = [0] * len(graph)
    for i in nodes:
        args = graph.made_of(i)
        form = TABLE[graph.op[i]].excel.of(len(args)) if args else ""
        for place, a in enumerate(args):
            uses[a] += max(1, form.count(f"{{{place}}}"))
    return uses


def _chunks(terms: list[Term]) -> Iterator[list[Term]]:
    chunk: list[Term] = []
    size = 0
    for term in terms:
        if chunk and (len(chunk) == MOST_TERMS or size + len(term[0]) > MOST_TEXT):
            yield chunk
            chunk, size = [], 0
        chunk.append(term)
        size += len(term[0]) + 1
    yield chunk


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…"
