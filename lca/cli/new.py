"""`lca new`: a scenario to begin with."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca import discovery
from lca.cli.app import app
from lca.cli.options import IN_ENGLISH, Lang
from lca.problems import Problem, Problems, printable

SUFFIXES = (".yaml", ".yml")
KINDS = discovery.headings("views/templates", ".yaml")

if TYPE_CHECKING:
    Kind = str
else:
    Kind = Literal[tuple(KINDS)]


def _about() -> str:
    """The help of the command, with a sentence for each kind."""
    return "\n\n".join([str(new.__doc__), *(f"{name}: {about}" for name, about in KINDS.items())])


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the scenario: NAME.yaml is written.")],
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="The kind of service that it is of.", show_default=False)
    ] = None,
    lang: Lang = IN_ENGLISH,
) -> None:
    """Write a commented scenario that runs as it stands: of a kind of service, or one that shows most blocks."""
    from lca.disk.files import write
    from lca.disk.workspace import shown
    from lca.views.template import scenario

    path = _path(name)
    file = printable(shown(path))
    quoted = shlex.quote(f"./{file}" if file.startswith("-") else file)
    write(path, scenario(path.stem.replace("_", " ").replace("-", " "), quoted, kind or "", lang))
    sys.stdout.write(f"wrote {file}\nnext: lca run {quoted}; then put your own numbers in it, and run it again\n")


app.command(help=_about())(new)


def _path(name: str) -> Path:
    """The file to write. Problems where it is there already, or cannot be a file."""
    path = Path(name) if name.endswith(SUFFIXES) else Path(f"{name}.yaml")
    if path.exists() or path.is_symlink():
        raise Problems([Problem(f"{path} is already there", (), "choose another name, or move it away")])
    if not path.stem.isprintable() or path.name.startswith("."):
        raise Problems([Problem(f"'{name!r}' is no name for a scenario", (), "use letters, digits, - and _")])
    return path
