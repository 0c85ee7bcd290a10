"""From rows to things: what the arrays of a subject say, as the ontology's stays, trips and gaps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.stays import NOT_YET
from ontology import iri
from ontology.concluded import Gap, Place, Stay, Trip
from ontology.times import from_ms

_DEGREES = 6
_METRES = 1
_SPEED = 2


def stay(view: str, subject: str, row: np.void, place: Place | None) -> Stay:
    """A row of STAY, at its place."""
    open_ = row["closed"] == NOT_YET
    return Stay(
        key=iri.stay(view, subject, int(row["start"])),
        view=view,
        subject=subject,
        place=place.key if place else None,
        start=from_ms(row["start"]),
        end=None if open_ else from_ms(row["end"]),
        last_seen=from_ms(row["end"]),
        lon=round(float(row["lon"]), _DEGREES),
        lat=round(float(row["lat"]), _DEGREES),
        radius_m=round(float(row["radius"]), _METRES),
        fixes=int(row["fixes"]),
        silent_s=float(row["silent"]) / 1000,
        inferred=bool(row["silent"]),
    )


def trip(
    view: str,
    subject: str,
    row: np.void,
    left: np.void,
    reached: np.void,
    way: tuple[Place | None, Place | None],
) -> Trip:
    """A row of TRIP, between two rows of STAY, from a place to another."""
    return Trip(
        key=iri.trip(view, subject, int(left["end"])),
        view=view,
        subject=subject,
        origin=way[0].key if way[0] else None,
        destination=way[1].key if way[1] else None,
        start=from_ms(left["end"]),
        end=from_ms(reached["start"]),
        distance_m=round(float(row["distance"]), _METRES),
        max_speed=round(float(row["max_speed"]), _SPEED),
        fixes=int(row["fixes"]),
    )


def gaps(view: str, subject: str, rows: NDArray[np.void]) -> Iterator[Gap]:
    """Rows of GAP."""
    for row in rows:
        yield Gap(
            key=iri.gap(view, subject, int(row["start"])),
            view=view,
            subject=subject,
            start=from_ms(row["start"]),
            end=from_ms(row["end"]),
            start_lon=float(row["start_lon"]),
            start_lat=float(row["start_lat"]),
            end_lon=float(row["end_lon"]),
            end_lat=float(row["end_lat"]),
            distance_m=round(float(row["distance"]), _METRES),
        )
