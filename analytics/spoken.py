"""A subject's episodes put into words, from some row on: what was told last is compared, not made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analytics import tell
from analytics.episodes import Episodes
from analytics.stays import stay_rows
from ontology.concluded import Gap, Place, Stay, Trip


@dataclass(frozen=True, slots=True)
class Spoken:
    """Stays and gaps from their first rows on, and the trips from the one that leads to the first stay."""

    first_stay: int = 0
    first_gap: int = 0
    stays: tuple[Stay, ...] = ()
    trips: tuple[Trip, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def first_trip(self) -> int:
        """The row of the first trip."""
        return max(self.first_stay - 1, 0)

    def after(self, stay: int, gap: int) -> Spoken | None:
        """What of this is from these rows on; None if it begins later than they do."""
        if stay < self.first_stay or gap < self.first_gap:
            return None
        return Spoken(
            stay,
            gap,
            self.stays[stay - self.first_stay :],
            self.trips[max(stay - 1, 0) - self.first_trip :],
            self.gaps[gap - self.first_gap :],
        )

    def by_key(self) -> dict[str, Stay | Trip | Gap]:
        """All of it by key: stays, then trips, then gaps."""
        things: tuple[Stay | Trip | Gap, ...] = (*self.stays, *self.trips, *self.gaps)
        return {thing.key: thing for thing in things}


def spoken(
    view: str,
    subject: str,
    episodes: Episodes,
    place_of: Callable[[int], Place | None],
    stay: int,
    gap: int,
) -> Spoken:
    """Put episodes into words.

    Args:
        view: whose conclusions they are.
        subject: whom they are about, by IRI.
        episodes: the rows.
        place_of: row of a stay → where it is.
        stay: the first row of the stays.
        gap: the first row of the gaps.
    """
    begin = max(stay - 1, 0)
    rows = stay_rows(episodes.stays[begin:])
    places = [place_of(begin + index) for index in range(len(rows))]
    ways = zip(episodes.trips[begin:].tolist(), rows, rows[1:], places, places[1:], strict=False)
    return Spoken(
        stay,
        gap,
        tuple(
            tell.stay(view, subject, row, place)
            for row, place in zip(rows[stay - begin :], places[stay - begin :], strict=True)
        ),
        tuple(
            tell.trip(view, subject, way, left, reached, (origin, destination))
            for way, left, reached, origin, destination in ways
        ),
        tuple(tell.gaps(view, subject, episodes.gaps[gap:])),
    )
