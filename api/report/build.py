"""From the graph to a report as data: read once, then composed by pure functions, one a section."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from api.report import (
    bottom_line,
    coverage_part,
    days_part,
    finding_part,
    lives_part,
    places_part,
    routes_part,
    under_way,
)
from api.report.data import Figure, FindingRow, Map, Mark, ReportData
from api.report.map import Window, around, lines, scale_bar, water
from api.report.material import Material, default_period, gather
from api.report.naming import called
from api.report.pins import spread
from api.report.store import About
from api.report.words import count, distance, listed, local, number, period, span
from graph.reader.findings import FindingShown
from graph.reader.reader import Reader
from graph.reader.shown import short_id
from graph.reader.within import Box, Interval

__all__ = ["build", "compose", "default_period"]

MOST_TOLD: Final = 12
"""Findings told in full."""
LEAST_A_KIND: Final = 3
"""So many of each kind are told in full, however small their surprise."""
MOST_ROWS: Final = 200
"""Findings in the table."""
NEARBY: Final = 2.5
"""Places within so many times the median distance from their middle are on the map of the busiest."""
UTC: Final = ZoneInfo("UTC")


def build(reader: Reader, within: Interval, *, area: Box | None = None, area_name: str = "") -> ReportData:
    """A report of a period.

    Args:
        reader: the graph.
        within: the period, with both ends.
        area: only what happened there.
        area_name: what its readers call it; without one it is named by its corners.

    Raises:
        ValueError: the period has an open end.
        GraphAwayError: Neo4j does not answer.
    """
    return compose(gather(reader, within, area, area_name))


def compose(material: Material) -> ReportData:
    """The report as data: a pure function of what was read."""
    start, end = material.within.start, material.within.end
    if start is None or end is None:
        raise ValueError("a report's period has two ends")
    zone = ZoneInfo(_zone(material))
    table, lives = days_part.days(material, zone), lives_part.rows(material)
    kinds = tuple(sorted({finding.kind for finding in material.findings}))
    silent = sum((b - a) // timedelta(hours=1) for source in material.hours for a, b in source.silences())
    told = tuple(finding_part.tell(material, finding, n, zone) for n, finding in _told(material))
    anchors = {part.key: part.anchor for part in told}
    shown = material.findings[:MOST_ROWS]
    title = f"Pattern of life: {_area_name(material)}, {period(start, end, UTC)}"
    return ReportData(
        about=About(
            title=title,
            start=start,
            end=end,
            known_until=material.known_until,
            findings=len(material.findings),
        ),
        area=_area(material),
        marking=listed(material.labels) or "nothing observed",
        timezone=zone.key,
        zone_note=f"Times are {zone.key} civil time, unless UTC is said.",
        period_local=span(start, end, zone),
        period_utc=span(start, end, UTC),
        known_until=local(material.known_until, zone) if material.known_until else "nothing known",
        bottom_line=bottom_line.sentences(material, table, lives, silent, zone),
        figures=_figures(material),
        overview=_overview(material),
        kinds=kinds,
        days=days_part.rows(table, kinds),
        findings=told,
        all_findings=tuple(_row(material, f, n, zone, anchors) for n, f in enumerate(shown, 1)),
        findings_left_out=len(material.findings) - len(shown),
        places=places_part.rows(material),
        busiest=_busiest(material),
        ways=routes_part.rows(material),
        under_way=under_way.curves(material, zone),
        lives=lives,
        sources=coverage_part.parts(material, zone),
        baseline=_baseline(material, len(table)),
        gaps=_gaps(material),
    )


def _told(material: Material) -> list[tuple[int, FindingShown]]:
    """The findings told in full, with their numbers in the table of all."""
    numbered = list(enumerate(material.findings, 1))
    ranks: Counter[str] = Counter()
    chosen = []
    for n, finding in numbered:
        ranks[finding.kind] += 1
        if ranks[finding.kind] <= LEAST_A_KIND:
            chosen.append((n, finding))
    rest = [one for one in numbered if one not in chosen]
    return sorted(chosen + rest[: max(0, MOST_TOLD - len(chosen))], key=lambda one: one[0])


def _zone(material: Material) -> str:
    """The civil time of most places; UTC where there are none."""
    zones = Counter(place.timezone for place in material.places.values())
    return min(zones.items(), key=lambda item: (-item[1], item[0]))[0] if zones else "UTC"


def _area_name(material: Material) -> str:
    """As it was given, or by the port near which most was stayed."""
    if material.area_name:
        return material.area_name
    stays: Counter[str] = Counter()
    for key, here in places_part.busiest(material):
        place = material.places.get(key)
        if place and place.port:
            stays[place.name.rpartition(",")[0] or place.name] += here.stays
    if not stays:
        return "everywhere watched"
    return f"around {min(stays.items(), key=lambda item: (-item[1], item[0]))[0]}"


def _area(material: Material) -> str:
    box = material.area
    if box is None:
        return material.area_name or "everywhere watched"
    corners = f"{box.south:.3f} to {box.north:.3f} N, {box.west:.3f} to {box.east:.3f} E"
    return f"{material.area_name} ({corners})" if material.area_name else corners


def _figures(material: Material) -> tuple[Figure, ...]:
    start, end = material.within.start, material.within.end
    inside = [
        stay
        for stays in material.stays.values()
        for stay in stays
        if start and end and stay.last_seen >= start and stay.start <= end
    ]
    inferred = sum(stay.inferred for stay in inside)
    fixes = sum(len(times) for times, _, _ in material.tracks.values())
    named = sum(bool(material.subjects[key].name) for key in material.tracks if key in material.subjects)
    places = len({stay.place for stay in inside if stay.place})
    return (
        Figure(number(len(material.tracks)), "subjects seen", f"{number(named)} with a name"),
        Figure(number(fixes), "positions", "after duplicates were dropped"),
        Figure(number(len(inside)), "stays", f"{number(inferred)} with a silence inferred over"),
        Figure(number(len(material.trips)), "trips", "from one stay to the next"),
        Figure(number(places), "places stayed at", "circles of 150 m"),
        Figure(number(len(material.findings)), "findings", "departures from a routine"),
    )


def _overview(material: Material) -> Map | None:
    """The whole area, drawn by everybody's tracks."""
    if not material.tracks:
        return None
    lons = np.concatenate([lons for _, lons, _ in material.tracks.values()])
    lats = np.concatenate([lats for _, _, lats in material.tracks.values()])
    window = around(_central(lons), _central(lats), 920, 640, 4_000.0, 1.04)
    title = "Every track of the period"
    return _everybody(material, window, title, f"The tracks of {count(len(material.tracks), 'subject')}.", ())


