"""A file that grows: appended to, rotated, truncated, and followed again."""

import gzip
from collections.abc import Generator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ingest.ais_csv import AisCsv
from ingest.ais_nmea import AisNmea
from ingest.errors import FeedError, PublishError
from ingest.feed import Feed
from ingest.follow import Follower

HEAD = b"object_id,timestamp,lon,lat\n"
OTHER = b"MMSI,BaseDateTime,LON,LAT\n"


class Following:
    """A follower whose lines are taken until there are no more for now."""

    def __init__(self, path: Path, start: dict[str, Any] | None = None, feed: Feed | None = None) -> None:
        self.follower = Follower(path, feed or AisNmea(), 0.05)
        self.stop = Event()
        self._lines: Generator[bytes | None, None, None] = self.follower.lines(start, self.stop)

    def take(self) -> list[bytes]:
        """The lines that there are: two marks in a row are a pause."""
        got: list[bytes] = []
        quiet = 0
        while quiet < 3:
            line = next(self._lines)
            quiet = quiet + 1 if line is None else 0
            if line is not None:
                got.append(line)
        return got

    def place(self, lines: int) -> dict[str, Any]:
        place = self.follower.place_after(lines)
        assert place is not None
        return place.told()

    def end(self) -> None:
        self.stop.set()
        assert all(line is None for line in self._lines)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_what_is_appended_is_read_once_it_is_a_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1\n2\nhal")
    one = Following(path)
    assert one.take() == [b"1\n", b"2\n"]
    append(path, b"f\n")
    assert one.take() == [b"half\n"]
    one.end()


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    one = Following(tmp_path / "log")
    assert one.take() == []
    append(tmp_path / "log", b"1\n")
    assert one.take() == [b"1\n"]
    one.end()


def test_a_rotated_file_is_finished_and_the_next_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1\n")
    one = Following(path)
    assert one.take() == [b"1\n"]
    append(path, b"2\nlast without end")
    path.rename(tmp_path / "log.1")
    assert one.take() == [b"2\n"]  # nothing new yet under the name: more may come in the old file
    path.write_bytes(b"3\n")
    assert one.take() == [b"last without end", b"3\n"]
    one.end()


def test_a_truncated_file_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1111\n2222\n")
    one = Following(path)
    assert len(one.take()) == 2
    path.write_bytes(b"3\n")
    assert one.take() == [b"3\n"]
    one.end()


def test_followed_again_it_goes_on_behind_what_was_published(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1\n2\n3\n")
    one = Following(path)
    assert len(one.take()) == 3
    place = one.place(2)
    one.end()
    append(path, b"4\n")
    two = Following(path, place)
    assert two.take() == [b"3\n", b"4\n"]
    two.end()


def test_what_was_rotated_meanwhile_is_finished_first(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1\n2\n3\n")
    one = Following(path)
    one.take()
    place = one.place(1)
    one.end()
    path.rename(tmp_path / "log.1")
    path.write_bytes(b"4\n")
    two = Following(path, place)
    assert two.take() == [b"2\n", b"3\n", b"4\n"]
    assert two.place(3)["inode"] == path.stat().st_ino
    two.end()


def test_another_file_of_the_same_name_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"1\n2\n3\n")
    one = Following(path)
    one.take()
    place = one.place(3)
    one.end()
    path.write_bytes(b"4\n5\n6\n7\n")  # the same inode, as long, and something else
    two = Following(path, place)
    assert two.take() == [b"4\n", b"5\n", b"6\n", b"7\n"]
    two.end()


def test_each_file_has_its_own_head(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(HEAD + b"1\n")
    one = Following(path, feed=AisCsv())
    assert one.take() == [b"1\n"]
    assert one.follower.head + b"\n" == HEAD
    place = one.place(1)
    path.rename(tmp_path / "log.csv.1")
    path.write_bytes(OTHER + b"2\n")
    assert one.take() == [b"2\n"]
    assert one.follower.head + b"\n" == OTHER
    one.end()
    append(tmp_path / "log.csv.1", b"9\n")
    two = Following(path, place, AisCsv())
    assert two.take() == [b"9\n", b"2\n"]
    two.end()


def test_what_cannot_be_followed_is_refused_with_the_remedy(tmp_path: Path) -> None:
    packed = tmp_path / "log.gz"
    packed.write_bytes(gzip.compress(b"1\n"))
    with pytest.raises(PublishError, match="without --follow"):
        Follower(packed, AisNmea(), 1).check()
    with pytest.raises(PublishError, match="no file that can be followed"):
        Follower(tmp_path, AisNmea(), 1).check()
    (tmp_path / "other").write_bytes(b"a,b\n")
    with pytest.raises(FeedError, match="no column for mmsi"):
        Following(tmp_path / "other", feed=AisCsv()).take()
