"""In which ways something is known, and since when: the lists `_sec` and `_from` as a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Pairs = dict[int, int]
"""Interned id of (label, distribution) → the earliest Known-At, epoch milliseconds."""


def add(pairs: Pairs, pair: int, known_at: int) -> None:
    """Say once more in what way something is known; the earliest time counts."""
    before = pairs.get(pair)
    if before is None or known_at < before:
        pairs[pair] = known_at


def merged(*several: Mapping[int, int]) -> Pairs:
    """All ways of several, whatever their order."""
    whole: Pairs = {}
    for pairs in several:
        for pair, known_at in pairs.items():
            add(whole, pair, known_at)
    return whole


def told_already(known: Mapping[int, int], pairs: Mapping[int, int]) -> bool:
    """Whether `pairs` would add nothing to what is known."""
    return all(pair in known and known[pair] <= known_at for pair, known_at in pairs.items())


def read(sec: Iterable[int] | None, since: Iterable[int] | None) -> Pairs:
    """The pairs in a node's lists; a node that was just made has none."""
    return dict(zip(sec or (), since or (), strict=True))


def columns(pairs: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """`_sec` and `_from`, sorted by id, so that the same knowledge is the same lists."""
    ordered = sorted(pairs.items())
    return [pair for pair, _ in ordered], [known_at for _, known_at in ordered]
