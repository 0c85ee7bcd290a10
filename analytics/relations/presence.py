"""On which days, at which place and in which hour each subject was: what chance is worked out from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.civil_time import Zone, zone
from analytics.relations.dwells import Dwells

HOURS = 24


@dataclass(frozen=True, slots=True)
class Presence:
    """Entries ordered by subject, then cell (a place in an hour of the day), then day.

    Attributes:
        offsets: where the entries of each subject begin, and one more for the end; shape (subjects + 1,).
        cells: place times 24 plus hour of the civil day, shape (n,).
        days: civil days from 1970-01-01, shape (n,).
        weights: bits by which it was no matter of course to be there: with how few others, shape (n,).
        first: the first day on which each subject was seen, shape (subjects,).
        last: the last one.
    """

    offsets: NDArray[np.int64]
    cells: NDArray[np.int64]
    days: NDArray[np.int64]
    weights: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def presence(stays: Dwells, places: NDArray[np.int64], subjects: int, zone_name: str = "UTC") -> Presence:
    """Presence from stays.

    To meet where everybody is says less than to meet where nobody else is: a day's presence weighs by the
    share of the subjects seen that day that were there then, in bits, as places weigh by their entropy in
    Pham, Shahabi and Liu (2013), "EBM: an entropy-based model to infer social strength from spatiotemporal
    data".

    Args:
        stays: of all.
        places: the place of each stay, as `gathering.gathered` gives them.
        subjects: how many there are.
        zone_name: IANA name, in whose civil time days and hours are told.
    """
    who, cell, day = _hours(stays, places, zone(zone_name))
    order = np.lexsort((day, cell, who))
    who, cell, day = who[order], cell[order], day[order]
    kept = np.ones(len(who), np.bool_)
    kept[1:] = (who[1:] != who[:-1]) | (cell[1:] != cell[:-1]) | (day[1:] != day[:-1])
    who, cell, day = who[kept], cell[kept], day[kept]
    first, last = np.full(subjects, np.iinfo(np.int64).max), np.full(subjects, np.iinfo(np.int64).min)
    np.minimum.at(first, who, day)
    np.maximum.at(last, who, day)
    return Presence(
        np.searchsorted(who, np.arange(subjects + 1)), cell, day, _weights(who, cell, day), first, last
    )


def _hours(
    stays: Dwells, places: NDArray[np.int64], civil: Zone
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Subject, cell and day of every hour that a stay touches; some may come twice."""
    who: list[int] = []
    cell: list[int] = []
    day: list[int] = []
    columns = (stays.subjects.tolist(), places.tolist(), stays.starts.tolist(), stays.ends.tolist())
    for subject, place, start, end in zip(*columns, strict=True):
        for at, mask in civil.hours(start, end).items():
            there = [place * HOURS + hour for hour in range(HOURS) if mask >> hour & 1]
            who += [subject] * len(there)
            cell += there
            day += [at] * len(there)
    return np.array(who, np.int64), np.array(cell, np.int64), np.array(day, np.int64)


def _weights(who: NDArray[np.int64], cell: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits of each entry: how many of those seen that day were there then."""
    if not len(who):
        return np.empty(0, np.float64)
    origin, span = int(day.min()), int(day.max() - day.min()) + 1
    _, of, crowd = np.unique(cell * span + day - origin, return_inverse=True, return_counts=True)
    seen = np.unique(who * span + day - origin) % span
    watched = np.bincount(seen, minlength=span)
    return np.asarray(np.log2(watched[day - origin] / crowd[of]), np.float64)
