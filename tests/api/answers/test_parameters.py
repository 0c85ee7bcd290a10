"""Parameters from JSON: the values of answers, the other way round, and what is none of its type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from neo4j.time import DateTime, Time

from api.answers.parameters import parameters
from api.answers.values import told
from api.errors import BadParameterError
from tests.api.answers.typed_values import TYPED


@pytest.mark.parametrize("name", TYPED)
def test_every_type_comes_back_as_it_went_in(name: str) -> None:
    [value] = parameters({"x": TYPED[name]}).values()
    assert told(value) == TYPED[name]
    assert type(told(value)) is type(TYPED[name])


def test_a_map_that_looks_like_a_type_is_a_map() -> None:
    odd = {"$type": "map", "value": {"$type": "x", "~": "node"}}
    assert parameters({"x": odd, "y": {"~": "node", "id": 5}}) == {
        "x": {"$type": "x", "~": "node"},
        "y": {"~": "node", "id": 5},
    }


def test_an_instant_keeps_its_zone() -> None:
    said = parameters({"at": TYPED["zoned"], "z": {"$type": "datetime", "value": "2020-07-01T04:00Z"}})
    assert isinstance(said["at"], DateTime)
    assert said["at"].tzinfo.zone == "America/New_York"
    elsewhere = {"$type": "datetime", "value": "2020-07-01T04:00:00.5Z", "zone": "America/New_York"}
    assert told(parameters({"x": elsewhere})["x"]) == TYPED["zoned"]


def test_a_time_has_the_zone_that_its_type_says() -> None:
    said = parameters(
        {"a": {"$type": "time", "value": "12:30Z"}, "b": {"$type": "localtime", "value": "12:30"}}
    )
    assert isinstance(said["a"], Time)
    assert said["a"].tzinfo is not None
    assert said["b"].tzinfo is None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"$type": "datetime", "value": "2020-12-05T12:00"}, "no time zone"),
        ({"$type": "datetime", "value": "2020-12-05T12:00Z", "zone": "Europe/Nowhere"}, "'Europe/Nowhere'"),
        ({"$type": "datetime", "value": "2020-12-05T12:00Z", "zone": 1}, "no time zone"),
        ({"$type": "localdatetime", "value": "2020-12-05T12:00Z"}, "has a time zone"),
        ({"$type": "time", "value": "12:00"}, "no time zone"),
        ({"$type": "localtime", "value": "12:00+01:00"}, "has a time zone"),
        ({"$type": "date", "value": "the fifth"}, "no date"),
        ({"$type": "date", "value": 5}, "no date"),
        ({"$type": "duration", "value": "an hour"}, "no duration"),
        ({"$type": "bytes", "value": "?"}, "no bytes"),
        ({"$type": "point", "coordinates": [1, 2, 3]}, "coordinates"),
        ({"$type": "point", "coordinates": ["NaN", 2]}, "no number"),
        ({"$type": "point", "coordinates": [True, 2]}, "no number"),
        ({"$type": "point", "coordinates": [10**400, 2]}, "too large"),
        ({"$type": "point"}, "'coordinates' is missing"),
        ({"$type": "node", "id": 1}, "no type of a parameter"),
        ({"$type": ["date"], "value": "2020-12-05"}, "no type of a parameter"),
        ({"$type": "integer"}, "'value' is missing"),
        ({"$type": "integer", "value": 1.7}, "no whole number"),
        ({"$type": "integer", "value": True}, "no whole number"),
        ({"$type": "integer", "value": "1_000"}, "JSON"),
        ({"$type": "integer", "value": str(2**63)}, "64 bits"),
        ({"$type": "integer", "value": str(-(2**63) - 1)}, "64 bits"),
        ({"$type": "float", "value": "infinity"}, "JSON"),
        ({"$type": "float", "value": "1_0.5"}, "JSON"),
        ({"$type": "float", "value": "1e999"}, "larger"),
        ({"$type": "float", "value": False}, "no number"),
        (2**63, "64 bits"),
        (float("nan"), "no such number"),
        (float("inf"), "no such number"),
        ("\ud800", "surrogates"),
        ({"\ud800": 1}, "surrogates"),
        (json.loads("[" * 40 + "]" * 40), "deep"),
    ],
)
def test_what_is_none_of_its_type_is_told(value: Any, says: str) -> None:
    with pytest.raises(BadParameterError, match=r"^parameters\.x: ") as refusal:
        parameters({"x": [value]})
    assert says in str(refusal.value)
