"""Convoys at cameras: two vehicles read by the same cameras in the same order, minutes apart.

Travelling companions by automatic number plate recognition: reads of two at one camera within minutes, at
several cameras in a row (after Homayounfar et al. 2015, "Detecting Convoys Using License Plate Recognition
Data"). On a busy road strangers are read so, too: what a convoy is worth is the chance that a stranger would
have been read within the gap at each of its cameras, by how many pass it (a Poisson process).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontology.times import HOUR_MS


@dataclass(frozen=True, slots=True)
class ConvoyParameters:
    """Seconds and counts."""

    gap_s: float = 120.0
    """Two reads at one camera this far apart are of one convoy."""
    leg_s: float = 3600.0
    """After a longer pause between cameras a new convoy begins."""
    cameras: int = 3
    """Fewer in a row are none."""
    bits: float = 10.0
    """Less surprise is not told."""
    following_s: float = 5.0
    """Where the one is always at least so much later, it follows."""


@dataclass(frozen=True, slots=True)
class Convoy:
    """Two vehicles at several cameras in a row.

    Attributes:
        first: the one.
        second: the other.
        cameras: those that read both, in order.
        start: epoch milliseconds of the first read.
        end: epoch milliseconds of the last.
        lag_s: the median of how much later the second was, seconds; negative where it was earlier.
        follower: who came later at every camera, if anybody.
        surprise: bits; how unlikely it is that strangers are read so.
    """

    first: str
    second: str
    cameras: tuple[str, ...]
    start: int
    end: int
    lag_s: float
    follower: str | None
    surprise: float


def convoys(
    subjects: NDArray[np.str_],
    cameras: NDArray[np.str_],
    times: NDArray[np.int64],
    parameters: ConvoyParameters | None = None,
) -> list[Convoy]:
    """The convoys among reads, in order of time; columns of shape (n,).

    Args:
        subjects: whose plate was read.
        cameras: by which camera.
        times: epoch milliseconds.
        parameters: the thresholds.
    """
    parameters = parameters or ConvoyParameters()
    order = np.lexsort((subjects, times, cameras))
    who, where, when = subjects[order], cameras[order], times[order]
    together: dict[tuple[str, str], list[tuple[int, int, str, float]]] = {}
    begin = 0
    for end in np.append(np.flatnonzero(where[1:] != where[:-1]) + 1, len(where)).tolist():
        _meet(who[begin:end], when[begin:end], str(where[begin]) if end else "", parameters, together)
        begin = end
    found = [
        convoy
        for pair in sorted(together)
        for run in _runs(sorted(together[pair]), parameters)
        if (convoy := _convoy(pair, run, parameters)) is not None
    ]
    return sorted(found, key=lambda each: (each.start, each.first, each.second))


def _meet(
    who: NDArray[np.str_],
    when: NDArray[np.int64],
    camera: str,
    parameters: ConvoyParameters,
    together: dict[tuple[str, str], list[tuple[int, int, str, float]]],
) -> None:
    """Note every two read at one camera within the gap: time of each, the camera, bits."""
    gap = round(parameters.gap_s * 1000.0)
    names, moments = who.tolist(), when.tolist()
    around = np.searchsorted(when, when + HOUR_MS // 2, "right") - np.searchsorted(when, when - HOUR_MS // 2)
    for k, moment in enumerate(moments):
        for other in range(k + 1, len(moments)):
            if moments[other] - moment > gap:
                break
            if names[other] == names[k]:
                continue
            # The two themselves are no strangers: of the others, so many would come within the gap by chance.
            strangers = max(int(around[k]) - 2, 0) + 0.5
            bits = -np.log2(-np.expm1(-strangers * 2.0 * gap / HOUR_MS))
            pair = (names[k], names[other]) if names[k] < names[other] else (names[other], names[k])
            at = (moment, moments[other]) if names[k] < names[other] else (moments[other], moment)
            together.setdefault(pair, []).append((*at, camera, float(bits)))


def _runs(
    reads: list[tuple[int, int, str, float]], parameters: ConvoyParameters
) -> list[list[tuple[int, int, str, float]]]:
    """Reads of a pair in order of time, parted at long pauses and where both do not go the same way."""
    runs: list[list[tuple[int, int, str, float]]] = []
    for read in reads:
        last = runs[-1][-1] if runs else None
        if (
            last is None
            or read[0] - last[0] > parameters.leg_s * 1000.0
            or (read[2] != last[2] and read[1] < last[1])
        ):
            runs.append([read])
        elif read[2] != last[2]:
            runs[-1].append(read)
    return runs


def _convoy(
    pair: tuple[str, str], run: list[tuple[int, int, str, float]], parameters: ConvoyParameters
) -> Convoy | None:
    """A run of reads as a convoy, if it is long and unlikely enough."""
    surprise = sum(read[3] for read in run)
    if len({read[2] for read in run}) < parameters.cameras or surprise < parameters.bits:
        return None
    lags = np.array([read[1] - read[0] for read in run]) / 1000.0
    follower = None
    if (lags >= parameters.following_s).all():
        follower = pair[1]
    elif (lags <= -parameters.following_s).all():
        follower = pair[0]
    return Convoy(
        *pair,
        cameras=tuple(read[2] for read in run),
        start=min(run[0][:2]),
        end=max(run[-1][:2]),
        lag_s=float(np.median(lags)),
        follower=follower,
        surprise=surprise,
    )
