"""Which records a view concludes from: decided by label and distribution, once for each pair of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from ontology.errors import LabelError
from ontology.labels import Hierarchies
from ontology.views import View, view_of
from runtime.record import Record

_MOST: Final = 65_536
"""So many pairs are remembered; a stranger may send any number."""


class Visible:
    """The records that a view may see. What was concluded, by whatever view, is none of them."""

    def __init__(self, view: View, hierarchies: Hierarchies, without: Collection[str] = ()) -> None:
        """Begin.

        Args:
            view: whose profile decides.
            hierarchies: attribute → its values from low to high.
            without: distributions that were withdrawn when the view began; it never sees them.
        """
        self._view, self._hierarchies, self._without = view, hierarchies, frozenset(without)
        self._known: dict[tuple[str, str], bool] = {}

    def among(self, records: Iterable[Record]) -> list[Record]:
        """Those of some records that the view may see, in their order."""
        return [record for record in records if self(record)]

    def __call__(self, record: Record) -> bool:
        """Whether the view may see a record."""
        pair = record.label, record.distribution
        seen = self._known.get(pair)
        if seen is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            seen = self._known[pair] = self._sees(*pair)
        return seen

    def _sees(self, label: str, distribution: str) -> bool:
        if view_of(distribution) is not None or distribution in self._without:
            return False
        try:
            return self._view.sees(label, self._hierarchies)
        except LabelError:  # nobody can be cleared for it; the loader puts it among the dead letters
            return False
