"""Which part of the graph is exported as RDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from graph.reader.errors import NotKnownError
from graph.reader.within import ALWAYS, Interval
from ontology.kind import Thing
from ontology.kinds import KINDS
from ontology.observed import SUBJECT_CLASSES, Subject

DEFAULT: Final = ""
"""The name of the default graph."""
STATEMENT: Final = "Statement"
"""The kind of what is of no kind of ours."""
KEPT: Final = tuple(name for name in KINDS if name not in ("Retraction", "Tick"))
"""Kinds that the graph has things of, for readers; a source's watermark is the latest that anybody told."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the graph; without any condition all that its reader sees.

    Attributes:
        subject: the IRI of one thing or resource, with what is said of it. For a subject that is its
            identifiers, states, tracks, episodes and findings too; blank nodes are followed.
        kind: a kind of things, a class of subjects, or "Statement" for general RDF.
        graph: the IRI of a named graph, or DEFAULT, where all things of our kinds are.
        within: when things happened; of general statements, when they became known. What has no time
            (subjects, identifiers, places, routines) is there whatever the time.

    Raises:
        NotKnownError: there is no such kind.
    """

    subject: str | None = None
    kind: str | None = None
    graph: str | None = None
    within: Interval = ALWAYS

    def __post_init__(self) -> None:
        known = (*KEPT, *SUBJECT_CLASSES, STATEMENT)
        if self.kind is not None and self.kind not in known:
            raise NotKnownError(f"no kind is called {self.kind!r}; there are {', '.join(known)}")

    @property
    def kinds(self) -> tuple[type[Thing], ...]:
        """The kinds of things that are wanted."""
        if self.graph not in (None, DEFAULT) or self.kind == STATEMENT:
            return ()
        if self.kind is None:
            return tuple(KINDS[name] for name in KEPT)
        return (Subject,) if self.kind in SUBJECT_CLASSES else (KINDS[self.kind],)

    @property
    def statements(self) -> bool:
        """Whether general statements are wanted."""
        return self.kind in (None, STATEMENT)

    def parameters(self) -> dict[str, Any]:
        """`$subject`, `$class`, `$graph` and those of the interval."""
        return {
            "subject": self.subject,
            "class": self.kind if self.kind in SUBJECT_CLASSES else None,
            "graph": self.graph,
            **self.within.parameters(),
        }
