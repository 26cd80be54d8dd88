"""Checks as annotations of lines, in the words that GitHub's runners read from a log: workflow commands.

A command is a line, `::error file=…,line=…,col=…,title=…::message`; how signs are escaped is what the runner undoes
(docs.github.com, "Workflow commands for GitHub Actions"; `ActionCommand` of actions/runner). GitHub shows the first ten
errors and the first ten notices of a step, so what keeps figures from being computed stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.checks import Checked, outcome, summarised
from lca.problems import Problem, printable
from lca.report import Look
from lca.result import Verdict

WRITES = ("checks",)

ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # % first: the runner undoes it last
ESCAPED_IN_PROPERTIES = {**ESCAPED, ":": "%3A", ",": "%2C"}


def render(checks: Iterable[Checked], _look: Look) -> str:
    """An error for each problem, miss and finding, a notice for each known gap, and the count as a line of the log.

    What is extended by several scenarios is told once.
    """
    every = list(checks)
    problems = [line for one in every for line in _problems(one.wrong, "problem", one.scenario)]
    missed = [_verdict("error", v) for one in every for v in one.verdicts if v.is_missed]
    findings = [line for one in every for line in _problems(one.findings, "strict", one.scenario)]
    gaps = [_verdict("notice", v) for one in every for v in one.verdicts if v.verdict == "known gap"]
    return "\n".join([*dict.fromkeys([*problems, *missed, *findings, *gaps]), summarised(every), ""])


def _problems(problems: Iterable[Problem], title: str, scenario: str) -> Iterator[str]:
    """At the first place of each; at the scenario itself where it has none."""
    for problem in problems:
        place = str(problem.spans[0]) if problem.spans else f"{scenario}:1:1"
        yield _command("error", place, title, f"{problem.message}\n{problem.hint}")


def _verdict(command: str, v: Verdict) -> str:
    why = f"\n{v.verdict}: {v.reason}" if v.reason and v.verdict == "known gap" else ""
    return _command(command, v.place, v.verdict, f"{v.title or v.words or v.key}: {outcome(v)}{why}")


def _command(name: str, place: str, title: str, message: str) -> str:
    r"""A workflow command about a place such as `chat.yaml:5:10`.

    >>> _command("error", "a,b.yaml:5:10", "missed", "50 %: too much\n")
    '::error file=a%2Cb.yaml,line=5,col=10,title=lca%3A missed::50 %25: too much'
    """
    file, line, column = place.rsplit(":", 2)
    said = {"file": file, "line": line, "col": column, "title": f"lca: {title}"}
    properties = ",".join(f"{key}={_escaped(value, ESCAPED_IN_PROPERTIES)}" for key, value in said.items())
    return f"::{name} {properties}::{_escaped(message.strip(), ESCAPED)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    """A text whose signs mean nothing to the runner; other control characters are shown, and cannot act."""
    kept = "\n".join(map(printable, text.split("\n")))
    return "".join(signs.get(sign, sign) for sign in kept)
