"""What a user sees as of T is the graph of the records that they are cleared for and that were known by T.

Random small histories go through the real loader into the real Neo4j, whole, and once more only as far as a
user may see and a moment knows; what they see of both must be the same.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import pairwise
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.rdf_rest import rest
from graph.told import Told
from ontology.observed import Identifier, Subject, SubjectState, Tick
from ontology.quads import quads
from ontology.times import OPEN, to_ms
from tests.graph.conftest import SHIP, Telling
from tests.graph.visible import Dump, dump

VIEW: Final = 9
"""The pair of a view's conclusions."""
OBSERVED: Final = (1, 2, 3)
TUG: Final = "urn:diurnal:subject:mmsi:367000150"
MMSI: Final = "urn:diurnal:identifier:MMSI:367073680"
THEIRS: Final = "http://example.org/hull"
LAST: Final = 6
NOW: Final = OPEN - 1


def moment(known_at: int) -> int:
    return to_ms(Telling.at(known_at))


def said(text: str) -> Any:
    return rest(text.encode(), "text/turtle", quads(text.encode(), "text/turtle"), [])


def observations() -> list[list[Any]]:
    """Things to observe: some say the same of the same at another time, or in other pieces."""
    kinds = [Subject(SHIP, "Ship", (MMSI, THEIRS)), Subject(SHIP, "Ship"), Subject(TUG, "Device", (MMSI,))]
    identifiers = [Identifier(MMSI, "MMSI", "367073680"), Identifier(THEIRS, "Hull", "12")]
    states = [
        SubjectState(f"urn:state:{number}", SHIP, Telling.at(start), name=name)
        for number, name in ((0, "ADA"), (1, "EVE"))
        for start in (10, 20, 30)
    ]
    states += [SubjectState("urn:state:0", TUG, Telling.at(15), name="ADA")]
    states += [SubjectState("urn:state:0", SHIP, Telling.at(5), name="other words")]
    segments = [
        Telling.segment(seconds, subject=subject)
        for subject in (SHIP, TUG)
        for seconds in ([0, 60], [60, 120], [0, 60, 120], [120], [0])
    ]
    segments += [Telling.segment([0, 60], speed=9.0)]
    ticks = [Tick("urn:diurnal:source:noaa", Telling.at(at)) for at in (5, 50)]
    rests = [
        said("<urn:a> <urn:p> <urn:b> ."),
        said("<urn:a> <urn:p> <urn:b>, 'x' ."),
        said("<urn:b> <urn:p> 7 . <urn:a> <urn:q> 'x' ."),
    ]
    return [kinds, [*identifiers, *ticks], states, segments, rests]


def conclusions() -> list[Any]:
    """Things to conclude, to conclude otherwise, and to take back."""
    stays = [Telling.stay(start) for start in (0, 1000)]
    others = [Telling.stay(start, end=start + 600) for start in (0, 1000)]
    findings = [Telling.finding(stays), Telling.finding(stays[:1]), Telling.finding(stays, "Twice.")]
    gone = [Telling.retraction(thing) for thing in (*stays, findings[0])]
    return [Telling.place(), *stays, *others, *findings, *gone]


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Records in the order in which they are loaded; when they became known follows no order."""
    known = st.integers(1, LAST)
    observed = [st.tuples(st.sampled_from(some), st.sampled_from(OBSERVED), known) for some in observations()]
    concluded = st.tuples(st.sampled_from(conclusions()), st.just(VIEW), known)
    records = draw(st.lists(st.one_of(*observed, concluded, concluded), min_size=12, max_size=30))
    return [Telling.told(thing, at, pair, offset=offset) for offset, (thing, pair, at) in enumerate(records)]


EXAMPLES: Final = int(os.environ.get("DIURNAL_TEST_HISTORIES", "30"))
QUIET: Final = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
SIGHTS: Final = st.sets(st.sampled_from([*OBSERVED, VIEW]), min_size=1, max_size=3)


def test_what_one_sees_is_the_graph_of_what_one_may_know(loading: Any, new_loader: Any) -> None:
    shown: Counter[str] = Counter()

    def loaded(records: list[Told], cuts: set[int], forgets: bool) -> Dump:
        loading.again()
        for start, end in pairwise(sorted({0, len(records), *(cut for cut in cuts if cut < len(records))})):
            if forgets:
                loading.loader = new_loader()
            loading.load(*records[start:end])
        return dump(loading.driver)

    @QUIET
    @given(histories(), SIGHTS, st.integers(2, LAST - 1), st.sets(st.integers(1, 30)), st.booleans())
    def compare(history: list[Told], allowed: set[int], known_by: int, cuts: set[int], forgets: bool) -> None:
        at = moment(known_by)
        permitted = [told for told in history if told.pair in allowed and told.known_at <= at]
        whole = loaded(history, cuts, forgets)
        found, expected = whole.seen(allowed, at), loaded(permitted, cuts, forgets).seen(allowed, at)
        assert found == expected
        shown.update(kind.split("'")[1] for kind in found[1].elements())
        shown["some, and not all"] += bool(found[0]) and found[0] != whole.seen({*OBSERVED, VIEW}, NOW)[0]

    compare()
    kinds = {"HAS_TRACK", "HAS_STATE", "IDENTIFIED_BY", "STATEMENT", "EVIDENCE", "STAYED", "AT"}
    # Else it would prove nothing: it compares what is there, and hides what else there is.
    assert shown["some, and not all"] > EXAMPLES // 2
    assert shown.keys() >= kinds
