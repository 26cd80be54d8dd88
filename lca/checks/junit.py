"""Verdicts as JUnit XML, which CI servers read: a test case for each expected figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lca.problems import Problem, printable
from lca.result import Verdict
from lca.wording import deviation

Suite = tuple[str, Iterable[Verdict], Iterable[Problem]]


def xml(suites: Iterable[Suite]) -> str:
    """The document: a suite for each scenario. A known gap is skipped, a miss fails, a problem is an error."""
    lines = [line for suite in suites for line in _suite(*suite)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *lines, "</testsuites>", ""])


def _suite(scenario: str, verdicts: Iterable[Verdict], problems: Iterable[Problem]) -> Iterator[str]:
    found, wrong = list(verdicts), list(problems)
    counts = {
        "tests": len(found) + len(wrong),
        "failures": sum(v.verdict == "missed" for v in found),
        "errors": len(wrong),
        "skipped": sum(v.verdict == "known gap" for v in found),
    }
    shown = "".join(f' {name}="{count}"' for name, count in counts.items())
    yield f"  <testsuite name={_quoted(scenario)}{shown}>"
    for v in found:
        yield from _case(scenario, v.key, _outcome(v))
    for number, problem in enumerate(wrong, 1):
        text = f"<error message={_quoted(problem.message)}>{_text(str(problem))}</error>"
        yield from _case(scenario, f"problem {number}", text)
    yield "  </testsuite>"


def _case(scenario: str, name: str, outcome: str) -> Iterator[str]:
    start = f"    <testcase classname={_quoted(scenario)} name={_quoted(name)}"
    yield f"{start}>{outcome}</testcase>" if outcome else f"{start}/>"


def _outcome(v: Verdict) -> str:
    words = f"{v.computed:.6g} {v.unit}, published {v.published:.6g} {v.unit} ({deviation(v.deviation)})"
    if v.verdict == "missed":
        return f"<failure message={_quoted(words)}>{_text(f'{v.place}: {v.title or v.key}')}</failure>"
    if v.verdict == "known gap":
        return f"<skipped message={_quoted(f'{words}; known gap: {v.reason}')}/>"
    return f"<system-out>{_text(f'{v.verdict}: {words}')}</system-out>"


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _text(text: str) -> str:
    """XML takes no control characters, not even escaped."""
    return escape("\n".join(map(printable, text.split("\n"))))
