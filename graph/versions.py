"""Versions of conclusions: what a run of records opens and closes, worked out before anything is written.

A pure fold over the records in their order, so that where batches are cut does not matter: what a version
is, and when each of its edges begins and ends, comes out the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.rows import EVIDENCE, Edge, Properties, labels
from graph.told import Told
from ontology.concluded import Retraction
from ontology.times import OPEN


@dataclass(slots=True)
class Version:
    """One version of a conclusion.

    Attributes:
        id: its `version`, unique in the graph.
        key: the conclusion's key.
        content: digest of what it says.
        pair: in which way it is known.
        known_at: since when, epoch milliseconds.
        until: when it was superseded.
        labels: of its node; empty where the node is in the graph already.
        properties: of its node.
        links: its edges to shared things.
        cites: keys of the conclusions that it rests on, as far as they matter here.
    """

    id: str
    key: str
    content: str
    pair: int
    known_at: int
    until: int = OPEN
    labels: tuple[str, ...] = ()
    properties: Properties = field(default_factory=dict)
    links: list[Edge] = field(default_factory=list)
    cites: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Citation:
    """An edge from a finding's version to a version of what it rests on."""

    citing: Version
    cited: Version
    since: int
    until: int = OPEN


@dataclass(slots=True)
class Standing:
    """What stands in the graph of the conclusions that a batch is about.

    Attributes:
        current: by key, the open version.
        citing: by key, the open versions that rest on that conclusion, by their id.
    """

    current: dict[str, Version] = field(default_factory=dict)
    citing: dict[str, dict[str, Version]] = field(default_factory=dict)


@dataclass(slots=True)
class Changes:
    """What a batch does.

    Attributes:
        opened: new versions, which may have been closed again within the batch.
        citations: new edges between versions, likewise.
        closed: versions that stood in the graph, and now end at their `until` with all their edges.
        awaiting: versions with the key of what they rest on that does not stand when they open.
    """

    opened: list[Version] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    closed: list[Version] = field(default_factory=list)
    awaiting: list[tuple[Version, str]] = field(default_factory=list)


class Fold:
    """Takes conclusions one by one."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._citations: dict[str, list[Citation]] = {}
        self.changes = Changes()

    def take(self, told: Told) -> None:
        """A conclusion, or the word that one no longer holds."""
        current = self._standing.current.get(told.thing.key)
        if isinstance(told.thing, Retraction):
            if current is not None:
                self._close(current, told.known_at)
            return
        version = opened(told)
        if current is not None and (current.content, current.pair) == (version.content, version.pair):
            return
        if current is not None:
            self._close(current, told.known_at)
        self._open(version)

    def _open(self, version: Version) -> None:
        self._standing.current[version.key] = version
        self.changes.opened.append(version)
        for key in version.cites:
            self._standing.citing.setdefault(key, {})[version.id] = version
            target = self._standing.current.get(key)
            if target is None:
                self.changes.awaiting.append((version, key))
            else:
                self._cite(version, target, version.known_at)
        for citing in list(self._standing.citing.get(version.key, {}).values()):
            # What a finding rests on was told anew: the finding now rests on the new version.
            self._cite(citing, version, version.known_at)

    def _cite(self, citing: Version, target: Version, since: int) -> None:
        citation = Citation(citing, target, since)
        self.changes.citations.append(citation)
        for end in (citing, target):
            self._citations.setdefault(end.id, []).append(citation)

    def _close(self, version: Version, known_at: int) -> None:
        del self._standing.current[version.key]
        version.until = known_at
        if not version.labels:
            self.changes.closed.append(version)
        for citation in self._citations.get(version.id, ()):
            if citation.until == OPEN:
                citation.until = known_at
        for key in version.cites:
            self._standing.citing[key].pop(version.id, None)


def fold(standing: Standing, conclusions: Iterable[Told]) -> Changes:
    """What these conclusions, in this order, do to what stands."""
    folding = Fold(standing)
    for told in conclusions:
        folding.take(told)
    return folding.changes


def opened(told: Told) -> Version:
    """The version that a conclusion opens."""
    return Version(
        told.version,
        told.thing.key,
        told.content,
        told.pair,
        told.known_at,
        labels=labels(told.thing),
        properties=told.said,
        links=[edge for edge in told.edges if edge.label != EVIDENCE],
        cites=cited(told),
    )


def cited(told: Told) -> list[str]:
    """Keys of the conclusions that this one rests on, each once."""
    return list(dict.fromkeys(edge.key for edge in told.edges if edge.label == EVIDENCE))
