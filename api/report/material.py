"""What a report is made of: all that the graph holds about a period, read before a word is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from api.report.map import Track
from graph.reader import coverage, findings, gaps, places, routines, sources, stays, subjects, tracks, trips
from graph.reader.coverage import SourceHours
from graph.reader.findings import FindingShown
from graph.reader.gaps import GapShown
from graph.reader.listing import Asked
from graph.reader.places import PlaceShown
from graph.reader.reader import Reader
from graph.reader.routines import RoutineOf
from graph.reader.stays import StayShown
from graph.reader.subjects import SubjectShown
from graph.reader.trips import TripShown
from graph.reader.within import Box, Interval
from ontology.times import from_ms, to_ms

MOST = 200_000
"""Of each kind of conclusion: a report of a period that holds more is not made of memory."""
BASELINE = timedelta(days=28)
"""How far before the period tracks and stays are looked at, to show what is usual."""


@dataclass(frozen=True, slots=True)
class Material:
    """What was read. Tracks and stays reach back before the period, for what is usual.

    Attributes:
        within: the period.
        area: the area, None for everywhere.
        area_name: what its readers call it.
        subjects: by key.
        tracks: of the period, by the subject's key.
        history: of the period and before, by the subject's key.
        stays: by the subject's key, in order of time.
        findings: the most surprising first.
        trips: those that touch the period, in order of time.
        labels: the canonical security labels of what was observed.
        known_until: the last fix that the graph holds.
    """

    within: Interval
    area: Box | None
    area_name: str
    subjects: dict[str, SubjectShown]
    tracks: dict[str, Track]
    history: dict[str, Track]
    stays: dict[str, tuple[StayShown, ...]]
    trips: tuple[TripShown, ...]
    gaps: tuple[GapShown, ...]
    places: dict[str, PlaceShown]
    routines: tuple[RoutineOf, ...]
    findings: tuple[FindingShown, ...]
    hours: tuple[SourceHours, ...]
    labels: tuple[str, ...]
    known_until: datetime | None


def default_period(reader: Reader, start: datetime | None = None, end: datetime | None = None) -> Interval:
    """The seven UTC days up to that of the last fix known, or from `start`, or up to `end`.

    Raises:
        ValueError: nothing was seen at all, or it would end before it starts.
    """
    if end is None:
        known = last_fix(reader)
        if known is None:
            raise ValueError("the graph holds no fix yet: ingest something first")
        midnight = known.replace(hour=0, minute=0, second=0, microsecond=0)
        end = midnight + timedelta(days=1)
    return Interval(start or end - timedelta(days=7), end)


def last_fix(reader: Reader) -> datetime | None:
    """The last fix that the graph holds."""
    row = reader.one(
        """
        MATCH (t:TrackSegment) WITH max(t.hour) AS hour
        MATCH (t:TrackSegment {hour: hour}) RETURN max(t.times[-1]) AS last
        """
    )
    return from_ms(row["last"]) if row and row["last"] is not None else None


def gather(reader: Reader, within: Interval, area: Box | None, area_name: str) -> Material:
    """Reads what a report of a period and an area is made of."""
    if within.start is None or within.end is None:
        raise ValueError("a report's period has two ends")
    wider = Interval(within.start - BASELINE, within.end)
    asked, history = Asked(within=within, box=area), _tracks(reader, wider, area)
    stayed = stays.listed(reader, Asked(within=wider, box=area), MOST).items
    return Material(
        within=within,
        area=area,
        area_name=area_name,
        subjects={s.key: s for s in subjects.search(reader, subjects.Asked(), MOST).items},
        tracks=_of_period(history, within.start, within.end),
        history=history,
        stays=_by_subject(stayed),
        trips=trips.listed(reader, asked, MOST).items,
        gaps=gaps.listed(reader, asked, MOST).items,
        places={place.key: place for place in places.search(reader, MOST, box=area).items},
        routines=routines.everybodys(reader),
        findings=findings.listed(reader, asked, MOST).items,
        hours=coverage.by_source(reader, within),
        labels=tuple(sorted({label for source in sources.listed(reader) for label in source.labels})),
        known_until=last_fix(reader),
    )


def _by_subject(stayed: tuple[StayShown, ...]) -> dict[str, tuple[StayShown, ...]]:
    sorted_out: dict[str, list[StayShown]] = {}
    for stay in stayed:
        sorted_out.setdefault(stay.subject, []).append(stay)
    return {subject: tuple(several) for subject, several in sorted_out.items()}


def _tracks(reader: Reader, within: Interval, area: Box | None) -> dict[str, Track]:
    whole = tracks.positions(reader, within)
    return whole if area is None else {key: _inside(track, area) for key, track in whole.items()}


def _of_period(history: dict[str, Track], start: datetime, end: datetime) -> dict[str, Track]:
    cut_out = {key: cut(track, start, end) for key, track in history.items()}
    return {key: track for key, track in cut_out.items() if track is not None}


def cut(track: Track | None, start: datetime, end: datetime) -> Track | None:
    """The part of a track within an interval, both ends included; None where nothing is."""
    if track is None:
        return None
    first, last = np.searchsorted(track[0], [to_ms(start), to_ms(end) + 1])
    return None if first == last else (track[0][first:last], track[1][first:last], track[2][first:last])


def _inside(track: Track, area: Box) -> Track:
    times, lons, lats = track
    if area.west <= area.east:
        across = (lons >= area.west) & (lons <= area.east)
    else:
        across = (lons >= area.west) | (lons <= area.east)
    kept = np.flatnonzero(across & (lats >= area.south) & (lats <= area.north))
    return times[kept], lons[kept], lats[kept]
