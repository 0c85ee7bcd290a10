"""Files and standard input, as lines."""

import gzip
import io
import os
import sys
from pathlib import Path
from threading import Event, Timer

import pytest

from ingest.errors import PublishError
from ingest.source import fingerprint, lines, opened, size

TEXT = b"a,b\n1,2\n3,4"


def read(source: Path | str) -> list[bytes]:
    with opened(str(source)) as (stream, _):
        return list(lines(stream, str(source)))


def test_plain_and_packed_files_give_the_same_lines(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(TEXT)
    (tmp_path / "packed").write_bytes(gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]))
    assert read(tmp_path / "plain") == read(tmp_path / "packed") == [b"a,b\n", b"1,2\n", b"3,4"]


def test_bytes_are_counted_as_they_lie_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(TEXT))
    with opened(str(path)) as (stream, count):
        stream.read()
        assert count() == size(str(path)) == path.stat().st_size


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(TEXT))))
    assert read("-") == [b"a,b\n", b"1,2\n", b"3,4"]
    assert (size("-"), fingerprint("-")) == (None, None)


def test_standard_input_ends_when_it_is_told_to_even_while_nothing_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, writer = os.pipe()
    stop = Event()
    with os.fdopen(reader, "rb") as stream, os.fdopen(writer, "wb", buffering=0) as out:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        out.write(b"1\n2")
        with opened("-", stop.is_set) as (taken, count):
            came = lines(taken, "-")
            assert next(came) == b"1\n"
            Timer(0.1, stop.set).start()
            assert list(came) == [b"2"]
            assert count() == 3


def test_a_file_that_breaks_off_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "torn").write_bytes(gzip.compress(TEXT * 100)[:-20])
    with pytest.raises(PublishError, match="breaks off"):
        read(tmp_path / "torn")


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="No such file"):
        read(tmp_path / "nowhere")
    with pytest.raises(PublishError, match="No such file"):
        fingerprint(str(tmp_path / "nowhere"))
    (tmp_path / "zstd").write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(PublishError, match="zstd -dc"):
        read(tmp_path / "zstd")
    (tmp_path / "endless").write_bytes(b"x" * (1024 * 1024 + 1))
    with pytest.raises(PublishError, match="no text of this feed"):
        read(tmp_path / "endless")
