"""Canonical bytes of what the graph holds, so that equal graphs have equal digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import orjson
from neo4j.spatial import Point

MODULUS: Final = 1 << 256


def hashed(*parts: object) -> int:
    """SHA-256, as a number, of values as JSON with sorted keys; NaN is null, integers differ from reals."""
    text = orjson.dumps(parts, default=_plain, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(sha256(text).digest(), "big")


def summed(hashes: Iterable[int], start: int = 0) -> int:
    """The sum of hashes: the same in whatever order they come."""
    return sum(hashes, start) % MODULUS


def shown(number: int) -> str:
    """A digest as 64 hex digits."""
    return f"{number % MODULUS:064x}"


def without(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Properties less some."""
    return {name: value for name, value in properties.items() if name not in names}


def _plain(value: object) -> object:
    if isinstance(value, Point):
        return ["point", value.srid, *value]
    return [type(value).__name__, str(value)]
