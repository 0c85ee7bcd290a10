"""What the numbers of AIS mean."""

import pytest

from ingest.ais_codes import imo_number, kind, type_name


@pytest.mark.parametrize(
    ("mmsi", "expected"),
    [
        ("367073680", "Ship"),
        ("235000000", "Ship"),
        ("775999999", "Ship"),
        ("111366001", "Aircraft"),
        ("003669999", "Device"),
        ("970123456", "Device"),
        ("982351234", "Device"),
        ("993672001", "Device"),
        ("812345678", "Device"),
        ("112345678", "Device"),
    ],
)
def test_kinds(mmsi: str, expected: str) -> None:
    assert kind(mmsi) == expected


@pytest.mark.parametrize(("code", "expected"), [(60, "passenger"), (69, "passenger"), (52, "tug")])
def test_types(code: int, expected: str) -> None:
    assert type_name(code) == expected


@pytest.mark.parametrize("code", [1, 10, 38, 1012])
def test_types_without_a_meaning(code: int) -> None:
    assert type_name(code) is None


def test_imo_numbers_have_a_check_digit() -> None:
    assert imo_number("IMO9074729") == "9074729"
    assert imo_number("9074729") == "9074729"
    assert imo_number("IMO9074728") is None
    assert imo_number("IMO0000000") is None
    assert imo_number("IMO896876500") is None
    assert imo_number("") is None
