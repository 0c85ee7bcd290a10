"""Under which labels the graph holds what was observed: until the guard exists, the API serves one only."""

from __future__ import annotations

from dataclasses import dataclass

from graph.reader.reader import Reader


@dataclass(frozen=True, slots=True)
class LabelsPresent:
    """The pairs of label and distribution in use.

    Attributes:
        observed: ids of the pairs under which something was observed.
        derived: ids of the pairs of the views' conclusions.
        named: the observed pairs that tracks name, as (canonical label, distribution).
    """

    observed: frozenset[int]
    derived: frozenset[int]
    named: tuple[tuple[str, str], ...]


def present(reader: Reader) -> LabelsPresent:
    """The pairs in use now."""
    observed = reader.rows(
        "MATCH (n:TrackSegment|SubjectState|Identifier) UNWIND n._sec AS id RETURN DISTINCT id"
    )
    derived = reader.rows("MATCH (n:Conclusion) UNWIND n._sec AS id RETURN DISTINCT id")
    named = reader.rows(
        "MATCH (t:TrackSegment) RETURN DISTINCT t.label AS label, t.source AS source ORDER BY label, source"
    )
    return LabelsPresent(
        frozenset(row["id"] for row in observed),
        frozenset(row["id"] for row in derived),
        tuple((row["label"], row["source"]) for row in named),
    )
