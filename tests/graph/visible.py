"""What of a graph is visible to whom as of when, worked out here, independent of the guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from neo4j import Driver

Seen = tuple[Counter[str], Counter[str]]
"""Nodes and relationships by all that they show, each as often as it is there."""


@dataclass(frozen=True)
class Dump:
    """All that a graph holds.

    Attributes:
        nodes: by their id, labels and properties.
        edges: type, ids of both ends, and properties.
    """

    nodes: Mapping[str, tuple[list[str], Mapping[str, Any]]]
    edges: list[tuple[str, str, str, Mapping[str, Any]]]

    def seen(self, allowed: Collection[int], moment: int) -> Seen:
        """What whoever is allowed these pairs sees as of a moment."""
        nodes = {
            name: repr((sorted(labels), _shown(said)))
            for name, (labels, said) in self.nodes.items()
            if _visible(said, allowed, moment)
        }
        edges = [
            repr((kind, nodes[start], nodes[end], _shown(said)))
            for kind, start, end, said in self.edges
            if start in nodes and end in nodes and _visible(said, allowed, moment)
        ]
        return Counter(nodes.values()), Counter(edges)


def dump(driver: Driver) -> Dump:
    nodes = driver.execute_query("MATCH (n) RETURN elementId(n), labels(n), properties(n)").records
    edges = driver.execute_query(
        "MATCH (a)-[e]->(b) RETURN type(e), elementId(a), elementId(b), properties(e)"
    ).records
    return Dump(
        {name: (labels, said) for name, labels, said in nodes},
        [(kind, start, end, said) for kind, start, end, said in edges],
    )


def _visible(said: Mapping[str, Any], allowed: Collection[int], moment: int) -> bool:
    ways = zip(said.get("_sec", ()), said.get("_from", ()), strict=True)
    return any(pair in allowed and since <= moment for pair, since in ways) and said["_to"] > moment


def _shown(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in said.items() if not name.startswith("_"))
