"""What was loaded comes out again, isomorphic, by label and graph, whatever the records and their batches."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import Driver
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from graph import schema
from graph.digest import Digests, digest
from graph.errors import GraphUnavailableError, PoisonError
from graph.loader import Loader
from graph.parse import Parser
from graph.reader import rdf
from graph.reader.errors import NamedGraphsError, NotKnownError
from graph.reader.rdf_selection import DEFAULT, STATEMENT, Selection
from graph.reader.reader import Reader
from graph.reader.within import Interval
from graph.sight import Sight
from ontology.errors import OntologyError
from ontology.labels import Pair, pair_id
from ontology.times import OPEN, from_text, to_ms
from runtime.record import Headers, Record
from tests.graph.pairs_in_use import present
from tests.graph.reader.rdf_strategies import datasets

FORMS = {form.media_type: form for form in (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)}
PAIRS = (Pair("a", "one"), Pair("b", "one"), Pair("a", "two"))
T0 = "2026-01-01T00:00:00+00:00"
A, B, P, Q, G = (NamedNode(f"urn:example:{name}") for name in "abpqg")


def record(
    value: bytes, content_type: str, pair: Pair = PAIRS[0], known_at: str = T0, offset: int = 0
) -> Record:
    headers = {
        "Content-Type": content_type,
        "Security-Label": pair.label,
        "Distribution-Id": pair.distribution,
        "Known-At": known_at,
    }
    return Record("knowledge", b"k", value, Headers.of(headers), 0, offset)


def record_of(
    quads: Iterable[Quad], form: RdfFormat = RdfFormat.N_QUADS, *rest: Any, **others: Any
) -> Record:
    return record(serialize(quads, format=form), form.media_type, *rest, **others)


ALL = Selection()


@dataclass
class Store:
    """The real graph, loaded from records and read as RDF."""

    driver: Driver
    offset: int = 0
    parser: Parser = field(init=False)
    loader: Loader = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Empty it."""
        with self.driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        self.offset = 0
        self.parser = Parser(pair_id, ["derived"])
        self.loader = Loader(self.driver, self.parser.told)

    def load(self, *records: Record) -> None:
        told = [each for record in records for each in self.parser.told(record)]
        self.loader.write_told("knowledge", 0, self.offset, told, self.offset + len(records))
        self.offset += len(records)

    def reader(self, pairs: Iterable[int] | None = None) -> Reader:
        """Somebody who sees all that is in the graph, or what is known in some ways."""
        allowed = present(self.driver) if pairs is None else pairs
        return Reader(self.driver, "neo4j", Sight.of(allowed))

    def text(
        self,
        selection: Selection = ALL,
        form: RdfFormat = RdfFormat.N_QUADS,
        pairs: Iterable[int] | None = None,
        **how: Any,
    ) -> bytes:
        to = io.BytesIO()
        rdf.write(self.reader(pairs), selection, to, form, **how)
        return to.getvalue()

    def quads(
        self,
        selection: Selection = ALL,
        form: RdfFormat = RdfFormat.N_QUADS,
        pairs: Iterable[int] | None = None,
    ) -> list[Quad]:
        return list(parse(self.text(selection, form, pairs), format=form))

    def digest(self) -> Digests:
        return digest(self.driver)

    def count(self, pattern: str) -> int:
        [row] = self.driver.execute_query(f"MATCH {pattern} RETURN count(*) AS n").records  # type: ignore[arg-type]
        return int(row["n"])


@pytest.fixture(scope="module")
def store(neo4j: Driver) -> Iterator[Store]:
    schema.ensure(neo4j)
    store = Store(neo4j)
    yield store
    store.begin()


@pytest.fixture
def empty(store: Store) -> Store:
    store.begin()
    return store


def canonical(quads: Iterable[Quad]) -> set[str]:
    """The same for isomorphic quads, and only for those (RDF Dataset Canonicalization)."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def union(records: Iterable[Record]) -> list[Quad]:
    """All quads of records: blank nodes of one record are none of another's; a record told twice is one."""
    whole: list[Quad] = []
    values = {(record.value, record.headers.get("Content-Type")): record for record in records}
    for number, told in enumerate(values.values()):
        form = RdfFormat.from_media_type(told.headers.get("Content-Type") or "")
        whole += [_apart(quad, number) for quad in parse(told.value, format=form)]
    return whole


