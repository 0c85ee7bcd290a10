"""What an analyst says of a finding: knowledge of its own, that outlives whatever the finding was made by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from ontology.kind import Link, Property, Thing
from ontology.terms import IES, ours


class Word(StrEnum):
    """What can be said of a finding."""

    CONFIRMED = "confirmed"
    """It is so, and it matters."""
    DISMISSED = "dismissed"
    """It is not so, or does not matter: this one."""
    KNOWN = "known"
    """A known pattern: this one, and every one like it at the same place and hour."""
    WITHDRAWN = "withdrawn"
    """What was said before no longer stands."""


LOWERING = frozenset({Word.DISMISSED, Word.KNOWN})
"""Words that lower a finding's rank."""


@dataclass(frozen=True, slots=True)
class Verdict(Thing):
    """An analyst's word on a finding. It never changes: a later one stands in its place.

    It is tied to view, subject, kind and time of the finding, and not to the finding's key alone: so it
    stands on whatever a later run, or a later version of the detector, finds of the same.
    """

    ies_class: ClassVar[str] = IES + "AssessToBeTrue"
    versioned: ClassVar[bool] = True
    """Of one view, and nobody but analysts may tell it: not that it changes."""
    view: str
    subject: Annotated[str, Link(ours("verdictAbout"), "ABOUT", "Subject")]
    finding: Annotated[str, Property(ours("verdictOn"))]
    """IRI of the finding as it was called when the verdict was given."""
    kind: str
    """The finding's."""
    place: Annotated[str | None, Property(ours("verdictAt"))]
    """IRI of the finding's place."""
    timezone: str | None
    """IANA name of that place's civil time."""
    start: datetime
    """When the finding began."""
    end: datetime
    """When it ended."""
    word: str
    """A `Word`."""
    reason: str | None
    """Why, in the analyst's words."""
    by: str
    """Who said it."""
    issuer: str
    """Who vouches for that name."""
    given: datetime
