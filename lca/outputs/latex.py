r"""The totals as a LaTeX table with booktabs, ready for a paper; published figures and deviations on request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isclose

from lca.model.case import TotalKey
from lca.outputs import Study
from lca.problems import printable
from lca.questions import boundary
from lca.questions.boundary import Remark
from lca.report import Look
from lca.result import Result, Verdict
from lca.wording import deviation, figure

WRITES = ("study",)
SUFFIXES = (".tex",)
ORDER = 7

COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    '"': r"\textquotedbl{}", "|": r"\textbar{}", "²": r"\textsuperscript{2}", "³": r"\textsuperscript{3}",
    "×": r"\texttimes{}", "…": r"\dots{}", "–": "--", "→": r"\textrightarrow{}", "−": r"\textminus{}",
}  # fmt: skip
DIGITS = re.compile(r"(?<=[A-Za-z])(\d+)(?![\w-])")  # of a molecule: CO2, but not CFC-11
Published = dict[TotalKey, Verdict]


def render(study: Study, _look: Look) -> str:
    """The table; where published figures are asked for, they stand below the computed ones with the deviations."""
    result, criteria = study.result, study.result.criteria
    cited = _published(result, study.verdicts) if study.published else {}
    lines = [
        "% needs \\usepackage{booktabs}, \\usepackage{textcomp} and, for accents, UTF-8 input",
        "\\begin{table}",
        "  \\centering",
        f"  \\caption{{{_caption(result, cited)}}}",
        "  \\label{tab:impacts}",
        f"  \\begin{{tabular}}{{l{'r' * len(criteria)}}}",
        "    \\toprule",
        _row("Functional unit", *(escaped(c.label) for c in criteria)),
        _row("", *(unit(c.unit_label) for c in criteria)),
        "    \\midrule",
        *_cases(result, cited),
        "    \\bottomrule",
        "  \\end{tabular}",
        *_notes(result),
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that LaTeX prints as it is.

    >>> escaped("50 % of R&D_1")
    '50 \\% of R\\&D\\_1'
    """
    return "".join(COMMANDS.get(character, character) for character in printable(text.replace("\n", " ")))


def unit(label: str) -> str:
    r"""A unit; the digits of a molecule stand low.

    >>> unit("kg CO2 eq"), unit("kg CFC-11 eq")
    ('kg CO\\textsubscript{2} eq', 'kg CFC-11 eq')
    """
    return DIGITS.sub(r"\\textsubscript{\1}", escaped(label))


def number(value: float) -> str:
    r"""Three significant digits as a power of ten.

    >>> number(7.8432e-3), number(0.0), number(-4.64)
    ('$7.84 \\times 10^{-3}$', '$0$', '$-4.64$')
    """
    mantissa, _, exponent = figure(value).partition("e")
    return f"${mantissa} \\times 10^{{{int(exponent)}}}$" if int(exponent or 0) else f"${mantissa}$"


def _published(result: Result, verdicts: Sequence[Verdict]) -> Published:
    """The verdicts on plain totals, by case and criterion."""
    plain = (v for v in verdicts if v.plain and v.relation == "value" and v.criterion in result.model.criteria)
    return {v.total: v for v in plain if isclose(v.computed, result.total(v.of, v.criterion, v.variant), rel_tol=1e-9)}


def _row(*cells: str) -> str:
    return f"    {' & '.join(cells)} \\\\"


def _caption(result: Result, cited: Published) -> str:
    title = result.model.scenario.about.title
    sources = dict.fromkeys(v.source for v in cited.values() if v.source)
    beside = f", beside the published figures ({', '.join(sources)})" if sources else ""
    return escaped(f"Environmental impacts{f' of {title}' if title else ''}{beside}")


def _cases(result: Result, cited: Published) -> Iterator[str]:
    for case in result.model.cases:
        title = result.model.titles.get(case.functional_unit, "")
        named = f"{case.functional_unit}{f': {title}' if title else ''}"
        several = f" ({result.model.scenario.label(case.variant)})" if len(result.variants) > 1 else ""
        totals = (number(result.total(case.functional_unit, key, case.variant)) for key in result.model.criteria)
        yield _row(escaped(f"{named}{several}"), *totals)
        verdicts = [cited.get(case.total(key)) for key in result.model.criteria]
        if any(verdicts):
            said = " or ".join(dict.fromkeys(v.said for v in verdicts if v))
            yield _row(f"\\quad {said}", *(number(v.published) if v else "--" for v in verdicts))
            yield _row("\\quad deviation", *(_deviation(v.deviation) if v else "--" for v in verdicts))


def _deviation(relative: float) -> str:
    r"""
    >>> _deviation(-0.0291)
    '$-2.9$\\,\\%'
    """
    words = deviation(relative)
    return f"${words.removesuffix(' %')}$\\,\\%" if words.endswith(" %") else escaped(words)


def _notes(result: Result) -> Iterator[str]:
    """What a proxy stands in for and what is not assessed: it belongs under every table."""
    remarks = [
        *(_remark("By proxy", remark, result) for remark in boundary.proxies(result.model)),
        *(_remark("Not assessed", remark, result) for remark in boundary.gaps(result.model)),
    ]
    if remarks:
        yield "  \\par\\smallskip"
        yield f"  {{\\footnotesize {' '.join(remarks)}\\par}}"


def _remark(word: str, remark: Remark, result: Result) -> str:
    known = result.model.factors.criteria
    criteria = f" for {', '.join(remark.labels(known))}" if remark.criteria else ""
    proxy = f" from {known[remark.proxy].either}" if remark.proxy else ""
    return escaped(f"{word}: {remark.what}{criteria}{proxy} ({remark.reason}).")
