"""What sensors and sources tell: subjects, identifiers, their states, track segments, and watermarks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ontology.kind import Link, Property, Thing
from ontology.terms import (
    IES,
    IN_SCHEME,
    IS_IDENTIFIED_BY,
    IS_STATE_OF,
    REPRESENTATION_VALUE,
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
    scheme: Annotated[str, Property(IN_SCHEME)]
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Tick(Thing):
    """A source's word that it has told everything before `watermark`; the key is the source's IRI."""

    ies_class: ClassVar[str] = ours("Tick")
    watermark: datetime
