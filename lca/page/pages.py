"""A page that is to be written: of what, and in which language."""

from __future__ import annotations

from typing import NamedTuple

from lca.page.data import Data
from lca.page.svg import escape
from lca.questions.equivalences import Equivalence
from lca.result import Result
from lca.spoken import ENGLISH, LANGUAGES, said

AUTO = "auto"  # the language of the reader


class Page(NamedTuple):
    """A page to be written: its data, its language, how commands call the scenario and its folders of packs, the
    things that its totals can be told in, and the other languages that its script puts it in.
    """

    data: Data
    language: str
    name: str
    packs: tuple[str, ...] = ()
    likes: tuple[Equivalence, ...] = ()
    others: tuple[str, ...] = ()

    def in_language(self, asked: str) -> Page:
        """The same in a language; with `AUTO` in that of its reader, and in English without its script."""
        others = tuple(each for each in LANGUAGES if each != ENGLISH) if asked == AUTO else ()
        return self._replace(language=ENGLISH if asked == AUTO else asked, others=others)

    @property
    def result(self) -> Result:
        """The result that it shows."""
        return self.data.result

    def say(self, text: str, **places: str) -> str:
        """A string of ours in the language of the page, for HTML."""
        return escape(said(text, self.language, **places))
