"""Free lines of an inventory, of the scenario's own or of a process: their fields and their flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lca.model.fields import Mix, Quantity, Rivals, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import CATEGORIES, CONTROL_DOC, CONTROLS, NOTE, PHASES, STAGES, TIERS
from lca.rules.electricity import by_region

ANYWHERE = (("", None),)


class Activity(ByMethod):
    """A free line of the inventory, for what no block foresees."""

    entry_name = "item"
    name_ = Text("what to call the line")
    item_ = Text("the item under which packs have factors", required=True)
    tier = Text("the tier", choices=TIERS, required=True)
    phase = Text("the AI phase", choices=PHASES, default="access")
    stage = Text("the life-cycle stage; `embodied` for all but use, `all` for every one", choices=STAGES, required=True)
    region = Mix("the region of the factor, where it has one")
    amount = Quantity("", "how much of it, in all or for a unit of the demand", required=True)
    control = Text(CONTROL_DOC, choices=CONTROLS)
    ghg_category = Text("its scope of the GHG Protocol, or category of scope 3, as in 3.6", choices=(*CATEGORIES,))
    note = Words(NOTE)
    rivals = (Rivals(("control",), ("ghg_category",), "its GHG scope", "a category that is stated needs no rule"),)


def lines(activities: Mapping[str, Activity], of: str = "") -> Iterator[Flow]:
    """Each line as it is written; those of a process are called after it."""
    for name, line in activities.items():
        yield from line.going_on(_line(f"{of} {name}".strip(), line))


def _line(name: str, line: Activity) -> Iterator[Flow]:
    tier, stage, item, amount = (line.need(key) for key in ("tier", "stage", "item", "amount"))
    for region, part in by_region(amount, line.region or ANYWHERE):
        yield Flow(tier, line.phase, stage, name, item, region, part, line)
