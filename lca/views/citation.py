"""A figure to quote: one sentence, plain or in Markdown, an entry for BibTeX, and metadata for a model card."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce

from lca import __version__
from lca.questions.citing import Cited
from lca.questions.disclosed import Disclosed
from lca.spoken import N_, _
from lca.wording import clauses, in_markdown, listed

SHOWN = 16  # digits of the hash that a sentence has; a file has all of them
OWN = N_("the study's own")
SENTENCE = N_(
    "{study}, {of}: {criterion} ({label}) is {figure}, {spread}; counted: {counted}; method: {methods}; "
    "factors: {packs}; computed by lca {version} from inputs of SHA-256 {inputs} on {date}."
)
BOLD, CODE = "FIGURE-HERE", "HASH-HERE"  # places of the figure and of the hash
BIBTEX = str.maketrans(
    {"\\": "/", "{": "(", "}": ")", **{sign: f"\\{sign}" for sign in "%&#_$"}, "^": "\\^{}", "~": "\\~{}"}
)


def sentence(cited: Cited, date: str) -> str:
    """Everything in one sentence, on one line."""
    return " ".join(_sentence(cited, date, cited.figure, cited.inputs[:SHOWN]).split())


def markdown(cited: Cited, date: str) -> str:
    """The sentence as a quotation, with the figure in bold."""
    words = _sentence(cited, date, BOLD, CODE)
    plain = in_markdown(" ".join(words.split()))
    return f"> {plain.replace(BOLD, f'**{cited.figure}**').replace(CODE, f'`{cited.inputs[:SHOWN]}`')}"


def _sentence(cited: Cited, date: str, shown: str, inputs: str) -> str:
    criterion = cited.criterion
    methods = reduce(lambda first, last: _("{first} and {last}", first=first, last=last), cited.methods or (_("none"),))
    return _(
        SENTENCE,
        study=cited.study, of=cited.of, criterion=_(criterion.name), label=criterion.label, figure=shown,
        spread=cited.spread, counted=clauses([cited.counted or _("nothing"), *cited.left_out]), methods=methods,
        packs=listed(cited.packs) or _(OWN), version=__version__, inputs=inputs, date=date,
    )  # fmt: skip


def bibtex(cited: Cited, date: str) -> str:
    """An entry of the kind that every style knows; an author who is not stated is left out, and it is said."""
    author = [f"  author = {{{{{cited.authors.translate(BIBTEX)}}}}},"] if cited.authors else []
    lines = [
        f"@misc{{lca-{cited.inputs[:SHOWN]},",
        *author,
        f"  title = {{{{{' '.join(_title(cited).split()).translate(BIBTEX)}}}}},",
        f"  year = {{{date[:4]}}},",
        f"  note = {{{sentence(cited, date).translate(BIBTEX)}}},",
        "}",
    ]
    return "\n".join(
        [*([] if author else [f"% {_('no author: study.authors does not say who made the study')}"]), *lines]
    )


def _title(cited: Cited) -> str:
    return _("{what}: {reason}", what=cited.study, reason=cited.of)


# --- model card -------------------------------------------------------------------------------------------------------


def model_card(cited: Cited, told: Disclosed, date: str) -> str:
    """Metadata of a model card of the Hugging Face hub: `co2_eq_emissions`, in grams (huggingface.co/docs/hub/
    model-cards-co2, read in November 2026). What the scenario does not say is left blank, and why.
    """
    return "\n".join(["---", "co2_eq_emissions:", *_card(cited, told, date), "---"])


def _card(cited: Cited, told: Disclosed, date: str) -> Iterator[str]:
    grams = told.training_grams
    source = f"lca {__version__}, {cited.study}, {cited.case}, inputs of SHA-256 {cited.inputs[:SHOWN]}, {date}"
    why = told.no_training or "study.criteria has none in CO2 equivalents"
    yield _line(
        "emissions",
        "" if grams is None else f"{Decimal(f'{grams:.4g}'):f}",
        why,
        "electricity of training alone, in grams",
    )
    yield _line("source", json.dumps(source, ensure_ascii=False))
    yield _line("training_type", "", "pre-training or fine-tuning: the scenario does not say which")
    yield _line("geographical_location", "" if told.no_training else _text(told.places), why)
    yield _line("hardware_used", _text(told.machines), "training names no device")


def _text(words: tuple[str, ...]) -> str:
    return json.dumps(", ".join(words), ensure_ascii=False) if words else ""


def _line(key: str, value: str, blank: str = "", remark: str = "") -> str:
    return f"  {key}: {value}{f'  # {remark}' if remark else ''}" if value else f"  {key}:  # left blank: {blank}"
