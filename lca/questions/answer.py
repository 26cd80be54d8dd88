"""What a request to a model comes to: by one method, or by several that stand side by side."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from lca.problems import near

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("model", "method", "region", "criterion", "value", "low", "high", "unit")
MOST_SHOWN = 20  # rows in a notebook

Row = tuple[Any, Any, Any, str]


class Figure(NamedTuple):
    """An impact of a request: as stated, its least and its greatest, in a unit; numbers, or arrays of one shape.

    value: None where several methods answer, which `methods` has by name: the range is over all of them.
    """

    value: Any
    low: Any
    high: Any
    unit: str
    methods: Mapping[str, Figure] = {}

    def __repr__(self) -> str:
        low, high = _shown(self.low), _shown(self.high)
        if self.methods:
            return f"{low} to {high} {self.unit} by {', '.join(self.methods)}"
        return f"{_shown(self.value)} ({low} to {high}) {self.unit}"


class About(NamedTuple):
    """What is to be known of the figures of a method, whatever the numbers.

    model: its key. place: the region of the electricity. criteria: each with its unit. left_out: criteria of which the
    packs have no factors. said: of the model, in words. not_counted: what was stated and the method does not take.
    unless_stated: the numbers that it takes for what was not. not_assessed: what it leaves out. cautions: what is wrong
    with numbers that were taken.
    """

    method: str
    title: str
    model: str
    place: str
    criteria: Mapping[str, str]
    left_out: tuple[str, ...]
    said: tuple[str, ...]
    not_counted: tuple[str, ...]
    unless_stated: tuple[str, ...]
    not_assessed: tuple[str, ...]
    cautions: tuple[str, ...]


class Answer(Mapping[str, Figure]):
    """The figures of a request by the keys of criteria: `answer["GWP"]`."""

    __slots__ = ("_values", "about")

    def __init__(self, about: About, values: tuple[Any, ...]) -> None:
        self.about, self._values = about, values

    def __getitem__(self, key: str) -> Figure:
        for place, (own, unit) in enumerate(self.about.criteria.items()):
            if own == key:
                value, low, high = self._values[3 * place : 3 * place + 3]
                return Figure(value, low, high, unit)
        raise KeyError(self._unknown(key))

    def items(self) -> ItemsView[str, Figure]:
        """All figures, made at once."""
        return {key: Figure(*of, self._by(key)) for key, of in self.rows().items()}.items()

    def rows(self) -> dict[str, Row]:
        """The same as plain tuples, which are quicker to make: value, least, greatest and unit."""
        values = iter(self._values)
        return {key: (next(values), next(values), next(values), unit) for key, unit in self.about.criteria.items()}

    def ends(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The least by each criterion, and the greatest."""
        return self._values[1::3], self._values[2::3]

    def _by(self, key: str) -> Mapping[str, Figure]:
        """The figures by a criterion that each of several methods has."""
        return {}

    def _unknown(self, key: str) -> str:
        listed = f"criteria: {', '.join(self)}"
        return f"no criterion '{key}'; {near(str(key), [*self], listed)}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.about.criteria)

    def __len__(self) -> int:
        return len(self.about.criteria)

    @property
    def model(self) -> str:
        """The key of the model."""
        return self.about.model

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that answer."""
        return (self.about.method,)

    @property
    def abouts(self) -> tuple[About, ...]:
        """What is to be known of each method."""
        return (self.about,)

    def frame(self) -> pd.DataFrame:
        """The figures as a pandas DataFrame: a row a criterion and method, the range over several methods last.

        Columns: model, method, region, criterion, value, low, high, unit. Of arrays, a row a request as well, counted
        from 0 in a column `request`.
        """
        import pandas as pd

        made = pd.DataFrame([*self.records()], columns=list(COLUMNS))
        if not any(hasattr(cell, "shape") and cell.shape for cell in made["low"]):
            return made
        shape = made["low"].iloc[0].shape
        count, numbers = made["low"].iloc[0].size, ["value", "low", "high"]
        made[numbers] = made[numbers].map(lambda cell: _each(cell, shape))
        made["request"] = [[*range(count)]] * len(made)
        return made.explode([*numbers, "request"], ignore_index=True).infer_objects()

    def records(self) -> Iterator[dict[str, Any]]:
        """A record a criterion and method; of several methods, that over all of them has no method."""
        for key, of in self.items():
            every = {**of.methods, "": of} if of.methods else {self.about.method: of}
            for method, own in every.items():
                made = {"model": self.model, "method": method, "region": self.about.place, "criterion": key}
                yield {**made, "value": own.value, "low": own.low, "high": own.high, "unit": own.unit}

    def _repr_html_(self) -> str:
        shown = self.frame().to_html(index=False, max_rows=MOST_SHOWN, float_format=lambda value: f"{value:.3g}")
        return f"<p>One request to {escape(self.model)}</p>{shown}"

    def __repr__(self) -> str:
        figures = "; ".join(f"{key} {figure!r}" for key, figure in self.items())
        return f"<{self.model} by {', '.join(self.methods)}: {figures}>"


class Methods(Mapping[str, Figure]):
    """The figures of several methods by one criterion, each made where it is looked at."""

    __slots__ = ("_each", "_key")

    def __init__(self, each: Mapping[str, Answer], key: str) -> None:
        self._each, self._key = each, key

    def __getitem__(self, method: str) -> Figure:
        return self._each[method][self._key]

    def __iter__(self) -> Iterator[str]:
        return (method for method, answer in self._each.items() if self._key in answer.about.criteria)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Answers(Answer):
    """The figures of a request by several methods: each range is over all of them, and none is headlined."""

    __slots__ = ("apart", "each", "unfit")

    def __init__(
        self, each: Mapping[str, Answer], apart: Mapping[str, str], unfit: Mapping[str, str], about: About
    ) -> None:
        """`about`: of all of them, `together`."""
        self.each, self.apart, self.unfit, self.about = each, apart, unfit, about

    def __getitem__(self, key: str) -> Figure:
        if key not in self.about.criteria:
            raise KeyError(self._unknown(key))
        own = Methods(self.each, key)
        low, high = _least([each.low for each in own.values()], -1), _least([each.high for each in own.values()], 1)
        return Figure(None, low, high, self.about.criteria[key], own)

    def rows(self) -> dict[str, Row]:
        units = self.about.criteria
        ends = [answer.ends() for answer in self.each.values() if [*answer.about.criteria] == [*units]]
        if len(ends) < len(self.each) or any(hasattr(each, "shape") for low, _ in ends for each in low[:1]):
            return {key: self[key][:4] for key in self}
        lows, highs = zip(*ends, strict=True)
        least, most = map(min, zip(*lows, strict=True)), map(max, zip(*highs, strict=True))
        return {key: (None, low, high, unit) for (key, unit), low, high in zip(units.items(), least, most, strict=True)}

    def _by(self, key: str) -> Mapping[str, Figure]:
        return Methods(self.each, key)

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(self.each)

    @property
    def abouts(self) -> tuple[About, ...]:
        return tuple(answer.about for answer in self.each.values())


def together(abouts: Iterable[About]) -> About:
    """What is to be known of the figures of several methods: the criteria of all, and the rest of the first."""
    first, *_ = abouts = [*abouts]
    return first._replace(method="", criteria={key: unit for about in abouts for key, unit in about.criteria.items()})


def _each(cell: Any, shape: tuple[int, ...]) -> list[Any]:
    """The numbers of an array of requests, one after another; of no array, the same for each."""
    import numpy as np

    return [*np.broadcast_to(np.asarray(cell, dtype=object), shape).ravel()]


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def reasons(unfit: Mapping[str, str]) -> list[str]:
    """Why methods do not answer, those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for key, why in unfit.items():
        by_reason.setdefault(why, []).append(key)
    return [f"{', '.join(keys)}: {why}" for why, keys in by_reason.items()]


def _least(values: list[Any], sign: int) -> Any:
    """The least of numbers or of arrays, point by point; with a sign of 1 the greatest."""
    if not any(hasattr(value, "shape") for value in values):
        return min(values) if sign < 0 else max(values)
    import numpy as np

    return (np.minimum if sign < 0 else np.maximum).reduce(np.broadcast_arrays(*values))
