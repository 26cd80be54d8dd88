"""One request to a model: the scenario that asks a method of it, and its figures as a function of its numbers.

`request` is `lca.request`. A method that can be asked says so (`request` in its file). What it takes and packs do not
look up is a number or a word of the request; the scenario is written from these, compiled once, and kept.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lca import units
from lca.disk.workspace import Library, Run
from lca.graph import Graph
from lca.model.catalogue import APART, Entry, near_models, of_several
from lca.model.methods import whole
from lca.model.packs import Factors
from lca.model.regions import called
from lca.problems import Problem, Problems, near, shortened
from lca.questions.answer import About, Answer, Answers, reasons, together
from lca.questions.boundary import gaps
from lca.questions.cautions import cautions
from lca.questions.function import LARGEST, Bound, Function
from lca.scenario import scenario
from lca.text import documents
from lca.text.documents import Located
from lca.text.overlay import entries, items
from lca.wording import between, quantity, some

CLASSES = ("input_tokens", "cache_write_tokens", "cache_read_tokens", "reasoning_tokens", "output_tokens")
NUMBERS = (*CLASSES, "latency")
UNITS = {name: "s" if name == "latency" else "token" for name in NUMBERS}
CRITERIA = ("FE", "GWP", "ADPe", "PE", "WC")
ELECTRICITY, DEFAULT, BLOCK = "electricity", "default", "inference"
PLAIN = re.compile(r"[A-Za-z][\w./-]*")  # words that YAML takes as they are
CONFIGURATION = "configuration"
SAID = {  # what a request says of itself, and no take states
    "model": "the model that is asked for",
    "provider": "who serves the model, as packs have it",
    "zone": "the region",
}
OF_MODEL = ("model", CONFIGURATION)  # what names a model, or one that was measured
NO_FIGURES = "no figures of the model"
MOST_LISTED = 12
MOST_KEPT = 4_096  # requests that differ in more than their numbers

Numbers = Mapping[str, Any]


class Form(NamedTuple):
    """A method that can be asked of a request: its file with what it extends, and the packs that it needs."""

    key: str
    tree: Located
    factors: Factors
    apart: str
    not_of: tuple[str, ...]

    @property
    def takes(self) -> Mapping[str, Located]:
        return entries(entries(self.tree).get("takes"))

    def says(self, take: str, key: str) -> str:
        at = entries(self.takes[take]).get(key) if take in self.takes else None
        return at.value if at is not None and isinstance(at.value, str) else ""

    def is_words(self, take: str) -> bool:
        return self.says(take, "words") == "true"

    def unit(self, take: str) -> str:
        """The unit of a number that it takes, for a request where it is for a unit of the work."""
        unit = self.says(take, "unit") or "1"
        return f"{unit}/request" if self.says(take, "per_work") == "true" else unit


class Question(NamedTuple):
    """A request as it is put to a method, but for its numbers: which of them there are, and its words."""

    method: str
    model: str
    region: str
    numbers: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


class Compiled(NamedTuple):
    """A question compiled: a graph, its figures in the order of the criteria, and the leaves of its numbers."""

    graph: Graph
    roots: tuple[int, ...]
    leaves: tuple[int, ...]
    about: About


class Priced(NamedTuple):
    """A question compiled: its figures as a function of its numbers, in the order of the question.

    abouts: what is to be known of them, by what was stated and the method does not take.
    """

    function: Function
    abouts: dict[tuple[str, ...], About]
    bounds: tuple[Bound, ...]


@dataclass(slots=True)
class Put:
    """A request as it is put to methods, each with what it does not take; those that answer by name alone, or not.

    about: what is to be known of the figures of all of them, once there have been some.
    """

    each: Mapping[str, tuple[Question, tuple[str, ...]]]
    apart: Mapping[str, str]
    unfit: Mapping[str, str]
    about: About | None = None


class Requests:
    """What packs can answer of requests to models."""

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self.library = Library(folders)
        self._forms: dict[str, Form] = {}
        self._every: dict[str, Form] | None = None
        self._known: dict[Question, Priced] = {}
        self._put: dict[tuple[Any, ...], Put] = {}
        self._refused: dict[tuple[Any, ...], tuple[Problem, ...]] = {}
        self._applying: dict[Any, tuple[dict[str, Form], dict[str, str]]] = {}

    # --- methods ------------------------------------------------------------------------------------------------------

    def form(self, key: str) -> Form:
        """A method by its key. Problems where there is none, or it is of no request."""
        if key not in self._forms:
            folder = next((f for f in self.library.names().values() if _is_method(f, key)), None)
            tree = None if folder is None else self.library.pack(folder.name).formulas.get(key)
            if tree is None or folder is None or "request" not in entries(tree):
                every = self.forms()
                hint = near(key, every, f"methods of a request: {', '.join(every)}")
                what = "no method" if tree is None else "not a method of a request:"
                raise Problems([Problem(f"{what} '{shortened(key)}'", (), hint)])
            asked = entries(entries(tree)["request"])
            own = [name for name, place in self.library.names().items() if self._is_own(place)]
            names = [*own, folder.name, *(str(at.value) for at in items(asked.get("packs")))]
            factors = Factors(map(self.library.pack, dict.fromkeys(names)), self.library.criteria, self.library.sources)
            apart = asked["apart"].value if "apart" in asked else ""
            not_of = tuple(str(at.value) for at in items(asked.get("not_of")))
            for name, unit in UNITS.items():
                take = entries(entries(tree).get("takes")).get(name)
                said = entries(take).get("unit") if take is not None else None
                if take is not None and (said is None or said.value != unit):
                    hint = f"of a request it is in {unit}: give what the method takes another name"
                    raise Problems([Problem(f"{key} takes {name} in another unit", (take.span,), hint)])
            self._forms[key] = Form(key, whole(tree, factors.method), factors, str(apart), not_of)
        return self._forms[key]

    def _is_own(self, place: Path) -> bool:
        """Whether a pack is of a folder of the user's: it stands before what a method comes with."""
        return any(place == folder or folder in place.parents for folder in self.library.own)

    def forms(self) -> dict[str, Form]:
        """Every method that can be asked; looked for once."""
        if self._every is None:
            made: dict[str, Form] = {}
            for folder in self.library.names().values():
                for file in sorted(folder.glob("*.yaml")):
                    tree = self.library.pack(folder.name).formulas.get(file.stem)
                    if tree is not None and "request" in entries(tree):
                        made.setdefault(file.stem, self.form(file.stem))
            self._every = made
        return self._every

    def check(self, method: str | None, region: str | None, takes: Iterable[str]) -> None:
        """Problems where no request could be answered by a method, in a region, with what is taken besides."""
        forms = list(self.forms().values()) if method is None else [self.form(method)]
        for name in takes:
            if name in NUMBERS or name in SAID:
                raise Problems([Problem(f"{name} is of each request", (), "take it out: it is what an answer says")])
            known = dict.fromkeys(take for form in forms for take in form.takes)
            if name not in known:
                listed = f"methods take {some(known, MOST_LISTED)}"
                raise Problems([Problem(f"no method takes '{shortened(name)}'", (), near(name, known, listed))])
        if region and not any(self._has_electricity(form, region) for form in forms):
            raise _no_electricity(f"no pack has electricity of '{shortened(region)}'", region, forms)

    def models(self) -> dict[str, list[Entry]]:
        """The models that packs know, each as all of them have it."""
        made: dict[str, list[Entry]] = {}
        every = (entry for form in self.forms().values() for entry in form.factors.catalogue.every)
        for entry in every:
            known = made.setdefault(entry.item, [])
            known += [entry] if entry not in known else []
        return made

    def applying(self, model: str, stated: Iterable[str]) -> tuple[dict[str, Form], dict[str, str]]:
        """The methods that can answer of a model, given what is stated, and why the others cannot."""
        stated = frozenset(stated)
        if (model, stated) not in self._applying:
            fit: dict[str, Form] = {}
            unfit: dict[str, str] = {}
            for key, form in self.forms().items():
                why = next(self._lacks(form, model, stated), "")
                if why:
                    unfit[key] = why
                else:
                    fit[key] = form
            self._applying[model, stated] = fit, unfit
        return self._applying[model, stated]

    def _lacks(self, form: Form, model: str, stated: frozenset[str]) -> Iterator[str]:
        """What keeps a method from answering of a model."""
        if "model" in form.takes and not form.factors.called(model):
            yield NO_FIGURES
        if strange := next((name for name in stated if name not in (*NUMBERS, "region", *form.takes)), ""):
            yield f"it takes no {strange}"
        entry = self.entry(form, model)
        if entry is not None and entry.architecture in form.not_of:
            yield f"it is not of {entry.architecture}"
        for take in sorted(form.takes, key=lambda take: not form.says(take, "of")):
            has_default = "default" in entries(form.takes[take])
            if take in stated or take in SAID or has_default or form.says(take, "optional") == "true":
                continue
            parameter, of = form.says(take, "parameter"), form.says(take, "of")
            if of and of not in stated:
                if not any(form.factors.parameter(item, parameter) for item in self._items(form, model, of)):
                    yield NO_FIGURES if of in OF_MODEL else f"its packs have no {parameter} of the {of}"
            elif not of:
                yield f"it takes {take}: {form.says(take, 'text')}"
        if stated.isdisjoint(CLASSES) and not form.takes.keys().isdisjoint(CLASSES):
            yield "no tokens are stated"
        if "region" not in stated and not self._default_region(form, model):
            yield "no pack of it says where the model is served: state a region"

    def _items(self, form: Form, model: str, of: str) -> list[str]:
        """What packs may call the thing that words of a method name, before anybody states them."""
        words = {**self._places(form, Question(form.key, next(iter(form.factors.called(model)), model), "", (), ()))}
        default = form.says(of, "default")
        return form.factors.called(words.get(of) or (model if of in OF_MODEL else default))

    # --- models -------------------------------------------------------------------------------------------------------

    def model(self, name: str, forms: Iterable[Form]) -> str:
        """The key of a model by its name. Problems where nothing, or several things, are called so."""
        opened = [*forms]
        found = dict.fromkeys(key for form in opened for key in form.factors.called(name))
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Problems([of_several(name, found)])
        hint = near_models(name, dict.fromkeys(known for form in opened for known in form.factors.catalogue.names))
        raise Problems([Problem(f"no model '{shortened(name)}'", (), hint)])

    def _model_of(self, form: Form, name: str) -> str:
        """The key of a model that a method knows. Problems where it does not, with those that do."""
        if form.factors.called(name):
            return self.model(name, [form])
        named = self.model(name, self.forms().values())
        others = [key for key, other in self.forms().items() if other.factors.called(named)]
        raise Problems([Problem(f"{form.key} has no figures of {shortened(named)}", (), f"by {' or '.join(others)}")])

    @staticmethod
    def _has_electricity(form: Form, region: str) -> bool:
        return any(form.factors.rows(ELECTRICITY, key, region) for key in form.factors.criteria_of(ELECTRICITY))

    def entry(self, form: Form, model: str) -> Entry | None:
        """What the packs of a method say of a model, or of the one that a configuration is of."""
        found = form.factors.catalogue.entries
        return found.get(model) or found.get(model.partition(APART)[0])

    # --- the scenario -------------------------------------------------------------------------------------------------

    def text(self, asked: Question, numbers: Numbers) -> str:
        """The scenario of a question, as YAML."""
        form = self.form(asked.method)
        criteria = self.criteria(form)
        titled = f"One request to {asked.model} by {asked.method}"
        lines = [
            "study:",
            f"  title: {_scalar(titled)}",
            f"  criteria: [{', '.join(criteria)}]",
            f"  packs: [{', '.join(map(_scalar, form.factors.packs))}]",
            "functional_units:",
            "  request: {title: one request, demand: {requests: 1 request}}",
            "sites:",
            f"  dc: {{{', '.join(self._site(form, asked))}}}",
            f"{BLOCK}:",
            "  site: dc",
            f"  method: {_scalar(asked.method)}",
        ]
        words = {"model": asked.model, **self._places(form, asked), **dict(asked.words)}
        lines += [f"  {take}: {_scalar(word)}" for take, word in words.items() if take in form.takes]
        known = (take for take in asked.numbers if numbers[take] != math.inf)
        lines += [f"  {take}: {_quantity(numbers[take], form.unit(take))}" for take in known]
        return "\n".join(lines) + "\n"

    def _site(self, form: Form, asked: Question) -> Iterator[str]:
        provider = self._places(form, asked)["provider"]
        if any(form.factors.parameter(provider, name) for name in ("pue", "wue")):
            yield f"provider: {_scalar(provider)}"
        yield f"region: {_scalar(asked.region)}" if asked.region else f"zone: {DEFAULT}"

    def _default_region(self, form: Form, model: str) -> str:
        entry = self.entry(form, model)
        return form.factors.zones(entry.provider).get(DEFAULT, ("", ""))[0] if entry is not None else ""

    def _places(self, form: Form, asked: Question) -> dict[str, str]:
        """The words that say who serves the model, and where."""
        entry = self.entry(form, asked.model)
        return {
            "provider": entry.provider if entry is not None else "",
            "zone": called(asked.region or self._default_region(form, asked.model))[0],
        }

    def criteria(self, form: Form) -> list[str]:
        """The criteria by which the packs of a method have electricity, and those that count it."""
        counted = {key for key in CRITERIA if self.library.criteria[key].counts == ELECTRICITY}
        return [
            key
            for key in CRITERIA
            if key in self.library.criteria
            and (key in counted or not form.factors.places_with(ELECTRICITY) or form.factors.regions(ELECTRICITY, key))
        ]

    # --- figures ------------------------------------------------------------------------------------------------------

    def priced(self, asked: Question, numbers: Numbers) -> Priced:
        """A question as a function of its numbers. Problems where something is wrong with it."""
        made = self.compiled(asked, numbers)
        bounds = tuple(self._bounds(self.form(asked.method), name) for name in asked.numbers)
        return Priced(Function(made.graph, made.roots, made.leaves), {(): made.about}, bounds)

    def compiled(self, asked: Question, numbers: Numbers) -> Compiled:
        """A question compiled. Problems where something is wrong with it."""
        form = self.form(asked.method)
        text = self.text(asked, {name: _sample(numbers[name]) for name in asked.numbers})
        run = Run(scenario(documents.parse(text, "request.yaml"), "request.yaml"), (), self.library)
        model = run.model(run.scenario.cases((), (None,)))
        graph = model.graph
        by_path = {leaf.path: index for index, leaf in graph.inputs()}
        leaves = tuple(by_path[f"{BLOCK}.{name}"] for name in asked.numbers)
        criteria = {key.criterion: index for key, index in model.totals.items()}
        region = asked.region or self._default_region(form, asked.model)
        title = entries(form.tree)["title"].value
        about = About(
            asked.method,
            str(title),
            asked.model,
            region,
            {key: self.library.criteria[key].space.unit for key in criteria},
            tuple(key for key in CRITERIA if key not in criteria),
            tuple(self._said(form, asked)),
            (),
            _unless_stated(form, asked),
            tuple(f"{gap.what}: {gap.reason}" for gap in gaps(model) if not gap.criteria),
            tuple(cautions(model)),
        )
        return Compiled(graph, tuple(criteria.values()), leaves, about)

    def _bounds(self, form: Form, take: str) -> Bound:
        """Between what a number has to be; what may be left out may be endless, as an unknown latency is."""
        above, optional = form.says(take, "above"), form.says(take, "optional") == "true"
        least = float(above or form.says(take, "low") or "-inf")
        return Bound(least, not above, float(form.says(take, "high") or LARGEST), optional)

    def _said(self, form: Form, asked: Question) -> Iterator[str]:
        """What the packs of a method say of a model, but for what is stated."""
        entry, words = self.entry(form, asked.model), dict(asked.words)
        if entry is not None:
            yield ", ".join(
                filter(None, (entry.architecture, entry.released, f"{entry.at} ({entry.pack})", entry.note))
            )
        named = form.factors.called(words[CONFIGURATION])[0] if CONFIGURATION in words else asked.model
        for take in form.takes:
            of, parameter = form.says(take, "of"), form.says(take, "parameter")
            stated = take in asked.numbers or take in words
            rows = form.factors.parameter(named, parameter) if parameter and of in OF_MODEL and not stated else []
            for row in rows:
                ends = between(float(row["low"]), float(row["high"])) if row["low"] and row["high"] else ""
                span = f" ({ends})" if ends else ""
                note = f"; {row['note']}" if row["note"] else ""
                yield f"{take} {quantity(float(row['value']), row['unit'])}{span}: {row['at']}{note}"

    def request(self, model: str, region: str, method: str | None, given: Numbers) -> Answer:
        """The figures of a request by a method, or by all that can answer. Problems where it cannot be answered."""
        key = (model, region, method, *given, *map(type, given.values()))
        for name, words in (("model", model), ("region", region), ("method", method or "")):
            if words.__class__ is not str:
                raise Problems([Problem(f"{name} is {words!r}", (), "name it by a text")])
        known = self._put.get(key)
        if known is None:
            if any(isinstance(each, str) for each in given.values()):
                known, given = self._asked(model, region, method, given), stated(given)
            else:
                known = self._put[key] = self._remembered(key, model, region, method, given)
        each = {own: self.answer(asked, given, left) for own, (asked, left) in known.each.items()}
        if method is not None:
            return each[method]
        if known.about is None:
            known.about = together(answer.about for answer in each.values())
        return Answers(each, known.apart, known.unfit, known.about)

    def _remembered(self, key: tuple[Any, ...], model: str, region: str, method: str | None, given: Numbers) -> Put:
        """As `_asked`; what cannot be asked is refused at once the next time: to look for near names takes long."""
        if key in self._refused:
            raise Problems(self._refused[key])
        try:
            return self._asked(model, region, method, given)
        except Problems as raised:
            if len(self._refused) > MOST_KEPT:
                self._refused.clear()
            self._refused[key] = raised.problems
            raise

    def _asked(self, model: str, region: str, method: str | None, given: Numbers) -> Put:
        if method is None:
            return self._several(model, region, given)
        return Put({method: self.question(self.form(method), model, region, given)}, {}, {})

    def _several(self, model: str, region: str, given: Numbers) -> Put:
        """A request that names no method, as it is put to all that can answer of it."""
        named = self.model(model, self.forms().values())
        fit, unfit = self.applying(named, _stated(region, given))
        apart = {key: form.apart for key, form in fit.items() if form.apart}
        if not fit:
            notes = [entry.note for entry in self.models().get(named, []) if entry.note]
            hint = "; ".join([*dict.fromkeys(notes), *reasons(unfit)])
            raise Problems([Problem(f"no method answers of {shortened(named)}", (), hint)])
        if not fit.keys() - apart:
            hint = f"name one: --method {' or '.join(apart)}"
            raise Problems(
                [Problem(f"the methods that answer of {shortened(named)} do so by their names alone", (), hint)]
            )
        each = {key: self.question(form, named, region, given) for key, form in fit.items() if key not in apart}
        return Put(each, apart, unfit)

    def yaml(self, model: str, region: str, method: str | None, given: Numbers) -> str:
        """The scenario of a request. Problems where several methods answer, and none is named."""
        if method is None:
            fit, _ = self.applying(self.model(model, self.forms().values()), _stated(region, given))
            keys = [key for key, form in fit.items() if not form.apart]
            if len(keys) != 1:
                hint = f"name one: --method {' or '.join(keys or fit) or 'KEY'}"
                raise Problems([Problem(f"a scenario is by one method, and {len(keys)} answer", (), hint)])
            method = keys[0]
        given = stated(given)
        asked, left = self.question(self.form(method), model, region, given)
        self.answer(asked, given, left)
        return self.text(asked, given)

    def question(self, form: Form, model: str, region: str, given: Numbers) -> tuple[Question, tuple[str, ...]]:
        """A request as it is put to a method, and what is stated and not taken. Problems where that is no class."""
        named = self._model_of(form, model)
        if region and form.factors.places_with(ELECTRICITY) and not self._has_electricity(form, region):
            message = f"no electricity of '{shortened(region)}' in the packs of {form.key}"
            raise _no_electricity(message, region, [form])
        own = next((name for name in given if name in SAID), None)
        if own is not None:
            raise Problems([Problem(f"{own} is not stated so", (), f"it is {SAID[own]}")])
        wrong = next((name for name in given if name not in form.takes and name not in NUMBERS), None)
        if wrong is not None:
            hint = near(wrong, form.takes, f"it takes {', '.join(form.takes)}")
            raise Problems([Problem(f"{form.key} takes no '{shortened(wrong)}'", (), hint)])
        configured = given.get(CONFIGURATION)
        if isinstance(configured, str) and named not in {
            each.partition(APART)[0] for each in form.factors.called(configured)
        }:
            hint = f"one of {shortened(named)}; `lca factors {named}` lists them"
            raise Problems([Problem(f"'{shortened(configured)}' is no configuration of the model", (), hint)])
        lacks = next(self._lacks(form, named, _stated(region, given)), "")
        if lacks:
            raise Problems(
                [Problem(f"{form.key} does not answer of {shortened(named)}: {lacks}", (), "name another method")]
            )
        words = tuple((name, each) for name, each in given.items() if name not in NUMBERS and isinstance(each, str))
        texts = dict(words)
        numbers = tuple(name for name in given if name in form.takes and name not in texts)
        left = tuple(name for name in given if name not in form.takes)
        return Question(form.key, named, region, numbers, words), left

    def answer(self, asked: Question, numbers: Numbers, left: tuple[str, ...]) -> Answer:
        """The figures of a question. Problems where it, or a number of it, cannot be."""
        priced = self._known.get(asked)
        if priced is None:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            priced = self._known[asked] = self.priced(asked, numbers)
        about = priced.abouts.get(left)
        if about is None:
            about = priced.abouts[left] = priced.abouts[()]._replace(not_counted=left)
        given = [numbers[name] for name in asked.numbers]
        for each, (least, may, most, _) in zip(given, priced.bounds, strict=True):
            kind = each.__class__
            if (kind is not int and kind is not float) or not least <= each <= most or (each == least and not may):
                return Answer(about, priced.function.checked(asked.numbers, given, priced.bounds))
        values = priced.function(*given)
        if (total := sum(values)) - total != 0:
            raise Problems([Problem("the figures are not finite", (), "smaller numbers have figures")])
        return Answer(about, values)


