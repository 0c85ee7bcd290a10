"""Whether a file is told in the order of time, found while it is read, one block ahead.

A file that is sorted by ship, as often, begins with one ship's whole time: only the block after it shows
that it vouches for nothing. From the first block that goes back on, nothing is vouched for before the
closing tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from ingest.feed import Block

Span = tuple[int, int] | None
"""The earliest and the latest believable time of a block, epoch milliseconds; None where it has none."""

_NEVER: Final = -(2**63)


class Ordered(NamedTuple):
    """A block, and what its times say.

    Attributes:
        block: the block.
        latest: its latest believable time, epoch milliseconds, if it has any.
        in_order: neither it nor what comes before or right after it goes back.
    """

    block: Block
    latest: int | None
    in_order: bool


def ordered(blocks: Iterable[Block], span: Callable[[Block], Span], slack_ms: int) -> Iterator[Ordered]:
    """Each block with whether it is in order.

    Args:
        blocks: in the order of the file.
        span: tells a block's times.
        slack_ms: milliseconds that a block may go back behind the latest time before it.
    """
    latest, orderly = _NEVER, True
    held: tuple[Block, Span] | None = None
    for block in blocks:
        times = span(block)
        orderly = orderly and (times is None or times[0] >= latest - slack_ms)
        if held is not None:
            yield _told(*held, orderly)
        latest = latest if times is None else max(latest, times[1])
        held = block, times
    if held is not None:
        yield _told(*held, orderly)


def _told(block: Block, span: Span, orderly: bool) -> Ordered:
    return Ordered(block, None if span is None else span[1], orderly)
