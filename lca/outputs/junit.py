"""Verdicts as JUnit XML, which CI servers read: a test case for each expected figure and each invariant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lca.checks import Checked, outcome
from lca.problems import Problem, printable
from lca.report import Look
from lca.result import Verdict

WRITES = ("checks",)
SUFFIXES = (".xml",)


def render(checks: Iterable[Checked], _look: Look) -> str:
    """The document: a suite for each scenario.

    A test case is a figure, an invariant, a finding of strictness or a problem. A known gap is skipped; a miss, a
    broken invariant and a finding fail; a problem is an error.
    """
    lines = [line for checked in checks for line in _suite(checked)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *lines, "</testsuites>", ""])


def _suite(checked: Checked) -> Iterator[str]:
    cases = [*_cases(checked)]
    tags = [told.removeprefix("<").partition(" ")[0] for _, told in cases]
    counted = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    counts = {"tests": len(cases)} | {name: tags.count(tag) for name, tag in counted}
    shown = "".join(f' {name}="{count}"' for name, count in counts.items())
    yield f"  <testsuite name={_quoted(checked.scenario)}{shown}>"
    for name, told in cases:
        start = f"    <testcase classname={_quoted(checked.scenario)} name={_quoted(name)}"
        yield f"{start}>{told}</testcase>" if told else f"{start}/>"
    yield "  </testsuite>"


def _cases(checked: Checked) -> Iterator[tuple[str, str]]:
    """The name of each test case and its outcome; none where there is nothing to say."""
    yield from ((v.key, _verdict(v)) for v in checked.verdicts)
    for name, broken in checked.invariants:
        yield name, _outcome("failure", *broken) if broken else ""
    yield from ((f"strict {number}", _outcome("failure", each)) for number, each in enumerate(checked.findings, 1))
    yield from ((f"problem {number}", _outcome("error", each)) for number, each in enumerate(checked.problems, 1))


def _outcome(tag: str, *problems: Problem) -> str:
    text = "\n\n".join(map(str, problems))
    return f"<{tag} message={_quoted(problems[0].message)}>{_text(text)}</{tag}>"


def _verdict(v: Verdict) -> str:
    words = outcome(v)
    if v.is_missed:
        name = v.title or v.words or v.key
        return f"<failure message={_quoted(words)}>{_text(f'{v.place}: {name}')}</failure>"
    if v.verdict == "known gap":
        return f"<skipped message={_quoted(f'{words}; known gap: {v.reason}')}/>"
    return f"<system-out>{_text(f'{v.verdict}: {words}')}</system-out>"


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _text(text: str) -> str:
    """XML takes no control characters, not even escaped."""
    return escape("\n".join(map(printable, text.split("\n"))))
