"""Claims become attributes by the mapping alone, and odd ones are not held."""

from typing import Any

import pytest

from api.identity.claims import LONGEST, MOST_VALUES, Path, attributes

CLAIMS: dict[str, Any] = {
    "clearance": "secret",
    "realm_access": {"roles": ["pilot", "analyst"]},
    "https://example.org/unit": "7th",
    "vetted": True,
    "flags": [True, False, "maybe"],
    "a.b": "top",
}


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("clearance", ("secret",)),
        ("realm_access.roles", ("pilot", "analyst")),
        (["realm_access", "roles"], ("pilot", "analyst")),
        (["https://example.org/unit"], ("7th",)),
        ("vetted", ("true",)),
        ("flags", ("true", "false", "maybe")),
    ],
)
def test_claims_by_where_they_stand(path: Path, held: tuple[str, ...]) -> None:
    assert attributes(CLAIMS, {"x": path}) == {"x": held}


@pytest.mark.parametrize(
    "path", ["missing", "clearance.x", "realm_access", "realm_access.0", "a.b", "", [], "."]
)
def test_what_is_not_there_is_not_held(path: Path) -> None:
    assert attributes(CLAIMS, {"x": path}) == {}


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        7,
        1.5,
        {},
        {"secret": True},
        [],
        [None],
        ["secret", 7],
        ["secret", ["top"]],
        ["secret", ""],
        "x" * (LONGEST + 1),
        ["x"] * (MOST_VALUES + 1),
    ],
    ids=lambda said: repr(said)[:20],
)
def test_odd_values_are_not_held_nor_is_what_stands_beside_them(said: Any) -> None:
    assert attributes({"clearance": said}, {"clearance": "clearance"}) == {}


def test_without_a_mapping_nothing_is_held() -> None:
    assert attributes(CLAIMS, {}) == {}


def test_a_claim_that_is_named_like_an_attribute_gives_nothing_by_its_name() -> None:
    assert attributes({"clearance": "top", "level": "open"}, {"clearance": "level"}) == {
        "clearance": ("open",)
    }


def test_a_value_is_a_text_and_no_expression() -> None:
    said = "open|clearance=top & *"
    assert attributes({"level": said}, {"clearance": "level"}) == {"clearance": (said,)}
