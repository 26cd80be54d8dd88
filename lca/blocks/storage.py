"""Data kept: electricity and media for as long as they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from lca import units
from lca.graph import Node
from lca.model.case import Case
from lca.model.fields import OneOrEach, Quantity, Text, Words
from lca.model.flow import Flow
from lca.model.methods import ByMethod
from lca.model.terms import METERED, METERS, NOTE
from lca.rules.electricity import flows_of
from lca.spoken import N_

ORDER = 5

KEPT = units.unit("GB*year")


class Storage(ByMethod):
    """Data kept: what the service stores, for how long, on what."""

    site = Text("the name of the site", required=True)
    data = Quantity("GB", "data stored; none where the demand itself is data kept, in GB*year", per_work=True, low=0)
    kept = Quantity("year", "how long they are kept", above=0)
    copies = Quantity("1", "copies kept, the first included", low=1)
    energy = Quantity("kWh/GB/year", "electricity of storage", low=0, required=True)
    metered = Text(METERED, choices=METERS)
    device = Text("the item under which packs have a factor for the medium")
    density = Quantity("GB/device", "data that one medium holds", above=0)
    lifetime = Quantity("year", "years from purchase to replacement of the medium", above=0)
    note = Words(NOTE)


FIELD = OneOrEach(Storage, "data kept")


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and media of each store."""
    stores: dict[str, Storage] = case.block("storage")
    for name, store in stores.items():
        yield from store.going_on(_store(case, store, f"storage.{name}" if name else "storage"))


def _store(case: Case, store: Storage, where: str) -> Iterator[Flow]:
    case.site(store, "data")
    kept = _kept(case, store, where).named(f"data kept by {where}")
    energy = (kept * store.need("energy")).to("kWh").named(f"electricity of {where}")
    yield from flows_of(case, store, "data", where, energy, store)
    case.allocated("by data", where)
    if store.device:
        media = _media(store, kept).named(f"{store.device} consumed by {where}")
        yield Flow("data centre", "data", "embodied", store.device, store.device, "", media, store)
    else:
        case.gap("data centre", "data", "embodied", where, N_("{name} names no device", name=where))


def _kept(case: Case, store: Storage, where: str) -> Node:
    """The data kept times how long: stated for a unit of the demand, or what the demand itself is."""
    is_demanded = any(flow.unit.dims == KEPT.dims for flow in case.demand.values())
    if is_demanded and not store.has("data") and not store.has("kept"):
        return _in_copies(case.work(case.graph.constant(1), KEPT, where), store)
    data = case.work(store.need("data"), "GB", f"{where}.data")
    kept: Node = _in_copies(data, store) * store.need("kept")
    return kept.to(KEPT)


def _in_copies(data: Node, store: Storage) -> Node:
    copies: Node | None = store.copies
    return data if copies is None else data * copies.to("1")


def _media(store: Storage, kept: Node) -> Node:
    density: Node = store.need(
        "density", "the data that one medium holds, in GB/device: without it there is no share of it"
    )
    lifetime: Node = store.need("lifetime", "the years that a medium lasts: without them there is no share of it")
    return (kept / (density * lifetime)).to("device")
