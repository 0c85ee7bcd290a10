"""Gaps: a subject fell silent in one place and was heard again in another."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import hops
from analytics.parameters import Parameters
from analytics.track import Track

GAP: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of the last fix before
        ("end", np.int64),  # epoch ms of the first fix after
        ("start_lon", np.float64),
        ("start_lat", np.float64),
        ("end_lon", np.float64),
        ("end_lat", np.float64),
        ("distance", np.float64),  # metres
    ]
)
"""One row a gap."""


def gaps(part: Track, parameters: Parameters) -> NDArray[np.void]:
    """The silences over `silence_s` that end more than `gap_m` from where they began.

    Args:
        part: cleaned fixes in time order, shape (n,).
        parameters: the two thresholds.

    Returns:
        Rows of GAP in time order.
    """
    silent = np.flatnonzero(part.times[1:] - part.times[:-1] > int(parameters.silence_s * 1000))
    rows = np.empty(len(silent), GAP)
    if not len(silent):
        return rows
    for name, column in (("", part.times), ("_lon", part.lons), ("_lat", part.lats)):
        rows["start" + name], rows["end" + name] = column[silent], column[silent + 1]
    ends = np.stack((silent, silent + 1), axis=1).ravel()
    rows["distance"] = hops(part.lons[ends], part.lats[ends])[::2]
    return rows[rows["distance"] > parameters.gap_m]
