"""The study as the sheets of the workbook need it: what is shown, what is withheld, and where everything stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lca.compile import Line
from lca.graph import Input, evaluate
from lca.language import BLOCKS
from lca.model.case import CaseKey, TotalKey
from lca.model.fields import title_at
from lca.model.ledger import Limit
from lca.result import Result, Verdict
from lca.spoken import _
from lca.text.documents import Located
from lca.text.overlay import find, items
from lca.units import ONE, Unit
from lca.workbook.names import HEAD_ROW, PERCENT, SHEETS, Names, defined_name, input_name, labels, total_name, unit_name
from lca.workbook.writing.cells import Formula, Link, Place, Rows, quoted
from lca.workbook.writing.shown import Shown
from lca.workbook.writing.styles import Look, Styles
from lca.workbook.writing.table import Table

FIXED = (  # names that formulas of every workbook use
    "checks_passed", "checks_gaps", "checks_failed", "checks_all", "checks_headline", "values_changed",
    "checks_verdicts", "checks_invariants", "inputs_now", "inputs_ranges", "factors_ranges", "checks_itself",
    "inputs_exported", "factors_now", "factors_exported", "inputs_units", "inputs_units_exported", "factors_units",
    "factors_units_exported", "units", "units_exported", "rows_elsewhere", "list_functional_units", "list_variants",
    "list_criteria", "list_criteria_units", "lines_functional_unit", "lines_variant", "lines_tier", "lines_phase",
    "lines_stage", "lines_item", "lines_criterion", "lines_impact", "shown_variant", "shown_functional_unit",
    "word_reproduced", "word_fitted", "word_holds", "word_missed", "word_known_gap", "word_ok", "word_failed",
)  # fmt: skip
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # that a zip archive can hold; the date of a study that gives none
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
BASE = "base"
ROW_HEIGHT, TITLE_HEIGHT, SECTION_HEIGHT = 14.25, 24.0, 16.5  # points; whole dots of a screen
HIDE = {"hidden": True}
UNLOCKED = {  # what may be done on a protected sheet: comments, widths, heights and looks, filters
    "objects": True, "scenarios": True, "format_cells": True, "format_columns": True, "format_rows": True,
    "autofilter": True,
}  # fmt: skip
ON_A_PAGE = 37  # rows of A4 on its side, printed at 80 %
DIGIT = 7  # dots: the width of a character


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes formulas as they are: ours hold none of the thirty later functions that others mark."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002
        return formula.lstrip("=")


class Page:
    """A sheet: its rows, and XlsxWriter's worksheet for all that is no cell."""

    def __init__(self, name: str, workbook: Workbook, styles: Styles) -> None:
        self.name, self.workbook = name, workbook
        self.sheet: Worksheet = workbook.add_worksheet(name, worksheet_class=Sheet)
        self.rows = Rows(self.sheet, styles)
        self.breaks: list[int] = []
        self.sheet.set_default_row(ROW_HEIGHT)

    def begin(self, title: str, lead: str, table: Table[Any] | None = None) -> None:
        """The title, a line on what the sheet is for, and the heads of its columns."""
        get = self.rows.styles.get
        self.rows.line([title], [get("title")])
        self.sheet.set_row(0, TITLE_HEIGHT)
        self.rows.line([lead], [get("lead")])
        if self.name != SHEETS[0]:
            self.rows.add([(1, Link(_("Back to Read me"), f"internal:{quoted(SHEETS[0])}!A1"), get("back"))])
        if table:
            self.widths(*(column.width for column in table.columns))
            self.rows.next = HEAD_ROW
            table.head(self.rows)

    def section(self, title: str, width: int) -> None:
        """A heading across a number of columns."""
        row = self.rows.line([title, *[None] * (width - 1)], [self.rows.styles.get("section")] * width)
        self.sheet.set_row(row - 1, SECTION_HEIGHT)

    def group(self, title: str, width: int) -> None:
        """A heading inside a table."""
        self.rows.line([title, *[None] * (width - 1)], [self.rows.styles.get("group")] * width)

    def widths(self, *widths: float) -> None:
        """The widths of the columns, in characters."""
        for column, width in enumerate(widths, 1):
            self.sheet.set_column_pixels(column - 1, column - 1, round(width * DIGIT))
            self.rows.widths[column] = width

    def hide(self, *columns: int) -> None:
        """Hide columns that programs need and readers do not."""
        for column in columns:
            self.sheet.set_column_pixels(column - 1, column - 1, round(self.rows.widths[column] * DIGIT), None, HIDE)

    def conceal(self) -> None:
        """Hide the sheet."""
        self.sheet.hide()

    def protect(self) -> None:
        """Lock all cells but those that are open, without a password: against slips, not against people."""
        self.sheet.protect("", UNLOCKED)

    def keep(self, rows: int) -> None:
        """Begin a new page of paper if so many rows from the next on would not stand on this one."""
        start = self.breaks[-1] if self.breaks else 0
        if self.rows.next - 1 - start + rows > ON_A_PAGE:
            self.break_before()

    def break_before(self) -> None:
        """Begin a new page of paper with the next row."""
        self.breaks.append(self.rows.next - 1)
        self.sheet.set_h_pagebreaks(self.breaks)

    def merge(self, first: int, last: int) -> None:
        """Let a cell of the next row go on from a column to another; to be called before the row is written."""
        self.sheet.merge_range(self.rows.next - 1, first - 1, self.rows.next - 1, last - 1, "")

    def restrict(self, ranges: Sequence[str], rule: Mapping[str, Any]) -> None:
        """Refuse what is typed into some cells, of which there is one at least, and is against a rule."""
        self.sheet.data_validation(ranges[0], {**rule, "multi_range": " ".join(ranges)})

    def highlight(self, cells: str, formula: str, look: Look) -> None:
        """Let cells stand out where a formula holds of them."""
        style = self.workbook.add_format(look)
        self.sheet.conditional_format(cells, {"type": "formula", "criteria": f"={formula}", "format": style})

    def adapt(self, column: str, first: int, last: int, formats: Iterable[tuple[str, str]], unit: str = "") -> None:
        """Let the format of numbers follow what they are, the first that holds; `unit`: the column of units."""
        cells = f"{column}{first}:{column}{max(first, last)}"
        for formula, number_format in formats:
            look = self.workbook.add_format({"num_format": number_format})
            rule = {
                "type": "formula",
                "criteria": f"={formula.format(cell=f'${column}{first}', unit=f'${unit}{first}')}",
                "format": look,
            }
            self.sheet.conditional_format(cells, {**rule, "stop_if_true": True})

    def place(self, column: str, row: int) -> Place:
        return Place(self.name, column, row)

    def span(self, column: str, first: int, last: int) -> str:
        """A range of a column as defined names refer to it."""
        return f"{Place(self.name, column, first).fixed}:${column}${max(first, last)}"


