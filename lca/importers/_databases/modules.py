"""The modules of a product declaration (EN 15804): those of one life-cycle stage are added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.importers._databases.entries import Entry, Passed, Told
from lca.importers._databases.words import stage

BEYOND = "D"  # benefits and loads beyond the system boundary: of no stage
TOGETHER = {"A1-A3": ("A1", "A2", "A3"), "A1A2A3": ("A1", "A2", "A3")}


def by_stage(told: Iterable[tuple[str, Entry]]) -> Iterator[Told]:
    """Entries of modules as entries of stages. A module that is of none, or stands in another one, is passed over."""
    listed = [*told]
    there: dict[str, set[str]] = {}
    for module, entry in listed:
        there.setdefault(entry.criterion, set()).add(module)
    sums: dict[tuple[str, str], list[tuple[str, Entry]]] = {}
    for module, entry in listed:
        own, together = (
            stage(module),
            {one for name, parts in TOGETHER.items() if name in there[entry.criterion] for one in parts},
        )
        if not own:
            why = "of no life-cycle stage: credits beyond the system" if module == BEYOND else "of no stage of ours"
            yield Passed(f"{entry.place}, {module}", entry.name, f"a module {why}", f"{entry.criterion}: {entry.value}")
        elif module in together:
            yield Passed(f"{entry.place}, {module}", entry.name, "a module that stands in A1-A3 too", entry.criterion)
        else:
            sums.setdefault((own, entry.criterion), []).append((module, entry))
    for (own, _), parts in sums.items():
        first = parts[0][1]
        total = f"{sum(float(entry.value) for _, entry in parts):.12g}" if len(parts) > 1 else first.value
        modules = "+".join(module for module, _ in parts)
        note = "; ".join(part for part in (f"modules {modules}", first.note) if part)
        yield first._replace(stage=own, value=total, note=note)
