"""Filters by time and by area, in the manner of OGC API Features: both ends count, open ends allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ontology.times import from_text, to_ms

OPEN_ENDS = frozenset({"..", ""})
"""What stands for an open end of an interval, as in OGC API Features."""
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end`, both included; None leaves that end open.

    Raises:
        ValueError: it ends before it starts.
    """

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"the interval ends before it starts: {self.start} to {self.end}")

    @classmethod
    def from_text(cls, text: str) -> Interval:
        """An instant, or `start/end`, where `..` or nothing leaves an end open.

        Raises:
            ValueError: it is none of these, or an instant has no time zone.
        """
        start, slash, end = text.partition("/")
        if not slash:
            return cls(from_text(start), from_text(start))
        return cls(*(None if part in OPEN_ENDS else from_text(part) for part in (start, end)))

    def parameters(self) -> dict[str, Any]:
        """`$since` and `$until` as instants, `$since_ms` and `$until_ms` in epoch milliseconds.

        `$since_hour` is the start of the UTC hour in which it starts, for what is filed by hours.
        """
        since, until = self.start or EARLIEST, self.end or LATEST
        return {
            "since": since,
            "since_hour": since.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
            "until": until,
            "since_ms": to_ms(since),
            "until_ms": to_ms(until),
        }


ALWAYS = Interval()


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees, WGS 84; one whose west lies east of its east crosses the antimeridian.

    Raises:
        ValueError: a corner lies off the globe, or south above north.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (-180 <= self.west <= 180 and -180 <= self.east <= 180):
            raise ValueError("longitudes lie between -180 and 180 degrees")
        if not -90 <= self.south <= self.north <= 90:
            raise ValueError("latitudes lie between -90 and 90 degrees, south before north")

    @classmethod
    def from_text(cls, text: str) -> Box:
        """`west,south,east,north` in degrees.

        Raises:
            ValueError: it is no box.
        """
        west, south, east, north = (float(part) for part in text.split(","))
        return cls(west, south, east, north)


def box_parameters(box: Box | None) -> dict[str, Any]:
    """`$west`, `$south`, `$east`, `$north`; all None without a box."""
    names = ("west", "south", "east", "north")
    return {name: getattr(box, name) if box else None for name in names}
