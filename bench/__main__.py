"""`python -m bench [NAME…]`: measure, print a table, exit 1 where a bound is not kept."""

from __future__ import annotations

import platform
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from bench.measure import Row

OTHERS = ("__main__", "measure")


def main() -> int:
    """Run the measurements that are named, or all of them."""
    known = [module.name for module in iter_modules([str(Path(__file__).parent)]) if module.name not in OTHERS]
    broken = 0
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}, ratios within one run\n\n")
    sys.stdout.write("| what | measured | bound | |\n|---|---:|---:|---|\n")
    for name in sys.argv[1:] or known:
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
    sys.exit(main())
