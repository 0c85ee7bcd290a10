"""Findings: departures from a routine, each with the stays and gaps that it rests on."""

from __future__ import annotations

from typing import Final

from graph.reader.errors import NotKnownError
from graph.reader.listing import CORNERS, CURRENT, Asked, Order, Shape, page, show
from graph.reader.page import After, Page
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown
from graph.reader.verdicts import VerdictShown


class EvidenceShown(Shown):
    """A stay or a gap on which a finding rests, or a piece of the track in which an alert was seen."""

    key: str
    """Its IRI."""
    kind: str
    """"Stay", "Gap", or, of an alert, "Track": fixes of those hours."""
    start: Instant
    """When it began."""
    end: Instant | None = None
    """When it ended; null while it goes on."""
    last_seen: Instant | None = None
    """Last fix of a stay."""
    place: str | None = None
    """IRI of a stay's place."""
    place_name: str | None = None
    """Where that is."""
    lon: float | None = None
    """Degrees east of a stay's centre, or of where a gap began."""
    lat: float | None = None
    """Degrees north of the same."""
    fixes: int | None = None
    """Fixes in a stay."""
    inferred: bool | None = None
    """True where a silence carries the stay."""


class FindingShown(Shown):
    """A finding."""

    key: str
    """Its IRI."""
    kind: str
    """Such as "unusual place" or "long silence"; of a standing rule "alert: " and its name."""
    subject: str
    """IRI of the subject it is about."""
    subject_name: str | None = None
    """That subject's latest name."""
    place: str | None = None
    """IRI of the place it concerns."""
    place_name: str | None = None
    """Where that is."""
    place_lon: float | None = None
    """Degrees east of the place, WGS 84."""
    place_lat: float | None = None
    """Degrees north of the place, WGS 84."""
    timezone: str | None = None
    """IANA name of the place's civil time."""
    start: Instant
    """When it began."""
    end: Instant
    """When it ended."""
    statement: str
    """One plain sentence with the counts."""
    matches: int
    """On how many comparable days before it had been so."""
    days: int
    """How many comparable days there were."""
    surprise: float
    """Bits against the subject's own baseline: orders findings, and is no probability."""
    coverage: str
    """"observed", or "unknown" where nothing tells whether a sensor could have seen."""
    alternatives: tuple[str, ...]
    """What else could explain it."""
    evidence: tuple[EvidenceShown, ...]
    """What it rests on, in order of time."""
    verdict: VerdictShown | None = None
    """The analyst's word that stands on it."""
    lowered_by: VerdictShown | None = None
    """The word by which it comes after all others: on itself, or on a known pattern that it is like."""
    rank: float
    """By which findings are ordered: the surprise, or less than nothing where a verdict lowers it."""


SHAPE: Final = Shape(
    match="(n:Finding)-[:ABOUT]->(s:Subject)",
    end="n.end",
    # Of no place, such as a jump or a silence: where what it rests on was.
    in_box=f"""(EXISTS {{ (n)-[:AT]->(p:Place) WHERE point.withinBBox(p.position, {CORNERS}) }} OR
        NOT EXISTS {{ (n)-[:AT]->(:Place) }} AND EXISTS {{
            (n)-[:EVIDENCE]->(:Conclusion)-[:AT]->(p:Place)
            WHERE point.withinBBox(p.position, {CORNERS}) }})""",
    at_place="EXISTS { (n)-[:AT]->(:Place {key: $place}) }",
    show="""
        OPTIONAL MATCH (n)-[:AT]->(p:Place)
        CALL (s) {
            OPTIONAL MATCH (s)-[:HAS_STATE]->(state:SubjectState)
            WHERE state.name IS NOT NULL
            RETURN state.name AS subject_name ORDER BY state.start DESC, state.key LIMIT 1
        }
        CALL (n) {
            OPTIONAL MATCH (n)-[:EVIDENCE]->(e:Conclusion)
            OPTIONAL MATCH (e)-[:AT]->(ep:Place)
            WITH e, ep ORDER BY e.start, e.key
            RETURN collect(CASE WHEN e IS NULL THEN null ELSE {
                key: e.key, kind: CASE WHEN e:Gap THEN 'Gap' ELSE 'Stay' END, start: e.start, end: e.end,
                last_seen: e.last_seen, place: ep.key, place_name: ep.name,
                lon: coalesce(e.lon, e.start_lon), lat: coalesce(e.lat, e.start_lat),
                fixes: e.fixes, inferred: e.inferred
            } END) AS stood
        }
        CALL (n, s) {
            OPTIONAL MATCH (t:TrackSegment {subject: s.key}) WHERE n.kind STARTS WITH 'alert: '
              AND datetime.truncate('hour', n.start) <= t.hour AND t.hour <= n.end
            WITH t ORDER BY t.times[0], t.key LIMIT 24
            RETURN collect(CASE WHEN t IS NULL THEN null ELSE {
                key: t.key, kind: 'Track', start: t.times[0], end: t.times[-1], last_seen: t.times[-1],
                lon: t.lons[0], lat: t.lats[0], fixes: size(t.times)
            } END) AS tracked
        }
        CALL (n) {
            OPTIONAL MATCH (n)<-[:ON]-(v:Verdict)
            WITH v ORDER BY v.given DESC, v.key DESC LIMIT 1
            RETURN CASE WHEN v.word <> 'withdrawn' THEN properties(v) END AS verdict
        }
        CALL (n) {
            OPTIONAL MATCH (n)<-[:LOWERS]-(v:Verdict)
            WITH v ORDER BY v.given DESC, v.key DESC LIMIT 1
            RETURN properties(v) AS lowered_by
        }
        RETURN properties(n) AS n, s.key AS subject, subject_name, stood + tracked AS evidence, rank,
               verdict, lowered_by, p.key AS place,
               p.name AS place_name, p.lon AS place_lon, p.lat AS place_lat, p.timezone AS timezone
    """,
    rank="CASE WHEN EXISTS { (n)<-[:LOWERS]-(:Verdict) } THEN -1.0 / (1.0 + n.surprise) ELSE n.surprise END",
)


def listed(
    reader: Reader, asked: Asked, limit: int, after: After | None = None, order: Order = Order.SURPRISE
) -> Page[FindingShown]:
    """A page of findings: the most surprising first and those that a verdict lowers last, or by time."""
    return page(reader, SHAPE, FindingShown, asked, limit, after, order)


def get(reader: Reader, key: str) -> FindingShown:
    """One finding.

    Raises:
        NotKnownError: no current finding has that key.
    """
    cypher = (
        f"MATCH {SHAPE.match} WHERE n.key = $key AND {CURRENT} WITH n, s, {SHAPE.rank} AS rank {SHAPE.show}"
    )
    row = reader.one(cypher, key=key)
    if row is None:
        raise NotKnownError(f"No current finding has the key {key}")
    return show(FindingShown, row)
