"""Pairs of label and distribution under numbers."""

from collections.abc import Callable

import orjson
import pytest

from ontology.labels import Pair, pair_id
from runtime.interner import CollisionError, Interner
from runtime.record import Headers, Record
from runtime.topics import Topics
from runtime.transaction import Transactions

Told = Callable[[str], list[Record]]


def test_a_new_pair_is_published_once(kafka: str, topics: Topics, told: Told) -> None:
    interner = Interner(kafka, topics)
    pair = Pair.of("uk & secret", "noaa")
    assert interner.intern(pair) == interner.intern(pair) == pair_id(pair)
    assert Interner(kafka, topics).intern(pair) == pair_id(pair)
    assert [(r.key, orjson.loads(r.value)) for r in told(topics.labels)] == [
        (str(pair_id(pair)).encode(), {"label": pair.label, "distribution": "noaa"})
    ]


def test_what_is_known_is_read_back(kafka: str, topics: Topics) -> None:
    pairs = [Pair.of("*", "a"), Pair.of(None, None)]
    numbers = [Interner(kafka, topics).intern(pair) for pair in pairs]
    assert Interner(kafka, topics).pairs == dict(zip(numbers, pairs, strict=True))


def test_two_pairs_with_one_number_are_refused(kafka: str, topics: Topics) -> None:
    pair = Pair.of("*", "a")
    other = orjson.dumps({"label": "*", "distribution": "b"})
    with Transactions(kafka, topics.name("fill")) as transactions:
        transactions.commit([Record(topics.labels, str(pair_id(pair)).encode(), other, Headers())])
    with pytest.raises(CollisionError, match="same number"):
        Interner(kafka, topics).intern(pair)
