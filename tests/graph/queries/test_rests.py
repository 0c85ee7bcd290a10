"""Queries over what was concluded, against the conclusions reckoned from the fixes without a graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ontology.concluded import Stay, Trip
from ontology.times import to_ms

FERRY, OPPORTUNITY, H207 = (f"urn:diurnal:subject:mmsi:{mmsi}" for mmsi in (367000150, 367791540, 367798430))
ZONE = ZoneInfo("America/New_York")
Saved = Callable[..., list[dict[str, Any]]]


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2020, 12, day, hour, tzinfo=UTC)


def over(stay: Stay) -> datetime:
    return stay.end or stay.last_seen


def hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def placed(week: Any, subject: str | None = None) -> list[Stay]:
    stays = [stay for stay in week.concluded.stays if stay.place is not None]
    return [stay for stay in stays if subject in (None, stay.subject)]


def together(a: Stay, b: Stay) -> timedelta:
    """For how long both stays were at one place at once; nothing where they were not."""
    if a.place != b.place:
        return timedelta()
    return max(min(over(a), over(b)) - max(a.start, b.start), timedelta())


def test_together(saved: Saved, week: Any) -> None:
    found = saved("together", subject="mmsi:367791540")
    spans = defaultdict(list)
    for mine in placed(week, OPPORTUNITY):
        for theirs in placed(week):
            if theirs.subject != OPPORTUNITY and together(mine, theirs):
                spans[theirs.subject, theirs.place].append(together(mine, theirs))
    assert len(spans) >= 5
    assert {(row["subject"], row["place"]): row["times"] for row in found} == {
        key: len(each) for key, each in spans.items()
    }
    for row in found:
        assert row["hours"] == pytest.approx(hours(sum(spans[row["subject"], row["place"]], timedelta())))


def test_together_within_a_time(saved: Saved, week: Any) -> None:
    found = saved("together", subject="mmsi:367791540", during="2020-12-02T06:00Z/2020-12-02T18:00Z")
    total = timedelta()
    for mine in placed(week, OPPORTUNITY):
        for theirs in placed(week):
            if theirs.subject != OPPORTUNITY and mine.place == theirs.place:
                begin = max(mine.start, theirs.start, at(2, 6))
                total += max(min(over(mine), over(theirs), at(2, 18)) - begin, timedelta())
    assert total
    assert sum(row["hours"] for row in found) == pytest.approx(hours(total))


def test_who_meets_whom(saved: Saved, week: Any) -> None:
    found = saved("who-meets-whom", at_least=3)
    times: Counter[tuple[str, str]] = Counter()
    for a, b in combinations(placed(week), 2):
        if a.subject != b.subject and together(a, b):
            times[min(a.subject, b.subject), max(a.subject, b.subject)] += 1
    expected = {pair: count for pair, count in times.items() if count >= 3}
    assert len(expected) >= 5
    assert {(row["subject"], row["other"]): row["times"] for row in found} == expected


def test_rests_at_night(saved: Saved, week: Any) -> None:
    found = saved("rests-at-night", subject="mmsi:367000150", dusk=21, dawn=5, at_least="PT3H")
    nights: dict[tuple[str, Any], timedelta] = defaultdict(timedelta)
    for stay in placed(week, FERRY):
        for day in range(-2, 9):
            night = datetime(2020, 12, 1, 21, tzinfo=ZONE) + timedelta(days=day)
            dawn = (night + timedelta(days=1)).replace(hour=5)
            rested = min(over(stay), dawn) - max(stay.start, night)
            if rested > timedelta():
                nights[str(stay.place), night.date()] += rested
    long = {key: rested for key, rested in nights.items() if rested >= timedelta(hours=3)}
    counted = Counter(place for place, _ in long)
    assert len(counted) >= 2
    assert {row["place"]: row["nights"] for row in found} == dict(counted)
    for row in found:
        kept = [(night, rested) for (place, night), rested in long.items() if place == row["place"]]
        assert row["hours"] == pytest.approx(hours(sum((rested for _, rested in kept), timedelta())))
        assert (row["first"], row["last"]) == (min(kept)[0], max(kept)[0])


def test_what_changed(saved: Saved, week: Any) -> None:
    found = saved(
        "what-changed",
        subject="mmsi:367000150",
        before="2020-12-01T00:00Z/2020-12-03T00:00Z",
        after="2020-12-03T00:00:01Z/2020-12-07T00:00Z",
    )
    names = {place.key: place.name for place in week.concluded.places}
    sides: tuple[Counter[Any], Counter[Any]] = (Counter(), Counter())

    def count(start: datetime, *what: str) -> None:
        for side, (since, until) in zip(sides, ((at(1), at(3)), (at(3), at(7))), strict=True):
            if since <= start <= until:
                side[what] += 1

    for stay in placed(week, FERRY):
        count(stay.start, "place", names[str(stay.place)])
        count(stay.start, "hour", f"{stay.start.astimezone(ZONE):%H}")
    for trip in week.concluded.trips:
        if trip.subject == FERRY and trip.origin and trip.destination:
            count(trip.start, "trip", f"{names[trip.origin]} to {names[trip.destination]}")
    before, after = sides
    assert min(len(before), len(after)) > 10
    assert {
        (row["what"], row["which"]): (row["before"], row["after"], row["difference"]) for row in found
    } == {key: (before[key], after[key], after[key] - before[key]) for key in before | after}


def test_visitors(saved: Saved, week: Any) -> None:
    busiest, _ = Counter(stay.place for stay in placed(week)).most_common(1)[0]
    found = saved("visitors", place=busiest, during="2020-12-02T12:00Z/2020-12-04T12:00Z")
    there = [s for s in placed(week) if s.place == busiest and s.start <= at(4, 12) and over(s) >= at(2, 12)]
    assert len({stay.subject for stay in there}) >= 3
    assert {row["subject"]: row["visits"] for row in found} == Counter(stay.subject for stay in there)
    spent = sum((min(over(s), at(4, 12)) - max(s.start, at(2, 12)) for s in there), timedelta())
    assert sum(row["hours"] for row in found) == pytest.approx(hours(spent))


def test_shared_places(saved: Saved, week: Any) -> None:
    found = saved("shared-places", subject="mmsi:367791540", other="mmsi:367798430")
    mine, theirs = (Counter(stay.place for stay in placed(week, who)) for who in (OPPORTUNITY, H207))
    shared = mine.keys() & theirs.keys()
    assert len(shared) >= 2
    assert {row["place"]: (row["stays"], row["other_stays"]) for row in found} == {
        place: (mine[place], theirs[place]) for place in shared
    }
    lasted = sum((over(s) - s.start for s in placed(week, H207) if s.place in shared), timedelta())
    assert sum(row["other_hours"] for row in found) == pytest.approx(hours(lasted))


def test_rests_where(saved: Saved, week: Any) -> None:
    found = saved("rests-where", subject="mmsi:367791540", at_least="PT3H")
    long = [stay for stay in placed(week) if over(stay) - stay.start >= timedelta(hours=3)]
    homes = {stay.place for stay in long if stay.subject == OPPORTUNITY}
    others = Counter((s.subject, s.place) for s in long if s.place in homes and s.subject != OPPORTUNITY)
    assert len(others) >= 3
    assert {(row["subject"], row["place"]): row["rests"] for row in found} == dict(others)


def test_trips_between(saved: Saved, week: Any) -> None:
    pairs = Counter((t.origin, t.destination) for t in week.concluded.trips if t.origin and t.destination)
    (origin, destination), count = pairs.most_common(1)[0]
    found = saved("trips-between", origin=origin, destination=destination)
    trips = [t for t in week.concluded.trips if (t.origin, t.destination) == (origin, destination)]
    assert len(found) == count > 5
    assert sorted(row["minutes"] for row in found) == pytest.approx(
        sorted((trip.end - trip.start) / timedelta(minutes=1) for trip in trips)
    )
    some = saved("trips-between", origin=origin, destination=destination, during="2020-12-03T00:00Z/..")
    assert len(some) == sum(trip.end >= at(3) for trip in trips) < count


def test_routine_by_hour(saved: Saved, week: Any) -> None:
    found = saved("routine-by-hour", subject="mmsi:367000150")
    expected = {
        (routine.place, hour): (
            routine.weekday_hours[hour], routine.weekdays, routine.weekend_hours[hour], routine.weekends,
        )
        for routine in week.concluded.routines
        if routine.subject == FERRY
        for hour in range(24)
        if routine.weekday_hours[hour] + routine.weekend_hours[hour]
    }  # fmt: skip
    assert len(expected) > 20
    assert {
        (row["place"], row["hour"]): (
            row["weekdays"], row["of_weekdays"], row["weekends"], row["of_weekends"],
        )
        for row in found
    } == expected  # fmt: skip


def test_longest_silences(saved: Saved, week: Any) -> None:
    found = saved("longest-silences", at_most=4)
    gaps = sorted(week.concluded.gaps, key=lambda gap: gap.start - gap.end)[:4]
    assert [(row["subject"], row["start"], row["end"]) for row in found] == [
        (gap.subject, gap.start, gap.end) for gap in gaps
    ]
    assert found[0]["hours"] == pytest.approx(hours(gaps[0].end - gaps[0].start))
    assert list(found[0]["silent_at"]) == [gaps[0].start_lon, gaps[0].start_lat]


def test_findings_by_place(saved: Saved, week: Any) -> None:
    found = saved("findings-by-place")
    counted = Counter((finding.place, finding.kind) for finding in week.concluded.findings)
    assert sum(counted.values()) >= 5
    assert {(row["place"], row["kind"]): row["findings"] for row in found} == dict(counted)
    most = max(week.concluded.findings, key=lambda finding: finding.surprise)
    assert most.statement in {row["statement"] for row in found}
    one = saved("findings-by-place", kind=most.kind)
    assert {row["kind"] for row in one} == {most.kind}
    assert sum(row["findings"] for row in one) == sum(f.kind == most.kind for f in week.concluded.findings)


def test_places_called(saved: Saved, week: Any) -> None:
    found = saved("places-called", words="george st")
    named = {place.key for place in week.concluded.places if "St. George" in place.name}
    assert len(named) >= 2
    assert {row["place"]: row["stays"] for row in found} == {
        key: sum(stay.place == key for stay in placed(week)) for key in named
    }


def test_visits_drawn(saved: Saved, week: Any) -> None:
    found = saved("visits-drawn", box="-74.09,40.63,-74.05,40.66")
    inside = {
        place.key
        for place in week.concluded.places
        if -74.09 <= place.lon <= -74.05 and 40.63 <= place.lat <= 40.66
    }
    assert Counter(row["visit"]["nodes"][2]["properties"]["key"] for row in found) == Counter(
        stay.place for stay in placed(week) if stay.place in inside
    )


def test_then_and_now(saved: Saved, week: Any) -> None:
    def held(subject: str, until: datetime) -> set[Any]:
        """Keys and ends of the episodes that stood, by what was told of them last."""
        standing: dict[str, Any] = {}
        for change in week.changes:
            if change.about == subject and change.known <= to_ms(until):
                standing[change.thing.key] = change.thing
        return {(key, each.end) for key, each in standing.items() if isinstance(each, Stay | Trip)}

    then_at, kinds = at(5, 8), Counter()
    for subject in sorted({change.about for change in week.changes if isinstance(change.thing, Trip)}):
        then, now = held(subject, then_at), held(subject, at(9))
        found = saved("then-and-now", subject=subject, then=then_at.isoformat())
        episodes = [row for row in found if row["kind"] in ("stay", "trip")]
        for known, expected in {"then": then - now, "both": then & now, "now": now - then}.items():
            assert {(row["key"], row["end"]) for row in episodes if row["known"] == known} == expected
            kinds[known] += len(expected)
        assert {row["known"] for row in found if row["kind"] == "state"} <= {"both"}
    assert kinds["then"] > 0
    assert min(kinds["both"], kinds["now"]) > 100
