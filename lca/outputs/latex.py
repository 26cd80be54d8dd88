r"""The totals as LaTeX tables with booktabs, ready for a paper; published figures and deviations on request.

A table is as wide as a line of the `article` class. Criteria that have no room beside one another stand below one
another; what has no room on a page goes on in a table that names the first.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from math import isclose
from pathlib import PurePath
from typing import NamedTuple

from lca.citations import Source
from lca.model.case import CaseKey, TotalKey
from lca.model.criteria import Criterion
from lca.outputs import Study
from lca.problems import shortened
from lca.questions import boundary
from lca.questions.boundary import Remark
from lca.report import Look
from lca.result import Result, Verdict
from lca.spoken import ENGLISH, N_, _, spoken, told
from lca.tex import decimal, escaped, lines, number, points, running, unit
from lca.wording import clauses, deviation, either, unit_words

WRITES = ("study",)
SUFFIXES = (".tex",)
ORDER = 7
HEEDS = ("published",)

NEEDS = r"% needs \usepackage[T1]{fontenc} and \usepackage{booktabs,tabularx}"
LINE, PAGE = 345, 535  # points: the width of a line of `article` at its 10 point, and the height of a page less a line
FIRST, NUMBER, BETWEEN = 112, 56, 12  # points: the least width of the first column, that of a number, and the gap
HIGH, HEAD, SMALL = 12, 20, 9.5  # points: a line, the rules of a table with what is around them, a line of notes
HEADLINE = 14  # characters of a line of a head
LONGEST = 240  # characters of a title
PERSON = re.compile(r"([^,;()]+), (?:[A-Z][\w-]*\.[ -]?)+(?P<more>,|;| and )?")
KEYED = re.compile(r"(?<=[a-z])[._](?=[a-z])")  # inside a key, in a name that is made of some
PROXIES, GAPS = N_("By proxy: {parts} ({reason})."), N_("Not assessed: {parts} ({reason}).")
Published = dict[TotalKey, Verdict]


class Row(NamedTuple):
    """A row of a table: how far its name is indented, the name, and its cells."""

    depth: int
    name: str
    cells: tuple[str, ...] = ()


class Group(NamedTuple):
    """Rows that stay together, and what stands above them, once for the groups that it is above of; '' for nothing."""

    heading: str
    rows: tuple[Row, ...]


def render(study: Study, _look: Look) -> str:
    """The tables; where published figures are asked for, they stand below the computed ones with the deviations."""
    result = study.result
    cited = _published(result, study.verdicts) if study.published else {}
    label = _label(study)
    caption, notes = _caption(result, cited), _notes(result)
    floats = _floats(result, cited, lines(caption, LINE) * HIGH + HEAD)
    above = HIGH if len(floats) > 1 else lines(caption, LINE) * HIGH + HEAD
    within = above + sum(size for size, _ in floats[-1]) + lines(notes, LINE * 1.2) * SMALL < PAGE
    written = [NEEDS]
    for place, parts in enumerate(floats):
        first = [f"  \\caption{{{running(caption)}}}", f"  \\label{{{label}}}"]
        again = [f"  {_('Table')}~\\ref{{{label}}}, {_('continued')}\\par\\smallskip"]
        tables = [text for _, part in parts for text in ["  \\par\\bigskip", *part]][1:]
        end = _set(notes, "  \\par\\smallskip\n  ") if notes and within and place == len(floats) - 1 else []
        written += ["\\begin{table}", "  \\centering", *(again if place else first), *tables, *end, "\\end{table}"]
    return (
        "\n".join(
            [*written, *([] if within or not notes else _set(notes, f"\\noindent {_('Table')}~\\ref{{{label}}}: "))]
        )
        + "\n"
    )


def _set(notes: str, before: str) -> list[str]:
    return [f"{before}{{\\footnotesize\\raggedright {running(notes)}\\par}}"]


# --- what it is called ------------------------------------------------------------------------------------------------


def _label(study: Study) -> str:
    """A label of its own for each study, and for each part of it that is exported by itself."""
    result, whole = study.result, study.result.whole
    units = [] if result.functional_units == whole.functional_units else result.functional_units
    variants = [] if result.variants == whole.variants else [name or "base" for name in result.variants]
    names = [PurePath(result.model.scenario.name).stem, *units, *variants, *(["published"] if study.published else [])]
    return f"tab:{'-'.join(map(slug, names))}"


def slug(name: str) -> str:
    """A name in letters, digits and hyphens; where it holds anything else, with a number that tells it from others.

    >>> slug("stable_diffusion"), slug("Été 2024"), slug("}")
    ('stable-diffusion', 'Ete-2024-6be0', 'e20c')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall("[A-Za-z0-9]+", plain)
    kept = re.fullmatch("[A-Za-z0-9_-]*", name) and words
    return "-".join(words if kept else [*words, f"{zlib.crc32(name.encode('utf-8', 'replace')) & 0xFFFF:04x}"])


