"""The analytics on columns of fixes in one pass, without log or graph: for files, notebooks and tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.conclusions import Conclusions, ranked
from analytics.fold import conclude
from analytics.parameters import HARBOUR, Parameters
from analytics.relations.first_meeting import first_meetings
from analytics.relations.told import told
from analytics.track import Track


def analyse(
    subjects: NDArray[np.str_],
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    closed_until: int | None = None,
    parameters: Parameters = HARBOUR,
) -> Conclusions:
    """Everything that follows from fixes given as columns of shape (n,), in any order.

    Args:
        subjects: who, by IRI, such as `urn:diurnal:subject:mmsi:367000150`.
        times: epoch milliseconds, UTC.
        lons: degrees east, WGS 84.
        lats: degrees north, WGS 84.
        closed_until: epoch milliseconds before which everything is known; just after the last fix if None.
        parameters: the thresholds.

    Raises:
        ValueError: the columns differ in length, or hold a position that is none.
    """
    if not len(subjects) == len(times) == len(lons) == len(lats):
        raise ValueError("the columns differ in length: give one subject, time, longitude and latitude a fix")
    if not (np.abs(lons) <= 180.0).all() or not (np.abs(lats) <= 90.0).all():
        raise ValueError("a position is off the globe: leave out fixes beyond 180 and 90 degrees, or NaN")
    end = closed_until if closed_until is not None else int(times.max(initial=-1)) + 1
    tracks = tracks_of(subjects, times, lons, lats)
    found, meetings = conclude(tracks, end, parameters), told(tracks, end)
    fresh = first_meetings(tracks, meetings, parameters=parameters)
    return replace(found, meetings=meetings, findings=ranked([*found.findings, *fresh]))


def tracks_of(
    subjects: NDArray[np.str_],
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
) -> dict[str, Track]:
    """Columns of fixes of shape (n,) as one track a subject, by its IRI."""
    names, codes = np.unique(subjects, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return {
        str(name): Track.of(times[rows], lons[rows], lats[rows])
        for name, rows in zip(names, (order[a:b] for a, b in pairwise(bounds)), strict=True)
    }
