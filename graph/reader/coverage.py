"""Coverage as far as the fixes tell: how many came in each UTC hour from each source, and its silences.

Whether a sensor could have seen what it did not report is not known here: an hour without a fix says
that nothing was received, not that nothing was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from graph.reader.reader import Reader
from graph.reader.within import ALWAYS, Interval

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SourceHours:
    """What came from one source.

    Attributes:
        source: the distribution's id.
        hours: fixes by the start of their UTC hour, in order; hours without any are absent.
        subjects: how many subjects it told of.
    """

    source: str
    hours: dict[datetime, int]
    subjects: int

    @property
    def fixes(self) -> int:
        """All its fixes."""
        return sum(self.hours.values())

    def silences(self) -> tuple[tuple[datetime, datetime], ...]:
        """Runs of whole UTC hours between its first and its last without any fix, as (start, end)."""
        starts = list(self.hours)
        return tuple((a + HOUR, b) for a, b in pairwise(starts) if b - a > HOUR)


def by_source(reader: Reader, within: Interval = ALWAYS) -> tuple[SourceHours, ...]:
    """Fixes by source and UTC hour, for hours that touch the interval."""
    rows = reader.rows(
        """
        MATCH (s:Subject)-[:HAS_TRACK]->(t:TrackSegment)
        WHERE t.hour >= $since_hour AND t.hour <= $until
        WITH t.source AS source, t.hour AS hour, sum(size(t.times)) AS fixes, collect(DISTINCT s.key) AS seen
        ORDER BY source, hour
        WITH source, collect([hour, fixes]) AS hours, collect(seen) AS seen
        UNWIND seen AS some UNWIND some AS subject
        RETURN source, hours, count(DISTINCT subject) AS subjects
        ORDER BY source
        """,
        **within.parameters(),
    )
    return tuple(SourceHours(row["source"], {h: n for h, n in row["hours"]}, row["subjects"]) for row in rows)  # noqa: C416 - says what is what
