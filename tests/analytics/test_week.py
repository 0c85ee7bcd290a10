"""The week of New York Harbor: what comes out, and some findings checked by hand against the raw fixes."""

from __future__ import annotations

import csv
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import analytics.gazetteer
from analytics.conclusions import Conclusions
from analytics.fold import conclude
from analytics.geometry import distance
from analytics.parameters import HARBOUR
from analytics.track import Track
from ontology.concluded import Finding
from ontology.times import DAY_MS, HOUR_MS, to_ms

LANDINGS = Path(analytics.gazetteer.__file__).parent / "new_york_landings.csv"
MIDNIGHT = to_ms(datetime(2020, 12, 1, 5, tzinfo=UTC))
"""Tuesday 1 December 2020 00:00 in New York."""


@pytest.fixture(scope="module")
def found(week: dict[str, Track], end: int) -> Conclusions:
    return conclude(week, end)


def of(found: Conclusions, mmsi: int, kind: str) -> list[Finding]:
    subject = f"urn:diurnal:subject:mmsi:{mmsi}"
    return [finding for finding in found.findings if (finding.subject, finding.kind) == (subject, kind)]


def near(
    week: dict[str, Track], mmsi: int, lon: float, lat: float, hours: range, within: float = 200
) -> list[int]:
    """Days (0 is Tuesday) on which a vessel has a raw fix near a position within hours of New York's day."""
    track = week[f"urn:diurnal:subject:mmsi:{mmsi}"]
    away = np.array([distance(x, y, lon, lat) for x, y in zip(track.lons, track.lats, strict=True)])
    local = track.times - MIDNIGHT
    there = (away < within) & np.isin(local % DAY_MS // HOUR_MS, list(hours))
    return sorted({int(day) for day in local[there] // DAY_MS})


def test_summary(found: Conclusions) -> None:
    assert (found.fixes, found.subjects) == (172_679, 140)
    assert (len(found.places), len(found.stays), len(found.trips)) == (398, 3040, 2906)
    # Of the 394 silences over 20 minutes 55 end more than a kilometre away; the data's notes say so, too.
    assert len(found.gaps) == 55
    assert sum(stay.inferred for stay in found.stays) == 273
    assert len(found.routines) == 263
    assert Counter(finding.kind for finding in found.findings) == {
        "unusual place": 12,
        "usual visit not observed": 11,
        "unusual hour": 7,
        "long silence": 1,
        "impossible jump": 1,
    }


def test_places_are_called_after_landings_and_ports(found: Conclusions) -> None:
    visits = Counter(stay.place for stay in found.stays)
    names = {place.key: place.name for place in found.places}
    busiest = [names[key] for key, _ in visits.most_common(6) if key]
    assert busiest == [
        "Pier 11/Wall Street",
        "Brooklyn Navy Yard, ferry homeport",
        "Ellis Island",
        "Liberty Island",
        "St. George Terminal, Staten Island",
        "Whitehall Terminal",
    ]
    assert len(set(names.values())) == len(names)
    assert {place.timezone for place in found.places} == {"America/New_York"}


def test_every_landing_is_where_vessels_stay(found: Conclusions) -> None:
    rows = list(csv.DictReader(LANDINGS.read_text().splitlines()))
    assert len(rows) > 30
    for row in rows:
        lon, lat = float(row["lon"]), float(row["lat"])
        assert min(distance(lon, lat, place.lon, place.lat) for place in found.places) <= 151, row["name"]


def test_the_andrew_j_barberi_does_not_call_on_monday(week: dict[str, Track], found: Conclusions) -> None:
    """Staten Island ferry. By hand: near Whitehall 08:36 to 09:59 on Tuesday to Friday (and on Saturday), the
    last fix of all on Saturday at 16:04:49."""
    (finding,) = of(found, 367000150, "usual visit not observed")
    assert finding.statement == (
        "At Whitehall Terminal between 08 and 10 on 4 of 4 weekdays before; not observed there on Monday"
        " 7 December 2020. Not observed anywhere: last heard at St. George Terminal, Staten Island at 16:04"
        " on Saturday 5 December 2020; coverage unknown."
    )
    assert finding.coverage == "unknown"
    assert near(week, 367000150, -74.01335, 40.70031, range(8, 10)) == [0, 1, 2, 3, 4]
    track = week["urn:diurnal:subject:mmsi:367000150"]
    assert (track.times[-1] - MIDNIGHT) // 60_000 == 4 * 1440 + 16 * 60 + 4


def test_the_john_stevens_misses_her_morning_call(week: dict[str, Track], found: Conclusions) -> None:
    """By hand: near Port Imperial from 05:16 or later to 06:59 on weekdays; last heard on Sunday 22:00:08."""
    (finding,) = of(found, 366990560, "usual visit not observed")
    assert finding.statement.startswith(
        "At Port Imperial, Weehawken between 05 and 07 on 4 of 4 weekdays before; not observed there on"
    )
    assert near(week, 366990560, -74.00978, 40.77646, range(5, 7)) == [0, 1, 2, 3]


def test_a_statue_ferry_at_liberty_island_in_the_evening(week: dict[str, Track], found: Conclusions) -> None:
    """By hand: six fixes there from 19:10:13 to 19:16:04 on Friday; else between 06:54 and 17:11 only."""
    (finding,) = of(found, 367799590, "unusual hour")
    assert finding.statement.startswith("At Liberty Island from 19:10 to 19:16 on Friday 4 December 2020")
    assert near(week, 367799590, -74.04764, 40.6897, range(18, 24), within=250) == [3]
    assert near(week, 367799590, -74.04764, 40.6897, range(18), within=250) == [0, 1, 2, 3, 4]


def test_the_opportunity_on_the_soundview_route(week: dict[str, Track], found: Conclusions) -> None:
    """Rockaway ferry. By hand: near Soundview on Sunday only, first at 11:35:49."""
    told = "Stayed at Soundview, Clason Point from 11:35 to 11:41 on Sunday 6 December 2020"
    assert [f for f in of(found, 367791540, "unusual place") if f.statement.startswith(told)]
    assert near(week, 367791540, -73.8484, 40.80432, range(24)) == [5]


def test_a_tug_that_was_never_silent_so_long(week: dict[str, Track], found: Conclusions) -> None:
    """By hand: no pause of 12 hours in the track but the one from Friday 19:56:53 to Saturday 12:15."""
    (finding,) = of(found, 367798420, "long silence")
    assert finding.statement.startswith(
        "Silent from 19:56 on Friday 4 December 2020 to 12:15 on Saturday 5 December 2020, for 16 hours"
    )
    pauses = np.diff(week["urn:diurnal:subject:mmsi:367798420"].times) / HOUR_MS
    assert (pauses > 12).sum() == 1


def test_a_position_sixteen_kilometres_off(found: Conclusions) -> None:
    """By hand: 15.9 km in 61 s, and 14.3 km back in 89 s a little later."""
    (finding,) = of(found, 338029926, "impossible jump")
    assert "15.9 km away 61 s after 18:13 on Sunday 6 December 2020" in finding.statement


def test_every_finding_defends_itself(found: Conclusions) -> None:
    known = {thing.key for thing in (*found.stays, *found.gaps)}
    for finding in found.findings:
        assert finding.evidence, finding
        assert set(finding.evidence) <= known
        assert len(finding.alternatives) >= 3
        assert finding.surprise >= HARBOUR.findings_floor
        assert finding.matches <= finding.days
        assert str(finding.days) in finding.statement
        assert to_ms(finding.start) < to_ms(finding.end) <= found.closed_until
    assert [finding.surprise for finding in found.findings] == sorted(
        (finding.surprise for finding in found.findings), reverse=True
    )


def test_fast_enough(week: dict[str, Track], end: int) -> None:
    """Half of what an idle core gives; the tests may have to share theirs."""
    began = time.process_time()
    conclude(week, end)
    assert 172_679 / (time.process_time() - began) > 100_000
