"""Conclusions: what stands, what is superseded, and what findings rest on."""

from __future__ import annotations

from typing import Any

from ontology.times import OPEN, to_ms


def test_a_conclusion_makes_stubs_and_facts_fill_them(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay(), 5))
    assert loading.value("MATCH (p:Place) RETURN p.name") is None
    loading.load(telling.told(telling.place(), 3, offset=1))
    [[name, sec, since, to, lon]] = loading.rows(
        "MATCH (:Stay)-[:AT]->(p:Place) RETURN p.name, p._sec, p._from, p._to, p.position.longitude"
    )
    assert (name, sec, since, to, lon) == ("Pier 11", [7], [to_ms(telling.at(3))], OPEN, -74.0)
    assert loading.value("MATCH (:Subject)-[:STAYED]->(n:Stay:Conclusion) RETURN n._version") == "0-0"


def test_new_content_closes_the_version_before_and_all_its_edges(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay(), 5, offset=3))
    loading.load(telling.told(telling.stay(end=900), 20, offset=9))
    closed_at = to_ms(telling.at(20))
    rows = loading.rows(
        "MATCH (n:Stay) RETURN n._version, n._from[0], n._to, n.end IS NULL ORDER BY n._version"
    )
    assert rows == [["0-3", to_ms(telling.at(5)), closed_at, True], ["0-9", closed_at, OPEN, False]]
    edges = "MATCH (n:Stay {_version: $v})-[e]-() RETURN type(e), e._to ORDER BY type(e)"
    assert loading.rows(edges, v="0-3") == [["AT", closed_at], ["STAYED", closed_at]]
    assert loading.rows(edges, v="0-9") == [["AT", OPEN], ["STAYED", OPEN]]


def test_the_same_content_again_changes_nothing(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay(end=900), 5))
    before = loading.digest()
    loading.load(telling.told(telling.stay(end=900), 30, offset=1))
    assert loading.digest() == before


def test_the_same_content_in_another_way_is_a_new_version(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay(end=900), 5))
    loading.load(telling.told(telling.stay(end=900), 30, pair=8, offset=1))
    assert loading.rows("MATCH (n:Stay) RETURN n._sec, n._to = $o ORDER BY n._sec", o=OPEN) == [
        [[7], False],
        [[8], True],
    ]


def test_a_retraction_only_closes(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(telling.retraction(stay), 1), telling.told(stay, 5, offset=1))
    loading.load(telling.told(telling.retraction(stay), 40, offset=2))
    assert loading.rows("MATCH (n:Conclusion) RETURN labels(n), n._to") == [
        [["Conclusion", "Stay"], to_ms(telling.at(40))]
    ]
    assert loading.value("MATCH ()-[e]->() WHERE e._to = $o RETURN count(e)", o=OPEN) == 0


def test_evidence_is_whatever_version_is_current(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(stay, 5), telling.told(telling.finding([stay]), 6, offset=1))
    loading.load(telling.told(telling.stay(end=900), 20, offset=2))
    rows = loading.rows(
        "MATCH (:Finding)-[e:EVIDENCE]->(n) RETURN n._version, e._from[0], e._to, e._sec ORDER BY n._version"
    )
    later = to_ms(telling.at(20))
    assert rows == [["0-0", to_ms(telling.at(6)), later, [7]], ["0-2", later, OPEN, [7]]]


def test_evidence_comes_back_with_what_was_retracted(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(stay, 5), telling.told(telling.finding([stay]), 6, offset=1))
    loading.load(telling.told(telling.retraction(stay), 20, offset=2))
    loading.load(telling.told(stay, 30, offset=3))
    current = "MATCH (:Finding)-[e:EVIDENCE]->(n) WHERE e._to = $o RETURN n._version"
    assert loading.rows(current, o=OPEN) == [["0-3"]]


def test_evidence_may_come_after_what_rests_on_it(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(telling.finding([stay]), 6))
    loading.load(telling.told(stay, 8, offset=1))
    rows = loading.rows("MATCH (:Finding)-[e:EVIDENCE]->(n) RETURN n._version, e._from[0], e._to")
    assert rows == [["0-1", to_ms(telling.at(8)), OPEN]]


def test_a_closed_finding_takes_no_new_evidence(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(stay, 5), telling.told(telling.finding([stay]), 6, offset=1))
    loading.load(telling.told(telling.retraction(telling.finding([stay])), 10, offset=2))
    loading.load(telling.told(telling.stay(end=900), 20, offset=3))
    assert loading.value("MATCH (:Finding)-[e:EVIDENCE]->() RETURN count(e)") == 1


def test_where_batches_are_cut_does_not_matter_even_for_the_full_digest(loading: Any, telling: Any) -> None:
    first, second = telling.stay(), telling.stay(start=2000)
    things = [
        first,
        telling.finding([first, second]),
        second,
        telling.stay(end=900),
        telling.finding([first, second], "Twice at Pier 11."),
        telling.retraction(second),
        telling.place(),
        telling.stay(end=900),
        second,
        telling.retraction(telling.finding([])),
        telling.finding([second]),
        telling.stay(end=1200),
    ]
    told = [telling.told(thing, 10 * index, offset=index) for index, thing in enumerate(things)]
    loading.load(*told)
    whole = loading.digest()
    for size in (1, 2, 5):
        loading.again()
        for start in range(0, len(told), size):
            loading.load(*told[start : start + size])
        assert loading.digest().differences(whole) == []
        assert loading.digest() == whole


def test_what_was_known_earlier_cuts_short_whatever_held_after_it(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    things = [stay, telling.finding([stay]), telling.stay(end=900), telling.stay(end=1200)]
    told = [telling.told(thing, at, offset=at) for thing, at in zip(things, (10, 15, 40, 20), strict=True)]
    loading.load(*told)
    whole = loading.digest()
    loading.again()
    for each in told:
        loading.load(each)
    assert loading.digest() == whole
    at = {second: to_ms(telling.at(second)) for second in (10, 15, 20, 40)}
    assert loading.rows("MATCH (n:Stay) RETURN n._version, n._from[0], n._to ORDER BY n._version") == [
        ["0-10", at[10], at[20]],
        ["0-20", at[20], OPEN],
        ["0-40", at[40], at[20]],
    ]
    edges = "MATCH (:Finding)-[e:EVIDENCE]->(n) RETURN n._version, e._from[0], e._to ORDER BY n._version"
    assert loading.rows(edges) == [
        ["0-10", at[15], at[20]],
        ["0-20", at[20], OPEN],
        ["0-40", at[40], at[20]],
    ]


def test_a_retraction_known_earlier_ends_what_was_ended_later(loading: Any, telling: Any) -> None:
    stay = telling.stay()
    loading.load(telling.told(stay, 10), telling.told(telling.retraction(stay), 40, offset=1))
    loading.load(telling.told(telling.retraction(stay), 20, offset=2))
    assert loading.rows("MATCH (n:Stay)<-[e:STAYED]-() RETURN n._to, e._to") == [[to_ms(telling.at(20))] * 2]
