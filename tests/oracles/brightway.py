"""Has bw2io read exports and writes what it makes of them: `python -P tests/oracles/brightway.py FILE EXPORT.xlsx…`.

`make test-all` runs it in an environment of its own (-P: another file here bears the name of a library). Of each export
it tells the scores of every case by every criterion, as read and with each input that is a parameter 5 % higher and the
database recalculated, and the mean and the standard deviation of what bw2parameters draws for each uncertain input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HIGHER = 1.05
DRAWS = 20_000


def answers(path: Path) -> dict[str, Any]:
    """What Brightway makes of one export."""
    data, inventory = import_module("bw2data"), import_module("bw2io")
    stored = import_module("bw2data.parameters")
    importer = inventory.ExcelImporter(str(path))
    importer.apply_strategies()
    unlinked = [*importer.unlinked]
    drawn = dict(draws(importer.database_parameters or []))
    importer.write_database()
    name = importer.db_name
    stated = dict(scores(data, name))
    inputs = [one for one in stored.DatabaseParameter.select() if one.database == name and not one.formula]
    for one in inputs:
        one.amount *= HIGHER
        one.save()
    stored.parameters.recalculate()
    return {
        "unlinked": len(unlinked), "inputs": sorted(one.name for one in inputs), "stated": stated,
        "moved": dict(scores(data, name)), "drawn": drawn,
    }  # fmt: skip


def scores(data: Any, name: str) -> Iterator[tuple[str, float]]:
    """Each case with its score by each criterion."""
    calculation = import_module("bw2calc")
    activities = [*data.Database(name)]
    for flow in sorted(one["code"] for one in activities if one["code"].startswith("criterion ")):
        key = flow.removeprefix("criterion ")
        method = data.Method((name, key))
        method.register()
        method.write([((name, flow), 1.0)])
        for activity in sorted(activities, key=lambda one: str(one["code"])):
            if activity["code"].startswith("case "):
                lca = calculation.LCA({activity: 1}, (name, key))
                lca.lci()
                lca.lcia()
                yield f"{activity['code'].removeprefix('case ')}: {key}", float(lca.score)


def draws(parameters: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[float, float]]]:
    """The mean and the standard deviation of what is drawn for each uncertain input."""
    made = {one["name"]: {**one} for one in parameters}
    for one in made.values():
        if "uncertainty type" in one:
            one["uncertainty type"] = int(one["uncertainty type"])
    found = import_module("bw2parameters").ParameterSet(made).evaluate_monte_carlo(iterations=DRAWS)
    for name, one in made.items():
        if "uncertainty type" in one:
            yield name, (float(found[name].mean()), float(found[name].std()))


def main(answer: Path, exports: list[Path]) -> None:
    """Ask, and write the answers."""
    with TemporaryDirectory() as folder:
        os.environ["BRIGHTWAY2_DIR"] = folder
        import_module("bw2data").projects.set_current("exports")
        files = {path.stem: answers(path) for path in exports}
    said = {"versions": {name: version(name) for name in ("bw2io", "bw2data", "bw2calc")}, "files": files}
    answer.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
