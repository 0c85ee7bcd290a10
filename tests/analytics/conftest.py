"""The week of December 2020 in New York Harbor, as tracks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analytics.track import Track
from ontology import iri

WEEK = Path(__file__).parents[2] / "examples" / "data" / "ny_harbor_2020_12_first_week.csv.gz"


@pytest.fixture(scope="session")
def week() -> dict[str, Track]:
    """Subject's IRI → its fixes."""
    rows = pl.read_csv(WEEK).with_columns(
        pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("ms")
    )
    return {
        iri.subject("mmsi", str(mmsi)): Track.of(
            *(group[name].to_numpy() for name in ("timestamp", "lon", "lat"))
        )
        for (mmsi,), group in rows.partition_by("object_id", as_dict=True).items()
    }


class Fleet(dict[str, Track]):
    """Tracks that show themselves briefly when a test fails."""

    def __repr__(self) -> str:
        return f"{len(self)} tracks"


@pytest.fixture(scope="session")
def fleet(week: dict[str, Track]) -> Fleet:
    """Nine of them: ferries that share landings, tugs, a pilot boat and one that is seen for a day."""
    mmsis = (
        367791540, 368139870, 367776270, 366990560, 366851680, 367000150, 367799590, 338361433, 367645150,
    )  # fmt: skip
    return Fleet({iri.subject("mmsi", str(mmsi)): week[iri.subject("mmsi", str(mmsi))] for mmsi in mmsis})


@pytest.fixture(scope="session")
def end(week: dict[str, Track]) -> int:
    """Just after the last fix of the week, epoch milliseconds."""
    return 1 + max(int(track.times[-1]) for track in week.values())


def track_of(*fixes: tuple[float, float, float]) -> Track:
    """A track of (minutes since 2020-12-01 12:00 UTC, metres east, metres north) of the Battery."""
    minutes, east, north = np.array(fixes, np.float64).reshape(-1, 3).T
    times = 1_606_824_000_000 + np.round(minutes * 60_000).astype(np.int64)
    return Track.of(times, -74.017 + east / 84_320.0, 40.70 + north / 111_195.0)
