"""What there is to build studies of: factor packs and their rows, methods, models, criteria, units; and texts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lca.disk.workspace import Library as Opened
from lca.model.criteria import criteria_named
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.scenario import several
from lca.study.hints import told_in_python
from lca.study.reports import StudyReport

if TYPE_CHECKING:
    from lca.model.packs import Pack

Names = str | Iterable[str]


@told_in_python
class Library:
    """The shipped packs and criteria, and those of folders of your own: `lca.library(packs="my-packs")`.

    Each method is what the command of its name lists, as a report that prints itself and whose `frame()` has the rows.
    """

    def __init__(self, packs: str | Path | Iterable[str | Path] = ()) -> None:
        self._folders = several(packs)
        self._opened = Opened(self._folders)

    def __repr__(self) -> str:
        return f"<library: {len(self._opened.names())} packs>"

    def packs(self) -> StudyReport:
        """The packs with version, date and licence."""
        from lca.views.packs import editions

        return StudyReport("packs", editions(self._packs()))

    def factors(
        self, *words: Names, pack: str = "", criterion: str = "", region: str = "", notes: bool = False
    ) -> StudyReport:
        """The rows that have all of some words: `library.factors("electricity", region="France")`.

        Without any of these, the packs and their licences. notes: whether to look in the notes as well. Problems where
        no row has them all.
        """
        from lca.study.asked import found
        from lca.views.packs import Shown, Wanted, listing

        packs, places = self._packs(pack), self._opened.places()
        every = tuple(word for each in words for word in several(each))
        wanted = Wanted(every, self._criterion(criterion), places.code(region) or region)
        if not any(wanted) and not pack:
            return StudyReport("factors", listing(packs))
        return StudyReport("factors", found(packs, [], wanted, Shown(places.names, notes, details=True)))

    def methods(self, key: str = "") -> StudyReport:
        """The methods that packs have, or one as a formula sheet."""
        from lca.disk.workspace import misread_methods
        from lca.views.methods import listing, sheet

        packs = self._packs()
        known = [name for pack in packs for name in pack.formulas]
        if key and key not in known:
            hint = near(key, known, f"methods: {', '.join(known)}")
            raise Misnamed([Problem(f"no method '{shortened(key)}'", (), hint)])
        if wrong := misread_methods(self._opened, packs, key or None):
            raise Problems(wrong)
        return StudyReport("methods", sheet(packs, key) if key else listing(packs))

    def models(self, part: str = "") -> StudyReport:
        """The models that packs know, those with a part of a name."""
        from lca.disk.requests import opened
        from lca.views.request import listing

        return StudyReport("models", listing(opened(self._folders).models(), part))

    def criteria(self, name: str = "") -> StudyReport:
        """The impact criteria, or one explained; found by key or label, in any case."""
        from lca.views.criteria import counted, explained, listing

        counts, key = counted(self._packs()), self._criterion(name)
        known = self._opened.criteria
        return StudyReport("criteria", explained(known[key], counts.get(key, {})) if key else listing(known, counts))

    def units(self, text: str = "") -> StudyReport:
        """The units that may be written, or what one means."""
        from lca.study.asked import explained_unit
        from lca.views.unit_names import every

        return StudyReport("units", explained_unit(text, self._opened.criteria.values()) if text else every())

    def schema(self, of: str = "scenario") -> str:
        """The JSON Schema of a `scenario`, a `method` or a `pack`."""
        from lca.views.schema import text

        return text(of)

    def template(self, title: str = "A study", kind: str = "") -> str:
        """A commented scenario that runs as it stands, of a kind that `lca new --help` lists; save it as a file."""
        from lca.views.template import kinds, scenario

        if kind and kind not in kinds():
            raise Misnamed([Problem(f"no kind '{kind}'", (), near(kind, kinds(), f"kinds: {', '.join(kinds())}"))])
        return scenario(title, "study.yaml", kind)

    def upgraded(self, text: str) -> str:
        """A scenario's text with the names of now in place of those of before."""
        from lca.upgrade import upgraded

        return upgraded(text, "the text").text

    def _packs(self, only: str = "") -> list[Pack]:
        """The packs that are read. Problems, all at once, where some are not in order."""
        packs: list[Pack] = []
        problems: list[Problem] = []
        for name in [only] if only else self._opened.names():
            try:
                packs.append(self._opened.pack(name))
            except Misnamed:
                raise
            except Problems as wrong:
                problems += wrong.problems
        if problems:
            raise Problems(problems)
        return packs

    def _criterion(self, name: str) -> str:
        return criteria_named(self._opened.criteria, [name])[0] if name else ""
