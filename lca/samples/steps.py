"""The steps of a program on blocks of samples. Each writes its row and makes no array of its own where it can help it.

Every operation is elementwise, so that a sample does not depend on the block it stands in, to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from lca.model.moments import score
from lca.operations import ROUNDING, TABLE
from lca.samples.streams import Floats, Normals, Redraw

Args: TypeAlias = list[Floats]


class Sources:
    """Where the draws of one chunk come from, and room for what steps need on the way."""

    __slots__ = ("redraws", "scratch", "streams", "swept")

    def __init__(
        self,
        streams: Mapping[int, Normals],
        redraws: Mapping[int, Redraw],
        scratch: Floats,
        swept: Mapping[int, Floats] | None = None,
    ) -> None:
        self.streams, self.redraws, self.scratch, self.swept = streams, redraws, scratch, swept or {}


Operation: TypeAlias = Callable[[Floats, Args, Any, Sources], object]


def _draw(out: Floats, _args: Args, info: int, sources: Sources) -> None:
    sources.streams[info].fill(out)


def _swept(out: Floats, _args: Args, info: int, sources: Sources) -> None:
    out[:] = sources.swept[info]


def _redraw(out: Floats, args: Args, info: tuple[int, float, float], sources: Sources) -> None:
    step, low, high = info
    if out is not args[0]:
        out[:] = args[0]
    sources.redraws[step].fix(out, low, high)


def _number(out: Floats, _args: Args, info: float, _sources: Sources) -> None:
    out.fill(info)


def _exp_times(out: Floats, args: Args, info: float, _sources: Sources) -> None:
    np.multiply(args[0], info, out=out)
    np.exp(out, out=out)


def _sum(out: Floats, args: Args, info: tuple[tuple[float, ...], float], sources: Sources) -> None:
    coefficients, offset = info
    product = sources.scratch[: out.size]
    np.multiply(args[0], coefficients[0], out=out)
    for arg, coefficient in zip(args[1:], coefficients[1:], strict=True):
        if coefficient == 1.0:
            np.add(out, arg, out=out)
        else:
            np.multiply(arg, coefficient, out=product)
            np.add(out, product, out=out)
    if offset:
        np.add(out, offset, out=out)


def _triangular(out: Floats, args: Args, info: tuple[float, float, float], sources: Sources) -> None:
    """The inverse of the distribution function at a uniform number u, as the sum of its two sides.

    With c the chance of less than the mode, the left side is low + sqrt(u w (mode - low)) up to c and the mode from
    there, the right side is the mode up to c and high - sqrt((1 - u) w (high - mode)) from there, w = high - low.
    """
    low, mode, high = info
    width, part = high - low, (mode - low) / (high - low)
    left = sources.scratch[: out.size]
    np.minimum(args[0], part, out=left)
    np.multiply(left, width * (mode - low), out=left)
    np.sqrt(left, out=left)
    np.subtract(1.0, args[0], out=out)
    np.minimum(out, 1.0 - part, out=out)
    np.multiply(out, width * (high - mode), out=out)
    np.sqrt(out, out=out)
    np.subtract(left, out, out=out)
    np.add(out, low + high - mode, out=out)


def _choice(out: Floats, args: Args, info: tuple[tuple[float, ...], tuple[float, ...]], _sources: Sources) -> None:
    values, chances = info
    edges = np.cumsum(chances[:-1])
    np.take(np.asarray(values), np.searchsorted(edges, args[0], side="right"), out=out)


def _normal_at(out: Floats, args: Args, info: tuple[float, float], _sources: Sources) -> None:
    low, high = info
    out[:] = [score(low + chance * (high - low)) for chance in args[0].tolist()]


def _power(out: Floats, args: Args, info: int, _sources: Sources) -> None:
    if info == 2:
        np.multiply(args[0], args[0], out=out)
    else:
        np.power(args[0], float(info), out=out)


def _folded(of: np.ufunc) -> Operation:
    """An operation of two arrays, on any number of them."""

    def step(out: Floats, args: Args, _info: object, _sources: Sources) -> None:
        of(args[0], args[1 % len(args)], out=out)
        for arg in args[2:]:
            of(out, arg, out=out)

    return step


def _by_point(value: Callable[[Any, list[float]], float]) -> Operation:
    """An operation that numpy has not: on one sample after another."""

    def step(out: Floats, args: Args, info: Any, _sources: Sources) -> None:
        out[:] = [value(info, list(point)) for point in zip(*(arg.tolist() for arg in args), strict=True)]

    return step


def _share(out: Floats, args: Args, info: float, _sources: Sources) -> None:
    """A quotient times a number; 1 where what is above is infinite."""
    whole = args[0] == math.inf
    np.divide(args[0], args[1], out=out)
    np.multiply(out, info, out=out)
    out[whole] = 1.0


def _logarithm(of: np.ufunc) -> Operation:
    """No number where there is no logarithm, of 0 as well."""

    def step(out: Floats, args: Args, _info: object, _sources: Sources) -> None:
        wrong = args[0] <= 0
        of(args[0], out=out)
        out[wrong] = math.nan

    return step


def _rounded(sign: float, of: np.ufunc) -> Operation:
    """Rounded up (sign 1) or down (-1); what is whole but for rounding stays what it is."""

    def step(out: Floats, args: Args, _info: object, _sources: Sources) -> None:
        np.copysign(ROUNDING, args[0], out=out)
        np.multiply(out, -sign, out=out)
        np.add(out, 1.0, out=out)
        np.multiply(args[0], out, out=out)
        of(out, out=out)

    return step


_ceil = _rounded(1.0, np.ceil)


def _round_up(out: Floats, args: Args, info: object, sources: Sources) -> None:
    """No number where the multiple is not above 0."""
    amount, multiple = args
    times = sources.scratch[: out.size]
    np.divide(amount, multiple, out=times)
    _ceil(out, [times], info, sources)
    np.multiply(out, multiple, out=out)
    out[multiple <= 0] = math.nan


def _interp(out: Floats, args: Args, _info: object, _sources: Sources) -> None:
    """The line from point to point, one stretch after the other. No number where an x does not rise."""
    x, xs, ys = args[0], args[1::2], args[2::2]
    out[:] = ys[0]
    for (low, y), (high, further) in pairwise(zip(xs, ys, strict=True)):
        way = np.minimum((x - low) / (high - low), 1.0)
        np.copyto(out, y * (1.0 - way) + further * way, where=x > low)
    for low, high in pairwise(xs):
        out[~(low < high)] = math.nan
    out[np.isnan(x)] = math.nan


OPERATIONS: dict[str, Operation] = {
    "draw": _draw,
    "swept": _swept,
    "redraw": _redraw,
    "number": _number,
    "exp*": _exp_times,
    "sum": _sum,
    "triangular": _triangular,
    "choice": _choice,
    "normal at": _normal_at,
    "*": lambda out, args, info, sources: np.multiply(args[0], args[1], out=out),
    "/": lambda out, args, info, sources: np.divide(args[0], args[1], out=out),
    "1/": lambda out, args, info, sources: np.divide(1.0, args[0], out=out),
    "share": _share,
    "^": _power,
    "log2": _logarithm(np.log2),
    "ln": _logarithm(np.log),
    "ceil": _ceil,
    "floor": _rounded(-1.0, np.floor),
    "round_up": _round_up,
    "interp": _interp,
}
IN_PLACE = frozenset(
    {"redraw", "exp*", "triangular", "choice", "normal at", "*", "/", "1/", "share", "^", "log2", "ln"}
)


def operation(op: str) -> Operation:
    """What a step does: of its own here, or as the table of operations has it."""
    if op in OPERATIONS:
        return OPERATIONS[op]
    row = TABLE[op]
    if not row.array:
        return _by_point(row.value)
    of: np.ufunc = getattr(np, row.array)
    return _folded(of) if row.arity[1] is None else lambda out, args, info, sources: of(*args, out=out)


def is_in_place(op: str) -> bool:
    """Whether a step may write over what it reads."""
    return op in IN_PLACE or (op in TABLE and TABLE[op].arity == (1, 1) and bool(TABLE[op].array))
