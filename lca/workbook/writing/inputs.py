"""Inputs: a row for each number that the scenario gives, to be changed in its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from lca.graph import Input
from lca.spoken import N_, _
from lca.workbook.names import (
    AS_READ,
    AS_TYPED,
    EXPORTED,
    HEAD_ROW,
    KEY,
    LOOK_AGAIN,
    PERCENT,
    PURE,
    REVIEWER,
    WITHHELD,
    in_cell,
    place,
    unit_in_cell,
)
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Formula, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import ALARM, CHANGED, RED, THIN, TYPED, TYPED_PERCENT
from lca.workbook.writing.table import Column, Style, Table
from lca.workbook.writing.validation import in_own_unit, validate
from lca.workbook.writing.words import block_title, title_of

LEAD = N_(
    "Change a value in a framed yellow cell and every figure follows. Units are fixed: write the number in the unit "
    "of its row, a percentage with its sign. Low and high: the range in which the authors think that the value lies."
)
R = TypeVar("R")
NO_BREAK, FINE = "\u00a0", "–"
GROUP = 3  # digits between signs of thousands
OF_DATES = {"sign_slash": "/", "sign_dash": "-", "sign_colon": ":"}  # which programs read as dates and times
FRAMED = CHANGED | {"border": THIN, "border_color": RED}


class Given(NamedTuple):
    """A number of the scenario or of a pack, as its row shows it."""

    book: Book
    node: int
    leaf: Input

    @property
    def secret(self) -> bool:
        """Whether it may not be passed on."""
        return self.node in self.book.withheld

    def shown(self, number: float | None) -> Value:
        """What the cell of the value, or of an end of its range, holds."""
        return WITHHELD if self.secret else None if number is None else in_cell(number, str(self.leaf.unit))

    def look(self, kind: str) -> Style:
        """How a number looks: what is typed is what is shown."""
        if kind == "input" and self.is_fixed:
            kind = "number"
        return "withheld" if self.secret else (kind, TYPED_PERCENT if str(self.leaf.unit) == PERCENT else "General")

    @property
    def is_fixed(self) -> bool:
        """Whether it is a number inside a formula of the scenario, which has no place of its own to be set in."""
        return "#" in self.leaf.path.rpartition(".")[2]

    @property
    def unit(self) -> str:
        """The unit that its number is written in; a dash for a pure number."""
        return unit_in_cell(str(self.leaf.unit))

    @property
    def title(self) -> str:
        limit = self.book.limits.get(self.node)
        return title_of(self.leaf.path, limit.doc if limit else "")

    @property
    def cited(self) -> Value:
        """Its source, which leads to what is known of it."""
        return self.book.link_to_source(self.leaf.citation.source, self.source)

    @property
    def to_mend(self) -> Value:
        """What to write where a text stands for a number, or another unit: nothing as exported."""
        if self.secret:
            return None
        say, is_percent = self.book.word_named, str(self.leaf.unit) == PERCENT
        number, write = say("words_number", "write a number"), say("words_write", "write ")
        sign = f"&{say('sign_percent_sign', PERCENT)}" if is_percent else ""
        both = f"{write}&VALUE({{{AS_READ}}}){sign}&{say('words_or', ' or ')}&VALUE({self._whole}){sign}"
        text = f"IF({self._is_ambiguous},{both},{write}&VALUE({{{AS_READ}}}){sign})"
        if is_percent:
            without = f"ISERROR(FIND({say('sign_percent_sign', PERCENT)},{{Value}}))"
            text = f"IF({without},{say('words_percent', 'write it with its %')},{text})"
        no_date = "+".join(f"ISNUMBER(FIND({say(name, mark)},{{{AS_TYPED}}}))" for name, mark in OF_DATES.items())
        text = f"IFERROR(IF({no_date}>0,{number},{text}),{number})"
        unit = f"{say('words_unit', 'the unit is ')}&{{{EXPORTED[3]}}}"
        right = f"IF({{Unit}}={{{EXPORTED[3]}}},{self._within(self._ends)},{unit})"
        return Formula(f"IF(ISNUMBER({{Value}}),{right},IF(ISTEXT({{Value}}),{text},{number}))", FINE)

    @property
    def _ends(self) -> str:
        """What is to be mended of the range."""
        say = self.book.word_named
        across = f"IF({{Low}}>{{High}},{say('words_across', 'low is above high')},{self._fine})"
        both = f"IF(AND(ISNUMBER({{Low}}),ISNUMBER({{High}})),{across},{self._fine})"
        return f"IF(OR(ISTEXT({{Low}}),ISTEXT({{High}})),{say('words_ends', 'low, high: write numbers')},{both})"

    def _within(self, fine: str) -> str:
        """What is to be mended of a number that is out of bounds, else of its range."""
        limit = self.book.limits.get(self.node)
        if limit is None or not limit.bounds.exist or self.is_fixed:
            return fine
        ends = zip((">=", "<=", ">"), in_own_unit(limit)[1:], strict=True)
        unit, constant = str(self.leaf.unit), self.book.constant
        tests = [f"{{Value}}{sign}{constant(in_cell(end, unit))}" for sign, end in ends if end is not None]
        words = self.book.word_named("words_bounds", f"has to be {limit.bounds}")
        return f"IF(AND({','.join(tests)}),{fine},{words})"

    # --- a text that stands for a number, in hidden columns ---------------------------------------------------------

    @property
    def as_typed(self) -> Value:
        """A text without its unit, its blanks and its percent sign; a dash beside a number."""
        if self.secret:
            return None
        cleaned = f'SUBSTITUTE({{Value}},{{{EXPORTED[3]}}},"")' if self.unit not in (PURE, PERCENT) else "{Value}"
        for name, sign in (("no_break_space", NO_BREAK), ("space", " "), ("percent_sign", PERCENT)):
            cleaned = f'SUBSTITUTE({cleaned},{self.book.word_named(f"sign_{name}", sign)},"")'
        return Formula(f"IF(ISTEXT({{Value}}),{cleaned},{self._fine})", FINE)

    @property
    def as_read(self) -> Value:
        """It with the decimal sign of the program that shows it: one of two signs that comes last, or the only one."""
        if self.secret:
            return None
        comma, point, decimal = self._comma, self._point, self.book.decimal_sign
        one, other = (
            f'SUBSTITUTE(SUBSTITUTE({{{AS_TYPED}}},{group},""),{last},{decimal})'
            for group, last in ((point, comma), (comma, point))
        )
        mixed = f"IF(FIND({comma},{{{AS_TYPED}}})>FIND({point},{{{AS_TYPED}}}),{one},{other})"
        single = f"SUBSTITUTE(SUBSTITUTE({{{AS_TYPED}}},{comma},{decimal}),{point},{decimal})"
        grouped = f"IF({self._in_groups},{self._whole},{self._fine})"
        count, signs = self._count, f"({self._count(comma)}+{self._count(point)})"
        text = f"IF({count(comma)}*{count(point)}>0,{mixed},IF({signs}>1,{grouped},{single}))"
        return Formula(f"IF({{{AS_TYPED}}}={self._fine},{self._fine},IFERROR({text},{self._fine}))", FINE)

    @property
    def _fine(self) -> str:
        return self.book.word_named("words_fine", FINE)

    @property
    def _comma(self) -> str:
        return self.book.word_named("sign_comma", ",")

    @property
    def _point(self) -> str:
        return self.book.word_named("sign_point", ".")

    @staticmethod
    def _count(sign: str) -> str:
        return f'(LEN({{{AS_TYPED}}})-LEN(SUBSTITUTE({{{AS_TYPED}}},{sign},"")))'

    @property
    def _whole(self) -> str:
        return f'SUBSTITUTE(SUBSTITUTE({{{AS_TYPED}}},{self._comma},""),{self._point},"")'

    @property
    def _in_groups(self) -> str:
        """Whether three digits stand behind the last sign."""
        last = f"MID({{{AS_TYPED}}},LEN({{{AS_TYPED}}})-{self.book.constant(GROUP)},1)"
        return f"IFERROR(OR({last}={self._comma},{last}={self._point}),1=0)"

    @property
    def _is_ambiguous(self) -> str:
        """Whether the one sign that there is can be that of decimals or of thousands."""
        is_short = f"LEN({{{AS_TYPED}}})<={self.book.constant(2 * GROUP + 1)}"
        zero = f"LEFT({{{AS_TYPED}}},1)<>{self.book.word_named('sign_zero', '0')}"
        one = f"{self._count(self._comma)}+{self._count(self._point)}=1"
        return f"IF(AND({one},{is_short},{zero}),{self._in_groups},1=0)"

    @property
    def note(self) -> str:
        return "" if self.secret else self.leaf.citation.note

    @property
    def source(self) -> str:
        cited = self.leaf.citation
        return f"{cited.source} (read in {cited.via})" if cited.via else cited.source

    @property
    def used(self) -> str:
        """What depends on it, in words."""
        return self.book.use(self.node)


# Rows of headings have no path.


def numbered(of: Callable[[R], Given]) -> tuple[Column[R], ...]:
    """A number with its unit and range, and what to mend of them."""
    return (
        Column("Value", lambda row: of(row).look("input"), lambda row: of(row).shown(of(row).leaf.value), 13),
        Column("Unit", "unit", lambda row: of(row).unit, 17),
        Column("Low", lambda row: of(row).look("end"), lambda row: of(row).shown(of(row).leaf.low), 10),
        Column("High", lambda row: of(row).look("end"), lambda row: of(row).shown(of(row).leaf.high), 10),
        Column(LOOK_AGAIN, "mend", lambda row: of(row).to_mend, 16),
    )


def kept(of: Callable[[R], Given]) -> tuple[Column[R], ...]:
    """Columns that nobody sees: a row's number, its range and its unit as they were exported."""
    value, low, high, unit = EXPORTED
    return (
        Column(value, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.value), 12),
        Column(low, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.low), 12),
        Column(high, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.high), 12),
        Column(unit, "faint", lambda row: of(row).unit, 12),
        Column(KEY, "faint", lambda row: of(row).node, 8),
        Column(AS_TYPED, "faint", lambda row: of(row).as_typed, 12),
        Column(AS_READ, "faint", lambda row: of(row).as_read, 12),
    )


