"""Bad lines among good ones: each a dead letter that says why, and the good ones as if alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.scenarios.installation import HEAD, Installation, empty, same, write

Install = Callable[..., Installation]
A_DAY: Final = b",2020-12-02"
EVERY: Final = 97
"""After so many good lines comes one of the bad ones, or a blank, or one that is given twice."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is refused.

    Attributes:
        line: its bytes.
        field: the column at fault, as the file calls it; None where the line is no row at all.
        reason: what the dead letter says, among more.
    """

    line: bytes
    field: str | None
    reason: str


BAD: Final = (
    Bad(b"367791540,2020-12-02 09:0", None, "has 2 columns, and the header has 4; it may be cut off"),
    Bad(b"367791540", None, "has 1 columns"),
    Bad(b"\x17\x03\x01 garbled \x7f,,,", "object_id", "is not nine digits"),
    Bad(b'367791540,"2020-12-02 09:00:00,-74.0,40.7', None, "close every quote"),
    Bad(b"367791540,2020-12-02 09:00:00,-74.0,40.7,\xff\xfe", None, "is not UTF-8 text: byte 0xff"),
    Bad("367791540,2020-12-02 09:00:00,-74.0,40.7°".encode("latin-1"), None, "0xb0 at position 41"),
    Bad(
        b"367791540,2020-12-02 09:00:01,-74.0,91.0", "lat", "latitude 91.0 is outside -90..90; 91 is how AIS"
    ),
    Bad(b"367791540,2020-12-02 09:00:02,-181.5,40.7", "lon", "longitude -181.5 is outside"),
    Bad(b"367791540,2020-12-02 09:00:03,-74.0,", "lat", "latitude is missing"),
    Bad(b"367791540,2020-12-02 09:00:04,west,40.7", "lon", "longitude 'west' is no number"),
    Bad(b"367791540,2020-12-02 09:00:05,nan,40.7", "lon", "longitude"),
    Bad(b"367791540,1970-01-01 00:00:00,-74.0,40.7", "timestamp", "the clock was not set"),
    Bad(b"367791540,2099-12-02 09:00:00,-74.0,40.7", "timestamp", "dated in the future"),
    Bad(b"367791540,yesterday,-74.0,40.7", "timestamp", "not of the form"),
    Bad(b"367,2020-12-02 09:00:06,-74.0,40.7", "object_id", "MMSI '367' is not nine digits"),
    Bad(b"000000000,2020-12-02 09:00:07,-74.0,40.7", "object_id", "without an identity"),
    Bad(b"367791540,2020-12-02 09:00:08,-74.0,40.7,12.5,rose", None, "has 6 columns"),
    Bad(b"367791540,2020-12-02 09:00:09,-74.0,40.7\0\0", None, "NUL bytes"),
    Bad(b"\0" * 64, None, "NUL bytes"),
)
BLANK: Final = (b"", b"   ", HEAD)
"""An empty line, and a header line in the middle of a file, are nothing; not even a dead letter."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Good lines with others between them.

    Attributes:
        lines: all of them.
        bad: the number of each bad line in the file, from 1, with what is wrong there.
        twice: how many good lines are given a second time.
    """

    lines: list[bytes]
    bad: dict[int, Bad]
    twice: int


def mixed(good: list[bytes]) -> Mixture:
    """Bad, blank and repeated lines spread over good ones."""
    lines: list[bytes] = []
    bad: dict[int, Bad] = {}
    left = list(BAD)
    twice = 0
    for number, line in enumerate(good):
        lines.append(line)
        if number % EVERY == 0 and left:
            bad[len(lines) + 2] = left.pop(0)  # the first line is number 2, below the header
            lines.append(bad[len(lines) + 2].line)
        elif number % EVERY == 1:
            lines.append(BLANK[number % len(BLANK)])
        elif number % EVERY == 2:
            lines.append(good[number // 2])
            twice += 1
    assert not left
    return Mixture(lines, bad, twice)


@pytest.fixture(scope="module")
def good(week_lines: list[bytes]) -> list[bytes]:
    found = [line for line in week_lines if A_DAY in line]
    assert len(found) > 2_000
    return found


@pytest.mark.parametrize("as_if_live", [False, True], ids=["as it stands", "as if live"])
def test_bad_lines_are_dead_letters_and_the_good_ones_are_as_if_alone(
    install: Install, good: list[bytes], tmp_path: Path, as_if_live: bool
) -> None:
    clean = install()
    clean.publish(write(tmp_path / "clean.csv", good), as_if_live=as_if_live)
    assert clean.work().accepted == len(set(good))
    alone = clean.digest()
    assert "Conclusion:Stay" in alone.parts
    empty(clean.driver)

    here, mixture = install(), mixed(good)
    here.publish(write(tmp_path / "mixed.csv", mixture.lines), as_if_live=as_if_live, block_lines=500)
    counts = here.work()
    assert (counts.accepted, counts.rejected) == (len(good), len(BAD))
    assert here.fixes() == len(good)
    same(here.digest(), alone)

    letters = here.letters()
    assert sorted(letter.value for letter in letters) == sorted(
        HEAD + b"\n" + bad.line + b"\n" for bad in BAD
    )
    by_line = {bad.line: bad for bad in BAD}
    for letter in letters:
        bad = by_line[letter.value.removeprefix(HEAD + b"\n")[:-1]]
        assert bad.reason in letter.reason
        assert letter.field == bad.field
        assert (letter.source, letter.stage) == ("mixed.csv", "ingest")
        assert letter.origin.startswith(f"{here.topics.raw('ais')}/0/")
        if not as_if_live:
            assert letter.line is not None
            assert mixture.bad[letter.line] is bad
    stages = here.stages()
    assert stages["ingest", "raw.ais"].dead_letters == len(BAD)
    assert {stage.dead_letters for key, stage in stages.items() if key != ("ingest", "raw.ais")} == {0}
    assert {stage.lag for stage in stages.values()} == {0}


def test_a_block_of_nothing_but_bad_lines_stops_nobody(
    install: Install, good: list[bytes], tmp_path: Path
) -> None:
    here = install()
    here.publish(write(tmp_path / "bad.csv", [bad.line for bad in BAD]))
    here.publish(write(tmp_path / "good.csv", good[:50]))
    counts = here.work()
    assert (counts.accepted, counts.rejected) == (len(set(good[:50])), len(BAD))
    assert here.fixes() == counts.accepted
    assert here.stages()["ingest", "raw.ais"].dead_letters == len(BAD)