def _apart(quad: Quad, number: int) -> Quad:
    def name(term: Any) -> Any:
        return BlankNode(f"{term.value}r{number}") if isinstance(term, BlankNode) else term

    return Quad(name(quad.subject), quad.predicate, name(quad.object), name(quad.graph_name))


@dataclass
class Telling:
    """Records, and where the batches end."""

    records: list[Record]
    cuts: list[int]

    def batches(self) -> Iterator[Sequence[Record]]:
        ends = sorted({cut % (len(self.records) + 1) for cut in self.cuts} | {0, len(self.records)})
        for start, end in pairwise(ends):
            yield self.records[start:end]


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    told = draw(
        st.lists(
            st.tuples(datasets, st.sampled_from(list(FORMS.values())), st.sampled_from(PAIRS)),
            min_size=1,
            max_size=4,
        )
    )
    records = [record_of(quads, form, pair, offset=at) for at, (quads, form, pair) in enumerate(told)]
    again = draw(st.lists(st.sampled_from(records), max_size=2))
    return Telling([*records, *again], draw(st.lists(st.integers(0, 6), max_size=3)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(telling=tellings(), form=st.sampled_from(list(FORMS.values())))
def test_what_went_in_comes_out_by_label_and_by_graph(
    store: Store, telling: Telling, form: RdfFormat
) -> None:
    store.begin()
    for batch in telling.batches():
        store.load(*batch)
    assert canonical(store.quads(form=form)) == canonical(union(telling.records))
    for pair in PAIRS:
        mine = [r for r in telling.records if (r.label, r.distribution) == (pair.label, pair.distribution)]
        seen = store.quads(ALL, form, [pair_id(pair)])
        assert canonical(seen) == canonical(union(mine))
    whole = union(telling.records)
    for graph in {quad.graph_name for quad in whole}:
        if not isinstance(graph, BlankNode):
            name = DEFAULT if isinstance(graph, DefaultGraph) else graph.value
            wanted = [quad for quad in whole if quad.graph_name == graph]
            assert canonical(store.quads(Selection(graph=name), form)) == canonical(wanted)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(telling=tellings(), order=st.randoms())
def test_batches_order_and_repetition_make_no_difference(store: Store, telling: Telling, order: Any) -> None:
    store.begin()
    store.load(*telling.records)
    before = store.digest()
    store.begin()
    shuffled = list(telling.records)
    order.shuffle(shuffled)
    for each in [*shuffled, *shuffled[:2]]:
        store.load(each)
    assert store.digest() == before


FORMED = """
@prefix : <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:ada a :Person ; :name "Ada"@en, "Ada"@de, "Ada", "" ; :age "036"^^xsd:integer, "abc"^^xsd:integer ;
    :knows [ :name "Bob" ; :knows :ada ], [ :name "Cyd" ] ; :list ( 1 2.50 "x" ( true ) ) .
"""


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, *FORMS.values()])
def test_every_format_goes_in_and_comes_out(empty: Store, form: RdfFormat) -> None:
    quads = list(parse(FORMED, format=RdfFormat.TURTLE))
    empty.load(record_of([Quad(q.subject, q.predicate, q.object) for q in quads], form))
    assert canonical(empty.quads(form=form)) == canonical(quads)


