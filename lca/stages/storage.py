"""Data kept: electricity and media for as long as they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from lca.graph import Node
from lca.model.binding import Scope
from lca.model.blocks import Storage
from lca.model.flow import Flow
from lca.rules.electricity import by_region, of_site


def flows(scope: Scope) -> Iterator[Flow]:
    """Electricity and media of each store."""
    stores: dict[str, Storage] = scope.study.storage
    for name, store in stores.items():
        yield from scope.going_on(_store(scope, store, f"storage.{name}" if name else "storage"), store)


def _store(scope: Scope, store: Storage, where: str) -> Iterator[Flow]:
    site = scope.site(store, "data")
    data = scope.work(store.need("data"), "GB", f"{where}.data")
    data = data if store.copies is None else data * store.copies.to("1")
    kept = (data * store.need("kept")).to("GB*year").named(f"data kept by {where}")
    energy = (kept * store.need("energy")).to("kWh").named(f"electricity of {where}")
    for region, part in by_region(of_site(energy, site.pue), site.need("region")):
        yield Flow("data centre", "data", "use", where, "electricity", region, part, store)
    if store.device:
        media = _media(store, kept).named(f"{store.device} consumed by {where}")
        yield Flow("data centre", "data", "embodied", store.device, store.device, "", media, store)
    else:
        scope.gap("data centre", "data", "embodied", where, f"{where} names no device")


def _media(store: Storage, kept: Node) -> Node:
    density: Node = store.need(
        "density", "the data that one medium holds, in GB/device: without it there is no share of it"
    )
    lifetime: Node = store.need("lifetime", "the years that a medium lasts: without them there is no share of it")
    return (kept / (density * lifetime)).to("device")