def _caption(result: Result, cited: Published) -> str:
    title = shortened(told(result.model.scenario.about.title), LONGEST)
    sources = result.model.facts.sources
    named = [cite(sources.get(key, Source(key))) for key in dict.fromkeys(v.source for v in cited.values() if v.source)]
    what = _("Environmental impacts of {title}", title=title) if title else _("Environmental impacts")
    return _("{what}, beside the published figures ({sources})", what=what, sources=", ".join(named)) if named else what


def cite(source: Source) -> str:
    """A source as a sentence names it.

    >>> cite(Source("a", "Adams, B. C., Cole, D.", year="2020")), cite(Source("b", "Boavizta", year="2023"))
    ('Adams et al., 2020', 'Boavizta, 2023')
    """
    person = PERSON.match(source.authors)
    name = source.authors if person is None else f"{person[1]}{' et al.' if person['more'] else ''}"
    year = f", {source.year}" if source.year else ""
    return f"{name or source.title or source.key}{year}"


def _titles(keys: Iterable[str], titles: dict[str, str]) -> dict[str, str]:
    """What each of several things is called: by its title, with its key where two have one title, or none."""
    named = {key: shortened(titles.get(key) or key, LONGEST) for key in keys}
    return {key: name if [*named.values()].count(name) == 1 else f"{name} ({key})" for key, name in named.items()}


# --- what stands in them ----------------------------------------------------------------------------------------------


def _floats(result: Result, cited: Published, above: float) -> list[list[tuple[float, list[str]]]]:
    """Tables with their heights, as many to a page as it holds; above the first of all stands the caption."""
    floats: list[list[tuple[float, list[str]]]] = [[]]
    used = above
    for panel in _panels(result.criteria):
        rows = list(_cases(result, cited, panel))
        room = LINE - sum(_width(criterion) for criterion in panel)
        head = HEAD + HIGH * max(len(_head(criterion)) for criterion in panel)
        while rows:
            taken, size = _fitting(rows, room, PAGE - used - head)
            if floats[-1] and taken < len(rows) and _fitting(rows, room, PAGE - HIGH - head)[0] > taken:
                taken = 0  # on a page of its own it stays together, or more of it does
            elif not taken:
                taken, size = 1, 0.0
            if taken:
                floats[-1].append((head + size, _table(panel, rows[:taken])))
                used += head + size
                rows = rows[taken:]
            if rows:
                floats.append([])
                used = HIGH
    return floats


def _fitting(groups: Sequence[Group], room: float, height: float) -> tuple[int, float]:
    """How many of the groups of rows fit into a height, and how high those are together."""
    size, above = 0.0, ""
    for place, group in enumerate(groups):
        own = float(sum(lines(row.name, room) for row in group.rows))
        own += 0.5 + lines(group.heading, LINE) if group.heading != above else 0
        if size + own * HIGH > height:
            return place, size
        size, above = size + own * HIGH, group.heading
    return len(groups), size


def _panels(criteria: Sequence[Criterion]) -> list[list[Criterion]]:
    """Criteria that have room beside one another."""
    panels: list[list[Criterion]] = []
    room = 0.0
    for criterion in criteria:
        own = _width(criterion)
        if not panels or room < own:
            panels.append([])
            room = float(LINE - FIRST)
        panels[-1].append(criterion)
        room -= own
    return panels


def _width(criterion: Criterion) -> float:
    return BETWEEN + max(NUMBER, *(points(line) for line in _head(criterion)))


def _head(criterion: Criterion) -> list[str]:
    """The lines of the head of a column: label and unit."""
    label, own = (
        textwrap.wrap(text, HEADLINE, break_on_hyphens=False) or [""]
        for text in (told(criterion.label), unit_words(criterion.unit_label))
    )
    return [*label, *own]


