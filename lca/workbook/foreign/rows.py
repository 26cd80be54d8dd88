"""What each row of a sheet is, by a map: an activity, a section, a total, or left out, and why. None is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple, NoReturn

from lca import units
from lca.model.fields import Record
from lca.model.mapping import CHOICES, NAMED, Always, Columns, Line, Meanings, SheetTotal
from lca.model.mapping import Mapping as Map
from lca.problems import Problem, Problems, near, shortened
from lca.text.overlay import entries
from lca.text.source import gathered
from lca.workbook.foreign import numbers
from lca.workbook.foreign.grid import Grid
from lca.workbook.foreign.heads import Heads, alike, alike_unit, heads_of
from lca.workbook.foreign.numbers import NOTHING, Unclear, Written
from lca.workbook.foreign.vocabulary import meaning
from lca.workbook.review.copies import Cell

ACTIVITY, TOTAL, SECTION, HEAD, SKIPPED, IDLE = "activity", "total", "section", "head", "left out", "no amount"
TOTALS = re.compile(
    r"(?:sous[ -]?)?tota(?:l|ux)\b|sub[ -]?total\b|grand total\b|sommes?\b|sum\b|summe\b|gesamt\b", re.IGNORECASE
)
NEEDED = ("item", "tier", "stage")
ROWS = re.compile(r"\s*([0-9]{1,6})\s*(?:\.\.\s*([0-9]{1,6})\s*)?")
BY = {"times": "multiplied", "over": "divided"}
PERCENT = "%"
MOST_ROWS = 8  # that a message lists


class Activity(NamedTuple):
    """An activity of a row. `said`: its item, tier and so on; numbers as scenarios write them, with their units.

    times, over: by what the amount is multiplied, a number or percents, and divided, a number or a time; else ''.
    """

    row: int
    name: str
    said: Mapping[str, str]
    amount: str
    place: str
    low: str = ""
    high: str = ""
    times: str = ""
    over: str = ""
    note: str = ""


class Fate(NamedTuple):
    """What became of a row, and why."""

    row: int
    kind: str
    words: str
    why: str = ""


class Total(NamedTuple):
    """A total that the map names: its key, what the map says of it, its value with its unit, and its place."""

    key: str
    asked: SheetTotal
    value: str
    place: str


class Understood(NamedTuple):
    """What a sheet says by a map; `remarks` are what a reader should know."""

    activities: tuple[Activity, ...]
    fates: tuple[Fate, ...]
    totals: tuple[Total, ...]
    remarks: tuple[str, ...]


def understood(grid: Grid, asked: Map) -> Understood:
    """What each row of a sheet is. Problems, all at once, where the map does not say what it means."""
    return _Reading(grid, asked).read()


class _Spec(NamedTuple):
    """One activity of each row: its columns by field, and what holds for it."""

    key: str
    columns: dict[str, int]
    note: tuple[int, ...]
    always: dict[str, str]


class _Wrong(Exception):
    """A row that cannot be read; what is wrong has been kept."""


class _Reading:
    """A sheet as it is read, row by row; what is wrong is gathered by what it says, with its rows."""

    def __init__(self, grid: Grid, asked: Map) -> None:
        self.grid, self.asked = grid, asked
        self.merged = grid.merged_into()
        self.heads: Heads = heads_of(grid, self.merged, asked)
        self.wrong: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.specs = [*self._specs()]
        self.values = {name: _by_words(name, meanings) for name, meanings in _meanings(asked)}
        self.behind: set[str] = set()  # units behind numbers and in heads
        self.of_totals: set[int] = set()  # columns
        self.used: set[str] = set()  # words of total_rows and skip that some row has
        self.like_totals: list[str] = []
        self.rows_of_totals = {self._total_row(each) for each in asked.totals.values()}
        self.section = ""
        self.above: dict[tuple[str, int], str] = {}
        self.decimal, self.inferred = self._decimal()

    def read(self) -> Understood:
        activities: list[Activity] = []
        fates = [
            Fate(row, HEAD, self._words(row), "above the rows" if row < self.heads.first else "")
            for row in self.grid.rows
            if row <= self.heads.last
        ]
        for row in self.grid.rows:
            if row > self.heads.last:
                made, fate = self._row(row)
                activities += made
                fates.append(fate)
        totals = [*self._totals()]
        if self.wrong:
            raise gathered(self._problems())
        return Understood(tuple(_apart(activities)), tuple(fates), tuple(totals), tuple(self._remarks()))

    # --- the columns ------------------------------------------------------------------------------------------------

    def _specs(self) -> Iterator[_Spec]:
        every = self.asked.lines or {"": None}
        for key, line in every.items():
            own = [record for record in (self.asked.columns, line.columns if line else None) if record is not None]
            always = [record for record in (self.asked.always, line.always if line else None) if record is not None]
            said = {
                name: getattr(record, _attribute(name))
                for record in always
                for name in Always.fields
                if record.has(name)
            }
            columns = {
                name: self.heads.column(record, name)
                for record in own
                for name in Columns.fields
                if name != "note" and record.has(name) and not self._is_always(line, record, name)
            }
            note = tuple(
                self.heads.column_called(text, entries(record.tree)["note"].span)
                for record in own
                for text in record.note
            )
            if "amount" not in columns:
                span = (own[-1].span,)
                hint = "say in which column the amount stands, as in amount: Quantity"
                raise Problems([Problem(f"no column is the amount{f' of {key}' if key else ''}", span, hint)])
            yield _Spec(key, columns, note, {k: str(v) for k, v in said.items()})

    @staticmethod
    def _is_always(line: Line | None, record: Record, name: str) -> bool:
        """Whether a line says for all of its rows what a column of the map would say, and no column of its own does."""
        always = line.always if line is not None else None
        return line is not None and always is not None and record is not line.columns and always.has(_attribute(name))

    def _decimal(self) -> tuple[str, str]:
        """The decimal sign of numbers in texts, and what to say where the map does not say it."""
        if self.asked.decimal:
            return self.asked.decimal, ""
        columns = {
            spec.columns[name] for spec in self.specs for name in ("amount", "low", "high", *BY) if name in spec.columns
        }
        texts = (
            self.grid.text(row, column)
            for row in self.grid.rows
            if row > self.heads.last
            for column in sorted(columns)
            if self._is_text(row, column)
        )
        signs = numbers.decimal_of(texts)
        if len(signs) > 1:
            both = " and ".join(f"'{shortened(text)}'" for text in signs.values())
            hint = "correct them, or say in the map which sign stands before decimals: decimal: comma"
            raise Problems(
                [
                    Problem(
                        f"some numbers have a decimal comma, and others a point: {both}",
                        (self.grid.span(self.heads.last),),
                        hint,
                    )
                ]
            )
        sign = next(iter(signs), "")
        return sign, f"numbers in text have a decimal {sign}, as '{signs[sign]}' shows" if sign else ""

    def _is_text(self, row: int, column: int) -> bool:
        cell = self.grid.cells.get((row, column))
        return cell is not None and isinstance(cell.value, str) and not cell.error

    # --- rows -------------------------------------------------------------------------------------------------------

    def _row(self, row: int) -> tuple[list[Activity], Fate]:
        words = self._words(row)
        for spec in self.specs:
            self._remember(row, spec)
        if self._is_skipped(row, ""):
            return [], Fate(row, SKIPPED, words, "as the map says")
        for text in self._beginnings(row):
            if self._is_total(row, text):
                self._look_at_total(row, text)
                return [], Fate(row, TOTAL, text)
            if self._is_skipped(row, text):
                return [], Fate(row, SKIPPED, text, "as the map says")
        if self.heads.is_again(row):
            return [], Fate(row, HEAD, words, "the head once more")
        if self.asked.sections and self._is_alone(row):
            return [], self._new_section(row, words)
        made, lacking = [], []
        for spec in self.specs:
            try:
                activity = self._activity(row, spec)
            except _Wrong:
                lacking.append("")
                continue
            made += [activity] if activity else []
        if made or lacking:
            return made, Fate(row, ACTIVITY, words)
        return [], Fate(row, IDLE, words, "no number stands in the columns of amounts")

    def _is_total(self, row: int, text: str) -> bool:
        """Whether a row is one of totals: by its words, or, where no words make one, by the totals of the map."""
        named = [word for word in self.asked.total_rows if alike(text).startswith(alike(word))]
        self.used |= {*named}
        none = self.asked.has("total_rows") and not self.asked.total_rows
        return bool(named) or (TOTALS.match(text) is not None and (not none or row in self.rows_of_totals))

    def _is_skipped(self, row: int, text: str) -> bool:
        """Whether the map leaves out a row: by its number where no text is given, else by the words of one."""
        ways = {word: ROWS.fullmatch(word) for word in self.asked.skip}
        met = [
            word
            for word, found in ways.items()
            if (int(found[1]) <= row <= int(found[2] or found[1]) if found and not text else False)
            or (text and not found and alike(text).startswith(alike(word)))
        ]
        self.used |= {*met}
        return bool(met)

    def _look_at_total(self, row: int, text: str) -> None:
        """Keep a row of totals that says all that an activity does."""
        if any(
            {"unit", "tier", "stage"} & {*spec.columns}
            and all(self.grid.text(row, at) for name, at in spec.columns.items() if name in ("amount", "unit", *NEEDED))
            for spec in self.specs
        ):
            self.like_totals.append(f"{row} '{shortened(text)}'")

    def _words(self, row: int) -> str:
        """The first words of a row."""
        known = range(1, self.grid.width + 1)
        return next((text for column in known if (text := self.grid.text(row, column))), "")

    def _beginnings(self, row: int) -> list[str]:
        """The first words of a row, and those in the columns of names, items and what stands above them."""
        named = {spec.columns[name] for spec in self.specs for name in ("name", "item", *NAMED) if name in spec.columns}
        texts = (self._words(row), *(self.grid.text(row, column) for column in sorted(named)))
        return [*dict.fromkeys(filter(None, texts))]

    def _is_alone(self, row: int) -> bool:
        filled = [column for column in range(1, self.grid.width + 1) if self.grid.text(row, column)]
        return (
            len(filled) == 1
            and self._is_text(row, filled[0])
            and filled[0] not in {s.columns["amount"] for s in self.specs}
        )

    def _new_section(self, row: int, words: str) -> Fate:
        name = self.asked.sections
        self.section = ""
        with suppress(_Wrong):
            self.section = self._meaning(name, words, row, 1).get(name, "")
        return Fate(row, SECTION, words, f"{name}: {self.section}")

    def _remember(self, row: int, spec: _Spec) -> None:
        """Keep the words that hold for the rows below, of the columns that do so."""
        for name in self.asked.down:
            column = spec.columns.get(name)
            if column and (text := self.grid.text(row, column)):
                self.above[name, column] = text

    def _activity(self, row: int, spec: _Spec) -> Activity | None:
        """The activity of a row; None where it has no amount."""
        column = spec.columns["amount"]
        written = self._number(row, column)
        if written is None:
            return None
        said = self._said(row, spec)
        unit = self._unit(row, column, written, said, spec)
        ends = {name: self._end(row, spec, name, unit) for name in ("low", "high") if name in spec.columns}
        by = {name: self._factor(row, spec, name) for name in BY if name in spec.columns}
        missing = [name for name in NEEDED if not said.get(name)]
        for name in missing:
            hint = f"name its column, or say what holds for all: always: {{{name}: …}}"
            self._keep(f"no {name} is said", hint, row, spec.columns.get(name, 1))
        if missing:
            raise _Wrong
        name = said.pop("name", "") or said["item"]
        note = "; ".join(text for place in spec.note if (text := self.grid.text(row, place)))
        note = "; ".join(filter(None, (note, spec.always.get("note", ""))))
        name = f"{name}, {spec.key}" if spec.key else name
        said.pop("unit", None)
        amount = f"{written.number} {unit}".rstrip()
        place = self.grid.place(row, column)
        return Activity(
            row,
            name,
            said,
            amount,
            place,
            ends.get("low", ""),
            ends.get("high", ""),
            by.get("times", ""),
            by.get("over", ""),
            note,
        )

    def _said(self, row: int, spec: _Spec) -> dict[str, str]:
        """What a row says of its activity: in its columns, by its section, by what its words mean, or for every row."""
        own: dict[str, str] = {}
        meant: dict[str, str] = {}
        wrong = False
        for name, column in spec.columns.items():
            text = self._text(row, column, name) if name in ("name", "item", "unit", "basis", *NAMED) else ""
            if name == "name" and text:
                own[name] = text
            elif text:
                try:
                    fields = self._meaning(name, text, row, column)
                except _Wrong:
                    wrong = True
                    continue
                own |= {name: fields[name]} if fields.get(name) else {}
                meant |= {key: value for key, value in fields.items() if key != name}
        if "name" not in own and "item" in spec.columns and (text := self._text(row, spec.columns["item"], "item")):
            own["name"] = text
        if wrong:
            raise _Wrong
        section = {self.asked.sections: self.section} if self.section else {}
        fixed = {key: value for key, value in spec.always.items() if key != "note"}
        return {**fixed, **section, **meant, **own}

    def _text(self, row: int, column: int, name: str) -> str:
        """The words of a cell: of a merged range those of its first, of a field that holds downwards the last ones."""
        position = self.merged.get((row, column), (row, column))
        return self.grid.text(*position) or (self.above.get((name, column), "") if name in self.asked.down else "")

    def _meaning(self, name: str, text: str, row: int, column: int) -> dict[str, str]:
        """What a word of the table stands for."""
        known, key = self.values.get(name, {}), _alike(name)(text)
        if key in known:
            return known[key]
        choices = CHOICES.get(name)
        if choices and text.casefold() in choices:
            return {name: text.casefold()}
        if choices:
            ways = near(text, choices, f"one of: {', '.join(choices)}")
            self._fail(
                f"'{shortened(text)}' is no {name}",
                f"{ways}\nsay what it means: values: {{{name}: {{{shortened(text)}: …}}}}",
                row,
                column,
            )
        return {name: text}

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _number(self, row: int, column: int) -> Written | None:
        """The number of a cell with the unit that stands behind it; None where the cell says nothing."""
        cell, text = self.grid.cells.get((row, column)), self.grid.text(row, column)
        if cell is None or (isinstance(cell.value, str) and text in NOTHING):
            return None
        meant = self.values.get("amount", {}).get(alike(text))
        if meant is not None:
            text = meant.get("amount", "")
            if not text:
                return None
        elif not isinstance(cell.value, str) or cell.error or cell.look == "date":
            return self._of_cell(cell, row, column)
        try:
            return numbers.written(text, self.decimal)
        except Unclear as unclear:
            message, hint = unclear.args
            return self._fail(shortened(message), hint, row, column)

    def _of_cell(self, cell: Cell, row: int, column: int) -> Written | None:
        if cell.value is None:
            self._fail(
                "a formula whose value was not saved",
                "open the sheet in Excel or LibreOffice, and save it",
                row,
                column,
            )
        if cell.error:
            self._fail(f"a formula that comes to {cell.text}", "correct it in the sheet", row, column)
        if cell.look == "date":
            self._fail(
                "a date where a number is expected",
                "did the program take 1.5 for the first of May? Type it again",
                row,
                column,
            )
        if not isinstance(cell.value, float) or isinstance(cell.value, bool):
            self._fail(f"'{cell.text}' is no number", "correct it in the sheet", row, column)
        if cell.look == "percent":
            return Written(f"{cell.value * 100:.15g}", "%")
        return Written(repr(cell.value).removesuffix(".0"), "")

    def _unit(self, row: int, column: int, written: Written, said: Mapping[str, str], spec: _Spec) -> str:
        """The unit of an amount: that of its cell, of its row, of the head, or of what its item means."""
        in_row = self._text(row, spec.columns["unit"], "unit") if "unit" in spec.columns else ""
        texts = (written.unit, in_row, self.heads.unit(column))
        self.behind |= {alike_unit(text) for text in texts}
        meant = [self._meaning("unit", text, row, column).get("unit", "") for text in texts if text]
        stated = [*filter(None, meant)]
        if len(stated) > 1 and written.unit and stated[0] != stated[1]:
            self._fail(
                f"the amount is in {stated[0]}, and its unit is said to be {stated[1]}",
                "keep one of the two",
                row,
                column,
            )
        unit = stated[0] if stated else said.get("unit", "")
        if not unit:
            hint = (
                "name the column of units, or say it for all, always: {unit: kWh}; or for an item, values: {item: "
                "{Serveur: {item: server, unit: server}}}"
            )
            self._fail("no unit is said of the amount", hint, row, column)
        return self._tested(unit, row, column)

    def _tested(self, unit: str, row: int, column: int) -> str:
        try:
            units.unit(unit, own=self._own_units)
        except units.UnitError as error:
            way = f"say what it means: values: {{unit: {{{shortened(unit)}: …}}}}"
            hint = "\n".join(filter(None, (_of_a_rate(unit) or error.hint, way)))
            self._fail(f"'{shortened(unit)}' is no unit", hint, row, column)
        return unit

    @property
    def _own_units(self) -> units.Own:
        at = self.asked.scenario
        named = entries(at).get("units") if at is not None else None
        listed = () if named is None else named.value if isinstance(named.value, list) else [named]
        return units.own_of(each.value for each in listed if isinstance(each.value, str))

    def _factor(self, row: int, spec: _Spec, name: str) -> str:
        """By what an amount is multiplied, a number or percents, or divided, a number or a time; with its unit."""
        column = spec.columns[name]
        written = self._number(row, column)
        if written is None:
            self._fail(f"nothing stands where the amount is {BY[name]}", "write the number, or 1", row, column)
        texts = [text for text in (written.unit, self.heads.unit(column)) if text]
        self.behind |= {alike_unit(text) for text in texts}
        stated = [unit for text in texts if (unit := self._unit_of_factor(row, column, text))]
        if len(set(stated)) > 1:
            self._fail(
                f"the number is in {stated[0]}, and its head says {stated[1]}", "keep one of the two", row, column
            )
        unit = stated[0] if stated else ""
        what = f"an amount is {BY[name]} by a number"
        if name == "times" and unit not in ("", PERCENT):
            hint = f"write the number alone, or percents; say that its unit means nothing: {_explained(texts[0])}"
            self._fail(f"{what} or percents, and this is in {unit}", hint, row, column)
        if name == "over" and unit and units.unit(unit).dims != units.unit("year").dims:
            hint = (
                "a share multiplies: name its column times, and not over"
                if unit == PERCENT
                else (f"write the number alone, or a time; say that its unit means nothing: {_explained(texts[0])}")
            )
            self._fail(f"{what} or a time, and this is in {unit}", hint, row, column)
        if name == "over" and float(written.number) <= 0:
            self._fail(f"an amount is divided by {written.number}", "correct it", row, column)
        return f"{written.number} {unit}".rstrip()

    def _unit_of_factor(self, row: int, column: int, text: str) -> str:
        """A unit behind a factor or in its head, by the map or else by what such words mean everywhere."""
        said = self.values.get("unit", {}).get(alike_unit(text))
        unit = said.get("unit", "") if said is not None else meaning("time", text) or text
        return self._tested(unit, row, column) if unit else ""

    def _end(self, row: int, spec: _Spec, name: str, unit: str) -> str:
        written = self._number(row, spec.columns[name])
        if written is None:
            return ""
        texts = [text for text in (written.unit, self.heads.unit(spec.columns[name])) if text]
        self.behind |= {alike_unit(text) for text in texts}
        own = [u for text in texts if (u := self._meaning("unit", text, row, spec.columns[name]).get("unit", ""))]
        stated = self._tested(own[0], row, spec.columns[name]) if own else unit
        return f"{written.number} {stated}"

    # --- totals -----------------------------------------------------------------------------------------------------

    def _totals(self) -> Iterator[Total]:
        for key, asked in self.asked.totals.items():
            try:
                column = self.heads.column(asked, "column")
                self.of_totals.add(column)
                row = self._total_row(asked)
                written = self._number(row, column)
                if written is None:
                    self._fail(f"the total {key} is empty", "is it in another column?", row, column)
                texts = [asked.unit, written.unit, self.heads.unit(column)]
                unit = next((self._meaning("unit", text, row, column).get("unit", "") for text in texts if text), "")
            except _Wrong:
                continue
            yield Total(key, asked, f"{_rounded(written.number)} {unit}".rstrip(), self.grid.place(row, column))

    def _total_row(self, asked: SheetTotal) -> int:
        wanted, below = asked.row, [row for row in self.grid.rows if row > self.heads.last]
        if wanted.isdecimal() and int(wanted) in below:
            return int(wanted)
        words = {row: [*map(alike, self._beginnings(row))] for row in below}
        exact = [row for row, texts in words.items() if alike(wanted) in texts]
        found = exact or [row for row, texts in words.items() if any(t.startswith(alike(wanted)) for t in texts)]
        if len(found) != 1:
            which = f"{len(found)} rows begin" if found else "no row begins"
            known = [text for row in below for text in self._beginnings(row) if TOTALS.match(text)]
            hint = (
                f"give the number of the row: {_listed(found)}"
                if found
                else near(wanted, known, f"rows of totals: {', '.join(known)}")
            )
            raise Problems([Problem(f"{which} with '{shortened(wanted)}'", (entries(asked.tree)["row"].span,), hint)])
        return found[0]

    # --- what is wrong ----------------------------------------------------------------------------------------------

    def _keep(self, message: str, hint: str, row: int, column: int) -> None:
        self.wrong.setdefault((message, hint), []).append((row, column))

    def _fail(self, message: str, hint: str, row: int, column: int) -> NoReturn:
        self._keep(message, hint, row, column)
        raise _Wrong

    def _problems(self) -> Iterator[Problem]:
        for (message, hint), places in self.wrong.items():
            row, column = places[0]
            rows = sorted({each for each, _ in places})
            where = self.grid.place(row, column) + (
                f", and in all in {len(rows)} rows: {_listed(rows)}" if len(rows) > 1 else ""
            )
            yield Problem(f"{where}: {message}", (self.grid.span(row, column),), hint)

    def _remarks(self) -> Iterator[str]:
        yield from self.grid.remarks
        if self.inferred:
            yield self.inferred
        if self.like_totals:
            listed = "; ".join(self.like_totals[:MOST_ROWS])
            said = f"taken as totals, and they say all that an activity does: {listed}"
            yield f"{said}; total_rows: [] makes them activities"
        for key in ("total_rows", "skip"):
            if idle := [word for word in getattr(self.asked, key) if word not in self.used]:
                yield f"{key} of the map: no row begins with {', '.join(idle)}"
        hidden = [row for row in self.grid.rows if row in self.grid.hidden and row > self.heads.last]
        if hidden:
            yield f"hidden rows are read as all others: {_listed(hidden)}"
        named = {place for spec in self.specs for place in (*spec.columns.values(), *spec.note)} | self.of_totals
        others = [title for column, title in self.heads.titles.items() if title and column not in named]
        if others:
            yield f"columns that the map does not name: {'; '.join(others)}"
        texts = {self.grid.text(*position) for position in self.grid.cells}
        for name, known in self.values.items():
            written = {*map(_alike(name), texts)} | (self.behind if name == "unit" else set())
            if idle := [word for word in known if word not in written]:
                yield f"the map explains words that the sheet does not have, under values.{name}: {', '.join(idle)}"


def _attribute(name: str) -> str:
    return "name_" if name == "name" else name


def _meanings(asked: Map) -> Iterator[tuple[str, Meanings]]:
    for name in asked.values.fields if asked.values is not None else ():
        yield name, getattr(asked.values, name)


def _alike(name: str) -> Callable[[str], str]:
    """How words of a field are compared."""
    return alike_unit if name == "unit" else alike


def _by_words(name: str, meanings: Meanings) -> dict[str, dict[str, str]]:
    return {_alike(name)(word): dict(said) for word, said in meanings.items()}


def _of_a_rate(unit: str) -> str:
    """The way out of an amount of a time, as kWh/an: what it is of one year, where the study is of one.

    >>> _of_a_rate("kWh/an"), _of_a_rate("kWh/jour"), _of_a_rate("kWh")
    ('of a study of a year it is kWh', 'of a study of a year it is 365 times as many kWh: multiply in the sheet', '')
    """
    amount, sign, word = unit.rpartition("/")
    time = meaning("time", word) if sign else None
    if time is None:
        return ""
    times = units.scale(units.unit("year"), units.unit(time))
    much = f"{times:.6g} times as many " if times and times != 1 else ""
    return f"of a study of a year it is {much}{amount.strip()}{': multiply in the sheet' if much else ''}"


def _explained(unit: str) -> str:
    """How a map says that the word of a unit means nothing."""
    return f"values: {{unit: {{{shortened(unit)}: ''}}}}"


def _rounded(number: str) -> str:
    """A total without what binary sums leave at its end."""
    return f"{float(number):.12g}"


def _apart(activities: list[Activity]) -> Iterator[Activity]:
    """The activities, each under a name of its own."""
    taken: set[str] = set()
    for activity in activities:
        name = activity.name
        if name in taken:
            name = f"{name} (row {activity.row})"
        number = 2
        while name in taken:
            name, number = f"{activity.name} (row {activity.row}, {number})", number + 1
        taken.add(name)
        yield activity._replace(name=name)


def _listed(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:MOST_ROWS]))
    return f"{shown}, …" if len(rows) > MOST_ROWS else shown
