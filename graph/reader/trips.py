"""Trips: from one stay to the next."""

from __future__ import annotations

from typing import Final

from graph.reader.listing import CORNERS, Asked, Shape, page
from graph.reader.page import After, Page
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown


class TripShown(Shown):
    """A trip."""

    key: str
    """Its IRI."""
    subject: str
    """The subject's IRI."""
    origin: str | None = None
    """IRI of the place it left."""
    origin_name: str | None = None
    """Where that is."""
    destination: str | None = None
    """IRI of the place it reached."""
    destination_name: str | None = None
    """Where that is."""
    start: Instant
    """When it left."""
    end: Instant
    """When it arrived."""
    distance_m: float
    """Metres along the fixes."""
    max_speed: float
    """Highest speed over ground between fixes, m/s."""
    fixes: int
    """How many fixes it holds."""


SHAPE: Final = Shape(
    match="(n:Trip)<-[:MADE_TRIP]-(s:Subject)",
    end="n.end",
    in_box=f"EXISTS {{ (n)-[:FROM|TO]->(p:Place) WHERE point.withinBBox(p.position, {CORNERS}) }}",
    at_place="EXISTS { (n)-[:FROM|TO]->(:Place {key: $place}) }",
    show="""
        OPTIONAL MATCH (n)-[:FROM]->(o:Place)
        OPTIONAL MATCH (n)-[:TO]->(d:Place)
        RETURN n {.*, start: n.start.epochMillis, end: n.end.epochMillis} AS n, s.key AS subject,
               o.key AS origin, o.name AS origin_name, d.key AS destination, d.name AS destination_name
    """,
)


def listed(reader: Reader, asked: Asked, limit: int, after: After | None = None) -> Page[TripShown]:
    """A page of trips, the earliest first; an area or a place picks those that leave or reach it."""
    return page(reader, SHAPE, TripShown, asked, limit, after)
