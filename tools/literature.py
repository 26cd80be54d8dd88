"""The page docs/literature.md: every figure of scenarios/published, as printed and as recomputed.

    python -m tools.literature

reads tools/literature.md.in, in which `<<FILE:KEY>>` is a figure as its study prints it, `<<FILE:KEY!>>` the same as
recomputed, and `<<counts>>`, `<<figures>>` and `<<formulas>>` are the tables made here. A new file in
scenarios/published is a new study of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from lca.disk.workspace import Run
from lca.result import Verdict, tally
from lca.text.documents import Located
from lca.text.overlay import entries, find, items
from lca.wording import plural

ROOT = Path(__file__).resolve().parents[1]
STUDIES = ROOT / "scenarios" / "published"
TEMPLATE = ROOT / "tools" / "literature.md.in"
PAGE = ROOT / "docs" / "literature.md"
PRINTED = re.compile(r"\s*([-+]?[0-9.]+(?:e[-+]?\d+)?)\s*(.*)")
SIGNS = {"value": "", "at_least": "≥ ", "at_most": "≤ ", "below": "< "}
UNITS = (("CO2eq", " CO2e"), ("Sbeq", " Sb eq"))
COPY = " †"  # a figure that was read in a copy of its source
FEWEST = 3  # digits of a recomputed figure
NOTHING = 1e-6  # of a figure: no digit that anyone prints
FAR = 10  # times, from which on a deviation is told as a factor
STATED = ("expect", "study", "methods")  # where a formula is no input of a study
BARE = re.compile(r"=\s*(1\s*\*\s*)?[\w.-]+\s*")  # so much of something, and nothing worked out


class Figure(NamedTuple):
    """A figure of a study: what is printed, and what became of it."""

    verdict: Verdict
    printed: str

    @property
    def value(self) -> str:
        """As printed: the number and its unit."""
        number, unit = self._parts
        return f"{SIGNS[self.verdict.relation]}{number}{_spaced(unit)}"

    @property
    def recomputed(self) -> str:
        """The computed figure in the unit and the power of ten of the printed one, with one digit more."""
        number, unit = self._parts
        mantissa, e, exponent = number.partition("e")
        v = self.verdict
        scaled = v.computed * float(mantissa) / v.published if v.published else v.computed
        digits = len(mantissa.replace(".", "").strip("-+0"))
        return f"{_plain(scaled, max(FEWEST, digits + 1))}{e}{exponent}{_spaced(unit)}"

    @property
    def deviation(self) -> str:
        """Of the computed figure from the printed one; a factor where they are far apart."""
        v = self.verdict
        if v.relation != "value" or not v.published:
            return "–"
        ratio = v.computed / v.published
        if not 1 / FAR < ratio < FAR:
            return f"× {_plain(ratio, FEWEST)}"
        percent = 100 * v.deviation
        return f"{percent:+{'.0f' if abs(percent) > FAR else '.2g'}} %" if abs(v.deviation) > NOTHING else "0"

    @property
    def _parts(self) -> tuple[str, str]:
        match = PRINTED.fullmatch(self.printed)
        return (match[1], match[2]) if match else (self.printed, "")


class Study(NamedTuple):
    """A file of scenarios/published: what it is, where it is from, its figures, and the formulas that it needed."""

    name: str
    title: str
    sources: tuple[str, ...]
    figures: dict[str, Figure]
    formulas: tuple[tuple[str, str], ...]


def _spaced(unit: str) -> str:
    for dense, spaced in UNITS:
        unit = unit.replace(dense, spaced)
    return f" {unit}" if unit else ""


def _plain(value: float, digits: int) -> str:
    """A number to so many digits, without an exponent.

    >>> _plain(2028.7, 3), _plain(0.00105, 3), _plain(24.5, 4)
    ('2030', '0.00105', '24.5')
    """
    text = format(Decimal(f"{value:.{digits}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def study(file: Path) -> Study:
    """A study compiled, with what became of its published figures; invariants of our own are left out."""
    run = Run(file)
    result = run.compile(every_case=True)[0].whole
    expected = entries(find(run.scenario.tree, ("expect",)))
    figures = {v.key: Figure(v, _printed(v, expected[v.key])) for v in result.verdicts if not v.basis}
    cited = dict.fromkeys(figure.verdict.source for figure in figures.values())
    sources = tuple(str(run.sources[key]).rstrip(".") for key in cited)
    own = run.scenario.tree
    formulas = tuple(
        found for key, at in entries(own).items() if key not in STATED for found in _formulas(at, key, file)
    )
    return Study(file.stem, str(entries(entries(own)["study"])["title"].value), sources, figures, formulas)


def _printed(of: Verdict, at: Located) -> str:
    """The figure as it is written; where it is another figure of the study, that one."""
    written = entries(at)[of.relation].value
    return written if isinstance(written, str) else f"{_plain(of.published, FEWEST)} {of.unit}"


def _formulas(at: Located, path: str, file: Path) -> Iterator[tuple[str, str]]:
    """The inputs that a file itself states by a formula, each with the reason it gives."""
    children = entries(at)
    value = children.get("value", at)
    if isinstance(value.value, str) and value.value.startswith("=") and not BARE.fullmatch(value.value):
        if Path(value.span.file).name == file.name:
            note = str(children["note"].value) if "note" in children else ""
            yield f"{path}: `{value.value}`", note
        return
    for key, child in children.items():
        yield from _formulas(child, f"{path}.{key}", file)
    for child in items(at) if isinstance(at.value, list) else ():
        yield from _formulas(child, path, file)


def studies() -> list[Study]:
    """All of them, by the names of their files."""
    return [study(file) for file in sorted(STUDIES.glob("*.yaml"))]


# --- the page ---------------------------------------------------------------------------------------------------------


def page() -> str:
    """The whole page. KeyError where the template names a figure that is not there."""
    every = studies()
    figures = {f"{one.name}:{key}": figure for one in every for key, figure in one.figures.items()}
    tables = {"counts": _counts(every), "figures": "\n".join(_rows(every)), "formulas": "\n".join(_reasons(every))}

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        if name in tables:
            return tables[name]
        figure = figures[name.removesuffix("!")]
        return figure.recomputed if name.endswith("!") else figure.value

    return re.sub(r"<<([^>]+)>>", filled, TEMPLATE.read_text(encoding="utf-8"))


def _counts(every: Iterable[Study]) -> str:
    made = list(every)
    verdicts = [figure.verdict for one in made for figure in one.figures.values()]
    copies = sum(bool(v.via) for v in verdicts)
    needed = sum(bool(one.formulas) for one in made)
    figures, files, blockless = (
        plural(len(verdicts), "figure"), plural(len(made), "study", "studies"), plural(needed, "study", "studies")
    )  # fmt: skip
    return (
        f"{figures} of {files}: {tally(verdicts)}. {plural(copies, 'figure')} were read in copies (†). "
        f"{blockless} needed a formula in place of a block."
    )


def _rows(every: Iterable[Study]) -> Iterator[str]:
    """The table: a row a study with its source, then a row a figure."""
    yield "| figure | published | recomputed | deviation | verdict |"
    yield "|---|---:|---:|---:|---|"
    for one in every:
        yield f"| **[{one.title}](../scenarios/published/{one.name}.yaml)** {'; '.join(one.sources)} | | | | |"
        for key, figure in one.figures.items():
            v = figure.verdict
            reason = f": {v.reason}" if v.verdict == "known gap" else ""
            cells = (
                v.title or v.words or key,
                figure.value + (COPY if v.via else ""),
                figure.recomputed,
                figure.deviation,
                f"{v.verdict}{reason}",
            )
            yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _reasons(every: Iterable[Study]) -> Iterator[str]:
    """What each study that needed a formula says of it; those of one reason together."""
    for one in every:
        for reason, paths in groupby(one.formulas, key=lambda found: found[1]):
            first, *rest = (path for path, _ in paths)
            more = f" and {len(rest)} more" if rest else ""
            yield f"- {one.name}, {first}{more}: {reason or 'no reason is given'}."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
