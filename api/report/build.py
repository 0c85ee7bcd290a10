"""From the graph to a report as data: read once, then composed by pure functions, one a section."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from api.report import bottom_line, coverage_part, days_part, finding_part, lives_part, places_part
from api.report.data import Figure, FindingRow, Map, Mark, ReportData
from api.report.map import around, lines, scale_bar, water
from api.report.material import Material, default_period, gather
from api.report.naming import called
from api.report.store import About
from api.report.words import count, distance, listed, local, number, period, span
from graph.reader.findings import FindingShown
from graph.reader.reader import Reader
from graph.reader.shown import short_id
from graph.reader.within import Box, Interval

__all__ = ["build", "compose", "default_period"]

MOST_TOLD: Final = 12
"""Findings told in full."""
MOST_ROWS: Final = 200
"""Findings in the table."""
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
    told = tuple(
        finding_part.tell(material, finding, n, zone) for n, finding in enumerate(_told(material), 1)
    )
    anchors = {part.key: part.anchor for part in told}
    shown = material.findings[:MOST_ROWS]
    title = f"Pattern of life: {material.area_name or 'everywhere watched'}, {period(start, end, UTC)}"
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
        bottom_line=bottom_line.sentences(material, table, lives, silent),
        figures=_figures(material),
        overview=_overview(material),
        kinds=kinds,
        days=days_part.rows(table, kinds),
        findings=told,
        all_findings=tuple(_row(material, f, n, zone, anchors) for n, f in enumerate(shown, 1)),
        findings_left_out=len(material.findings) - len(shown),
        places=places_part.rows(material),
        lives=lives,
        sources=coverage_part.parts(material, zone),
        baseline=_baseline(material, len(table)),
        gaps=_gaps(material),
    )


def _told(material: Material) -> tuple[FindingShown, ...]:
    return material.findings[:MOST_TOLD]


def _zone(material: Material) -> str:
    """The civil time of most places; UTC where there are none."""
    zones = Counter(place.timezone for place in material.places.values())
    return min(zones.items(), key=lambda item: (-item[1], item[0]))[0] if zones else "UTC"


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
        Figure(number(material.trips), "trips", "from one stay to the next"),
        Figure(number(places), "places stayed at", "circles of 150 m"),
        Figure(number(len(material.findings)), "findings", "departures from a routine"),
    )


def _overview(material: Material) -> Map | None:
    """The whole area, drawn by everybody's tracks, with the busiest places numbered."""
    if not material.tracks:
        return None
    lons = np.concatenate([lons for _, lons, _ in material.tracks.values()])
    lats = np.concatenate([lats for _, _, lats in material.tracks.values()])
    window = around(_central(lons), _central(lats), 920, 760, 4_000.0, 1.04)
    busiest = places_part.busiest(material)[: places_part.MOST]
    marks = []
    for n, (key, _) in enumerate(busiest, 1):
        place = material.places.get(key)
        if place and window.shows(place.lon, place.lat):
            marks.append(Mark(*window.point(place.lon, place.lat), str(n), "place", 9.0))
    wide = distance(window.width * window.metres_a_pixel)
    return Map(
        width=window.width,
        height=window.height,
        title="Every track of the period, and the busiest places",
        summary=f"Lines are the tracks of {count(len(material.tracks), 'subject')}; numbers are the busiest "
        f"places, as in the table of places. The map is {wide} wide, north up.",
        scale=scale_bar(window),
        water=water(window, material.tracks.values()),
        traffic=tuple(path for track in material.tracks.values() if (path := lines(window, [track]))),
        marks=tuple(marks),
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
