"""Places: where subjects stay, the busiest first."""

from __future__ import annotations

from graph.reader.errors import NotKnownError
from graph.reader.listing import CORNERS, show
from graph.reader.page import After, Page, cut
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown
from graph.reader.text import prefixes
from graph.reader.within import Box, box_parameters


class PlaceShown(Shown):
    """A place."""

    key: str
    """Its IRI."""
    name: str
    """Where it is, from the gazetteer when a port is near."""
    lon: float
    """Degrees east, WGS 84."""
    lat: float
    """Degrees north, WGS 84."""
    radius_m: float
    """Metres."""
    timezone: str
    """IANA name of the civil time in which routines here are counted."""
    port: str | None = None
    """World Port Index number of the nearest port, when within reach."""
    port_distance_m: float | None = None
    """Metres to that port."""
    stays: int = 0
    """Stays here, of every subject."""
    subjects: int = 0
    """How many subjects stayed here."""
    first: Instant | None = None
    """When the first stay began."""
    last: Instant | None = None
    """When a subject was last seen staying."""


_SHOW = """
    OPTIONAL MATCH (n)<-[:AT]-(stay:Stay)<-[:STAYED]-(s:Subject)
    WITH n, count(stay) AS stays, count(DISTINCT s) AS subjects, min(stay.start) AS first,
         max(stay.last_seen) AS last
"""
_RETURN = "RETURN properties(n) AS n, stays, subjects, first, last"


def search(
    reader: Reader,
    limit: int,
    after: After | None = None,
    *,
    box: Box | None = None,
    q: str | None = None,
    subject: str | None = None,
) -> Page[PlaceShown]:
    """A page of places, those with most stays first.

    Args:
        reader: the graph.
        limit: at most so many.
        after: where the page before ended.
        box: only those whose centre lies within.
        q: only those in whose name every word begins a word.
        subject: only those where this subject stayed.
    """
    chosen = [
        (True, "($view IS NULL OR n.view = $view) AND n.name IS NOT NULL"),
        (box is not None, f"point.withinBBox(n.position, {CORNERS})"),
        (
            bool(q),
            "all(word IN $words WHERE any(part IN split(toLower(n.name), ' ') WHERE part STARTS WITH word))",
        ),
        (
            subject is not None,
            "EXISTS { (n)<-[:AT]-(:Stay)<-[:STAYED]-(:Subject {key: $subject}) }",
        ),
    ]
    cypher = f"""
        MATCH (n:Place) WHERE {" AND ".join(clause for wanted, clause in chosen if wanted)}
        {_SHOW}
        WHERE $after IS NULL OR stays < $after OR (stays = $after AND n.key > $after_key)
        {_RETURN}
        ORDER BY stays DESC, n.key LIMIT $limit
    """
    value, key = after or (None, None)
    rows = reader.rows(
        cypher,
        limit=limit + 1,
        after=value,
        after_key=key,
        words=prefixes(q or ""),
        subject=subject,
        **box_parameters(box),
    )
    return cut([show(PlaceShown, row) for row in rows], limit, lambda place: (place.stays, place.key))


def get(reader: Reader, key: str) -> PlaceShown:
    """One place.

    Raises:
        NotKnownError: no place has that key.
    """
    row = reader.one(f"MATCH (n:Place {{key: $key}}) WHERE n.name IS NOT NULL {_SHOW} {_RETURN}", key=key)
    if row is None:
        raise NotKnownError(f"No place has the key {key}")
    return show(PlaceShown, row)
