"""Where a command writes: never over what it reads, whole or not at all, and into nothing but files and devices.

What is read and what is written are told apart by what the system knows a file by (device and inode), so that links,
other spellings of a path and disks that ignore case are seen through.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lca.problems import Problem, Problems, problem, shortened, visible

Identity = tuple[int, int]
Listing = Callable[[], Iterable[Path]]

MOST_LINKS = 40  # that lead to one another
ELSEWHERE = "write to another file"
NEW = "; where a folder is made, name one that is not there yet"
REFUSED = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFBLK: "a disk"}


UNDONE: dict[object, Callable[[], object]] = {}  # what a signal that ends the program leaves to be done, by its thing


class Place(NamedTuple):
    """Where a path leads, links followed; `found` is what is there now, `stream` a stream that is already open."""

    path: Path
    found: os.stat_result | None
    stream: int | None = None


class Watch:
    """What a command has read, what it was given to read, and what it is to write."""

    def __init__(self) -> None:
        self.read: dict[Identity, str] = {}
        self.given: list[Listing] = []
        self.pending: dict[Path, str] = {}
        self.written: dict[Identity, str] = {}

    def inputs(self) -> dict[Identity, str]:
        """All that the command reads or could read."""
        listed = (file for listing in self.given for file in listing())
        return {own: str(file) for file in listed if (own := identity(file))} | self.read

    def refuse(self, paths: Iterable[Path]) -> None:
        """Problems where something is to be written over what was read, or over what has just been written."""
        inputs = self.inputs()
        for path in dict.fromkeys((*self.pending, *paths)):
            own = identity(path)
            if own in inputs:
                raise _overwriting(f"{self.pending.get(path, '')} {path}".strip(), inputs[own])
            if own in self.written:
                raise _one_file(str(path), self.written[own])


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched() -> Iterator[None]:
    """One command, within which nothing that is read is written."""
    token = _watch.set(Watch())
    try:
        yield
    finally:
        _watch.reset(token)


def will_write(option: str, path: Path) -> None:
    """Keep what an option names for what the command writes. Problems where it cannot be written to."""
    with _told(path):
        own = _place(path)
    watch = _watch.get()
    if watch is None:
        return
    for other, named in watch.pending.items():
        if own.path == _place(other).path and not _is_device(own):
            raise _one_file(f"{option} {path}", f"{named} {other}")
    watch.pending[path] = option


def has_read(file: int, name: str) -> None:
    """Remember the open file as an input. Problems where the command is to write to it."""
    if (watch := _watch.get()) is None:
        return
    own = _identity(os.fstat(file))
    if own is None:
        return
    watch.read[own] = name
    for path, option in watch.pending.items():
        if identity(path) == own:
            raise _overwriting(f"{option} {path}", name)


def may_read(listing: Listing) -> None:
    """Files that were given to the command to read, whether it does or not."""
    if (watch := _watch.get()) is not None:
        watch.given.append(listing)


def refuse_overwriting(paths: Iterable[Path]) -> None:
    """Problems where one of the files to be written is an input of the command."""
    if (watch := _watch.get()) is not None:
        watch.refuse(paths)


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a failure leaves the old one as it was. Devices are written into.

    The target of a link is written; a file that is there keeps its mode, and its owner where that may be. Problems
    where it is an input of the command, a folder, a pipe or a socket, or where the disk refuses.
    """
    refuse_overwriting([path])
    with _told(path):
        place = _place(path)
        if place.stream is not None or _is_device(place):
            _poured(place, content)
        else:
            _replaced(place, _data(content))
    if (watch := _watch.get()) is not None:
        watch.pending.pop(path, None)
        if own := identity(path):
            watch.written[own] = str(path)


def rewrite(path: Path, content: str | bytes) -> None:
    """Write a file anew that the command has read in order to do so."""
    if (watch := _watch.get()) is not None and (own := identity(path)):
        watch.read.pop(own, None)
    write(path, content)


def identity(path: Path) -> Identity | None:
    """What the system knows a file by, whatever it is called; None where there is no plain file."""
    try:
        return _identity(os.stat(path))  # noqa: PTH116  a path may be no text that pathlib takes
    except (OSError, ValueError):
        return None


