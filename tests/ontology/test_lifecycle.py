"""The life of a distribution: which moves there are, and that all that was said of it survives."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ontology.errors import LifecycleError
from ontology.lifecycle import MOST_ACTIONS, By, Details, Distribution, State, may_become
from ontology.views import distribution_of

BY = By(user="ana", issuer="operator", at=datetime(2026, 11, 24, tzinfo=UTC), reason="a dispute")
HARBOUR = Distribution(distribution_id="harbour")


def test_a_distribution_that_nobody_registered_is_seen() -> None:
    assert (HARBOUR.state, HARBOUR.hidden) == (State.UNREGISTERED, False)


def test_it_is_withdrawn_and_restored_and_tells_who_when_and_why() -> None:
    details = Details(owner="port", licence="OGL 3.0", contact="port@example.org")
    known = HARBOUR.moved(State.ACTIVE, BY, uuid4(), details)
    gone = known.moved(State.WITHDRAWN, BY, UUID(int=7))
    assert (known.hidden, gone.hidden) == (False, True)
    assert gone.details == details
    last = gone.actions[-1]
    assert (last.user, last.at, last.reason, last.event_id) == (BY.user, BY.at, BY.reason, UUID(int=7))
    assert (last.state.source, last.state.target) == (State.ACTIVE, State.WITHDRAWN)
    assert not gone.moved(State.ACTIVE, BY, uuid4()).hidden


def test_the_record_has_the_names_of_telicents_actions() -> None:
    said = HARBOUR.moved(State.WITHDRAWN, BY, UUID(int=7)).model_dump(mode="json", by_alias=True)
    (action,) = said["actions"]
    assert said["distributionId"] == "harbour"
    assert action["state"] == {"from": "Unregistered", "to": "Withdrawn"}
    assert (action["eventId"], action["user"]) == (str(UUID(int=7)), "ana")


@pytest.mark.parametrize("target", [each for each in State if each is not State.DELETED])
def test_deleted_is_final(target: State) -> None:
    deleted = HARBOUR.moved(State.DELETED, BY, uuid4())
    assert deleted.hidden
    with pytest.raises(LifecycleError, match=f"is Deleted, and cannot become {target}"):
        deleted.moved(target, BY, uuid4())
    assert deleted.moved(State.DELETED, BY, uuid4()).state is State.DELETED


def test_nothing_becomes_unregistered_again() -> None:
    assert [each for each in State if may_become(each, State.UNREGISTERED)] == [State.UNREGISTERED]


def test_what_a_view_concluded_is_no_distribution_of_a_source() -> None:
    with pytest.raises(LifecycleError, match="withdraw what it was concluded from"):
        Distribution(distribution_id=distribution_of("all")).moved(State.WITHDRAWN, BY, uuid4())


def test_details_are_not_empty() -> None:
    with pytest.raises(ValidationError):
        Details(owner="", licence="a", contact="b")


@given(st.lists(st.sampled_from(State), max_size=12))
def test_whatever_is_said_it_survives_as_json_and_hides_in_three_states_only(moves: list[State]) -> None:
    one = HARBOUR
    for target in moves:
        if may_become(one.state, target):
            one = one.moved(target, BY, uuid4())
        else:
            with pytest.raises(LifecycleError):
                one.moved(target, BY, uuid4())
    assert Distribution.model_validate_json(one.model_dump_json(by_alias=True, exclude_none=True)) == one
    assert one.hidden == (one.state in {State.REGISTERED, State.WITHDRAWN, State.DELETED})


def test_the_latest_actions_are_kept() -> None:
    one = HARBOUR
    for number in range(MOST_ACTIONS + 3):
        one = one.moved(State.ACTIVE, BY, UUID(int=number))
    assert [action.event_id.int for action in one.actions] == [*range(3, MOST_ACTIONS + 3)]
