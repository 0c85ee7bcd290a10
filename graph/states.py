"""States of subjects: one a way in which it is known, with the earliest start that was told by each moment.

What is kept is a function of the set of tellings alone: not of their order, and not of how often each came.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from graph.rows import Properties
from ontology.times import OPEN

START = "start"


class StateId(NamedTuple):
    """A state, known in one way.

    Attributes:
        key: its IRI.
        subject: whose it is, by IRI.
        pair: in which way it is known.
        content: digest of its words: who gives other words the same IRI tells another state.
    """

    key: str
    subject: str
    pair: int
    content: str


class Step(NamedTuple):
    """From a moment on, what the earliest start was."""

    known_at: int
    start: datetime


Steps = tuple[Step, ...]
"""By moment; each starts earlier than the one before."""


def identified(subject: str, pair: int, told: Properties) -> StateId:
    """Which state was told of, by the properties of its node."""
    words = {name: value for name, value in told.items() if name != START}
    text = orjson.dumps(words, option=orjson.OPT_SORT_KEYS, default=str)
    return StateId(told["key"], subject, pair, blake2b(text, digest_size=16).hexdigest())


def steps(told: Iterable[Step]) -> Steps:
    """What is seen of a state over time: by each moment the earliest start that was told by then."""
    found: list[Step] = []
    for step in sorted(told):
        if not found or step.start < found[-1].start:
            found.append(step)
    return tuple(found)


def spans(seen: Steps) -> dict[Step, int]:
    """Each step, and the epoch millisecond at which the next one supersedes it."""
    ends = [step.known_at for step in seen[1:]]
    return dict(zip(seen, [*ends, OPEN][: len(seen)], strict=True))


def told_already(seen: Steps, step: Step) -> bool:
    """Whether a telling would change nothing."""
    return any(one.known_at <= step.known_at and one.start <= step.start for one in seen)


def read_step(known_at: int, start: Any) -> Step:  # noqa: ANN401 - an instant of the driver's
    """A step as Neo4j keeps it."""
    return Step(known_at, start.to_native())
