"""A track as atoms: fixes in successive slots at one spot, with gaps of missing slots between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.movement.chain import Atoms
from analytics.movement.parameters import MovementParameters

MOST_SLOTS = 20
"""A dwell has at most so many slots: nothing is gained by finer ones."""


def step_of(times: NDArray[np.int64], dwell: float) -> int:
    """Milliseconds between fixes where none is missing: a tenth of the pauses are shorter."""
    least = int(dwell) // MOST_SLOTS
    return max(int(np.quantile(np.diff(times), 0.1)) if len(times) > 1 else 0, least, 1)


def atoms_of(
    times: NDArray[np.int64],
    segments: NDArray[np.int64],
    spots: NDArray[np.int64],
    step: int,
    parameters: MovementParameters,
) -> tuple[Atoms, NDArray[np.int64]]:
    """The atoms of a track, and the index of each one's first fix.

    Args:
        times: epoch milliseconds of its fixes, shape (n,), one at least.
        segments: the index at which each segment begins, shape (m,).
        spots: each segment's spot, shape (m,).
        step: milliseconds of a slot.
        parameters: the thresholds.
    """
    slots = np.rint((times - times[0]) / step).astype(np.int64)
    of = np.repeat(np.arange(len(segments)), np.diff(np.append(segments, len(times))))
    long = np.diff(np.append(slots[segments], slots[-1] + 1)) > parameters.learned_slots
    pauses = np.diff(slots)
    inner = (pauses > 2) & (pauses <= parameters.silence_slots + 1) & ~long[of[1:]]
    inner &= np.diff(times) >= parameters.least_absence_s * 1000.0
    too_long = np.diff(times) > parameters.longest_silence_s * 1000.0
    begins = np.flatnonzero(np.concatenate(([True], (np.diff(of) > 0) | inner | too_long)))
    ends = np.append(begins[1:], len(times)) - 1
    first, last, spot = slots[begins], slots[ends], spots[of[begins]]
    missing = np.maximum(first[1:] - last[:-1] - 1, 0)
    silent = missing > parameters.silence_slots
    gaps = np.concatenate(([0], np.where(silent, 0, missing), [0]))
    # Atoms are one visit if they are at one spot; elsewhere, which is no spot, only within a segment.
    apart = (spot[1:] != spot[:-1]) | too_long[begins[1:] - 1]
    run = np.concatenate(([0], np.cumsum(apart)))
    parted = np.concatenate(([False], silent & apart, [False]))
    offsets = np.concatenate(([0], np.cumsum(gaps + 1)[:-1]))
    return Atoms(first, last, spot, run, gaps, parted.astype(np.int64), offsets), begins
