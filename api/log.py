"""How far each stage is behind the log, and who works on it: what the workers may be too dead to tell."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from confluent_kafka.admin import AdminClient
from neo4j import Driver
from pydantic import BaseModel, ConfigDict

from api.outlook import Seen
from api.supervised import State, read_state
from graph import offsets
from graph.errors import BeingRebuiltError
from graph.reader.reader import SECONDS_A_QUERY, named_errors
from runtime.consumer import Slot
from runtime.members import members
from runtime.topics import Topics


class StageLag(BaseModel):
    """A stage, and one topic that it reads."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stage: str
    """ingest, analytics (analytics-VIEW where there are several views) or graph."""
    topic: str
    """The topic that it reads."""
    end: int
    """Offsets written, over all partitions."""
    read: int
    """Offsets read."""
    behind: int
    """Offsets still to be read; the log's own marks count as well."""
    oldest_s: float | None
    """Seconds since the oldest record still to be read was written to the log, by the log's clock."""
    per_second: float | None
    """Offsets read a second since somebody asked before, over the last minute at most."""
    dead_letters: int
    """What of the topic could not be processed, by any stage."""
    dead_per_minute: float
    """How much of that came a minute, over the last five."""

    @classmethod
    def of(cls, seen: Seen) -> StageLag:
        """As it was seen."""
        standing = seen.standing
        return cls(
            stage=standing.stage,
            topic=standing.topic,
            end=standing.end,
            read=standing.read,
            behind=standing.lag,
            oldest_s=standing.oldest_s,
            per_second=seen.per_second,
            dead_letters=seen.dead.count,
            dead_per_minute=seen.dead.per_minute,
        )


class SourceClock(BaseModel):
    """Up to when a source has told everything."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    source: str
    """Its IRI."""
    watermark: datetime
    """The instant, in the data's time, before which nothing more is expected of it."""


class StageWorkers(BaseModel):
    """Who works on a stage."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stage: str
    """ingest, analytics (analytics-VIEW where there are several views) or graph."""
    workers: tuple[str, ...]
    """The numbers or names of those whom Kafka has heard of within ten seconds."""
    restarts: int | None
    """How often `diurnal up` started its workers again; nothing where they are supervised by others."""
    trouble: str | None
    """What is the matter with which of its workers, if `diurnal up` says so."""


def in_graph(driver: Driver, database: str) -> dict[Slot, int]:
    """How far the graph has read of each partition; nothing while it is being emptied.

    Raises:
        GraphAwayError: Neo4j does not answer.
    """
    with named_errors(SECONDS_A_QUERY):
        try:
            return offsets.stored(driver, database)
        except BeingRebuiltError:
            return {}


def workers(
    admin: AdminClient, topics: Topics, stages: Collection[str], home: Path
) -> tuple[StageWorkers, ...]:
    """Who works on each stage, by the name of its group, as Kafka and the supervisor of this home know it.

    Raises:
        TransientError: Kafka is away.
    """
    state = read_state(home)
    supervised = state if state is not None and state.alive() else None
    return tuple(
        stage_workers(stage, stages, members(admin, group), group, supervised)
        for stage in stages
        for group in [topics.name(stage)]
    )


def stage_workers(
    stage: str, stages: Collection[str], known: Collection[str], group: str, supervised: State | None
) -> StageWorkers:
    """Who works on a stage.

    Args:
        stage: its name.
        stages: the names of all stages.
        known: the members of its group.
        group: the name of that.
        supervised: what the supervisor says; None where there is none.
    """
    restarts, trouble = None, None
    if supervised is not None:
        told = sorted(supervised.restarts.keys() | supervised.troubles.keys())
        names = [name for name in told if _works_on(stage, name, stages)]
        restarts = sum(supervised.restarts.get(name, 0) for name in names)
        said = [(name, supervised.troubles[name]) for name in names if name in supervised.troubles]
        trouble = "; ".join(f"{name}: {what}" for name, what in said) or None
    numbers = tuple(sorted(name.removeprefix(f"{group}-") for name in known))
    return StageWorkers(stage=stage, workers=numbers, restarts=restarts, trouble=trouble)


def _works_on(stage: str, name: str, stages: Collection[str]) -> bool:
    """Whether a worker has the name of the stage, or that and a number, which may be another stage's name."""
    if name == stage:
        return True
    return name not in stages and re.fullmatch(rf"{re.escape(stage)}-[0-9]+", name) is not None