def test_every_node_and_statement_says_how_it_is_known_and_since_when(empty: Store) -> None:
    told = [Quad(A, P, Literal("x")), Quad(A, P, B)]
    empty.load(record_of(told, known_at="2026-01-03T00:00:00+00:00"))
    empty.load(record_of(told, pair=PAIRS[1], known_at="2026-01-02T00:00:00+00:00"))
    empty.load(record_of(told, known_at="2026-01-01T00:00:00+00:00"))
    ways = {pair_id(PAIRS[0]): "2026-01-01T00:00:00+00:00", pair_id(PAIRS[1]): "2026-01-02T00:00:00+00:00"}
    sec = sorted(ways)
    since = [to_ms(from_text(ways[pair])) for pair in sec]
    for pattern, many in (("(x:Resource|Literal)", 3), ("()-[x:STATEMENT]->()", 2)):
        rows = empty.driver.execute_query(f"MATCH {pattern} RETURN x._sec, x._from, x._to").records  # type: ignore[arg-type]
        assert [list(row) for row in rows] == [[sec, since, OPEN]] * many


def test_nothing_on_a_node_comes_from_what_is_said_of_it(empty: Store) -> None:
    """Else who may see one statement would see something of another."""
    empty.load(record_of([Quad(A, P, B)]), record_of([Quad(A, Q, Literal("secret"))], pair=PAIRS[1]))
    rows = empty.driver.execute_query("MATCH (n:Resource) RETURN labels(n), keys(n)").records
    for labels, keys in rows:
        assert labels == ["Resource"]
        assert sorted(keys) == ["_from", "_sec", "_to", "key"]


def test_a_literal_can_be_asked_for_by_its_value(empty: Store) -> None:
    empty.load(record(FORMED.encode(), "text/turtle; charset=utf-8"))
    [row] = empty.driver.execute_query(
        "MATCH (who:Resource)-[:STATEMENT {name: 'name'}]->(l:Literal {head: 'Ada', language: 'de'}) "
        "MATCH (who)-[:STATEMENT {name: 'age'}]->(age:Literal) WHERE age.number > 30 "
        "RETURN who.key AS who, age.value AS age"
    ).records
    assert (row["who"], row["age"]) == ("http://example.org/ada", "036")


def test_blank_nodes_are_their_records_own(empty: Store) -> None:
    turtle = b"[] <urn:example:p> [] ."
    empty.load(record(turtle, "text/turtle", offset=0), record(turtle, "text/turtle", offset=1))
    assert empty.count("(:Resource)") == 2
    empty.load(record(b"[] <urn:example:p> [] . ", "text/turtle", offset=2))
    assert empty.count("(:Resource)") == 4
    assert empty.count("()-[:STATEMENT]->()") == 2


def test_triples_about_triples_are_kept(empty: Store) -> None:
    said = Triple(A, P, Literal("x", language="en"))
    quads = [Quad(B, Q, said), Quad(B, Q, Triple(B, Q, said)), Quad(B, P, Triple(BlankNode("b"), P, A))]
    empty.load(record_of([*quads, Quad(BlankNode("b"), P, B)]))
    found = {str(quad) for quad in empty.quads()}
    assert {str(quad) for quad in quads[:2]} <= found
    [blank] = [q.subject for q in empty.quads() if isinstance(q.subject, BlankNode)]
    assert str(Quad(B, P, Triple(blank, P, A))) in found


def test_the_hundredfold_of_an_entity_is_refused(empty: Store) -> None:
    swelling = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    xml = f"""<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{swelling}]>
<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="urn:a">
<x xmlns="urn:">&e9;</x></r:Description></r:RDF>"""
    with pytest.raises(OntologyError, match="amplification"):
        empty.load(record(xml.encode(), "application/rdf+xml"))


@pytest.mark.parametrize(
    ("value", "content_type", "reason", "line"),
    [
        (b"<urn:a> <urn:b> <urn:c> .\n<urn:a> oops .\n", "application/n-triples", "line 2", 2),
        (b'\n\n{"@id": "urn:a", "urn:p": [1', "application/ld+json", "comma", 3),
        (b"<r:RDF xmlns:r='urn:r'>\n\n<oops", "application/rdf+xml", "unclosed token", 3),
        (
            b'{"@context": "https://schema.org/", "@id": "urn:a"}',
            "application/ld+json",
            "nothing is fetched",
            None,
        ),
        (b"<a> <b> <c> .", "text/turtle", "scheme", 1),
        (b"{} => {} .", "text/n3", "content type", None),
        (b"%PDF-1.7", "application/pdf", "content type", None),
    ],
)
def test_what_is_no_rdf_says_why_and_where(
    empty: Store, value: bytes, content_type: str, reason: str, line: int | None
) -> None:
    with pytest.raises(OntologyError, match=reason) as caught:
        empty.load(record(value, content_type))
    assert getattr(caught.value, "line", None) == line
    assert empty.count("(:Resource)") == 0


