"""What differs between two scenarios as far as it can move a figure, and what of it is changed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lca import units
from lca.language import Study, records
from lca.model.fields import Each, Field, Listed, Mix, One, OneOrEach, Quantities, Quantity, Record, Text
from lca.model.methods import ByMethod
from lca.operations import is_same
from lca.problems import Problem, Problems, near
from lca.spoken import N_
from lca.text.documents import Located
from lca.text.overlay import Path, entries, is_quantity, items, joined, split

INERT = frozenset(field.name for record in records() for field in record.fields.values() if not field.moves)
REST = N_("everything else")

Trees = tuple[tuple[str, Located], ...]  # of the functional units that a case adds up, by name


class Change(NamedTuple):
    """A path that is written differently on the two sides, in one of the functional units that a case adds up.

    `group`: the path of the shares that it has to sum to 100 % with. `in_words`: it is no number, though it may look
    like one, as the year of the factors does.
    """

    part: int
    path: Path
    old: Located | None
    new: Located | None
    group: Path = ()
    in_words: bool = False


class Player(NamedTuple):
    """Changes that are made together."""

    name: str
    changes: tuple[Change, ...]

    @property
    def is_number(self) -> bool:
        """Whether numbers alone change, so that the structure stays as it is."""
        return all(numbers(change) is not None for change in self.changes)


def players(a: Trees, b: Trees, chosen: Sequence[str] = ()) -> list[Player]:
    """What changed from one side to the other: a player a path, or those that are chosen and the rest."""
    by_path: dict[Path, list[Change]] = {}
    for part, ((_, first), (_, second)) in enumerate(zip(a, _renamed(a, b), strict=True)):
        for change in changes(first, second, part):
            by_path.setdefault(change.group or change.path, []).append(change)
    if chosen:
        return _chosen(by_path, chosen)
    return [Player(_name(key, group), tuple(group)) for key, group in by_path.items()]


def _name(key: Path, group: list[Change]) -> str:
    paths = {change.path for change in group}
    if len(paths) == 1:
        return joined(next(iter(paths)))
    return N_("{path} (shares)", path=joined(key))


def _chosen(by_path: dict[Path, list[Change]], chosen: Sequence[str]) -> list[Player]:
    by_name: dict[str, list[Change]] = {name: [] for name in chosen}
    rest: list[Change] = []
    for key, group in by_path.items():
        name = next((name for name in chosen if _is_within(key, name)), "")
        (by_name[name] if name else rest).extend(group)
    missing = [name for name, group in by_name.items() if not group]
    if missing:
        known = [joined(key) for key in by_path]
        words = f"what changed: {', '.join(known)}"
        raise Problems(Problem(f"nothing changed at '{name}'", (), near(name, known, words)) for name in missing)
    named = [Player(name, tuple(group)) for name, group in by_name.items()]
    return [*named, Player(REST, tuple(rest))] if rest else named


def _is_within(path: Path, name: str) -> bool:
    wanted = split(name.removesuffix(" (shares)"))
    return bool(wanted) and path[: len(wanted)] == wanted


def _renamed(a: Trees, b: Trees) -> list[tuple[str, Located]]:
    """The trees of the second side under the names that the first gives its functional units."""
    return [(name, _under_name(tree, own, name)) for (name, _), (own, tree) in zip(a, b, strict=True)]


def _under_name(tree: Located, own: str, name: str) -> Located:
    children = entries(tree)
    of_units = children["functional_units"]
    return tree.with_value({**children, "functional_units": of_units.with_value({name: entries(of_units)[own]})})


def counting_alike(trees: Trees, others: Trees) -> Trees:
    """Trees with the units of their own of both sides: a word means the same in both."""
    own = {str(at.value): at for _, tree in (*trees, *others) for at in items(entries(tree).get("units"))}
    listed = next((at for _, tree in (*trees, *others) if (at := entries(tree).get("units")) is not None), None)
    if listed is None:
        return trees
    declared = listed.with_value([*own.values()])
    return tuple((name, tree.with_value({**entries(tree), "units": declared})) for name, tree in trees)


def changes(a: Located, b: Located, part: int = 0) -> Iterator[Change]:
    """What differs between two trees, as far as it can move a figure."""
    for path, old, new, group, in_words in _of_record(Study, a, b, ()):
        yield Change(part, path, old, new, group, in_words)


_Changed = tuple[Path, "Located | None", "Located | None", Path, bool]


def _of_record(of: type[Record], a: Located, b: Located, path: Path) -> Iterator[_Changed]:
    first, second = entries(a), entries(b)
    for key in dict.fromkeys((*first, *second)):
        field = of.fields.get(key)
        if field is None and issubclass(of, ByMethod):
            yield from _of_plain(first.get(key), second.get(key), (*path, key), ())
        elif field is not None and field.moves:
            yield from _of_field(field, first.get(key), second.get(key), (*path, key))


def _of_field(field: Field, a: Located | None, b: Located | None, path: Path) -> Iterator[_Changed]:
    if a is None or b is None:
        whole = a if b is None else b
        if whole is not None and whole.value not in ({}, []):
            yield path, a, b, _group(field, path), isinstance(field, Text)
    elif isinstance(field, OneOrEach) and _stands_alone(field, a) != _stands_alone(field, b):
        yield path, a, b, (), False
    elif isinstance(field, Each | Listed) and not _stands_alone(field, a):
        total = path if isinstance(field, Each) and field.total else ()
        for name in dict.fromkeys((*entries(a), *entries(b))):
            yield from _of_entry(field, entries(a).get(name), entries(b).get(name), (*path, name), total)
    elif isinstance(field, Quantities | Mix) and isinstance(a.value, dict) and isinstance(b.value, dict):
        group = path if isinstance(field, Mix) else ()
        for name in dict.fromkeys((*entries(a), *entries(b))):
            yield from _of_plain(entries(a).get(name), entries(b).get(name), (*path, name), group)
    elif isinstance(field, One):
        yield from _of_record(field.of, a, b, path)
    else:
        yield from _of_plain(a, b, path, _group(field, path), in_words=isinstance(field, Text))


def _of_entry(
    field: Each | Listed, a: Located | None, b: Located | None, path: Path, total: Path
) -> Iterator[_Changed]:
    if a is None or b is None:
        yield path, a, b, total, False
    else:
        yield from _of_record(field.of, a, b, path)


def _of_plain(
    a: Located | None, b: Located | None, path: Path, group: Path, *, in_words: bool = False
) -> Iterator[_Changed]:
    if a is None or b is None or not _same(a, b):
        yield path, a, b, group, in_words


def _group(field: Field, path: Path) -> Path:
    """The path of the shares that a share belongs to."""
    if isinstance(field, Quantity) and field.group:
        return path[:-2]
    return path if isinstance(field, Mix) else ()


def _stands_alone(field: Field, at: Located) -> bool:
    """Whether a field of one record or several has one, without a name."""
    if not isinstance(field, OneOrEach):
        return False
    return any(key in field.of.fields or not isinstance(child.value, dict) for key, child in entries(at).items())


def mapped(tree: Located) -> Located:
    """A scenario whose lists of records are maps by their names; the language reads both alike."""
    return _mapped(Study, tree)


def _mapped(of: type[Record], tree: Located) -> Located:
    children = {key: _mapped_field(of.fields.get(key), child) for key, child in entries(tree).items()}
    return tree.with_value(children)


def _mapped_field(field: Field | None, at: Located) -> Located:
    if isinstance(field, Listed):
        return at if isinstance(at.value, dict) else at.with_value(dict(field.named(at)))
    if isinstance(field, One) and not isinstance(field, Each) and isinstance(at.value, dict):
        return _mapped(field.of, at)
    return at


def _same(a: Located, b: Located) -> bool:
    """Whether two values mean the same, however they are written."""
    first, second = _quantity(a), _quantity(b)
    if first is not None and second is not None:
        factor = units.scale(second[1], first[1])
        return factor is not None and is_same(second[0] * factor, first[0])
    return _plain(a) == _plain(b)


def _plain(at: Located) -> object:
    """A value without its places, sources and notes."""
    if is_quantity(at):
        return _plain(entries(at)["value"])
    if isinstance(at.value, dict):
        return {key: _plain(child) for key, child in at.value.items() if key not in INERT}
    if isinstance(at.value, list):
        plain = [_plain(child) for child in at.value]
        return plain[0] if len(plain) == 1 else plain
    return at.value


def _quantity(at: Located | None) -> tuple[float, units.Unit] | None:
    """The number and unit of a quantity that is no formula."""
    if at is None:
        return None
    value = entries(at).get("value", at).value
    if not isinstance(value, str) or value.startswith("="):
        return None
    try:
        return units.quantity_of_any(value)
    except units.UnitError:
        return None


def numbers(change: Change) -> tuple[float, units.Unit] | None:
    """The new number of a change of a number into one of the same dimension."""
    old, new = _quantity(change.old), _quantity(change.new)
    if change.in_words or old is None or new is None or units.scale(new[1], old[1]) is None:
        return None
    return new


def changed(tree: Located, made: Iterable[Change]) -> Located:
    """A tree with changes made."""
    for change in made:
        tree = _placed(tree, change.path, change.new)
    return tree


def _placed(tree: Located, path: Path, new: Located | None) -> Located:
    key, *rest = path
    children = dict(entries(tree))
    if rest:
        children[key] = _placed(children.get(key, tree.with_value({})), tuple(rest), new)
    elif new is None:
        children.pop(key, None)
    else:
        children[key] = new
    return tree.with_value(children)
