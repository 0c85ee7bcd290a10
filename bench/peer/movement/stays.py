"""Stays by a peer, in the environment of the peers: `python stays.py PEER FILE METRES MINUTES [RUNS]`.

FILE is CSV of subject, time (epoch ms), lon, lat; JSON to stdout. Each peer is given its own data frame ready
made, and the clock runs over its detection alone, in time of the processor.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd

warnings.simplefilter("ignore")

Found = list[tuple[str, int, int]]
Ready = tuple[Callable[[], Any], Callable[[Any], Found]]


def trackintel(frame: pd.DataFrame, metres: float, minutes: float) -> Ready:
    """Sliding window of Li et al. 2008."""
    import geopandas as gpd
    import trackintel as ti

    table = pd.DataFrame({"user_id": frame["subject"], "tracked_at": frame["at"]})
    points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    fixes = ti.Positionfixes(points)

    def work() -> object:
        return fixes.generate_staypoints(
            method="sliding",
            distance_metric="haversine",
            dist_threshold=metres,
            time_threshold=minutes,
            gap_threshold=10_000,
            include_last=True,
        )[1]

    return work, lambda found: _rows(found["user_id"], found["started_at"], found["finished_at"])


def skmob(frame: pd.DataFrame, metres: float, minutes: float) -> Ready:
    """stay_locations, after Hariharan and Toyama 2004."""
    import shapely.ops

    shapely.ops.cascaded_union = shapely.ops.unary_union  # gone from shapely 2; stays do not need it
    from skmob import TrajDataFrame
    from skmob.preprocessing import detection

    naive = frame.assign(at=frame["at"].dt.tz_localize(None))
    given = TrajDataFrame(naive, latitude="lat", longitude="lon", datetime="at", user_id="subject")

    def work() -> object:
        return detection.stay_locations(
            given,
            minutes_for_a_stop=minutes,
            spatial_radius_km=metres / 1000.0,
            stop_radius_factor=1.0,
            leaving_time=True,
        )

    return work, lambda found: _rows(found["uid"], found["datetime"], found["leaving_datetime"])


def movingpandas(frame: pd.DataFrame, metres: float, minutes: float) -> Ready:
    """Stops by the minimum bounding circle of a moving window."""
    import movingpandas as mpd

    naive = frame.assign(at=frame["at"].dt.tz_localize(None))
    given = mpd.TrajectoryCollection(naive, traj_id_col="subject", t="at", x="lon", y="lat", crs="EPSG:4326")

    def work() -> object:
        return mpd.TrajectoryStopDetector(given).get_stop_time_ranges(
            min_duration=timedelta(minutes=minutes), max_diameter=metres
        )

    def rows(found: Any) -> Found:  # noqa: ANN401 - the peer's own
        table = [(each.traj_id, each.t_0, each.t_n) for each in found]
        who, start, end = zip(*table, strict=True) if table else ((), (), ())
        return _rows(pd.Series(who, dtype=object), pd.Series(start), pd.Series(end))

    return work, rows


PEERS = {"trackintel": trackintel, "skmob": skmob, "movingpandas": movingpandas}


def _rows(who: pd.Series, starts: pd.Series, ends: pd.Series) -> Found:
    def ms(series: pd.Series) -> list[int]:
        return [int(pd.Timestamp(each).timestamp() * 1000) for each in series]

    return list(zip(map(str, who), ms(starts), ms(ends), strict=True))


def main() -> None:
    """Run one peer on one file."""
    name, file, metres, minutes, *more = sys.argv[1:]
    frame = pd.read_csv(file, dtype={"subject": str})
    frame["at"] = pd.to_datetime(frame["time"], unit="ms", utc=True)
    work, rows = PEERS[name](frame, float(metres), float(minutes))
    seconds = []
    for _ in range(int(more[0]) if more else 1):
        began = time.process_time()
        found = work()
        seconds.append(time.process_time() - began)
    json.dump({"seconds": seconds, "points": len(frame), "stays": rows(found)}, sys.stdout)


if __name__ == "__main__":
    main()