def _busiest(material: Material) -> Map | None:
    """The busiest places by their numbers, as close as most of them allow."""
    found = [material.places.get(key) for key, _ in places_part.busiest(material)[: places_part.MOST]]
    numbered = [(n, place) for n, place in enumerate(found, 1) if place]
    if not numbered:
        return None
    lons, lats = (np.array([getattr(place, name) for _, place in numbered]) for name in ("lon", "lat"))
    middle = Window(float(np.median(lons)), float(np.median(lats)), 0, 0, 1.0)
    near = np.hypot(*middle.project(lons, lats))
    close = near <= max(NEARBY * float(np.median(near)), 1_000.0)
    window = around(lons[close], lats[close], 920, 520, 4_000.0, 1.25)
    inside = [(n, place) for n, place in numbered if window.shows(place.lon, place.lat)]
    marks = spread([Mark(*window.point(place.lon, place.lat), str(n), "place", 9.0) for n, place in inside])
    left = [str(n) for n, place in numbered if (n, place) not in inside]
    several = len(left) > 1
    beyond = (
        f" Number{'s' if several else ''} {listed(left)} {'lie' if several else 'lies'} beyond it."
        if left
        else ""
    )
    return _everybody(
        material, window, "The busiest places", f"Numbers are those of the table.{beyond}", marks
    )


def _everybody(material: Material, window: Window, title: str, words: str, marks: tuple[Mark, ...]) -> Map:
    wide = distance(window.width * window.metres_a_pixel)
    return Map(
        width=window.width,
        height=window.height,
        title=title,
        summary=f"{words} The map is {wide} wide, north up.",
        scale=scale_bar(window),
        water=water(window, material.tracks.values()),
        traffic=tuple(path for track in material.tracks.values() if (path := lines(window, [track]))),
        marks=marks,
    )


def _central(
    degrees: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Where all but the outermost one in a hundred lie, so that a stray ship does not shrink the map."""
    return np.quantile(degrees, [0.005, 0.995]) if len(degrees) > 200 else degrees


def _row(
    material: Material, finding: FindingShown, n: int, zone: ZoneInfo, anchors: dict[str, str]
) -> FindingRow:
    return FindingRow(
        number=n,
        kind=finding.kind,
        subject=called(material.subjects.get(finding.subject), finding.subject),
        subject_id=short_id(finding.subject),
        place=finding.place_name or "-",
        when=span(finding.start, finding.end, ZoneInfo(finding.timezone) if finding.timezone else zone),
        counts=f"{finding.matches} of {finding.days}",
        surprise=f"{finding.surprise:.1f}",
        coverage=finding.coverage,
        statement=finding.statement,
        anchor=anchors.get(finding.key, ""),
    )


def _baseline(material: Material, days: int) -> str:
    most = max((finding.days for finding in material.findings), default=0)
    seen = f"The period holds {count(days, 'civil day')} with data"
    return (
        f"{seen}; no finding rests on more than {count(most, 'comparable day')} before it."
        if most
        else f"{seen}."
    )


def _gaps(material: Material) -> str:
    if not material.gaps:
        return "No subject fell silent in one place and came back in another."
    whom = len({gap.subject for gap in material.gaps})
    furthest = max(material.gaps, key=lambda gap: (gap.distance_m, gap.key))
    name = called(material.subjects.get(furthest.subject), furthest.subject)
    return (
        f"{count(len(material.gaps), 'time')} a subject fell silent in one place and came back in another "
        f"({count(whom, 'subject')}); the furthest was {name}, {distance(furthest.distance_m)} on."
    )
