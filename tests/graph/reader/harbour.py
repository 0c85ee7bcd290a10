"""A small harbour for the tests of the reader, the API and the report: four ships, one week, every kind.

- mmsi:367000001 NYC FERRY ONE: a ferry, between two piers, on six days; one unusual hour, one missed visit.
- mmsi:367000002 TUG TWO: a tug, at one pier; one gap; one unusual place.
- mmsi:338000003: nothing said about it, one fix only.
- mmsi:512000004 DATE LINE: crosses the antimeridian.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from ontology.concluded import Finding, Gap, Place, Routine, Stay, Trip
from ontology.kind import Thing
from ontology.labels import Pair
from ontology.observed import Identifier, Subject, SubjectState, TrackSegment

VIEW = "everyone"
MONDAY = datetime(2020, 11, 30, tzinfo=UTC)
SOURCE = "marinecadastre"
OBSERVED, CONCLUDED = Pair("*", SOURCE), Pair("*", f"derived:{VIEW}")
FERRY, TUG, SILENT, LINE = (
    f"urn:diurnal:subject:mmsi:{mmsi}" for mmsi in ("367000001", "367000002", "338000003", "512000004")
)
PIER_11 = f"urn:diurnal:place:{VIEW}:pier-11"
RED_HOOK = f"urn:diurnal:place:{VIEW}:red-hook"
HOBOKEN = f"urn:diurnal:place:{VIEW}:hoboken"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """So many days after Monday, UTC."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def observed() -> list[Thing]:
    """Everything that sensors and sources told."""
    return [*_who(), *_tracks()]


def concluded() -> list[Thing]:
    """Everything that analytics would have said about it."""
    return [*_places(), *_stays(), *_trips(), _gap(), *_routines(), *_findings()]


def _who() -> list[Thing]:
    said: list[Thing] = []
    for key in (FERRY, TUG, SILENT, LINE):
        mmsi = key.rsplit(":", 1)[1]
        identifier = f"urn:diurnal:identifier:MMSI:{mmsi}"
        said += [Identifier(identifier, "MMSI", mmsi), Subject(key, "Ship", (identifier,))]
    imo = "urn:diurnal:identifier:IMO:9999991"
    said += [Identifier(imo, "IMO", "9999991"), Subject(FERRY, "Ship", (imo,))]
    state = "urn:diurnal:state:"
    return [
        *said,
        SubjectState(
            f"{state}1a", FERRY, at(0, 0), "OLD NAME", "WDA1111", type_code=60, type_name="Passenger"
        ),
        SubjectState(
            f"{state}1b",
            FERRY,
            at(1, 0),
            "NYC FERRY ONE",
            "WDB1111",
            "IMO9999991",
            60,
            "Passenger",
            26.0,
            8.0,
        ),
        SubjectState(f"{state}2", TUG, at(0, 0), "TUG TWO", "WDC2222", type_code=31, type_name="Towing"),
        SubjectState(f"{state}4", LINE, at(0, 0), "DATE <LINE> & CO"),
    ]


def _segment(
    subject: str, hour: datetime, minutes: list[int], lons: list[float], lats: list[float]
) -> TrackSegment:
    start = int(hour.timestamp() * 1000)
    times = np.array([start + m * 60_000 for m in minutes], np.int64)
    n = len(minutes)
    return TrackSegment(
        f"{subject.replace('subject', 'segment')}:{hour:%Y%m%d%H}",
        subject,
        "ais",
        SOURCE,
        "*",
        hour,
        times,
        np.array(lons),
        np.array(lats),
        np.linspace(0.0, 8.0, n),
        np.full(n, 45.0),
        np.full(n, np.nan),
    )


def _tracks() -> list[Thing]:
    minutes = list(range(0, 60, 5))
    sway = [0.5 - 0.5 * np.cos(2 * np.pi * m / 60) for m in minutes]
    tracks: list[Thing] = []
    for day in range(6):
        for hour in range(11, 20):
            lons = [-74.006 + 0.012 * s for s in sway]
            lats = [40.703 - 0.02 * s for s in sway]
            tracks.append(_segment(FERRY, at(day, hour), minutes, lons, lats))
        still = [-74.016 + 0.0001 * s for s in sway]
        tracks.append(_segment(TUG, at(day, 3), minutes, still, [40.676] * 12))
    tracks.append(_segment(SILENT, at(2, 5), [7], [-74.2], [40.6]))
    tracks.append(_segment(LINE, at(1, 0), [0, 30], [179.9, -179.9], [-17.0, -17.1]))
    return tracks


