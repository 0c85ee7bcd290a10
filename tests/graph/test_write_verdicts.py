"""Verdicts in the graph: tied to findings whichever came first, and to what later runs find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from graph.errors import PoisonError
from graph.loader import Loader
from graph.parse import Parser
from graph.told import Told
from ontology import rdf
from ontology.labels import pair_id
from ontology.times import OPEN, to_ms
from ontology.verdict import Verdict, Word
from runtime.record import Headers, Record

TIES = """
MATCH (v:Verdict)-[e:ON|LOWERS]->(n:Finding)
RETURN type(e), v.word, n.statement, e._from[0], e._to ORDER BY type(e), v.word, n._from[0], e._from[0]
"""


def verdict(telling: Any, word: Word = Word.DISMISSED, name: str = "1", **others: Any) -> Verdict:
    finding = telling.finding([])
    fields: dict[str, Any] = {
        "key": f"urn:diurnal:verdict:all:{name}", "view": "all", "subject": telling.ship,
        "finding": finding.key, "kind": finding.kind, "place": telling.pier, "timezone": "America/New_York",
        "start": finding.start, "end": finding.end, "word": word, "reason": "ice", "by": "ana",
        "issuer": "here", "given": telling.at(100),
    }  # fmt: skip
    return Verdict(**{**fields, **others})


def ms(telling: Any, seconds: float) -> int:
    return to_ms(telling.at(seconds))


def test_a_verdict_is_about_its_subject_and_on_its_finding(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.finding([]), 10))
    loading.load(telling.told(verdict(telling), 100, offset=9))
    since = ms(telling, 100)
    text = "At Pier 11, for once."
    assert loading.rows(TIES) == [
        ["LOWERS", "dismissed", text, since, OPEN],
        ["ON", "dismissed", text, since, OPEN],
    ]
    assert loading.rows("MATCH (v:Verdict)-[e:ABOUT]->(s:Subject) RETURN s.key, e._from, e._to, v._sec") == [
        [telling.ship, [since], OPEN, [7]]
    ]
    assert loading.value("MATCH (v:Verdict) RETURN v.reason") == "ice"


def test_whichever_comes_first_and_however_it_is_cut(loading: Any, telling: Any) -> None:
    told = [
        telling.told(telling.finding([]), 10),
        telling.told(verdict(telling, Word.KNOWN), 100, offset=5),
        telling.told(telling.finding([], "Told anew."), 120, offset=6),
        telling.told(verdict(telling, Word.WITHDRAWN, "2"), 140, offset=7),
    ]
    digests = set()
    for order in permutations(range(4)):
        if order.index(0) > order.index(2) or order.index(1) > order.index(3):
            continue  # each partition keeps its order
        for whole in (True, False):
            loading.again()
            chosen = [told[at] for at in order]
            for batch in [chosen] if whole else [[one] for one in chosen]:
                loading.load(*batch)
            digests.add(loading.digest().full)
    assert len(digests) == 1
    at = [ms(telling, seconds) for seconds in (100, 120, 140)]
    assert [row[:2] + row[3:] for row in loading.rows(TIES)] == [
        ["LOWERS", "known", at[0], at[1]],
        ["LOWERS", "known", at[1], at[2]],
        ["ON", "known", at[0], at[1]],
        ["ON", "known", at[1], OPEN],
        ["ON", "withdrawn", at[2], OPEN],
    ]


def test_it_stands_on_what_a_later_run_finds_of_the_same(loading: Any, telling: Any) -> None:
    """The graph is built again from a log whose conclusions are others: another key, another statement."""
    found = replace(
        telling.finding([], "Concluded anew."), key="urn:diurnal:finding:all:anew", start=telling.at(300)
    )
    other = replace(found, key="urn:diurnal:finding:all:other", start=telling.at(700), end=telling.at(900))
    loading.load(telling.told(telling.finding([]), 10), telling.told(verdict(telling), 100, offset=9))
    loading.again()
    loading.load(telling.told(verdict(telling), 100, offset=9))
    loading.load(telling.told(found, 20), telling.told(other, 20, offset=1))
    assert [row[:3] for row in loading.rows(TIES)] == [
        ["LOWERS", "dismissed", "Concluded anew."],
        ["ON", "dismissed", "Concluded anew."],
    ]


def test_a_finding_that_ended_before_the_verdict_was_known_loses_it(loading: Any, telling: Any) -> None:
    finding = telling.finding([])
    told = [
        telling.told(finding, 10),
        telling.told(verdict(telling), 100, offset=8),
        telling.told(telling.retraction(finding), 50, offset=9),
    ]
    for one in told:
        loading.load(one)
    assert loading.rows(TIES) == []
    digest = loading.digest().full
    loading.again()
    loading.load(told[0], told[2])
    loading.load(told[1])
    assert loading.digest().full == digest


def test_no_statement_scans(loading: Any, telling: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from neo4j import ManagedTransaction

    plans: list[str] = []
    plain = ManagedTransaction.run

    def run(self: Any, query: Any, parameters: Any = None, **more: Any) -> Any:
        plan = plain(self, f"EXPLAIN {query.removeprefix('CYPHER replan=skip ')}", parameters, **more)
        plans.append(str(plan.consume().plan))
        return plain(self, query, parameters, **more)

    monkeypatch.setattr(ManagedTransaction, "run", run)
    loading.load(telling.told(verdict(telling), 100, offset=9), telling.told(telling.finding([]), 10))
    loading.load(telling.told(verdict(telling, Word.CONFIRMED, "2"), 120, offset=10))
    loading.load(telling.told(telling.retraction(telling.finding([])), 130, offset=11))
    assert len(plans) > 15
    assert not [plan for plan in plans if "NodeByLabelScan" in plan or "AllNodesScan" in plan]


def test_verdicts_come_from_analysts_only(telling: Any) -> None:
    parser = Parser(pair_id, ["derived"], ["verdicts"])
    said, found = verdict(telling), telling.finding([])

    def told(topic: str, thing: Any) -> list[Told]:
        headers = Headers.of({"Security-Label": "*", "Known-At": "2020-12-02T00:00:00Z"})
        return list(parser.told(Record(topic, b"k", rdf.write(thing), headers, 0, 3)))

    assert told("verdicts", said)[0].thing == said
    assert told("verdicts", said)[0].version != told("derived", found)[0].version
    for topic, thing in (("knowledge", said), ("derived", said), ("verdicts", found), ("knowledge", found)):
        with pytest.raises(PoisonError):
            told(topic, thing)


def test_two_loaders_at_once_miss_nothing(
    loading: Any, telling: Any, new_loader: Callable[[], Loader]
) -> None:
    """A finding and a verdict on it, of two partitions, written by two loaders at the same time."""
    from concurrent.futures import ThreadPoolExecutor

    loading.load(telling.told(telling.segment([0, 60])))
    loaders = new_loader(), new_loader()
    with ThreadPoolExecutor(2) as pool:
        for n in range(8):
            fields = {"start": telling.at(5000 * n), "end": telling.at(5000 * n + 600)}
            finding = replace(telling.finding([]), key=f"urn:diurnal:finding:all:{n}", **fields)
            said = verdict(telling, Word.CONFIRMED, str(n), finding=finding.key, **fields)
            slots = [("derived", 1, n), ("verdicts", 0, n)]
            things = [telling.told(finding, n, offset=100 + n), telling.told(said, n, offset=200 + n)]
            both = [
                pool.submit(loader.write_told, *slot, [told], slot[2] + 1)
                for loader, slot, told in zip(loaders, slots, things, strict=True)
            ]
            for one in both:
                one.result()
    assert loading.value("MATCH (:Verdict)-[e:ON]->(:Finding) RETURN count(e)") == 8
