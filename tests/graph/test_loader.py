"""The loader: offsets and data move together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import Driver, GraphDatabase

from graph import offsets
from graph.errors import BeingRebuiltError, GraphError, GraphUnavailableError, LostPartitionError, PoisonError
from graph.loader import Loader
from ontology.observed import Identifier, Subject, SubjectState, Tick
from runtime.record import Headers, Record
from runtime.sink import Piece

PARTITION = ("knowledge", 3)


def test_a_partition_that_is_new_has_no_position(loading: Any, telling: Any) -> None:
    loader = loading.loader
    assert loader.position(*PARTITION) is None
    loader.write_told(*PARTITION, 17, [telling.told(telling.place())], 18)
    assert loader.position(*PARTITION) == 18
    assert loader.position("knowledge", 2) is None


def test_an_empty_batch_moves_the_offset(loading: Any) -> None:
    loading.loader.write([Piece(*PARTITION, 0, [], 5)])
    assert loading.loader.position(*PARTITION) == 5


def test_who_has_a_stale_offset_writes_nothing(
    loading: Any, telling: Any, new_loader: Callable[[], Loader]
) -> None:
    first, second = loading.loader, new_loader()
    first.write_told(*PARTITION, 0, [telling.told(telling.segment([0]))], 1)
    second.write_told(*PARTITION, 1, [telling.told(telling.segment([0, 60]))], 2)
    before = loading.digest()
    with pytest.raises(LostPartitionError, match="stands at 2 in the graph, not at 1"):
        first.write_told(*PARTITION, 1, [telling.told(telling.segment([0, 60, 120]))], 2)
    assert loading.digest() == before
    first.write_told(*PARTITION, 2, [telling.told(telling.segment([0, 60, 120]))], 3)
    assert loading.rows("MATCH (n:TrackSegment) RETURN n.fixes, n.start ORDER BY n.start") == [
        [1, telling.at(0)],
        [1, telling.at(60)],
        [1, telling.at(120)],
    ]


def test_of_two_at_once_only_one_writes(loading: Any, telling: Any, new_loader: Callable[[], Loader]) -> None:
    """The second waits for the first's lock, and then finds that the offset has moved."""
    second, failed = new_loader(), []

    def late() -> None:
        try:
            second.write_told(*PARTITION, 0, [telling.told(telling.stay())], 1)
        except LostPartitionError as error:
            failed.append(error)

    with loading.driver.session() as session, session.begin_transaction() as tx:
        offsets.lock(tx, {PARTITION: 0})
        thread = Thread(target=late)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        offsets.move(tx, {PARTITION: 1})
        tx.commit()
    thread.join(30)
    assert len(failed) == 1
    assert loading.value("MATCH (n:Stay) RETURN count(n)") == 0


def test_several_partitions_move_together_or_not_at_all(loading: Any, telling: Any) -> None:
    loader, other = loading.loader, ("derived", 1)
    segment = telling.told(telling.segment([0, 60]))
    loader.write([Piece(*PARTITION, 0, [[segment]], 3), Piece(*other, 7, [], 9)])
    assert (loader.position(*PARTITION), loader.position(*other)) == (3, 9)
    with pytest.raises(LostPartitionError, match="derived/1 stands at 9"):
        loader.write([Piece(*PARTITION, 3, [[telling.told(telling.stay())]], 4), Piece(*other, 8, [], 10)])
    assert (loader.position(*PARTITION), loader.position(*other)) == (3, 9)
    assert loading.value("MATCH (n:Stay) RETURN count(n)") == 0


def test_what_a_bad_batch_told_is_not_remembered(loading: Any, telling: Any) -> None:
    good = telling.told(telling.segment([0, 60]))
    with pytest.raises(GraphError):
        loading.load(good, telling.told(Subject(telling.ship, "no label")))
    loading.load(good)
    assert loading.value("MATCH (n:TrackSegment) RETURN n.fixes") == 2


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (Identifier("urn:" + "x" * 2000, "MMSI", "1"), "key"),
        (Identifier("urn:x", "MMSI", "9" * 9000), "value"),
        (Subject("urn:x", "Ship", ("urn:" + "x" * 2000,)), "IDENTIFIED_BY"),
    ],
)
def test_a_text_that_no_index_takes_is_poison(graph: Driver, telling: Any, thing: Any, field: str) -> None:
    loader = Loader(graph, lambda record: [telling.told(thing, offset=record.offset)])
    with pytest.raises(PoisonError, match="the most is") as caught:
        loader.read(Record("knowledge", b"", b"", Headers(), 0, 5))
    assert caught.value.field == field


def test_the_longest_texts_are_kept(loading: Any, telling: Any) -> None:
    wide = "\N{GRINNING FACE}"
    key = "urn:" + wide * 1896
    loading.load(
        telling.told(SubjectState("urn:s", key, telling.at(0), name=wide * 8000)),
        telling.told(telling.segment([0], subject=key)),
    )
    assert loading.value("MATCH (n:Subject) RETURN n.key") == key


