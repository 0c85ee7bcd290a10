"""A finding as it is told: the sentence, what came in those hours, map, heat map, evidence, alternatives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from api.judging import mark
from api.report.data import EvidenceRow, FindingPart, Map, Mark
from api.report.heat import Heat, days_between, heat
from api.report.map import Track, Window, around, lines, scale_bar, water
from api.report.material import Material, cut
from api.report.naming import called, described
from api.report.words import count, distance, duration, span
from graph.reader.findings import EvidenceShown, FindingShown
from graph.reader.shown import short_id
from ontology.times import from_ms

WIDTH: Final = 460
HEIGHT: Final = 330
LEAST_M: Final = 2_500.0
MOST_EVIDENCE: Final = 8
DAYS_BEFORE: Final = timedelta(days=9)
AROUND: Final = timedelta(minutes=45)
"""How long before and after the hours in question its track is drawn in bold."""

MISSED: Final = "usual visit not observed"
COVERAGE: Final = {
    "observed": "Observed: the subject was being received at the time.",
    "unknown": "Not observed is not absent: nothing tells whether a sensor could have seen it then.",
}


def tell(material: Material, finding: FindingShown, n: int, zone: ZoneInfo) -> FindingPart:
    """One finding, with everything that defends it."""
    subject = material.subjects.get(finding.subject)
    civil = ZoneInfo(finding.timezone) if finding.timezone else zone
    rows = tuple(_evidence(one, civil) for one in finding.evidence[:MOST_EVIDENCE])
    return FindingPart(
        number=n,
        anchor=f"finding-{n}",
        kind=finding.kind,
        subject=called(subject, finding.subject),
        subject_id=short_id(finding.subject),
        subject_note=described(subject),
        when=span(finding.start, finding.end, civil),
        when_utc=span(finding.start, finding.end, ZoneInfo("UTC")),
        statement=finding.statement,
        compared=_compared(finding),
        in_those_hours=_in_those_hours(material, finding),
        coverage=COVERAGE.get(finding.coverage, finding.coverage),
        surprise=f"{finding.surprise:.1f}",
        said=mark(finding),
        alternatives=finding.alternatives,
        map=_map(material, finding),
        heat=_heat(material, finding, civil),
        evidence=rows,
        evidence_left_out=len(finding.evidence) - len(rows),
        key=finding.key,
    )


def _compared(finding: FindingShown) -> str:
    days = count(finding.days, "comparable day")
    small = " That is a small baseline: read it as a question, not as an answer." if finding.days < 10 else ""
    so = "there" if finding.kind == MISSED else "so"
    return f"It had been {so} on {finding.matches} of {days} before.{small}"


def _in_those_hours(material: Material, finding: FindingShown) -> str:
    """What was received in the hours in question, from it and from others, and how near it came."""
    within = cut(material.history.get(finding.subject), finding.start, finding.end)
    if within is None:
        others = sum(cut(t, finding.start, finding.end) is not None for t in material.tracks.values())
        heard = f"{count(others, 'other subject')} {'was' if others == 1 else 'were'} received in the area"
        return f"Nothing was received from it in those hours; {heard}."
    fixes = count(len(within[0]), "position")
    if finding.place_lon is None or finding.place_lat is None:
        return f"{fixes} came from it in those hours."
    nearest = distance(float(_metres(within, finding.place_lon, finding.place_lat).min()))
    return f"{fixes} came from it in those hours; the nearest lay {nearest} from the place's centre."


def _metres(track: Track, lon: float, lat: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    window = Window(lon, lat, 0, 0, 1.0)
    x, y = window.project(track[1], track[2])
    return np.hypot(x, y)


def _map(material: Material, finding: FindingShown) -> Map | None:
    whole = material.history.get(finding.subject)
    before = cut(whole, datetime(1970, 1, 2, tzinfo=UTC), finding.start)
    seen = cut(whole, finding.start - AROUND, finding.end + AROUND)
    lons = [one.lon for one in finding.evidence if one.lon is not None]
    lats = [one.lat for one in finding.evidence if one.lat is not None]
    if finding.place_lon is not None and finding.place_lat is not None:
        lons, lats = [*lons, finding.place_lon], [*lats, finding.place_lat]
    if seen is not None:
        lons, lats = [*lons, *seen[1].tolist()], [*lats, *seen[2].tolist()]
    if not lons:
        return None
    window = around(np.array(lons), np.array(lats), WIDTH, HEIGHT, LEAST_M, 1.25)
    return _drawn(material, finding, window, before, seen)


def _drawn(
    material: Material, finding: FindingShown, window: Window, before: Track | None, seen: Track | None
) -> Map:
    marks = _marks(finding, window)
    name = called(material.subjects.get(finding.subject), finding.subject)
    title = f"Where {name} was"
    summary = f"{'Its track in the hours in question' if seen else 'No track in the hours in question'}"
    place = f"; the place is {finding.place_name} ({_position(finding)})" if finding.place_name else ""
    wide = distance(window.width * window.metres_a_pixel)
    return Map(
        width=window.width,
        height=window.height,
        title=title,
        summary=f"{summary}{place}. The map is {wide} wide, north up.",
        scale=scale_bar(window),
        water=water(window, material.history.values()),
        usual=lines(window, [before]) if before else "",
        seen=lines(window, [seen]) if seen else "",
        places=_circle(material, finding, window),
        marks=marks,
    )


def _position(finding: FindingShown) -> str:
    if finding.place_lat is None or finding.place_lon is None:
        return "position unknown"
    return f"{finding.place_lat:.4f}, {finding.place_lon:.4f}"


def _circle(
    material: Material, finding: FindingShown, window: Window
) -> tuple[tuple[float, float, float], ...]:
    if finding.place_lon is None or finding.place_lat is None:
        return ()
    place = material.places.get(finding.place or "")
    radius = max(window.pixels(place.radius_m if place else 100.0), 6.0)
    return ((*window.point(finding.place_lon, finding.place_lat), radius),)


def _marks(finding: FindingShown, window: Window) -> tuple[Mark, ...]:
    points = {window.point(e.lon, e.lat) for e in finding.evidence if e.lon is not None and e.lat is not None}
    return tuple(Mark(x, y, "", "evidence", 3.0) for x, y in sorted(points))


def _heat(material: Material, finding: FindingShown, zone: ZoneInfo) -> Heat:
    end = max(finding.end, min(material.within.end or finding.end, finding.end + timedelta(days=2)))
    start = max(finding.start - DAYS_BEFORE, min(_first_fix(material, finding.subject), finding.start))
    here = [
        (stay.start, stay.last_seen)
        for stay in material.stays.get(finding.subject, ())
        if stay.place is not None and stay.place == finding.place
    ]
    track = material.history.get(finding.subject)
    times = track[0] if track else np.empty(0, np.int64)
    name = called(material.subjects.get(finding.subject), finding.subject)
    title = f"Hours of {name} at {finding.place_name or 'the place'}, {zone.key} time"
    return heat(days_between(start, end, zone), zone, here, times, (finding.start, finding.end), title)


def _first_fix(material: Material, subject: str) -> datetime:
    """Its first fix, before which nobody watched it."""
    track = material.history.get(subject)
    return from_ms(int(track[0][0])) if track and len(track[0]) else datetime.max.replace(tzinfo=UTC)


def _evidence(one: EvidenceShown, zone: ZoneInfo) -> EvidenceRow:
    end = one.end or one.last_seen or one.start
    return EvidenceRow(
        what=one.kind,
        where=one.place_name or (f"{one.lat:.4f}, {one.lon:.4f}" if one.lat is not None else "-"),
        local=span(one.start, end, zone),
        utc=span(one.start, end, ZoneInfo("UTC")),
        lasted=duration((end - one.start).total_seconds()),
        fixes="-" if one.fixes is None else str(one.fixes),
        how="inferred over a silence" if one.inferred else "going on" if one.end is None else "observed",
        key=one.key,
    )