def _identity(found: os.stat_result) -> Identity | None:
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _overwriting(output: str, name: str) -> Problems:
    return problem(f"{output} would overwrite {name}, an input of this command", hint=ELSEWHERE)


def _one_file(output: str, other: str) -> Problems:
    return problem(f"{output} and {other} are one file", hint="give each output a file of its own")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the disk says against writing, as a problem."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Problems([Problem(f"{shortened(str(path))} cannot be written: {reason}")]) from None


# --- places ---------------------------------------------------------------------------------------------------------


def _place(path: Path) -> Place:
    """Where a path leads. Problems where that is nothing to write to; OSError where it leads nowhere."""
    stream = _stream(path)
    if stream is not None:
        return Place(path, os.fstat(stream), stream)
    place = Place(Path(os.path.realpath(path)), _found(path))
    kind = REFUSED.get(stat.S_IFMT(place.found.st_mode)) if place.found else None
    if kind:
        is_folder = kind == REFUSED[stat.S_IFDIR]
        raise problem(f"{path} is {kind}, not a file to write to", hint=f"{ELSEWHERE}{NEW if is_folder else ''}")
    folder = place.path.parent if path.is_symlink() else path.parent
    if place.found is None and not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {folder}")
    return place


def _found(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _is_device(place: Place) -> bool:
    return place.found is not None and stat.S_ISCHR(place.found.st_mode)


def _stream(path: Path) -> int | None:
    """The number of the open stream of this process that a path such as /dev/stdout or /dev/fd/3 leads to."""
    here = os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118  a link is followed by hand
    for _ in range(MOST_LINKS):
        folder, name = os.path.realpath(os.path.dirname(here)), os.path.basename(here)  # noqa: PTH119, PTH120
        here = os.path.join(folder, name)  # noqa: PTH118
        if re.fullmatch(rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd", folder) and name.isdecimal():
            return int(name)
        if not os.path.islink(here):  # noqa: PTH114
            return None
        here = os.path.join(folder, os.readlink(here))  # noqa: PTH115, PTH118
    return None


# --- contents -------------------------------------------------------------------------------------------------------


def _data(content: str | bytes) -> bytes:
    """Bytes; what has no place in UTF-8, as names of files may hold, is a question mark."""
    return content.encode("utf-8", "replace") if isinstance(content, str) else content


def _poured(place: Place, content: str | bytes) -> None:
    """Write into what is open already, or is a device; a terminal gets nothing that acts on it."""
    stream = os.open(place.path, os.O_WRONLY) if place.stream is None else os.dup(place.stream)
    with os.fdopen(stream, "wb") as file:
        shown = visible(content) if isinstance(content, str) and file.isatty() else content
        file.write(_data(shown))


def _replaced(place: Place, data: bytes) -> None:
    """Write beside the file, then put that in its place.

    The name is made before the file, so that it is removed whenever an interrupt comes.
    """
    if place.found and not os.access(place.path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected")
    temporary = place.path.parent / f".lca-{os.urandom(8).hex()}"
    UNDONE[temporary] = temporary.unlink
    private = 0o600 if place.found else 0o666  # less what the umask takes
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, private)) as file:
            file.write(data)
        if place.found:
            _made_like(temporary, place.found)
        os.replace(temporary, place.path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    finally:
        del UNDONE[temporary]


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards, also where a signal ends the program."""
    from shutil import rmtree
    from tempfile import mkdtemp

    made = Path(mkdtemp(prefix="lca-"))
    UNDONE[made] = partial(rmtree, made, ignore_errors=True)
    try:
        yield made
    finally:
        UNDONE.pop(made)()


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A folder that takes a name once it is filled; nothing is left of it where that fails."""
    from shutil import rmtree

    made = folder.parent / f".lca-{os.urandom(8).hex()}"
    UNDONE[made] = partial(rmtree, made, ignore_errors=True)
    try:
        with _told(folder):
            made.mkdir()
        yield made
        with _told(folder):
            made.rename(folder)
    finally:
        UNDONE.pop(made)()


def _made_like(file: Path, old: os.stat_result) -> None:
    """Owner, where that may be, and mode of the file that is replaced."""
    now = file.stat()
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (old.st_uid, old.st_gid):
        with suppress(OSError):
            os.chown(file, old.st_uid, old.st_gid)
    file.chmod(stat.S_IMODE(old.st_mode))