def _places() -> list[Thing]:
    zone = "America/New_York"
    return [
        Place(PIER_11, VIEW, "Pier 11, 0.3 km E of New York", -74.006, 40.703, 120.0, zone, "8070", 300.0),
        Place(RED_HOOK, VIEW, "Red Hook", -74.016, 40.676, 150.0, zone),
        Place(HOBOKEN, VIEW, "Port of Hoboken, 0.4 km NE", -74.03, 40.73, 150.0, zone, "8080", 400.0),
    ]


def _stay(
    key: str, subject: str, place: str, day: int, hour: int, hours: float, inferred: bool = False
) -> Stay:
    lon, lat = {PIER_11: (-74.006, 40.703), RED_HOOK: (-74.016, 40.676), HOBOKEN: (-74.03, 40.73)}[place]
    start = at(day, hour)
    end = start + timedelta(hours=hours)
    silent = 1800.0 if inferred else 0.0
    return Stay(
        f"urn:diurnal:stay:{VIEW}:{key}",
        VIEW,
        subject,
        place,
        start,
        end,
        end,
        lon,
        lat,
        80.0,
        12,
        silent,
        inferred,
    )


def _stays() -> list[Thing]:
    ferry = [_stay(f"ferry-{day}", FERRY, PIER_11, day, 11, 0.5) for day in range(5)]
    tug = [_stay(f"tug-{day}", TUG, RED_HOOK, day, 2, 6.0, inferred=True) for day in range(6)]
    return [*ferry, *tug, _stay("odd", TUG, HOBOKEN, 4, 14, 2.0), _stay("late", FERRY, PIER_11, 5, 4, 1.0)]


def _trips() -> list[Thing]:
    return [
        Trip(
            f"urn:diurnal:trip:{VIEW}:{d}",
            VIEW,
            FERRY,
            PIER_11,
            RED_HOOK,
            at(d, 12),
            at(d, 13),
            4_200.0,
            9.5,
            12,
        )
        for d in range(5)
    ]


def _gap() -> Gap:
    return Gap(
        f"urn:diurnal:gap:{VIEW}:1", VIEW, TUG, at(3, 9), at(3, 12), -74.016, 40.676, -74.05, 40.65, 4_100.0
    )


def _routines() -> list[Thing]:
    hours = tuple(5 if hour == 6 else 0 for hour in range(24))
    none = (0,) * 24
    key = f"urn:diurnal:routine:{VIEW}:"
    words = "At Pier 11 between 06 and 07 on 5 of 5 weekdays."
    return [
        Routine(
            f"{key}1",
            VIEW,
            FERRY,
            PIER_11,
            "America/New_York",
            date(2020, 12, 5),
            5,
            1,
            hours,
            none,
            (),
            5,
            words,
        ),
        Routine(
            f"{key}2",
            VIEW,
            TUG,
            RED_HOOK,
            "America/New_York",
            date(2020, 12, 5),
            5,
            1,
            hours,
            none,
            (),
            6,
            "At Red Hook.",
        ),
    ]


def _findings() -> list[Thing]:
    stay, other = (
        f"urn:diurnal:stay:{VIEW}:",
        ("The ship was moved for repair.", "Another ship used its transponder."),
    )
    key = f"urn:diurnal:finding:{VIEW}:"
    return [
        Finding(
            f"{key}1", VIEW, "unusual place", TUG, HOBOKEN, at(4, 14), at(4, 16),
            "TUG TWO stayed at Port of Hoboken for 2 h; on 0 of 4 days before had it been there.",
            0, 4, 4.5, "observed", other, (f"{stay}odd",),
        ),
        Finding(
            f"{key}2", VIEW, "unusual hour", FERRY, PIER_11, at(5, 4), at(5, 5),
            "NYC FERRY ONE was at Pier 11 between 23 and 00; on 0 of 5 days before at that hour.",
            0, 5, 3.0, "observed", other[:1], (f"{stay}late", f"{stay}ferry-4"),
        ),
        Finding(
            f"{key}3", VIEW, "usual visit not observed", FERRY, PIER_11, at(5, 11), at(5, 12),
            "At Pier 11 between 06 and 07 on 5 of 5 weekdays before; not observed on Saturday the 5th.",
            5, 5, 3.0, "unknown", other[:1], tuple(f"{stay}ferry-{d}" for d in range(5)),
        ),
    ]  # fmt: skip
