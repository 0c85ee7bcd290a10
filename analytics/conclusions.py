"""What the analytics hand out: all that holds at a moment, or what has changed since the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ontology.concluded import Finding, Gap, Meeting, Place, Retraction, Routine, Stay, Trip

Conclusion = Place | Stay | Trip | Gap | Routine | Meeting | Finding


class Change(NamedTuple):
    """A conclusion that is new, or other than it was, or, as a Retraction, no longer holds.

    Attributes:
        thing: the conclusion.
        known: epoch milliseconds at which the latest of its inputs was known.
        about: the IRI of the subject that it is about; of a place, its own.
    """

    thing: Conclusion | Retraction
    known: int
    about: str


@dataclass(frozen=True, slots=True, repr=False)
class Conclusions:
    """All that holds, each kind in the order of its keys but findings: the most surprising first."""

    closed_until: int
    """Epoch milliseconds before which everything was taken to be known."""
    fixes: int
    subjects: int
    places: tuple[Place, ...]
    stays: tuple[Stay, ...]
    trips: tuple[Trip, ...]
    gaps: tuple[Gap, ...]
    routines: tuple[Routine, ...]
    findings: tuple[Finding, ...]
    meetings: tuple[Meeting, ...] = ()
    """Concluded of files only, in order of time."""

    def __repr__(self) -> str:
        kinds = ("places", "stays", "trips", "gaps", "routines", "findings")
        told = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in kinds)
        return f"Conclusions(from {self.fixes} fixes of {self.subjects} subjects: {told})"


def ranked(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings by surprise, then by how much they were based on, then by time and key."""
    return tuple(sorted(findings, key=lambda found: (-found.surprise, -found.days, found.start, found.key)))
