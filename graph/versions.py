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
        id: its `_version`, unique in the graph.
        key: the conclusion's key.
        content: digest of what it says.
        pair: in which way it is known.
        known_at: since when, epoch milliseconds.
        until: when it was superseded.
        labels: of its node; empty where the node is in the graph already.
        properties: of its node.
        links: its edges to shared things.
        cites: keys of the conclusions that it rests on; empty where the node is in the graph already.
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
    """What stands in the graph of the conclusions that a batch is about, at or after its earliest Known-At.

    Attributes:
        versions: by key, the versions of that conclusion, by their id; the open one is the latest told.
        citing: by key, the versions that rest on that conclusion, by their id.
    """

    versions: dict[str, dict[str, Version]] = field(default_factory=dict)
    citing: dict[str, dict[str, Version]] = field(default_factory=dict)


@dataclass(slots=True)
class Changes:
    """What a batch does.

    Attributes:
        opened: new versions, which may have been closed again within the batch.
        citations: new edges between versions, likewise.
        closed: by their id, versions in the graph that now end at their `until` with all their edges.
        awaiting: versions with the key of what they rest on that never stands together with them.
    """

    opened: list[Version] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    closed: dict[str, Version] = field(default_factory=dict)
    awaiting: list[tuple[Version, str]] = field(default_factory=list)


class Fold:
    """Takes conclusions one by one.

    Whatever became known later than what is told now no longer holds from the earlier of the two moments on:
    so what is seen as of a moment is what the records known by then, in their order, come to.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._citations: dict[str, list[Citation]] = {}
        self.changes = Changes()

    def take(self, told: Told) -> None:
        """A conclusion, or the word that one no longer holds."""
        standing = self._standing.versions.setdefault(told.thing.key, {})
        if not isinstance(told.thing, Retraction) and any(
            _says(version, told) for version in standing.values()
        ):
            return
        for version in standing.values():
            if version.until > told.known_at:
                self._end(version, told.known_at)
        if not isinstance(told.thing, Retraction):
            self._open(opened(told), standing)

    def _open(self, version: Version, standing: dict[str, Version]) -> None:
        self.changes.opened.append(version)
        for key in version.cites:
            self._standing.citing.setdefault(key, {})[version.id] = version
            targets = self._standing.versions.get(key, {}).values()
            if sum(self._cite(version, target) for target in targets) == 0:
                self.changes.awaiting.append((version, key))
        standing[version.id] = version
        for citing in self._standing.citing.get(version.key, {}).values():
            # What a finding rests on was told anew: the finding now rests on the new version.
            self._cite(citing, version)

    def _cite(self, citing: Version, target: Version) -> bool:
        """Whether there is any moment at which both hold."""
        since, until = max(citing.known_at, target.known_at), min(citing.until, target.until)
        if since >= until:
            return False
        citation = Citation(citing, target, since, until)
        self.changes.citations.append(citation)
        for end in (citing, target):
            self._citations.setdefault(end.id, []).append(citation)
        return True

    def _end(self, version: Version, known_at: int) -> None:
        version.until = known_at
        if not version.labels:
            self.changes.closed[version.id] = version
        for citation in self._citations.get(version.id, ()):
            citation.until = min(citation.until, known_at)


def fold(standing: Standing, conclusions: Iterable[Told]) -> Changes:
    """What these conclusions, in this order, do to what stands."""
    folding = Fold(standing)
    for told in conclusions:
        folding.take(told)
    return folding.changes


def _says(version: Version, told: Told) -> bool:
    """Whether what is told is what holds, and was known no later."""
    same = (version.content, version.pair) == (told.content, told.pair)
    return same and version.until == OPEN and version.known_at <= told.known_at


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
