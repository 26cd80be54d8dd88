"""Has ilcdlib read declarations and writes what it reads: `python -P tests/oracles/ilcd.py FILE ARCHIVE.zip…`.

`make test-all` runs it in an environment of its own. Of each archive it tells the declared unit, and each impact by
module.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any


def answers(path: Path) -> dict[str, Any]:
    """What ilcdlib reads of one archive."""
    medium, epd = import_module("ilcdlib.medium.archive"), import_module("ilcdlib.epd.reader")
    reader = epd.IlcdEpdReader(None, None, medium.ZipIlcdReader(str(path)))
    unit = reader.get_declared_unit()
    impacts = reader.get_lcia_results_reader().get_impact_set({}).model_dump(exclude_none=True)
    return {
        "unit": {"amount": unit.qty, "unit": unit.unit},
        "impacts": {
            name: {module: one["mean"] for module, one in modules.items() if isinstance(one, dict) and "mean" in one}
            for name, modules in impacts.items() if isinstance(modules, dict)
        },
    }  # fmt: skip


def main(answer: Path, archives: list[Path]) -> None:
    """Ask, and write the answers."""
    said = {"version": version("ilcdlib"), "archives": {path.name: answers(path) for path in archives}}
    answer.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
