"""A subject's whole summary, and the whole graph's counts."""

from __future__ import annotations

from graph.reader import findings, listing, routines, subjects
from graph.reader.findings import FindingShown
from graph.reader.listing import Order
from graph.reader.reader import Reader
from graph.reader.routines import RoutineShown
from graph.reader.shown import Instant, Shown
from graph.reader.subjects import SubjectShown

MOST_PLACES = 10
MOST_FINDINGS = 10


class PlaceStayed(Shown):
    """A place in a subject's life."""

    place: str
    """Its IRI."""
    name: str
    """Where it is."""
    lon: float
    """Degrees east, WGS 84."""
    lat: float
    """Degrees north, WGS 84."""
    stays: int
    """Stays there."""
    hours: float
    """Hours stayed, all together."""
    last_seen: Instant
    """When it was last seen there."""


class SubjectSummary(Shown):
    """All that is known of a subject on one page."""

    subject: SubjectShown
    """Who it is."""
    fixes: int
    """Fixes known."""
    first_fix: Instant | None = None
    """The first of them."""
    last_fix: Instant | None = None
    """The last of them."""
    days_seen: int
    """UTC days with a fix."""
    stays: int
    """Stays concluded."""
    trips: int
    """Trips concluded."""
    gaps: int
    """Gaps concluded."""
    places: tuple[PlaceStayed, ...]
    """Where it stayed longest, at most ten."""
    routines: tuple[RoutineShown, ...]
    """Its routines, at most ten, the place most visited first."""
    findings: tuple[FindingShown, ...]
    """Its most surprising findings, at most ten."""


class Counts(Shown):
    """What the graph holds now."""

    fixes: int
    """Fixes."""
    subjects: int
    """Subjects that were seen; those of which only the name was told do not count."""
    places: int
    """Places."""
    stays: int
    """Stays."""
    trips: int
    """Trips."""
    gaps: int
    """Gaps."""
    routines: int
    """Routines."""
    findings: int
    """Findings."""


_TRACK = """
    MATCH (s:Subject {key: $subject})-[:HAS_TRACK]->(t:TrackSegment)
    WITH sum(size(t.times)) AS fixes, min(t.times[0]) AS first, max(t.times[-1]) AS last,
         count(DISTINCT date(t.hour)) AS days
    RETURN fixes, days AS days_seen,
           CASE WHEN first IS NULL THEN null ELSE datetime({epochMillis: first}) END AS first_fix,
           CASE WHEN last IS NULL THEN null ELSE datetime({epochMillis: last}) END AS last_fix
"""
_EPISODES = """
    MATCH (s:Subject {key: $subject})
    RETURN
      COUNT { (s)-[:STAYED]->(n:Stay) WHERE ($view IS NULL OR n.view = $view) } AS stays,
      COUNT { (s)-[:MADE_TRIP]->(n:Trip) WHERE ($view IS NULL OR n.view = $view) } AS trips,
      COUNT { (s)-[:WENT_SILENT]->(n:Gap) WHERE ($view IS NULL OR n.view = $view) } AS gaps
"""
_PLACES = """
    MATCH (:Subject {key: $subject})-[:STAYED]->(n:Stay)-[:AT]->(p:Place)
    WHERE ($view IS NULL OR n.view = $view)
    RETURN p.key AS place, p.name AS name, p.lon AS lon, p.lat AS lat, count(n) AS stays,
           sum(duration.inSeconds(n.start, n.last_seen).seconds) / 3600.0 AS hours,
           max(n.last_seen) AS last_seen
    ORDER BY hours DESC, place LIMIT $most
"""


def show(reader: Reader, key: str) -> SubjectSummary:
    """A subject's whole summary.

    Raises:
        NotKnownError: no subject has that key.
    """
    subject = subjects.get(reader, key)
    track, episodes = reader.one(_TRACK, subject=key), reader.one(_EPISODES, subject=key)
    places = reader.rows(_PLACES, subject=key, most=MOST_PLACES)
    asked = listing.Asked(subject=key)
    return SubjectSummary(
        subject=subject,
        **(track or {}),
        **(episodes or {}),
        places=tuple(PlaceStayed.model_validate(row) for row in places),
        routines=routines.of(reader, key)[:MOST_PLACES],
        findings=findings.listed(reader, asked, MOST_FINDINGS, order=Order.SURPRISE).items,
    )


def counts(reader: Reader) -> Counts:
    """What the graph holds now, in the reader's view."""
    row = reader.one(
        """
        CALL () { MATCH (t:TrackSegment) RETURN sum(size(t.times)) AS fixes }
        CALL () {
            MATCH (s:Subject) WHERE EXISTS { (s)-[:HAS_TRACK]->(:TrackSegment) }
            RETURN count(s) AS subjects
        }
        CALL () {
            MATCH (n:Conclusion|Place) WHERE ($view IS NULL OR n.view = $view)
            RETURN count(CASE WHEN n:Place THEN 1 END) AS places, count(CASE WHEN n:Stay THEN 1 END) AS stays,
                   count(CASE WHEN n:Trip THEN 1 END) AS trips, count(CASE WHEN n:Gap THEN 1 END) AS gaps,
                   count(CASE WHEN n:Routine THEN 1 END) AS routines,
                   count(CASE WHEN n:Finding THEN 1 END) AS findings
        }
        RETURN *
        """
    )
    return Counts.model_validate(row)