def _table(panel: Sequence[Criterion], groups: Iterable[Group]) -> list[str]:
    heads = [[unit(line) for line in _head(criterion)] for criterion in panel]
    high = max(map(len, heads))
    padded = [[*[""] * (high - len(head)), *head] for head in heads]
    first = [_("Functional unit"), *[""] * (high - 1)]
    columns = "@{}>{\\raggedright\\arraybackslash\\hangindent=2em\\hangafter=1}X" + "r" * len(panel) + "@{}"
    return [
        f"  \\begin{{tabularx}}{{\\linewidth}}{{{columns}}}",
        "    \\toprule",
        *(f"    {' & '.join(cells)} \\\\" for cells in zip(first, *padded, strict=True)),
        "    \\midrule",
        *_rows(groups, len(panel)),
        "    \\bottomrule",
        "  \\end{tabularx}",
    ]


def _rows(groups: Iterable[Group], columns: int) -> Iterator[str]:
    above = ""
    for group in groups:
        if group.heading != above:
            if above:
                yield "    \\addlinespace"
            words = f"{{\\raggedright\\itshape {running(group.heading)}}}"
            yield f"    \\multicolumn{{{columns + 1}}}{{@{{}}p{{\\linewidth}}@{{}}}}{words} \\\\"
        above = group.heading
        for row in group.rows:
            indent = f"\\hspace*{{{row.depth}em}}" if row.depth else "\\hspace{0pt}"
            yield f"    {' & '.join([f'{indent}{running(row.name)}', *row.cells])} \\\\"


def _cases(result: Result, cited: Published, panel: Sequence[Criterion]) -> Iterator[Group]:
    """The rows of each case; above those of several variants stands what they are of."""
    units = _titles(result.functional_units, result.model.titles)
    labels = {variant or "": result.model.scenario.label(variant) for variant in result.variants}
    variants = _titles(labels, labels)
    for case in result.model.cases:
        title, named = units[case.functional_unit], variants[case.variant or ""]
        heading, own = (title, Row(1, named)) if len(variants) > 1 else ("", Row(0, title))
        yield Group(heading, tuple(_figures(result, cited, case, panel, own)))


def _figures(result: Result, cited: Published, case: CaseKey, panel: Sequence[Criterion], named: Row) -> Iterator[Row]:
    keys = [criterion.key for criterion in panel]
    yield named._replace(cells=tuple(number(result.total(case.functional_unit, key, case.variant)) for key in keys))
    verdicts = [cited.get(case.total(key)) for key in keys]
    if any(verdicts):
        said = either(dict.fromkeys(_(v.said) for v in verdicts if v))
        depth = named.depth + 1
        yield Row(depth, said, tuple(number(v.published) if v else "--" for v in verdicts))
        yield Row(depth, _("deviation"), tuple(_deviation(v.deviation) if v else "--" for v in verdicts))


def _published(result: Result, verdicts: Sequence[Verdict]) -> Published:
    """The verdicts on plain totals, by case and criterion."""
    plain = (v for v in verdicts if v.plain and v.relation == "value" and v.criterion in result.model.criteria)
    return {v.total: v for v in plain if isclose(v.computed, result.total(v.of, v.criterion, v.variant), rel_tol=1e-9)}


def _deviation(relative: float) -> str:
    r"""
    >>> _deviation(-0.0291)
    '$-2.9$\\,\\%'
    """
    with spoken(ENGLISH):
        words = deviation(relative)
    return f"${decimal(words.removesuffix(' %'))}$\\,\\%" if words.endswith(" %") else escaped(_("no ratio"))


# --- what belongs under every table -----------------------------------------------------------------------------------


def _notes(result: Result) -> str:
    """What a proxy stands in for and what is not assessed; what has one reason is said together."""
    met: dict[tuple[str, str], list[str]] = {}
    kinds = ((PROXIES, boundary.proxies(result.model)), (GAPS, boundary.gaps(result.model)))
    for words, remarks in kinds:
        for remark in remarks:
            met.setdefault((words, told(remark.reason)), []).append(_remark(remark, result))
    return " ".join(
        _(words, parts=clauses(dict.fromkeys(said)), reason=reason) for (words, reason), said in met.items()
    )


def _remark(remark: Remark, result: Result) -> str:
    known = result.model.factors.criteria
    what = KEYED.sub(" ", told(remark.what))
    if remark.criteria:
        what = _("{what} for {criteria}", what=what, criteria=", ".join(remark.labels(known)))
    return _("{what} from {proxy}", what=what, proxy=known[remark.proxy].either) if remark.proxy else what