def _no_electricity(message: str, region: str, forms: Iterable[Form]) -> Problems:
    """What to say of a region that no pack of some methods has electricity of."""
    known = dict.fromkeys(place for form in forms for place in form.factors.places_with(ELECTRICITY))
    return Problems([Problem(message, (), near(region, known, f"regions: {some(known, MOST_LISTED)}"))])


def _unless_stated(form: Form, asked: Question) -> tuple[str, ...]:
    """The numbers that a method takes where nobody states them, as they are written."""
    given = {*asked.numbers, *dict(asked.words), *CLASSES[1:]}
    defaults = {name: entries(take).get("default") for name, take in form.takes.items() if name not in given}
    plain = {name: at for name, at in defaults.items() if at is not None and not form.is_words(name)}
    return tuple(f"{name} {text}" for name, at in plain.items() if (text := _written(at)) and not text.startswith("="))


def _written(at: Located) -> str:
    """A quantity and its range, as they are written."""
    said = {key: child.value for key, child in entries(at).items() if isinstance(child.value, str)}
    ends = f" ({said['low']} to {said['high']})" if {"low", "high"} <= said.keys() else ""
    text = said.get("value", at.value if isinstance(at.value, str) else "")
    return f"{text}{ends}" if text else ""


def _stated(region: str, given: Numbers) -> frozenset[str]:
    """What a request states, by name."""
    return frozenset((*given, "region") if region else given)


