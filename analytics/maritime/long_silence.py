"""Finding: a vessel that was heard well fell silent for long, and came back elsewhere.

The definition is Global Fishing Watch's (Welch et al., 2022, "Hot spots of unseen fishing vessels"): twelve
hours and more, with positions in the twelve hours before. It is told where the vessel itself has seldom been
silent so long: one that is silent every night at its berth says nothing by doing so again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics import surprise
from analytics.civil_time import zone, zone_at
from analytics.track import Track
from analytics.words import counted, distance_text, span_text
from ontology import iri
from ontology.concluded import Finding
from ontology.times import HOUR_MS, from_ms

KIND = "long silence"


@dataclass(frozen=True, slots=True)
class Silence:
    """What a long silence is."""

    least_ms: int = 12 * HOUR_MS
    """From so long on it is one."""
    before_ms: int = 12 * HOUR_MS
    """Reception is judged by so much before it."""
    heard: int = 14
    """Fewer positions than this in that time, and it was not heard well."""
    days: int = 4
    """Heard on fewer days before, its own silences say nothing."""
    floor: float = 3.0
    """Bits; less surprise is not told."""


def findings(
    view: str,
    subject: str,
    rows: NDArray[np.void],
    track: Track,
    days_before: Callable[[int], int],
    evidence: Callable[[int], tuple[str, ...]],
    silence: Silence,
) -> list[Finding]:
    """The findings that the gaps of one vessel give, each by what was before it.

    Args:
        view: whose conclusions these are.
        subject: whom they are about, by IRI.
        rows: rows of GAP in time order.
        track: its fixes.
        days_before: epoch milliseconds → on how many days it was heard before.
        evidence: epoch milliseconds → keys of what was concluded before.
        silence: what a long one is.
    """
    found = []
    silences = np.flatnonzero(np.diff(track.times) >= silence.least_ms)
    for start, end, lon, lat, _, _, metres in rows[rows["end"] - rows["start"] >= silence.least_ms].tolist():
        until = int(track.times.searchsorted(start, "right"))
        heard = until - int(track.times.searchsorted(start - silence.before_ms, "right"))
        days, silent = days_before(start), int(silences.searchsorted(until - 1))
        bits = surprise.of_event(min(silent, days), days)
        if heard < silence.heard or days < silence.days or bits < silence.floor:
            continue
        where = zone(zone_at(lon, lat))
        found.append(
            Finding(
                key=iri.finding(view, KIND, subject, None, start),
                view=view,
                kind=KIND,
                subject=subject,
                place=None,
                start=from_ms(start),
                end=from_ms(end),
                statement=(
                    f"Silent {span_text(start, end, where)}, for {(end - start) / HOUR_MS:.0f} hours, and"
                    f" heard again {distance_text(metres)} away, after {counted(heard, 'position')} in the 12"
                    f" hours before. In {counted(days, 'day')} heard before it was silent so long"
                    f" {counted(silent, 'time')}."
                ),
                matches=min(silent, days),
                days=days,
                surprise=round(bits, 2),
                coverage="unknown",
                alternatives=(
                    f"a small sample: {counted(days, 'day')} heard",
                    "a receiver or feed that was out, or a stretch where nobody receives",
                    "the transponder switched off for a reason, such as a berth, repair or safety",
                    "towed, or moved ashore",
                ),
                evidence=(iri.gap(view, subject, start), *evidence(start)),
            )
        )
    return found
