"""What sensors and sources tell: subjects, identifiers, their states, tracks, sightings, and watermarks."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ontology.kind import Link, Property, Thing
from ontology.terms import (
    IES,
    IS_IDENTIFIED_BY,
    IS_STATE_OF,
    REPRESENTATION_VALUE,
    SOSA_RESULT_TIME,
    ours,
)

SUBJECT_CLASSES: Final[dict[str, str]] = {
    "Ship": IES + "Ship",
    "Aircraft": IES + "Aircraft",
    "RoadVehicle": IES + "RoadVehicle",
    "Person": IES + "Person",
    "MobileHandset": IES + "MobileHandset",
    "Device": IES + "Device",
}
"""What can be watched: node label → IES class."""


@dataclass(frozen=True, slots=True)
class Identifier(Thing):
    """A name in a scheme, such as MMSI 367073680: a node of its own, for several subjects may claim it."""

    ies_class: ClassVar[str] = IES + "CommunicationsIdentifier"
    scheme: str
    """MMSI, IMO, CallSign, ICAO24, …"""
    value: Annotated[str, Property(REPRESENTATION_VALUE)]


@dataclass(frozen=True, slots=True)
class Subject(Thing):
    """The thing watched. All that can change about it stands on its states."""

    ies_class: ClassVar[str] = IES + "Entity"
    kind: str
    """A key of SUBJECT_CLASSES; becomes the node's label beside :Subject."""
    identifiers: Annotated[tuple[str, ...], Link(IS_IDENTIFIED_BY, "IDENTIFIED_BY", "Identifier")] = ()


@dataclass(frozen=True, slots=True)
class SubjectState(Thing):
    """What a source says about a subject on one UTC day: the same words said again make no new state."""

    ies_class: ClassVar[str] = IES + "State"
    subject: Annotated[str, Link(IS_STATE_OF, "HAS_STATE", "Subject", incoming=True)]
    start: datetime
    """The first time in that day that it was said."""
    name: str | None = None
    call_sign: str | None = None
    imo: str | None = None
    type_code: int | None = None
    """AIS ship type, ITU-R M.1371-5 table 53."""
    type_name: str | None = None
    length_m: float | None = None
    width_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrackSegment(Thing):
    """The fixes of one subject, from one sensor, source and label, within one UTC hour, or a piece of it.

    Arrays have shape (n,), ordered by time, NaN where a value is missing.
    """

    ies_class: ClassVar[str] = IES + "State"
    subject: Annotated[str, Link(IS_STATE_OF, "HAS_TRACK", "Subject", incoming=True)]
    sensor: str
    source: str
    """The distribution's id."""
    label: str
    """The canonical security label."""
    hour: datetime
    """The start of the UTC hour."""
    times: NDArray[np.int64]
    """Epoch milliseconds."""
    lons: NDArray[np.float64]
    """Degrees east, WGS 84."""
    lats: NDArray[np.float64]
    """Degrees north, WGS 84."""
    speeds: NDArray[np.float64] | None = None
    """Speed over ground, m/s."""
    courses: NDArray[np.float64] | None = None
    """Course over ground, degrees from true north."""
    headings: NDArray[np.float64] | None = None
    """True heading, degrees."""

    def __eq__(self, other: object) -> bool:
        """The same names and, element by element, the same arrays; NaN is like NaN."""
        if not isinstance(other, TrackSegment):
            return NotImplemented
        pairs = [(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)]
        return all(_alike(mine, theirs) for mine, theirs in pairs)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Sighting(Thing):
    """One sparse detection of a subject: a plate read, a face known again, a card shown.

    Its key is made of all that it says (`ontology.iri.sighting`), so that nobody can say other things of it.
    """

    ies_class: ClassVar[str] = IES + "State"
    subject: Annotated[str, Link(IS_STATE_OF, "HAS_SIGHTING", "Subject", incoming=True)]
    sensor: str
    """The camera, reader or gate."""
    source: str
    """The distribution's id."""
    label: str
    """The canonical security label."""
    time: Annotated[datetime, Property(SOSA_RESULT_TIME)]
    lon: float | None = None
    """Degrees east, WGS 84, of the subject or else of the sensor; None where nobody says."""
    lat: float | None = None
    """Degrees north, WGS 84."""
    confidence: float | None = None
    """How sure the sensor was of who it was, 0 to 1; None where it does not say."""
    reference: str | None = None
    """What the source itself calls the detection."""


@dataclass(frozen=True, slots=True)
class Tick(Thing):
    """A source's word that it has told everything before `watermark`; the key is the source's IRI."""

    ies_class: ClassVar[str] = ours("Tick")
    watermark: datetime


def _alike(mine: Any, theirs: Any) -> bool:  # noqa: ANN401 - whatever a field holds
    if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray):
        return bool(np.array_equal(mine, theirs, equal_nan=True))
    return bool(type(mine) is type(theirs) and mine == theirs)
