"""Hypothesis strategies for awkward RDF: tags, odd datatypes, cyclic blank nodes, lists, named graphs."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, DefaultGraph, Literal, NamedNode, Quad

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FIRST, REST, NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))

names = st.sampled_from(
    [
        "http://ies.data.gov.uk/ontology/ies4#Person",
        "http://example.org/a#b",
        "http://example.org/%C3%A9?x=1&y=2",
        "http://example.org/日本/é",
        "urn:diurnal:subject:mmsi:367073680",
        "mailto:a@b.c",
        "urn:x",
        "urn:diurnal:long:x",
        "http://example.org/" + "long/" * 400,
    ]
).map(NamedNode)
blanks = st.sampled_from(["a", "b", "c", "d"]).map(BlankNode)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.sampled_from(
    ["", " ", "\n\r\t", '"""\\', "\0", "\u2028", "e\u0301", "😀" * 60, "x" * 9_000, "null", "-0"]
)
numbers = st.integers(-(10**40), 10**40).map(str) | st.sampled_from(
    ["abc", "", "01", "+1", "NaN", "INF", "-0", "1e400", "9" * 500]
)
datatypes = st.sampled_from(["string", "integer", "double", "decimal", "boolean", "anyURI"]).map(XSD.__add__)
instants = st.sampled_from(
    ["2020-12-01T00:00:00Z", "2020-12-01T00:00:00", "2020-13-01T00:00:00Z", "-0001-01-01T00:00:00Z", "now",
     "9999-12-31T23:59:59.9999999Z", "10000-01-01T00:00:00Z", "2020-12-01T24:00:00Z",
     "2020-12-01T00:00:00+14:00"]
)  # fmt: skip
literals = st.one_of(
    texts.map(Literal),
    st.builds(
        lambda value, tag: Literal(value, language=tag), texts, st.sampled_from(["en", "en-gb", "zh-hant"])
    ),
    st.builds(
        lambda value, way: Literal(value, language="ar", direction=way),
        texts,
        st.sampled_from([BaseDirection.LTR, BaseDirection.RTL]),
    ),
    st.builds(lambda value, iri: Literal(value, datatype=NamedNode(iri)), numbers | texts, datatypes),
    st.builds(lambda value: Literal(value, datatype=NamedNode("urn:example:odd")), texts),
    st.builds(lambda value: Literal(value, datatype=NamedNode(XSD + "dateTime")), instants),
)
graphs = st.one_of(st.just(DefaultGraph()), names, st.just(BlankNode("g")))


@st.composite
def lists(draw: st.DrawFn) -> list[Quad]:
    """An RDF list, and what has it."""
    members = draw(st.lists(literals | names, max_size=3))
    graph = draw(graphs)
    cells = [BlankNode(f"l{index}") for index in range(len(members))]
    quads = [Quad(draw(names), draw(names), cells[0] if cells else NIL, graph)]
    for index, (cell, member) in enumerate(zip(cells, members, strict=True)):
        following = cells[index + 1] if index + 1 < len(cells) else NIL
        quads += [Quad(cell, FIRST, member, graph), Quad(cell, REST, following, graph)]
    return quads


single = st.builds(Quad, names | blanks, names, names | blanks | literals, graphs)
datasets = st.builds(
    lambda some, lists: list(dict.fromkeys([*some, *(quad for each in lists for quad in each)])),
    st.lists(single, min_size=1, max_size=6),
    st.lists(lists(), max_size=1),
)
"""Quads, in any graph."""
