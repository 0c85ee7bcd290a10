"""Paging by keyset: a page goes on after the last sort values of the page before, so nothing shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

After = tuple[str | int | float, ...]
"""The sort values of the last item of a page, its key last."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page.

    Attributes:
        items: at most as many as were asked for.
        after: where the next page goes on; None on the last.
    """

    items: tuple[T, ...]
    after: After | None


def cut(items: Sequence[T], limit: int, sort: Callable[[T], After]) -> Page[T]:
    """A page from a query that asked for one more than `limit`, to know whether there is a next."""
    kept = tuple(items[:limit])
    return Page(kept, sort(kept[-1]) if len(items) > limit and kept else None)
