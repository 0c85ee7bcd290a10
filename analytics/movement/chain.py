"""Visits as a hidden semi-Markov chain over slots of time, some of them missing.

Explicit-duration model of Ferguson (1980), "Variable duration models for speech", in the form of Yu (2010),
"Hidden semi-Markov models". The track is a row of atoms (fixes in successive slots at one spot) with gaps
of missing slots between them. A visit holds one or more atoms of one spot; it may have begun and ended in the
missing slots about them, and lasts as long as visits at that spot do. Between two visits there may be one
more that nobody saw, all of whose slots are missing. Where none is missing, there is nothing to decide.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled

NEVER: Final = -1e300
"""The logarithm of nothing."""
_NEGLIGIBLE: Final = -30.0


class Atoms(NamedTuple):
    """What was seen, and what not; arrays of shape (n,) or (n + 1,).

    Attributes:
        first: slot of an atom's first fix.
        last: slot of its last fix.
        spot: where.
        run: atoms of one number, in a row, may be one visit.
        gaps: missing slots before each atom, and after the last: 0 where nobody says who had them.
        silent: 1 where nothing may be said of the gap before an atom, as it is too long.
        offsets: where each gap's states begin: a state for each number of its slots.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    spot: NDArray[np.int64]
    run: NDArray[np.int64]
    gaps: NDArray[np.int64]
    silent: NDArray[np.int64]
    offsets: NDArray[np.int64]


class Habits(NamedTuple):
    """Logarithms of how likely things are.

    Attributes:
        lasting: that a visit at a spot lasts so many slots, shape (spots, slots + 1).
        away: that a subject leaves a spot for so many slots and comes back, shape (spots, slots + 1).
        passing: that another visit of so many slots lies between two spots, shape (slots + 1,); of 0: none.
    """

    lasting: NDArray[np.float64]
    away: NDArray[np.float64]
    passing: NDArray[np.float64]


@compiled
def _plus(a: float, b: float) -> float:
    """The logarithm of a sum, of logarithms."""
    high, low = max(a, b), min(a, b)
    if low <= NEVER or low - high < _NEGLIGIBLE:
        return high
    return float(high + np.log1p(np.exp(low - high)))


@compiled
def _between(atoms: Atoms, habits: Habits, gap: int, unseen: int) -> float:
    """That one visit ends and another begins in a gap, with so many slots of it in neither."""
    if atoms.silent[gap]:
        return 0.0
    before = atoms.spot[gap - 1]
    if before == atoms.spot[gap]:
        return float(habits.away[before, unseen])
    return float(habits.passing[unseen])


@compiled
def _lasts(atoms: Atoms, habits: Habits, i: int, earlier: int, k: int, later: int) -> float:
    """That a visit lasts from `earlier` slots before atom i to `later` slots after atom k - 1."""
    slots = atoms.last[k - 1] + later - atoms.first[i] + earlier + 1
    return float(habits.lasting[atoms.spot[i], max(min(slots, habits.lasting.shape[1] - 1), 1)])


@compiled
def forward(atoms: Atoms, habits: Habits) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of all ways up to a state: that a visit ends there, and that one begins there; shape (states,)."""
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    ends = np.full(offsets[count] + gaps[count] + 1, NEVER)
    starts = np.full(ends.size, NEVER)
    starts[0] = 0.0
    for k in range(1, count + 1):
        for later in range(gaps[k] + 1):
            total = NEVER
            i = k - 1
            while i >= 0 and atoms.run[i] == atoms.run[k - 1]:
                for earlier in range(gaps[i] + 1):
                    so_far = starts[offsets[i] + earlier]
                    if so_far > NEVER:
                        total = _plus(total, so_far + _lasts(atoms, habits, i, earlier, k, later))
                i -= 1
            ends[offsets[k] + later] = total
        if k < count:
            for earlier in range(gaps[k] + 1):
                total = NEVER
                for later in range(gaps[k] + 1 - earlier):
                    move = _between(atoms, habits, k, gaps[k] - later - earlier)
                    if move > NEVER:
                        total = _plus(total, ends[offsets[k] + later] + move)
                starts[offsets[k] + earlier] = total
    return ends, starts


@compiled
def backward(atoms: Atoms, habits: Habits) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of all ways on from a state in which a visit ended, and in which one begins; shape (states,)."""
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    ends = np.full(offsets[count] + gaps[count] + 1, NEVER)
    starts = np.full(ends.size, NEVER)
    ends[offsets[count] :] = 0.0
    for i in range(count - 1, -1, -1):
        for earlier in range(gaps[i] + 1):
            total = NEVER
            k = i + 1
            while k <= count and atoms.run[k - 1] == atoms.run[i]:
                for later in range(gaps[k] + 1):
                    on = ends[offsets[k] + later]
                    if on > NEVER:
                        total = _plus(total, on + _lasts(atoms, habits, i, earlier, k, later))
                k += 1
            starts[offsets[i] + earlier] = total
        if i > 0:
            for later in range(gaps[i] + 1):
                total = NEVER
                for earlier in range(gaps[i] + 1 - later):
                    move = _between(atoms, habits, i, gaps[i] - later - earlier)
                    if move > NEVER:
                        total = _plus(total, starts[offsets[i] + earlier] + move)
                ends[offsets[i] + later] = total
    return ends, starts


