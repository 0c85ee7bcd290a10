"""Rows to track segments: the fixes of one subject, from one raw record, within one UTC hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.feed import Motion
from ingest.origin import Origin
from ontology import iri
from ontology.observed import TrackSegment
from ontology.times import HOUR_MS, from_ms

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of several raw records of one feed: arrays of shape (rows,).

    Attributes:
        origins: which raw record each came in, an index.
        subjects: whom it is about, an index.
        times: epoch milliseconds.
    """

    origins: Codes
    subjects: Codes
    times: Codes


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment, with the raw record that it came in and its subject, as indices."""

    segment: TrackSegment
    origin: int
    subject: int


def first_tellings(rows: Rows, motion: Motion, contexts: Codes) -> NDArray[np.bool_]:
    """Which rows are the first to tell their fix.

    The same subject, time and place, told again by the same sensor and source under the same label, is a
    duplicate, whatever raw record it came in.

    Args:
        rows: the rows.
        motion: where they were.
        contexts: shape (rows,): a code of sensor, source and label.
    """
    parts = (contexts, rows.subjects, rows.times, motion.lons.view(np.int64), motion.lats.view(np.int64))
    _, firsts, inverse = np.unique(_mixed(parts), return_index=True, return_inverse=True)
    likes = firsts[inverse]
    first: NDArray[np.bool_] = likes == np.arange(len(likes))
    again = np.flatnonzero(~first)
    for part in parts:  # of what has the same hash, keep what is not the same after all
        first[again[part[again] != part[likes[again]]]] = True
    return first


def _mixed(parts: Sequence[Codes]) -> NDArray[np.uint64]:
    """A 64-bit hash of each row."""
    mixed = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        mixed ^= part.view(np.uint64)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def pieces(rows: Rows, motion: Motion, origins: Sequence[Origin], names: Sequence[str]) -> Iterator[Piece]:
    """The segments that rows make.

    Args:
        rows: the rows.
        motion: where they were.
        origins: the raw records.
        names: the IRIs of the subjects.
    """
    order = np.lexsort((motion.lats, motion.lons, rows.times, rows.subjects, rows.origins))
    origin, subject, times = rows.origins[order], rows.subjects[order], rows.times[order]
    motion = motion.take(order)
    hours = times // HOUR_MS
    changes = (np.diff(origin) != 0) | (np.diff(subject) != 0) | (np.diff(hours) != 0)
    starts = np.concatenate(([0], np.flatnonzero(changes) + 1, [len(times)])) if len(times) else np.array([0])
    edges = starts.tolist()
    firsts = starts[:-1]
    heads = zip(origin[firsts].tolist(), subject[firsts].tolist(), hours[firsts].tolist(), strict=True)
    for begin, end, (of, whom, hour) in zip(edges, edges[1:], heads, strict=False):
        cut = motion.take(slice(begin, end))
        yield Piece(_segment(names[whom], origins[of], _hour(hour), times[begin:end], cut), of, whom)


def _segment(subject: str, origin: Origin, hour: datetime, times: Codes, motion: Motion) -> TrackSegment:
    return TrackSegment(
        iri.segment(subject, origin.sensor, origin.distribution, origin.label, hour),
        subject,
        origin.sensor,
        origin.distribution,
        origin.label,
        hour,
        times,
        motion.lons,
        motion.lats,
        motion.speeds,
        motion.courses,
        motion.headings,
    )


@lru_cache(maxsize=4096)
def _hour(hours: int) -> datetime:
    return from_ms(hours * HOUR_MS)
