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
    """How likely things are; or the logarithms of that.

    Attributes:
        lasting: that a visit at a spot lasts so many slots, shape (spots, slots + 1).
        away: that a subject leaves a spot for so many slots and comes back, shape (spots, slots + 1).
        passing: that another visit of so many slots lies between two spots, shape (slots + 1,); of 0: none.
        certain: what is certain: 1, or its logarithm.
    """

    lasting: NDArray[np.float64]
    away: NDArray[np.float64]
    passing: NDArray[np.float64]
    certain: float = 1.0

    def logarithms(self) -> Habits:
        """The same as logarithms."""
        with np.errstate(divide="ignore"):
            lasting, away, passing = (
                np.maximum(np.log(each), NEVER) for each in (self.lasting, self.away, self.passing)
            )
        return Habits(lasting, away, passing, certain=0.0)


@compiled
def _between(atoms: Atoms, habits: Habits, gap: int, unseen: int) -> float:
    """That one visit ends and another begins in a gap, with so many slots of it in neither."""
    if atoms.silent[gap]:
        return habits.certain
    if atoms.run[gap - 1] == atoms.run[gap]:
        return float(habits.away[atoms.spot[gap], unseen])
    return float(habits.passing[unseen])


@compiled
def _slots(atoms: Atoms, habits: Habits, i: int, k: int) -> int:
    """How many slots a visit from atom i to atom k - 1 has at least, as far as they are told apart."""
    return int(max(min(atoms.last[k - 1] - atoms.first[i] + 1, habits.lasting.shape[1] - 1), 1))


