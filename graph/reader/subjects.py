"""Subjects: who is watched, found by name, call sign, identifier, place, area and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from graph.reader.errors import NotKnownError
from graph.reader.page import After, Page, cut
from graph.reader.reader import Reader, Row
from graph.reader.shown import Instant, Shown, short_id
from graph.reader.text import prefixes
from graph.reader.within import Box, Interval, box_parameters

MOST_HITS: Final = 5_000
"""Full-text hits looked at, so that a search for one letter stays cheap."""


class IdentifierShown(Shown):
    """A name in a scheme."""

    scheme: str
    """MMSI, IMO, CallSign, ICAO24, …"""
    value: str
    """As the scheme writes it."""


class SubjectShown(Shown):
    """A subject, with what was last said about it."""

    key: str
    """Its IRI."""
    id: str
    """The IRI's short form, accepted wherever the API takes a subject."""
    kind: str
    """Ship, Aircraft, RoadVehicle, Person, MobileHandset or Device."""
    name: str | None = None
    """The latest name told."""
    call_sign: str | None = None
    """The latest call sign told."""
    imo: str | None = None
    """The latest IMO number told."""
    type_code: int | None = None
    """AIS ship type, ITU-R M.1371-5 table 53."""
    type_name: str | None = None
    """That type in words."""
    length_m: float | None = None
    """Metres."""
    width_m: float | None = None
    """Metres."""
    identifiers: tuple[IdentifierShown, ...] = ()
    """By which it is known; a claim that can be wrong."""
    first_hour: Instant | None = None
    """The UTC hour of its first fix."""
    last_fix: Instant | None = None
    """Its last fix."""
    last_lon: float | None = None
    """Degrees east of that fix, WGS 84."""
    last_lat: float | None = None
    """Degrees north of that fix, WGS 84."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which subjects are asked for; what is None does not filter.

    Attributes:
        q: words, each of which must begin a word of a name, call sign, identifier or place stayed at.
        box: with a fix in this area (within the interval, when one is given).
        within: with a fix in this interval.
        place: key of a place at which it stayed.
        kind: of subject.
    """

    q: str | None = None
    box: Box | None = None
    within: Interval = field(default_factory=Interval)
    place: str | None = None
    kind: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the clauses that the filters stand for."""
        given = {"place": self.place, "kind": self.kind}
        words = " ".join(prefixes(self.q or ""))
        return {**given, "words": words, **self.within.parameters(), **box_parameters(self.box)}


_HITS = """
    CALL diurnal.search($words) YIELD node
    WITH node LIMIT $hits
    CALL (node) {
        WITH node WHERE node:SubjectState MATCH (s:Subject)-[:HAS_STATE]->(node) RETURN s
        UNION WITH node WHERE node:Identifier MATCH (s:Subject)-[:IDENTIFIED_BY]->(node) RETURN s
        UNION WITH node WHERE node:Place
              MATCH (s:Subject)-[:STAYED]->(stay:Stay)-[:AT]->(node)
              WHERE ($view IS NULL OR stay.view = $view) RETURN s
    }
    WITH s, min(CASE
        WHEN node:Place THEN 2
        WHEN $words IN [toLower(coalesce(node.name, '')), toLower(coalesce(node.call_sign, '')),
                        toLower(coalesce(node.value, ''))] THEN 0
        ELSE 1 END) AS rank
"""
_ALL = "MATCH (s:Subject) WITH s, 0 AS rank"

_FIX_WITHIN = """EXISTS {
    (s)-[:HAS_TRACK]->(t:TrackSegment)
    WHERE t.hour <= $until AND t.hour >= $since_hour
      AND any(i IN range(0, size(t.times) - 1) WHERE t.times[i] >= $since_ms AND t.times[i] <= $until_ms %s)
}"""
_IN_BOX = """
    AND t.lats[i] >= $south AND t.lats[i] <= $north
    AND CASE WHEN $west <= $east THEN t.lons[i] >= $west AND t.lons[i] <= $east
             ELSE t.lons[i] >= $west OR t.lons[i] <= $east END
