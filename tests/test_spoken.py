"""The messages of readers: the catalogues are those of the sources, whole, and what is said of ours is said in them."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lca.spoken import ENGLISH, HERE, LANGUAGES, N_, _, language, spoken, told
from lca.wording import deviation, figure, number, percent, quantity, unit_words
from tools import catalogue

ROOT = Path(__file__).resolve().parent.parent
OTHERS = [each for each in LANGUAGES if each != ENGLISH]
PLACE = re.compile(r"\{\w+\}")


def pairs(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The messages of a catalogue: in English one or two texts, and those of the translation."""
    for entry in catalogue.read(language):
        if entry.id:
            yield (
                tuple([entry.id] if isinstance(entry.id, str) else entry.id),
                tuple([entry.string] if isinstance(entry.string, str) else entry.string),
            )


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_that_of_the_sources(language: str) -> None:
    """`python -m tools.catalogue` writes it."""
    assert catalogue.as_po(catalogue.made(language)).decode() == (HERE / f"{language}.po").read_text("utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_programs_read_what_translators_wrote(language: str) -> None:
    """By what it holds: a head of another Babel is no difference."""
    compiled = gettext.GNUTranslations(io.BytesIO(catalogue.as_mo(catalogue.read(language))))
    with (HERE / f"{language}.mo").open("rb") as file:
        committed = gettext.GNUTranslations(file)
    ours, theirs = ({key: text for key, text in each._catalog.items() if key} for each in (committed, compiled))
    assert ours == theirs


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_its_places(language: str) -> None:
    every = [*pairs(language)]
    assert len(every) > 100
    assert [own for own, texts in every if not all(texts)] == []
    for own, texts in every:
        for text in texts:
            assert {*PLACE.findall(text)} == {*PLACE.findall(own[-1])}, own


def test_french_has_its_typography() -> None:
    """No line is broken before ; : ! ? % or inside guillemets; the apostrophe is curly."""
    wrong = re.compile(r" [;:!?%»]|« |\S[!?»](?<![\u202f][!?»])|\w'\w")
    assert [text for _own, texts in pairs("fr") for text in texts if wrong.search(text)] == []


def test_a_message_is_said_in_the_language_in_force() -> None:
    assert (language(), _("Sources and licences")) == ("en", "Sources and licences")
    with spoken("fr"):
        assert (language(), _("Sources and licences"), _("")) == ("fr", "Sources et licences", "")
        assert _("no message of ours") == "no message of ours"
    assert language() == ENGLISH


def test_words_are_told_later_and_what_users_wrote_is_not() -> None:
    later = N_("{low} to {high}", low=N_("web hosting"), high="use")
    assert later == "web hosting to use"
    with spoken("fr"):
        assert (told(later), told("{low} to {high}"), told("use")) == (
            "hébergement web à use",
            "{low} to {high}",
            "use",
        )


def blanks(*texts: str) -> list[str]:
    """Texts with blanks of all widths as blanks."""
    return [re.sub("[\u00a0\u202f]", " ", text) for text in texts]


def test_numbers_in_french_by_hand() -> None:
    with spoken("fr"):
        assert figure(0.00784) == "7,84\u202f×\u202f10⁻³"
        assert blanks(figure(360_012.0), figure(0.0)) == ["3,60 × 10⁵", "0"]
        assert blanks(number(37.5e6), number(16_000.0), number(0.00138)) == ["37 500 000", "16 000", "0,00138"]
        assert blanks(percent(0.9132), percent(0.0001), percent(-0.031)) == ["91,3 %", "<0,1 %", "−3,1 %"]
        assert blanks(deviation(-0.0291), deviation(0.0), deviation(119.3)) == ["−2,9 %", "+0,0 %", "+11 930 %"]
        assert blanks(quantity(67.5, "%"), quantity(4, "min/visit"), quantity(0.4, "1")) == [
            "67,5 %",
            "4 min/visit",
            "0,4",
        ]
        assert unit_words("kg CO2 eq") == "kg éq. CO₂"
    assert (figure(0.00784), unit_words("kg CO2 eq")) == ("7.84e-03", "kg CO2 eq")
