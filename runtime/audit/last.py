"""The last entry of the audit log, whoever wrote it."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from runtime import kafka, lag
from runtime.audit.chain import Place, read
from runtime.audit.errors import BrokenError
from runtime.glance import glance

_BACK: Final = 4
"""The log's own marks, which an import leaves, may lie at the end."""


def last(bootstrap: str, topic: str) -> Place | None:
    """Where the last entry stands; None where there is none that can be read.

    Raises:
        TransientError: Kafka is away.
    """
    end = lag.ends(kafka.admin(bootstrap), [topic]).get((topic, 0), 0)
    if not end:
        return None
    start = max(0, end - _BACK)
    before = takewhile(lambda lying: lying.record.offset < end, glance(bootstrap, {(topic, 0): start}, _BACK))
    records = [lying.record for lying in before]
    try:
        return read(records[-1].value).place if records else None
    except BrokenError:  # for `verify` to name
        return None
