"""How well stays are found: positions made worse by known amounts, and the true stays beside those found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.movement.stays import stays
from analytics.scoring.degraded import CONDITIONS, Condition, degraded
from analytics.scoring.intervals import Intervals, Score, score
from analytics.track import Track

Finder = Callable[[Track], Intervals]
"""Finds the stays of one track; the groups of what it gives do not count."""
MILLISECONDS: Final = "ms"


def people(track: Track) -> Intervals:
    """Stays by change points, as the domain `people` finds them."""
    found = stays(track)
    return Intervals(np.zeros(len(found), np.int64), found.starts, found.ends)


def of_frames(
    positions: pl.DataFrame,
    truth: pl.DataFrame,
    find: Finder,
    conditions: Sequence[Condition] = CONDITIONS,
    seed: int = 0,
    say: Callable[[str], object] = str,
) -> dict[str, Score]:
    """The score under each condition, from tables as the simulator writes them; subjects ordered by id.

    Args:
        positions: agent_id, time, lon, lat.
        truth: agent_id, start, end.
        find: the method.
        conditions: what is done to the fixes.
        seed: of what is drawn at random.
        say: is told which condition is scored.

    Raises:
        ValueError: a time cannot be read.
    """
    tracks, true = _by_agent(positions, truth)
    found: dict[str, Score] = {}
    for each in conditions:
        say(each.name)
        found |= scores(tracks, true, find, (each,), seed)
    return found


def scores(
    tracks: Sequence[Track],
    true: Sequence[Intervals],
    find: Finder,
    conditions: Sequence[Condition] = CONDITIONS,
    seed: int = 0,
    iou: float = 0.5,
) -> dict[str, Score]:
    """The score under each condition, over all subjects together.

    Args:
        tracks: the clean fixes, a subject each.
        true: the subjects' true stays, in the same order.
        find: the method.
        conditions: what is done to the fixes.
        seed: of what is drawn at random; each subject has draws of its own, the same whoever else is there.
        iou: least intersection over union of a stay that is found.
    """
    truth = _grouped(true)
    return {
        each.name: score(
            _grouped([find(degraded(track, each, (seed, k))) for k, track in enumerate(tracks)]), truth, iou
        )
        for each in conditions
    }


def _grouped(parts: Sequence[Intervals]) -> Intervals:
    """The subjects' intervals in one, each subject a group."""
    if not parts:
        return Intervals.none()
    return Intervals(
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )


def _by_agent(positions: pl.DataFrame, truth: pl.DataFrame) -> tuple[list[Track], list[Intervals]]:
    placed = positions.drop_nulls(["agent_id", "time", "lon", "lat"])
    fixes = placed.with_columns(_ms("time", placed))
    true = truth.with_columns(_ms("start", truth), _ms("end", truth), pl.col("agent_id").cast(pl.String))
    tracks, spans = [], []
    for agent in fixes["agent_id"].unique().sort():
        mine = fixes.filter(pl.col("agent_id") == agent)
        tracks.append(Track.of(*(mine[name].to_numpy() for name in ("time", "lon", "lat"))))
        of = true.filter(pl.col("agent_id") == str(agent))
        spans.append(Intervals(np.zeros(of.height, np.int64), of["start"].to_numpy(), of["end"].to_numpy()))
    return tracks, spans


def _ms(name: str, frame: pl.DataFrame) -> pl.Series:
    """A column of times as epoch milliseconds; a time without a zone is UTC."""
    column = frame[name]
    try:
        if column.dtype == pl.String:
            column = column.str.to_datetime(time_unit=MILLISECONDS, time_zone="UTC")
        return column.dt.epoch(MILLISECONDS)
    except pl.exceptions.PolarsError as error:
        why = str(error).splitlines()[0]
        message = (
            f"{name} is no time in every row, the first is {column[0]!r}; write 2024-01-31T12:00:00 ({why})"
        )
        raise ValueError(message) from error