@compiled
def forward(
    atoms: Atoms, habits: Habits
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of all ways up to a state: that a visit ends there, and that one begins there; shape (states,).

    Both in units of their gap's scale, whose logarithm is the third, shape (gaps,); NEVER where none begins.
    """
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    longest = habits.lasting.shape[1] - 1
    ends = np.zeros(offsets[count] + gaps[count] + 1)
    starts = np.zeros(ends.size)
    scales = np.full(count + 1, NEVER)
    starts[0], scales[0] = 1.0, 0.0
    for k in range(1, count + 1):
        low, unit = _run_before(atoms, scales, k)
        lasting = habits.lasting[atoms.spot[k - 1]]
        whole = 0.0
        for i in range(low, k):
            if scales[i] <= NEVER:
                continue
            share = np.exp(scales[i] - unit)
            least = _slots(atoms, habits, i, k)
            for later in range(gaps[k] + 1):
                total = 0.0
                for earlier in range(gaps[i] + 1):
                    total += starts[offsets[i] + earlier] * lasting[min(least + earlier + later, longest)]
                ends[offsets[k] + later] += share * total
                whole += share * total
        for later in range(gaps[k] + 1):
            ends[offsets[k] + later] /= whole
        scale = unit + np.log(whole)
        begun = 0.0
        for earlier in range(gaps[k] + 1 if k < count else 0):
            total = 0.0
            for later in range(gaps[k] + 1 - earlier):
                total += ends[offsets[k] + later] * _between(atoms, habits, k, gaps[k] - later - earlier)
            starts[offsets[k] + earlier] = total
            begun += total
        if begun > 0.0 or k == count:
            scales[k] = scale
    return ends, starts, scales


@compiled
def _run_before(atoms: Atoms, scales: NDArray[np.float64], k: int) -> tuple[int, float]:
    """The first atom of the run of atom k - 1, and the largest scale of the gaps before its atoms."""
    low, unit = k - 1, scales[k - 1]
    while low > 0 and atoms.run[low - 1] == atoms.run[k - 1]:
        low -= 1
        unit = max(unit, scales[low])
    return low, unit


@compiled
def backward(
    atoms: Atoms, habits: Habits
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of all ways on from a state in which a visit ended, and in which one begins; shape (states,).

    The first in units of its gap's scale, whose logarithm is the third, shape (gaps,), NEVER where none
    ends; the second in those of the gap's scale of before.
    """
    count = atoms.first.size
    offsets, gaps = atoms.offsets, atoms.gaps
    longest = habits.lasting.shape[1] - 1
    ends = np.zeros(offsets[count] + gaps[count] + 1)
    starts = np.zeros(ends.size)
    scales = np.full(count + 1, NEVER)
    ends[offsets[count] :] = 1.0
    scales[count] = 0.0
    for i in range(count - 1, -1, -1):
        high, unit = _run_after(atoms, scales, i)
        lasting = habits.lasting[atoms.spot[i]]
        whole = 0.0
        for k in range(i + 1, high + 1):
            if scales[k] <= NEVER:
                continue
            share = np.exp(scales[k] - unit)
            least = _slots(atoms, habits, i, k)
            for earlier in range(gaps[i] + 1):
                total = 0.0
                for later in range(gaps[k] + 1):
                    total += ends[offsets[k] + later] * lasting[min(least + earlier + later, longest)]
                starts[offsets[i] + earlier] += share * total
                whole += share * total
        for earlier in range(gaps[i] + 1):
            starts[offsets[i] + earlier] /= whole
        scale = unit + np.log(whole)
        ended = 0.0
        for later in range(gaps[i] + 1 if i > 0 else 0):
            total = 0.0
            for earlier in range(gaps[i] + 1 - later):
                total += starts[offsets[i] + earlier] * _between(atoms, habits, i, gaps[i] - later - earlier)
            ends[offsets[i] + later] = total
            ended += total
        if ended > 0.0 or i == 0:
            scales[i] = scale
    return ends, starts, scales


@compiled
def _run_after(atoms: Atoms, scales: NDArray[np.float64], i: int) -> tuple[int, float]:
    """The gap after the last atom of the run of atom i, and the largest scale of the gaps after its atoms."""
    high, unit = i + 1, scales[i + 1]
    while high < atoms.first.size and atoms.run[high] == atoms.run[i]:
        high += 1
        unit = max(unit, scales[high])
    return high, unit


@compiled
def expected(
    atoms: Atoms, habits: Habits
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How many visits of each length, and hidden absences, are to be expected; as the fields of Habits."""
    ends, starts, scales = forward(atoms, habits)
    ends_on, starts_on, scales_on = backward(atoms, habits)
    whole = scales_on[0]
    lasting = np.zeros(habits.lasting.shape)
    away, passing = np.zeros(habits.away.shape), np.zeros(habits.passing.shape)
    for i in range(atoms.first.size):
        k = i + 1
        while k <= atoms.first.size and atoms.run[k - 1] == atoms.run[i]:
            if scales[i] > NEVER and scales_on[k] > NEVER:
                share = np.exp(scales[i] + scales_on[k] - whole)
                _count_visits(atoms, habits, i, k, share, starts, ends_on, lasting[atoms.spot[i]])
            k += 1
        if i > 0 and not atoms.silent[i] and scales[i] > NEVER and scales_on[i] > NEVER:
            # Starts after the gap are in units of their own: those of what follows, which ends there share.
            share = np.exp(scales[i] + scales_on[i] - whole)
            row = away[atoms.spot[i]] if atoms.run[i - 1] == atoms.run[i] else passing
            _count_hidden(atoms, habits, i, share, ends, starts_on, row)
    return lasting, away, passing


@compiled
def _count_visits(
    atoms: Atoms,
    habits: Habits,
    i: int,
    k: int,
    share: float,
    starts: NDArray[np.float64],
    ends_on: NDArray[np.float64],
    row: NDArray[np.float64],
) -> None:
    least, longest = _slots(atoms, habits, i, k), row.size - 1
    lasting = habits.lasting[atoms.spot[i]]
    for earlier in range(atoms.gaps[i] + 1):
        for later in range(atoms.gaps[k] + 1):
            slots = min(least + earlier + later, longest)
            way = starts[atoms.offsets[i] + earlier] * ends_on[atoms.offsets[k] + later]
            row[slots] += share * way * lasting[slots]


@compiled
def _count_hidden(
    atoms: Atoms,
    habits: Habits,
    gap: int,
    share: float,
    ends: NDArray[np.float64],
    starts_on: NDArray[np.float64],
    row: NDArray[np.float64],
) -> None:
    slots, offset = atoms.gaps[gap], atoms.offsets[gap]
    for earlier in range(slots + 1):
        for later in range(slots + 1 - earlier):
            unseen = slots - later - earlier
            way = ends[offset + later] * starts_on[offset + earlier]
            row[unseen] += share * way * _between(atoms, habits, gap, unseen)


@compiled
def likeliest(atoms: Atoms, habits: Habits) -> NDArray[np.int64]:
    """The likeliest visits, by habits in logarithms.

    Returns:
        Atom, slots before it, last atom, slots after it; shape (visits, 4).
    """
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
    longest = habits.lasting.shape[1] - 1
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
                least = _slots(atoms, habits, i, k)
                for earlier in range(gaps[i] + 1):
                    slots = min(least + earlier + later, longest)
                    way = starts[offsets[i] + earlier] + habits.lasting[atoms.spot[i], slots]
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
