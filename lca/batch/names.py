"""What a log calls models and regions, and what packs call them: nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lca.batch.pricers import Named
from lca.batch.shapes import Key
from lca.model.mapping import Log as Mapped

Called = Callable[[str], Iterable[str]]  # the keys of the models that have a name


def named(called: Called, by_map: Mapped | None = None, region: str = "") -> Named:
    """The model and the region of a request, as packs call them.

    A model is what the map says; else who serves it and its name, as openai/gpt-4o; else its name alone. A region is
    what the log and the map say; where the log says none, that which is given here.
    """

    def of(key: Key) -> tuple[str, str]:
        whole = f"{key.provider}/{key.model}"
        models = by_map.models if by_map is not None else {}
        regions = by_map.regions if by_map is not None else {}
        known = models.get(whole, models.get(key.model))
        if known is None:
            known = whole if key.provider and len([*called(whole)]) == 1 else key.model
        return known, regions.get(key.region, key.region) or region

    return of
