"""Findings: a subject was where it cannot have been, or, again and again, in two places at once.

The first jump for a day is told as one; when a fourth follows within the day, and the jumps go to and fro
between two tracks that are each possible, two bear one identity. What is told rests on jumps up to then only,
so that later ones never change it. See Iphar et al. (2020), "Data integrity assessment for maritime anomaly
detection", on implied speed and identity shared as faults of AIS that are told apart by what follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics import surprise
from analytics.civil_time import clock_text, zone, zone_at
from analytics.geometry import distance
from analytics.jumps import JUMP, Reach
from analytics.words import counted, distance_text
from ontology import iri
from ontology.concluded import Finding
from ontology.times import HOUR_MS, from_ms

KIND = "impossible jump"
CLASH = "one identity in two places"
_KNOTS = 1.943844


@dataclass(frozen=True, slots=True)
class Jumping:
    """When jumps are told."""

    quiet_ms: int = 24 * HOUR_MS
    """A jump sooner than this after another is part of the same story."""
    clash: int = 4
    """From so many jumps within that time on they may be two that share an identity."""
    tries: int = 100
    """Of one story so many jumps are looked at; if none is to and fro with those before, it is no clash."""
    floor: float = 3.0
    """Bits; a track in which jumps are common says nothing by one more."""


class Told(NamedTuple):
    """A jump that is worth a finding: its row, jumps within the time up to it, and whether they clash."""

    row: int
    within: int
    clash: bool


def told(rows: NDArray[np.void], reach: Reach, jumping: Jumping) -> list[Told]:
    """Which jumps are told, each by those up to it.

    Args:
        rows: rows of JUMP in time order.
        reach: what is possible.
        jumping: when jumps are told.
    """
    found: list[Told] = []
    ends = rows["end"]
    begins = ends.searchsorted(ends - jumping.quiet_ms, "right")
    fresh = np.flatnonzero(begins == np.arange(len(rows)))
    crowded = np.flatnonzero(np.arange(len(rows)) - begins + 1 >= jumping.clash)
    found += [Told(row, 1, clash=False) for row in fresh.tolist()]
    # A story goes on as long as crowded jumps follow each other within the time, and is told once.
    stories = np.split(crowded, np.flatnonzero(np.diff(ends[crowded]) >= jumping.quiet_ms) + 1)
    for story in stories:
        for row in story[: jumping.tries].tolist():
            if _to_and_fro(rows[row - jumping.clash + 1 : row + 1], reach):
                found.append(Told(row, row - int(begins[row]) + 1, clash=True))
                break
    return sorted(found)


def _to_and_fro(rows: NDArray[np.void], reach: Reach) -> bool:
    """Whether each jump leads back to where the one before came from."""
    for one, other in zip(rows.tolist(), rows[1:].tolist(), strict=False):
        away = distance(one[3], one[4], other[5], other[6])
        if away > reach.slack_m + reach.max_speed * (other[1] - one[0]) / 1000:
            return False
    return True


def findings(
    view: str,
    subject: str,
    rows: NDArray[np.void],
    days_before: Callable[[int], int],
    evidence: Callable[[int], tuple[str, ...]],
    reach: Reach,
    jumping: Jumping,
) -> list[Finding]:
    """The findings that the jumps of one subject give.

    Args:
        view: whose conclusions these are.
        subject: whom they are about, by IRI.
        rows: rows of JUMP in time order.
        days_before: epoch milliseconds → on how many days it was heard before.
        evidence: epoch milliseconds → keys of what was concluded before.
        reach: what is possible.
        jumping: when jumps are told.
    """
    made = []
    for one in told(rows, reach, jumping):
        row = rows[one.row]
        before = one.row - one.within + 1
        bits = surprise.of_event(before, int(row["steps"]))
        if bits >= jumping.floor:
            days = days_before(int(row["start"]))
            said = _clash(one, row) if one.clash else _jump(row)
            made.append(_finding(view, subject, one, row, said, before, days, bits, evidence))
    return made


def _finding(
    view: str,
    subject: str,
    one: Told,
    row: np.void,
    said: str,
    before: int,
    days: int,
    bits: float,
    evidence: Callable[[int], tuple[str, ...]],
) -> Finding:
    kind, start, end = CLASH if one.clash else KIND, int(row["start"]), int(row["end"])
    earlier = (
        f" Of its {counted(int(row['steps']), 'step')} before, in {counted(days, 'day')} heard, {before}"
        f" {'was' if before == 1 else 'were'} impossible{' outside these' if one.clash else ''}."
    )
    return Finding(
        key=iri.finding(view, kind, subject, None, start),
        view=view,
        kind=kind,
        subject=subject,
        place=None,
        start=from_ms(start),
        end=from_ms(end),
        statement=said + earlier,
        matches=min(before, days),
        days=days,
        surprise=round(bits, 2),
        coverage="observed",
        alternatives=_alternatives(clash=one.clash),
        evidence=evidence(start),
    )


def _jump(row: np.void) -> str:
    where = zone(zone_at(float(row["start_lon"]), float(row["start_lat"])))
    metres, pause = float(row["distance"]), (int(row["end"]) - int(row["start"])) / 1000
    return (
        f"Heard {distance_text(metres)} away {pause:.0f} s after {clock_text(int(row['start']), where)}:"
        f" that would take {metres / max(pause, 1.0) * _KNOTS:,.0f} knots."
    )


def _clash(one: Told, row: np.void) -> str:
    where = zone(zone_at(float(row["start_lon"]), float(row["start_lat"])))
    return (
        f"Jumped {one.within} times within a day up to {clock_text(int(row['end']), where)}, to and fro"
        f" between two tracks that are each possible, {distance_text(float(row['distance']))} apart."
    )


def _alternatives(*, clash: bool) -> tuple[str, ...]:
    if clash:
        return (
            "two that were given the same identity by mistake, or one that never changed a factory setting",
            "a receiver's clock, or messages relayed late, mixing one track with its own past",
            "positions spoofed by somebody else",
        )
    return (
        "a faulty position: the receiver aboard lost its satellites, or a message came garbled",
        "a message relayed late under the wrong time",
        "another under the same identity",
        "satellite navigation jammed or spoofed in the region",
    )


EMPTY = np.empty(0, JUMP)
