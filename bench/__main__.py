"""`python -m bench [NAME…]`: measure, print a table, exit 1 where a bound is not kept.

Each file is measured in a process of its own, so that none inherits the memory or the warmth of another.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from bench.measure import Row

OTHERS = ("__main__", "measure")
ALONE = "--alone"


def main(arguments: list[str]) -> int:
    """Run the measurements that are named, or all of them."""
    if arguments[:1] == [ALONE]:
        return _measured(arguments[1])
    known = [module.name for module in iter_modules([str(Path(__file__).parent)]) if module.name not in OTHERS]
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n\n")
    sys.stdout.write("| what | measured | bound | |\n|---|---:|---:|---|\n")
    sys.stdout.flush()
    commands = [[sys.executable, "-m", "bench", ALONE, name] for name in arguments or known]
    return max(subprocess.run(command, check=False).returncode for command in commands)  # noqa: S603


def _measured(name: str) -> int:
    broken = 0
    for row in import_module(f"bench.{name}").rows():
        broken += not row.kept
        sys.stdout.write(_line(Row(*row)))
        sys.stdout.flush()
    return 1 if broken else 0


def _line(row: Row) -> str:
    bound = f"{'≥' if row.least else '≤'} {row.limit:g}"
    mark = "" if row.kept else " **not kept**"
    return f"| {row.what} | {row.ratio:.3g}{mark} | {bound} | {row.detail} |\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
