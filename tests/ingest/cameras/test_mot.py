"""Tracks in a camera's picture."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cameras.mot import Mot
from ingest.errors import FeedError
from ingest.feed import Bounds, Named
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = to_ms(datetime(2024, 3, 1, 10, tzinfo=UTC))
GIVEN = {"sequence": "gate", "start": "2024-03-01T10:00:00Z", "ground": "1e-6,0,-0.1,0,-1e-6,51.5,0,0,1"}
LINE = b"26,3,100,200,50,80,0.9,-1,-1,-1"


def test_a_box_stands_on_the_ground_by_its_lower_edge() -> None:
    parsed = Mot().configured(GIVEN).parse(b"", LINE + b"\n1,3,100,200,50,80\n", BOUNDS)
    assert parsed.named == [Named("Person", "Track", "gate/3")]
    assert parsed.times.tolist() == [AT + 1000, AT]
    assert parsed.motion is not None
    np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [-0.1 + 125e-6, 51.5 - 280e-6])


def test_a_homography_divides_by_its_last_row() -> None:
    given = {**GIVEN, "ground": "1,0,0,0,1,0,0,0.01,1"}
    parsed = Mot().configured(given).parse(b"", b"1,1,95,40,10,60", BOUNDS)
    assert parsed.motion is not None
    np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [50, 50])


@pytest.mark.parametrize(
    "line",
    [b"x", b"1,2,3", b"0,3,1,1,1,1", b"1,-1,1,1,1,1", b"1,1,1,1,0,1", b"1,1,nan,1,1,1", b"1,1,1e12,1,1,1"],
)
def test_what_is_no_box_on_the_ground_is_refused(line: bytes) -> None:
    parsed = Mot().configured(GIVEN).parse(b"", LINE + b"\n" + line, BOUNDS)
    assert (parsed.rows.tolist(), [reject.line for reject in parsed.rejects]) == ([0], [1])


def test_a_box_to_be_ignored_is_set_aside_and_none_is_placed_without_a_calibration() -> None:
    assert list(Mot().configured(GIVEN).parse(b"", LINE.replace(b"0.9", b"0"), BOUNDS).aside) == [0]
    [reject] = Mot().parse(b"", LINE, BOUNDS).rejects
    assert "ground" in reject.reason


@pytest.mark.parametrize("change", [{"ground": "1,2"}, {"fps": "0"}, {"start": "soon"}, {"kind": "Dog"}])
def test_options_are_checked(change: dict[str, str]) -> None:
    with pytest.raises(FeedError):
        Mot().configured({**GIVEN, **change})


bent = st.tuples(st.integers(0, len(LINE)), st.binary(max_size=4)).map(
    lambda cut: (LINE[: cut[0]] + cut[1] + LINE[cut[0] + 1 :]).replace(b"\n", b"")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(bent, max_size=5))
def test_whatever_comes_every_line_is_accounted_for(some: list[bytes]) -> None:
    body = b"\n".join(some)
    parsed = Mot().configured(GIVEN).parse(b"", body, BOUNDS)
    assert parsed.lines == sum(1 for line in body.split(b"\n") if line.strip())
