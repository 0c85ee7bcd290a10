"""What a user sees as of T is the graph of the records that they are cleared for and that were known by T.

Random small histories go through the real loader into the real Neo4j, whole, and once more only as far as a
user may see and a moment knows; what they see of both must be the same.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.rdf_rest import rest
from graph.rows import named_by
from graph.told import Told
from ontology.observed import Identifier, Sighting, Subject, SubjectState, Tick
from ontology.quads import quads
from ontology.times import OPEN, to_ms
from tests.graph.conftest import SHIP, Telling
from tests.graph.visible import Dump, dump

VIEW: Final = 9
"""The pair of a view's conclusions."""
OBSERVED: Final = (1, 2)
TUG: Final = "urn:diurnal:subject:mmsi:367000150"
MMSI: Final = "urn:diurnal:identifier:MMSI:367073680"
THEIRS: Final = "http://example.org/hull"
LAST: Final = 5
NOW: Final = OPEN - 1


def moment(known_at: int) -> int:
    return to_ms(Telling.at(known_at))


def said(text: str) -> Any:
    return rest(text.encode(), "text/turtle", quads(text.encode(), "text/turtle"), [])


def observations() -> list[list[Any]]:
    """Things to observe: some say the same of the same at another time, or in other pieces."""
    kinds = [Subject(SHIP, "Ship", (MMSI, THEIRS)), Subject(SHIP, "Ship"), Subject(TUG, "Device", (MMSI,))]
    identifiers = [Identifier(MMSI, "MMSI", "367073680"), Identifier(THEIRS, "Hull", "12")]
    states = [SubjectState("urn:state:0", SHIP, Telling.at(start), name="ADA") for start in (10, 20, 30)]
    states += [SubjectState("urn:state:0", SHIP, Telling.at(5), name="other words")]
    segments = [Telling.segment(seconds) for seconds in ([0, 60], [60, 120], [0, 60, 120], [0])]
    segments += [Telling.segment([0, 60], speed=9.0), Telling.segment([0, 60], subject=TUG)]
    ticks = [Tick("urn:diurnal:source:noaa", Telling.at(at)) for at in (5, 50)]
    rests = [
        said("<urn:a> <urn:p> <urn:b> ."),
        said("<urn:a> <urn:p> <urn:b>, 'x' ."),
        said("<urn:b> <urn:p> 7 . <urn:a> <urn:q> 'x' ."),
    ]
    return [
        kinds,
        [*identifiers, *ticks],
        states,
        segments,
        rests,
        [seen_at(10), seen_at(20), seen_at(20, TUG)],
    ]


def seen_at(second: float, subject: str = SHIP) -> Sighting:
    """A sighting, under the one name that it can have."""
    bare = Sighting("", subject, "urn:diurnal:sensor:quay", "noaa", "*", Telling.at(second), confidence=0.9)
    return replace(bare, key=named_by(bare))


def conclusions() -> list[Any]:
    """Things to conclude, to conclude otherwise, and to take back."""
    stays = [Telling.stay(), Telling.stay(1000)]
    findings = [Telling.finding(stays), Telling.finding(stays, "Twice.")]
    gone = [Telling.retraction(thing) for thing in (stays[0], findings[0])]
    return [Telling.place(), *stays, Telling.stay(end=600), *findings, *gone]


def history_of(chance: Random) -> list[Told]:
    """Records in the order in which they are loaded; when they became known follows no order."""
    groups = [(some, OBSERVED) for some in observations()] + [(conclusions(), (VIEW,))] * 4
    records = []
    for offset in range(chance.randint(10, 45)):
        things, pairs = chance.choice(groups)
        told = chance.choice(things), chance.randint(1, LAST), chance.choice(pairs)
        records.append(Telling.told(*told, offset=offset))
    return records


EXAMPLES: Final = int(os.environ.get("DIURNAL_TEST_HISTORIES", "30"))
QUIET: Final = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
SIGHTS: Final = ({1}, {2}, {VIEW}, {1, 2}, {1, VIEW}, {2, VIEW}, {1, 2, VIEW})


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
    @given(st.integers(0, 2**32))
    def compare(seed: int) -> None:
        chance = Random(seed)  # noqa: S311 - a history is no secret
        history = history_of(chance)
        allowed, at = chance.choice(SIGHTS), moment(chance.randint(2, LAST))
        cuts, forgets = set(chance.sample(range(1, 45), chance.randint(0, 6))), chance.random() < 0.5
        permitted = [told for told in history if told.pair in allowed and told.known_at <= at]
        whole = loaded(history, cuts, forgets)
        found, expected = whole.seen(allowed, at), loaded(permitted, cuts, forgets).seen(allowed, at)
        assert found == expected
        shown.update(kind.split("'")[1] for kind in found[1].elements())
        shown["some, and not all"] += bool(found[0]) and found[0] != whole.seen({*OBSERVED, VIEW}, NOW)[0]

    compare()
    kinds = {
        "HAS_TRACK",
        "HAS_SIGHTING",
        "HAS_STATE",
        "IDENTIFIED_BY",
        "STATEMENT",
        "EVIDENCE",
        "STAYED",
        "AT",
    }
    # Else it would prove nothing: it compares what is there, and hides what else there is.
    assert shown["some, and not all"] > EXAMPLES // 2
    assert shown.keys() >= kinds
