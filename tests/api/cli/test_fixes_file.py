"""A file becomes columns: both forms of the feed, packed or not, and what cannot be believed by its line."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from api.cli.errors import InputError
from api.cli.fixes_file import read
from ingest import registry
from runtime.settings import Settings

FOUR = b"object_id,timestamp,lon,lat\n367000150,2020-12-01T00:00:00,-74.0,40.7\n367000150,x,-74.0,40.7\n"
FULL = (
    b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,"
    b"Cargo,TransceiverClass\n"
    b"367000140,2020-12-01T00:02:00,40.6,-74.1,0.1,10.0,11,NEWER NAME,IMO7702774,WYR3371,60,0,94,21,4,,A\n"
    b"367000140,2020-12-01T00:00:00,40.6,-74.1,0.1,10.0,11,OLDER NAME,IMO7702774,WYR3371,60,0,94,21,4,,A\n"
)
AIS = registry.feed("ais")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_four_columns(tmp_path: Path, settings: Settings, pack: type[bytes]) -> None:
    file = tmp_path / "week.csv"
    file.write_bytes(pack(FOUR))
    given = read(AIS, str(file), settings)
    assert given.subjects.tolist() == ["urn:diurnal:subject:mmsi:367000150"]
    assert given.times.tolist() == [1606780800000]
    np.testing.assert_allclose([given.lons[0], given.lats[0]], [-74.0, 40.7])
    assert given.names == {}
    assert [line for line, _ in given.rejects] == [3]


def test_the_full_form_tells_names_and_the_latest_holds(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "full.csv"
    file.write_bytes(FULL)
    given = read(AIS, str(file), settings)
    assert given.times.tolist() == [1606780920000, 1606780800000]
    assert given.names == {"urn:diurnal:subject:mmsi:367000140": "NEWER NAME"}


def test_standard_input(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FOUR)))
    assert len(read(AIS, "-", settings).times) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello\n", "no column"),
        (FOUR.splitlines(keepends=True)[0], "no fix"),
        (b"object_id,timestamp,lon,lat\n12,2020-12-01T00:00:00,-74.0,40.7\n", "line 2"),
        (gzip.compress(FOUR * 1000, mtime=0)[:80], "cannot be read|breaks off"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, settings: Settings, content: bytes, said: str) -> None:
    file = tmp_path / "bad"
    file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read(AIS, str(file), settings)


def test_a_missing_file(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="nowhere"):
        read(AIS, str(tmp_path / "nowhere"), settings)


def test_sightings_are_no_fixes(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "reads.csv"
    file.write_bytes(b"plate,time,lat,lon\nAB12CDE,2024-03-01T10:00:00Z,51.5,-0.1\n")
    with pytest.raises(InputError, match="diurnal ingest anpr"):
        read(registry.feed("anpr"), str(file), settings)
