"""What has a tape for requests: a method that is asked of each of them, or a scenario with the model of each."""

from __future__ import annotations

from collections.abc import Callable

from lca.batch.plan import Column, Tape
from lca.batch.shapes import MAY_LACK, TOKENS, Key
from lca.disk.requests import Requests

TAKES = {**{name: f"{name}_tokens" for name in TOKENS}, MAY_LACK: MAY_LACK}  # what a method calls a column
PER = {MAY_LACK: 1e6}  # of a unit of what is taken: microseconds of a second
STATED = 1.0  # of every number in a question: any will do, the tape is for all

Named = Callable[[Key], tuple[str, str]]  # the model and the region of requests, as packs call them


def as_logged(key: Key) -> tuple[str, str]:
    """The model and the region as the log has them."""
    return key.model, key.region


class ByMethod:
    """Each request as `lca.request` answers it by a method, with the tokens of all classes and the latency if known."""

    def __init__(self, requests: Requests, method: str, named: Named = as_logged) -> None:
        self.requests, self.method, self.named = requests, method, named
        self._known: dict[object, Tape] = {}

    def tape(self, key: Key) -> Tape:
        """The tape of requests to a model. Problems where the method does not answer of it."""
        model, region = self.named(key)
        columns = {take: column for column, take in TAKES.items() if not (key.lacks and column == MAY_LACK)}
        question, left = self.requests.question(
            self.requests.form(self.method), model, region, dict.fromkeys(columns, STATED)
        )
        known = (question, left)
        if known not in self._known:
            made = self.requests.compiled(question, dict.fromkeys(columns, STATED))
            leaves = {
                leaf: Column(columns[name], PER.get(columns[name], 1.0))
                for name, leaf in zip(question.numbers, made.leaves, strict=True)
            }
            about = made.about
            notes = (*about.said, *about.unless_stated, *about.not_assessed, *about.cautions)
            roots = dict(zip(about.criteria, made.roots, strict=True))
            self._known[known] = Tape(
                made.graph, roots, leaves, about.criteria, notes, tuple(columns[name] for name in left)
            )
        return self._known[known]
