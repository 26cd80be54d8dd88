"""Scenarios as they were at a revision of a git repository. git is asked for the text; no shell is involved."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Callable
from functools import partial

from lca.language import with_tables
from lca.problems import Problem, Problems, Span, shortened
from lca.scenario import Scenario, scenario
from lca.text import documents, sheets
from lca.text.documents import Located
from lca.text.overlay import find, merged
from lca.text.source import SIZE
from lca.upgrade import upgraded

MOST_PARENTS = 10  # scenarios that extend one another
PATIENCE = 30  # seconds that git may take
Shipped = Callable[[str], "Located | None"]


def scenario_at(revision: str, path: str, shipped: Shipped) -> Scenario:
    """A scenario at a revision, with everything it extends at that revision; `shipped` knows those of the package.

    The path is from the top of the repository, or from here. Problems where there is no such revision or file.
    """
    top = _git("rev-parse", "--show-prefix", hint="run it in the checkout that has the revision").strip()
    place = next((known for known in _places(path, top) if _exists(revision, known)), "")
    if not place:
        _revision(revision)
        hint = f"write the path from the top of the repository; `git ls-tree -r --name-only {revision}` lists them"
        raise Problems([Problem(f"there is no file {path} at {revision}", (), hint)])
    return scenario(_extended(revision, place, shipped, (place,)), f"{revision}:{place}")


def _places(path: str, top: str) -> tuple[str, ...]:
    plain = posixpath.normpath(path)
    return (plain, posixpath.normpath(posixpath.join(top, plain)))


def _extended(revision: str, path: str, shipped: Shipped, chain: tuple[str, ...]) -> Located:
    name = f"{revision}:{path}"
    folders = posixpath.dirname(path), posixpath.dirname(chain[0])
    written = documents.parse(upgraded(_text(revision, path), name).text, name)
    tree = with_tables(written, partial(_table, revision, *folders))
    parent = find(tree, ("extends",))
    if parent is None:
        return tree
    if not isinstance(parent.value, str) or not parent.value:
        raise Problems([Problem("extends names one file", (parent.span,), "extends: other.yaml")])
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), parent.value))
    if place in chain or len(chain) > MOST_PARENTS:
        raise Problems([Problem("the scenarios extend one another in a circle", (parent.span,), "extend another one")])
    if _exists(revision, place):
        return merged(_extended(revision, place, shipped, (*chain, place)), tree)
    base = shipped(parent.value)
    if base is None:
        raise Problems([Problem(f"there is no file {place} at {revision}", (parent.span,), "it was not there yet")])
    return merged(base, tree)


def _table(revision: str, folder: str, first: str, at: Located, _: str) -> sheets.Sheet:
    """A table that a scenario names, at the revision; beside the scenario that was named, or below it."""
    place = posixpath.normpath(posixpath.join(folder, str(at.value)))
    if posixpath.isabs(place) or posixpath.commonpath([first, posixpath.dirname(place)]) != first:
        hint = "put it beside the scenario, or below it"
        raise Problems([Problem(f"the table {shortened(str(at.value))} is not beside the scenario", (at.span,), hint)])
    if not _exists(revision, place):
        raise Problems([Problem(f"there is no file {place} at {revision}", (at.span,), "it was not there yet")])
    return sheets.parse(_text(revision, place), f"{revision}:{place}")


def _text(revision: str, path: str) -> str:
    name = f"{revision}:{path}"
    if int(_git("cat-file", "-s", name).strip() or 0) > SIZE:
        raise Problems([Problem(f"the file has more than {SIZE:,} bytes", (Span(name, 1, 1),), "name a scenario")])
    return documents.decode(_bytes("cat-file", "blob", name), name)


def _exists(revision: str, path: str) -> bool:
    return _run("cat-file", "-t", f"{revision}:{path}").stdout.strip() == b"blob"


def _revision(revision: str) -> None:
    if _run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").returncode:
        hint = "name a commit, a branch or a tag, as in HEAD~1:scenarios/chat.yaml"
        raise Problems([Problem(f"there is no revision '{revision}' here", (), hint)])


def _git(*arguments: str, hint: str = "") -> str:
    return _bytes(*arguments, hint=hint).decode("utf-8", "replace")


def _bytes(*arguments: str, hint: str = "") -> bytes:
    done = _run(*arguments)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").split("\n")[0]
        raise Problems([Problem(f"git says: {said}", (), hint)])
    return done.stdout


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(  # noqa: S603
            ["git", "--no-pager", *arguments],  # noqa: S607  the git of the user's PATH
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            env=environment,
        )
    except FileNotFoundError:
        hint = "a revision needs git; compare two files instead"
        raise Problems([Problem("git is not installed", (), hint)]) from None
    except subprocess.TimeoutExpired:
        raise Problems([Problem(f"git took longer than {PATIENCE} seconds", (), "look at the repository")]) from None
