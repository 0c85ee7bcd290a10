"""Queries over who is connected with whom, and by which names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import networkx as nx
import pytest

from graph.loader import Loader
from graph.reader.reader import Reader
from graph.told import Told
from ontology import iri
from ontology.observed import Identifier, Subject, SubjectState
from ontology.times import to_ms

OPPORTUNITY, H207, H200 = (f"urn:diurnal:subject:mmsi:{mmsi}" for mmsi in (367791540, 367798430, 367776270))
CALL = iri.identifier("CallSign", "WDJ4295")
"""H200's call sign."""
Saved = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def renamed(harbour: Reader, observed: int) -> Reader:
    """H207 says that it is called H200 since 3 December, with that one's call sign."""
    start = datetime(2020, 12, 3, 7, tzinfo=UTC)
    state = iri.state(H207, "marinecadastre", "*", start.date(), "H200")
    things = (
        Identifier(CALL, "CallSign", "WDJ4295"),
        Subject(H207, "Ship", (CALL,)),
        SubjectState(state, H207, start, "H200", "WDJ4295", None, 60, "passenger"),
    )
    told = [Told(thing, observed, to_ms(start), f"1-{n}") for n, thing in enumerate(things)]
    Loader(harbour.driver, parse=lambda _: []).write_told("knowledge", 1, 0, told, len(told))
    return harbour


def connected(week: Any) -> Any:
    """Subjects and the places where they stayed, stay by stay, as a graph of its own."""
    net = nx.Graph()
    for stay in week.concluded.stays:
        if stay.place is not None:
            net.add_edge(stay.subject, stay.key)
            net.add_edge(stay.key, stay.place)
    return net


def test_path_between(saved: Saved, week: Any) -> None:
    net = connected(week)
    subjects = sorted({stay.subject for stay in week.concluded.stays})
    lengths: Counter[int] = Counter()
    for other in subjects:
        if other == OPPORTUNITY:
            continue
        found = saved("path-between", subject=OPPORTUNITY, other=other)
        if not nx.has_path(net, OPPORTUNITY, other):
            assert found == []
            continue
        [row] = found
        assert row["steps"] == nx.shortest_path_length(net, OPPORTUNITY, other)
        nodes = [node["properties"]["key"] for node in row["way"]["nodes"]]
        assert (nodes[0], nodes[-1]) == (OPPORTUNITY, other)
        assert all(net.has_edge(*edge) for edge in pairwise(nodes))
        lengths[row["steps"]] += 1
    assert lengths[4] >= 3


def test_path_over_identifiers(saved: Saved, renamed: Reader) -> None:
    assert renamed
    [row] = saved("path-between", subject=H207, other=H200)
    assert row["steps"] == 2
    assert row["over"] == ["CallSign WDJ4295"]


def test_shared_identifiers(saved: Saved, renamed: Reader) -> None:
    assert renamed
    assert saved("shared-identifiers") == [
        {"scheme": "CallSign", "value": "WDJ4295", "claimants": 2, "subjects": sorted([H207, H200])}
    ]
    assert saved("shared-identifiers", scheme="IMO") == []


def test_changed_identity(saved: Saved, renamed: Reader) -> None:
    assert renamed
    told = defaultdict(list)
    for row in saved("changed-identity"):
        assert row["subject"] == H207
        told[row["what"]].append((row["value"], row["first"].date().isoformat()))
    assert told == {
        "name": [("H207", "2020-06-30"), ("H200", "2020-12-03")],
        "call sign": [("WDJ6505", "2020-06-30"), ("WDJ4295", "2020-12-03")],
    }
    assert saved("changed-identity", subject=OPPORTUNITY) == []
