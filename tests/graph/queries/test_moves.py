"""Queries over fixes, against the fixes themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ontology.times import to_ms

FERRY = "urn:diurnal:subject:mmsi:367000150"
Saved = Callable[..., list[dict[str, Any]]]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 12, day, hour, minute, tzinfo=UTC)


def within(fixes: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    return fixes.filter(pl.col("ms").is_between(to_ms(start), to_ms(end)))


def metres(lons: Any, lats: Any, lon: float, lat: float) -> Any:
    """Great-circle distance on the sphere that Neo4j measures on."""
    x, y, x0, y0 = (np.radians(each) for each in (np.asarray(lons), np.asarray(lats), lon, lat))
    half = np.sin((y - y0) / 2) ** 2 + np.cos(y) * np.cos(y0) * np.sin((x - x0) / 2) ** 2
    return 2 * 6_378_140.0 * np.arcsin(np.sqrt(half))


def test_near_position(saved: Saved, week: Any) -> None:
    when, (lon, lat), radius, around = at(2, 12), (-74.0723, 40.6445), 800.0, timedelta(minutes=20)
    found = saved("near-position", at=when.isoformat(), lon=lon, lat=lat, within=radius, around="PT20M")
    fixes = within(week.fixes, when - around, when + around)
    fixes = fixes.with_columns(pl.Series("metres", metres(fixes["lon"], fixes["lat"], lon, lat)))
    near = fixes.filter(pl.col("metres") <= radius).group_by("subject").agg(pl.len(), pl.col("metres").min())
    assert len(near) >= 2
    assert {row["subject"]: row["fixes"] for row in found} == dict(near.select("subject", "len").rows())
    assert {row["subject"]: row["metres"] for row in found} == pytest.approx(
        dict(near.select("subject", "metres").rows()), rel=1e-3
    )
    assert [row["metres"] for row in found] == sorted(row["metres"] for row in found)


def test_near_subject(saved: Saved, week: Any) -> None:
    when, around = at(2, 22), timedelta(minutes=10)
    found = saved("near-subject", subject="mmsi:367000150", at=when.isoformat(), within=500)
    fixes = within(week.fixes, when - around, when + around)
    mine = fixes.filter(pl.col("subject") == FERRY)
    nearest = int(np.argmin(np.abs(mine["ms"].to_numpy() - to_ms(when))))
    others = fixes.filter(pl.col("subject") != FERRY)
    away = metres(others["lon"], others["lat"], mine["lon"][nearest], mine["lat"][nearest])
    near = others.filter(pl.Series(away <= 500)).group_by("subject").len()
    assert len(near) >= 2
    assert {row["subject"]: row["fixes"] for row in found} == dict(near.rows())


def test_met(saved: Saved, week: Any) -> None:
    whom = "urn:diurnal:subject:mmsi:367791540"
    found = saved("met", subject=whom, during="2020-12-02T00:00Z/2020-12-03T00:00Z", apart="PT2M")
    fixes = within(week.fixes, at(1, 22), at(3, 2))
    mine = within(fixes, at(2, 0), at(3, 0)).filter(pl.col("subject") == whom)
    expected: dict[str, int] = {}
    for ms, lon, lat in mine.select("ms", "lon", "lat").unique("ms").rows():
        near = fixes.filter((pl.col("ms") - ms).abs() <= 120_000, pl.col("subject") != whom)
        close = near.filter(pl.Series(metres(near["lon"], near["lat"], lon, lat) <= 100))
        for other in close["subject"].unique():
            expected[other] = expected.get(other, 0) + 1
    assert len(expected) >= 2
    assert {row["subject"]: row["fixes"] for row in found} == expected


def test_seen(saved: Saved, week: Any) -> None:
    [found] = saved("seen", subject="mmsi:367000150")
    fixes = week.fixes.filter(pl.col("subject") == FERRY)
    assert (to_ms(found["first"]), to_ms(found["last"])) == (fixes["ms"].min(), fixes["ms"].max())
    assert (found["last_lon"], found["last_lat"]) == (fixes["lon"][-1], fixes["lat"][-1])
    assert found["fixes"] == len(fixes.unique())
    assert found["days"] == (fixes["ms"] // 86_400_000).n_unique()
    assert found["name"] == "ANDREW J BARBERI"
    assert saved("seen", subject="mmsi:367000150", during="2021-01-01T00:00Z/..") == []


@pytest.mark.parametrize("when", [None, at(4, 12)])
def test_silent(saved: Saved, week: Any, when: datetime | None) -> None:
    found = saved("silent", quiet="PT10H", **({"at": when.isoformat()} if when else {}))
    now = week.fixes["ms"].max() if when is None else to_ms(when)
    last = week.fixes.filter(pl.col("ms") <= now).group_by("subject").agg(pl.col("ms").max())
    silent = {subject: ms for subject, ms in last.rows() if now - ms >= 10 * 3_600_000}
    assert 0 < len(silent) < 15
    assert {row["subject"]: to_ms(row["last_fix"]) for row in found} == silent
    assert [row["hours"] for row in found] == sorted((row["hours"] for row in found), reverse=True)


def test_in_box(saved: Saved, week: Any) -> None:
    found = saved("in-box", box="-74.09,40.63,-74.05,40.66", during="2020-12-02T00:30Z/2020-12-02T12:10Z")
    fixes = within(week.fixes, at(2, 0, 30), at(2, 12, 10)).unique()
    inside = fixes.filter(pl.col("lon").is_between(-74.09, -74.05), pl.col("lat").is_between(40.63, 40.66))
    counted = inside.group_by("subject").agg(pl.len(), pl.col("ms").min())
    first = dict(counted.select("subject", "ms").rows())
    assert len(counted) >= 2
    assert {row["subject"]: row["fixes"] for row in found} == dict(counted.select("subject", "len").rows())
    assert {row["subject"]: to_ms(row["first"]) for row in found} == first


def test_a_box_over_the_antimeridian_is_the_rest_of_the_world(saved: Saved) -> None:
    assert saved("in-box", box="-70,-80,-75,80", during="2020-12-02T00:00Z/2020-12-02T01:00Z") == []


def test_track(saved: Saved, week: Any) -> None:
    found = saved("track", subject="mmsi:367000150", during="2020-12-02T00:30Z/2020-12-02T12:10Z")
    fixes = within(week.fixes, at(2, 0, 30), at(2, 12, 10)).filter(pl.col("subject") == FERRY)
    rows = fixes.select("ms", "lon", "lat").unique().sort("ms", "lon", "lat").rows()
    assert len(rows) > 100
    assert [(to_ms(row["time"]), row["lon"], row["lat"]) for row in found] == rows
