"""Threads: the messages under one identity, split into tracks that are each possible.

After Global Fishing Watch's segmenter (gpsdio-segment; Kroodsma et al., 2018, "Tracking the global
footprint of fisheries", supplement): messages are read in time order, and each goes to the thread that it
can continue, of several to the one with the most messages; if there is none, it begins a thread. The
longest may be silent for a day, others for as long as they have lasted. What a thread allows is a speed,
and a pad besides, because messages relayed by satellite bear times that err by minutes: the pad is what
GFW's 25 knots make of its quarter of an hour. A thread that is long and lasting is a vessel; the others are
noise. Two vessels that overlap in time share an identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance
from ontology.times import HOUR_MS

_OPEN: Final = 64
"""So many threads are open at once at most; the one heard longest ago gives way."""


@dataclass(frozen=True, slots=True)
class Threading:
    """What continues a thread. The defaults are for the open sea, heard by satellite."""

    max_speed: float = 46.3
    """m/s: 90 knots, which only the fastest craft reach."""
    pad_m: float = 11_575.0
    """Metres besides: 25 knots for a quarter of an hour."""
    longest_ms: int = 24 * HOUR_MS
    """A thread silent for longer is over."""
    grace_ms: int = HOUR_MS // 4
    """Another than the longest is over, too, if silent for longer than it has lasted and than this."""
    members: int = 10
    """A thread of fewer messages is noise."""
    lasting_ms: int = HOUR_MS
    """And so is one that lasts less."""


OPEN_SEA: Final = Threading()
HARBOUR: Final = Threading(pad_m=500.0)
"""Heard from the shore, times are right to the second: the pad is for positions that err."""


@dataclass(frozen=True, slots=True)
class Threads:
    """How the messages fall apart.

    Attributes:
        thread: of each message, the number of its thread, in the order of their beginnings; shape (n,).
        vessels: the threads that are vessels, the one with the most messages first.
        noise: whether a message is of no vessel's thread; shape (n,).
    """

    thread: NDArray[np.int64]
    vessels: NDArray[np.int64]
    noise: NDArray[np.bool_]


def split(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    threading: Threading = OPEN_SEA,
) -> Threads:
    """Split the messages under one identity into threads. A message's thread rests on those before it.

    Args:
        times: epoch milliseconds, in time order, several at one time if need be; shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        threading: what continues a thread.
    """
    thread, count = _threads(
        times,
        lons,
        lats,
        float(threading.max_speed),
        float(threading.pad_m),
        int(threading.longest_ms),
        int(threading.grace_ms),
    )
    members = np.bincount(thread, minlength=count)
    first, last = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(first, thread, times)
    np.maximum.at(last, thread, times)
    lasting = (members >= threading.members) & (last - first >= threading.lasting_ms)
    vessels = np.flatnonzero(lasting)
    vessels = vessels[np.argsort(-members[vessels], kind="stable")]
    return Threads(thread, vessels, ~lasting[thread])


@dataclass(frozen=True, slots=True)
class Clash:
    """Two vessels under one identity at once.

    Attributes:
        one: number of the thread with more messages.
        other: number of the other.
        start: epoch milliseconds since when both are heard.
        end: epoch milliseconds until when.
        apart_m: median distance of a message from where the other was last heard.
    """

    one: int
    other: int
    start: int
    end: int
    apart_m: float


def clashes(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    threads: Threads,
    turns: int = 4,
) -> list[Clash]:
    """The pairs of vessels that share the identity: heard in turns, so many times to and fro at least.

    Args:
        times: as given to `split`.
        lons: degrees east.
        lats: degrees north.
        threads: what it gave.
        turns: changes from one to the other; fewer may be a thread that ends while another begins.
    """
    found = []
    for at, one in enumerate(threads.vessels.tolist()):
        for other in threads.vessels[at + 1 :].tolist():
            both = np.flatnonzero((threads.thread == one) | (threads.thread == other))
            change = np.flatnonzero(np.diff(threads.thread[both]))
            if len(change) < turns:
                continue
            a, b = both[change], both[change + 1]
            apart = np.median(
                [distance(lons[i], lats[i], lons[j], lats[j]) for i, j in zip(a, b, strict=True)]
            )
            found.append(Clash(one, other, int(times[a[0]]), int(times[b[-1]]), float(apart)))
    return found


@compiled
def _threads(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    max_speed: float,
    pad: float,
    longest: int,
    grace: int,
) -> tuple[NDArray[np.int64], int]:
    """The number of each message's thread, and how many threads there are."""
    thread = np.empty(times.size, np.int64)
    first, last = np.full(_OPEN, -1, np.int64), np.full(_OPEN, -1, np.int64)
    members, number = np.zeros(_OPEN, np.int64), np.zeros(_OPEN, np.int64)
    used = count = 0
    for k in range(times.size):
        best, oldest, main = -1, 0, -1
        for slot in range(used):
            if last[slot] < last[oldest]:
                oldest = slot
            if times[k] - times[last[slot]] <= longest and (main < 0 or members[slot] > members[main]):
                main = slot
        for slot in range(used):
            at = last[slot]
            pause = times[k] - times[at]
            patience = longest if slot == main else max(grace, times[at] - times[first[slot]])
            if pause > min(patience, longest) or (best >= 0 and members[slot] <= members[best]):
                continue
            limit = pad + max_speed * pause * 0.001
            if (
                abs(lats[k] - lats[at]) * METRES_A_DEGREE <= limit
                and distance(lons[at], lats[at], lons[k], lats[k]) <= limit
            ):
                best = slot
        if best < 0:
            best = used if used < _OPEN else oldest
            used = min(used + 1, _OPEN)
            members[best], number[best], first[best] = 0, count, k
            count += 1
        last[best] = k
        members[best] += 1
        thread[k] = number[best]
    return thread, count