def test_a_conclusion_among_observations_is_refused_still(empty: Store) -> None:
    told = (
        b'<urn:diurnal:stay:1> a <urn:diurnal:vocabulary#Retraction> ; <urn:diurnal:vocabulary#view> "all" ; '
    )
    with pytest.raises(PoisonError, match="is for observations"):
        empty.load(record(told + b'<urn:diurnal:vocabulary#kind> "Stay" .', "text/turtle"))


def test_one_thing_is_exported_with_its_blank_nodes(empty: Store) -> None:
    empty.load(record(FORMED.encode(), "text/turtle"), record_of([Quad(B, P, A)]))
    ada = Selection(subject="http://example.org/ada")
    assert canonical(empty.quads(ada)) == canonical(parse(FORMED, format=RdfFormat.TURTLE))
    assert empty.quads(Selection(subject="urn:example:nobody")) == []
    assert len(empty.quads(Selection(kind=STATEMENT))) == len(empty.quads())
    assert empty.quads(Selection(kind="Ship")) == []
    with pytest.raises(NotKnownError, match="Ship"):
        Selection(kind="Boat")


def test_statements_are_exported_by_when_they_became_known(empty: Store) -> None:
    empty.load(
        record_of([Quad(A, P, Literal("old"))], known_at="2025-01-01T00:00:00+00:00"),
        record_of([Quad(A, P, Literal("new"))], known_at="2026-01-01T00:00:00+00:00"),
    )
    since = Selection(within=Interval(start=from_text("2025-06-01T00:00:00+00:00")))
    assert [quad.object.value for quad in empty.quads(since)] == ["new"]
    empty.load(record_of([Quad(A, P, Literal("old"))], pair=PAIRS[1], known_at="2026-01-02T00:00:00+00:00"))
    assert [quad.object.value for quad in empty.quads(since)] == ["new"]
    again = empty.quads(since, pairs=[pair_id(PAIRS[1])])
    assert [quad.object.value for quad in again] == ["old"]


def test_two_loaders_that_tell_the_same_make_it_once(empty: Store) -> None:
    value = record_of([Quad(A, P, Literal(str(n))) for n in range(50)] + [Quad(B, P, A, G)]).value

    def load(partition: int) -> None:
        loader = Loader(empty.driver, empty.parser.told)
        for offset in range(5):
            mine = record(value, "application/n-quads", PAIRS[(partition + offset) % 3], offset=offset)
            told = list(empty.parser.told(mine))
            for attempt in range(20):
                try:
                    loader.write_told("knowledge", partition, offset, told, offset + 1)
                    break
                except GraphUnavailableError:  # a deadlock, which a worker tries again
                    assert attempt < 19

    with ThreadPoolExecutor() as threads:
        list(threads.map(load, range(4)))
    assert empty.count("()-[:STATEMENT]->()") == 51
    assert empty.count("(:Literal)") == 50
    rows = empty.driver.execute_query("MATCH ()-[e:STATEMENT]->() RETURN DISTINCT e._sec AS sec").records
    assert [row["sec"] for row in rows] == [sorted(map(pair_id, PAIRS))]


def test_a_format_without_named_graphs_takes_one_graph(empty: Store) -> None:
    empty.load(record_of([Quad(A, P, B, G), Quad(A, Q, B)]))
    with pytest.raises(NamedGraphsError, match="--graph"):
        empty.text(form=RdfFormat.TURTLE)
    assert empty.quads(Selection(graph=G.value), RdfFormat.TURTLE) == [Quad(A, P, B)]
    assert empty.quads(Selection(graph=DEFAULT), RdfFormat.TURTLE) == [Quad(A, Q, B)]
