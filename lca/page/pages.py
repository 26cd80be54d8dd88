"""A page that is to be written: of what, and in which language."""

from __future__ import annotations

from typing import NamedTuple

from lca.page.data import Data
from lca.page.svg import escape
from lca.questions.equivalences import Equivalence
from lca.result import Result
from lca.spoken import said


class Page(NamedTuple):
    """A page to be written: its data, its language, how commands call the scenario and its folders of packs, and the
    things that its totals can be told in.
    """

    data: Data
    language: str
    name: str
    packs: tuple[str, ...] = ()
    likes: tuple[Equivalence, ...] = ()

    @property
    def result(self) -> Result:
        """The result that it shows."""
        return self.data.result

    def say(self, text: str, **places: str) -> str:
        """A string of ours in the language of the page, for HTML."""
        return escape(said(text, self.language, **places))
