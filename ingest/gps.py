"""What the feeds of GPS tracks have in common: what was tracked, and points that become columns."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.believed import REACH, mmsi_fault, position_fault, time_fault
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Motion, Named, Parsed, Reject
from ingest.options import Option
from ontology.observed import SUBJECT_CLASSES
from ontology.times import from_ms, to_text

KIND: Final = Option("kind", "Device", "what was tracked", tuple(SUBJECT_CLASSES))
SCHEME: Final = Option(
    "scheme", "Tracker", "the naming scheme of its identifier, such as MMSI, ICAO24 or Registration"
)
SUBJECT: Final = Option("subject", "", "the identifier of what was tracked, if all is of one")
_SCHEMES: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
_LONGEST_ID: Final = 200


@dataclass(frozen=True, slots=True)
class Whose:
    """What was tracked.

    Attributes:
        kind: a key of `ontology.observed.SUBJECT_CLASSES`.
        scheme: the naming scheme of identifiers.
        subject: the identifier of all, or "" where the data has it.
    """

    kind: str
    scheme: str
    subject: str

    def fault(self, identifier: str) -> str | None:
        """What is wrong with an identifier in the scheme."""
        if not identifier:
            return "says not whose it is: give -o subject=IDENTIFIER, or see `diurnal feeds FEED`"
        if len(identifier) > _LONGEST_ID:
            return f"the identifier {identifier[:40]}… is longer than {_LONGEST_ID} characters"
        return mmsi_fault(identifier) if self.scheme.upper() == "MMSI" else None

    def named(self, identifier: str) -> Named:
        """The subject of an identifier."""
        return Named(self.kind, self.scheme, identifier)


def whose(settled: Mapping[str, str]) -> Whose:
    """What was tracked, by the options KIND, SCHEME and SUBJECT.

    Raises:
        FeedError: the scheme or the identifier is none.
    """
    found = Whose(settled[KIND.name], settled[SCHEME.name], settled[SUBJECT.name].strip())
    if not _SCHEMES.fullmatch(found.scheme):
        raise FeedError(
            f"the scheme {found.scheme!r} has more than letters, digits, dot, dash and underscore"
        )
    fault = found.fault(found.subject) if found.subject else None
    if fault:
        raise FeedError(f"the option subject: {fault}")
    return found


@dataclass(slots=True)
class Point:
    """One element of a document.

    Attributes:
        raw: makes a document of it alone, to be given again once it is mended.
        identifier: whose it is, as the document says, or "".
        time: epoch milliseconds, or NO_TIME.
        lon: degrees east.
        lat: degrees north.
        speed: m/s; NaN where it is not told, as for the next two.
        course: degrees from true north.
        heading: degrees from true north.
        fault: the field at fault, and what is wrong with it, where the element cannot be read.
    """

    raw: Callable[[], bytes]
    identifier: str = ""
    time: int = NO_TIME
    lon: float = math.nan
    lat: float = math.nan
    speed: float = math.nan
    course: float = math.nan
    heading: float = math.nan
    fault: tuple[str, str] | None = None


def gathered(points: Iterable[Point], whom: Whose, bounds: Bounds, notes: dict[str, int]) -> Parsed:
    """Points as columns: those that are believed, and the others with their reasons.

    Args:
        points: the elements of a document, in its order.
        whom: what was tracked.
        bounds: what times are believed.
        notes: what else was found in the document.
    """
    rejects: list[Reject] = []
    rows: list[int] = []
    good: list[Point] = []
    subjects: dict[str, int] = {}
    codes: list[int] = []
    count = 0
    for number, point in enumerate(points):
        count += 1
        identifier = whom.subject or point.identifier
        fault = point.fault or _fault(point, identifier, whom, bounds)
        if fault:
            rejects.append(Reject(number, point.raw(), *fault))
            continue
        rows.append(number)
        good.append(point)
        codes.append(subjects.setdefault(identifier, len(subjects)))
    return Parsed(
        lines=count,
        rows=np.array(rows, dtype=np.int64),
        subjects=np.array(codes, dtype=np.int64),
        named=[whom.named(identifier) for identifier in subjects],
        times=np.array([point.time for point in good], dtype=np.int64),
        motion=_motion(good),
        words=np.full(len(good), NOTHING_SAID, dtype=np.int64),
        said=[],
        rejects=rejects,
        notes=notes,
    )


def _fault(point: Point, identifier: str, whom: Whose, bounds: Bounds) -> tuple[str, str] | None:
    reason = whom.fault(identifier)
    if reason:
        return "subject", reason
    for name in REACH:
        value = point.lon if name == "lon" else point.lat
        reason = position_fault(name, value, f"{value:g}")
        if reason:
            return name, reason
    if point.time == NO_TIME:
        return "time", "has no time: a fix without one tells nothing; record the track with times"
    try:
        text = to_text(from_ms(point.time))
    except OverflowError:
        text = f"{point.time} ms after 1970"
    reason = time_fault(point.time, text, bounds, 0)
    return ("time", reason) if reason else None


def _motion(points: list[Point]) -> Motion:
    lons, lats, speeds, courses, headings = (
        np.array([getattr(point, name) for point in points], dtype=np.float64)
        for name in ("lon", "lat", "speed", "course", "heading")
    )
    return Motion(lons, lats, _told(speeds), _told(courses), _told(headings))


def _told(column: NDArray[np.float64]) -> NDArray[np.float64] | None:
    return None if np.isnan(column).all() else column


def nothing(body: bytes, reason: str) -> Parsed:
    """What a document says that cannot be read at all: it is one element, which is refused."""
    refused = Point(lambda: body.rstrip(b"\n"), fault=("", reason))
    return gathered([refused], Whose("Device", "Tracker", ""), Bounds(0, 0), {})
