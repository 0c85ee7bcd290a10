from dataclasses import replace
from types import ModuleType

import pytest

from graph.reader import findings, gaps, stays, trips
from graph.reader.errors import NotKnownError
from graph.reader.listing import Asked, Order
from graph.reader.page import After
from graph.reader.reader import Reader
from graph.reader.within import Box, Interval


def test_stays_page_by_page_are_all_stays_once_in_order(reader: Reader) -> None:
    seen: list[tuple[object, str]] = []
    after: After | None = None
    while True:
        page = stays.listed(reader, Asked(), 3, after)
        seen += [(stay.start, stay.key) for stay in page.items]
        after = page.after
        if after is None:
            break
    assert len(seen) == 13
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("order", list(Order))
def test_findings_page_by_page_even_where_surprises_are_equal(reader: Reader, order: Order) -> None:
    whole = findings.listed(reader, Asked(), 10, order=order).items
    seen: list[str] = []
    after: After | None = None
    for _ in range(3):
        page = findings.listed(reader, Asked(), 1, after, order)
        seen += [finding.key for finding in page.items]
        after = page.after
    assert after is None
    assert seen == [finding.key for finding in whole]
    assert len(set(seen)) == 3


def test_an_interval_picks_what_touches_it(reader: Reader, harbour: ModuleType) -> None:
    inside = Interval(harbour.at(0, 11, 15), harbour.at(0, 11, 20))
    assert [stay.key[-7:] for stay in stays.listed(reader, Asked(within=inside), 10).items] == ["ferry-0"]
    just_after = Interval(harbour.at(0, 11, 31), harbour.at(0, 11, 40))
    assert stays.listed(reader, Asked(within=just_after), 10).items == ()


def test_a_box_and_a_subject_together(reader: Reader, harbour: ModuleType) -> None:
    asked = Asked(subject=harbour.TUG, box=Box(-74.04, 40.72, -74.0, 40.74))
    (stay,) = stays.listed(reader, asked, 10).items
    assert (stay.place_name, stay.inferred, stay.fixes) == ("Port of Hoboken, 0.4 km NE", False, 12)


def test_trips_and_gaps_in_an_area(reader: Reader, harbour: ModuleType) -> None:
    hoboken, red_hook = Box(-74.04, 40.72, -74.0, 40.74), Box(-74.02, 40.67, -74.01, 40.68)
    assert trips.listed(reader, Asked(box=hoboken), 10).items == ()
    trip = trips.listed(reader, Asked(box=red_hook), 10).items[0]
    assert (trip.origin, trip.destination_name, trip.subject) == (harbour.PIER_11, "Red Hook", harbour.FERRY)
    assert len(gaps.listed(reader, Asked(box=red_hook), 10).items) == 1
    assert gaps.listed(reader, Asked(box=hoboken), 10).items == ()


def test_a_finding_brings_its_evidence_in_order(reader: Reader, harbour: ModuleType) -> None:
    finding = next(f for f in findings.listed(reader, Asked(kind="unusual hour"), 10).items)
    assert [e.start for e in finding.evidence] == [harbour.at(4, 11), harbour.at(5, 4)]
    assert finding.evidence[0].place_name == "Pier 11, 0.3 km E of New York"
    assert finding.subject_name == "NYC FERRY ONE"
    assert finding.timezone == "America/New_York"
    assert findings.get(reader, finding.key) == finding


def test_a_finding_of_no_place_lies_where_its_evidence_does(reader: Reader, harbour: ModuleType) -> None:
    hoboken, red_hook = Box(-74.04, 40.72, -74.0, 40.74), Box(-74.02, 40.67, -74.01, 40.68)
    key = f"urn:diurnal:finding:{harbour.VIEW}:1"
    at = "MATCH (:Finding {key: $key})-[r:AT]->(:Place) SET r._to = $to"
    reader.driver.execute_query(at, key=key, to=5)
    try:
        found = findings.listed(reader, Asked(box=hoboken), 10).items
        assert [(one.key, one.place) for one in found] == [(key, None)]
        assert key not in [one.key for one in findings.listed(reader, Asked(box=red_hook), 10).items]
    finally:
        reader.driver.execute_query(at, key=key, to=2**63 - 1)


def test_the_most_surprising_comes_first(reader: Reader) -> None:
    assert findings.listed(reader, Asked(), 1).items[0].surprise == 4.5


def test_what_was_superseded_is_not_shown(reader: Reader, harbour: ModuleType) -> None:
    close, reopen = 5, 2**63 - 1
    key = "urn:diurnal:stay:everyone:odd"
    set_to = "MATCH (n:Stay {key: $key}) SET n._to = $to"
    reader.driver.execute_query(set_to, key=key, to=close)
    try:
        assert len(stays.listed(reader, Asked(subject=harbour.TUG), 10).items) == 6
    finally:
        reader.driver.execute_query(set_to, key=key, to=reopen)
    assert len(stays.listed(reader, Asked(subject=harbour.TUG), 10).items) == 7


def test_another_view_shows_nothing_of_this_one(reader: Reader, harbour: ModuleType) -> None:
    other = replace(reader, sight=replace(reader.sight, view="other"))
    assert stays.listed(other, Asked(), 10).items == ()
    with pytest.raises(NotKnownError):
        findings.get(other, f"urn:diurnal:finding:{harbour.VIEW}:1")
