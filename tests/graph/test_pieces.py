"""Track segments: what is news becomes a piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from graph import digest
from graph.pieces import COLUMNS
from ontology.times import OPEN, to_ms


def test_a_segment_is_one_node_with_arrays(loading: Any, telling: Any) -> None:
    segment = telling.segment(range(0, 600, 60))
    loading.load(telling.told(segment, 700))
    [[node, kinds]] = loading.rows(
        "MATCH (:Subject {key: $s})-[e:HAS_TRACK]->(n:TrackSegment) RETURN n, [e._sec, e._from, e._to]",
        s=segment.subject,
    )
    for name in COLUMNS[:4]:
        assert np.array_equal(node[name], getattr(segment, name))
    assert "courses" not in node
    assert node["segment"] == segment.key
    assert node["key"].startswith(segment.key + "/")
    assert node["hour"].to_native() == segment.hour
    assert node["end"].to_native() == telling.at(540)
    assert [node["fixes"], node["_sec"], node["_from"], node["_to"]] == [
        10,
        [7],
        [to_ms(telling.at(700))],
        OPEN,
    ]
    assert kinds == [[7], [to_ms(telling.at(700))], OPEN]


def test_a_fix_that_the_segment_has_is_dropped(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 700))
    loading.load(telling.told(telling.segment(range(300, 900, 60)), 800, offset=1))
    assert loading.rows("MATCH (n:TrackSegment) RETURN n.fixes, n._from[0] ORDER BY n.start") == [
        [10, to_ms(telling.at(700))],
        [5, to_ms(telling.at(800))],
    ]


def test_a_loader_that_remembers_nothing_finds_the_same(loading: Any, telling: Any, new_loader: Any) -> None:
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 700))
    loading.loader = new_loader()
    loading.load(telling.told(telling.segment(range(300, 900, 60)), 800, offset=1))
    assert loading.rows("MATCH (n:TrackSegment) RETURN n.fixes ORDER BY n.start") == [[10], [5]]


def test_a_record_may_tell_a_fix_twice(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.segment([0, 0, 60]), 700))
    assert loading.value("MATCH (n:TrackSegment) RETURN n.fixes") == 2


def test_nothing_new_makes_no_node(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 700))
    before = loading.digest()
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 900, offset=1))
    loading.load(telling.told(telling.segment(range(60, 120, 60)), 700, offset=2))
    assert loading.digest() == before


def test_a_fix_known_earlier_makes_a_piece_and_changes_nothing_of_what_is_current(
    loading: Any, telling: Any
) -> None:
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 700))
    before = loading.digest()
    loading.load(telling.told(telling.segment([0, 60]), 100, offset=1))
    after = loading.digest()
    assert loading.value("MATCH (n:TrackSegment) RETURN count(n)") == 2
    assert after.current == before.current
    assert after.full != before.full


def test_the_same_piece_known_in_another_way_or_earlier_is_the_same_node(
    loading: Any, telling: Any, new_loader: Any
) -> None:
    segment = telling.segment(range(0, 600, 60))
    loading.load(telling.told(segment, 700))
    loading.load(telling.told(segment, 900, pair=3, offset=1))
    loading.loader = new_loader()
    loading.load(telling.told(segment, 650, offset=2))
    expected = [[3, 7], [to_ms(telling.at(900)), to_ms(telling.at(650))], OPEN]
    assert loading.rows("MATCH (n:TrackSegment) RETURN n._sec, n._from, n._to") == [expected]
    assert loading.rows("MATCH ()-[e:HAS_TRACK]->() RETURN e._sec, e._from, e._to") == [expected]


def test_pieces_are_one_in_the_digest_of_what_is_current(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.segment(range(0, 600, 60)), 700))
    whole = loading.digest()
    loading.again()
    for offset, start in enumerate((240, 0, 480)):
        part = telling.segment(range(start, min(start + 240, 600), 60))
        loading.load(telling.told(part, 800 + offset, offset=offset))
    cut = loading.digest()
    assert cut.parts["TrackSegment"].count == 3
    assert cut.current == whole.current
    assert cut.full != whole.full


def test_a_value_that_changes_changes_both_digests(loading: Any, telling: Any) -> None:
    digests: list[digest.Digests] = []
    for speed in (3.5, 3.6, None):
        loading.again()
        loading.load(telling.told(telling.segment(range(0, 600, 60), speed=speed), 700))
        digests.append(loading.digest())
    assert len({each.current for each in digests}) == 3
    assert len({each.full for each in digests}) == 3
    assert digests[0].differences(digests[1]) == [
        "HAS_TRACK: 1 and 1, full differ",
        "TrackSegment: 1 and 1, full and current differ",
    ]


def test_another_segment_under_the_same_key_is_another_piece(loading: Any, telling: Any) -> None:
    """Who told the one must not see of whom the other is."""
    segment, tug = telling.segment([0, 60]), "urn:diurnal:subject:mmsi:367000150"
    loading.load(telling.told(segment, 10), telling.told(replace(segment, subject=tug), 20, pair=8, offset=1))
    found = loading.rows(
        "MATCH (s:Subject)-[e:HAS_TRACK]->(n) RETURN s.key, n.subject, n._sec, e._sec ORDER BY s.key"
    )
    assert found == [[tug, tug, [8], [8]], [telling.ship, telling.ship, [7], [7]]]


def test_a_segment_whose_key_begins_with_anothers_is_not_that_one(
    loading: Any, telling: Any, new_loader: Any
) -> None:
    segment = telling.segment([0, 60])
    loading.load(telling.told(replace(segment, key=f"{segment.key}/2"), 10))
    loading.loader = new_loader()
    loading.load(telling.told(segment, 10, offset=1))
    assert loading.rows("MATCH (n:TrackSegment) RETURN n.fixes") == [[2], [2]]
