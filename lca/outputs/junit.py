"""Verdicts as JUnit XML, which CI servers read: a test case for each expected figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lca.checks import Checked
from lca.problems import printable
from lca.report import Look
from lca.result import Verdict
from lca.wording import deviation, percent

WRITES = ("checks",)
SUFFIXES = (".xml",)

SIGNS = {"value": "", "at_least": "at least ", "at_most": "at most ", "below": "below "}


def render(checks: Iterable[Checked], _look: Look) -> str:
    """The document: a suite for each scenario. A known gap is skipped, a miss fails, a problem is an error."""
    lines = [line for checked in checks for line in _suite(checked)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *lines, "</testsuites>", ""])


def _suite(checked: Checked) -> Iterator[str]:
    scenario, verdicts, wrong = checked.scenario, checked.verdicts, checked.problems
    counts = {
        "tests": len(verdicts) + len(wrong),
        "failures": sum(v.verdict == "missed" for v in verdicts),
        "errors": len(wrong),
        "skipped": sum(v.verdict == "known gap" for v in verdicts),
    }
    shown = "".join(f' {name}="{count}"' for name, count in counts.items())
    yield f"  <testsuite name={_quoted(scenario)}{shown}>"
    for v in verdicts:
        yield from _case(scenario, v.key, _outcome(v))
    for number, problem in enumerate(wrong, 1):
        text = f"<error message={_quoted(problem.message)}>{_text(str(problem))}</error>"
        yield from _case(scenario, f"problem {number}", text)
    yield "  </testsuite>"


def _case(scenario: str, name: str, outcome: str) -> Iterator[str]:
    start = f"    <testcase classname={_quoted(scenario)} name={_quoted(name)}"
    yield f"{start}>{outcome}</testcase>" if outcome else f"{start}/>"


def _outcome(v: Verdict) -> str:
    apart = f" ({deviation(v.deviation)})" if v.relation == "value" else ""
    bound = f"{v.said} {SIGNS[v.relation]}{_shown(v.published, v.unit)}"
    words = f"{_shown(v.computed, v.unit)}, {bound}{apart}"
    if v.verdict == "missed":
        name = v.title or v.words or v.key
        return f"<failure message={_quoted(words)}>{_text(f'{v.place}: {name}')}</failure>"
    if v.verdict == "known gap":
        return f"<skipped message={_quoted(f'{words}; known gap: {v.reason}')}/>"
    return f"<system-out>{_text(f'{v.verdict}: {words}')}</system-out>"


def _shown(value: float, unit: str) -> str:
    """A figure with its unit; a pure number as a share, unless it is more than the whole."""
    if unit in ("", "1"):
        return percent(value) if abs(value) <= 1 else f"{value:.6g}"
    return f"{value:.6g} {unit}"


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _text(text: str) -> str:
    """XML takes no control characters, not even escaped."""
    return escape("\n".join(map(printable, text.split("\n"))))
