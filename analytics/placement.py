"""Which stay is at which place: one sequence over all subjects, taken up again where a change touches it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from typing import NamedTuple

from analytics.places import Places
from ontology.concluded import Place


class Ended(NamedTuple):
    """A stay that is over, in the order in which places are founded.

    Attributes:
        closed: epoch milliseconds at which it was known to be over.
        subject: whose stay, by IRI.
        start: epoch milliseconds of its beginning.
        lon: degrees east of its centre.
        lat: degrees north of its centre.
    """

    closed: int
    subject: str
    start: int
    lon: float
    lat: float


class Placement:
    """The stays that are over, in order, each at its place.

    Attributes:
        places: what they have founded.
        founders: the stay that founded each place.
    """

    def __init__(self, places: Places) -> None:
        """Begin with no stay.

        Args:
            places: without any place yet; belongs to the placement from here on.
        """
        self.places = places
        self._order: list[Ended] = []
        self._placed: list[Place] = []
        self._before: list[int] = []
        self.founders: list[Ended] = []

    def replace(self, gone: Collection[Ended], come: Collection[Ended]) -> dict[tuple[str, int], Place]:
        """Take stays out and put others in, and place all again that come after the first of them.

        Returns:
            Subject and start of every stay that is new, or now at another place → its place.
        """
        if not gone and not come:
            return {}
        at = min(bisect_left(self._order, ended) for ended in (*gone, *come))
        was = {
            (ended.subject, ended.start): place
            for ended, place in zip(self._order[at:], self._placed[at:], strict=True)
        }
        without, fresh = set(gone), set(come)
        tail = sorted([ended for ended in self._order[at:] if ended not in without] + list(come))
        self.places.forget(self._before[at] if at < len(self._before) else len(self.places))
        del self.founders[len(self.places) :]
        del self._order[at:], self._placed[at:], self._before[at:]
        moved = {}
        for ended in tail:
            self._before.append(len(self.places))
            place = self.places.found(ended.lon, ended.lat)
            if len(self.places) > self._before[-1]:
                self.founders.append(ended)
            self._order.append(ended)
            self._placed.append(place)
            if was.get((ended.subject, ended.start)) != place or ended in fresh:
                moved[ended.subject, ended.start] = place
        return moved
