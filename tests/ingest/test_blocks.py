"""Lines cut into blocks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.ais_csv import AisCsv
from ingest.blocks import MOST_BYTES, as_if_live, as_they_stand

HEAD = b"object_id,timestamp,lon,lat"
times = st.integers(0, 5 * 3600).map(lambda s: f"2020-12-01 {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}")
fixes = times.map(lambda t: f"367073680,{t},1,2\n".encode())
live_lines = st.lists(st.one_of(fixes, st.just(b"no time at all\n")))


@given(st.lists(st.binary(max_size=5).map(lambda b: b.replace(b"\n", b"") + b"\n")), st.integers(1, 4))
def test_every_line_is_in_one_block_in_its_order(lines: list[bytes], most: int) -> None:
    blocks = list(as_they_stand(AisCsv(), lines, most, 2))
    assert b"".join(block.body for block in blocks) == b"".join(lines)
    assert all(1 <= block.lines <= most for block in blocks)
    at = 2
    for block in blocks:
        assert block.first_line == at
        at += block.lines


def test_a_pause_gives_what_there_is() -> None:
    assert [b.body for b in as_they_stand(AisCsv(), [b"1\n", None, None, b"2\n", b"3"], 10, 1)] == [
        b"1\n",
        b"2\n3\n",
    ]


def test_a_block_stays_below_the_largest_record() -> None:
    line = b"x" * (MOST_BYTES // 3) + b"\n"
    assert [block.lines for block in as_they_stand(AisCsv(), [line] * 7, 100, 1)] == [3, 3, 1]


@settings(deadline=None)
@given(live_lines, st.integers(1, 4))
def test_as_if_live_all_lines_come_by_time_and_no_block_spans_an_hour(lines: list[bytes], most: int) -> None:
    blocks = list(as_if_live(AisCsv(), HEAD, lines, most))
    out = [line for block in blocks for line in block.body.splitlines(keepends=True)]
    assert sorted(out) == sorted(lines)
    told = [line for line in out if line[0] != ord("n")]
    assert told == sorted(told)
    for block in blocks:
        assert len({line[:23] for line in block.body.splitlines() if line[0] != ord("n")}) <= 1
        assert block.lines <= most
