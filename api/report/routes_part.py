"""The ways most taken: from which place to which, how often, by how many, and how long it takes."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import Final

from api.report.data import WayRow
from api.report.material import Material
from api.report.naming import called
from api.report.words import distance, duration, number
from graph.reader.trips import TripShown

MOST: Final = 10


def ways(material: Material) -> list[tuple[tuple[str, str], list[TripShown]]]:
    """Trips from one place to another one, by way, the most taken first."""
    found: dict[tuple[str, str], list[TripShown]] = defaultdict(list)
    for trip in material.trips:
        if trip.origin and trip.destination and trip.origin != trip.destination:
            found[trip.origin, trip.destination].append(trip)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def rows(material: Material) -> tuple[WayRow, ...]:
    """The table of the ways most taken."""
    return tuple(_row(material, trips) for _, trips in ways(material)[:MOST])


def seconds(trips: list[TripShown]) -> float:
    """How long the way takes, at the median."""
    return median((trip.end - trip.start).total_seconds() for trip in trips)


def _row(material: Material, trips: list[TripShown]) -> WayRow:
    by: dict[str, int] = defaultdict(int)
    for trip in trips:
        by[trip.subject] += 1
    most = min(by.items(), key=lambda item: (-item[1], item[0]))
    return WayRow(
        origin=trips[0].origin_name or trips[0].origin or "",
        destination=trips[0].destination_name or trips[0].destination or "",
        trips=number(len(trips)),
        subjects=number(len(by)),
        lasts=duration(seconds(trips)),
        long=distance(median(trip.distance_m for trip in trips)),
        most=f"{called(material.subjects.get(most[0]), most[0])} ({number(most[1])})",
    )
