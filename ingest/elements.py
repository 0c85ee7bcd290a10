"""What one line, or one element of a document, tells; and many of them as columns.

It is for feeds whose elements are read one by one, because each is an object of its own (JSON, XML). What
comes by the million is read as columns at once, as in `ingest.csv_table`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.believed import REACH, position_fault, time_fault
from ingest.feed import NO_TIME, NOTHING_SAID, SILENCE, Bounds, Motion, Named, Parsed, Reject, Words
from ontology.times import from_ms, to_text

LONGEST: Final = 200
"""Characters of an identifier, or of any other text that is kept."""


@dataclass(slots=True)
class Element:
    """One of them; what it does not tell is NaN, "" or None.

    Attributes:
        line: the number of its line in the body, or its own in the document, from 0.
        raw: what to give again once it is mended.
        named: whom it is about.
        time: epoch milliseconds, or NO_TIME.
        lon: degrees east.
        lat: degrees north.
        speed: over ground, m/s.
        course: over ground, degrees from true north.
        heading: degrees from true north.
        words: what it says beside.
        sensor: the name of the camera, reader or receiver that saw it.
        confidence: of a sighting, 0 to 1.
        reference: of a sighting: what its source calls it.
        fault: the field at fault, and what is wrong with it.
        aside: why it is sound and tells of no subject.
    """

    line: int
    raw: bytes
    named: Named | None = None
    time: int = NO_TIME
    lon: float = math.nan
    lat: float = math.nan
    speed: float = math.nan
    course: float = math.nan
    heading: float = math.nan
    words: Words = SILENCE
    sensor: str = ""
    confidence: float = math.nan
    reference: str = ""
    fault: tuple[str, str] | None = None
    aside: str = ""


@dataclass(slots=True)
class _Columns:
    """Codes of what repeats."""

    named: dict[Named, int] = field(default_factory=dict)
    said: dict[Words, int] = field(default_factory=dict)
    sensors: dict[str, int] = field(default_factory=dict)

    def codes(self, element: Element, named: Named) -> tuple[int, int, int]:
        words, sensor = element.words, element.sensor
        return (
            self.named.setdefault(named, len(self.named)),
            self.said.setdefault(words, len(self.said)) if words else NOTHING_SAID,
            self.sensors.setdefault(sensor, len(self.sensors)) if sensor else NOTHING_SAID,
        )


def gathered(elements: Iterable[Element], bounds: Bounds, *, sparse: bool = False) -> Parsed:
    """Elements as columns: those that are believed, and the others with their reasons.

    Args:
        elements: in the order of their lines.
        bounds: what times are believed.
        sparse: each is a sighting, which needs no position.
    """
    columns, codes, good = _Columns(), [], []
    rejects: list[Reject] = []
    aside: list[int] = []
    notes: dict[str, int] = {}
    for element in elements:
        if element.aside:
            aside.append(element.line)
            notes[element.aside] = notes.get(element.aside, 0) + 1
            continue
        fault = element.fault or _fault(element, bounds, sparse=sparse)
        if fault or element.named is None:
            rejects.append(Reject(element.line, element.raw, *(fault or _NOBODY)))
            continue
        good.append(element)
        codes.append(columns.codes(element, element.named))
    subjects, words, heard = np.array(codes, dtype=np.int64).reshape(-1, 3).T
    return Parsed(
        lines=len(good) + len(rejects) + len(aside),
        rows=np.array([element.line for element in good], dtype=np.int64),
        subjects=subjects,
        named=list(columns.named),
        times=np.array([element.time for element in good], dtype=np.int64),
        motion=_motion(good),
        words=words,
        said=list(columns.said),
        rejects=rejects,
        notes=notes,
        aside=aside,
        heard=heard if columns.sensors else None,
        receivers=tuple(columns.sensors),
        sparse=sparse,
        confidences=_column(good, "confidence") if sparse else None,
        references=[element.reference for element in good] if sparse else (),
    )


_NOBODY: Final = ("", "says not whom it is about")


def _fault(element: Element, bounds: Bounds, *, sparse: bool) -> tuple[str, str] | None:
    if element.named is None:
        return _NOBODY
    if not element.named.value or len(element.named.value) > LONGEST:
        return "subject", f"an identifier has 1 to {LONGEST} characters, not {len(element.named.value)}"
    if element.time == NO_TIME:
        return "time", "has no time that can be read, and tells nothing without one"
    nowhere = math.isnan(element.lon) and math.isnan(element.lat)
    if not (nowhere and (sparse or element.words)):
        for name in REACH:
            value = element.lon if name == "lon" else element.lat
            if reason := position_fault(name, value, f"{value:g}"):
                return name, reason
    try:
        text = to_text(from_ms(element.time))
    except OverflowError:
        text = f"{element.time} ms after 1970"
    reason = time_fault(element.time, text, bounds, element.line)
    return ("time", reason) if reason else None


def _motion(good: list[Element]) -> Motion:
    lons, lats, *others = (_column(good, name) for name in ("lon", "lat", "speed", "course", "heading"))
    return Motion(lons, lats, *(None if np.isnan(column).all() else column for column in others))


def _column(good: list[Element], name: str) -> NDArray[np.float64]:
    return np.array([getattr(element, name) for element in good], dtype=np.float64)
