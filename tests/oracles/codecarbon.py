"""What CodeCarbon writes of three short runs that were told a PUE of 1.5: `codecarbon.py FILE`."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 3
NAME = "emissions.csv"


def main(target: Path) -> None:
    """Write the file that the tests read."""
    with TemporaryDirectory() as folder:
        for project in ("alpha", "alpha", "beta"):
            tracker = import_module("codecarbon").OfflineEmissionsTracker(
                project_name=project, country_iso_code="FRA", pue=1.5, log_level="error", output_dir=folder
            )
            tracker.start()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                sum(range(10_000))
            tracker.stop()
        target.write_bytes((Path(folder) / NAME).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
