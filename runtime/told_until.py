"""Up to when each source has told everything, by the last ticks in the log."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ontology import iri
from ontology.errors import OntologyError
from ontology.observed import Tick
from ontology.rdf import read
from runtime.consumer import Slot
from runtime.glance import glance
from runtime.record import Record

LAST: Final = 1_000
"""So many offsets at the end of each partition are looked at."""
_SOURCES: Final = iri.SOURCE.encode()


def told_until(bootstrap: str, topic: str, ends: Mapping[Slot, int]) -> dict[str, datetime]:
    """The watermarks of the sources that told something lately.

    Args:
        bootstrap: Kafka's `host:port`.
        topic: the full name of the knowledge topic.
        ends: the ends of its partitions, by `lag.ends`.

    Returns:
        Source (IRI) → the instant before which it has told everything: the least of all partitions. Of a
        source whose last tick lies further back than `LAST` records nothing is said.

    Raises:
        TransientError: Kafka is away.
    """
    slots = {slot: max(0, end - LAST) for slot, end in ends.items() if slot[0] == topic}
    marks: dict[str, dict[int, datetime]] = defaultdict(dict)
    for record, _ in glance(bootstrap, {slot: at for slot, at in slots.items() if ends[slot]}):
        tick = _tick(record)
        if tick is not None:
            of = marks[tick.key]
            of[record.partition] = max(of.get(record.partition, tick.watermark), tick.watermark)
    return {source: min(found.values()) for source, found in marks.items() if len(found) == len(slots)}


def _tick(record: Record) -> Tick | None:
    if record.key is None or not record.key.startswith(_SOURCES):
        return None
    try:
        things = read(record.value)
    except OntologyError:
        return None  # a partner's record that no stage can read: it is among the dead letters
    return next((thing for thing in things if isinstance(thing, Tick)), None)
