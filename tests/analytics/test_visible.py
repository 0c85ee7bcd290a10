"""What a view concludes from."""

from __future__ import annotations

import pytest

from analytics.visible import Visible
from ontology.views import View
from runtime.record import DISTRIBUTION_ID, SECURITY_LABEL, Headers, Record

ORDER = {"clearance": ("open", "secret", "top")}
SECRET = Visible(View("secret", {"clearance": ("secret",)}, "clearance=secret"), ORDER)


def record(label: str | None, distribution: str | None = "a") -> Record:
    said = {SECURITY_LABEL: label, DISTRIBUTION_ID: distribution}
    return Record("knowledge", None, b"", Headers.of({k: v for k, v in said.items() if v is not None}))


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        ("*", True),
        ("clearance=open", True),
        ("clearance=secret", True),
        ("clearance=top", False),
        ("clearance=secret & vetted", False),
        ("!", False),
        (None, False),
        ("no label (", False),
        ("", False),
    ],
)
def test_the_label_decides(label: str | None, seen: bool) -> None:
    assert SECRET(record(label)) is seen
    assert SECRET(record(label)) is seen, "the second time as the first"


def test_what_was_withdrawn_when_the_view_began_is_not_seen_whatever_its_label() -> None:
    without = Visible(View("all"), {}, {"gone"})
    assert not without(record("*", "gone"))
    assert without(record("*", "here"))


def test_conclusions_are_nobodys_observations() -> None:
    everything = Visible(View("all"), {})
    assert everything(record("*", "derivedly"))
    assert everything(record("clearance=top", None))
    assert not everything(record("*", "derived:all"))
    assert not SECRET(record("*", "derived:other"))


@pytest.mark.parametrize("label", ["!", None, "no label (", ""])
def test_what_nobody_may_see_is_no_views(label: str | None) -> None:
    assert not Visible(View("all"), {})(record(label))


def test_among() -> None:
    records = [record("*"), record("clearance=top"), record("clearance=open")]
    assert SECRET.among(records) == [records[0], records[2]]
