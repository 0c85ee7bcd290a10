"""`diurnal rules`: files that are read, what is wrong with them, and a rule tried on a file of fixes."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from api.cli.errors import InputError
from api.cli.main import app
from api.cli.rule_file import read
from tests.conformance.emitted import ROOT

EXAMPLE = ROOT / "examples" / "rules.yaml"
FIXES = """BaseDateTime,LON,LAT,MMSI,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Length,Width
2020-12-01T08:00:00,-74.02,40.70,367073680,0.1,0,0,A,,,60,,
2020-12-01T08:05:00,-74.00,40.70,367073680,0.1,0,0,A,,,60,,
2020-12-01T12:00:00,-74.02,40.70,367073680,0.1,0,0,A,,,60,,
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_example_can_be_read() -> None:
    rules = read(EXAMPLE)
    assert len(rules) == 5
    assert len({rule.name for rule in rules}) == 5


@pytest.mark.parametrize(
    "text",
    [
        "{name: w, subjects: [mmsi:1], silent: PT1H}",
        "[{name: w, subjects: [mmsi:1], silent: PT1H}]",
        "rules: [{name: w, subjects: [mmsi:1], silent: PT1H}]",
    ],
)
def test_one_or_several(tmp_path: Path, text: str) -> None:
    (rule,) = read(write(tmp_path / "r.yaml", text))
    assert rule.name == "w"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{name: w, subjects: [mmsi:1], silent: PT1H, when: now}", ["rule 'w', when", "not permitted"]),
        ("{name: w, subjects: [367], silent: PT1H}", ["rule 'w', subjects.0"]),
        ("{name: w, subjects: [tug], silent: PT1H}", ["'tug' has no scheme"]),
        ("{name: w, subjects: [mmsi:1]}", ["exactly one of enters, leaves, silent, near, meets"]),
        ("[{name: w, subjects: [mmsi:1], silent: PT1H}, 7]", ["rule 2"]),
        ("{name: w, subjects: [mmsi:1], enters: {circle: {lon: 200, lat: 0, radius_m: 5}}}", ["circle.lon"]),
        (
            "{name: w, subjects: [mmsi:1], near: {position: [0, 0], place: 'urn:diurnal:place:a:0:0'}}",
            ["near"],
        ),
        (
            "[{name: w, subjects: [mmsi:1], silent: PT1H}, {name: w, subjects: [mmsi:1], silent: PT1H}]",
            ["twice"],
        ),
        ("rules: []", ["holds no rules"]),
        ("a: [", ["no YAML"]),
    ],
)
def test_every_fault_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read(write(tmp_path / "r.yaml", text))
    for each in words:
        assert each in str(error.value)


def test_a_rule_is_tried_on_a_file(tmp_path: Path) -> None:
    rules = write(
        tmp_path / "r.yaml",
        "[{name: in, subjects: [mmsi:367073680, mmsi:9],"
        " enters: {circle: {lon: -74.0, lat: 40.7, radius_m: 500}}},"
        " {name: quiet, subjects: [mmsi:367073680], silent: PT3H}]",
    )
    fixes = write(tmp_path / "f.csv", FIXES)
    result = CliRunner().invoke(app, ["rules", "test", str(rules), "--on", str(fixes), "--json"])
    assert result.exit_code == 0, result.output
    found = orjson.loads(result.stdout)
    assert [(one["kind"], one["end"]) for one in found] == [
        ("alert: in", "2020-12-01T08:05:00+00:00"),
        ("alert: quiet", "2020-12-01T11:05:00+00:00"),
    ]
    told = CliRunner().invoke(app, ["rules", "test", str(rules), "--on", str(fixes)]).output
    assert "2020-12-01 08:05:00 UTC  in  mmsi:367073680" in told
    assert "not in the file: mmsi:9" in told
    assert "Nothing heard for 3 hours since 03:05 on Tuesday 1 December 2020" in told


def test_identifiers_are_for_the_graph(tmp_path: Path) -> None:
    rules = write(tmp_path / "r.yaml", "{name: w, subjects: [{scheme: IMO, value: '1'}], silent: PT1H}")
    fixes = write(tmp_path / "f.csv", FIXES)
    result = CliRunner().invoke(app, ["rules", "test", str(rules), "--on", str(fixes)])
    assert isinstance(result.exception, InputError)
    assert "looked up in the graph" in str(result.exception)
