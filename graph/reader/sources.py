"""Sources: whom the data came from."""

from __future__ import annotations

from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown


class SourceShown(Shown):
    """A source."""

    source: str
    """The distribution's id."""
    labels: tuple[str, ...]
    """The canonical security labels under which its fixes came."""
    segments: int
    """Pieces of track from it."""
    subjects: int
    """How many subjects it told of."""
    first_hour: Instant
    """The UTC hour of its first fix."""
    last_hour: Instant
    """The UTC hour of its last fix."""


def listed(reader: Reader) -> tuple[SourceShown, ...]:
    """Every source of fixes, by its id."""
    rows = reader.rows(
        """
        MATCH (s:Subject)-[:HAS_TRACK]->(t:TrackSegment)
        RETURN t.source AS source, collect(DISTINCT t.label) AS labels, count(t) AS segments,
               count(DISTINCT s) AS subjects, min(t.hour) AS first_hour, max(t.hour) AS last_hour
        ORDER BY source
        """
    )
    return tuple(SourceShown.model_validate({**row, "labels": sorted(row["labels"])}) for row in rows)
