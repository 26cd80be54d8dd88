"""Inventories of Brightway and the Activity Browser, in their Excel format, as a scenario.

An activity that no other takes is a functional unit. What it takes is followed to what has factors: activities whose
exchanges are all of criteria become factors of the study's own, as `lca export --format brightway` writes them; all
else is an item of packs by a map, or listed as not assessed. Parameters and formulas stay what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lca.importers import Given, Made
from lca.importers._databases.words import denominator, numerator, slug
from lca.measured.settings import Cited, cited, named_in
from lca.missing import unmet
from lca.model.mapping import mapping
from lca.model.terms import PHASES, STAGES, TIERS
from lca.problems import Problem, Problems, near, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Prose, Report, row
from lca.text.documents import parse
from lca.text.overlay import entries
from lca.text.source import gathered
from lca.text.writing import amount, block, dumped, overlaid, safe
from lca.wording import listed, plural, some
from lca.workbook.foreign import grid, inventories
from lca.workbook.foreign.expressions import Unsayable, formula
from lca.workbook.foreign.inventories import Inventory, Process, Row
from lca.workbook.reading.archive import PACKED

TITLE = "an inventory of Brightway or the Activity Browser (Excel) becomes a scenario; what has no factor is listed"
TAKES = {
    "of": "the activity that is the functional unit; else each that no other takes",
    "packs": "packs that have factors of its items, with commas",
    "criteria": "criteria of the study, with commas; else those of the workbook",
    "tier": "the tier of what says none: terminals, network or data centre",
    "stage": "the stage of what says none, such as manufacture or use",
    "phase": "the phase of what says none, such as inference",
}
USES = ("map",)
ORDER = 2

FIELDS = ("place", "name", "fate", "amount", "unit", "why")
FLOWS = ("emission", "natural resource", "biosphere", "inventory indicator", "economic", "social")
NOWHERE = ("", "GLO", "RoW", "World")
UNKNOWN = "{} is no criterion that scenarios name"
CRITERION = "criterion "  # how the codes of criteria begin in our own exports
SAID = re.compile(r"(?P<item>.+): (?P<tier>[^,;:]+), (?:(?P<phase>[^,;:]+), )?(?P<stage>[^,;:]+?)(?:;.*)?", re.DOTALL)
COUNTED, DIRECT = "counted", "direct"  # units of what has none of ours, and of impacts that are stated as they are
MOST_LINES, DEEPEST, MOST_ROUNDS = 20_000, 100, 200
MADE = "the activities of the workbook"  # as a text
SHOWN = 40  # rows of a report
NEGLECTED = 1e-6  # relative: how far the median of a law may be from the amount


Times = tuple[float, tuple[str, ...], float]  # a number, formulas that it is multiplied by, and what both come to


class Line(NamedTuple):
    """What a functional unit takes of an item: a number times formulas, in a unit; `value` is what that comes to."""

    case: str
    item: str
    said: Mapping[str, str]
    number: float
    terms: tuple[str, ...]
    value: float
    unit: str
    place: str
    name: str


def read(given: Given) -> Made:
    """The scenario of an inventory. Problems where it is none, or what it takes is not said."""
    if given.part:
        raise problem("an inventory is a scenario of its own", hint="take --into out, and name a file with -o")
    if len(given.files) != 1:
        raise problem("an inventory is one workbook", hint="import each by itself")
    (file,) = given.files
    inventory = inventories.read(grid.sheets(file.data(PACKED), file.name), file.name)
    source = cited(given.files, f"Brightway database {inventory.name}", "", ())
    return _Made(given, inventory, source).scenario()


class _Made:
    """A scenario on its way."""

    def __init__(self, given: Given, inventory: Inventory, source: Cited) -> None:
        self.given, self.inventory, self.source = given, inventory, source
        known = mapping(given.map) if given.map is not None else None
        self.always: dict[str, str] = dumped(entries(known.tree)["always"]) if known and known.always else {}
        self.always |= {name: _choice(given.said, name, of) for name, of in CHOICES.items() if name in given.said}
        self.more: dict[str, Any] = dumped(known.scenario) if known and known.scenario is not None else {}
        values = known.values if known is not None else None
        self.items: Mapping[str, Mapping[str, str]] = values.item if values else {}
        self.units: Mapping[str, Mapping[str, str]] = values.unit if values else {}
        self.regions: Mapping[str, Mapping[str, str]] = values.region if values else {}
        self.of_all = {each.text("name"): each for each in inventory.parameters}
        self.by_key = {_key(inventory.name, each.row.text("code")): each for each in inventory.processes}
        self.by_name: dict[str, list[Process]] = {}
        for each in inventory.processes:
            self.by_name.setdefault(each.name, []).append(each)
        self.fates: list[dict[str, Any]] = []
        self.factors: dict[str, dict[str, Any]] = {}
        self.parameters: dict[str, Any] = {}
        self.named: dict[tuple[str, str], str] = {}  # of a scope and a parameter there: the name in the scenario
        self.impacts: dict[int, dict[str, dict[str, str]]] = {}  # of activities that are factors
        self.terms: dict[str, tuple[str | None, str]] = {}  # of exchanges, by their places
        self.lines: list[Line] = []
        self.used: set[str] = set()

    # --- the whole --------------------------------------------------------------------------------------------------

    def scenario(self) -> Made:
        """All of it, and the account of its rows."""
        roots = self._roots()
        cases = dict(zip(_apart(slug(root.name) or "case" for root in roots), roots, strict=True))
        for case, root in cases.items():
            self._walk(root, case, (1.0, (), 1.0), ())
        if not self.lines:
            raise problem("its functional units take nothing", self.given.files[0].span, hint="see --set of=ACTIVITY")
        lines: dict[str, list[Line]] = {}
        for line in self.lines:
            lines.setdefault(line.case, []).append(line)
        cases_ = {case: self._case(cases[case], own) for case, own in lines.items()}
        stated = self.more.get("study")
        stated = stated.get("criteria") if isinstance(stated, dict) else None
        criteria = named_in(self.given.said, "criteria") or tuple(stated or self._criteria())
        if not criteria:
            hint = "no activity of the workbook is a criterion: --set criteria=GWP --set packs=…"
            raise problem("by which criteria?", self.given.files[0].span, hint=hint)
        packs = named_in(self.given.said, "packs")
        study = {
            "title": safe(self.inventory.name), "criteria": [*criteria], **({"packs": [*packs]} if packs else {}),
            "sources": {self.source.key: {**self.source.source}},
        }  # fmt: skip
        own = [word for word in (COUNTED, DIRECT) if any(line.unit == word for line in self.lines)]
        tree = {
            "study": study, "units": own, "parameters": self.parameters, "factors": self.factors,
            "functional_units": cases_,
        }  # fmt: skip
        tree = overlaid({key: value for key, value in tree.items() if value}, self.more)
        gaps = self._gaps(tree)
        self._idle()
        text = f"# What {safe(self.given.files[0].name)} says, as `lca import brightway` read it.\n"
        return Made(self._report(gaps, [*cases_]), text + "\n".join(block(tree)) + "\n")

    def _roots(self) -> list[Process]:
        """The functional units."""
        every = [each for each in self.inventory.processes if not _is_flow(each)]
        if "of" in self.given.said:
            wanted = self.given.said["of"]
            found = [each for each in every if wanted in (each.name, each.row.text("code"))]
            if len(found) != 1:
                names = [each.name for each in every]
                words = f"{len(found)} activities are called '{shortened(wanted)}'"
                raise Problems([Problem(words, (self.given.files[0].span,), near(wanted, names, f"{some(names, 8)}"))])
            return found
        taken = {
            id(target)
            for each in every
            for exchange in each.exchanges
            if exchange.text("type") != "production" and (target := self._target(exchange)) not in (None, each)
        }
        roots = [each for each in every if id(each) not in taken]
        if not roots:
            hint = "say which is the functional unit: --set of=ACTIVITY"
            raise problem("each activity is taken by another", self.given.files[0].span, hint=hint)
        return roots

    def _target(self, exchange: Row) -> Process | None:
        """The activity of the workbook that an exchange takes; None where it is of another database."""
        if key := exchange.text("input"):
            return self.by_key.get(key)
        if exchange.text("database") not in ("", self.inventory.name):
            return None
        found = self.by_name.get(exchange.text("name"), [])
        for name in ("reference product", "location", "unit"):
            said = exchange.text(name)
            if len(found) > 1 and said:
                found = [each for each in found if each.row.text(name) == said]
        return found[0] if len(found) == 1 else None

    # --- what is taken ------------------------------------------------------------------------------------------------

    def _walk(self, process: Process, case: str, times: Times, above: tuple[int, ...]) -> None:
        """The lines of what so much of an activity takes."""
        number, terms, of = times
        produced = self._produced(process)
        for exchange in process.exchanges:
            if exchange.text("type") == "production":
                continue
            target = self._target(exchange)
            value = exchange.number("amount")
            own, factor = self._term(exchange, process)
            if own is None and value is None:
                self._told(exchange, "left out", factor)
                continue
            if factor:
                self._told(exchange, "held at its number" if own is None else "kept in part", factor)
            known = of * (math.nan if value is None else value) / produced
            if own is not None:
                told: Times = (number / produced, (*terms, own), known)
            else:
                told = (number * (value or 0.0) / produced, terms, known)
            if target is None or _is_flow(target) or self._is_factor(target) or id(target) in above:
                if target is not None and id(target) in above:
                    self._told(exchange, "left out", "its activity takes itself: say its amount without the loop")
                    continue
                self._line(exchange, target, case, told)
            elif len(above) >= DEEPEST:
                raise problem("activities take one another too deep", self.given.files[0].span, hint="see --set of=")
            else:
                self._told(exchange, "followed", "")
                self._walk(target, case, told, (*above, id(process)))

    def _produced(self, process: Process) -> float:
        """How much an activity makes: what it takes is for so much. What that does not say of its makings is told."""
        made = [each for each in process.exchanges if each.text("type") == "production"]
        if not made:
            return 1.0
        first, *others = made
        amount_ = first.number("amount")
        if not amount_:
            words = f"{first.place}: '{shortened(process.name)}' makes {'nothing' if amount_ == 0 else 'no number'}"
            raise problem(words, self.given.files[0].span, hint="the amount of its production, such as 1")
        whys = [
            *([f"what its activity takes is for {amount_:g}, and is divided by it"] if amount_ != 1 else []),
            *(["its formula is not kept"] if first.text("formula") else []),
            *(["its law is not kept"] if first.number("uncertainty type") not in (None, 0, 1) else []),
        ]
        if whys:
            self._told(first, "held at its number" if len(whys) > (amount_ != 1) else "divided by", "; ".join(whys))
        for other in others:
            self._told(other, "left out", f"all that its activity takes is counted for {shortened(first.text('name'))}")
        return amount_

    def _is_factor(self, process: Process) -> bool:
        """Whether all that an activity takes is of criteria: it has an impact, and nothing else."""
        taken = [each for each in process.exchanges if each.text("type") != "production"]
        return bool(taken) and all(self._criterion(each) for each in taken)

    def _criterion(self, exchange: Row) -> str:
        """The criterion that an exchange counts for, as our exports have it, whether it is one of ours or not."""
        target = self._target(exchange)
        code = target.row.text("code") if target is not None and _is_flow(target) else ""
        return code.removeprefix(CRITERION) if code.startswith(CRITERION) else ""

    def _criteria(self) -> Iterator[str]:
        known = self.given.library.criteria
        codes = (each.row.text("code") for each in self.inventory.processes if _is_flow(each))
        yield from (code.removeprefix(CRITERION) for code in codes if code.removeprefix(CRITERION) in known)

    def _line(self, exchange: Row, target: Process | None, case: str, times: Times) -> None:
        if len(self.lines) >= MOST_LINES:
            raise problem(f"it takes more than {MOST_LINES:,} things", self.given.files[0].span, hint="see --set of=")
        name = exchange.text("name") or (target.name if target is not None else "")
        said = self._said(exchange, name)
        key = self._criterion(exchange)
        if key and key not in self.given.library.criteria:
            self._told(exchange, "left out", UNKNOWN.format(key))
            return
        if key:
            item, unit = f"{DIRECT} {key}", DIRECT
            space = self.given.library.criteria[key].space
            per = numerator(exchange.text("unit"), space)
            if not per:
                self._told(exchange, "left out", f"its unit is none of {key}")
                return
            self._own(item, said, {key: {"value": f"1 {per}/{DIRECT}", "basis": "derived", "note": "by definition"}})
        elif target is not None and self._is_factor(target):
            item, unit = target.name, self._unit(target.row.text("unit"))
            said |= self._placed(target.row.text("location"))
            if id(target) not in self.impacts:
                self.impacts[id(target)] = dict(self._impacts(target, unit))
            if self.impacts[id(target)]:
                self._own(item, said, self.impacts[id(target)])
        else:
            mapped = dict(self.items.get(name, {}))
            item = mapped.pop("item", "") or name
            unit = self._unit(mapped.pop("unit", "") or exchange.text("unit"))
            said |= {**self._placed(exchange.text("location")), **mapped}
        if missing := [each for each in ("tier", "stage") if each not in said]:
            hint = f"--set {missing[0]}=… holds for all that say none, or a map: always: {{tier: …, stage: …}}"
            words = f"{exchange.place}: '{shortened(name)}' is of no {listed(missing)}"
            raise problem(words, self.given.files[0].span, hint=hint)
        self.lines.append(Line(case, item, said, *times, unit, exchange.place, name))
        self._told(exchange, "activity", "")

    def _said(self, exchange: Row, name: str) -> dict[str, str]:
        """The tier, phase and stage of an exchange: by its comment, as our exports have it, else what holds for all."""
        match = SAID.fullmatch(exchange.text("comment"))
        if match and match["tier"] in TIERS and match["stage"] in STAGES and match["phase"] in (None, *PHASES):
            return {what: match[what] for what in ("tier", "phase", "stage") if match[what]}
        return {what: self.always[what] for what in ("tier", "phase", "stage", "region") if what in self.always}

    def _placed(self, location: str) -> dict[str, str]:
        if location in self.regions:
            word = self.regions[location].get("region", "")
            return {"region": word} if word else {}
        code = self.given.library.places().code(location)
        return {"region": code} if code and location not in NOWHERE else {}

    def _unit(self, said: str) -> str:
        mapped = self.units.get(said, {}).get("unit")
        unit = denominator(mapped or said)
        return str(unit) if unit is not None else COUNTED

    # --- factors ------------------------------------------------------------------------------------------------------

    def _own(self, item: str, said: Mapping[str, str], impacts: dict[str, Any]) -> None:
        """A factor of the study's own, for the stage and region of a line."""
        key = slug(", ".join((item, said.get("stage", ""), said.get("region", ""))))
        if key not in self.factors and said.get("stage"):
            place = {"region": said["region"]} if said.get("region") else {}
            self.factors[key] = {"item": item, "stage": said["stage"], **place, "impacts": {}}
        if key in self.factors:
            self.factors[key]["impacts"] |= impacts

    def _impacts(self, process: Process, per: str) -> Iterator[tuple[str, dict[str, str]]]:
        produced = self._produced(process)
        for exchange in process.exchanges:
            key = self._criterion(exchange)
            if exchange.text("type") == "production":
                continue
            if key not in self.given.library.criteria:
                self._told(exchange, "left out", UNKNOWN.format(key))
                continue
            unit = numerator(exchange.text("unit"), self.given.library.criteria[key].space)
            value = exchange.number("amount")
            term, why = self._term(exchange, process)
            if not unit or (value is None and term is None):
                self._told(exchange, "left out", why or f"its unit is none of {key}")
                continue
            if why:
                self._told(exchange, "kept in part" if term else "held at its number", why)
            scaled = f"{term} / {produced!r} * 1 [{unit}/{per}]" if term else ""
            stated = f"= {scaled}" if term else amount((value or 0.0) / produced, f"{unit}/{per}")
            self._told(exchange, "factor", "")
            yield key, {"value": stated, **self._cited(exchange)}

    # --- numbers ------------------------------------------------------------------------------------------------------

    def _term(self, exchange: Row, process: Process) -> tuple[str | None, str]:
        """What an exchange is in place of its number, None where it is that; and why a formula or law is not kept."""
        if exchange.place not in self.terms:
            self.terms[exchange.place] = self._read_term(exchange, process)
        return self.terms[exchange.place]

    def _read_term(self, exchange: Row, process: Process) -> tuple[str | None, str]:
        if text := exchange.text("formula"):
            try:
                return self._formula(text, process), _beside(exchange)
            except Unsayable as error:
                return None, str(error.args[0])
        fields, why = _law(exchange)
        if not fields:
            return None, why
        name = self._free(exchange.text("name"))
        self.parameters[name] = {**fields, **self._cited(exchange)}
        return name, why

    def _formula(self, text: str, process: Process | None, above: tuple[str, ...] = ()) -> str:
        made = formula(text, lambda word: self._name(word, process, above))
        return made if re.fullmatch(r"[\w.]+", made) else f"({made})"

    def _name(self, word: str, process: Process | None, above: tuple[str, ...]) -> str:
        """The name of a parameter in the scenario, written there. Unsayable where there is none, or it is a loop."""
        own = next((each for each in process.parameters if each.text("name") == word), None) if process else None
        found = own or self.of_all.get(word)
        if found is None:
            raise Unsayable(f"there is no parameter {word}")
        scope = process.row.place if own is not None and process is not None else ""
        if word in above or len(above) > DEEPEST:
            raise Unsayable(f"the parameter {word} is made of itself")
        if (scope, word) not in self.named:
            text = found.text("formula")
            if text:
                try:
                    inner = self._formula(text, process if own is not None else None, (*above, word))
                    stated: Any = f"= {inner}"
                    if why := _beside(found):
                        self._told(found, "kept in part", why)
                except Unsayable as error:
                    if found.number("amount") is None:
                        raise
                    self._told(found, "held at its number", str(error.args[0]))
                    stated = {"value": amount(found.number("amount") or 0.0, "1"), **self._cited(found)}
            else:
                fields, why = _law(found)
                if found.number("amount") is None:
                    raise Unsayable(f"the parameter {word} has no number")
                if why:
                    self._told(found, "kept in part" if fields else "held at its number", why)
                stated = {**(fields or {"value": amount(found.number("amount") or 0.0, "1")}), **self._cited(found)}
            self.named[scope, word] = self._free(word)
            self.parameters[self.named[scope, word]] = stated
            self._told(found, "parameter", "")
        return self.named[scope, word]

    def _free(self, word: str) -> str:
        """A name that no parameter has yet."""
        bare = re.sub(r"\W+", "_", word, flags=re.ASCII).strip("_")[:60] or "number"
        name = bare if bare[0].isalpha() else f"p_{bare}"
        made, place = name, 1
        while made in self.parameters:
            place += 1
            made = f"{name}_{place}"
        return made

    def _cited(self, told: Row | Line) -> dict[str, str]:
        """Where a number is from, and on what it rests: assumed where nobody says."""
        return {"basis": self.always.get("basis", "assumed"), "source": self.source.key, "at": told.place}

    def _case(self, root: Process, lines: list[Line]) -> dict[str, Any]:
        """A functional unit with what it takes."""
        keys = _apart(line.name for line in lines)
        activities = {key: self._activity(line) for key, line in zip(keys, lines, strict=True)}
        return {"title": safe(root.row.text("comment") or root.name), "activities": activities}

    def _activity(self, line: Line) -> dict[str, Any]:
        stated = amount(line.number, line.unit)
        if line.terms:
            stated = f"= {' * '.join((*line.terms, f'{line.number!r} [{line.unit}]'))}"
        return {"item": line.item, **line.said, "amount": {"value": stated, **self._cited(line)}}

    # --- what has no factor -----------------------------------------------------------------------------------------

    def _gaps(self, tree: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
        """What has no factor, declared in the study: the criteria by item and stage. Problems of any other kind."""
        gaps: dict[tuple[str, str], list[str]] = {}
        for _ in range(MOST_ROUNDS):
            text = "\n".join(block(tree)) + "\n"
            located = parse(text, MADE)
            starts = {
                at.key_line: tree["functional_units"][case]["activities"][key]
                for case, unit in entries(entries(located)["functional_units"]).items()
                for key, at in entries(entries(unit)["activities"]).items()
            }
            wrong = self.given.library.tried(located, MADE)
            found = False
            for told in wrong:
                line = next((span.line for span in told.spans if span.file == MADE), 0)
                before = [start for start in starts if start <= line]
                if not (criteria := unmet(told)) or not before:
                    continue
                own = starts[max(before)]
                known = gaps.setdefault((own["item"], own["stage"]), [])
                found = found or any(key not in known for key in criteria)
                known += [key for key in criteria if key not in known]
            if not found:
                if any("assesses nothing" in told.message for told in wrong):
                    hint = "say what its items are by a map, values: {item: {NAME: ITEM}}, and --set packs=…\nit takes "
                    words = "nothing that it takes has a factor"
                    raise problem(words, self.given.files[0].span, hint=hint + some((item for item, _ in gaps), 8))
                if wrong:
                    raise gathered(iter(wrong))
                return gaps
            tree["study"]["not_assessed"] = [
                {
                    "item": item,
                    "stage": stage,
                    "criterion": key,
                    "reason": "no factor in the workbook, and none by a map",
                }
                for (item, stage), keys in gaps.items()
                for key in keys
            ]
        return gaps

    # --- the account --------------------------------------------------------------------------------------------------

    def _told(self, at: Row, fate: str, why: str) -> None:
        self.used.add(at.place)
        number = at.number("amount")
        cells = (at.place, at.text("name"), fate, number, at.text("unit"), why)
        record = dict(zip(FIELDS, cells, strict=True))
        if record not in self.fates[-3:]:
            self.fates.append(record)

    def _idle(self) -> None:
        """The rows that nothing asks for."""
        for told in self.inventory.parameters:
            if told.place not in self.used:
                self._told(told, "left out", "a parameter that nothing takes")
        for each in self.inventory.processes:
            for told in (*each.parameters, *each.exchanges):
                if told.place not in self.used and told.text("type") != "production":
                    self._told(told, "left out", "no functional unit takes it")
        self.fates += [
            dict(zip(FIELDS, (place, name, "left out", None, "", why), strict=True))
            for place, name, why in self.inventory.passed
        ]

    def _report(self, gaps: Mapping[tuple[str, str], list[str]], keys: list[str]) -> Report:
        fates = {(each["place"], each["fate"]): each for each in self.fates}
        records = (*fates.values(),)
        counts: dict[str, int] = {}
        for each in records:
            counts[each["fate"]] = counts.get(each["fate"], 0) + 1
        words = ", ".join(f"{count} {fate}" for fate, count in counts.items())
        blocks: list[Any] = [
            Heading(f"{self.given.files[0].name}, database {self.inventory.name}", 1),
            Prose(f"Rows: {words}. Functional units: {some(keys, 8)}."),
        ]
        if gaps:
            lacking = tuple(
                Entry(item, (f"{listed(keys)}, {stage}: {self._rows_of(item)}",))
                for (item, stage), keys in [*gaps.items()][:SHOWN]
            )
            blocks += [Heading("Without a factor: listed as not assessed"), Entries(lacking)]
        out = [each for each in records if each["why"]]
        if out:
            heads = (Column("row"), Column("what", fold=True), Column("fate"), Column("why", fold=True))
            rows = tuple(row(e["place"], shortened(str(e["name"])), e["fate"], e["why"]) for e in out[:SHOWN])
            blocks += [Heading("Not as it stands there"), Grid(heads, rows)]
            if len(out) > SHOWN:
                blocks.append(Prose(f"{plural(len(out) - SHOWN, 'more row')}: --format csv lists them all."))
        return Report(tuple(blocks), FIELDS, records)

    def _rows_of(self, item: str) -> str:
        return some((f"{line.place} ({line.value:.4g} {line.unit})" for line in self.lines if line.item == item), 3)


CHOICES = {"tier": TIERS, "stage": STAGES, "phase": PHASES}


def _choice(said: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    if said[name] not in known:
        hint = near(said[name], known, TAKES[name])
        raise Problems([Problem(f"'{shortened(said[name])}' is no {name}", (), hint)])
    return said[name]


def _key(database: str, code: str) -> str:
    return f"{database}::{code}"


def _is_flow(process: Process) -> bool:
    """Whether an activity is an elementary flow."""
    return process.row.text("type") in FLOWS


def _apart(names: Iterable[str]) -> list[str]:
    """Names that are told apart by numbers where they are the same."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        bare = shortened(safe(name).replace('"', "'"), 150)
        seen[bare] = seen.get(bare, 0) + 1
        made.append(bare if seen[bare] == 1 else f"{bare} ({seen[bare]})")
    return made


def _beside(told: Row) -> str:
    """What is said of a law beside a formula: what is computed has none of its own."""
    return "its law is not kept beside its formula" if told.number("uncertainty type") not in (None, 0, 1) else ""


def _law(told: Row) -> tuple[dict[str, Any], str]:
    """The law of stats_arrays that a row has, as quantities have it, none of a plain number; and why it is not kept."""
    kind, value = told.number("uncertainty type"), told.number("amount")
    loc, scale, low, high = (told.number(name) for name in ("loc", "scale", "minimum", "maximum"))
    if kind in (None, 0, 1) or value is None:
        return {}, ""
    stated = {"value": amount(value, "1")}
    ends = {"low": amount(low, "1"), "high": amount(high, "1")} if low is not None and high is not None else {}
    bounds = "" if low is None and high is None else "its law goes on beyond its minimum and maximum"
    if kind == 2 and loc is not None and scale and 0 < scale < 20 and value > 0:
        if abs(loc - math.log(value)) > NEGLECTED:
            return {}, "the median of its law is not its amount"
        return {**stated, "law": {"lognormal": {"gsd": repr(math.exp(scale))}}}, bounds
    if kind in (3, 5) and loc is not None and abs(loc - value) > NEGLECTED * abs(value):
        return {}, f"the {'mean' if kind == 3 else 'mode'} of its law is not its amount"
    if kind == 3 and scale and scale > 0:
        return {**stated, "law": {"normal": {"sd": repr(scale)}}}, bounds
    if kind == 4 and ends and low < high:  # type: ignore[operator]
        return {**stated, **ends, "law": "uniform"}, ""
    if kind == 5 and ends and low <= value <= high and low < high:  # type: ignore[operator]
        return {**stated, **ends}, ""
    return {}, f"its law (uncertainty type {kind:g}) is none that scenarios have"
