"""A file of fixes as columns in memory, read by a feed: the way into the analytics without any server."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from api.cli.errors import InputError
from ingest.errors import FeedError, PublishError
from ingest.feed import NOTHING_SAID, Bounds, Feed, Parsed, Reject
from ingest.source import lines, opened
from ontology import iri
from ontology.times import to_ms
from runtime.settings import Settings

FIRST_LINES: Final = 2
"""The number of the first line after a head, as people count."""


@dataclass(frozen=True, slots=True)
class FixesFile:
    """What a file says: columns of shape (n,), a fix a row, in the order of the file.

    Attributes:
        subjects: who, by IRI.
        times: epoch milliseconds, UTC.
        lons: degrees east, WGS 84.
        lats: degrees north, WGS 84.
        names: the subject's IRI → the last name told of it.
        rejects: the lines that cannot be believed, numbered from the top of the file, from 1.
    """

    subjects: NDArray[np.str_]
    times: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    names: dict[str, str]
    rejects: list[tuple[int, Reject]]


def read(feed: Feed, source: str, settings: Settings) -> FixesFile:
    """Reads a whole file, or standard input, into memory.

    Raises:
        InputError: it cannot be read, is not of the feed, or has no fix that can be believed.
    """
    try:
        head, body = _content(feed, source)
        latest = datetime.now(UTC) + timedelta(seconds=settings.future_seconds)
        parsed = feed.parse(head, body, Bounds(to_ms(settings.earliest), to_ms(latest)))
    except PublishError as error:
        raise InputError(str(error)) from error
    except (FeedError, OSError, EOFError) as error:
        raise InputError(f"{source} cannot be read: {error}") from error
    if parsed.sparse:
        raise InputError(
            f"{source} holds sightings, and what is analysed are fixes; `diurnal ingest {feed.name}` loads it"
        )
    begins = FIRST_LINES if head else 1
    rejects = [(reject.line + begins, reject) for reject in parsed.rejects]
    placed = np.zeros(0, np.bool_) if parsed.motion is None else ~np.isnan(parsed.motion.lons)
    if parsed.motion is None or not placed.any():
        why = f": line {rejects[0][0]}: {rejects[0][1].reason}" if rejects else ""
        raise InputError(f"{source} has no fix that can be believed{why}")
    keys = np.array([iri.subject(named.scheme.lower(), named.value) for named in parsed.named])
    return FixesFile(
        keys[parsed.subjects[placed]],
        parsed.times[placed],
        parsed.motion.lons[placed],
        parsed.motion.lats[placed],
        _names(parsed, keys),
        rejects,
    )


def _content(feed: Feed, source: str) -> tuple[bytes, bytes]:
    """The head and the body of a whole file."""
    with opened(source) as (stream, _):
        if feed.whole:
            return b"", stream.read()
        first = next(lines(stream, source), b"")
        if not first.strip():
            raise InputError(f"{source} is empty")
        head = feed.head(first)
        rest = lines(stream, source)
        told = feed.arriving(rest if head else chain([first], rest), live=False)
        return head, b"".join(line for line in told if line is not None)


def _names(parsed: Parsed, keys: NDArray[np.str_]) -> dict[str, str]:
    rows = np.flatnonzero(parsed.words != NOTHING_SAID)
    in_time = rows[np.argsort(parsed.times[rows], kind="stable")]
    told = ((str(keys[parsed.subjects[row]]), parsed.said[int(parsed.words[row])].name) for row in in_time)
    return {key: name for key, name in told if name}
