"""`lca upgrade`: an old file by the names of now."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import Annotated

import typer

from lca.cli.app import app
from lca.cli.options import Output
from lca.problems import printable


@app.command()
def upgrade(
    file: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file; it is rewritten without -o.")],
    output: Output = None,
) -> None:
    """Rewrite the names of a scenario that are others now.

    Keys, paths and formulas alike; comments and all else stay as they are. A file without such names stays untouched.
    """
    from lca.disk.files import rewrite, write
    from lca.disk.workspace import read_bytes, shown
    from lca.text.source import SIZE, decode
    from lca.upgrade import upgraded

    name = shown(file)
    data = read_bytes(file, SIZE)
    made = upgraded(decode(data, name), name)
    content = (codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"") + made.text.encode()
    sys.stdout.writelines(f"{printable(f'{change.span}: {change}')}\n" for change in made.changes)
    if output is not None:
        write(output, content)
    elif made.changes:
        rewrite(file, content)
    if output is not None or made.changes:
        sys.stderr.write(f"wrote {printable(shown(output or file))}\n")
    else:
        sys.stdout.write(f"{printable(name)} has no names of before\n")
