"""What the analytics take from a record of `knowledge`: fixes and ticks, and nothing else."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from analytics.track import Track
from ontology import rdf
from ontology.errors import OntologyError
from ontology.kind import Thing
from ontology.observed import Tick, TrackSegment
from ontology.segment import read_segment
from ontology.terms import ours
from ontology.times import to_ms
from runtime.errors import PoisonError
from runtime.record import CONTENT_TYPE, N_TRIPLES, Record

_WANTED: Final = (ours("TrackSegment").encode(), ours("Tick").encode())


class Fixes(NamedTuple):
    """What a record tells of one subject."""

    subject: str
    source: str
    track: Track


class Mark(NamedTuple):
    """What a record vouches for: everything of a source before `watermark`, epoch milliseconds."""

    source: str
    watermark: int


def read(record: Record) -> list[Fixes | Mark]:
    """The fixes and ticks in a record.

    A source is a distribution under one label: a tick under one label says nothing of what another hides.

    Raises:
        PoisonError: it cannot be read.
    """
    if not any(name in record.value for name in _WANTED):
        return []
    try:
        known = record.known_at
        things = _things(record)
    except (OntologyError, ValueError) as error:
        raise PoisonError(str(error)) from error
    told: list[Fixes | Mark] = []
    for thing in things:
        if isinstance(thing, TrackSegment):
            since = thing.times if known is None else np.full(len(thing.times), to_ms(known))
            track = Track.of(thing.times, thing.lons, thing.lats, since)
            told.append(Fixes(thing.subject, _source(record.distribution, record.label), track))
        elif isinstance(thing, Tick):
            told.append(Mark(_source(record.distribution, record.label), to_ms(thing.watermark)))
    return told


def _things(record: Record) -> list[Thing]:
    segment = read_segment(record.value)
    if segment is not None:
        return [segment]
    return rdf.read(record.value, record.headers.get(CONTENT_TYPE) or N_TRIPLES)


def _source(distribution: str, label: str) -> str:
    return f"{distribution}\n{label}"
