"""Saved queries as files: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from graph.queries import shelf
from graph.queries.errors import ParameterError, QueriesError, UnknownQueryError
from graph.queries.kinds import KINDS, Kind, read
from graph.queries.saved import SavedQuery, used_in

GOOD = """
    title: One
    description: One ship.
    parameters:
      subject: {type: subject, description: Whom., example: "mmsi:1"}
      most: {type: integer, description: How many., default: 3}
    cypher: |
      MATCH (s {key: $subject}) RETURN s.key AS subject LIMIT $most
    columns: {subject: Its IRI.}
"""


def written(folder: Path, text: str, name: str = "one") -> Path:
    (folder / f"{name}.yaml").write_text(dedent(text))
    return folder


def test_ours_are_many_and_say_what_they_answer() -> None:
    ours = shelf.load()
    assert len(ours) >= 24
    assert list(ours) == sorted(ours)
    assert all(query.description.endswith(".") for query in ours.values())


def test_an_operator_adds_queries_in_a_folder(tmp_path: Path) -> None:
    known = shelf.load(written(tmp_path, GOOD))
    assert known.keys() - shelf.load().keys() == {"one"}
    assert shelf.named(known, "one").values({"subject": "mmsi:7"}) == {
        "subject": "urn:diurnal:subject:mmsi:7",
        "most": 3,
    }
    with pytest.raises(UnknownQueryError, match=r"'two'.*one"):
        shelf.named(known, "two")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("LIMIT $most", "LIMIT $mots", "not declared: mots"),
        ("LIMIT $most", "LIMIT 3 // $most", "not used: most"),
        ("LIMIT $most", "LIMIT size('$most')", "not used: most"),
        ("type: integer", "type: whole", "most.type"),
        ("default: 3", "default: three", "no integer"),
        (', example: "mmsi:1"', "", "needs an example"),
        ("title: One", "title: ''", "title"),
        ("title: One", "title: One\n    colour: red", "colour"),
        ("title: One", "name: two\n    title: One", "called two"),
        ("columns: {subject: Its IRI.}", "columns: {}", "columns"),
        ("title: One", "title: [", "one.yaml"),
        ("title: One", "then_and_now: most\n    title: One", "no instant"),
        ("most", "query", "may be called query"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_served(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    assert before in GOOD
    with pytest.raises(QueriesError, match=says):
        shelf.load(written(tmp_path, GOOD.replace(before, after)))


def test_a_name_is_given_once_and_a_folder_is_one(tmp_path: Path) -> None:
    with pytest.raises(QueriesError, match="saved already"):
        shelf.load(written(tmp_path, GOOD, "visitors"))
    with pytest.raises(QueriesError, match="no folder"):
        shelf.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (Kind.SUBJECT, "mmsi:367073680", "urn:diurnal:subject:mmsi:367073680"),
        (Kind.SUBJECT, "urn:x:y", "urn:x:y"),
        (Kind.PLACE, "all:-74.1:40.7", "urn:diurnal:place:all:-74.1:40.7"),
        (Kind.DURATION, "PT1M30S", 90_000),
        (Kind.DURATION, "p1dt1h", 25 * 3_600_000),
        (Kind.METRES, "12.5", 12.5),
        (Kind.NUMBER, -3, -3.0),
        (Kind.INTEGER, "9223372036854775807", 2**63 - 1),
        (Kind.INTEGER, "-9223372036854775808", -(2**63)),
        (Kind.INTEGER, 3.0, 3),
        (Kind.NUMBER, "1.5e3", 1500.0),
        (Kind.BOOLEAN, "True", True),
        (Kind.BOX, [-1, -2, 3, 4], {"west": -1.0, "south": -2.0, "east": 3.0, "north": 4.0}),
        (Kind.BOX, "170,-20,-170,-10", {"west": 170.0, "south": -20.0, "east": -170.0, "north": -10.0}),
    ],
)
def test_a_parameter_is_read_by_its_kind(kind: Kind, given: Any, value: Any) -> None:
    assert read(kind, given) == value


def test_an_interval_says_all_that_a_query_needs() -> None:
    said = read(Kind.INTERVAL, "2020-12-01T10:30+02:00/..")
    assert said["since"].isoformat() == "2020-12-01T08:30:00+00:00"
    assert said["since_hour"].isoformat() == "2020-12-01T08:00:00+00:00"
    assert said["since_ms"] == 1_606_811_400_000
    assert said["until"].year == 9999


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.SUBJECT, "367073680"),
        (Kind.SUBJECT, 5),
        (Kind.PLACE, "pier"),
        (Kind.INSTANT, "2020-12-05T12:00"),
        (Kind.INTERVAL, "2020-12-05T12:00Z/2020-12-01T12:00Z"),
        (Kind.BOX, "1,2,3"),
        (Kind.BOX, [1, 2, 3, 95]),
        (Kind.DURATION, "P1M"),
        (Kind.DURATION, "PT-5S"),
        (Kind.DURATION, "two hours"),
        (Kind.METRES, -1),
        (Kind.NUMBER, "NaN"),
        (Kind.NUMBER, "infinity"),
        (Kind.NUMBER, "1_000"),
        (Kind.NUMBER, "1e999"),
        (Kind.NUMBER, 10**400),
        (Kind.NUMBER, [1]),
        (Kind.METRES, "1_0"),
        (Kind.INTEGER, "1.7"),
        (Kind.INTEGER, "1_000"),
        (Kind.INTEGER, "+5"),
        (Kind.INTEGER, float("inf")),
        (Kind.INTEGER, -(2**63) - 1),
        (Kind.NUMBER, True),
        (Kind.INTEGER, 1.5),
        (Kind.INTEGER, 2**63),
        (Kind.TEXT, 5),
        (Kind.TEXT, "\ud800"),
        (Kind.BOOLEAN, "yes"),
    ],
)
def test_what_is_not_of_its_kind_is_told_how_to_be_written(kind: Kind, given: Any) -> None:
    with pytest.raises(ValueError, match="write ") as refusal:
        read(kind, given)
    assert KINDS[kind].form in str(refusal.value)


def test_parameters_are_missing_or_strange() -> None:
    query = SavedQuery.model_validate(
        {
            "name": "one",
            "title": "One",
            "description": "One.",
            "cypher": "RETURN $at AS at",
            "columns": {"at": "When."},
            "parameters": {
                "at": {"type": "instant", "description": "When", "example": "2020-12-05T12:00Z"},
            },
        }
    )
    for given, says in (
        ({}, "is missing: When"),
        ({"At": 1}, "there are: at"),
        ({"at": "noon"}, "no instant"),
    ):
        with pytest.raises(ParameterError, match=says):
            query.values(given)


def test_parameters_in_texts_and_comments_are_none() -> None:
    cypher = 'RETURN $a + \'$b\' + "$c\\"$d" + `$e` // $f\n /* $g\n */ + $h'
    assert used_in(cypher) == {"a", "h"}
