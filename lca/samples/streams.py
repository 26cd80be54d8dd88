"""Random numbers by input.

The stream of an input is keyed by the seed, the input's path and a chunk of 65,536 samples. So another input moves
none of its draws, and two cases that draw one path draw the same numbers (common random numbers), whatever the law.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from numpy.random import SFC64, Generator, SeedSequence

Floats = npt.NDArray[np.float64]

CHUNK = 65_536  # samples of one stream


def words_of(path: str) -> tuple[int, ...]:
    """The path as four words of 32 bits.

    >>> len(words_of("inference.server.aur"))
    4
    """
    digest = blake2b(path.encode(), digest_size=16).digest()
    return tuple(int.from_bytes(digest[offset : offset + 4], "little") for offset in range(0, 16, 4))


def stream(seed: int, path: str, chunk: int, purpose: int = 0) -> Generator:
    """The generator of a path for a chunk. `purpose` tells the draws from those that replace them (see `Redraw`)."""
    return Generator(SFC64(SeedSequence(seed, spawn_key=(*words_of(path), chunk, purpose))))


class Normals:
    """Standard normal numbers."""

    __slots__ = ("generator",)

    def __init__(self, seed: int, path: str, chunk: int) -> None:
        self.generator = stream(seed, path, chunk)

    def fill(self, out: Floats) -> None:
        self.generator.standard_normal(out=out)


class Uniforms(Normals):
    """Numbers from 0 to 1, 1 itself never."""

    __slots__ = ()

    def fill(self, out: Floats) -> None:
        self.generator.random(out=out)


class Gammas(Normals):
    """Gamma numbers of scale 1: divided by their sum they follow a Dirichlet law."""

    __slots__ = ("shape",)

    def __init__(self, seed: int, path: str, chunk: int, shape: float) -> None:
        super().__init__(seed, path, chunk)
        self.shape = shape

    def fill(self, out: Floats) -> None:
        self.generator.standard_gamma(self.shape, out=out)


class Redraw:
    """Normal numbers outside two ends replaced by the next that fall inside, from a stream of their own.

    Each replacement takes the numbers of that stream up to the first that fits and no more, so that the result does
    not depend on how the samples are cut into blocks.
    """

    __slots__ = ("generator",)

    def __init__(self, seed: int, path: str, chunk: int) -> None:
        self.generator = stream(seed, path, chunk, 1)

    def fix(self, out: Floats, low: float, high: float) -> None:
        wrong = np.flatnonzero((out < low) | (out > high))
        while wrong.size:
            fresh = self.generator.standard_normal(wrong.size)
            fresh = fresh[(fresh >= low) & (fresh <= high)]
            out[wrong[: fresh.size]] = fresh
            wrong = wrong[fresh.size :]
