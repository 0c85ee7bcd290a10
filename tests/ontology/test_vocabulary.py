"""Our vocabulary declares every term that is written; the terms of IES are those that IES 4.3.3 has."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from rdflib import OWL, RDF, RDFS
from rdflib.collection import Collection

from ontology import fixes, terms
from ontology.kind import Described, Thing, describe
from ontology.kinds import KINDS
from ontology.literals import codec
from ontology.moving import Fixes
from ontology.observed import Subject, TrackSegment
from ontology.rdf import write
from tests.ontology.test_fixes import SEGMENT
from tests.ontology.things import anything

HERE = Path(__file__).parent
IES_TERMS: dict[str, str] = json.loads((HERE / "ies_terms.json").read_text())["terms"]
OURS = rdflib.Namespace(terms.OURS)
OTHERS = (terms.IES, terms.RDF, terms.RDFS, terms.GEO, terms.SOSA, terms.XSD)


@pytest.fixture(scope="module")
def vocabulary() -> rdflib.Graph:
    return rdflib.Graph().parse(Path(terms.__file__).parent / "vocabulary.ttl")


def flat() -> list[tuple[type[Thing], Described]]:
    """Every kind with each of its fields that is a property of ours."""
    return [
        (kind, field)
        for kind in KINDS.values()
        for field in describe(kind)
        if field.predicate.startswith(terms.OURS)
        and not (kind is TrackSegment and field.name in Fixes._fields)
        and not (kind is Subject and field.name == "kind")
    ]


def domain(vocabulary: rdflib.Graph, term: rdflib.URIRef) -> set[str]:
    (node,) = vocabulary.objects(term, RDFS.domain)
    union = vocabulary.value(node, OWL.unionOf)
    members = [node] if union is None else Collection(vocabulary, union)
    return {str(member).removeprefix(terms.OURS) for member in members}


def test_every_kind_is_a_class_below_that_of_ies(vocabulary: rdflib.Graph) -> None:
    for name, kind in KINDS.items():
        assert (OURS[name], RDF.type, OWL.Class) in vocabulary
        if kind.ies_class != str(OURS[name]):
            assert (OURS[name], RDFS.subClassOf, rdflib.URIRef(kind.ies_class)) in vocabulary


def test_every_field_is_declared_with_its_kind_and_range(vocabulary: rdflib.Graph) -> None:
    users = defaultdict(set)
    for kind, field in flat():
        term = rdflib.URIRef(field.predicate)
        users[term].add(kind.__name__)
        if field.link is not None:
            assert (term, RDF.type, OWL.ObjectProperty) in vocabulary
        else:
            assert (term, RDF.type, OWL.DatatypeProperty) in vocabulary
            assert vocabulary.value(term, RDFS.range) == rdflib.URIRef(codec(field.hint).datatype)
    for term, names in users.items():
        assert domain(vocabulary, term) - {"Fix"} == names


def test_every_term_is_explained_and_every_property_has_a_domain(vocabulary: rdflib.Graph) -> None:
    declared = {term for term in vocabulary.subjects(RDF.type) if str(term).startswith(terms.OURS)}
    assert len(declared) > 60
    for term in declared:
        assert len(str(vocabulary.value(term, RDFS.label))) > 1
        assert len(str(vocabulary.value(term, RDFS.comment))) > 10
        if (term, RDF.type, OWL.Class) not in vocabulary:
            assert domain(vocabulary, term) <= {*KINDS, "Fix"}


def test_it_is_aligned_to_what_others_use(vocabulary: rdflib.Graph) -> None:
    named = " ".join(str(node) for node in vocabulary.objects())
    for namespace in (terms.IES, terms.SOSA, terms.GEO, terms.PROV):
        assert namespace in named
    ies = [str(node) for node in vocabulary.all_nodes() if str(node).startswith(terms.IES)]
    assert {term.removeprefix(terms.IES) for term in ies} <= IES_TERMS.keys()


def assert_declared(data: bytes, vocabulary: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(data=data, format="nt")
    used = set(graph.predicates()) | set(graph.objects(predicate=RDF.type))
    for term in used:
        if str(term).startswith(terms.OURS):
            assert (term, RDF.type, None) in vocabulary, term
        elif str(term).startswith(terms.IES):
            assert str(term).removeprefix(terms.IES) in IES_TERMS, term
        else:
            assert str(term).startswith(OTHERS), term


@given(thing=anything)
def test_only_declared_terms_are_written(thing: Thing, vocabulary: rdflib.Graph) -> None:
    assert_declared(write(thing), vocabulary)


def test_only_declared_terms_are_expanded(vocabulary: rdflib.Graph) -> None:
    assert_declared(fixes.expand(SEGMENT), vocabulary)


def test_the_table_of_terms_names_only_what_ies_has() -> None:
    values = [value for value in vars(terms).values() if isinstance(value, str)]
    values += list(terms.IDENTIFIER_CLASSES.values())
    values += [kind.ies_class for kind in KINDS.values()]
    used = {value.removeprefix(terms.IES) for value in values if value.startswith(terms.IES)} - {""}
    assert used <= IES_TERMS.keys()
    for name, kind in IES_TERMS.items():
        assert kind == ("class" if name[0].isupper() else kind)
