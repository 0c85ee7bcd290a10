"""Views: whom they let read, and what they see."""

import pytest

from ontology.labels import Attributes
from ontology.views import View, covers, distribution_of, view_of

ORDER = {"clearance": ("open", "secret", "top")}
ALLIED = View("allied", {"clearance": ("secret",), "nationality": ("GBR", "USA")}, "clearance=secret")


@pytest.mark.parametrize(
    ("held", "may"),
    [
        ({"clearance": ["secret"], "nationality": ["GBR", "USA"]}, True),
        ({"clearance": ["top"], "nationality": ["USA", "GBR", "FRA"]}, True),
        ({"clearance": ["open"], "nationality": ["GBR", "USA"]}, False),
        ({"clearance": ["secret"], "nationality": ["GBR"]}, False),
        ({"nationality": ["GBR", "USA"]}, False),
        ({"clearance": ["TOP"], "nationality": ["GBR", "USA"]}, False),
        ({}, False),
    ],
)
def test_each_value_of_the_profile_is_held_or_outranked(held: Attributes, may: bool) -> None:
    assert covers(held, ALLIED, ORDER) is may


def test_without_a_hierarchy_nothing_outranks() -> None:
    assert not covers({"clearance": ["top"], "nationality": ["GBR", "USA"]}, ALLIED, {})


@pytest.mark.parametrize(("held", "may"), [({"vetted": ["TRUE"]}, True), ({"vetted": ["no"]}, False)])
def test_the_floor_must_pass_as_well(held: Attributes, may: bool) -> None:
    assert covers(held, View("all", None, "vetted"), {}) is may


def test_truth_values_of_a_profile_are_of_any_case() -> None:
    assert covers({"vetted": ["true"]}, View("v", {"vetted": ("True",)}, "*"), {})


def test_a_view_sees_what_its_profile_passes() -> None:
    assert ALLIED.sees("clearance=open&nationality=GBR", ORDER)
    assert not ALLIED.sees("clearance=top", ORDER)
    assert not View("open", {}, "*").sees("vetted", {})
    assert View("all").sees("vetted", {})


def test_the_name_is_in_the_distribution() -> None:
    assert view_of(distribution_of("allied")) == "allied"
    assert view_of("marinecadastre-ais") is None
