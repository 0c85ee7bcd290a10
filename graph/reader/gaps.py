"""Gaps: silences that began in one place and ended in another."""

from __future__ import annotations

from typing import Final

from graph.reader.listing import CORNERS, Asked, Shape, page
from graph.reader.page import After, Page
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown


class GapShown(Shown):
    """A gap."""

    key: str
    """Its IRI."""
    subject: str
    """The subject's IRI."""
    start: Instant
    """The last fix before the silence."""
    end: Instant
    """The first fix after it."""
    start_lon: float
    """Degrees east where it fell silent, WGS 84."""
    start_lat: float
    """Degrees north where it fell silent."""
    end_lon: float
    """Degrees east where it was seen again."""
    end_lat: float
    """Degrees north where it was seen again."""
    distance_m: float
    """Metres between the two."""


_AT = "point({{longitude: n.{0}_lon, latitude: n.{0}_lat}})"

SHAPE: Final = Shape(
    match="(n:Gap)<-[:WENT_SILENT]-(s:Subject)",
    end="n.end",
    in_box="(" + " OR ".join(f"point.withinBBox({_AT.format(e)}, {CORNERS})" for e in ("start", "end")) + ")",
    at_place="false",
    show="RETURN properties(n) AS n, s.key AS subject",
)


def listed(reader: Reader, asked: Asked, limit: int, after: After | None = None) -> Page[GapShown]:
    """A page of gaps, the earliest first; an area picks those that begin or end in it."""
    return page(reader, SHAPE, GapShown, asked, limit, after)
