"""Which distributions nobody may see now, and which views have concluded from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from confluent_kafka.admin import AdminClient

from api.followed import Followed, end_of
from ontology.errors import LabelError
from ontology.labels import Hierarchies, Pair
from ontology.views import View, view_of
from runtime.began import began_without
from runtime.distributions import distributions, hidden
from runtime.topics import Topics

Withdrawn = Callable[[], frozenset[str]]
"""The distributions that nobody may see any more, now."""
BeganWithout = Callable[[], Mapping[str, frozenset[str]]]
"""View → the distributions that were withdrawn when it began: it has never concluded from them."""


def nothing_withdrawn() -> frozenset[str]:
    """Where no distribution can be withdrawn."""
    return frozenset()


def began_with_all() -> Mapping[str, frozenset[str]]:
    """Where every view may have concluded from everything that it sees."""
    return {}


def withdrawals(admin: Callable[[], AdminClient], bootstrap: str, topics: Topics) -> Withdrawn:
    """The distributions that nobody may see, as the log says when it is asked.

    Every question looks at the log, or shares the look of another that began after it was asked: what was
    withdrawn before a question came is not in its answer. Where the log is away it raises, so that nobody is
    answered.

    Args:
        admin: gives a client of the installation's Kafka.
        bootstrap: Kafka's `host:port`.
        topics: the installation's topics.
    """
    followed = Followed(
        lambda: end_of(admin(), topics.distributions, "which distributions are withdrawn"),
        lambda: hidden(distributions(bootstrap, topics)),
        frozenset[str](),
    )
    return lambda: followed.current()[1]


def beginnings(admin: Callable[[], AdminClient], bootstrap: str, topics: Topics) -> BeganWithout:
    """What each view was begun without; arguments as those of `withdrawals`."""
    followed = Followed[Mapping[str, frozenset[str]]](
        lambda: end_of(admin(), topics.views, "how the views began"),
        lambda: began_without(bootstrap, topics),
        {},
        look_every_s=1.0,
    )
    return lambda: followed.current()[1]


def concluded_from(
    views: Iterable[View],
    hierarchies: Hierarchies,
    pairs: Collection[Pair],
    withdrawn: frozenset[str],
    began: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The views that may have concluded from something that is withdrawn.

    Each saw, by its profile, a pair of a distribution that is withdrawn now and was not when it began. A view
    that saw none of it stays as it is: to hide it would tell those who read it that something was withdrawn
    of which they may not know.

    Args:
        views: all of them.
        hierarchies: attribute → its values from low to high.
        pairs: every pair that was ever numbered.
        withdrawn: the distributions that are withdrawn.
        began: what each view was begun without.
    """
    observed = [
        pair for pair in pairs if pair.distribution in withdrawn and view_of(pair.distribution) is None
    ]
    return frozenset(
        view.name
        for view in views
        if any(
            pair.distribution not in began.get(view.name, frozenset())
            and _sees(view, pair.label, hierarchies)
            for pair in observed
        )
    )


def _sees(view: View, label: str, hierarchies: Hierarchies) -> bool:
    try:
        return view.sees(label, hierarchies)
    except LabelError:  # no view concluded from it
        return False