"""

_SHOW = """
    CALL (s) {
        OPTIONAL MATCH (s)-[:HAS_STATE]->(state:SubjectState)
        WITH state ORDER BY state.start DESC, state.key
        RETURN head(collect(state.name)) AS name, head(collect(state.call_sign)) AS call_sign,
               head(collect(state.imo)) AS imo, head(collect(state.type_code)) AS type_code,
               head(collect(state.type_name)) AS type_name, head(collect(state.length_m)) AS length_m,
               head(collect(state.width_m)) AS width_m
    }
    CALL (s) {
        OPTIONAL MATCH (s)-[:IDENTIFIED_BY]->(i:Identifier) WHERE i.value IS NOT NULL
        WITH i ORDER BY i.scheme, i.value
        RETURN [x IN collect(i) | {scheme: x.scheme, value: x.value}] AS identifiers
    }
    CALL (s) {
        OPTIONAL MATCH (s)-[:HAS_TRACK]->(t:TrackSegment)
        RETURN min(t.hour) AS first_hour, max(t.hour) AS last_hour
    }
    CALL (s, last_hour) {
        OPTIONAL MATCH (s)-[:HAS_TRACK]->(t:TrackSegment {hour: last_hour})
        RETURN t.times[-1] AS last_ms, t.lons[-1] AS last_lon, t.lats[-1] AS last_lat
        ORDER BY last_ms DESC, last_lon, last_lat LIMIT 1
    }
    RETURN s.key AS key, s.kind AS kind, name, call_sign, imo, type_code, type_name, length_m, width_m,
           identifiers, first_hour, last_lon, last_lat, rank,
           CASE WHEN last_ms IS NULL THEN null ELSE datetime({epochMillis: last_ms}) END AS last_fix
"""


def search(reader: Reader, asked: Asked, limit: int, after: After | None = None) -> Page[SubjectShown]:
    """A page of subjects: exact matches of `q` first, then by key."""
    conditions = _conditions(asked, after)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    cypher = f"""
        {_HITS if asked.q else _ALL}
        {"WITH s, min(rank) AS rank" if asked.q else "WITH s, rank"}
        {where}
        WITH s, rank ORDER BY rank, s.key LIMIT $limit
        {_SHOW}
        ORDER BY rank, key
    """
    if asked.q and not prefixes(asked.q):
        return Page((), None)
    rank, key = after or (None, None)
    rows = reader.rows(
        cypher,
        limit=limit + 1,
        hits=MOST_HITS,
        after=rank,
        after_key=key,
        **asked.parameters(),
    )
    ranks = {row["key"]: row["rank"] for row in rows}
    return cut([_subject(row) for row in rows], limit, lambda subject: (ranks[subject.key], subject.key))


def get(reader: Reader, key: str) -> SubjectShown:
    """One subject.

    Raises:
        NotKnownError: no subject has that key.
    """
    row = reader.one(f"MATCH (s:Subject {{key: $key}}) WITH s, 0 AS rank {_SHOW}", key=key)
    if row is None:
        raise NotKnownError(f"No subject has the key {key}")
    return _subject(row)


def _conditions(asked: Asked, after: After | None) -> list[str]:
    chosen = [
        (asked.kind is not None, "s.kind = $kind"),
        (
            asked.place is not None,
            "EXISTS { (s)-[:STAYED]->(:Stay)-[:AT]->(:Place {key: $place}) }",
        ),
        (_by_track(asked), _FIX_WITHIN % (_IN_BOX if asked.box else "")),
        (after is not None, "(rank > $after OR (rank = $after AND s.key > $after_key))"),
    ]
    return [condition for wanted, condition in chosen if wanted]


def _by_track(asked: Asked) -> bool:
    return asked.box is not None or asked.within.start is not None or asked.within.end is not None


def _subject(row: Row) -> SubjectShown:
    return SubjectShown.model_validate({**row, "id": short_id(row["key"])})
