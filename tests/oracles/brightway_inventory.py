"""Has bw2io write an inventory: `python -P tests/oracles/brightway_inventory.py FILE.xlsx`, in Brightway's environment.

A service of a page: servers and their electricity, of which one activity takes the other, with parameters of the
database and of an activity, laws, an exchange of another database, a flow to the air and a production that is not 1.
FILE.json beside it has the score of the service by a method of one flow, so that what is followed can be held to it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAME = "page"
CO2 = "carbon dioxide, fossil"


def inventory() -> dict[tuple[str, str], dict[str, Any]]:
    """The activities by their keys."""
    air = {"name": CO2, "unit": "kilogram", "type": "emission", "categories": ("air",), "exchanges": []}
    power = {
        "name": "electricity of the hall", "unit": "kilowatt hour", "location": "FR",
        "reference product": "electricity",
        "exchanges": [
            _exchange("power", 10, "production"),
            _exchange("air", 0.56, "biosphere", **{"uncertainty type": 4, "minimum": 0.4, "maximum": 0.7}),
        ],
    }  # fmt: skip
    server = {
        "name": "server hour", "unit": "hour", "location": "FR", "reference product": "server hour",
        "exchanges": [
            _exchange("server", 1, "production"),
            _exchange("power", 0.3, "technosphere", formula="draw * pue"),
            {"input": ("background", "rack"), "name": "market for server rack", "amount": 2e-6, "type": "technosphere",
             "unit": "unit", "location": "GLO"},
        ],
    }  # fmt: skip
    page = {
        "name": "a million pages", "unit": "unit", "location": "FR", "reference product": "pages",
        "exchanges": [
            _exchange("page", 1, "production"),
            _exchange("server", 50, "technosphere", formula="seconds * 1e6 / 3600 / sqrt(busy)"),
        ],
    }  # fmt: skip
    return {(NAME, key): each for key, each in (("air", air), ("power", power), ("server", server), ("page", page))}


def _exchange(code: str, amount: float, kind: str, **more: Any) -> dict[str, Any]:
    return {"input": (NAME, code), "amount": amount, "type": kind, **more}


def main(answer: Path) -> None:
    """Write the workbook, and the score."""
    with TemporaryDirectory() as folder:
        os.environ["BRIGHTWAY2_DIR"] = folder
        data, calculation = import_module("bw2data"), import_module("bw2calc")
        stored = import_module("bw2data.parameters")
        data.projects.set_current("inventory")
        rack = {"name": "market for server rack", "unit": "unit", "location": "GLO", "exchanges": []}
        data.Database("background").write({("background", "rack"): rack})
        data.Database(NAME).write(inventory())
        stored.parameters.new_database_parameters(
            [{"name": "draw", "amount": 0.25, "uncertainty type": 2, "loc": -1.3862943611198906, "scale": 0.2},
             {"name": "pue", "amount": 1.2}, {"name": "busy", "amount": 0.64}], NAME,
        )  # fmt: skip
        for code, name, amount in (("page", "seconds", 0.18), ("server", "spare", 1)):
            one = {"database": NAME, "code": code, "name": name, "amount": amount}
            stored.parameters.new_activity_parameters([one], f"of {code}")
            stored.parameters.add_exchanges_to_group(f"of {code}", data.get_activity((NAME, code)))
        stored.parameters.recalculate()
        method = data.Method(("page", "GWP"))
        method.register()
        method.write([((NAME, "air"), 1.0)])
        lca = calculation.LCA({data.get_activity((NAME, "page")): 1}, ("page", "GWP"))
        lca.lci()
        lca.lcia()
        written = import_module("bw2io.export.excel").write_lci_excel(NAME, dirpath=folder)
        shutil.copy(written, answer)
    answer.with_suffix(".json").write_text(
        json.dumps({"bw2io": version("bw2io"), "score": float(lca.score)}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
