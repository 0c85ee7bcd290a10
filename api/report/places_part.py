"""The busiest places of the period."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from api.report.data import PlaceRow
from api.report.material import Material
from api.report.naming import called
from api.report.words import number

MOST: Final = 12


@dataclass(slots=True)
class Busy:
    """What happened at a place in the period."""

    stays: int = 0
    hours: float = 0.0
    visitors: Counter[str] = field(default_factory=Counter)


def busiest(material: Material) -> list[tuple[str, Busy]]:
    """Places with what happened there in the period, those with most stays first."""
    busy: dict[str, Busy] = defaultdict(Busy)
    start, end = material.within.start, material.within.end
    for stays in material.stays.values():
        for stay in stays:
            if (
                stay.place is None
                or start is None
                or end is None
                or stay.last_seen < start
                or stay.start > end
            ):
                continue
            here = busy[stay.place]
            here.stays += 1
            here.hours += (min(stay.last_seen, end) - max(stay.start, start)).total_seconds() / 3600
            here.visitors[stay.subject] += 1
    return sorted(busy.items(), key=lambda item: (-item[1].stays, item[0]))


def rows(material: Material) -> tuple[PlaceRow, ...]:
    """The table of the busiest."""
    table = []
    for n, (key, here) in enumerate(busiest(material)[:MOST], 1):
        place = material.places.get(key)
        subject, visits = min(here.visitors.items(), key=lambda item: (-item[1], item[0]))
        table.append(
            PlaceRow(
                number=n,
                name=place.name if place else key,
                position=f"{place.lat:.4f}, {place.lon:.4f}" if place else "",
                stays=number(here.stays),
                subjects=number(len(here.visitors)),
                hours=number(here.hours),
                most=f"{called(material.subjects.get(subject), subject)} ({number(visits)})",
            )
        )
    return tuple(table)