def test_a_value_that_neo4j_cannot_keep_is_poison(loading: Any, telling: Any) -> None:
    with pytest.raises(PoisonError, match="Neo4j cannot keep"):
        loading.load(telling.told(telling.stay(lat=91.0)))


def test_while_the_graph_is_emptied_nobody_loads(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay()))
    loading.driver.execute_query("MATCH (o:_Offset) SET o.next = $next", next=offsets.EMPTYING)
    with pytest.raises(BeingRebuiltError):
        loading.loader.position("derived", 0)
    with pytest.raises(LostPartitionError):
        loading.load(telling.told(telling.stay()))


def test_neo4j_away_is_an_error_that_passes() -> None:
    with GraphDatabase.driver("bolt://127.0.0.1:9", max_transaction_retry_time=1) as nobody:
        away = Loader(nobody, lambda _: [])
        with pytest.raises(GraphUnavailableError):
            away.position("knowledge", 0)


def test_loaders_of_several_partitions_do_not_disturb_one_another(
    loading: Any, telling: Any, new_loader: Callable[[], Loader]
) -> None:
    def work(partition: int) -> None:
        loader = new_loader()
        for offset in range(10):
            told = [
                telling.told(telling.place(f"urn:place:{(offset * 7 + partition * 3 + i) % 20}"), offset, 1)
                for i in range(10)
            ]
            told.append(telling.told(Tick("urn:diurnal:source:noaa", telling.at(offset)), offset, 1))
            loader.write_told("derived", partition, offset, told, offset + 1)

    threads = [Thread(target=work, args=(partition,)) for partition in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert loading.rows("MATCH (o:_Offset) RETURN o.next") == [[10]] * 4
    assert loading.value("MATCH (n:Place) RETURN count(n)") == 20
    assert loading.value("MATCH (n:Source) RETURN n._watermark") == telling.at(9)


@pytest.fixture
def week(telling: Any) -> list[Any]:
    """Records of a partition, a bit of everything, with repetitions."""
    ship = Subject(telling.ship, "Ship", ("urn:diurnal:identifier:MMSI:367073680",))
    stays = [telling.stay(start=1000 * i, end=1000 * i + 500) for i in range(3)]
    things: list[Any] = []
    for hour in range(3):
        start = 3600 * hour
        things += [
            telling.segment(range(start, start + 1800, 300)),
            ship,
            SubjectState(f"urn:state:{hour % 2}", telling.ship, telling.at(start), name="ADA"),
            telling.segment(range(start + 900, start + 3000, 300)),
            Tick("urn:diurnal:source:noaa", telling.at(start)),
            telling.stay(start=1000 * hour),
            telling.finding(stays[: hour + 1]),
            stays[hour],
            telling.place(),
        ]
    things += [telling.retraction(stays[1]), things[0], things[3], stays[2], things[2]]
    return [telling.told(thing, 100 * i, offset=i) for i, thing in enumerate(things)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, 31)), forgets=st.booleans())
def test_where_batches_are_cut_does_not_matter(
    loading: Any, week: list[Any], new_loader: Callable[[], Loader], cuts: set[int], forgets: bool
) -> None:
    loading.again()
    loading.load(*week)
    whole = loading.digest()
    loading.again()
    edges = [0, *sorted(cuts), len(week)]
    for start, end in pairwise(edges):
        if forgets:
            loading.loader = new_loader()
        loading.load(*week[start:end])
    assert loading.digest().differences(whole) == []
    assert loading.digest() == whole


def test_a_whole_file_twice_changes_nothing(loading: Any, telling: Any) -> None:
    """Given again later, it is known already: nothing is new, and what is current stays as it is."""
    observed = [
        telling.segment(range(0, 3000, 60)),
        Subject(telling.ship, "Ship", ("urn:diurnal:identifier:MMSI:367073680",)),
        SubjectState("urn:state:0", telling.ship, telling.at(0), name="ADA"),
        telling.place(),
    ]
    loading.load(*(telling.told(thing, 10) for thing in observed))
    before = loading.digest()
    loading.load(*(telling.told(thing, 99) for thing in observed))
    assert loading.digest() == before


def test_the_schema_stands_after_it_was_made_twice(graph: Driver) -> None:
    from graph import schema

    schema.ensure(graph)
    found = graph.execute_query("SHOW INDEXES YIELD name, state, type RETURN name, state, type").records
    assert {row["state"] for row in found} == {"ONLINE"}
    assert {"RANGE", "TEXT", "POINT", "FULLTEXT"} <= {row["type"] for row in found}
    graph.execute_query("CREATE (:Subject {key: 'k', _from: [0]})")
    hits = graph.execute_query(
        "CALL db.index.fulltext.queryNodes($i, 'pier*') YIELD node RETURN node", i="search"
    )
    assert hits.records == []
