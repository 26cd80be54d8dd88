"""Data kept: electricity and media for as long as they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.binding import Scope
from lca.model.blocks import Storage
from lca.model.flow import Flow
from lca.rules.electricity import by_region, of_site


def flows(scope: Scope) -> Iterator[Flow]:
    stores: dict[str, Storage] = scope.study.storage
    for name, store in stores.items():
        where = f"storage.{name}" if name else "storage"
        data = scope.work(store.data, "GB", f"{where}.data")
        data = data if store.copies is None else data * store.copies.to("1")
        kept = (data * store.need("kept")).to("GB*year").named(f"data kept by {where}")
        site = scope.site(store)
        energy = (kept * store.need("energy")).to("kWh").named(f"electricity of {where}")
        for region, part in by_region(of_site(energy, site.pue), site.region):
            yield Flow("data centre", "data", "use", where, "electricity", region, part, store)
        if store.device:
            life = store.need("density", "storage needs the data that one medium holds") * store.need("lifetime")
            media = (kept / life).to("device").named(f"{store.device} consumed by {where}")
            yield Flow("data centre", "data", "embodied", store.device, store.device, "", media, store)