def stated(given: Numbers) -> dict[str, Any]:
    """Numbers as they are, and tokens and times that are written with a unit in tokens and seconds."""
    return {
        name: _read(name, each) if name in NUMBERS and isinstance(each, str) else each for name, each in given.items()
    }


def _read(name: str, text: str) -> float:
    unit = UNITS[name]
    try:
        value, own = units.quantity(text)
        factor = 1.0 if own is units.ONE else units.scale(own, units.unit(unit))
    except units.UnitError as error:
        raise Problems([Problem(f"{name}: {error.message}", (), error.hint)]) from None
    if factor is None:
        raise Problems([Problem(f"{name} is no {shortened(text)}", (), f"a number, or a quantity in {unit}")])
    return value * factor


def _sample(number: Any) -> float:
    """A number of what is asked for, to compile with."""
    try:
        found = float(number if isinstance(number, int | float) else next(iter(getattr(number, "flat", number))))
    except (TypeError, ValueError, OverflowError, StopIteration):
        found = 1.0
    return found if math.isfinite(found) and found > 0 else 1.0


def _quantity(number: Any, unit: str) -> str:
    text = repr(float(number)).removesuffix(".0")
    return text if unit == "1" else f"{text} {unit}"


def _scalar(word: str) -> str:
    """Words as YAML reads them."""
    is_plain = PLAIN.fullmatch(word) and word.casefold() not in (
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
    )
    return word if is_plain else json.dumps(word, ensure_ascii=False)


def _is_method(folder: Path, key: str) -> bool:
    return key == Path(key).name and len(key) < 100 and (folder / f"{key}.yaml").is_file()


# --- what is asked ----------------------------------------------------------------------------------------------------


_OPENED: dict[tuple[str, ...], Requests] = {}


def opened(folders: Iterable[str | Path] = ()) -> Requests:
    """The requests that packs can answer, opened once for a set of folders."""
    folders = [folders] if isinstance(folders, str | Path) else [*folders]
    key = tuple(str(Path(folder).resolve()) for folder in folders)
    if key not in _OPENED:
        _OPENED[key] = Requests(folders)
    return _OPENED[key]


def request(
    model: str,
    output_tokens: Any = None,
    *,
    region: str | None = None,
    method: str | None = None,
    packs: Iterable[str | Path] = (),
    **given: Any,
) -> Answer:
    """The impacts of one request to a model; `given`: all else that is stated of it, and see `lca.request`."""
    every = {"output_tokens": output_tokens, **given}
    known = {name: each for name, each in every.items() if each is not None}
    asked = opened(packs) if packs else _shipped()
    return asked.request(model, region or "", method, known)


def _shipped() -> Requests:
    return _OPENED.get(()) or opened()
