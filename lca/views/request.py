"""One request to a model for readers: its impacts, by one method or by several side by side, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lca.model.catalogue import Entry as Known
from lca.model.criteria import Criterion
from lca.questions.answer import COLUMNS, About, Answer, Answers, Figure, reasons
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.wording import NONE, figure, number

KNOWN = ("model", "provider", "architecture", "released", "aliases", "pack", "at", "note")
OVERALL = "all of them"
NO_VALUE = "Methods that disagree have no figure in common: the range is over all of them."


def report(answer: Answer, numbers: Mapping[str, float | str], criteria: Mapping[str, Criterion]) -> Report:
    """The figures of a request, and under them what they rest on."""
    blocks: list[Block] = [Heading(_title(answer, numbers), 1), _table(answer, criteria)]
    if len(answer.methods) > 1:
        blocks.append(Prose(NO_VALUE, "faint"))
    blocks.append(Entries(tuple(_grounds(answer, criteria))))
    return Report(tuple(blocks), COLUMNS, tuple(answer.records()))


def _title(answer: Answer, numbers: Mapping[str, float | str]) -> str:
    said = ", ".join(_stated(name, each) for name, each in numbers.items())
    return f"One request to {answer.model}{f': {said}' if said else ''}"


def _stated(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return f"{name} {value}"
    if name == "latency":
        return f"in {number(value)} s"
    return f"{number(value)} {name.replace('_', ' ')}" if name.endswith("tokens") else f"{name} {number(value)}"


def _table(answer: Answer, criteria: Mapping[str, Criterion]) -> Grid:
    """A row a criterion; of several methods, a row each below it."""
    heads = (Column(), Column(), *(Column(head, right=True) for head in ("as stated", "low", "high")))
    rows: list[Row] = []
    for key, of in answer.items():
        label, unit = criteria[key].label, criteria[key].unit_label
        if not of.methods:
            rows.append(row(label, unit, *_numbers(of)))
            continue
        rows.append(row(label, unit, "", "", "", tone="strong"))
        rows += [row(method, "", *_numbers(own), depth=1) for method, own in of.methods.items()]
        rows += [row(OVERALL, "", *_numbers(of), depth=1)] if len(of.methods) > 1 else []
    return Grid(heads, tuple(rows))


def _numbers(of: Figure) -> tuple[Cell, ...]:
    return (
        Cell(NONE if of.value is None else figure(of.value)),
        Cell(figure(of.low), "strong"),
        Cell(figure(of.high), "strong"),
    )


def _grounds(answer: Answer, criteria: Mapping[str, Criterion]) -> Iterator[Entry]:
    """Each method with what it says of the model, and what it leaves out."""
    for about in answer.abouts:
        yield Entry(about.method, tuple(_of_method(about, criteria)))
    if isinstance(answer, Answers):
        yield from _terms("By name alone", (f"{key}: {why}" for key, why in answer.apart.items()))
        yield from _terms("No answer", reasons(answer.unfit))


def _of_method(about: About, criteria: Mapping[str, Criterion]) -> Iterator[str]:
    yield about.title
    yield from (f"the model: {said}" for said in about.said)
    yield f"electricity of {about.place}" if about.place else "electricity of no region"
    if about.not_counted:
        yield f"not counted, since the method does not take it: {', '.join(about.not_counted).replace('_', ' ')}"
    if about.unless_stated:
        yield f"since nothing else is stated: {', '.join(about.unless_stated)}"
    yield from (f"not assessed: {said}" for said in about.not_assessed)
    if about.left_out:
        labels = ", ".join(criteria[key].label for key in about.left_out)
        yield f"not assessed, since its packs have no factors: {labels}"
    yield from (f"caution: {said}" for said in about.cautions)


def _terms(term: str, texts: Iterable[str]) -> Iterator[Entry]:
    said = tuple(texts)
    if said:
        yield Entry(term, said)


# --- the models that packs know ---------------------------------------------------------------------------------------


def listing(known: Mapping[str, list[Known]], part: str = "") -> Report:
    """The models that packs know, those whose names hold a part of a name."""
    asked = part.casefold()
    shown = {k: of for k, of in known.items() if any(asked in name.casefold() for each in of for name in each.names)}
    columns = (Column("model", fold=True), Column("architecture", fold=True), Column("packs", fold=True))
    rows = tuple(
        row(key, of[0].architecture, ", ".join(dict.fromkeys(e.pack for e in of))) for key, of in shown.items()
    )
    words = f"{len(shown)} models. What follows a slash is enough where it names one alone."
    records = tuple(_known(entry) for of in shown.values() for entry in of)
    return Report((Heading("Models"), Grid(columns, rows), Prose(words)), KNOWN, records)


def _known(entry: Known) -> Record:
    named = entry._asdict()
    return {"model": entry.item, **{key: named[key] for key in KNOWN if key in named}}
