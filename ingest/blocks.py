"""Cuts lines into blocks: as they stand, or as they would have come live; the same lines give the same."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from ingest.feed import NO_TIME, Block, Feed
from ontology.times import HOUR_MS

MOST_BYTES: Final = 4 * 1024 * 1024


def as_they_stand(
    feed: Feed, lines: Iterable[bytes | None], most_lines: int, first_line: int | None
) -> Iterator[Block]:
    """Lines in their order; what belongs together with later ones waits for them, over one pause at most.

    Args:
        feed: the feed.
        lines: the lines; None asks for what there is so far.
        most_lines: how many a block has at most.
        first_line: the number of the first line; None where they do not stand in a row.
    """
    gathered: list[bytes] = []
    size = waited = 0
    for line in lines:
        if line is not None:
            gathered.append(line)
            size += len(line)
        if gathered and (line is None or len(gathered) >= most_lines or size >= MOST_BYTES):
            ready = len(gathered) - feed.held(gathered, waited)
            if ready:
                yield _block(gathered[:ready], first_line)
                first_line = None if first_line is None else first_line + ready
            gathered = gathered[ready:]
            size = sum(map(len, gathered))
            waited = len(gathered) if line is None else max(0, waited - ready)
    if gathered:
        yield _block(gathered, first_line)


def as_if_live(feed: Feed, head: bytes, lines: Iterable[bytes | None], most_lines: int) -> Iterator[Block]:
    """Lines sorted by their time, cut at each UTC hour, too; one without a time follows the one before it."""
    every = [line if line.endswith(b"\n") else line + b"\n" for line in lines if line is not None]
    times = feed.times(head, b"".join(every))
    times = (
        times[np.maximum.accumulate(np.where(times == NO_TIME, 0, np.arange(len(times))))]
        if len(times)
        else times
    )
    order = np.argsort(times, kind="stable")
    hours = times[order] // HOUR_MS
    edges = [0, *(np.flatnonzero(np.diff(hours)) + 1).tolist(), len(every)]
    for begin, end in pairwise(edges):
        hour = (every[place] for place in order[begin:end].tolist())
        yield from as_they_stand(feed, hour, most_lines, None)


def _block(lines: list[bytes], first_line: int | None) -> Block:
    body = b"".join(lines)
    return Block(body if body.endswith(b"\n") else body + b"\n", len(lines), first_line)
