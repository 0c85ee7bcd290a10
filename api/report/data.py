"""A report as data: everything that the page shows, decided and counted, before it is written as HTML."""

from __future__ import annotations

from dataclasses import dataclass

from api.report.heat import Heat
from api.report.map import Scale
from api.report.store import About


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: its value, what it counts, and a note."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a map, in pixels, with what stands in or beside it."""

    x: float
    y: float
    text: str
    kind: str
    radius: float = 7.0
    from_x: float | None = None
    """Where it really lies, if it had to make room for others."""
    from_y: float | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """A map, in pixels from its upper left corner; paths are SVG path data.

    Attributes:
        water: where anybody went.
        traffic: a path a subject, thin.
        usual: where this subject went.
        seen: where it went in the hours in question.
        places: circles, as (x, y, radius).
        marks: points with a text.
    """

    width: int
    height: int
    title: str
    summary: str
    scale: Scale
    water: str
    traffic: tuple[str, ...] = ()
    usual: str = ""
    seen: str = ""
    places: tuple[tuple[float, float, float], ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A stay or gap on which a finding rests, in words."""

    what: str
    where: str
    local: str
    utc: str
    lasted: str
    fixes: str
    how: str
    key: str


@dataclass(frozen=True, slots=True)
class FindingPart:
    """A finding as it is told."""

    number: int
    anchor: str
    kind: str
    subject: str
    subject_id: str
    subject_note: str
    when: str
    when_utc: str
    statement: str
    compared: str
    in_those_hours: str
    coverage: str
    surprise: str
    said: str | None
    alternatives: tuple[str, ...]
    map: Map | None
    heat: Heat
    evidence: tuple[EvidenceRow, ...]
    evidence_left_out: int
    key: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in the table of all."""

    number: int
    kind: str
    subject: str
    subject_id: str
    place: str
    when: str
    counts: str
    surprise: str
    coverage: str
    statement: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """A civil day: what came, and what departed."""

    label: str
    weekend: bool
    fixes: str
    subjects: str
    by_kind: tuple[str, ...]
    total: str
    share: float


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A busy place."""

    number: int
    name: str
    position: str
    stays: str
    subjects: str
    hours: str
    most: str


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way often taken, from one place to another."""

    origin: str
    destination: str
    trips: str
    subjects: str
    lasts: str
    long: str
    most: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Means by hour of the day: a path within the plot, and the 24 values in words."""

    name: str
    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayCurves:
    """How many are under way by hour; the plot's size in pixels, and the value at its top."""

    width: int
    height: int
    top: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class LifeRow:
    """A regular life: a subject at a place, hour by hour on weekdays, in quarters of the days, 0 to 4."""

    subject: str
    subject_id: str
    note: str
    place: str
    summary: str
    days: str
    hours: tuple[int, ...]
    counts: tuple[str, ...]
    told: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A civil day of a source: for each hour its fixes, and a shade from 0 (none) to 4."""

    label: str
    weekend: bool
    shades: tuple[int, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A source: how much came in each hour, and when nothing did."""

    name: str
    sentence: str
    rows: tuple[CoverageRow, ...]
    silent: str
    silences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """The whole report."""

    about: About
    area: str
    marking: str
    timezone: str
    zone_note: str
    period_local: str
    period_utc: str
    known_until: str
    bottom_line: tuple[str, ...]
    figures: tuple[Figure, ...]
    overview: Map | None
    kinds: tuple[str, ...]
    days: tuple[DayRow, ...]
    findings: tuple[FindingPart, ...]
    all_findings: tuple[FindingRow, ...]
    findings_left_out: int
    places: tuple[PlaceRow, ...]
    busiest: Map | None
    ways: tuple[WayRow, ...]
    under_way: DayCurves | None
    lives: tuple[LifeRow, ...]
    sources: tuple[SourcePart, ...]
    baseline: str
    gaps: str
