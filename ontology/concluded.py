"""What analytics conclude, each within one view: places, stays, trips, gaps, routines, findings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from ontology.kind import Link, Thing
from ontology.terms import ASSESSED, IES, IN_LOCATION, IS_STATE_OF, ours


@dataclass(frozen=True, slots=True)
class Place(Thing):
    """Where subjects stay: founded by the first stay there, at a centre that never moves afterwards."""

    ies_class: ClassVar[str] = IES + "Location"
    view: str
    name: str
    """Says where it is, from the gazetteer when near: "Port of Hoboken, 0.4 km NE"."""
    lon: float
    lat: float
    radius_m: float
    timezone: str
    """IANA name, whose civil time the routine here is counted in."""
    port: str | None = None
    """World Port Index number of the nearest port, when within reach."""
    port_distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Stay(Thing):
    """A subject dwelt within a small circle."""

    ies_class: ClassVar[str] = IES + "State"
    versioned: ClassVar[bool] = True
    view: str
    subject: Annotated[str, Link(IS_STATE_OF, "STAYED", "Subject", incoming=True)]
    place: Annotated[str | None, Link(IN_LOCATION, "AT", "Place")]
    start: datetime
    end: datetime | None
    """None while it goes on."""
    last_seen: datetime
    lon: float
    lat: float
    radius_m: float
    fixes: int
    silent_s: float
    """Seconds of the stay inside silences that began and ended here."""
    inferred: bool
    """True where such a silence carries the stay: without it the dwell would be too short or broken."""


@dataclass(frozen=True, slots=True)
class Trip(Thing):
    """From one stay to the next."""

    ies_class: ClassVar[str] = IES + "Journey"
    versioned: ClassVar[bool] = True
    view: str
    subject: Annotated[str, Link(ours("journeyOf"), "MADE_TRIP", "Subject", incoming=True)]
    origin: Annotated[str | None, Link(ours("origin"), "FROM", "Place")]
    destination: Annotated[str | None, Link(ours("destination"), "TO", "Place")]
    start: datetime
    end: datetime
    distance_m: float
    max_speed: float
    """m/s, over ground, between fixes."""
    fixes: int


@dataclass(frozen=True, slots=True)
class Gap(Thing):
    """A silence that began in one place and ended in another."""

    ies_class: ClassVar[str] = IES + "State"
    versioned: ClassVar[bool] = True
    view: str
    subject: Annotated[str, Link(IS_STATE_OF, "WENT_SILENT", "Subject", incoming=True)]
    start: datetime
    end: datetime
    start_lon: float
    start_lat: float
    end_lon: float
    end_lat: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Routine(Thing):
    """On how many of the days watched a subject was at a place, by hour of the place's civil day."""

    ies_class: ClassVar[str] = IES + "RecurringPeriod"
    versioned: ClassVar[bool] = True
    view: str
    subject: Annotated[str, Link(ours("routineOf"), "HAS_ROUTINE", "Subject", incoming=True)]
    place: Annotated[str, Link(ours("routineAt"), "AT", "Place")]
    timezone: str
    through: date
    """The last civil day counted."""
    weekdays: int
    """Weekdays on which the subject was seen at all."""
    weekends: int
    weekday_hours: tuple[int, ...]
    """Shape (24,): days present in that hour."""
    weekend_hours: tuple[int, ...]
    week_hours: tuple[int, ...]
    """Shape (168,) from Monday 00:00 once four weeks are known, else empty."""
    visits: int
    summary: str


@dataclass(frozen=True, slots=True)
class Meeting(Thing):
    """Two subjects were together for a while."""

    ies_class: ClassVar[str] = IES + "CoLocation"
    versioned: ClassVar[bool] = True
    view: str
    kind: str
    """"standing", "on the way", "in close waters" or "at sea"."""
    subjects: Annotated[tuple[str, ...], Link(ours("involved"), "INVOLVED", "Subject")]
    """Two, in the order of their IRIs."""
    start: datetime
    end: datetime
    lon: float
    """Of the middle between them."""
    lat: float
    distance_m: float
    """Between them, on the whole."""
    earlier: int
    """How many meetings of these two were known before it."""


@dataclass(frozen=True, slots=True)
class Finding(Thing):
    """A departure from a routine, with its evidence and its counts."""

    ies_class: ClassVar[str] = IES + "AssessToBeTrue"
    versioned: ClassVar[bool] = True
    view: str
    kind: str
    """Such as "unusual place", "usual visit not observed" or "long silence": docs/analytics.md has all."""
    subject: Annotated[str, Link(ASSESSED, "ABOUT", "Subject")]
    place: Annotated[str | None, Link(ours("findingAt"), "AT", "Place")]
    start: datetime
    end: datetime
    statement: str
    """One plain sentence with the counts."""
    matches: int
    """On how many comparable days before it had been so."""
    days: int
    """How many comparable days there were."""
    surprise: float
    """Bits, against the subject's own baseline."""
    coverage: str
    """"observed", or "unknown" where nothing tells whether a sensor could have seen."""
    alternatives: tuple[str, ...]
    """What else could explain it."""
    evidence: Annotated[tuple[str, ...], Link(ours("evidence"), "EVIDENCE", "Evidence")]
    """Keys of the stays and gaps it rests on."""


@dataclass(frozen=True, slots=True)
class Retraction(Thing):
    """A conclusion that no longer holds: closes the version of `key`, opens none."""

    ies_class: ClassVar[str] = ours("Retraction")
    versioned: ClassVar[bool] = True
    view: str
    kind: str
    """The name of the kind retracted, such as "Stay"."""
