"""Which ways of knowing a reader is allowed: their clearance against every pair of label and distribution."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from graph.sight import Sight
from ontology.labels import Attributes, Hierarchies, Holding, Pair, parse
from ontology.views import view_of


def everything(pairs: Mapping[int, Pair], view: str | None = None) -> Sight:
    """The operator's sight: all that was observed, and what one view concluded, or all of them did.

    Args:
        pairs: every pair that was ever numbered, by its number.
        view: whose conclusions; None for every view's.
    """
    return Sight.of((number for number, pair in pairs.items() if _in_view(pair, view)), view)


def cleared(
    pairs: Mapping[int, Pair],
    attributes: Attributes,
    hierarchies: Hierarchies,
    view: str,
    withdrawn: Collection[str] = (),
) -> Sight:
    """A reader's sight: what their attributes pass, of what is not withdrawn, and of one view's conclusions.

    Whether they may read that view at all is asked before.

    Args:
        pairs: every pair that was ever numbered, by its number.
        attributes: what the reader holds.
        hierarchies: values of attributes from low to high.
        view: whose conclusions they read.
        withdrawn: distributions that nobody sees.
    """
    holding = Holding(attributes, hierarchies)
    seen = [
        number
        for number, pair in pairs.items()
        if pair.distribution not in withdrawn
        and view_of(pair.distribution) in (None, view)
        and holding.passes(parse(pair.label))
    ]
    return Sight.of(seen, view)


def _in_view(pair: Pair, view: str | None) -> bool:
    return view is None or view_of(pair.distribution) in (None, view)
