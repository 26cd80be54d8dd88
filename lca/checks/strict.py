"""Strictness: what a study that is passed on or kept in CI should have, and may lack elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Checked
from lca.problems import Problem
from lca.questions.account import Account, account
from lca.questions.boundary import unstated
from lca.result import Result
from lca.text.overlay import entries, find
from lca.wording import runs

ORDER = 3
STRICT = True


def check(result: Result, checked: Checked, _draws: int) -> Checked:
    """What has been found so far, with a finding for each thing that strictness asks for and the study lacks."""
    return checked._replace(findings=(*checked.findings, *findings(result)))


def findings(result: Result) -> Iterator[Problem]:
    """What strictness asks for and a study lacks, each with its place and the way out."""
    yield from _no_figure(result)
    made = account(result)
    yield from (Problem(f"{idle.path} is not used: {idle.reason}", (idle.span,), "take it out") for idle in made.idle)
    yield from _undeclared(result, made)
    yield from _closed(result)


def _closed(result: Result) -> Iterator[Problem]:
    """Known gaps of figures that are met."""
    expected = entries(find(result.model.scenario.tree, ("expect",)))
    for v in result.verdicts:
        if v.reason and v.verdict != "known gap":
            hint = "take known_gap out"
            yield Problem(f"expect.{v.key} is met, and has a known gap", (expected[v.key].key_span,), hint)


def _undeclared(result: Result, made: Account) -> Iterator[Problem]:
    """What is taken in place of what was asked for, or left out, and the study does not say so."""
    model = result.whole.model
    about = find(model.scenario.tree, ("study",)) or model.scenario.tree
    alike: dict[tuple[str, str, str], list[str]] = {}
    for swap in made.instead:
        if not swap.reason:
            alike.setdefault((swap.used, swap.item, swap.pack), []).append(swap.asked)
    for (used, item, pack), several in alike.items():
        for asked, said in zip(runs(several), runs(several, ".."), strict=True):
            hint = f"declare it under study.stand_ins: [{{asked: {said}, used: {used}, for: {item}, reason: …}}]"
            yield Problem(f"{used} is taken for {asked}: {item}, {pack}", (about.key_span,), hint)
    for remark in unstated(model):
        item, _, stage = remark.what.rpartition(", ")
        entry = f"{{item: {item}, stage: {stage}, reason: …}}"
        hint = f"state what it takes, or declare it under study.not_assessed: [{entry}]"
        yield Problem(f"{remark.what} is left out: {remark.reason}", (about.key_span,), hint)


def _no_figure(result: Result) -> Iterator[Problem]:
    """A check of a study that expects nothing cannot fail."""
    if all(v.verdict == "known gap" for v in result.verdicts):
        tree = result.model.scenario.tree
        hint = "say under expect what a figure comes to, or what it stays below"
        said = "nothing but known gaps" if result.verdicts else "no figure"
        yield Problem(f"the study expects {said}", ((find(tree, ("study",)) or tree).span,), hint)
