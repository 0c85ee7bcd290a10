"""Who may read a report that is kept: whoever sees now all that it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from graph.sight import Sight


@dataclass(frozen=True, slots=True)
class Access:
    """What a report was made from.

    Attributes:
        view: the view that was read.
        allowed: ids of all pairs that its maker saw: what is not in a report may tell as much as what is.
    """

    view: str | None
    allowed: frozenset[int]

    @classmethod
    def of(cls, sight: Sight) -> Access:
        """The access to what was made by a sight."""
        return cls(sight.view, sight.allowed)


May = Callable[[Access], bool]
"""Whether somebody may read what has an access."""


def joined(before: Iterable[Access], fresh: Access) -> tuple[Access, ...]:
    """Every way to the same bytes, less those that ask for more than another does."""
    ways = [*before, fresh]
    return tuple(
        way
        for place, way in enumerate(ways)
        if not any(_asks_less(other, way, first=number < place) for number, other in enumerate(ways))
    )


def written(ways: Iterable[Access]) -> bytes:
    """The ways as they are kept beside a report."""
    return orjson.dumps([{"view": way.view, "allowed": sorted(way.allowed)} for way in ways])


def read(text: bytes) -> tuple[Access, ...]:
    """The ways that are kept beside a report; none where these are damaged."""
    try:
        said = orjson.loads(text)
        return tuple(Access(way["view"], frozenset(map(int, way["allowed"]))) for way in said)
    except (ValueError, TypeError, KeyError):
        return ()


def _asks_less(other: Access, way: Access, *, first: bool) -> bool:
    if other is way or other.view != way.view:
        return False
    return other.allowed < way.allowed or (other.allowed == way.allowed and first)
