"""What was ever written can be read, and what is written does not change unnoticed."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from ingest import registry
from ingest.mapper import Mapper
from ontology import rdf
from ontology.kind import Thing
from ontology.kinds import KINDS
from ontology.observed import Identifier, Subject, SubjectState, Tick
from runtime.lifting import CURRENT, lift
from runtime.record import REQUEST_ID, SCHEMA_VERSION
from runtime.settings import Settings
from tests.golden.records import KNOWN, TOPICS, as_text, from_text, golden, written

TODAY = written()
EVERY = [(version, kind) for version in range(CURRENT + 1) for kind in golden(version)]

OTHERWISE = f"""
This kind of record is written otherwise than Schema-Version {CURRENT} says.
If that version was released: raise SCHEMA in runtime/record.py, add the lift to runtime/lifting.py, and
write golden records of the new version with `python -m tests.golden.records`; those of the old one stay.
If it was never released: write them again with that command. docs/upgrading.md tells more.
"""


@pytest.mark.parametrize("kind", TODAY)
def test_what_is_written_is_what_its_version_says(kind: str) -> None:
    expected = golden(CURRENT).get(kind)
    assert expected is not None, "run `python -m tests.golden.records`"
    assert as_text(TODAY[kind]) == as_text(expected), OTHERWISE


def test_there_is_a_golden_record_of_every_kind_and_version() -> None:
    assert golden(CURRENT).keys() == TODAY.keys()
    assert {version for version, _ in EVERY} == set(range(CURRENT + 1))
    told = {type(thing) for kind, record in golden(CURRENT).items() for thing in things(kind, record.value)}
    assert told == set(KINDS.values())


@pytest.mark.parametrize(("version", "kind"), EVERY)
def test_every_version_is_read_as_todays(version: int, kind: str) -> None:
    record = golden(version)[kind]
    assert record.headers.get(SCHEMA_VERSION) == (None if version == 0 else str(version))
    lifted = lift(record)
    assert lifted.known_at == KNOWN
    assert lifted.headers.get(SCHEMA_VERSION) == str(CURRENT)
    today = lift(golden(CURRENT)[kind])
    assert (lifted.label, lifted.distribution) == (today.label, today.distribution)
    assert said(kind, lifted.value) == said(kind, today.value)


@pytest.mark.parametrize("version", [version for version in range(CURRENT + 1) if "raw" in golden(version)])
def test_a_raw_record_of_every_version_is_understood(version: int) -> None:
    mapper = Mapper(registry.FEEDS, TOPICS, 1, Settings())
    found = [
        record for kind in ("raw", "raw-tick") for record in mapper.process([lift(golden(version)[kind])])
    ]
    kinds = [
        [type(thing) for thing in rdf.read(record.value)] for record in found if record.topic == "knowledge"
    ]
    assert [Tick] in kinds
    assert {Subject, Identifier, SubjectState} <= {kind for some in kinds for kind in some}
    assert mapper.counts.rejected == 1


def test_a_golden_record_is_kept_to_the_byte() -> None:
    for record in TODAY.values():
        again = from_text(as_text(record))
        assert (again.topic, again.key, again.value) == (record.topic, record.key, record.value)
        assert again.headers == record.headers
        assert record.headers.get(REQUEST_ID) in {None, "12345678-1234-4234-8234-123456789abc"}


def things(kind: str, value: bytes) -> list[Thing]:
    """What a record of knowledge or of conclusions tells."""
    return [] if kind in {"raw", "raw-tick", "dead-letter"} else rdf.read(value)


def said(kind: str, value: bytes) -> str:
    """All that a record tells, as text, in which what is not a number is like itself."""
    found: list[Any] = [
        (type(thing).__name__, *(getattr(thing, field.name) for field in fields(thing)))
        for thing in things(kind, value)
    ]
    return repr([tuple(v.tolist() if isinstance(v, np.ndarray) else v for v in each) for each in found])
