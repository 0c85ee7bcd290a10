from datetime import timedelta

import numpy as np

from analytics.analyse import analyse
from analytics.relations.first_meeting import KIND, first_meetings
from analytics.relations.told import told
from analytics.track import Track
from ontology import iri, rdf
from ontology.concluded import Meeting
from ontology.times import from_ms
from tests.analytics.relations.people import DAY, MINUTE, START, person
from tests.analytics.relations.test_encounters import vessel

ANN, BOB, CID = (iri.subject("owntracks", name) for name in ("ann", "bob", "cid"))
ONE, TWO = iri.subject("mmsi", "111111111"), iri.subject("mmsi", "222222222")
LATER = START + 60 * DAY


def fortnight(home: tuple[float, float], stranger: bool) -> Track:
    """Every day at the same bar for an hour, and once, in the second week, another hour elsewhere."""
    plan = []
    for day in range(14):
        elsewhere = (700.0, 900.0) if stranger and day == 12 else home
        plan += [(*home, 720), (1500.0, 1500.0, 60), (*home, 300), (*elsewhere, 60), (*home, 300)]
    return person(plan)


def lives() -> dict[str, Track]:
    out = [(5000.0, 0.0, 14 * 1440 - 1440 - 360), (700.0, 900.0, 60), (5000.0, 0.0, 1000)]
    return {ANN: fortnight((0, 0), True), BOB: fortnight((3000, 0), False), CID: person(out)}


def test_meetings_are_told_in_order_with_how_many_there_were_before() -> None:
    found = told(lives(), LATER)
    regular = [each for each in found if each.subjects == (ANN, BOB)]
    assert [each.earlier for each in regular] == list(range(14))
    assert regular[0].kind == "standing"
    assert regular[0].start == from_ms(START + 720 * MINUTE)
    assert regular[0].end - regular[0].start == timedelta(minutes=55)
    assert all(rdf.read(rdf.write(each)) == [each] for each in found)


def test_who_meets_somebody_new_after_a_fortnight_of_the_same_is_told_with_the_counts() -> None:
    tracks = lives()
    (found,) = first_meetings(tracks, told(tracks, LATER))
    assert (found.kind, found.subject, found.place) == (KIND, ANN, None)
    assert "Met OWNTRACKS cid from 13:00 to 13:55 on Saturday 13 January 2024" in found.statement
    assert "on any of 13 days watched before" in found.statement
    assert "0 of its last 7 meetings were first ones" in found.statement
    assert found.surprise == 4.0
    assert found.evidence[0] == iri.meeting("all", (CID, ANN), int(found.start.timestamp() * 1000))


def test_who_has_met_few_says_nothing_by_a_first_meeting() -> None:
    tracks = {ANN: fortnight((0, 0), True), CID: lives()[CID]}
    assert list(first_meetings(tracks, told(tracks, LATER))) == []


def test_vessels_meet_by_the_rules_of_the_sea() -> None:
    tracks = {ONE: vessel(0, 150), TWO: vessel(400, 150, side=-1), ANN: vessel(100, 150)}
    (found,) = told(tracks, LATER)
    assert (found.kind, found.subjects, found.earlier) == ("at sea", (ONE, TWO), 0)
    close = {ONE: vessel(0, 40, step=1), TWO: vessel(40, 40, side=-1, step=1)}
    (found,) = told(close, LATER)
    assert found.kind == "in close waters"


def test_aircraft_at_neighbouring_gates_do_not_meet() -> None:
    gates = {
        iri.subject("icao24", name): person([(east, 0.0, 120)]) for name, east in (("a0", 0.0), ("a1", 20.0))
    }
    assert told(gates, LATER) == ()


def test_analyse_tells_them_beside_everything_else() -> None:
    tracks = lives()
    columns = [
        np.concatenate([getattr(each, name) for each in tracks.values()])
        for name in ("times", "lons", "lats")
    ]
    who = np.repeat(list(tracks), [len(each) for each in tracks.values()])
    found = analyse(who, *columns)
    assert found.meetings == told(tracks, LATER)
    assert all(isinstance(each, Meeting) for each in found.meetings)
    assert KIND in {each.kind for each in found.findings}
