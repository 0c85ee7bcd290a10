"""Verdicts: what analysts said of a finding, whatever run it was made by."""

from __future__ import annotations

from typing import Final

from graph.reader.listing import CURRENT
from graph.reader.reader import Reader
from graph.reader.shown import Instant, Shown


class VerdictShown(Shown):
    """An analyst's word on a finding."""

    key: str
    """Its IRI."""
    view: str
    """The view in which it was said."""
    word: str
    """"confirmed", "dismissed", "known" (a known pattern) or "withdrawn"."""
    reason: str | None = None
    """Why."""
    by: str
    """Who said it."""
    issuer: str
    """Who vouches for that name."""
    given: Instant
    """When."""
    finding: str
    """IRI of the finding as it was called then."""
    kind: str
    """That finding's kind."""
    subject: str
    """IRI of whom it is about."""
    place: str | None = None
    """IRI of the place it concerns."""
    start: Instant
    """When what was found began."""
    end: Instant
    """When it ended."""


_HISTORY: Final = f"""
    MATCH (n:Finding {{key: $key}})<-[:ON]-(v:Verdict) WHERE {CURRENT}
    RETURN properties(v) AS said ORDER BY v.given DESC, v.key DESC
"""


def history(reader: Reader, finding: str) -> tuple[VerdictShown, ...]:
    """Every word on a finding, by its key, the latest first; none where nobody said any."""
    rows = reader.rows(_HISTORY, key=finding)
    return tuple(VerdictShown.model_validate(row["said"]) for row in rows)
