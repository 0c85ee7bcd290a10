import polars as pl
import pytest

from analytics.scoring.degraded import Condition
from analytics.scoring.meetings import of_frames
from analytics.track import Track
from tests.analytics.relations.people import person

CLEAN = (Condition("clean"),)


def positions(*tracks: Track) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {"agent_id": [7 + k] * len(track), "time": track.times, "lon": track.lons, "lat": track.lats}
        ).with_columns(pl.from_epoch("time", time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%S"))
        for k, track in enumerate(tracks)
    )


def truth(*rows: tuple[int, int, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["agent_a", "agent_b", "start", "end", "venue_type"], orient="row")


FIXES = positions(
    person([(0, 0, 120), (900, 900, 60), (0, 0, 60), (400, 900, 60)]),
    person([(3000, 0, 120), (900, 900, 60), (3000, 0, 60), (400, 900, 60)]),
)
BAR = (8, 7, "2024-01-01 02:00:00", "2024-01-01 02:55:00", "Pub")
DESK = (7, 8, "2024-01-01 04:00:00", "2024-01-01 04:55:00", "Workplace")


def test_what_is_found_is_paired_with_what_is_true() -> None:
    assert of_frames(FIXES, truth(BAR, DESK), conditions=CLEAN)["clean"].f1 == 1.0


def test_a_true_meeting_that_is_missed_and_a_false_one_cost() -> None:
    elsewhen = (7, 8, "2024-01-01 03:10:00", "2024-01-01 03:40:00", "Pub")
    assert of_frames(FIXES, truth(DESK, elsewhen), conditions=CLEAN)["clean"].f1 == pytest.approx(0.5)


def test_types_of_venue_are_left_out_of_what_is_true_and_of_what_is_found() -> None:
    found = of_frames(FIXES, truth(BAR, DESK), ("Pub",), CLEAN)
    assert (found["clean_quiet"].found, found["clean_quiet"].true) == (1, 1)


def test_what_is_true_nowhere_counts_as_false_in_both() -> None:
    found = of_frames(FIXES, truth(BAR), ("Pub",), CLEAN)
    assert (found["clean"].found, found["clean"].hits) == (2, 1)
    assert (found["clean_quiet"].found, found["clean_quiet"].hits) == (1, 0)
