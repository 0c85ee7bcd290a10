"""Stays: a subject dwelt within a small circle."""

from __future__ import annotations

from typing import Final

from graph.reader.listing import CORNERS, Asked, Shape, page
from graph.reader.page import After, Page
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown


class StayShown(Shown):
    """A stay."""

    key: str
    """Its IRI."""
    subject: str
    """The subject's IRI."""
    place: str | None = None
    """The place's IRI."""
    place_name: str | None = None
    """Where the place is."""
    start: Instant
    """First fix of the stay."""
    end: Instant | None = None
    """Last fix of the stay; null while it goes on."""
    last_seen: Instant
    """Last fix so far."""
    lon: float
    """Degrees east of the stay's centre, WGS 84."""
    lat: float
    """Degrees north of the stay's centre, WGS 84."""
    radius_m: float
    """Metres within which its fixes lie."""
    fixes: int
    """How many fixes it holds."""
    silent_s: float
    """Seconds of it spent in silences that began and ended here."""
    inferred: bool
    """True where such a silence carries the stay."""


SHAPE: Final = Shape(
    match="(n:Stay)<-[:STAYED]-(s:Subject)",
    end="n.last_seen",
    in_box=f"point.withinBBox(n.position, {CORNERS})",
    at_place="EXISTS { (n)-[:AT]->(:Place {key: $place}) }",
    show="""
        OPTIONAL MATCH (n)-[:AT]->(p:Place)
        RETURN n {
            .*, start: n.start.epochMillis, end: n.end.epochMillis, last_seen: n.last_seen.epochMillis
        } AS n, s.key AS subject, p.key AS place, p.name AS place_name
    """,
)


def listed(reader: Reader, asked: Asked, limit: int, after: After | None = None) -> Page[StayShown]:
    """A page of stays, the earliest first."""
    return page(reader, SHAPE, StayShown, asked, limit, after)
