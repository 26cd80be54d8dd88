"""What a question is answered with: the report of its command, which prints itself, and its records as a frame."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from lca.problems import printable, shortened, visible
from lca.report import Heading, Look, Prose, Report

if TYPE_CHECKING:
    import pandas as pd

CASES = ("variant", "variant_b")  # columns that name a variant
LONGEST = 70  # characters of what a report is about, on one line


class StudyReport:
    """The answer to a question: it prints as its command does, also in a notebook, and has its records as a frame.

    `records` are those that the command writes as JSON, a list of dicts; `text(width)` is what it prints.
    """

    def __init__(self, name: str, report: Report) -> None:
        self.name, self.report = name, report

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records: numbers in full, each with its unit beside it."""
        return [{column: record.get(column) for column in self.report.columns} for record in self.report.records]

    def frame(self) -> pd.DataFrame:
        """The records as a pandas DataFrame, a row a record; what a record does not have is missing.

        The case without a variant is called `base`, so that rows can be grouped by it.
        """
        import pandas as pd

        rows = ({**record, **{c: "base" for c in CASES if record.get(c, "") is None}} for record in self.report.records)
        return pd.DataFrame(rows, columns=list(self.report.columns))

    def text(self, width: int = 80) -> str:
        """What the command prints, in lines of so many characters."""
        from lca.outputs import table

        return table.render(self.report, Look(width))

    def __str__(self) -> str:
        return self.text(min(max(shutil.get_terminal_size().columns, 40), 120))

    def __repr__(self) -> str:
        count = len(self.records)
        about = next((b.text for b in self.report.blocks if isinstance(b, Heading | Prose)), "")
        return f"<{self.name}: {count:,} records{f'; {shortened(about, LONGEST)}' if about else ''}>"

    def _repr_html_(self) -> str:
        from lca.outputs import html

        return html.render(self.report, Look())


class StudyExplanation:
    """A figure explained: it prints as `lca explain` does; `data` is what the command writes as JSON."""

    def __init__(self, text: str, markdown: str, data: str) -> None:
        self._text, self.markdown, self._data = text, markdown, data

    @property
    def data(self) -> Any:
        """The tree as dicts and lists: each quantity with its value, unit, formula, place and source."""
        return json.loads(self._data)

    def frame(self) -> pd.DataFrame:
        """The quantities as a pandas DataFrame, a row each, before those it is made of; or the reasons, a row each.

        Columns: `depth` from the figure down, and what `data` has of each: name, value, unit, share, place, source.
        """
        import pandas as pd

        known = self.data
        return pd.DataFrame([*_flat(known["figure"], 0)] if "figure" in known else known["reasons"])

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<explain: {printable(self._text.partition(chr(10))[0])}>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(visible(self._text))}</pre>"


def _flat(node: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """The quantities of a tree, each with how deep it stands."""
    yield {"depth": depth, **{key: value for key, value in node.items() if not isinstance(value, dict | list)}}
    for part in node.get("parts", ()):
        yield from _flat(part, depth + 1)
