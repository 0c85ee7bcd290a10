"""From rows to things: what the arrays of a subject say, as the ontology's stays, trips and gaps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.stays import NOT_YET, StayRow
from ontology import iri
from ontology.concluded import Gap, Place, Stay, Trip
from ontology.times import from_ms

_DEGREES = 6
_METRES = 1
_SPEED = 2


def stay(view: str, subject: str, row: StayRow, place: Place | None) -> Stay:
    """A row of STAY, at its place."""
    last_seen = from_ms(row.end)
    return Stay(
        key=iri.stay(view, subject, row.start),
        view=view,
        subject=subject,
        place=place.key if place else None,
        start=from_ms(row.start),
        end=None if row.closed == NOT_YET else last_seen,
        last_seen=last_seen,
        lon=round(row.lon, _DEGREES),
        lat=round(row.lat, _DEGREES),
        radius_m=round(row.radius, _METRES),
        fixes=row.fixes,
        silent_s=row.silent / 1000,
        inferred=row.silent > 0,
    )


def trip(
    view: str,
    subject: str,
    row: tuple[float, float, int],
    left: StayRow,
    reached: StayRow,
    way: tuple[Place | None, Place | None],
) -> Trip:
    """A row of TRIP, between two rows of STAY, from a place to another."""
    metres, fastest, fixes = row
    return Trip(
        key=iri.trip(view, subject, left.end),
        view=view,
        subject=subject,
        origin=way[0].key if way[0] else None,
        destination=way[1].key if way[1] else None,
        start=from_ms(left.end),
        end=from_ms(reached.start),
        distance_m=round(metres, _METRES),
        max_speed=round(fastest, _SPEED),
        fixes=fixes,
    )


def gaps(view: str, subject: str, rows: NDArray[np.void]) -> Iterator[Gap]:
    """Rows of GAP."""
    for start, end, start_lon, start_lat, end_lon, end_lat, metres in rows.tolist():
        yield Gap(
            key=iri.gap(view, subject, start),
            view=view,
            subject=subject,
            start=from_ms(start),
            end=from_ms(end),
            start_lon=start_lon,
            start_lat=start_lat,
            end_lon=end_lon,
            end_lat=end_lat,
            distance_m=round(metres, _METRES),
        )