@compiled
def expected(
    atoms: Atoms, habits: Habits
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How many visits of each length, and hidden absences, are to be expected; as the fields of Habits."""
    ends, starts = forward(atoms, habits)
    ends_on, starts_on = backward(atoms, habits)
    lasting = _expected_visits(atoms, habits, starts, ends_on, starts_on[0])
    away, passing = _expected_hidden(atoms, habits, ends, starts_on, starts_on[0])
    return lasting, away, passing


@compiled
def _expected_visits(
    atoms: Atoms, habits: Habits, starts: NDArray[np.float64], ends_on: NDArray[np.float64], whole: float
) -> NDArray[np.float64]:
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    lasting = np.zeros(habits.lasting.shape)
    longest = habits.lasting.shape[1] - 1
    for i in range(count):
        k = i + 1
        while k <= count and atoms.run[k - 1] == atoms.run[i]:
            for earlier in range(gaps[i] + 1):
                for later in range(gaps[k] + 1):
                    way = starts[offsets[i] + earlier] + ends_on[offsets[k] + later] - whole
                    way += _lasts(atoms, habits, i, earlier, k, later)
                    if way > _NEGLIGIBLE:
                        slots = atoms.last[k - 1] + later - atoms.first[i] + earlier + 1
                        lasting[atoms.spot[i], max(min(slots, longest), 1)] += np.exp(way)
            k += 1
    return lasting


@compiled
def _expected_hidden(
    atoms: Atoms, habits: Habits, ends: NDArray[np.float64], starts_on: NDArray[np.float64], whole: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    away, passing = np.zeros(habits.away.shape), np.zeros(habits.passing.shape)
    for gap in range(1, atoms.first.size):
        slots, offset = atoms.gaps[gap], atoms.offsets[gap]
        if atoms.silent[gap]:
            continue
        for earlier in range(slots + 1):
            for later in range(slots + 1 - earlier):
                unseen = slots - later - earlier
                way = ends[offset + later] + starts_on[offset + earlier] - whole
                way += _between(atoms, habits, gap, unseen)
                if way > _NEGLIGIBLE and atoms.spot[gap - 1] == atoms.spot[gap]:
                    away[atoms.spot[gap], unseen] += np.exp(way)
                elif way > _NEGLIGIBLE:
                    passing[unseen] += np.exp(way)
    return away, passing


@compiled
def likeliest(atoms: Atoms, habits: Habits) -> NDArray[np.int64]:
    """The likeliest visits: atom, slots before it, last atom, slots after it; shape (visits, 4)."""
    count = atoms.first.size
    atom, before, left = _best(atoms, habits)
    visits = np.empty((count, 4), np.int64)
    size, k, later = 0, count, 0
    while k > 0:
        state = atoms.offsets[k] + later
        i, earlier = atom[state], before[state]
        visits[size, 0], visits[size, 1], visits[size, 2], visits[size, 3] = i, earlier, k - 1, later
        size += 1
        later = left[atoms.offsets[i] + earlier]
        k = i
    return visits[:size][::-1].copy()


@compiled
def _best(atoms: Atoms, habits: Habits) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Viterbi (1967): by state, what is likeliest before it.

    For a visit that ends there its first atom and the slots before that; for one that begins there, how
    many slots of the gap the visit before it has.
    """
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    ends = np.full(offsets[count] + gaps[count] + 1, NEVER)
    starts = np.full(ends.size, NEVER)
    atom, before = np.zeros(ends.size, np.int64), np.zeros(ends.size, np.int64)
    left = np.zeros(ends.size, np.int64)
    starts[0] = 0.0
    for k in range(1, count + 1):
        for later in range(gaps[k] + 1):
            state = offsets[k] + later
            i = k - 1
            while i >= 0 and atoms.run[i] == atoms.run[k - 1]:
                for earlier in range(gaps[i] + 1):
                    way = starts[offsets[i] + earlier] + _lasts(atoms, habits, i, earlier, k, later)
                    if way > ends[state]:
                        ends[state], atom[state], before[state] = way, i, earlier
                i -= 1
        if k < count:
            _begin(atoms, habits, k, ends, starts, left)
    return atom, before, left


@compiled
def _begin(
    atoms: Atoms,
    habits: Habits,
    gap: int,
    ends: NDArray[np.float64],
    starts: NDArray[np.float64],
    left: NDArray[np.int64],
) -> None:
    slots, offset = atoms.gaps[gap], atoms.offsets[gap]
    for earlier in range(slots + 1):
        for later in range(slots + 1 - earlier):
            move = _between(atoms, habits, gap, slots - later - earlier)
            way = ends[offset + later] + move
            if way > starts[offset + earlier]:
                starts[offset + earlier], left[offset + earlier] = way, later
