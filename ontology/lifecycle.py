"""The life of a distribution: who answers for it, and whether its data may be seen, as its owner says.

States, the moves between them and the names of what an action says are those of Telicent's distribution
lifecycle (`smart-caches-core`, module `distribution-lifecycle`, its README's state diagram).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ontology.errors import LifecycleError
from ontology.views import view_of

MOST_ACTIONS: Final = 200
"""So many are kept of each distribution, the latest."""


class State(StrEnum):
    """What is to be done with a distribution's data."""

    UNREGISTERED = "Unregistered"
    """Nobody answers for it yet."""
    REGISTERED = "Registered"
    """It is taken in, and not seen yet."""
    ACTIVE = "Active"
    """It is taken in, and seen by whoever is cleared for it."""
    WITHDRAWN = "Withdrawn"
    """It is taken in, and seen by nobody."""
    DELETED = "Deleted"
    """It is seen by nobody, and for ever."""


HIDDEN: Final = frozenset({State.REGISTERED, State.WITHDRAWN, State.DELETED})
"""States in which nobody sees what a distribution told."""
_NEXT: Final = {
    State.UNREGISTERED: {State.REGISTERED, State.ACTIVE, State.WITHDRAWN, State.DELETED},
    State.REGISTERED: {State.ACTIVE, State.WITHDRAWN, State.DELETED},
    State.ACTIVE: {State.WITHDRAWN, State.DELETED},
    State.WITHDRAWN: {State.ACTIVE, State.DELETED},
    State.DELETED: set[State](),
}


def may_become(state: State, other: State) -> bool:
    """Whether a distribution may go from one state to another; to say again what it is changes nothing."""
    return state == other or other in _NEXT[state]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class Move(_Said):
    """From one state to another."""

    source: State = Field(alias="from")
    target: State = Field(alias="to")


class Details(_Said):
    """Who answers for a distribution, and on what terms."""

    owner: str = Field(min_length=1, max_length=1_000)
    licence: str = Field(min_length=1, max_length=1_000)
    contact: str = Field(min_length=1, max_length=1_000)
    purpose: str | None = Field(default=None, min_length=1, max_length=1_000)


class By(_Said):
    """Who moves a distribution, when, and why."""

    user: str
    issuer: str
    """Who vouches for that name."""
    at: AwareDatetime
    reason: str | None = Field(default=None, min_length=1, max_length=1_000)


class Action(By):
    """A move of a distribution."""

    event_id: UUID = Field(alias="eventId")
    state: Move


class Distribution(_Said):
    """A distribution with all that was said of it, the latest last."""

    distribution_id: str = Field(alias="distributionId", min_length=1, max_length=1_000)
    details: Details | None = None
    actions: tuple[Action, ...] = Field(default=(), max_length=MOST_ACTIONS)

    @property
    def state(self) -> State:
        """As it is now."""
        return self.actions[-1].state.target if self.actions else State.UNREGISTERED

    @property
    def hidden(self) -> bool:
        """Whether nobody sees what it told."""
        return self.state in HIDDEN

    def moved(self, target: State, by: By, event: UUID, details: Details | None = None) -> Distribution:
        """The distribution in another state, or in the same, said once more.

        Args:
            target: the state.
            by: who says so.
            event: names the action.
            details: who answers for it from now on; None leaves that as it is.

        Raises:
            LifecycleError: there is no way from its state to that one, or it is what a view concluded.
        """
        if view_of(self.distribution_id) is not None:
            raise LifecycleError(
                f"{self.distribution_id} is what a view concluded, and no distribution of a source: withdraw"
                " what it was concluded from"
            )
        if not may_become(self.state, target):
            raise LifecycleError(
                f"the distribution {self.distribution_id} is {self.state}, and cannot become {target}"
            )
        move = Move(source=self.state, target=target)
        action = Action(event_id=event, state=move, **by.model_dump())
        kept = (*self.actions, action)[-MOST_ACTIONS:]
        return self.model_copy(update={"actions": kept, "details": details or self.details})