COLUMNS = Table[Given](
    Column("What", "wrapped", lambda given: given.title, 36),
    Column("Name", "name", lambda given: given.book.input_names[given.node], 26),
    *numbered(lambda given: given),
    Column("Basis", "unit", lambda given: given.leaf.citation.basis, 11),
    Column("Source", lambda given: "link" if given.source else "wrapped", lambda given: given.cited, 24),
    Column("At", "wrapped", lambda given: given.leaf.citation.at, 24),
    Column("Note", "wrapped", lambda given: given.note, 48),
    Column("Used for", "wrapped", lambda given: given.used, 20),
    Column("Fitted to", "wrapped", lambda given: ", ".join(given.leaf.fitted_to), 14),
    Column(REVIEWER, "open", lambda _: "", 28),
    Column("Path", "faint", lambda given: given.leaf.path, 34),
    Column("Address", "faint", lambda given: given.leaf.address, 34),
    Column("Place", "faint", lambda given: place(given.leaf.span), 26),
    *kept(lambda given: given),
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the names of the inputs, which formulas use."""
    page = book.pages["Inputs"]
    page.begin(_("Inputs"), _(LEAD), COLUMNS)
    rows = {}
    for block, leaves in _blocks(book).items():
        page.group(block, COLUMNS.number(REVIEWER))
        for i, leaf in leaves.items():
            rows[i] = COLUMNS.write(page.rows, Given(book, i, leaf))
            book.define(book.input_names[i], page.place(COLUMNS.letter("Value"), rows[i]).fixed)
    page.sheet.freeze_panes(HEAD_ROW, COLUMNS.number("What"))
    changeable(book, page, COLUMNS, "inputs", rows)
    printed(page, book, COLUMNS.number(REVIEWER), HEAD_ROW)
    return {i: book.leaf_text(i, name) for i, name in book.input_names.items()}


def _blocks(book: Book) -> dict[str, dict[int, Input]]:
    blocks: dict[str, dict[int, Input]] = {}
    for i, leaf in book.inputs.items():
        blocks.setdefault(block_title(leaf.path.partition(".")[0]), {})[i] = leaf
    return blocks


def changeable(book: Book, page: Page, table: Table[Any], what: str, rows: Mapping[int, int]) -> None:
    """Name the values as they are and as exported; those that differ stand out, in colour and without."""
    value, exported, unit, unit_before = (table.letter(head) for head in ("Value", EXPORTED[0], "Unit", EXPORTED[3]))
    first, last = HEAD_ROW + 1, page.rows.next - 1
    low, high = table.letter("Low"), table.letter("High")
    book.define(f"{what}_ranges", f"{page.place(low, first).fixed}:${high}${max(first, last)}")
    named = {"now": value, "exported": exported, "units": unit, "units_exported": unit_before}
    for name, letter in named.items():
        book.define(f"{what}_{name}", page.span(letter, first, last))
    page.highlight(f"{value}{first}:{value}{max(first, last)}", f"${value}{first}<>${exported}{first}", FRAMED)
    mend, fine = table.letter(LOOK_AGAIN), book.word_named("words_fine", FINE)
    page.highlight(f"{mend}{first}:{mend}{max(first, last)}", f"${mend}{first}<>{fine}", ALARM)
    page.highlight(f"{unit}{first}:{unit}{max(first, last)}", f"${unit}{first}<>${unit_before}{first}", FRAMED)
    for head in ("Value", "Low", "High"):
        page.adapt(table.letter(head), first, last, TYPED, unit)
    validate(book, page, rows, table)
    book.keys |= {page.place(table.letter(KEY), row): i for i, row in rows.items()}
    page.hide(*(table.number(head) for head in (*EXPORTED, KEY, AS_TYPED, AS_READ)))
