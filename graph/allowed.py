"""What the operator may see: every pair of label and distribution. Readers' sights: `api.sights`."""

from __future__ import annotations

from collections.abc import Mapping

from graph.sight import Sight
from ontology.labels import Pair
from ontology.views import view_of


def everything(pairs: Mapping[int, Pair], view: str | None = None) -> Sight:
    """The operator's sight: all that was observed, and what one view concluded, or all of them did.

    Args:
        pairs: every pair that was ever numbered, by its number.
        view: whose conclusions; None for every view's.
    """
    return Sight.of((number for number, pair in pairs.items() if _in_view(pair, view)), view)


def _in_view(pair: Pair, view: str | None) -> bool:
    return view is None or view_of(pair.distribution) in (None, view)
