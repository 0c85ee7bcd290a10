"""Which fixes of a track segment are news: what a segment has already is dropped, the rest is a piece."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.pairs import Pairs, add
from ontology.observed import TrackSegment

Fix = tuple[int, float, float]
"""What makes a fix the same: epoch milliseconds, longitude, latitude."""

COLUMNS: Final = ("times", "lons", "lats", "speeds", "courses", "headings")


@dataclass(slots=True)
class Known:
    """What the graph has of one segment.

    Attributes:
        fixes: by the pair's id, each fix and since when it is known so.
        pieces: keys of its pieces.
    """

    fixes: dict[int, dict[Fix, int]] = field(default_factory=dict)
    pieces: set[str] = field(default_factory=set)

    def add_piece(self, key: str, pairs: Pairs, fixes: Iterable[Fix]) -> None:
        """Take note of a piece that the graph has."""
        self.pieces.add(key)
        told = list(fixes)
        for pair, known_at in pairs.items():
            known = self.fixes.setdefault(pair, {})
            for fix in told:
                known[fix] = min(known_at, known.get(fix, known_at))

    def news(self, fixes: Iterable[Fix], pair: int, known_at: int) -> list[int]:
        """Indices of the fixes that are not yet known so early in that way; from now on they are."""
        known = self.fixes.setdefault(pair, {})
        kept = []
        for index, fix in enumerate(fixes):
            since = known.get(fix)
            if since is None or known_at < since:
                known[fix] = known_at
                kept.append(index)
        return kept

    @property
    def size(self) -> int:
        """How many fixes are held here."""
        return sum(len(known) for known in self.fixes.values())


@dataclass(frozen=True, slots=True)
class Piece:
    """Fixes of one segment that came together and were news.

    Attributes:
        key: the segment's key and a digest of the fixes.
        segment: the segment, with the arrays of this piece only.
        pairs: in which ways it is known.
    """

    key: str
    segment: TrackSegment
    pairs: Pairs


def cut(known: Known, segment: TrackSegment, pair: int, known_at: int) -> Piece | None:
    """The piece of a segment that is news, or None; `known` takes note of it."""
    fixes = zip(segment.times.tolist(), segment.lons.tolist(), segment.lats.tolist(), strict=True)
    kept = known.news(fixes, pair, known_at)
    if not kept:
        return None
    part = segment if len(kept) == len(segment.times) else _part(segment, np.array(kept))
    return Piece(f"{segment.key}/{_digest(part)}", part, {pair: known_at})


class Pieces:
    """The pieces of one batch: new nodes, and pieces that the graph has and that gain another pair."""

    def __init__(self) -> None:
        self.new: dict[str, Piece] = {}
        self.again: list[Piece] = []

    def add(self, piece: Piece, known: Known) -> None:
        """Sort a piece in: a piece is new once."""
        same = self.new.get(piece.key)
        if same is not None:
            for pair, known_at in piece.pairs.items():
                add(same.pairs, pair, known_at)
        elif piece.key in known.pieces:
            self.again.append(piece)
        else:
            known.pieces.add(piece.key)
            self.new[piece.key] = piece


def _part(segment: TrackSegment, kept: NDArray[np.intp]) -> TrackSegment:
    told = {name: column for name in COLUMNS if (column := getattr(segment, name)) is not None}
    columns: dict[str, Any] = {name: column[kept] for name, column in told.items()}
    return replace(segment, **columns)


def _digest(segment: TrackSegment) -> str:
    """Of all that a piece's node shows: who gives other things the same key tells another piece."""
    told = blake2b(digest_size=8)
    told.update(orjson.dumps([segment.subject, segment.sensor, segment.source, segment.label, segment.hour]))
    for name in COLUMNS:
        column = getattr(segment, name)
        told.update(b"-" if column is None else column.tobytes())
    return told.hexdigest()
