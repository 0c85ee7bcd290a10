"""What somebody who asks may see: their clearance, and one view, as the pairs that they are allowed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from api.clearance import Clearance, Held
from api.errors import ViewRefusedError
from api.judging import labels_of
from api.known_pairs import Known
from api.withdrawals import BeganWithout, Withdrawn, began_with_all, concluded_from, nothing_withdrawn
from graph.sight import NOW, Sight
from ontology.errors import LabelError
from ontology.labels import Hierarchies, Holding, parse
from ontology.views import View, covers, view_of

MOST: Final = 128
"""Holdings whose evaluated labels are remembered; each costs a truth value a label."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Passed:
    """What holdings pass at a moment: pairs of what was observed, and of what each view concluded."""

    version: int
    withdrawn: frozenset[str]
    cleared: frozenset[int]
    """What was observed, withdrawn or not."""
    observed: frozenset[int]
    concluded: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Shut:
    """The views whose conclusions nobody may see, at a moment, and what that follows from."""

    version: int
    withdrawn: frozenset[str]
    began: Mapping[str, frozenset[str]]
    views: frozenset[str]


@dataclass(slots=True)
class _Memory:
    labels: dict[str, bool] = field(default_factory=dict)
    passed: _Passed | None = None


class Sights:
    """Makes sights; evaluates each label once for the same holdings; safe to ask from several threads."""

    def __init__(
        self,
        known: Callable[[], Known],
        views: Mapping[str, View],
        hierarchies: Hierarchies,
        withdrawn: Withdrawn = nothing_withdrawn,
        most: int = MOST,
        began: BeganWithout = began_with_all,
    ) -> None:
        """Nobody has asked yet.

        Args:
            known: the pairs as the log knows them now.
            views: by name, in the order in which they are offered to who names none.
            hierarchies: values of attributes from low to high.
            withdrawn: the distributions that nobody may see.
            most: holdings that are remembered.
            began: what each view was begun without.
        """
        self._known, self._withdrawn, self._began = known, withdrawn, began
        self._shut: _Shut | None = None
        self._views, self._hierarchies = views, hierarchies
        self._most = most
        self._memories: OrderedDict[Held, _Memory] = OrderedDict()
        self._lock = threading.Lock()

    def sight(self, clearance: Clearance, view: str | None = None, moment: int = NOW) -> Sight:
        """What somebody sees: every observed pair that they pass, and the conclusions of one view.

        Without the name of a view it is the first one that they may read; whoever may read none sees
        what was observed, and so does whoever reads one that has concluded from what is withdrawn.

        Args:
            clearance: who asks.
            view: whose conclusions they want.
            moment: epoch milliseconds, as of which.

        Raises:
            ViewRefusedError: there is no such view, or they may not read it; which of the two is not told.
            TransientError: Kafka is away, so nobody knows what there is.
        """
        known, withdrawn = self._known(), self._withdrawn()
        began = self._began() if withdrawn else {}
        with self._lock:
            passed = self._passed(clearance.held, known, withdrawn)
            shut = self._shut_now(known, withdrawn, began)
            chosen = self._chosen(clearance, view, known, passed, shut)
        if chosen is None:
            if view is not None:
                raise ViewRefusedError(view)
            return Sight(passed.observed, moment)
        if chosen in shut:
            return Sight(passed.observed, moment, chosen)
        return Sight(passed.observed | passed.concluded.get(chosen, frozenset()), moment, chosen)

    def labels(self, view: str) -> dict[int, str]:
        """The labels that conclusions of a view bear, by the numbers of their pairs.

        Raises:
            TransientError: Kafka is away, so nobody knows what there is.
        """
        return labels_of(view, self._known().pairs)

    def own_floor(self, view: str) -> str | None:
        """The floor label that the settings give a view, if they do."""
        return self._views[view].floor

    def _chosen(
        self, clearance: Clearance, wanted: str | None, known: Known, passed: _Passed, shut: frozenset[str]
    ) -> str | None:
        names = self._views if wanted is None else [wanted]
        for name in names:
            view = self._views.get(name)
            if view is not None and self._may_read(clearance, view, known, passed, shut=name in shut):
                return name
        return None

    def _shut_now(
        self, known: Known, withdrawn: frozenset[str], began: Mapping[str, frozenset[str]]
    ) -> frozenset[str]:
        """The views that may have concluded from what is withdrawn."""
        if not withdrawn:
            return frozenset()
        found = self._shut
        if found is None or (found.version, found.withdrawn, found.began) != (
            known.version,
            withdrawn,
            began,
        ):
            views = concluded_from(
                self._views.values(), self._hierarchies, list(known.pairs.values()), withdrawn, began
            )
            found = self._shut = _Shut(known.version, withdrawn, began, views)
        return found.views

    def _may_read(
        self, clearance: Clearance, view: View, known: Known, passed: _Passed, *, shut: bool
    ) -> bool:
        """Whether the clearance covers the view, and whoever has it sees all that the view sees.

        And all that it saw, where it has concluded from what is withdrawn: a withdrawal lets nobody in.
        """
        if not covers(clearance.attributes, view, self._hierarchies):
            return False
        if view.attributes is None:
            return True
        profile = Clearance.of(view.name, "", {k: tuple(v) for k, v in view.attributes.items()})
        its = self._passed(profile.held, known, passed.withdrawn)
        return its.cleared <= passed.cleared if shut else its.observed <= passed.observed

    def _passed(self, held: Held, known: Known, withdrawn: frozenset[str]) -> _Passed:
        memory = self._memories.setdefault(held, _Memory())
        self._memories.move_to_end(held)
        if len(self._memories) > self._most:
            self._memories.popitem(last=False)
        found = memory.passed
        if found is None or found.version < known.version or found.withdrawn != withdrawn:
            found = memory.passed = self._evaluated(held, memory.labels, known, withdrawn)
        return found

    def _evaluated(
        self, held: Held, labels: dict[str, bool], known: Known, withdrawn: frozenset[str]
    ) -> _Passed:
        holding = Holding(dict(held), self._hierarchies)
        cleared: set[int] = set()
        observed: set[int] = set()
        concluded: dict[str, set[int]] = {}
        for number, pair in known.pairs.items():
            passes = labels.get(pair.label)
            if passes is None:
                passes = labels[pair.label] = _passes(pair.label, holding)
            if not passes:
                continue
            view = view_of(pair.distribution)
            if view is None:
                cleared.add(number)
            if pair.distribution not in withdrawn:
                (observed if view is None else concluded.setdefault(view, set())).add(number)
        frozen = {view: frozenset(numbers) for view, numbers in concluded.items()}
        return _Passed(known.version, withdrawn, frozenset(cleared), frozenset(observed), frozen)


def _passes(label: str, holding: Holding) -> bool:
    try:
        return holding.passes(parse(label))
    except LabelError:
        _log.error("a label that is no expression: nobody passes it", label=label[:200])
        return False
