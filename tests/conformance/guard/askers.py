"""Who asks, in which view, as of when; and what they were permitted, worked out apart from their sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.clearance import Clearance
from api.known_pairs import Known
from api.sights import Sights
from graph.sight import NOW, Sight
from ontology.labels import Pair, canonical, evaluate, pair_id, parse
from ontology.times import to_ms
from ontology.views import View
from tests.conformance.guard.world import CONCLUDED, OBSERVED, WITHDRAWN, Sent, World, at

HIERARCHIES: Final = {"clearance": ("open", "secret", "top")}
VIEWS: Final = {
    "full": View("full", {"clearance": ("secret",)}, "clearance=secret"),
    "low": View("low", {}, "*"),
}
USERS: Final[dict[str, Mapping[str, tuple[str, ...]]]] = {
    "anyone": {},
    "agent": {"clearance": ("top",)},
    "blue": {"team": ("blue",)},
    "chief": {"clearance": ("secret",), "team": ("blue", "green")},
    "red": {"clearance": ("open",), "team": ("red",)},
}
MOMENTS: Final = {"before": -1.0, "early": 30.0, "between": 62.5, "after": 120.0, "now": None}
_TOLD: Final = (*OBSERVED, *CONCLUDED.values())
PAIRS: Final = {
    pair_id(pair): pair for pair in (Pair(canonical(one.label), one.distribution) for one in _TOLD)
}


def sights() -> Sights:
    """As the API makes them."""
    gone = frozenset({WITHDRAWN})
    return Sights(
        lambda: Known(1, PAIRS), VIEWS, HIERARCHIES, lambda: gone, began=lambda: dict.fromkeys(VIEWS, gone)
    )


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody, who reads a view as of a moment."""

    user: str
    view: str
    moment: str

    def __str__(self) -> str:
        return f"{self.user}, {self.view}, {self.moment}"

    @property
    def by(self) -> int:
        """Epoch milliseconds."""
        hours = MOMENTS[self.moment]
        return NOW if hours is None else to_ms(at(hours))

    def sight(self) -> Sight:
        """What they see, by Diurnal."""
        clearance = Clearance.of(self.user, "test", USERS[self.user])
        return sights().sight(clearance, self.view, self.by)

    def may(self, sent: Sent) -> bool:
        """Whether a record is permitted them."""
        return (
            evaluate(parse(sent.pair.label), USERS[self.user], HIERARCHIES)
            and sent.pair.distribution != WITHDRAWN
            and (sent.pair not in CONCLUDED.values() or sent.pair == CONCLUDED[self.view])
            and to_ms(sent.known_at) <= self.by
        )

    def permitted(self, whole: World) -> World:
        """What would be left of a world, had nothing else ever come."""
        observed, concluded = (
            tuple(sent for sent in told if self.may(sent)) for told in (whole.observed, whole.concluded)
        )
        return World(observed, concluded)
