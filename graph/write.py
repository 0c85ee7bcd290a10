"""What was told, into the graph: sorted by the way in which each kind of thing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph import write_pieces, write_rdf, write_shared, write_verdicts, write_versions
from graph.memory import Memory
from graph.pairs import Pairs
from graph.pieces import Pieces, cut
from graph.rdf_rest import Rest
from graph.rows import EVIDENCE, Edge, known_by_name, label, properties
from graph.statement import Tx
from graph.told import Told
from graph.touches import WATERMARK, EdgeId, NodeId, Touches
from ontology.observed import SubjectState, Tick, TrackSegment


def write(tx: Tx, told: Iterable[Told], memory: Memory) -> None:
    """Write what was told, in its order; `memory` takes note, and must forget if this is not committed."""
    shared, sources = Touches(), Touches()
    segments: list[Told] = []
    conclusions: list[Told] = []
    rests: list[Told] = []
    for each in told:
        if isinstance(each.thing, Rest):
            rests.append(each)
            continue
        if isinstance(each.thing, TrackSegment):
            segments.append(each)
        elif each.thing.versioned:
            conclusions.append(each)
        else:
            _tell(sources if isinstance(each.thing, Tick) else shared, each)
    write_verdicts.alone(tx, conclusions)
    pieces = _pieces(tx, segments, memory)
    for each in (*segments, *conclusions):
        _refer(shared, each)
    for piece in pieces.again:
        _see_again(shared, piece.segment.subject, piece.key, piece.pairs)
    write_shared.write(tx, shared, memory)
    write_pieces.create(tx, pieces.new.values())
    write_verdicts.write(tx, write_versions.write(tx, conclusions))
    write_rdf.write(tx, rests, memory)
    # Every batch of every partition tells of its source: whoever writes it holds its lock until the commit.
    write_shared.write(tx, sources, memory)


def _tell(shared: Touches, told: Told) -> None:
    """A shared thing's own facts, and what it refers to."""
    thing, pair, known_at = told.thing, told.pair, told.known_at
    if isinstance(thing, Tick):
        shared.node(NodeId("Source", thing.key), pair, known_at, {WATERMARK: thing.watermark})
        return
    _refer(shared, told)
    if isinstance(thing, SubjectState):
        shared.state(thing.subject, pair, known_at, properties(thing))
        return
    node = NodeId(label(thing), thing.key)
    shared.node(node, pair, known_at, properties(thing))
    for edge in told.edges:
        shared.edge(_between(node, edge, NodeId(edge.label, edge.key)), pair, known_at)


def _refer(shared: Touches, told: Told) -> None:
    """The shared things that a thing refers to; what its name tells all about is told with it."""
    for edge in told.edges:
        if edge.label == EVIDENCE:
            continue
        node = NodeId(edge.label, edge.key)
        if facts := known_by_name(edge.label, edge.key):
            shared.node(node, told.pair, told.known_at, facts)
        else:
            shared.refer(node)


def _see_again(shared: Touches, subject: str, piece: str, pairs: Pairs) -> None:
    start, end = NodeId("Subject", subject), NodeId("TrackSegment", piece)
    for pair, known_at in pairs.items():
        shared.node(end, pair, known_at)
        shared.edge(EdgeId(start, "HAS_TRACK", end), pair, known_at)


def _pieces(tx: Tx, segments: Iterable[Told], memory: Memory) -> Pieces:
    told = list(_segments(segments))
    unknown = {segment.key for segment, _, _ in told if memory.segment(segment.key) is None}
    if unknown:
        for key, found in write_pieces.read_known(tx, unknown).items():
            memory.remember_segment(key, found)
    pieces = Pieces()
    for segment, pair, known_at in told:
        known = memory.segment(segment.key)
        if known is not None and (piece := cut(known, segment, pair, known_at)) is not None:
            pieces.add(piece, known)
    return pieces


def _segments(told: Iterable[Told]) -> Iterator[tuple[TrackSegment, int, int]]:
    for each in told:
        if isinstance(each.thing, TrackSegment):
            yield each.thing, each.pair, each.known_at


def _between(node: NodeId, edge: Edge, end: NodeId) -> EdgeId:
    return EdgeId(end, edge.kind, node) if edge.incoming else EdgeId(node, edge.kind, end)
