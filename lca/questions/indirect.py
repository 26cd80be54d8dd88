"""Indirect effects as a study declares them: beside its figures, in words, and never in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.model.declarations import About
from lca.model.goal import INCREASES, REDUCES, UNQUANTIFIED
from lca.spoken import N_, _

APART = N_("declared apart, and in no figure")


class Effect(NamedTuple):
    """An effect beyond the service: its key, what it is, how it acts, and whose word that is."""

    name: str
    what: str
    order: str
    sign: str
    amount: str
    criterion: str
    reason: str
    cited: str

    @property
    def words(self) -> str:
        """All of it in a line."""
        amount = _(UNQUANTIFIED) if self.amount == UNQUANTIFIED else self.amount
        source = f" ({self.cited})" if self.cited else ""
        said = {
            INCREASES: N_("{what} ({order} order, increases impacts, {amount}): {reason}{source}"),
            REDUCES: N_("{what} ({order} order, reduces impacts, {amount}): {reason}{source}"),
        }
        return _(
            said[self.sign], what=self.what, order=_(self.order), reason=self.reason, source=source,
            amount=" ".join(part for part in (self.criterion, amount) if part),
        )  # fmt: skip


def effects(about: About) -> Iterator[Effect]:
    """The effects that a study declares, in its order."""
    for name, each in about.indirect.items():
        cited = ", ".join(part for part in (each.source, each.at) if part)
        criterion = "" if each.amount == UNQUANTIFIED else each.criterion
        yield Effect(name, each.what, each.order, each.sign, each.amount, criterion, each.reason, cited)
