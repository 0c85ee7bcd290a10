"""Which workers conclude."""

import pytest

from ontology.views import View
from runtime.concluders import concluders, readers
from runtime.errors import SettingsError
from runtime.settings import Settings

VIEW = {"attributes": {"clearance": ["open"]}, "floor": "clearance=open"}


def test_without_views_there_is_one_as_ever() -> None:
    alone = Settings(view="mine", view_label="a & b")
    assert concluders(alone) == {"analytics": View("mine", None, "a&b")}
    assert readers(alone) == ("ingest", "analytics", "graph")


def test_each_view_has_a_group_of_its_name() -> None:
    several = Settings(views={"one": VIEW, "two": VIEW})  # type: ignore[dict-item]
    assert list(concluders(several)) == ["analytics-one", "analytics-two"]
    assert concluders(several, "two") == {"analytics-two": several.all_views()["two"]}
    assert readers(several) == ("ingest", "analytics-one", "analytics-two", "graph")
    with pytest.raises(SettingsError, match="there is one, two"):
        concluders(several, "tow")
