"""Cursors: where the next page goes on, in a text that means nothing to others and fits one question only."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import blake2b

import orjson

from api.errors import BadParameterError
from graph.reader.page import After

PAGING = frozenset({"cursor", "limit"})


def question(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """The mark of a question: its path and filters, whatever their order, without those that page."""
    kept = sorted((name, value) for name, value in parameters if name not in PAGING)
    return blake2b(orjson.dumps([path, kept]), digest_size=6).hexdigest()


def encode(after: After, mark: str) -> str:
    """A cursor for the page that goes on after these sort values."""
    return urlsafe_b64encode(orjson.dumps([mark, *after])).decode().rstrip("=")


def decode(cursor: str, mark: str, kinds: tuple[type, ...]) -> After:
    """The sort values of a cursor.

    Args:
        cursor: as it was given out.
        mark: of the question asked now.
        kinds: types of the sort values that this question pages by.

    Raises:
        BadParameterError: it is no cursor of ours, or another question's.
    """
    try:
        found, *after = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        raise BadParameterError("cursor", "is none that was given out; start again without it") from None
    if found != mark:
        raise BadParameterError("cursor", "belongs to another question; keep the filters while you page")
    if len(after) != len(kinds) or not all(_is(v, k) for v, k in zip(after, kinds, strict=True)):
        raise BadParameterError("cursor", "is none that was given out; start again without it")
    return tuple(after)


def _is(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
    return isinstance(value, kind)
