"""A file of fixes as tracks in memory, read by a feed: the way into the analytics without any server."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from analytics.track import Track
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
    """What a file says.

    Attributes:
        tracks: by the subject's IRI, each in order of time.
        names: the subject's IRI → the last name told of it.
        rejects: the lines that cannot be believed, numbered from the top of the file, from 1.
        until: epoch milliseconds just behind the last fix; 0 where there is none.
    """

    tracks: dict[str, Track]
    names: dict[str, str]
    rejects: list[tuple[int, Reject]]
    until: int


def read(feed: Feed, source: str, settings: Settings) -> FixesFile:
    """Reads a whole file, or standard input, into memory.

    Raises:
        InputError: it cannot be read, or is not of the feed.
    """
    try:
        with opened(source) as (stream, _):
            first = next(lines(stream, source), b"")
            head = feed.head(first)
            body = (b"" if head else first) + stream.read()
        latest = datetime.now(UTC) + timedelta(seconds=settings.future_seconds)
        parsed = feed.parse(head, body, Bounds(to_ms(settings.earliest), to_ms(latest)))
    except (FeedError, PublishError, OSError) as error:
        raise InputError(str(error)) from error
    begins = FIRST_LINES if head else 1
    rejects = [(reject.line + begins, reject) for reject in parsed.rejects]
    tracks = _tracks(parsed)
    until = max((int(track.times[-1]) + 1 for track in tracks.values()), default=0)
    return FixesFile(tracks, _names(parsed), rejects, until)


def _tracks(parsed: Parsed) -> dict[str, Track]:
    if parsed.motion is None or not len(parsed.rows):
        return {}
    order = np.argsort(parsed.subjects, kind="stable")
    subjects = parsed.subjects[order]
    bounds = np.flatnonzero(np.diff(subjects, prepend=-1, append=subjects[-1] + 1))
    tracks = {}
    for start, stop in pairwise(bounds):
        rows = order[start:stop]
        times = parsed.times[rows]
        track = Track.of(times, parsed.motion.lons[rows], parsed.motion.lats[rows])
        tracks[_key(parsed, int(subjects[start]))] = track
    return tracks


def _names(parsed: Parsed) -> dict[str, str]:
    said = np.flatnonzero(parsed.words != NOTHING_SAID)
    told = sorted((int(parsed.times[row]), int(row)) for row in said)
    found: dict[str, str] = {}
    for _, row in told:
        name = parsed.said[int(parsed.words[row])].name
        if name:
            found[_key(parsed, int(parsed.subjects[row]))] = name
    return found


def _key(parsed: Parsed, subject: int) -> str:
    named = parsed.named[subject]
    return iri.subject(named.scheme.lower(), named.value)
