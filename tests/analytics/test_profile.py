"""What makes a view another one."""

from __future__ import annotations

import pytest

from analytics.errors import ProfileError
from analytics.profile import UNKEPT, Profile, keep, profile_of
from ontology.lifecycle import By, State
from ontology.views import View
from runtime import kafka as clients
from runtime.began import began_without
from runtime.compacted import latest
from runtime.distributions import moved
from runtime.record import DISTRIBUTION_ID, Headers, Record
from runtime.tell import moment
from runtime.topics import Topics
from runtime.transaction import send

ORDER = {"clearance": ("open", "secret", "top")}
SECRET = View("v", {"clearance": ("secret",)}, "*")


def test_what_is_seen_makes_the_profile_and_not_how_it_is_written() -> None:
    same = View("w", {"clearance": ("secret", "secret"), "nobody": ()}, "*")
    assert profile_of(SECRET, ORDER) == profile_of(same, ORDER)
    assert profile_of(SECRET, ORDER) == profile_of(
        SECRET, {"clearance": ("open", "secret", "very", "top"), "x": ("y",)}
    )
    assert profile_of(SECRET, ORDER) != profile_of(SECRET, {"clearance": ("open", "low", "secret", "top")})
    assert profile_of(SECRET, ORDER) != profile_of(SECRET, {})
    assert profile_of(View("v", {"ok": ("True",)}, "*"), {}) == profile_of(
        View("v", {"ok": ("true",)}, "*"), {}
    )


def test_a_floor_may_come_and_neither_change_nor_go() -> None:
    bare, floored = Profile(), Profile(floor="a")
    assert floored.follows(bare)
    assert floored.follows(floored)
    assert not bare.follows(floored)
    assert not Profile(floor="b").follows(floored)
    assert not profile_of(SECRET, ORDER).follows(UNKEPT)


@pytest.fixture
def topics(kafka: str, fresh_topics: object) -> Topics:
    made = Topics(fresh_topics(""))  # type: ignore[operator]
    made.ensure(clients.admin(kafka), [made.knowledge, made.derived, made.views])
    return made


def test_a_view_that_has_concluded_keeps_its_profile(kafka: str, topics: Topics) -> None:
    group = topics.name("analytics-v")
    first, other = profile_of(SECRET, ORDER), profile_of(View("v", {}, "*"), ORDER)
    keep(kafka, topics, group, "v", first)
    keep(kafka, topics, group, "v", other)
    keep(kafka, topics, group, "v", first)
    assert Profile.model_validate_json(latest(kafka, topics.views)["v"]) == first

    producer = clients.producer(kafka)
    send(producer, Record(topics.derived, b"k", b"t", Headers.of({DISTRIBUTION_ID: "derived:v"})))
    assert producer.flush(20) == 0
    keep(kafka, topics, group, "v", first)
    keep(kafka, topics, group, "w", other)
    with pytest.raises(ProfileError, match="another name"):
        keep(kafka, topics, group, "v", other)


def test_what_concluded_before_profiles_were_kept_saw_everything(kafka: str, topics: Topics) -> None:
    producer = clients.producer(kafka)
    send(producer, Record(topics.derived, b"k", b"t", Headers.of({DISTRIBUTION_ID: "derived:all"})))
    assert producer.flush(20) == 0
    group = topics.name("analytics")
    with pytest.raises(ProfileError, match="another name"):
        keep(kafka, topics, group, "all", profile_of(View("all", {}, "*"), {}))
    keep(kafka, topics, group, "all", Profile(floor="a"))
    with pytest.raises(ProfileError, match="DIURNAL_VIEW_LABEL"):
        keep(kafka, topics, group, "all", Profile(floor="b"))


def test_a_view_that_begins_does_so_without_what_is_withdrawn_and_stays_so(
    kafka: str, topics: Topics
) -> None:
    topics.ensure(clients.admin(kafka), [topics.distributions])
    by = By(user="ana", issuer="operator", at=moment())
    bare = profile_of(SECRET, ORDER)
    moved(kafka, topics, "gone", lambda _: State.WITHDRAWN, by)
    first = keep(kafka, topics, topics.name("analytics-v"), "v", bare)
    assert first == bare.model_copy(update={"without": ("gone",)})
    assert began_without(kafka, topics) == {"v": frozenset({"gone"})}
    moved(kafka, topics, "gone", lambda _: State.ACTIVE, by)
    moved(kafka, topics, "later", lambda _: State.WITHDRAWN, by)
    assert keep(kafka, topics, topics.name("analytics-v"), "v", bare) == first
    assert keep(kafka, topics, topics.name("analytics-w"), "w", bare).without == ("later",)


def test_a_view_that_has_concluded_without_a_profile_may_have_seen_what_is_withdrawn(
    kafka: str, topics: Topics
) -> None:
    topics.ensure(clients.admin(kafka), [topics.distributions])
    moved(kafka, topics, "gone", lambda _: State.WITHDRAWN, By(user="a", issuer="b", at=moment()))
    producer = clients.producer(kafka)
    send(producer, Record(topics.derived, b"k", b"t", Headers.of({DISTRIBUTION_ID: "derived:all"})))
    assert producer.flush(20) == 0
    assert keep(kafka, topics, topics.name("analytics"), "all", Profile(floor="a")).without == ()
