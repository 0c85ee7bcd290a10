"""Where to cut a log that is being written: nothing that a group has done is missing, nor anything half done.

How far the groups have come is asked first, then how long the partitions are, open transactions included.
What a group did before the first question was written before the second; so once every transaction seen then
is over, the cut holds it. If the groups stand where they stood, they did nothing meanwhile: the cut is exact.
Else they will do a little of their work again after a restore, which changes nothing in the graph.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from confluent_kafka import IsolationLevel, KafkaException
from confluent_kafka.admin import AdminClient

from runtime import lag
from runtime.backup.errors import CutError
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.kafka import TRANSACTION_TIMEOUT_S
from runtime.topics import Topics

Groups = dict[str, dict[Slot, int]]
"""By the full name of a group, where it goes on in each partition."""

_CALL_S: Final = 15.0
_LOOK_EVERY_S: Final = 0.05
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """Where an export ends.

    Attributes:
        ends: for each partition the offset before which it stops.
        groups: how far each consumer group has come, never beyond the ends.
        exact: whether no group moved while this was found out.
    """

    ends: Mapping[Slot, int]
    groups: Groups
    exact: bool


def cut(admin: AdminClient, topics: Topics, names: Sequence[str]) -> Cut:
    """Cut some topics, at a quiet moment if there is one within a few tries.

    Args:
        admin: a client.
        topics: the installation's.
        names: full names of the topics.

    Raises:
        TransientError: Kafka is away.
        CutError: a transaction does not come to its end.
    """
    groups = _groups(admin, topics, names)
    for _ in range(_TRIES):
        ends = _settled(admin, names)
        now = _groups(admin, topics, names)
        if now == groups:
            return Cut(ends, groups, exact=True)
        before, groups = groups, now
    return Cut(ends, before, exact=False)


def _settled(admin: AdminClient, names: Sequence[str]) -> dict[Slot, int]:
    written = lag.ends(admin, names, IsolationLevel.READ_UNCOMMITTED)
    deadline = time.monotonic() + 3 * TRANSACTION_TIMEOUT_S
    while True:
        ends = lag.ends(admin, names)
        still_open = [slot for slot, end in written.items() if ends.get(slot, 0) < end]
        if not still_open:
            return ends
        if time.monotonic() > deadline:
            topic, number = still_open[0]
            raise CutError(
                f"a transaction on {topic}, partition {number}, stays open: end whoever writes there, and try"
                " again"
            )
        time.sleep(_LOOK_EVERY_S)


def _groups(admin: AdminClient, topics: Topics, names: Sequence[str]) -> Groups:
    wanted = frozenset(names)
    found: Groups = {}
    for group in group_names(admin, topics):
        offsets = {slot: at for slot, at in lag.committed(admin, group).items() if slot[0] in wanted}
        if offsets:
            found[group] = offsets
    return found


def group_names(admin: AdminClient, topics: Topics) -> list[str]:
    """Full names of the consumer groups of an installation, strangers' included where it has no prefix.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        listed = admin.list_consumer_groups(request_timeout=_CALL_S).result().valid
    except KafkaException as error:
        raise TransientError(f"Kafka does not list its consumer groups: {error.args[0].str()}") from error
    return sorted(group.group_id for group in listed if group.group_id.startswith(topics.prefix))
