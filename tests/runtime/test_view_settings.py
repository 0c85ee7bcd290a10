"""Views and hierarchies as the settings give them."""

import json

import pytest
from pydantic import ValidationError

from ontology.views import View
from runtime.settings import Settings

TWO = {
    "open": {"attributes": {}, "floor": "*"},
    "allied": {
        "attributes": {"clearance": "secret", "nationality": ["GBR", "USA"]},
        "floor": "b & a",
    },
}


def test_without_views_there_is_one_without_a_profile() -> None:
    assert Settings().all_views() == {"all": View("all")}
    assert Settings().own_view() == "all"
    assert Settings(view="mine", view_label="b&a").all_views() == {"mine": View("mine", None, "a&b")}


def test_views_come_from_the_environment_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIURNAL_VIEWS", json.dumps(TWO))
    monkeypatch.setenv("DIURNAL_HIERARCHIES", '{"clearance": ["open", "secret"]}')
    settings = Settings()
    assert list(settings.all_views().values()) == [
        View("open", {}, "*"),
        View("allied", {"clearance": ("secret",), "nationality": ("GBR", "USA")}, "a&b"),
    ]
    assert settings.hierarchies == {"clearance": ("open", "secret")}
    assert (settings.own_view(), Settings(view="allied").own_view()) == ("open", "allied")


@pytest.mark.parametrize("name", ["operator_attribute", "audit_attribute"])
def test_an_attribute_may_be_any_expression_that_is_one(name: str) -> None:
    assert getattr(Settings(**{name: "b & a"}), name) == "a&b"  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Settings(**{name: "a &"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "views",
    [
        {"Open": TWO["open"]},
        {"open": {"attributes": {}}},
        {"open": {"attributes": {}, "floor": "a &"}},
        {"open": {"attributes": {}, "floor": "*", "flor": "*"}},
        {f"v{number}": TWO["open"] for number in range(9)},
    ],
)
def test_what_is_no_view_is_refused(views: object) -> None:
    with pytest.raises(ValidationError):
        Settings(views=views)
