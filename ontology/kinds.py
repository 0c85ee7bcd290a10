"""Every kind of thing, in one registry: the RDF codec and the graph are written over it."""

from typing import Final

from ontology.concluded import Finding, Gap, Meeting, Place, Retraction, Routine, Stay, Trip
from ontology.kind import Thing
from ontology.observed import Identifier, Sighting, Subject, SubjectState, Tick, TrackSegment
from ontology.verdict import Verdict

KINDS: Final[dict[str, type[Thing]]] = {
    kind.__name__: kind
    for kind in (
        Identifier,
        Subject,
        SubjectState,
        TrackSegment,
        Sighting,
        Tick,
        Place,
        Stay,
        Trip,
        Gap,
        Routine,
        Meeting,
        Finding,
        Retraction,
        Verdict,
    )
}
"""Name → dataclass; the RDF class of our own is `ours(name)`."""
