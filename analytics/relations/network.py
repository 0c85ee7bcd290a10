"""The network of who meets whom, over time: communities, brokers, who entered and left, which tie is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from analytics.relations.meetings import Meetings

SEED = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two networks.

    Attributes:
        entered: who has ties now and had none.
        left: who had ties and has none.
        new: pairs that have a tie now and had none, each in order.
        ended: pairs that had one and have none.
    """

    entered: frozenset[str]
    left: frozenset[str]
    new: frozenset[tuple[str, str]]
    ended: frozenset[tuple[str, str]]


def network(meetings: Meetings, names: Sequence[str], start: int, end: int) -> nx.Graph[str]:
    """Who met within a span of time: nodes are subjects, an edge is that two met.

    An edge has `meetings`, how many, and `seconds`, how long together within the span.

    Args:
        meetings: all of them.
        names: of the subjects, by the index under which meetings know them.
        start: epoch milliseconds.
        end: epoch milliseconds; a meeting that begins at it is outside.
    """
    inside = meetings.where((meetings.starts < end) & (meetings.ends > start))
    seconds = (np.minimum(inside.ends, end) - np.maximum(inside.starts, start)) / 1000.0
    graph: nx.Graph[str] = nx.Graph()
    for a, b, lasted in zip(inside.first.tolist(), inside.second.tolist(), seconds.tolist(), strict=True):
        tie = graph.get_edge_data(names[a], names[b], {"meetings": 0, "seconds": 0.0})
        graph.add_edge(names[a], names[b], meetings=tie["meetings"] + 1, seconds=tie["seconds"] + lasted)
    return graph


def communities(graph: nx.Graph[str], weight: str = "meetings") -> list[frozenset[str]]:
    """Groups that meet among themselves more than with others, the largest first.

    By the Louvain method (Blondel et al. 2008, "Fast unfolding of communities in large networks"), seeded.
    """
    # The order in which nodes were added decides among equals: sorted, it is the same for the same ties.
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted((min(a, b), max(a, b), tie) for a, b, tie in graph.edges(data=True)))
    found = nx.community.louvain_communities(ordered, weight=weight, seed=SEED)
    return sorted(map(frozenset, found), key=lambda group: (-len(group), min(group)))


def brokers(graph: nx.Graph[str]) -> dict[str, float]:
    """Who stands between others, the most first; 1 is on every shortest way.

    Betweenness (Freeman 1977, "A set of measures of centrality based on betweenness"), each tie one step.
    """
    between = nx.betweenness_centrality(graph)
    return dict(sorted(between.items(), key=lambda each: (-each[1], each[0])))


def change(before: nx.Graph[str], after: nx.Graph[str]) -> Change:
    """What differs between an earlier network and a later one."""
    old, new = (frozenset((min(tie), max(tie)) for tie in graph.edges) for graph in (before, after))
    return Change(
        frozenset(after) - frozenset(before), frozenset(before) - frozenset(after), new - old, old - new
    )


def first_meetings(meetings: Meetings) -> np.ndarray:
    """The index of each pair's first meeting, in order of time; shape (pairs,)."""
    order = np.lexsort((meetings.starts, meetings.second, meetings.first))
    a, b = meetings.first[order], meetings.second[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return np.sort(order[fresh])
