"""The detectors that judge one subject's track alone, and what they have found so far.

A detector is a pure function of the rows that are read from a track (gaps, jumps, slow hours) and of the
track before each of them. Rows are local: a late fix can change only those beside it and later ones, so they
are read again from there, and the findings are what one pass over the whole track gives. Whether a subject
has a detector at all is a matter of its kind, told by the scheme of its identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import impossible_jump
from analytics.episodes import Episodes
from analytics.impossible_jump import Jumping
from analytics.jumps import AIRCRAFT, JUMP, SHIP, Reach, jumps
from analytics.maritime import loitering, long_silence
from analytics.maritime.loitering import SLOW, Loitering, slow_hours
from analytics.maritime.long_silence import Silence
from analytics.stays import NOT_YET
from analytics.track import Track
from ontology import iri
from ontology.concluded import Finding
from ontology.times import DAY_MS, HOUR_MS


@dataclass(frozen=True, slots=True)
class Rows:
    """What is read from one subject's track.

    Attributes:
        track: its fixes.
        episodes: its stays, trips and gaps.
        jumps: rows of JUMP.
        slow: rows of SLOW.
        dawns: index of the first fix of every day, of UTC, on which it was heard.
    """

    track: Track
    episodes: Episodes
    jumps: NDArray[np.void]
    slow: NDArray[np.void]
    dawns: NDArray[np.int64]

    def days_before(self, moment: int) -> int:
        """On how many days, of UTC, it was heard before an epoch millisecond."""
        until = int(self.track.times.searchsorted(moment, "right"))
        return int(self.dawns.searchsorted(until))


_LOITERING: Final = Loitering()

Detector = Callable[[str, str, Rows], list[Finding]]
"""View, subject's IRI and its rows → findings, each by what was before it."""


def _silences(view: str, subject: str, rows: Rows) -> list[Finding]:
    evidence = _last_stay(view, subject, rows)
    return long_silence.findings(
        view, subject, rows.episodes.gaps, rows.track, rows.days_before, evidence, Silence()
    )


def _jumps_of(reach: Reach) -> Detector:
    def detect(view: str, subject: str, rows: Rows) -> list[Finding]:
        evidence = _last_stay(view, subject, rows)
        return impossible_jump.findings(
            view, subject, rows.jumps, rows.days_before, evidence, reach, Jumping()
        )

    return detect


def _loiterings(view: str, subject: str, rows: Rows) -> list[Finding]:
    evidence = _last_stay(view, subject, rows)
    return loitering.findings(view, subject, rows.slow, rows.days_before, evidence, _LOITERING)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is detected about one kind of subject, by name, and how far such a thing gets."""

    reach: Reach
    detectors: dict[str, Detector]


KINDS: Final = {
    "mmsi": Kind(
        SHIP, {"long silence": _silences, "impossible jump": _jumps_of(SHIP), "loitering": _loiterings}
    ),
    "icao24": Kind(AIRCRAFT, {"impossible jump": _jumps_of(AIRCRAFT)}),
}
"""Scheme of the subject's identifier → its detectors; other kinds have none yet."""


def _last_stay(view: str, subject: str, rows: Rows) -> Callable[[int], tuple[str, ...]]:
    """The key of the last stay that was over before a moment, if there was one."""
    over = rows.episodes.stays[: rows.episodes.over]

    def keys(moment: int) -> tuple[str, ...]:
        # Stays are over in the order in which they began.
        at = int(over["closed"].searchsorted(moment, "right")) - 1
        return (iri.stay(view, subject, int(over["start"][at])),) if at >= 0 else ()

    return keys


class Detections:
    """The findings of one subject's detectors, brought up to date as its track grows."""

    def __init__(self, subject: str, view: str) -> None:
        """Begin with nothing found of the subject, by its IRI, for a view."""
        self._subject, self._view = subject, view
        self._kind = KINDS.get((iri.subject_id(subject) or ("", ""))[0])
        self._drifts = self._kind is not None and "loitering" in self._kind.detectors
        self._jumps, self._slow = np.empty(0, JUMP), np.empty(0, SLOW)
        self._slow_since = NOT_YET
        self._long = 0  # runs of slow hours that are long enough to matter
        self._read, self._read_until = 0, -1
        self._basis = (0, 0, 0)
        self._latest = -1
        self._found: dict[str, Finding] = {}

    def brought_up(self, track: Track, episodes: Episodes, touched: int) -> None:
        """Read again what fixes at `touched` (epoch ms) or later can change, and judge it.

        Args:
            track: all fixes that count.
            episodes: what they say.
            touched: the earliest time at which a fix is new; NOT_YET if only time has passed.
        """
        if self._kind is None or not len(track):
            return
        if touched != NOT_YET:
            # Most fixes come after all that were read: then the one before them is known without a search.
            after = touched > self._read_until
            before = max((self._read if after else int(track.times.searchsorted(touched))) - 1, 0)
            self._read_jumps(track, before, self._kind.reach)
            if self._drifts:
                self._read_slow(track, int(track.times[before]))
            self._read, self._read_until = len(track), int(track.times[-1])
        basis = (len(episodes.gaps), len(self._jumps), self._long)
        if basis != self._basis or touched <= self._latest:
            self._basis = basis
            dawns = np.flatnonzero(np.diff(track.times // DAY_MS, prepend=-1))
            self._judge(Rows(track, episodes, self._jumps, self._slow, dawns), self._kind)

    def _judge(self, rows: Rows, kind: Kind) -> None:
        ends = [(rows.episodes.gaps, "end"), (rows.jumps, "end"), (rows.slow, "closed")]
        self._latest = max((int(some[name][-1]) for some, name in ends if len(some)), default=-1)
        self._found = {
            finding.key: finding
            for detect in kind.detectors.values()
            for finding in detect(self._view, self._subject, rows)
        }

    def _read_jumps(self, track: Track, first: int, reach: Reach) -> None:
        kept = self._jumps
        if len(kept) and kept["end"][-1] > track.times[first]:
            kept = kept[: int(kept["end"].searchsorted(track.times[first], "right"))]
        fresh = jumps(track.times, track.lons, track.lats, first, reach.max_speed, reach.slack_m)
        if len(fresh) or len(kept) < len(self._jumps):
            self._jumps = np.concatenate((kept, fresh.view(JUMP)[:, 0]))

    def _read_slow(self, track: Track, moment: int) -> None:
        since = min(moment // HOUR_MS * HOUR_MS, self._slow_since)
        kept = self._slow
        if len(kept) and kept["closed"][-1] > since:
            kept = kept[: int(kept["closed"].searchsorted(since, "right"))]
            since = min(since, int(self._slow["start"][len(kept)]))
        fresh, self._slow_since = slow_hours(
            track.times, track.lons, track.lats, since, _LOITERING.speed, _LOITERING.longest_ms
        )
        if len(fresh) or len(kept) < len(self._slow):
            self._slow = np.concatenate((kept, fresh.view(SLOW)[:, 0]))
            self._long = int((self._slow["hours"] >= _LOITERING.hours).sum())

    def all(self) -> Iterator[Finding]:
        """Everything found."""
        yield from self._found.values()
