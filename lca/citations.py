"""Where a number comes from: its source, the place in it, and its basis."""

from __future__ import annotations

from typing import NamedTuple

BASES = {
    "measured": "read from a meter by the authors of the scenario or of the source",
    "published": "printed in the source",
    "derived": "computed from published or measured figures",
    "assumed": "a default or a judgement: no source gives it for this study",
    "calibrated": "set so that a figure of the study meets a printed one",
}


class Citation(NamedTuple):
    """What is known of one number. `via` names the text in which a source was read at second hand."""

    basis: str = "assumed"
    source: str = ""
    at: str = ""
    via: str = ""
    note: str = ""

    def __str__(self) -> str:
        """
        >>> str(Citation("published", "berthelot-2024", "p. 710", "note-2025"))
        'published: berthelot-2024, p. 710, via note-2025'
        """
        parts = (self.source, self.at, self.via and f"via {self.via}")
        cited = ", ".join(part for part in parts if part)
        return f"{self.basis}: {cited}" if cited else self.basis


class Origin(NamedTuple):
    """The row of a factor pack that a number was taken from; `name` is a criterion, a parameter or a component."""

    pack: str
    item: str
    name: str
    stage: str = ""
    region: str = ""
    year: str = ""
    quality: str = ""


class Source(NamedTuple):
    """A text or a data set that numbers are cited from."""

    key: str
    authors: str = ""
    title: str = ""
    container: str = ""
    year: str = ""
    locator: str = ""
    licence: str = ""
    accessed: str = ""
    note: str = ""

    def __str__(self) -> str:
        """
        >>> print(Source("a-2020", "Adams", "On trees", "Forests 3", "2020", "doi 10.1/x"))
        Adams (2020). On trees. Forests 3. doi 10.1/x
        """
        year = f" ({self.year})" if self.year else ""
        parts = (f"{self.authors}{year}".strip(), self.title, self.container, self.locator)
        return ". ".join(part for part in parts if part) or self.key
