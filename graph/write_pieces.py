"""Pieces of track segments into the graph: arrays on one node a piece."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, LiteralString

from graph.errors import GraphUnavailableError
from graph.pairs import columns, read
from graph.pieces import COLUMNS, Known, Piece
from graph.statement import Rows, Tx, run
from ontology.times import OPEN, to_ms

_READ: Final[LiteralString] = """
UNWIND $segments AS segment
MATCH (n:TrackSegment) USING INDEX SEEK n:TrackSegment(key) WHERE n.key STARTS WITH segment + '/'
WITH segment, n WHERE n.segment = segment
RETURN segment, n.key AS key, n._sec AS sec, n._from AS since,
       n.times AS times, n.lons AS lons, n.lats AS lats
"""

# Rows are lists, for the names of twenty columns would be sent with every row; every property is named
# here, for a map set as a whole makes the planner hold all rows back (Eager).
_CREATE: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (s:Subject {key: r[0]}) USING INDEX SEEK s:Subject(key)
CREATE (s)-[:HAS_TRACK {_sec: r[1], _from: r[2], _to: $open}]->(:TrackSegment {
    subject: r[0], _sec: r[1], _from: r[2], _to: $open,
    key: r[3], segment: r[4], sensor: r[5], source: r[6], label: r[7],
    hour: datetime({epochMillis: r[8]}), start: datetime({epochMillis: r[9]}),
    end: datetime({epochMillis: r[10]}), fixes: r[11],
    min_lon: r[12], min_lat: r[13], max_lon: r[14], max_lat: r[15],
    times: r[16], lons: r[17], lats: r[18], speeds: r[19], courses: r[20], headings: r[21]
})
"""


def read_known(tx: Tx, segments: Collection[str]) -> dict[str, Known]:
    """What the graph has of each segment, by the segment's key."""
    known = {key: Known() for key in segments}
    for row in run(tx, _READ, segments=sorted(segments)):
        fixes = zip(row["times"], row["lons"], row["lats"], strict=True)
        known[row["segment"]].add_piece(row["key"], read(row["sec"], row["since"]), fixes)
    return known


def create(tx: Tx, pieces: Iterable[Piece]) -> None:
    """Make new pieces' nodes and hang them on their subjects, which are there already."""
    rows = Rows(sorted((_row(piece) for piece in pieces), key=lambda row: (row[0], row[3])))
    if rows:
        made = run(tx, _CREATE, rows=rows, open=OPEN).consume().counters.relationships_created
        see_all_made(made, len(rows), "HAS_TRACK")


def see_all_made(made: int, wanted: int, kind: str) -> None:
    """See that both ends of every new relationship were there.

    Raises:
        GraphUnavailableError: some were not: what was remembered of the graph was wrong. It is forgotten,
            and the next attempt asks the graph.
    """
    if made != wanted:
        raise GraphUnavailableError(
            f"{wanted - made} of {wanted} ends of {kind} are missing: somebody else changed the graph. "
            "If this stays so, project it again with `diurnal rebuild`."
        )


def _row(piece: Piece) -> list[Any]:
    segment = piece.segment
    times, lons, lats = segment.times.tolist(), segment.lons.tolist(), segment.lats.tolist()
    others = [None if (told := getattr(segment, name)) is None else told.tolist() for name in COLUMNS[3:]]
    return [
        segment.subject,
        *columns(piece.pairs),
        piece.key,
        segment.key,
        segment.sensor,
        segment.source,
        segment.label,
        to_ms(segment.hour),
        times[0],
        times[-1],
        len(times),
        min(lons),
        min(lats),
        max(lons),
        max(lats),
        times,
        lons,
        lats,
        *others,
    ]
