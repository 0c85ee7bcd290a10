"""Two views of one real log, each by a worker of its own, stopped in the middle and started again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest

from analytics.errors import FloorError, ProfileError
from analytics.track import Track
from analytics.worker import run_analytics
from ontology.kind import Thing
from ontology.lifecycle import By, State
from ontology.views import distribution_of
from runtime import kafka, lag
from runtime.distributions import moved
from runtime.errors import SettingsError
from runtime.record import DISTRIBUTION_ID, SCHEMA, SCHEMA_VERSION, Record
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.tell import moment
from runtime.topics import Topics
from runtime.transaction import send
from runtime.worker import Worked
from tests.analytics.log import current, interleaved, knowledge, stage_of

SECRET = "clearance=secret"
ORDER = {"clearance": ("open", "secret", "top")}
OPEN = {"attributes": {"clearance": ["open"]}, "floor": "clearance=open"}
CLEARED = {"attributes": {"clearance": ["top"]}, "floor": "clearance=top"}
IDLE_S = 1.0


def settings(prefix: str, **views: Mapping[str, Any]) -> Settings:
    return Settings(topic_prefix=prefix, batch_records=300, hierarchies=ORDER, views=views)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def log(fleet: dict[str, Track], end: int) -> list[Record]:
    """Three subjects, one of them secret, and one on every other day."""
    (a, one), (b, two), (c, three) = list(fleet.items())[:3]
    odd = (two.times // 86_400_000) % 2 == 1
    unclassified = {a: one, b: two.take(np.flatnonzero(odd))}
    classified = {c: three, b: two.take(np.flatnonzero(~odd))}
    return interleaved(
        np.random.default_rng(3),
        knowledge("knowledge", unclassified, end),
        knowledge("knowledge", classified, end, label=SECRET),
    )


def publish(bootstrap: str, topic: str, log: Sequence[Record]) -> None:
    producer = kafka.producer(bootstrap)
    for record in log:
        headers = record.headers.with_(SCHEMA_VERSION, SCHEMA)
        send(producer, Record(topic, record.key, record.value, headers, record.partition))
    assert producer.flush(30) == 0


def told(bootstrap: str, topics: Topics, view: str) -> dict[str, Thing]:
    wanted = distribution_of(view)
    records = [each for chunk in everything(bootstrap, topics.derived) for each in chunk]
    return current([record for record in records if record.distribution == wanted])


def expected(chosen: Settings, view: str, log: list[Record]) -> dict[str, Thing]:
    """What a run without any server concludes of all at once."""
    return current(stage_of(log, chosen.all_views()[view], chosen.hierarchies).process(log))


def test_two_views_two_labels_and_a_start_in_the_middle(endpoints: Endpoints, log: list[Record]) -> None:
    chosen = settings("analytics-views-", open=OPEN, cleared=CLEARED)
    bootstrap, topics = endpoints.kafka_bootstrap, Topics(chosen.topic_prefix)
    admin = kafka.admin(bootstrap)
    topics.ensure(admin, [topics.knowledge])
    publish(bootstrap, topics.knowledge, log)

    interrupted, read = Event(), []

    def count(worked: Worked) -> None:
        read.append(worked.read)
        interrupted.set()

    run_analytics(chosen, endpoints, interrupted, on_batch=count)
    assert 0 < sum(read) < 2 * len(log), "it stopped in the middle"
    run_analytics(chosen, endpoints, Event(), idle_s=IDLE_S)
    for view in ("open", "cleared"):
        assert told(bootstrap, topics, view) == expected(chosen, view, log)
        assert sum(lag.committed(admin, topics.name(f"analytics-{view}")).values()) >= len(log)

    more = settings(chosen.topic_prefix, open=OPEN, cleared=CLEARED, added={**CLEARED, "floor": "vetted"})
    run_analytics(more, endpoints, Event(), view="added", idle_s=IDLE_S)
    assert told(bootstrap, topics, "added") == expected(more, "added", log)

    reordered = chosen.model_copy(update={"hierarchies": {"clearance": ("secret", "open")}})
    for changed in (
        settings(chosen.topic_prefix, open=CLEARED),
        settings(chosen.topic_prefix, open={**OPEN, "floor": "*"}),
        reordered,
    ):
        with pytest.raises(ProfileError, match="'open' has concluded under another profile"):
            run_analytics(changed, endpoints, Event(), idle_s=IDLE_S)
    with pytest.raises(SettingsError, match="there is open, cleared"):
        run_analytics(chosen, endpoints, Event(), view="opne")


def test_a_view_that_begins_while_a_distribution_is_withdrawn_concludes_as_if_it_had_never_come(
    endpoints: Endpoints, log: list[Record]
) -> None:
    chosen = settings("analytics-without-", cleared=CLEARED)
    bootstrap, topics = endpoints.kafka_bootstrap, Topics(chosen.topic_prefix)
    topics.ensure(kafka.admin(bootstrap), [topics.knowledge, topics.distributions])
    told_by = [
        replace(each, headers=each.headers.with_(DISTRIBUTION_ID, "spy")) if each.label == SECRET else each
        for each in log
    ]
    publish(bootstrap, topics.knowledge, told_by)
    by = By(user="ana", issuer="operator", at=moment())
    moved(bootstrap, topics, "spy", lambda _: State.WITHDRAWN, by)
    run_analytics(chosen, endpoints, Event(), idle_s=IDLE_S)
    without = [each for each in told_by if each.distribution != "spy"]
    assert 0 < len(without) < len(log)
    assert told(bootstrap, topics, "cleared") == expected(chosen, "cleared", without)
    moved(bootstrap, topics, "spy", lambda _: State.ACTIVE, by)
    run_analytics(chosen, endpoints, Event(), idle_s=IDLE_S)
    assert told(bootstrap, topics, "cleared") == expected(chosen, "cleared", without), "as it began"


def test_of_several_views_in_one_process_one_that_cannot_go_on_ends_all(
    endpoints: Endpoints, log: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view without a floor, as only the one that there is without DIURNAL_VIEWS can be."""
    chosen = settings("analytics-floor-", open=OPEN, cleared=CLEARED)
    topics = Topics(chosen.topic_prefix)
    topics.ensure(kafka.admin(endpoints.kafka_bootstrap), [topics.knowledge])
    publish(endpoints.kafka_bootstrap, topics.knowledge, log)
    views = chosen.all_views()
    views["cleared"] = replace(views["cleared"], floor=None)
    monkeypatch.setattr(Settings, "all_views", lambda _: views)
    with pytest.raises(FloorError, match="its floor in DIURNAL_VIEWS"):
        run_analytics(chosen, endpoints, Event())