class Tally(NamedTuple):
    """How many checks pass as exported, how many miss as the study says they do, and how many there are."""

    passed: int
    gaps: int
    all: int

    @property
    def failed(self) -> int:
        return self.all - self.passed - self.gaps

    @property
    def words(self) -> str:
        """
        >>> Tally(62, 0, 62).words, Tally(60, 2, 62).words, Tally(60, 0, 62).words
        ('62 of 62 pass', '60 of 62 pass, known gaps: 2', 'FAIL: 2 of 62 fail')
        """
        if self.failed:
            return f"FAIL: {self.failed} of {self.all} fail"
        return f"{self.passed} of {self.all} pass" + (f", known gaps: {self.gaps}" if self.gaps else "")


class Conversion:
    """A factor between two units, as a named cell."""

    def __init__(self, name: str, source: str, target: str, factor: float | str | Formula, note: str = "") -> None:
        self.name, self.source, self.target, self.factor, self.note = name, source, target, factor, note


class Book:
    """The workbook as it is built."""

    def __init__(self, result: Result, verdicts: Sequence[Verdict], *, with_restricted: bool) -> None:
        self.result, self.model, self.graph = result, result.model, result.model.graph
        self.verdicts, self.with_restricted = verdicts, with_restricted
        complete = len(result.values) == len(self.graph)
        self.shown = Shown(self.graph, result.values if complete else evaluate(self.graph))
        self.values = self.shown.values
        self.file = BytesIO()
        self.workbook = Workbook(self.file, {"in_memory": True})
        self.styles = Styles(self.workbook)
        self.names = Names()
        self.pages = {name: Page(name, self.workbook, self.styles) for name in SHEETS}
        self.conversions: dict[tuple[str, str, float], Conversion] = {}
        self.constants: dict[tuple[str, float | str | Formula], Conversion] = {}
        for name in FIXED:
            self.names.take(name)
        self._label_everything()
        self.total_names = {case: self.names.take(total_name(case[0], case[2], case[1])) for case in self.model.totals}
        self.shares: list[tuple[str, str, float]] = []
        self.kept = 0  # how many checks there are of the workbook itself
        self.tally = Tally(0, 0, 0)  # known once the checks are written
        self.keys: dict[Place, int] = {}  # the cell of the key of each row of Inputs and Factors

    def _label_everything(self) -> None:
        model = self.model
        self.cases: tuple[CaseKey, ...] = model.cases
        self.units = list(dict.fromkeys(unit for unit, _ in self.cases))
        self.variants = list(dict.fromkeys(variant for _, variant in self.cases))
        self.unit_labels = labels("functional unit", self.units)
        self.variant_labels = self._variant_labels()
        names = labels("criterion", self._distinct(model.factors.criteria[key].label for key in model.criteria))
        self.criterion_labels = dict(zip(model.criteria, names.values(), strict=True))
        self.item_labels = labels("item", dict.fromkeys(line.item for line in model.lines))

    def _variant_labels(self) -> dict[str | None, str]:
        wanted = [
            self.text("study", "base") or BASE if v is None else self.title("variants", v) or v for v in self.variants
        ]
        return dict(zip(self.variants, labels("variant", self._distinct(wanted)).values(), strict=True))

    @staticmethod
    def _distinct(words: Iterable[str]) -> list[str]:
        names = Names()
        return [names.take(word) for word in words]

    # --- what the scenario says -------------------------------------------------------------------------------------

    def at(self, *path: str) -> Located | None:
        """What the scenario says at a path."""
        return find(self.model.scenario.tree, path)

    def text(self, *path: str) -> str:
        """The plain text at a path of the scenario; empty if there is none."""
        at = self.at(*path)
        return at.value if at is not None and isinstance(at.value, str) else ""

    def title(self, *path: str) -> str:
        """The title at a path of the scenario, in the language in force; empty if there is none."""
        return title_at(self.at(*path, "title"))

    def listed(self, *path: str) -> list[dict[str, str]]:
        """The mappings of plain texts in a list of the scenario."""
        return [
            {key: child.value for key, child in entry.mapping.items() if isinstance(child.value, str)}
            for entry in items(self.at(*path))
        ]

    @property
    def scenario_name(self) -> str:
        """The file of the scenario without its folder, which another computer has not."""
        return self.model.scenario.name.replace("\\", "/").rpartition("/")[2]

    @cached_property
    def date(self) -> datetime:
        """SOURCE_DATE_EPOCH, else the date of the study; the same each time the study is exported."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if epoch.isdigit():
            return max(EARLIEST, datetime.fromtimestamp(min(int(epoch), 4_000_000_000), UTC)).replace(tzinfo=None)
        year, month, day = (int(part or 1) for part in _date(self.text("study", "date")))
        try:
            written = datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            written = EARLIEST
        return max(EARLIEST, written).replace(tzinfo=None)

    # --- inputs and what is withheld --------------------------------------------------------------------------------

    @cached_property
    def restricted(self) -> set[str]:
        """The packs that may not be passed on."""
        packs = self.model.factors.packs.values()
        return set() if self.with_restricted else {pack.name for pack in packs if not pack.redistributable}

    @cached_property
    def withheld(self) -> set[int]:
        """The leaves whose numbers stand in such a pack."""
        packs = self.model.factors.packs
        files = {sheet.name for name in self.restricted for sheets in packs[name].tables.values() for sheet in sheets}
        return {i for i, leaf in self.graph.inputs() if leaf.span.file in files}

    def is_factor(self, leaf: Input) -> bool:
        """Whether a leaf is a row of a pack that no path of the scenario stands for."""
        source = leaf.citation.source
        return source in self.model.factors.packs and leaf.path.startswith(f"{source}.")

    @cached_property
    def inputs(self) -> dict[int, Input]:
        """The inputs of the scenario, block by block; those of `expect` where a figure depends on them."""
        order = {block: place for place, block in enumerate(("functional_units", *BLOCKS))}
        ranked = [
            (order.get(leaf.path.partition(".")[0], len(order)), i, leaf)
            for i, leaf in self.graph.inputs()
            if not self.is_factor(leaf) and (not leaf.path.startswith("expect.") or i in self.needed_set)
        ]
        return {i: leaf for _, i, leaf in sorted(ranked, key=lambda entry: entry[:2])}

    @cached_property
    def input_names(self) -> dict[int, str]:
        """The defined name of each input; the base case has the plain one."""
        named: dict[int, str] = {}
        for i, leaf in sorted(self.inputs.items(), key=lambda entry: entry[1].address != entry[1].path):
            named[i] = self.names.take(input_name(leaf.path, leaf.address))
        return named

    # --- which nodes the workbook needs -----------------------------------------------------------------------------

    @cached_property
    def roots(self) -> list[int]:
        facts = self.model.facts
        checked = [limit.index for limit in facts.limits if not limit.path.startswith("expect.")]
        expected = [node for verdict in self.verdicts for node in (verdict.node, verdict.bound) if node >= 0]
        lines = [node for line in self.model.lines for node in (line.impact, line.amount, line.factor)]
        totals = [total.index for total in facts.sums]
        return list(
            dict.fromkeys([*lines, *self.model.totals.values(), *expected, *checked, *totals, *facts.aurs.values()])
        )

    @cached_property
    def needed(self) -> list[int]:
        return self.graph.below(self.roots)

    @cached_property
    def needed_set(self) -> set[int]:
        return set(self.needed)

    @cached_property
    def used_for(self) -> list[str]:
        """For each node, the functional units and variants that depend on it, in words."""
        masks = [0] * len(self.graph)
        bits = {case: 1 << place for place, case in enumerate(self.cases)}
        for line in self.model.lines:
            masks[line.impact] |= bits[line.case]
        for i in reversed(self.needed):
            mask = masks[i]
            if mask:
                for child in self.graph.made_of(i):
                    masks[child] |= mask
        words = {mask: self._case_words(mask) for mask in set(masks)}
        return [words[mask] for mask in masks]

    def use(self, node: int) -> str:
        """What depends on a node, in words: cases, a derived rate, a check alone, or nothing."""
        if self.used_for[node]:
            return self.used_for[node]
        if node in self._below_rates:
            return "derived AUR only"
        if node in self.needed_set:
            return "check only"
        return "cases not shown here" if node in self._below_others else "nothing"

    @cached_property
    def _below_rates(self) -> set[int]:
        return set(self.graph.below(self.model.facts.aurs.values()))

    @cached_property
    def _below_others(self) -> set[int]:
        return set(self.graph.below(self.model.every.totals.values()))

    def _case_words(self, mask: int) -> str:
        chosen = [self.cases[place] for place in _places(mask)]
        if not chosen:
            return ""
        if len(chosen) == len(self.cases):
            return "all"
        units, variants = (dict.fromkeys(names) for names in zip(*chosen, strict=True))
        if len(chosen) == len(units) * len(variants):
            parts = []
            if len(units) < len(self.units):
                parts.append(", ".join(self.unit_labels[unit] for unit in units))
            if len(variants) < len(self.variants):
                parts.append(", ".join(self.variant_labels[variant] for variant in variants))
            return "; ".join(parts) or "–"
        return " | ".join(f"{self.unit_labels[unit]}; {self.variant_labels[variant]}" for unit, variant in chosen)

    @cached_property
    def provenance(self) -> list[int]:
        """For each node, the bases and sources of what it is made of, as bits of `origins`."""
        marks: dict[str, int] = {}
        masks = [0] * len(self.graph)
        ops, info = self.graph.op, self.graph.info
        for i in self.needed:
            if ops[i] == "input":
                cited = info[i].citation
                for word in (f"b{cited.basis}", f"s{cited.source}") if cited.source else (f"b{cited.basis}",):
                    masks[i] |= marks.setdefault(word, 1 << len(marks))
            else:
                mask = 0
                for child in self.graph.made_of(i):
                    mask |= masks[child]
                masks[i] = mask
        self._origins = list(marks)
        self._origin_words: dict[int, tuple[str, str]] = {}
        return masks

    def origin(self, node: int) -> tuple[str, str]:
        """The bases and the sources of what a node is made of, in words."""
        mask = self.provenance[node]
        if mask not in self._origin_words:
            words = [word for place, word in enumerate(self._origins) if mask >> place & 1]
            bases, sources = ([word[1:] for word in words if word[0] == kind] for kind in "bs")
            self._origin_words[mask] = ", ".join(sorted(bases)), ", ".join(sources)
        return self._origin_words[mask]

    # --- names ------------------------------------------------------------------------------------------------------

    def define(self, name: str, refers_to: str) -> str:
        """Give cells a name that is already taken for them."""
        self.workbook.define_name(name, refers_to)
        return name

    def unit(self, node: int) -> str:
        """The unit of the cell of a node; empty for a pure number."""
        unit = self.shown.unit(node)
        return "" if unit is ONE else str(unit)

    def leaf_text(self, node: int, cell: str) -> str:
        """What formulas say for a leaf whose cell is named; only a plain percentage stands in it as a fraction."""
        leaf = self.graph.info[node]
        factor = self.shown.number(node, 1.0)
        if str(leaf.unit) == PERCENT or factor == 1:
            return cell
        return f"{cell}*{self.convert(leaf.unit, self.shown.unit(node), factor)}"

    def converted(self, node: int) -> str:
        """The name of the cell that a node multiplies its argument by; empty where it is 1."""
        factor = self.shown.factor(node)
        source = self.shown.unit(self.graph.args[node][0])
        return self.convert(source, self.shown.unit(node), factor) if factor != 1 else ""

    def convert(self, source: Unit, target: Unit, factor: float) -> str:
        """The name of the cell that holds what to multiply by."""
        above, below = _difference(source, target)
        key = (above, below, factor)
        if key not in self.conversions:
            name = self.names.take(defined_name(f"{unit_name(above)}_to_{unit_name(below)}"))
            self.conversions[key] = Conversion(name, above, below, factor)
        return self.conversions[key].name

    def constant(self, value: float) -> str:
        """0 and 1 as they are; the name of the cell of any other number that belongs to a formula."""
        if value in (0, 1):
            return f"{value:.0f}"
        return self.constant_named(f"constant_{value:.6g}", value, "a number that a formula of the study holds")

    def word_named(self, name: str, text: str) -> str:
        """The name of a cell that holds a part of a sentence, or a sign, which formulas put together or look for."""
        return self.constant_named(
            name, text, f"a text that formulas use: {text.strip() or 'a space that no line breaks at'}"
        )

    @property
    def decimal_sign(self) -> str:
        """The name of the cell that holds the decimal sign of the program that shows the workbook."""
        text = Formula('MID(1/(1+1)&"",1+1,1)', ".")
        return self.constant_named("sign_decimal", text, "the decimal sign of the program that shows this workbook")

    @cached_property
    def limits(self) -> dict[int, Limit]:
        """The bounds of each node that has some; the first that a case states."""
        by_index: dict[int, Limit] = {}
        for limit in self.model.facts.limits:
            by_index.setdefault(limit.index, limit)
        return by_index

    @cached_property
    def cited(self) -> dict[str, int]:
        """How many inputs, factors and figures cite each source, at first or second hand."""
        counts: dict[str, int] = {}
        citations = [self.graph.info[i].citation for i in self.needed if self.graph.op[i] == "input"]
        keys = [key for citation in citations for key in (citation.source, citation.via)]
        for key in [*keys, *(verdict.source for verdict in self.verdicts)]:
            if key:
                counts[key] = counts.get(key, 0) + 1
        return dict(sorted(counts.items()))

    @cached_property
    def source_places(self) -> dict[str, Place]:
        """Where each source is described."""
        return {key: Place("Sources", "A", row) for row, key in enumerate(self.cited, HEAD_ROW + 1)}

    def link_to_source(self, key: str, text: str) -> Link | str:
        """A text that leads to what is known of a source."""
        place = self.source_places.get(key)
        return Link(text, f"internal:{place}") if place else text

    def constant_named(self, name: str, value: float | str | Formula, note: str) -> str:
        """The name of a cell that holds a number, or a word, and says what it is for."""
        key = (name, value)
        if key not in self.constants:
            self.constants[key] = Conversion(self.names.take(defined_name(name)), "", "", value, note)
        return self.constants[key].name

    # --- lines ------------------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """The lines case by case and criterion by criterion, so that each total is the sum of one range."""
        order = {case: place for place, case in enumerate(self.cases)}
        criteria = {key: place for place, key in enumerate(self.model.criteria)}
        return sorted(self.model.lines, key=lambda line: (order[line.case], criteria[line.criterion]))

    @cached_property
    def by_total(self) -> dict[TotalKey, list[Line]]:
        """The lines of each total."""
        by_total: dict[TotalKey, list[Line]] = {}
        for line in self.lines:
            by_total.setdefault(line.total, []).append(line)
        return by_total

    def present(self, column: str, order: Iterable[str] = ()) -> list[str]:
        """What stands in a column of the lines, in an order, then as it comes."""
        names = dict.fromkeys(getattr(line, column) for line in self.lines)
        return [name for name in order if name in names] + [name for name in names if name not in order]


def _date(text: str) -> tuple[str | None, ...]:
    match = DATE.match(text)
    return match.groups() if match else (None, None, None)


def _difference(source: Unit, target: Unit) -> tuple[str, str]:
    """What differs between two units: `min/visit` and `h/visit` differ by min and h."""
    powers: dict[str, int] = {}
    for unit, sign in ((source, 1), (target, -1)):
        for name, exponent in unit.atoms:
            powers[name] = powers.get(name, 0) + sign * exponent
    sides = ([(name, n) for name, n in powers.items() if n > 0], [(name, -n) for name, n in powers.items() if n < 0])
    above, below = ("*".join(_raised(name, n) for name, n in side) or "1" for side in sides)
    return above, below


def _raised(name: str, exponent: int) -> str:
    word = name.rpartition(":")[2]
    return word if exponent == 1 else f"{word}^{exponent}"


def _places(mask: int) -> Iterator[int]:
    """The places of the bits of a mask, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
