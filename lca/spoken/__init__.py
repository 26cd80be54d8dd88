"""What we say, in the languages of our readers: English in the code, others from the catalogues beside this file.

A message is a whole sentence with named places, never pieces that are glued together. `fr.po` is what translators
write, `fr.mo` is what programs read; `python -m tools.catalogue` makes both from the sources. What users write stays
as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

ENGLISH = "en"
NAMES = {ENGLISH: "English", "fr": "Français"}  # what languages call themselves
LANGUAGES = tuple(NAMES)
HERE = Path(__file__).parent
_IN_FORCE: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Words(str):
    """A message in English that knows what it is made of, so that it can be told in another language later."""

    __slots__ = ("message", "own", "places", "write")

    message: str
    places: dict[str, object]
    own: Mapping[str, str]  # what a user wrote in several languages, in place of a message
    write: Callable[[], str] | None  # what writes it anew, in place of a message


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """While it lasts, messages are in a language.

    >>> with spoken("fr"):
    ...     _("Sources and licences")
    'Sources et licences'
    """
    token = _IN_FORCE.set(language)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def language() -> str:
    """The language in force."""
    return _IN_FORCE.get()


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages of a language by what they are in English."""
    from gettext import GNUTranslations

    with (HERE / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)


def messages(language: str) -> dict[str, str]:
    """All messages of a language that are neither one nor several, by what they are in English."""
    held: dict[object, str] = catalogue(language)._catalog  # type: ignore[attr-defined]  # noqa: SLF001  no other way
    return {key: text for key, text in held.items() if isinstance(key, str) and key}


def said(message: str, language: str, /, **places: object) -> str:
    """A message in a language, with its places filled; in English where the catalogue does not have it.

    >>> said("{low} to {high}", "fr", low="1", high="2"), said("{low} to {high}", "en", low="1", high="2")
    ('1 à 2', '1 to 2')
    """
    if isinstance(message, Words) and message.places:
        return said(message.message, language, **message.places)
    text = message if language == ENGLISH or not message else catalogue(language).gettext(message)
    return text.format_map({name: told(value) for name, value in places.items()}) if places else text


def _(message: str, /, **places: object) -> str:
    """A message in the language in force."""
    return said(message, _IN_FORCE.get(), **places)


def n_(one: str, several: str, count: int, /, **places: object) -> str:
    """A message for one thing or several, in the language in force; {count} is how many.

    >>> n_("{count} input", "{count} inputs", 1), n_("{count} input", "{count} inputs", 0)
    ('1 input', '0 inputs')
    """
    own = _IN_FORCE.get()
    english = one if count == 1 else several
    text = english if own == ENGLISH else catalogue(own).ngettext(one, several, count)
    return text.format_map({"count": count, **{name: told(value) for name, value in places.items()}})


def N_(message: str, /, **places: object) -> str:  # noqa: N802  as gettext has it
    """A message in English, to be told later: a term that serves as a key as well, or the reason of a problem.

    >>> N_("{low} to {high}", low=1, high=2)
    '1 to 2'
    """
    made = Words(message.format_map(places) if places else message)
    made.message, made.places, made.own, made.write = message, places, {}, None
    return made


def later(write: Callable[..., str], /, *given: object) -> Words:
    """A text with numbers or lists in it that is written anew in the language in which it is told.

    >>> from lca.wording import percent
    >>> words = N_("{what}: {reason}", what="share", reason=later(percent, 0.125))
    >>> with spoken("fr"):
    ...     words, told(words)
    ('share: 12.5 %', 'share\u202f: 12,5\u202f%')
    """
    made = Words(write(*given))
    made.message, made.places, made.own, made.write = "", {}, {}, partial(write, *given)
    return made


def chosen(texts: Mapping[str, str], language: str) -> str:
    """What a user wrote by language, in a language; else without one ('') or in English, or whatever there is.

    >>> chosen({"fr": "Temps", "en": "Time"}, "fr"), chosen({"fr": "Temps"}, "en"), chosen({}, "en")
    ('Temps', 'Temps', '')
    """
    return next((texts[own] for own in (language, "", ENGLISH) if own in texts), next(iter(texts.values()), ""))


def titled(texts: Mapping[str, str]) -> str:
    """What a user wrote by language, in English, to be told in another language later."""
    made = Words(chosen(texts, ENGLISH))
    made.message, made.places, made.own, made.write = "", {}, texts, None
    return made


def told(value: Any) -> Any:
    """Words in the language in force; whatever else, such as what a user wrote, as it is."""
    if not isinstance(value, Words):
        return value
    if value.write is not None:
        return value.write()
    return chosen(value.own, language()) if value.own else _(value.message, **value.places)
